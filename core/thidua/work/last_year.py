"""Last year's line beside this year's: of the unit itself, or of whom it carries on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from thidua.spec.criteria import CriteriaSet
from thidua.store.campaigns import Campaign, CampaignSet, CampaignUnit
from thidua.store.criteria import StoredCriteriaSet
from thidua.work.cells import Rules, cells_of, counted, rules_of
from thidua.work.sets import parsed
from thidua.work.successions import ancestors
from thidua.work.writing import Place


@dataclass(frozen=True)
class LastYear:
    """What counted of a line then, points in ticks, and what the unit explained."""

    campaign_id: int
    year: int
    unit_id: int
    unit: str
    code: str
    name: str
    inputs: Mapping[str, int]
    ticks: int
    maximum: int
    words: str
    text: str


def last_year(session: Session, place: Place, rules: Rules) -> dict[str, LastYear]:
    """By leaf code of this year's set; the newest earlier campaign with the unit counts.

    Where the unit took no part itself, the first of those that went into it, by name. A line is
    the same by the mapping that the set declares to the other, by its code in another version of
    the same set, or by code and name.
    """
    found = _before(session, place)
    if found is None:
        return {}
    campaign, unit, criteria = found
    pairs = dict(_pairs(place.criteria, criteria))
    then = rules_of(session, campaign, criteria, rules.kinds)
    cells = cells_of(session, campaign, then, units=[unit.unit_id], codes=set(pairs.values()))
    names = {leaf.code: leaf.name for leaf in criteria.leaves}
    lines: dict[str, LastYear] = {}
    for code, old in pairs.items():
        stages = cells.get((unit.unit_id, old), {})
        cell, own = counted(stages), stages.get("self")
        if cell:
            lines[code] = LastYear(
                campaign.id, campaign.year, unit.unit_id, unit.name, old, names[old], cell.inputs,
                cell.ticks, cell.maximum, cell.words, own.text if own else "",
            )  # fmt: skip
    return lines


def _before(session: Session, place: Place) -> tuple[Campaign, CampaignUnit, CriteriaSet] | None:
    own = place.unit.unit_id
    units = {own, *ancestors(session, unit_id=own)}
    rows = session.execute(
        select(Campaign, CampaignUnit, StoredCriteriaSet)
        .join(CampaignUnit, CampaignUnit.campaign_id == Campaign.id)
        .join(
            CampaignSet,
            (CampaignSet.campaign_id == Campaign.id) & (CampaignSet.kind == CampaignUnit.kind),
        )
        .join(StoredCriteriaSet, StoredCriteriaSet.id == CampaignSet.criteria_set_id)
        .where(Campaign.year < place.campaign.year, CampaignUnit.unit_id.in_(units))
        .options(defer(StoredCriteriaSet.document))
    ).all()
    best = min(
        rows,
        key=lambda row: (-row[0].year, row[1].unit_id != own, -row[0].id, row[1].name),
        default=None,
    )
    return None if best is None else (best[0], best[1], parsed(best[2]))


def _pairs(new: CriteriaSet, old: CriteriaSet) -> Iterator[tuple[str, str]]:
    """Each leaf of the new set with the one of the old that says the same."""
    names = {leaf.code: leaf.name for leaf in old.leaves}
    mapped = {
        pair.node: pair.to[0]
        for mapping in new.mappings
        if mapping.to == old.code
        for pair in mapping.pairs
    }
    for leaf in new.leaves:
        other = mapped.get(leaf.code, leaf.code)
        same = leaf.code in mapped or new.code == old.code or names.get(other) == leaf.name
        if other in names and same:
            yield leaf.code, other
