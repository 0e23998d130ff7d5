"""What the cells of a batch add up to: by node, by what they count as, and each unit's maximum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.cells import Cells
from thidua.scoring.ints import Ints
from thidua.scoring.plan import Stack
from thidua.scoring.rules import OUTSIDE


class Counted(NamedTuple):
    """Points, bonus and penalty (its magnitude) per unit, in ticks, before any cap."""

    points: NDArray[np.int64]
    bonus: NDArray[np.int64]
    penalty: NDArray[np.int64]


@dataclass(slots=True)
class Sums:
    """Sums in ticks of every leaf: ``heaps`` as the plan has them, penalties below zero.

    ``node_maxima`` is [node, unit], ``maximum`` each unit's own.
    """

    heaps: NDArray[Any]
    node_maxima: NDArray[Any]
    maximum: NDArray[np.int64]

    def counted(self) -> Counted:
        """What all leaves bring."""
        total, bonus, penalty = self.heaps[-3:].astype(np.int64)
        return Counted(total - bonus - penalty, bonus, -penalty)


@dataclass(slots=True)
class OwnSums:
    """The same of what is self-assessed: without surveys, leaders and indices."""

    heaps: NDArray[Any]
    maximum: NDArray[np.int64]

    def counted(self) -> Counted:
        """What these leaves bring."""
        bonus, penalty = self.heaps[-2:].astype(np.int64)
        total = self.heaps[:-2].sum(axis=0, dtype=np.int64)
        return Counted(total - bonus - penalty, bonus, -penalty)


def no_sums(cells: Cells) -> Sums:
    """Nothing added yet."""
    plan, units, kind = cells.plan, cells.ticks.shape[1], cells.ticks.dtype
    maxima = np.empty((len(plan.nodes), units), kind)
    maxima[:] = np.array(plan.node_tops, kind)[:, None]
    heaps = np.zeros((len(plan.nodes) + 3, units), kind)
    return Sums(heaps, maxima, np.full(units, sum(plan.tops), np.int64))


def no_own_sums(cells: Cells) -> OwnSums:
    """Nothing added yet."""
    plan, units = cells.plan, cells.ticks.shape[1]
    heaps = np.zeros((len(cells.criteria.domains) + 2, units), cells.ticks.dtype)
    own = sum(top for top, heap in zip(plan.tops, plan.own_heaps, strict=True) if heap)
    return OwnSums(heaps, np.full(units, own, np.int64))


def add(cells: Cells, stack: Stack, sums: Sums, units: slice) -> None:
    """Add these leaves for these units."""
    _add(cells, stack, sums.heaps, cells.plan.heaps, units)
    for row, lost in _lost(cells, stack, units):
        sums.maximum[units] -= lost
        for node in cells.plan.above[row]:
            sums.node_maxima[node, units] -= lost


def add_own(cells: Cells, stack: Stack, sums: OwnSums, units: slice) -> None:
    """Add those of these leaves that are self-assessed."""
    _add(cells, stack, sums.heaps, cells.plan.own_heaps, units)
    for row, lost in _lost(cells, stack, units):
        if cells.plan.own_heaps[row]:
            sums.maximum[units] -= lost


def add_nodes(cells: Cells, sums: Sums, units: slice) -> None:
    """Add up the nodes from the lowest up, once all leaves are added."""
    heaps = sums.heaps[:, units]
    for node, parent in reversed([*enumerate(cells.plan.parents)]):
        heaps[parent] += heaps[node]


def _add(
    cells: Cells, stack: Stack, heaps: Ints, places: Sequence[Sequence[int]], units: slice
) -> None:
    for row in stack.rows:
        put = np.subtract if cells.plan.penalty[row] else np.add
        for place in places[row]:
            heap = heaps[place, units]
            put(heap, cells.ticks[row, units], out=heap)


def _lost(cells: Cells, stack: Stack, units: slice) -> list[tuple[int, Ints]]:
    """What these leaves take out of the units' maxima: leaves that do, and how much of each."""
    edge = len(OUTSIDE) + (cells.criteria.pending == "out_of_maximum")
    branches = cells.branch[stack.place, units]
    if branches.min(initial=edge) >= edge:
        return []
    kind = cells.ticks.dtype.type
    return [
        (row, (branch < edge).astype(kind) * kind(cells.plan.tops[row]))
        for row, branch in zip(stack.rows, branches, strict=True)
    ]
