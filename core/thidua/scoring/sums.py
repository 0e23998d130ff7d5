"""What the cells of a batch add up to: by node, by what they count as, and each unit's maximum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.cells import Cells, Change
from thidua.scoring.ints import Ints
from thidua.scoring.plan import BONUS, PENALTY, Below, Plan
from thidua.scoring.rules import OUTSIDE

BLOCK = 524_288
"""Cells added up at once."""


@dataclass(slots=True)
class Sums:
    """Sums in ticks: [node, unit] with penalties below zero, and each unit's maximum.

    ``counted`` is [``COUNTS_AS``, unit], before any cap.
    """

    nodes: NDArray[Any]
    node_maxima: NDArray[Any]
    counted: NDArray[np.int64]
    maximum: NDArray[np.int64]


def empty_sums(cells: Cells) -> Sums:
    """Sums to be filled."""
    plan, units, kind = cells.plan, cells.ticks.shape[1], cells.ticks.dtype
    return Sums(
        nodes=np.empty((len(plan.nodes), units), kind),
        node_maxima=np.empty((len(plan.nodes), units), kind),
        counted=np.empty((3, units), np.int64),
        maximum=np.empty(units, np.int64),
    )


def add_up(cells: Cells, sums: Sums, span: slice) -> None:
    """Fill in the sums of these units."""
    size = max(1, BLOCK // len(cells.ticks))
    for start in range(span.start, span.stop, size):
        units = slice(start, min(start + size, span.stop))
        _add_points(cells, sums, units)
        _add_maxima(cells, sums, units)


def _add_points(cells: Cells, sums: Sums, units: slice) -> None:
    """The points of a block of units, from the lowest nodes up."""
    plan, ticks, nodes = cells.plan, cells.ticks[:, units], sums.nodes[:, units]
    points, bonus, penalty = sums.counted[:, units]
    bonus[:] = ticks[plan.counts == BONUS].sum(axis=0)
    penalty[:] = ticks[plan.counts == PENALTY].sum(axis=0)
    for heap, below in zip(nodes[::-1], plan.below[::-1], strict=True):
        heap[:] = 0
        _heap(plan, heap, below, ticks, nodes)
    points[:] = penalty - bonus
    _heap(plan, points, plan.top, ticks, nodes)


def _heap(plan: Plan, heap: Ints, below: Below, ticks: Ints, nodes: Ints) -> None:
    """Add to ``heap`` what stands right below a node."""
    for leaf in below.leaves:
        add = np.subtract if plan.counts[leaf] == PENALTY else np.add
        add(heap, ticks[leaf], out=heap)
    for node in below.nodes:
        heap += nodes[node]


def _add_maxima(cells: Cells, sums: Sums, units: slice) -> None:
    """The maxima of a block of units: those of the set, less what leaves have no part in it."""
    plan, out = cells.plan, left_out(cells, cells.branch[:, units])
    sums.node_maxima[:, units] = plan.node_tops[:, None]
    sums.maximum[units] = plan.tops.sum()
    if out.any():
        leaf, unit = np.nonzero(out)
        tops = plan.tops[leaf]
        np.subtract.at(sums.maximum[units], unit, tops)
        for level in plan.above:
            node = level[leaf]
            inside = node < len(plan.nodes)
            np.subtract.at(sums.node_maxima[:, units], (node[inside], unit[inside]), tops[inside])


def left_out(cells: Cells, branch: Ints) -> NDArray[np.bool_]:
    """Which branches take their leaf out of the unit's maximum."""
    edge = len(OUTSIDE) + (cells.criteria.pending == "out_of_maximum")
    found: NDArray[np.bool_] = branch < edge
    return found


@dataclass(slots=True)
class StageSums:
    """Sums of what is self-assessed, in ticks; ``domains`` is [domain, unit]."""

    counted: Ints
    maximum: Ints
    domains: Ints


def own_sums(cells: Cells, sums: Sums, span: slice) -> StageSums:
    """The sums of these units without what comes late: from surveys, leaders and indices."""
    plan, codes = cells.plan, cells.plan.nodes
    domains = np.array([
        sums.nodes[codes.index(domain.code), span] if domain.rule is None
        else _signed(cells, first, span)
        for domain, (first, _) in zip(cells.criteria.domains, plan.domains, strict=True)
    ], np.int64)  # fmt: skip
    own = StageSums(sums.counted[:, span].copy(), sums.maximum[span].copy(), domains)
    for leaf in np.flatnonzero(plan.late).tolist():
        own.counted[plan.counts[leaf]] -= cells.ticks[leaf, span]
        own.domains[plan.domain[leaf]] -= _signed(cells, leaf, span)
        own.maximum -= np.where(left_out(cells, cells.branch[leaf, span]), 0, plan.tops[leaf])
    return own


def claimed_sums(
    cells: Cells, appraised: StageSums, changes: Sequence[Change], span: slice
) -> StageSums:
    """The same with the replaced cells as they were."""
    claimed = StageSums(*(part.copy() for part in (appraised.counted, appraised.maximum,
                                                   appraised.domains)))  # fmt: skip
    for change in changes:
        _undo(cells, claimed, change, span)
    return claimed


def _undo(cells: Cells, sums: StageSums, change: Change, span: slice) -> None:
    """Add what the cells of one stack had before and take what they have now."""
    plan, units, before = cells.plan, span.stop - span.start, change.before
    unit = before.unit - span.start
    gained = before.ticks - change.ticks.astype(np.int64)
    late = plan.late.take(before.leaf)
    if late.any():
        gained[late] = 0
    np.add.at(sums.counted.reshape(-1), plan.counts.take(before.leaf) * units + unit, gained)
    if (plan.counts == PENALTY).any():
        gained[plan.counts[before.leaf] == PENALTY] *= -1
    np.add.at(sums.domains.reshape(-1), plan.domain.take(before.leaf) * units + unit, gained)
    was, now = left_out(cells, before.branch), left_out(cells, change.branch)
    if (was != now).any():
        tops = np.where(late, 0, plan.tops[before.leaf])
        np.subtract.at(sums.maximum, unit, (was.astype(np.int64) - now) * tops)


def side_by_side(parts: Sequence[StageSums]) -> StageSums:
    """The sums of all units from those of ranges of them."""
    return StageSums(
        np.concatenate([part.counted for part in parts], axis=1),
        np.concatenate([part.maximum for part in parts]),
        np.concatenate([part.domains for part in parts], axis=1),
    )


def _signed(cells: Cells, leaf: int, span: slice) -> Ints:
    ticks: Ints = cells.ticks[leaf, span]
    return -ticks if cells.plan.counts[leaf] == PENALTY else ticks
