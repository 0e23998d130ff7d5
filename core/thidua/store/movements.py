"""The life of a movement: how it was amended, and what units did for it, each by a document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from thidua.store.base import Base, Json, Owned, inside
from thidua.store.papers import StoredPaper

ActKind = Literal["registered", "launched", "folded", "fulfilled"]
"""Đăng ký tham gia; phát động hưởng ứng by a plan of its own; lồng ghép into another plan of the
unit; thực hiện a duty of the movement."""


class MovementAmendment(Owned, Base):
    """Sửa đổi, bổ sung: the whole movement as a later document has it. It never changes.

    ``number`` counts 2, 3, 4… within the movement: 1 is the movement as applied. ``amended_on`` is
    the day of the document that amends, which the movement itself names.
    """

    __tablename__ = "movement_amendment"
    __table_args__ = (
        inside("movement_id", "movement"),
        UniqueConstraint("movement_id", "number"),
    )

    movement_id: Mapped[int]
    number: Mapped[int]
    amended_on: Mapped[date]
    hash: Mapped[str]
    document: Mapped[Json]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class MovementAct(Owned, Base):
    """What a unit did for a movement on a day, and the paper or evidence that proves it.

    ``year``: the round it is about; None: the whole movement. ``duty`` is the duty's code where the
    act fulfils one. ``note``: the plan it was folded into, or a remark. Taken back, it stays.
    """

    __tablename__ = "movement_act"
    __table_args__ = (
        inside("movement_id", "movement"),
        inside("unit_id", "unit"),
        inside("paper_id", "paper"),
        inside("evidence_id", "evidence_item"),
        CheckConstraint("kind IN ('registered', 'launched', 'folded', 'fulfilled')", name="kind"),
        CheckConstraint("(kind = 'fulfilled') = (duty <> '')", name="duty"),
        CheckConstraint("kind <> 'folded' OR note <> ''", name="folded"),
        CheckConstraint("num_nonnulls(paper_id, evidence_id) > 0", name="proof"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawal = '')", name="withdrawn"),
        Index(
            "uq_movement_act_standing",
            "movement_id",
            "unit_id",
            "kind",
            "duty",
            "year",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
    )

    movement_id: Mapped[int]
    unit_id: Mapped[int]
    kind: Mapped[ActKind] = mapped_column(Text)
    year: Mapped[int | None]
    duty: Mapped[str] = mapped_column(default="", server_default="")
    done_on: Mapped[date]
    paper_id: Mapped[int | None]
    evidence_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    made_by_name: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    withdrawal: Mapped[str] = mapped_column(default="", server_default="")
    paper: Mapped[StoredPaper | None] = relationship(foreign_keys="MovementAct.paper_id")
