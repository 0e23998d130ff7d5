"""The provinces that this installation serves."""

from __future__ import annotations

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from thidua.store.base import Base, Id, Stamp


class Province(Base):
    """One province, with the version and hash of the data that were last applied to it."""

    __tablename__ = "province"

    id: Mapped[Id] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    full_name: Mapped[str]
    authority: Mapped[str]
    applied_version: Mapped[str | None]
    applied_hash: Mapped[str | None]
    created_at: Mapped[Stamp]
