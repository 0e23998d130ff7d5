"""Many sheets of one set at once, in columns over units: the same results as ``sheet``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.cells import Cells, Column, Columns, Mask, Override, Replaced, joined, split
from thidua.scoring.ints import LIMIT, Ints
from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import maximum_of
from thidua.scoring.sheet import exempt_leaves
from thidua.scoring.sums import (
    Counted,
    OwnSums,
    Sums,
    add,
    add_nodes,
    add_own,
    no_own_sums,
    no_sums,
)
from thidua.scoring.ticks import to_ticks
from thidua.spec.criteria import CriteriaSet


@dataclass(slots=True)
class BatchScore:
    """Results of many units in ticks, as ``SheetScore`` has them; leaves in printed order.

    ``ticks`` and ``branch`` (a position in ``branches``) are [leaf, unit], ``node_ticks`` and
    ``node_maximum`` [node, unit] in the order of ``nodes``, which are no leaves. The others are
    per unit, ``maximum_total`` being the unit's own maximum. Ticks are int32 where they surely
    fit.
    """

    criteria: CriteriaSet
    branches: tuple[str, ...]
    ticks: NDArray[Any]
    branch: NDArray[Any]
    nodes: tuple[str, ...]
    node_ticks: NDArray[Any]
    node_maximum: NDArray[Any]
    earned: NDArray[np.int64]
    bonus: NDArray[np.int64]
    penalty: NDArray[np.int64]
    total: NDArray[np.int64]
    maximum_total: NDArray[np.int64]

    def maximum(self, row: int) -> NDArray[np.int64]:
        """What a leaf adds to each unit's maximum."""
        leaf = self.criteria.leaves[row]
        own = [maximum_of(leaf, branch, self.criteria) for branch in self.branches]
        found: NDArray[np.int64] = np.array(own, dtype=np.int64)[self.branch[row]]
        return found

    def node(self, code: str) -> tuple[NDArray[Any], NDArray[Any]]:
        """Ticks (a penalty's below zero) and maximum of any node, per unit."""
        if code in self.nodes:
            place = self.nodes.index(code)
            return self.node_ticks[place], self.node_maximum[place]
        rows = {leaf.code: row for row, leaf in enumerate(self.criteria.leaves)}
        row = rows[code]
        penalty = self.criteria.leaves[row].counts_as == "penalty"
        return -self.ticks[row] if penalty else self.ticks[row], self.maximum(row)


class StageTotals(NamedTuple):
    """Totals of one stage per unit; domains are [domain, unit].

    What surveys, leaders and indices bring has no part in it.
    """

    total: Ints
    maximum_total: Ints
    domains: Ints


@dataclass(frozen=True, slots=True)
class Stages:
    """What units claimed, what it became by appraisal, and what counts in the end.

    ``replaced`` are the claims that an appraisal changed.
    """

    claimed: StageTotals
    appraised: StageTotals
    final: BatchScore
    replaced: Replaced


def score_batch(
    criteria: CriteriaSet,
    units: Sequence[Mapping[str, Mapping[str, int]]],
    *,
    exempt: Sequence[Collection[str]],
    not_held: Collection[str] = (),
    kinds: Mapping[str, RuleKind] = {},
) -> BatchScore:
    """Score units given as dictionaries (see ``score_sheet``); ``exempt`` has one entry a unit."""
    columns = {
        (leaf.code, spec.name): column_of(
            [unit.get(leaf.code, {}).get(spec.name) for unit in units]
        )
        for leaf in criteria.leaves
        for spec in leaf.inputs
    }
    mask = exempt_mask(criteria, exempt)
    return score_columns(criteria, columns, exempt=mask, not_held=not_held, kinds=kinds)


def exempt_mask(criteria: CriteriaSet, exempt: Sequence[Collection[str]]) -> Mask:
    """[leaf, unit] from the exempt nodes of each unit."""
    mask = np.zeros((len(criteria.leaves), len(exempt)), dtype=np.bool_)
    for unit, codes in enumerate(exempt):
        out = exempt_leaves(criteria, codes)
        mask[:, unit] = [leaf.code in out for leaf in criteria.leaves]
    return mask


def column_of(values: Sequence[int | None]) -> Column:
    """A column from numbers, None where there is none."""
    present = np.array([value is not None for value in values], dtype=np.bool_)
    filled = [0 if value is None else value for value in values]
    wide = any(abs(value) >= LIMIT for value in filled)
    return Column(np.array(filled, dtype=object if wide else np.int64), present)


def score_columns(
    criteria: CriteriaSet,
    columns: Columns,
    *,
    exempt: Mask,
    not_held: Collection[str] = (),
    kinds: Mapping[str, RuleKind] = {},
) -> BatchScore:
    """Score dense columns; ``exempt`` is [leaf, unit], ``not_held`` as in ``score_sheet``.

    A column that is not there is an input that every unit lacks. ``OverflowError`` where a result
    does not fit 64 bits; ``Invalid`` as in ``score_leaf``.
    """
    cells = Cells(criteria, columns, exempt, not_held, kinds)
    sums = no_sums(cells)
    for units in cells.blocks():
        for fed in cells.stacks:
            cells.fill(fed, units)
            add(cells, fed.stack, sums, units)
        add_nodes(cells, sums, units)
    cells.refuse_overflow()
    return _batch(cells, sums)


def score_stages(
    criteria: CriteriaSet,
    columns: Columns,
    appraised: Mapping[str, Override],
    *,
    exempt: Mask,
    not_held: Collection[str] = (),
    kinds: Mapping[str, RuleKind] = {},
) -> Stages:
    """Score what units claimed, what appraisals made of it, and what counts in the end.

    ``columns`` hold self-assessments, and the results of surveys and indices; ``appraised`` what
    differs from the former, by leaf code. Only what differs is scored twice. Otherwise as
    ``score_columns``.
    """
    cells = Cells(criteria, columns, exempt, not_held, kinds)
    sums, claimed, own = no_sums(cells), no_own_sums(cells), no_own_sums(cells)
    blocks, replaced = cells.blocks(), []
    for units, overrides in zip(blocks, split(appraised, blocks), strict=True):
        for fed in cells.stacks:
            cells.fill(fed, units)
            add_own(cells, fed.stack, claimed, units)
            replaced.append(cells.replace(fed.stack, overrides))
            add_own(cells, fed.stack, own, units)
            add(cells, fed.stack, sums, units)
        add_nodes(cells, sums, units)
    cells.refuse_overflow()
    return Stages(
        claimed=_totals(criteria, claimed),
        appraised=_totals(criteria, own),
        final=_batch(cells, sums),
        replaced=joined([item for item in replaced if item is not None]),
    )


def _batch(cells: Cells, sums: Sums) -> BatchScore:
    earned, bonus, penalty = _capped(cells.criteria, sums.counted())
    return BatchScore(
        criteria=cells.criteria,
        branches=tuple(cells.names),
        ticks=cells.ticks,
        branch=cells.branch,
        nodes=tuple(cells.plan.nodes),
        node_ticks=sums.heaps[:-3],
        node_maximum=sums.node_maxima,
        earned=earned,
        bonus=bonus,
        penalty=penalty,
        total=earned + bonus - penalty,
        maximum_total=sums.maximum,
    )


def _totals(criteria: CriteriaSet, sums: OwnSums) -> StageTotals:
    earned, bonus, penalty = _capped(criteria, sums.counted())
    return StageTotals(earned + bonus - penalty, sums.maximum, sums.heaps[:-2])


def _capped(criteria: CriteriaSet, counted: Counted) -> Counted:
    """What counts of them in the end; as ``sheet.counted``."""
    earned, bonus, penalty = counted
    if criteria.penalty_cap is not None:
        penalty = np.minimum(penalty, to_ticks(criteria.penalty_cap))
    after = penalty if criteria.bonus_capped == "after_penalty" else 0
    return Counted(earned, np.minimum(bonus, to_ticks(criteria.bonus_cap) + after), penalty)
