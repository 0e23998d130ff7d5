"""Criteria sets as canonical documents, with a thin table of leaves for foreign keys."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from thidua.store.base import Base, Json, Owned, Stamp, inside


class StoredCriteriaSet(Owned, Base):
    """One version of a criteria set: the canonical dump of the spec object and its hash.

    Until a campaign froze it, guidance may be written into it; ``given_hash`` is then that of the
    set as it was given, by which the same set is known again. Once frozen, the database refuses
    every change.
    """

    __tablename__ = "criteria_set"
    __table_args__ = (
        UniqueConstraint("province_id", "code", "version"),
        UniqueConstraint("province_id", "id"),
    )

    code: Mapped[str]
    version: Mapped[str]
    hash: Mapped[str]
    given_hash: Mapped[str] = mapped_column(default="", server_default="")
    title: Mapped[str]
    document: Mapped[Json]
    frozen: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_at: Mapped[Stamp]
    leaves: Mapped[list[Leaf]] = relationship(
        foreign_keys="Leaf.set_id", order_by="Leaf.position", back_populates="set"
    )


class Leaf(Owned, Base):
    """One leaf of a set: its column number, from 0 in printed order, and its code."""

    __tablename__ = "leaf"
    __table_args__ = (
        inside("set_id", "criteria_set"),
        UniqueConstraint("set_id", "position"),
        UniqueConstraint("set_id", "code"),
        UniqueConstraint("province_id", "id"),
    )

    set_id: Mapped[int]
    position: Mapped[int]
    code: Mapped[str]
    set: Mapped[StoredCriteriaSet] = relationship(
        foreign_keys="Leaf.set_id", back_populates="leaves"
    )
