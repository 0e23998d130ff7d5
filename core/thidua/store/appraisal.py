"""Who appraises what in a campaign, and what a unit was asked to explain."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from thidua.store.base import Base, Owned, Versioned, inside
from thidua.store.sheets import EntryStage


class Assignment(Owned, Base):
    """Phân công: an agency, or one person of it, appraises a node in this campaign.

    It goes before what the set says. ``set_code`` and ``node`` stay the same over the versions of
    a set.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        inside("campaign_id", "campaign"),
        inside("agency_id", "unit"),
        UniqueConstraint(
            "campaign_id", "set_code", "node", "user_id", postgresql_nulls_not_distinct=True
        ),
    )

    campaign_id: Mapped[int]
    set_code: Mapped[str]
    node: Mapped[str]
    agency_id: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class SubstituteAgency(Owned, Base):
    """Cơ quan thẩm định thay: appraises the own sheet of an agency, before what the set says."""

    __tablename__ = "substitute_agency"
    __table_args__ = (
        inside("campaign_id", "campaign"),
        inside("agency_id", "unit"),
        inside("by_id", "unit"),
        UniqueConstraint("campaign_id", "agency_id"),
        CheckConstraint("agency_id <> by_id", name="other"),
    )

    campaign_id: Mapped[int]
    agency_id: Mapped[int]
    by_id: Mapped[int]


class ExplanationRequest(Owned, Versioned, Base):
    """Yêu cầu giải trình on one line of a sheet, and the unit's answer once it came.

    ``stage`` is the round of appraisal that asks.
    """

    __tablename__ = "explanation_request"
    __table_args__ = (
        inside("sheet_id", "score_sheet"),
        inside("leaf_id", "leaf"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answer"),
    )

    sheet_id: Mapped[int]
    leaf_id: Mapped[int]
    stage: Mapped[EntryStage] = mapped_column(Text)
    question: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
