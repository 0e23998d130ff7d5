"""A criteria set replaced while its campaign runs: the act, and every entry as it was before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from thidua.store.audit_rows import Xid8
from thidua.store.base import Base, Json, Owned, inside
from thidua.store.sheets import EntryStage


class SetReplacement(Owned, Base):
    """Thay bộ tiêu chí: by which set another was replaced for one kind of unit, why, and how.

    ``mapping`` is new leaf by old leaf. ``exemptions`` and ``evidence`` are what had stood under
    nodes of the old set, each with its ``node`` and ``new_node``, which is null where nothing
    answers to it. The database lets the set and the exemptions of an open campaign change only in
    the transaction that adds this row, and adds none after a final result.
    """

    __tablename__ = "set_replacement"
    __table_args__ = (
        inside("campaign_id", "campaign"),
        inside("old_set_id", "criteria_set"),
        inside("new_set_id", "criteria_set"),
        UniqueConstraint("province_id", "id"),
        CheckConstraint("old_set_id <> new_set_id", name="other"),
    )

    campaign_id: Mapped[int]
    kind: Mapped[str]
    old_set_id: Mapped[int]
    new_set_id: Mapped[int]
    reason: Mapped[str]
    legal_basis: Mapped[str]
    mapping: Mapped[Json]
    exemptions: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    evidence: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    made_xid: Mapped[str] = mapped_column(Xid8, server_default=func.pg_current_xact_id())


class ReplacedEntry(Owned, Base):
    """An entry as it was when the set was replaced; never changed.

    ``new_leaf_id`` is the leaf that took it over; without one, ``why`` says why none could.
    """

    __tablename__ = "replaced_entry"
    __table_args__ = (
        inside("replacement_id", "set_replacement"),
        inside("sheet_id", "score_sheet"),
        inside("leaf_id", "leaf"),
        inside("new_leaf_id", "leaf"),
        UniqueConstraint("replacement_id", "sheet_id", "leaf_id", "stage"),
        CheckConstraint("(new_leaf_id IS NULL) = (why <> '')", name="why"),
        Index("ix_replaced_entry_sheet_id", "sheet_id"),
    )

    replacement_id: Mapped[int]
    sheet_id: Mapped[int]
    leaf_id: Mapped[int]
    stage: Mapped[EntryStage] = mapped_column(Text)
    inputs: Mapped[Json]
    explanation: Mapped[str]
    updated_at: Mapped[datetime]
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    new_leaf_id: Mapped[int | None]
    why: Mapped[str] = mapped_column(default="", server_default="")
