"""Many sheets of one set at once, in columns over units: the same results as ``sheet``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.cells import Cells, Change, Column, Columns, Mask, Override, Replaced, joined
from thidua.scoring.ints import LIMIT, Ints
from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import maximum_of
from thidua.scoring.sheet import exempt_leaves
from thidua.scoring.sums import (
    StageSums,
    Sums,
    add_up,
    claimed_sums,
    empty_sums,
    own_sums,
    side_by_side,
)
from thidua.scoring.ticks import to_ticks
from thidua.spec.criteria import CriteriaSet

T = TypeVar("T")


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
    cells = Cells(criteria, exempt, not_held, kinds)
    sums = empty_sums(cells)

    def work(span: slice) -> None:
        cells.fill(columns, span)
        add_up(cells, sums, span)

    _side_by_side(work, cells.spans())
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
    cells = Cells(criteria, exempt, not_held, kinds)
    sums = empty_sums(cells)

    def work(span: slice) -> tuple[list[Change], StageSums, StageSums]:
        cells.fill(columns, span)
        changes = cells.replace(appraised, span)
        add_up(cells, sums, span)
        own = own_sums(cells, sums, span)
        return changes, own, claimed_sums(cells, own, changes, span)

    changes, own, claimed = zip(*_side_by_side(work, cells.spans()), strict=True)
    cells.refuse_overflow()
    return Stages(
        claimed=_totals(criteria, side_by_side(claimed)),
        appraised=_totals(criteria, side_by_side(own)),
        final=_batch(cells, sums),
        replaced=joined([change for part in changes for change in part]),
    )


def _side_by_side(work: Callable[[slice], T], spans: Sequence[slice]) -> list[T]:
    """Do the work for each range of units, in a thread of its own where there are several."""
    if len(spans) == 1:
        return [work(spans[0])]
    with ThreadPoolExecutor(len(spans)) as pool:
        return list(pool.map(work, spans))


def _batch(cells: Cells, sums: Sums) -> BatchScore:
    earned, bonus, penalty = _counted(cells.criteria, sums.counted)
    return BatchScore(
        criteria=cells.criteria,
        branches=tuple(cells.names),
        ticks=cells.ticks,
        branch=cells.branch,
        nodes=tuple(cells.plan.nodes),
        node_ticks=sums.nodes,
        node_maximum=sums.node_maxima,
        earned=earned,
        bonus=bonus,
        penalty=penalty,
        total=earned + bonus - penalty,
        maximum_total=sums.maximum,
    )


def _totals(criteria: CriteriaSet, sums: StageSums) -> StageTotals:
    earned, bonus, penalty = _counted(criteria, sums.counted)
    return StageTotals(earned + bonus - penalty, sums.maximum, sums.domains)


def _counted(criteria: CriteriaSet, sums: Ints) -> tuple[Ints, Ints, Ints]:
    """Points, bonus and penalty after their caps, from their sums; as ``sheet.counted``."""
    earned, bonus, penalty = sums
    if criteria.penalty_cap is not None:
        penalty = np.minimum(penalty, to_ticks(criteria.penalty_cap))
    after = penalty if criteria.bonus_capped == "after_penalty" else 0
    return earned, np.minimum(bonus, to_ticks(criteria.bonus_cap) + after), penalty
