"""The units of a campaign scored and graded together, with what a result row holds of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from thidua.scoring.batch import grade_batch, quotients_of
from thidua.scoring.grading import Graded
from thidua.scoring.kinds import RuleKind
from thidua.scoring.orders import Quotient
from thidua.scoring.rules import maximum_of
from thidua.scoring.vector import Stages, exempt_mask, score_stages
from thidua.spec.grading import Grading
from thidua.store.base import Json
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.work.aside import Aside
from thidua.work.campaigns import ScoringSet, campaign_units, exempt_nodes
from thidua.work.detail import written_line
from thidua.work.entered import (
    Entered,
    EnteredLeaf,
    base_of,
    columns_of,
    entries_of,
    override_of,
)

OPEN_KINDS = ("unappraised", "pending", "missing")
"""In how many ways a unit's row may be open, in the order in which they are told."""


@dataclass(frozen=True)
class ScoredUnit:
    """One unit: points and maximum in ticks, how many of its rows are open in which way."""

    unit: CampaignUnit
    points: int
    maximum: int
    graded: Graded
    open_rows: Mapping[str, int]
    detail: Json


@dataclass(frozen=True)
class _Group:
    """The units that one set scores, what was entered for each of its leaves, and the outcome."""

    scoring: ScoringSet
    units: Sequence[CampaignUnit]
    exempt: Sequence[Mapping[str, str]]
    entered: Mapping[str, EnteredLeaf]
    stages: Stages


def scored_units(
    session: Session,
    campaign: Campaign,
    sets: Mapping[str, ScoringSet],
    aside: Aside,
    kinds: Mapping[str, RuleKind],
) -> list[ScoredUnit]:
    """Every unit of the campaign, in the order in which it took part."""
    entered, exempt = entries_of(session, campaign), exempt_nodes(session, campaign)
    units = [*campaign_units(session, campaign).values()]
    by_set: dict[int, list[CampaignUnit]] = {}
    for unit in units:
        by_set.setdefault(sets[unit.kind].row.id, []).append(unit)
    groups = [
        _scored(sets[found[0].kind], found, entered, exempt, aside, kinds)
        for found in by_set.values()
    ]
    graded = _graded(groups, aside)
    scored = {item.unit.id: item for group in groups for item in _units(group, graded)}
    return [scored[unit.id] for unit in units]


def _scored(
    scoring: ScoringSet,
    units: Sequence[CampaignUnit],
    entered: Entered,
    exempt: Mapping[int, Mapping[str, str]],
    aside: Aside,
    kinds: Mapping[str, RuleKind],
) -> _Group:
    criteria, places = scoring.criteria, {unit.unit_id: at for at, unit in enumerate(units)}
    leaves = {x.code: entered.get((scoring.row.id, x.code), EnteredLeaf()) for x in criteria.leaves}
    columns, overrides = {}, {}
    for leaf in criteria.leaves:
        base, counted = base_of(leaf, leaves[leaf.code]), leaves[leaf.code].counted()
        columns.update(columns_of(leaf, base, places))
        override = override_of(leaf, base, counted, places)
        if override is not None:
            overrides[leaf.code] = override
    nodes = [exempt.get(unit.unit_id, {}) for unit in units]
    stages = score_stages(
        criteria, columns, overrides, exempt=exempt_mask(criteria, nodes),
        not_held=aside.not_held, kinds=kinds,
    )  # fmt: skip
    return _Group(scoring, units, nodes, leaves, stages)


def _graded(groups: Sequence[_Group], aside: Aside) -> dict[int, Graded]:
    """Index, rank and band by unit id; units of one grading are ranked together."""
    graded: dict[int, Graded] = {}
    for grading in dict.fromkeys(group.scoring.grading for group in groups):
        here = [group for group in groups if group.scoring.grading == grading]
        units = [unit for group in here for unit in group.units]
        labels = {label: at for at, label in enumerate({unit.group_label for unit in units})}
        batch = grade_batch(
            _joined(here, grading),
            np.array([labels[unit.group_label] for unit in units]),
            grading,
            ranked=np.array([unit.unit_id not in aside.unranked for unit in units]),
        )
        for at, unit in enumerate(units):
            graded[unit.unit_id] = batch.unit(str(unit.unit_id), at, grading)
    return graded


def _joined(groups: Sequence[_Group], grading: Grading) -> list[Quotient]:
    """What decides, of the units of several sets behind each other."""
    each = [quotients_of(group.stages.final, grading) for group in groups]
    return [
        Quotient(*(np.concatenate(parts) for parts in zip(*row, strict=True)))
        for row in zip(*each, strict=True)
    ]


def _units(group: _Group, graded: Mapping[int, Graded]) -> Iterable[ScoredUnit]:
    criteria, final, lines = group.scoring.criteria, group.stages.final, _lines(group)
    for at, (unit, reasons) in enumerate(zip(group.units, group.exempt, strict=True)):
        yield ScoredUnit(
            unit=unit,
            points=int(final.total[at]),
            maximum=int(final.maximum_total[at]),
            graded=graded[unit.unit_id],
            open_rows=lines[at].open_rows,
            detail={
                "set": [criteria.code, criteria.version],
                "bonus": int(final.bonus[at]),
                "penalty": int(final.penalty[at]),
                "exempt": dict(reasons),
                "leaves": lines[at].leaves,
                "claims": lines[at].claims,
            },
        )


@dataclass(frozen=True)
class _Lines:
    """What a row holds of the leaves of one unit, and how many of them are open in which way."""

    leaves: list[list[Any]] = field(default_factory=list)
    claims: list[list[Any]] = field(default_factory=list)
    open_rows: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OPEN_KINDS, 0))


def _lines(group: _Group) -> list[_Lines]:
    """Of each unit, leaf by leaf."""
    lines = [_Lines() for _ in group.units]
    rows, units, ticks, branch = (found.tolist() for found in group.stages.replaced)
    replaced = {(row, at): cell for row, at, *cell in zip(rows, units, ticks, branch, strict=True)}
    for row in range(len(group.scoring.criteria.leaves)):
        _add_leaf(group, row, replaced, lines)
    return lines


def _add_leaf(
    group: _Group,
    row: int,
    replaced: Mapping[tuple[int, int], Sequence[int]],
    lines: Sequence[_Lines],
) -> None:
    """One leaf of all units."""
    final, criteria = group.stages.final, group.scoring.criteria
    leaf, names = criteria.leaves[row], group.stages.final.branches
    codes = np.unique(np.concatenate([final.branch[row], group.stages.replaced.branch]))
    maxima = {code: maximum_of(leaf, names[code], criteria) for code in codes.tolist()}
    entered = group.entered[leaf.code]
    own, appraised, counted = entered.at("self"), entered.at("appraised"), entered.counted()
    cells = zip(final.ticks[row].tolist(), final.branch[row].tolist(), strict=True)
    for at, (unit, line, (ticks, code)) in enumerate(zip(group.units, lines, cells, strict=True)):
        source = counted.get(unit.unit_id)
        line.leaves.append(written_line(leaf.code, ticks, maxima[code], names[code], source))
        branch = names[code]
        if branch in line.open_rows and leaf.counts_as != "bonus":
            line.open_rows[branch] += 1
        claim = own.get(unit.unit_id)
        if claim is None:
            continue
        if unit.unit_id in appraised:
            ticks, code = replaced.get((row, at), (ticks, code))
            line.claims.append(written_line(leaf.code, ticks, maxima[code], names[code], claim))
        elif branch != "exempt":
            line.open_rows["unappraised"] += 1
