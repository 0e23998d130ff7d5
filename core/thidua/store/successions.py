"""What became of units: each reorganisation, and who handed over to whom."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Numeric, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from thidua.spec.succession import SuccessionKind
from thidua.store.base import Base, Owned, Stamp, inside


class Succession(Owned, Base):
    """Một lần sắp xếp. ``effective_on``: first day of the new state; ``legal_basis``: documents."""

    __tablename__ = "succession"
    __table_args__ = (
        UniqueConstraint("province_id", "code"),
        UniqueConstraint("province_id", "id"),
        CheckConstraint(
            "kind IN ('merge', 'absorb', 'split', 'transfer', 'rename', 'dissolve', 'function')",
            name="kind",
        ),
    )

    code: Mapped[str]
    kind: Mapped[SuccessionKind] = mapped_column(Text)
    title: Mapped[str]
    effective_on: Mapped[date]
    legal_basis: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    provenance: Mapped[str]
    facts: Mapped[list[str]] = mapped_column(default=list, server_default="{}")
    source: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="", server_default="")
    made_at: Mapped[Stamp]
    links: Mapped[list[SuccessionLink]] = relationship(
        foreign_keys="SuccessionLink.succession_id", order_by="SuccessionLink.id"
    )


class SuccessionLink(Owned, Base):
    """One unit handing over a share (0 to 1) to another; to nobody when it was dissolved."""

    __tablename__ = "succession_link"
    __table_args__ = (
        inside("succession_id", "succession"),
        inside("predecessor_id", "unit"),
        inside("successor_id", "unit"),
        UniqueConstraint("succession_id", "predecessor_id", "successor_id"),
        CheckConstraint("share >= 0 AND share <= 1", name="share"),
    )

    succession_id: Mapped[int]
    predecessor_id: Mapped[int]
    successor_id: Mapped[int | None]
    share: Mapped[Decimal] = mapped_column(Numeric(5, 4))
    what: Mapped[str] = mapped_column(default="", server_default="")
