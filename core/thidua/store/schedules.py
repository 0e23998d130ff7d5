"""The calendar of a campaign: a window for a step, and what lengthened or reopened it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from thidua.store.base import Base, Owned, inside

Step = Literal[
    "following", "self", "appraisal_1", "explanation", "appraisal_2", "adoption", "petitions"
]
STEPS: tuple[Step, ...] = (
    "following", "self", "appraisal_1", "explanation", "appraisal_2", "adoption", "petitions",
)  # fmt: skip
"""The steps of a campaign, in the order in which a year goes through them."""

_STEP = (
    "step IN ('following', 'self', 'appraisal_1', 'explanation', 'appraisal_2', 'adoption', "
    "'petitions')"
)


class CampaignWindow(Owned, Base):
    """Thời hạn of a step: from ``opens_at`` on, and no more at ``closes_at``."""

    __tablename__ = "campaign_window"
    __table_args__ = (
        inside("campaign_id", "campaign"),
        UniqueConstraint("province_id", "campaign_id", "step"),
        CheckConstraint(_STEP, name="step"),
        CheckConstraint("opens_at < closes_at", name="order"),
    )

    campaign_id: Mapped[int]
    step: Mapped[Step] = mapped_column(Text)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]


class Extension(Owned, Base):
    """Gia hạn: a step open until later, for one unit, a kind of unit, or (neither named) all.

    It holds from ``made_at`` on, until it is withdrawn; the row stays, so that it can be told
    later what was open when.
    """

    __tablename__ = "extension"
    __table_args__ = (
        inside("campaign_id", "campaign"),
        inside("unit_id", "unit"),
        CheckConstraint(_STEP, name="step"),
        CheckConstraint("kind IS NULL OR unit_id IS NULL", name="whom"),
        CheckConstraint("made_at < until", name="until"),
    )

    campaign_id: Mapped[int]
    step: Mapped[Step] = mapped_column(Text)
    kind: Mapped[str | None]
    unit_id: Mapped[int | None]
    until: Mapped[datetime]
    reason: Mapped[str]
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
