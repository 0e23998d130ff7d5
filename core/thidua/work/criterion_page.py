"""One criterion across all units: figures and points side by side, those that stand out marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import NotAllowed, NotFound
from thidua.scoring.kinds import RuleKind
from thidua.scoring.ticks import to_ticks
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.parts import InputSpec, Supplier
from thidua.store.actor import Actor
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.sheets import EntryStage, ScoreSheet
from thidua.work.access import OVERSEERS, Rights, rights_of
from thidua.work.campaigns import (
    campaign_by_id,
    campaign_units,
    exempt_nodes,
    scoring_sets,
)
from thidua.work.cells import APPRAISALS, Cell, Cells, cells_of, counted, rules_of
from thidua.work.duties import Duties, duties_of, unit_names
from thidua.work.evidence_counts import evidence_counts
from thidua.work.explanations import Asked, asked_of

FAR = Fraction("5.19")
"""3.5 × 1.4826: so many median absolute deviations from the median a value stands out."""

FEWEST = 5
"""With fewer values nothing stands out."""


@dataclass(frozen=True)
class CriterionRow:
    """One unit's line. ``share``: what counts of it, as a part of the maximum, exactly.

    ``outlier``: its share is far from most others'. ``out``: why it does not count for the unit.
    """

    unit_id: int
    unit: str
    kind: str
    group: str
    cells: Mapping[EntryStage, Cell]
    share: Fraction | None
    outlier: bool
    evidence: int
    asked: tuple[Asked, ...]
    out: str
    appraiser: str
    may_appraise: bool


@dataclass(frozen=True)
class CriterionPage:
    """A leaf of one set with the units that the reader may see, as they took part.

    ``maximum`` in ticks.
    """

    campaign_id: int
    year: int
    set_code: str
    code: str
    name: str
    guidance: str
    maximum: int
    inputs: tuple[InputSpec, ...]
    suppliers: Mapping[str, Supplier]
    illustrative: bool
    rows: tuple[CriterionRow, ...]


def criterion_page(
    session: Session,
    *,
    campaign_id: int,
    leaf_code: str,
    by: Actor,
    kind: str | None = None,
    kinds: Mapping[str, RuleKind] = {},
) -> CriterionPage:
    """A criterion across the units that its set scores; ``kind`` of unit chooses among sets.

    Overseers see all units, an appraiser those that it appraises in this criterion, and its own
    without what the others say of it. ``NotAllowed`` when nothing is left.
    """
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    rights = rights_of(session, by)
    if not rights.any_of(OVERSEERS | {"appraiser"}):
        raise NotAllowed("Bạn không có quyền xem một tiêu chí của mọi đơn vị.")
    set_id, criteria, leaf = _leaf(session, campaign, leaf_code, kind)
    duties = duties_of(session, campaign, criteria)
    units = [
        unit
        for unit in _units(session, campaign, set_id)
        if rights.any_of(OVERSEERS)
        or unit.unit_id in rights.units_as("appraiser")
        or duties.allows(leaf_code, unit.unit_id, rights, by)
    ]
    if not rights.any_of(OVERSEERS) and not any(
        duties.allows(leaf_code, unit.unit_id, rights, by) for unit in units
    ):
        raise NotAllowed(f"Tiêu chí {leaf_code} do cơ quan khác thẩm định.")
    rows = _rows(session, campaign, criteria, leaf, units, duties, rights, by, kinds)
    return CriterionPage(
        campaign.id, campaign.year, criteria.code, leaf.code, leaf.name, leaf.node.guidance,
        to_ticks(leaf.max_points), leaf.inputs,
        {item.name: leaf.supplier_of(item.name) for item in leaf.inputs}, criteria.illustrative,
        rows,
    )  # fmt: skip


def standing_out(shares: Sequence[Fraction]) -> list[bool]:
    """Which values are far from most: by the median of absolute deviations from the median.

    Where more than half are equal that median is 0; then the mean deviation is taken instead
    (Iglewicz and Hoaglin, 1993).
    """
    if len(shares) < FEWEST:
        return [False] * len(shares)
    middle = median(shares)
    away = [abs(share - middle) for share in shares]
    usual = median(away)
    if usual == 0:
        mean = Fraction(sum(away), len(away))
        return [mean > 0 and distance > Fraction("4.387") * mean for distance in away]
    return [distance > FAR * usual for distance in away]


def _leaf(
    session: Session, campaign: Campaign, code: str, kind: str | None
) -> tuple[int, CriteriaSet, Leaf]:
    for of, item in scoring_sets(session, campaign).items():
        for leaf in item.criteria.leaves:
            if leaf.code == code and kind in {None, of}:
                return item.row.id, item.criteria, leaf
    raise NotFound(f"Bộ tiêu chí không có mã {code}.")


def _units(session: Session, campaign: Campaign, set_id: int) -> list[CampaignUnit]:
    sets = scoring_sets(session, campaign)
    here = {kind for kind, item in sets.items() if item.row.id == set_id}
    return [unit for unit in campaign_units(session, campaign).values() if unit.kind in here]


def _rows(
    session: Session,
    campaign: Campaign,
    criteria: CriteriaSet,
    leaf: Leaf,
    units: Sequence[CampaignUnit],
    duties: Duties,
    rights: Rights,
    by: Actor,
    kinds: Mapping[str, RuleKind],
) -> tuple[CriterionRow, ...]:
    ids, rules = [unit.unit_id for unit in units], rules_of(session, campaign, criteria, kinds)
    found = cells_of(session, campaign, rules, units=ids, codes=[leaf.code])
    evidence, out = evidence_counts(session, campaign, ids), _out(session, campaign, criteria, leaf)
    asked = _asked(session, campaign, leaf.code)
    agencies = {*duties.agencies.values(), *duties.substitutes.values()}
    names = unit_names(session, campaign, agencies)
    person = by.kind == "person"
    cells = {
        id_: _shown(found.get((id_, leaf.code), {}), hidden=person and id_ in rights.units)
        for id_ in ids
    }
    each = {id_: _share(cells[id_], leaf) for id_ in ids if id_ not in out}
    shares = {id_: share for id_, share in each.items() if share is not None}
    far = dict(zip(shares, standing_out(list(shares.values())), strict=True))
    return tuple(
        CriterionRow(
            unit_id=unit.unit_id,
            unit=unit.name,
            kind=unit.kind,
            group=unit.group_label,
            cells=cells[unit.unit_id],
            share=shares.get(unit.unit_id),
            outlier=far.get(unit.unit_id, False),
            evidence=evidence.get((unit.unit_id, leaf.code), 0),
            asked=tuple(asked.get(unit.unit_id, ())),
            out=out.get(unit.unit_id, ""),
            appraiser=duties.named(leaf.code, unit.unit_id, names),
            may_appraise=duties.allows(leaf.code, unit.unit_id, rights, by),
        )
        for unit in units
    )


def _shown(cells: Cells, *, hidden: bool) -> Cells:
    """Without what the appraisers say, where that is about the reader's own unit."""
    return {stage: cell for stage, cell in cells.items() if not hidden or stage not in APPRAISALS}


def _share(cells: Cells, leaf: Leaf) -> Fraction | None:
    cell, maximum = counted(cells), to_ticks(leaf.max_points)
    return None if cell is None or cell.missing or not maximum else Fraction(cell.ticks, maximum)


def _out(session: Session, campaign: Campaign, criteria: CriteriaSet, leaf: Leaf) -> dict[int, str]:
    at = [other.code for other in criteria.leaves].index(leaf.code)
    above = {code for code, (first, end) in criteria.spans.items() if first <= at < end}
    return {
        unit_id: reason
        for unit_id, nodes in exempt_nodes(session, campaign).items()
        for node, reason in nodes.items()
        if node in above
    }


def _asked(session: Session, campaign: Campaign, code: str) -> dict[int, list[Asked]]:
    sheets = session.scalars(
        select(ScoreSheet.id).where(ScoreSheet.campaign_id == campaign.id)
    ).all()
    found: dict[int, list[Asked]] = {}
    for item in asked_of(session, sheets):
        if item.leaf == code:
            found.setdefault(item.unit_id, []).append(item)
    return found
