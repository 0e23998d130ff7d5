"""Where the stored criteria sets are used: by which campaigns, and for which kinds of unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql import literal

from thidua.store.actor import Actor
from thidua.store.campaigns import Campaign, CampaignSet, CampaignStage
from thidua.store.people import ROLES
from thidua.store.reissue import SetReplacement
from thidua.work.access import require


@dataclass(frozen=True)
class SetUse:
    """A campaign that scores by a set, or (``replaced``) did until a set issued anew took over."""

    campaign_id: int
    year: int
    title: str
    stage: CampaignStage
    kinds: tuple[str, ...]
    replaced: bool


def set_uses(session: Session, *, by: Actor) -> Mapping[int, Sequence[SetUse]]:
    """The uses of every set by its id, newest year first; any role may read."""
    require(session, by, ROLES, "xem bộ tiêu chí")
    now = select(
        CampaignSet.criteria_set_id.label("set_id"), CampaignSet.campaign_id, CampaignSet.kind,
        literal(False).label("replaced"),
    )  # fmt: skip
    before = select(
        SetReplacement.old_set_id, SetReplacement.campaign_id, SetReplacement.kind, literal(True)
    )
    used = union_all(now, before).subquery()
    rows = session.execute(
        select(used, Campaign.year, Campaign.title, Campaign.stage)
        .join(Campaign, Campaign.id == used.c.campaign_id)
        .order_by(Campaign.year.desc(), Campaign.id.desc(), used.c.replaced, used.c.kind)
    ).all()
    found: dict[int, dict[tuple[int, bool], SetUse]] = {}
    for row in rows:
        uses = found.setdefault(row.set_id, {})
        known = uses.get((row.campaign_id, row.replaced))
        kinds = (*(known.kinds if known else ()), row.kind)
        uses[row.campaign_id, row.replaced] = SetUse(
            row.campaign_id, row.year, row.title, row.stage, kinds, row.replaced
        )
    return {set_id: tuple(uses.values()) for set_id, uses in found.items()}
