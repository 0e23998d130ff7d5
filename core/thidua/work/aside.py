"""What a campaign leaves aside: surveys that were not held, units outside the common ranking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.store.base import Json
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.units import Unit
from thidua.work.campaigns import ScoringSet
from thidua.work.surveys import surveys_not_held


@dataclass(frozen=True)
class Aside:
    """Reasons by survey code and by unit id."""

    not_held: Mapping[str, str]
    unranked: Mapping[int, str]

    def findings(self, units: Iterable[CampaignUnit]) -> list[Json]:
        """What the version says of them."""
        found: list[Json] = [
            {
                "kind": "not_held",
                "unit_id": None,
                "unit": f"Điều tra {survey}",
                "message": f"Không tổ chức, đã bỏ khỏi điểm tối đa: {reason}",
            }
            for survey, reason in self.not_held.items()
        ]
        return found + [
            {
                "kind": "unranked",
                "unit_id": unit.unit_id,
                "unit": unit.name,
                "message": f"Không xếp hạng chung: {self.unranked[unit.unit_id]}",
            }
            for unit in units
            if unit.unit_id in self.unranked
        ]


def left_aside(session: Session, campaign: Campaign, sets: Mapping[str, ScoringSet]) -> Aside:
    """What the campaign and its sets (by kind of unit) leave aside."""
    return Aside(surveys_not_held(session, campaign), _unranked(session, campaign, sets))


def _unranked(
    session: Session, campaign: Campaign, sets: Mapping[str, ScoringSet]
) -> dict[int, str]:
    reasons = {
        (kind, key): group.reason
        for kind, item in sets.items()
        for group in item.criteria.unranked
        for key in group.units
    }
    if not reasons:
        return {}
    rows = session.execute(
        select(CampaignUnit.unit_id, CampaignUnit.kind, Unit.key)
        .join(Unit, Unit.id == CampaignUnit.unit_id)
        .where(CampaignUnit.campaign_id == campaign.id)
    )
    return {
        row.unit_id: reasons[row.kind, row.key] for row in rows if (row.kind, row.key) in reasons
    }
