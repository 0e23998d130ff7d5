"""Thời hạn of one unit in one step: until when, and why nothing is taken now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from thidua.errors import Conflict
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.schedules import Step
from thidua.work.windows import Schedule, hour
from thidua.work.writing import refuse_not_open


@dataclass(frozen=True)
class Term:
    """``until``: when the step ends for the unit, if it does; ``refusal``: why it is closed."""

    until: datetime | None
    refusal: str

    @property
    def open(self) -> bool:
        """Whether something may be entered now."""
        return not self.refusal

    @property
    def words(self) -> str:
        """``đến 17 giờ 00 ngày 30/11/2026``; empty for a step that has no end."""
        return f"đến {hour(self.until)}" if self.until else ""


def term_of(
    schedule: Schedule, campaign: Campaign, unit: CampaignUnit, step: Step, at: datetime
) -> Term:
    """The term of ``step`` for a unit as it stands at ``at``."""
    unit_id, kind = unit.unit_id, unit.kind
    until = schedule.end(step, at=at, unit_id=unit_id, kind=kind)
    try:
        refuse_not_open(campaign)
    except Conflict as closed:
        return Term(until, str(closed))
    return Term(until, schedule.refusal(step, at=at, unit_id=unit_id, kind=kind) or "")
