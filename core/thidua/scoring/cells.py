"""The cells of a batch, [leaf, unit]: filled stack by stack from columns, then partly replaced."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.ints import KNOWN, LIMIT, Ints, Scored, at, peak
from thidua.scoring.kinds import RuleKind
from thidua.scoring.plan import Stack, plan_of
from thidua.scoring.rules import absent_branch, score_leaf
from thidua.spec.criteria import CriteriaSet, Leaf

BLOCK = 16_384
"""Cells computed at once: they and what they need on the way fit the processor's cache."""

Mask = NDArray[np.bool_]


class Column(NamedTuple):
    """One input over all units, in stored units; ``values`` means nothing where not ``present``.

    int32 is fastest. Without ``present`` every unit has the input.
    """

    values: Ints
    present: Mask | None = None


Columns = Mapping[tuple[str, str], Column]
"""Inputs by (leaf code, input name)."""


class Override(NamedTuple):
    """Inputs of one leaf, by name, that count for these units instead of what the columns hold.

    ``units`` are positions, each once. Where not ``present`` an input is lacking.
    """

    units: NDArray[np.intp]
    values: Mapping[str, Ints]
    present: Mask | None = None


class Replaced(NamedTuple):
    """Cells as they were before they were replaced: leaf and unit by position, ticks, branch."""

    leaf: NDArray[np.intp]
    unit: NDArray[np.intp]
    ticks: Ints
    branch: Ints


class Cells:
    """Ticks and branches of a set's leaves for many units; ``names`` are the branches.

    ``exempt`` is [leaf, unit]; ``not_held`` are surveys that did not take place.
    """

    def __init__(
        self,
        criteria: CriteriaSet,
        exempt: Mask,
        not_held: Collection[str],
        kinds: Mapping[str, RuleKind],
    ) -> None:
        self.criteria, self.plan = criteria, plan_of(criteria)
        self.names = list(KNOWN)
        self.ticks: Ints = np.empty(exempt.shape, np.int32 if self.plan.bounded else np.int64)
        self.branch: Ints = np.empty(exempt.shape, np.uint8)
        self._exempt, self._kinds = exempt, kinds
        self._some_exempt: Mask = np.logical_or.reduce(exempt, axis=1)
        self._not_held = [bool(leaf.survey) and leaf.survey in not_held for leaf in criteria.leaves]
        self._unlike = np.array(
            [
                at("not_held") if gone else at(absent_branch(leaf))
                for leaf, gone in zip(criteria.leaves, self._not_held, strict=True)
            ],
            dtype=np.uint8,
        )

    def fill(self, columns: Columns) -> None:
        """Score every cell. ``OverflowError`` where a total could leave int64."""
        units = self.ticks.shape[1]
        absent = _absent(units)
        for stack in self.plan.stacks:
            given = [
                [columns.get((leaf.code, spec.name), absent) for spec in leaf.inputs]
                for leaf in stack.leaves
            ]
            lacking, size = self._lacking(stack, given), max(1, BLOCK // len(stack.rows))
            for start in range(0, units, size):
                self._fill(stack, given, lacking, slice(start, min(start + size, units)))
        self._refuse_overflow()

    def replace(self, overrides: Mapping[str, Override]) -> Replaced:
        """Score these cells again from other inputs; what they were before."""
        before = [self._replace(stack, overrides) for stack in self.plan.stacks]
        none = np.empty(0, np.intp)
        found = [item for item in before if item is not None] or [
            Replaced(none, none, none.astype(self.ticks.dtype), none.astype(np.uint8))
        ]
        self._refuse_overflow()
        return Replaced(*(np.concatenate(row) for row in zip(*found, strict=True)))

    def _fill(
        self, stack: Stack, given: Sequence[Sequence[Column]], lacking: bool, units: slice
    ) -> None:
        shape = len(stack.rows), units.stop - units.start
        values = [
            np.concatenate([column.values[units] for column in row]).reshape(shape)
            for row in zip(*given, strict=True)
        ]
        live = self._live(stack, given, units) if lacking else None
        if live is not None:
            # what is absent or exempt is computed on zeros and thrown away
            values = [np.where(live, value, 0) for value in values]
        ticks, branch = self._scored(stack, values, live, None)
        if live is not None:
            ticks = np.where(live, ticks, 0)
            exempt = self._exempt[stack.rows, units]
            unlike = np.where(exempt, at("exempt"), self._unlike[stack.rows, None])
            branch = np.where(live, branch, unlike)
        self.ticks[stack.rows, units] = ticks
        self.branch[stack.rows, units] = branch

    def _lacking(self, stack: Stack, given: Sequence[Sequence[Column]]) -> bool:
        """Whether any cell may lack something or be left out."""
        return (
            any(self._not_held[row] for row in stack.rows)
            or bool(self._some_exempt[stack.rows].any())
            or any(column.present is not None for row in given for column in row)
        )

    def _live(self, stack: Stack, given: Sequence[Sequence[Column]], units: slice) -> Mask:
        """Which cells have all they need and count."""
        live = ~self._exempt[stack.rows, units]
        live[[self._not_held[row] for row in stack.rows]] = False
        for mine, row in zip(live, given, strict=True):
            for column in row:
                if column.present is not None:
                    mine &= column.present[units]
        return live

    def _replace(self, stack: Stack, overrides: Mapping[str, Override]) -> Replaced | None:
        """The cells of one stack."""
        at_leaf = [place for place, leaf in enumerate(stack.leaves) if leaf.code in overrides]
        if not at_leaf:
            return None
        given = [overrides[stack.leaves[place].code] for place in at_leaf]
        sizes = [len(item.units) for item in given]
        pick, unit = np.repeat(at_leaf, sizes), np.concatenate([item.units for item in given])
        leaf = np.asarray(stack.rows)[pick]
        present = np.concatenate([
            np.ones(size, np.bool_) if item.present is None else item.present
            for item, size in zip(given, sizes, strict=True)
        ])  # fmt: skip
        counts = ~self._exempt[leaf, unit] & ~np.array(self._not_held)[leaf]
        values = [
            np.where(present, np.concatenate([
                item.values[stack.leaves[place].inputs[number].name]
                for item, place in zip(given, at_leaf, strict=True)
            ]), 0)
            for number in range(len(stack.leaves[0].inputs))
        ]  # fmt: skip
        before = Replaced(leaf, unit, self.ticks[leaf, unit], self.branch[leaf, unit])
        ticks, branch = self._scored(stack, values, present & counts, pick)
        ticks, branch = np.where(present, ticks, 0), np.where(present, branch, self._unlike[leaf])
        kept = [item[counts] for item in before]
        self.ticks[leaf[counts], unit[counts]] = ticks[counts]
        self.branch[leaf[counts], unit[counts]] = branch[counts]
        return Replaced(*kept)

    def _scored(
        self,
        stack: Stack,
        values: Sequence[Ints],
        live: Mask | None,
        pick: NDArray[np.intp] | None,
    ) -> Scored:
        if stack.form is not None:
            return stack.form(values, pick)
        shape = values[0].shape
        flat = np.ones(shape, np.bool_) if live is None else live
        ticks, branch = self._custom(stack.leaves[0], [v.ravel() for v in values], flat.ravel())
        return ticks.reshape(shape), branch.reshape(shape)

    def _custom(self, leaf: Leaf, values: Sequence[Ints], live: Mask) -> Scored:
        """A province's own kind, cell by cell; ``names`` grows by its branches."""
        ticks, branch = np.zeros((2, len(live)), dtype=np.int64)
        for cell in np.flatnonzero(live):
            inputs = {
                spec.name: int(value[cell]) for spec, value in zip(leaf.inputs, values, strict=True)
            }
            score = score_leaf(leaf, inputs, criteria=self.criteria, kinds=self._kinds)
            if score.branch not in self.names:
                self.names.append(score.branch)
            ticks[cell], branch[cell] = score.ticks, self.names.index(score.branch)
        if len(self.names) > np.iinfo(self.branch.dtype).max:
            self.branch = self.branch.astype(np.uint32)
        return ticks, branch

    def _refuse_overflow(self) -> None:
        if not self.plan.bounded and peak(self.ticks) * len(self.ticks) >= LIMIT:
            raise OverflowError(f"{self.criteria.code}: totals beyond 64 bits")


def _absent(units: int) -> Column:
    """An input that every unit lacks."""
    nothing: Any = np.broadcast_to(np.int32(0), units)
    return Column(nothing, np.broadcast_to(np.False_, units))
