"""The tables of the audit. The application may read and append, nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from thidua.store.actor import ActorKind
from thidua.store.base import Base, Json, Owned, Stamp, inside


class Xid8(UserDefinedType[str]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Its name in DDL."""
        return "xid8"


class AuditEvent(Owned, Base):
    """One act. ``xid`` is the transaction that wrote it, by which sealing knows it is settled."""

    __tablename__ = "audit_event"
    __table_args__ = (
        CheckConstraint("actor_kind IN ('person', 'job', 'command')", name="actor_kind"),
        Index(None, "province_id", "at"),
        Index(None, "province_id", "subject_kind", "subject_id"),
        UniqueConstraint("province_id", "id"),
    )

    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    xid: Mapped[str] = mapped_column(Xid8, server_default=func.pg_current_xact_id())
    actor_kind: Mapped[ActorKind] = mapped_column(Text)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    reason: Mapped[str]
    before: Mapped[Json | None]
    after: Mapped[Json | None]


class AuditSeal(Owned, Base):
    """A link of a province's hash chain: ``position`` 1, 2, 3… in the order of sealing."""

    __tablename__ = "audit_seal"
    __table_args__ = (
        inside("event_id", "audit_event"),
        UniqueConstraint("province_id", "position"),
        UniqueConstraint("province_id", "event_id"),
    )

    position: Mapped[int]
    event_id: Mapped[int]
    previous_hash: Mapped[str]
    hash: Mapped[str]
    sealed_at: Mapped[Stamp]
