"""Văn bản of movements and awards: số, ngày, người ký, and the signed file where there is one.

One register for all of them: a registration, a plan, a tờ trình, minutes, an answer. Who refers to
a paper says what it is there for.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from thidua.store.base import Base, Owned
from thidua.store.filed import Filed, file_checks


class StoredPaper(Owned, Filed, Base):
    """One document as it was signed. It never changes; the application cannot delete it.

    ``number`` is số, ký hiệu; ``summary`` trích yếu: one of the two is there. ``issuer``: the body
    that issued it, as written on it.
    """

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("province_id", "id"),
        *file_checks(),
        CheckConstraint("number <> '' OR summary <> ''", name="named"),
        Index("ix_paper_waiting", "province_id", "file_hash",
              postgresql_where=text("scan = 'waiting'")),
    )  # fmt: skip

    number: Mapped[str] = mapped_column(default="", server_default="")
    issued_on: Mapped[date]
    signer: Mapped[str] = mapped_column(default="", server_default="")
    issuer: Mapped[str] = mapped_column(default="", server_default="")
    summary: Mapped[str] = mapped_column(default="", server_default="")
    added_at: Mapped[datetime]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
