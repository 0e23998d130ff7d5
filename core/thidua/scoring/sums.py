"""What the cells of a batch add up to: by node, by what they count as, and each unit's maximum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.cells import Cells, Replaced
from thidua.scoring.ints import Ints
from thidua.scoring.plan import BONUS, PENALTY, Below, Plan
from thidua.scoring.rules import OUTSIDE

BLOCK = 262_144
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


def sums_of(cells: Cells) -> Sums:
    """Add up the cells."""
    plan, units, kind = cells.plan, cells.ticks.shape[1], cells.ticks.dtype
    sums = Sums(
        nodes=np.empty((len(plan.nodes), units), kind),
        node_maxima=np.empty((len(plan.nodes), units), kind),
        counted=np.empty((3, units), np.int64),
        maximum=np.empty(units, np.int64),
    )
    size = max(1, BLOCK // len(cells.ticks))
    for start in range(0, units, size):
        _add_points(cells, sums, slice(start, start + size))
        _add_maxima(cells, sums, slice(start, start + size))
    return sums


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


def own_sums(cells: Cells, sums: Sums) -> StageSums:
    """The sums without what comes late: from surveys, leaders and indices."""
    plan, codes = cells.plan, cells.plan.nodes
    domains = np.array([
        sums.nodes[codes.index(domain.code)] if domain.rule is None
        else _signed(cells, first)
        for domain, (first, _) in zip(cells.criteria.domains, plan.domains, strict=True)
    ], np.int64)  # fmt: skip
    own = StageSums(sums.counted.copy(), sums.maximum.copy(), domains)
    for leaf in plan.late:
        own.counted[plan.counts[leaf]] -= cells.ticks[leaf]
        own.domains[plan.domain[leaf]] -= _signed(cells, leaf)
        own.maximum -= np.where(left_out(cells, cells.branch[leaf]), 0, plan.tops[leaf])
    return own


def claimed_sums(cells: Cells, own: StageSums, replaced: Replaced) -> StageSums:
    """The same with the replaced cells as they were."""
    plan = cells.plan
    kept = ~np.isin(replaced.leaf, plan.late)
    leaf, unit, ticks, branch = (row[kept] for row in replaced)
    gained = ticks.astype(np.int64) - cells.ticks[leaf, unit]
    gone = left_out(cells, branch).astype(np.int64) - left_out(cells, cells.branch[leaf, unit])
    claimed = StageSums(own.counted.copy(), own.maximum.copy(), own.domains.copy())
    np.add.at(claimed.counted, (plan.counts[leaf], unit), gained)
    np.subtract.at(claimed.maximum, unit, gone * plan.tops[leaf])
    signed = np.where(plan.counts[leaf] == PENALTY, -gained, gained)
    np.add.at(claimed.domains, (plan.domain[leaf], unit), signed)
    return claimed


def _signed(cells: Cells, leaf: int) -> Ints:
    ticks: Ints = cells.ticks[leaf]
    return -ticks if cells.plan.counts[leaf] == PENALTY else ticks
