"""Campaigns and what each froze when it opened: sets, gradings, units, exemptions.

Write the frozen rows first and ``opened_at`` last: afterwards the database refuses changes.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from thidua.store.base import Base, Json, Owned, Versioned, inside

CampaignStage = Literal["draft", "open", "closed"]


class Campaign(Owned, Versioned, Base):
    """Kỳ đánh giá: one year's scoring. At most one of a year is a draft or open.

    ``opens_on`` is the day of opening; for a draft the day for which it is planned.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("stage IN ('draft', 'open', 'closed')", name="stage"),
        CheckConstraint("stage <> 'draft' OR opened_at IS NULL", name="draft"),
        UniqueConstraint("province_id", "id"),
        Index(
            "uq_campaign_living", "province_id", "year", unique=True,
            postgresql_where=text("stage <> 'closed'"),
        ),
    )  # fmt: skip

    year: Mapped[int]
    title: Mapped[str]
    stage: Mapped[CampaignStage] = mapped_column(Text, default="open", server_default="open")
    opens_on: Mapped[date]
    opened_at: Mapped[datetime | None]
    illustrative: Mapped[bool]
    sets: Mapped[list[CampaignSet]] = relationship(foreign_keys="CampaignSet.campaign_id")
    units: Mapped[list[CampaignUnit]] = relationship(foreign_keys="CampaignUnit.campaign_id")
    exemptions: Mapped[list[Exemption]] = relationship(
        primaryjoin="foreign(Exemption.campaign_id) == Campaign.id"
    )


class CampaignSet(Owned, Base):
    """The criteria set and grading by which one kind of unit is scored in a campaign."""

    __tablename__ = "campaign_set"
    __table_args__ = (
        inside("campaign_id", "campaign"),
        inside("criteria_set_id", "criteria_set"),
        UniqueConstraint("campaign_id", "kind"),
    )

    campaign_id: Mapped[int]
    kind: Mapped[str]
    criteria_set_id: Mapped[int]
    grading: Mapped[Json]


class CampaignUnit(Owned, Base):
    """A unit as the campaign found it; ``kind`` and ``cluster`` are codes."""

    __tablename__ = "campaign_unit"
    __table_args__ = (
        inside("campaign_id", "campaign"),
        inside("unit_id", "unit"),
        UniqueConstraint("province_id", "campaign_id", "unit_id"),
    )

    campaign_id: Mapped[int]
    unit_id: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]
    cluster: Mapped[str | None]
    group_label: Mapped[str] = mapped_column(default="", server_default="")


class Exemption(Owned, Base):
    """Không đánh giá: a node that does not count for one unit, and why."""

    __tablename__ = "exemption"
    __table_args__ = (
        ForeignKeyConstraint(
            ["province_id", "campaign_id", "unit_id"],
            ["campaign_unit.province_id", "campaign_unit.campaign_id", "campaign_unit.unit_id"],
        ),
        UniqueConstraint("campaign_id", "unit_id", "node"),
    )

    campaign_id: Mapped[int]
    unit_id: Mapped[int]
    node: Mapped[str]
    reason: Mapped[str]


class SurveyNotHeld(Owned, Base):
    """Không tổ chức điều tra: a survey that leaves the maxima of a campaign's units, and why."""

    __tablename__ = "survey_not_held"
    __table_args__ = (
        inside("campaign_id", "campaign"),
        UniqueConstraint("campaign_id", "survey"),
    )

    campaign_id: Mapped[int]
    survey: Mapped[str]
    reason: Mapped[str]
