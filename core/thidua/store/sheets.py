"""Score sheets: what units, agencies and surveys entered, kept apart and never overwritten."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from thidua.store.base import Base, Json, Owned, Versioned, inside

EntryStage = Literal["self", "agency", "appraised", "reappraised", "survey"]
"""Tự chấm; figures that an appraising agency supplies; thẩm định lần 1, lần 2; điều tra, chỉ số."""

SignedHow = Literal["click", "paper"]


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
    """Dòng điểm: the inputs of one leaf at one stage, as whole numbers by name.

    ``explanation`` is the unit's giải trình, or the appraiser's comment. ``recent_saves`` are the
    ids of the last saves, newest last, by which one that is sent twice is known.
    """

    __tablename__ = "score_entry"
    __table_args__ = (
        inside("sheet_id", "score_sheet"),
        inside("leaf_id", "leaf"),
        UniqueConstraint("sheet_id", "leaf_id", "stage"),
        CheckConstraint(
            "stage IN ('self', 'agency', 'appraised', 'reappraised', 'survey')", name="stage"
        ),
    )

    sheet_id: Mapped[int]
    leaf_id: Mapped[int]
    stage: Mapped[EntryStage] = mapped_column(Text)
    inputs: Mapped[Json]
    explanation: Mapped[str] = mapped_column(default="", server_default="")
    recent_saves: Mapped[list[str]] = mapped_column(default=list, server_default="{}")
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    sheet: Mapped[ScoreSheet] = relationship(
        foreign_keys="ScoreEntry.sheet_id", back_populates="entries"
    )


class SignOff(Owned, Base):
    """Ký xác nhận: the head of the unit stands by the self-assessment as it was then.

    ``click``: with the account; ``paper``: a signed document with number, day and signer.
    ``reason`` says why it was signed though incomplete. A withdrawn one stays.
    """

    __tablename__ = "sign_off"
    __table_args__ = (
        inside("sheet_id", "score_sheet"),
        CheckConstraint("how IN ('click', 'paper')", name="how"),
        CheckConstraint(
            "how = 'click' OR (number <> '' AND signed_on IS NOT NULL)", name="paper"
        ),
        Index(
            "uq_sign_off_standing",
            "sheet_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    sheet_id: Mapped[int]
    how: Mapped[SignedHow] = mapped_column(Text)
    signer: Mapped[str]
    number: Mapped[str] = mapped_column(default="", server_default="")
    signed_on: Mapped[date | None]
    check_code: Mapped[str]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawal: Mapped[str] = mapped_column(default="", server_default="")
