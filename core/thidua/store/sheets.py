"""Score sheets: what units, appraisers and surveys entered, kept apart and never overwritten."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from thidua.store.base import Base, Json, Owned, Versioned, inside

EntryStage = Literal["self", "appraised", "survey"]


class ScoreSheet(Owned, Versioned, Base):
    """Phiếu chấm điểm: one unit in one campaign."""

    __tablename__ = "score_sheet"
    __table_args__ = (
        ForeignKeyConstraint(
            ["province_id", "campaign_id", "unit_id"],
            ["campaign_unit.province_id", "campaign_unit.campaign_id", "campaign_unit.unit_id"],
        ),
        UniqueConstraint("campaign_id", "unit_id"),
        UniqueConstraint("province_id", "id"),
    )

    campaign_id: Mapped[int]
    unit_id: Mapped[int]
    entries: Mapped[list[ScoreEntry]] = relationship(
        foreign_keys="ScoreEntry.sheet_id", back_populates="sheet"
    )


class ScoreEntry(Owned, Versioned, Base):
    """Dòng điểm: the inputs of one leaf at one stage, as whole numbers by name."""

    __tablename__ = "score_entry"
    __table_args__ = (
        inside("sheet_id", "score_sheet"),
        inside("leaf_id", "leaf"),
        UniqueConstraint("sheet_id", "leaf_id", "stage"),
        CheckConstraint("stage IN ('self', 'appraised', 'survey')", name="stage"),
    )

    sheet_id: Mapped[int]
    leaf_id: Mapped[int]
    stage: Mapped[EntryStage] = mapped_column(Text)
    inputs: Mapped[Json]
    explanation: Mapped[str] = mapped_column(default="", server_default="")
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    sheet: Mapped[ScoreSheet] = relationship(
        foreign_keys="ScoreEntry.sheet_id", back_populates="entries"
    )
