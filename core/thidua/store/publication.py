"""What stands before and after a publication: the board's adoption, petitions of units."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from thidua.store.base import Base, Owned, inside


class Adoption(Owned, Base):
    """Thông qua: the appraisal board adopted a result version, by its minutes.

    ``number`` and ``held_on`` are those of the minutes. Nothing changes once the version is
    published.
    """

    __tablename__ = "adoption"
    __table_args__ = (
        inside("version_id", "result_version"),
        UniqueConstraint("version_id"),
    )

    version_id: Mapped[int]
    number: Mapped[str]
    held_on: Mapped[date]
    members: Mapped[list[str]]
    note: Mapped[str] = mapped_column(default="", server_default="")
    adopted_at: Mapped[datetime]


class Petition(Owned, Base):
    """Kiến nghị of a unit about a published result: one leaf, or (``leaf`` empty) the whole.

    ``correction_id`` is the version that was published in answer to an accepted one.
    """

    __tablename__ = "petition"
    __table_args__ = (
        inside("version_id", "result_version"),
        inside("correction_id", "result_version"),
        inside("unit_id", "unit"),
        inside("campaign_id", "campaign"),
        CheckConstraint("(answered_at IS NULL) = (accepted IS NULL)", name="answer"),
        CheckConstraint("correction_id IS NULL OR accepted", name="correction"),
        Index(
            "uq_petition_open", "campaign_id", "unit_id", "leaf", unique=True,
            postgresql_where=text("answered_at IS NULL"),
        ),
    )  # fmt: skip

    campaign_id: Mapped[int]
    version_id: Mapped[int]
    unit_id: Mapped[int]
    leaf: Mapped[str] = mapped_column(default="", server_default="")
    text: Mapped[str]
    filed_at: Mapped[datetime]
    filed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    accepted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    correction_id: Mapped[int | None]
