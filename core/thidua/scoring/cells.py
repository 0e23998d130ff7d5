"""The cells of a batch, [leaf, unit]: filled stack by stack from columns, then partly replaced."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.ints import KNOWN, LIMIT, Ints, Scored, at, peak
from thidua.scoring.kinds import RuleKind
from thidua.scoring.plan import Stack, plan_of
from thidua.scoring.rules import absent_branch, score_leaf
from thidua.spec.criteria import CriteriaSet, Leaf

MUCH = 8_192
"""How many units are worth a thread."""

BLOCK = 98_304
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

    ``units`` are positions in ascending order, each once. Where not ``present``, one is lacking.
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


class Change(NamedTuple):
    """Cells before they were replaced, and their ticks and branches after."""

    before: Replaced
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

    def spans(self) -> list[slice]:
        """The units in ranges that may be worked on side by side: one for each processor.

        NumPy lets other threads run while it computes. Few units are not worth it, and a province's
        own kinds are computed in Python, one after the other.
        """
        units = self.ticks.shape[1]
        own = any(stack.form is None for stack in self.plan.stacks)
        count = 1 if own else max(1, min(os.cpu_count() or 1, units // MUCH))
        ends = [units * part // count for part in range(count + 1)]
        return [slice(*ends[part : part + 2]) for part in range(count)]

    def fill(self, columns: Columns, span: slice) -> None:
        """Score every cell of these units."""
        absent = _absent(self.ticks.shape[1])
        for stack in self.plan.stacks:
            given = [
                [columns.get((leaf.code, spec.name), absent) for spec in leaf.inputs]
                for leaf in stack.leaves
            ]
            lacking, size = self._lacking(stack, given), max(1, BLOCK // len(stack.rows))
            for start in range(span.start, span.stop, size):
                self._fill(stack, given, lacking, slice(start, min(start + size, span.stop)))

    def replace(self, overrides: Mapping[str, Override], span: slice) -> list[Change]:
        """Score cells of these units again from other inputs; stack by stack what changed."""
        every = span == slice(0, self.ticks.shape[1])
        here = overrides if every else {code: _within(x, span) for code, x in overrides.items()}
        found = [self._replace(stack, here) for stack in self.plan.stacks]
        return [item for item in found if item is not None]

    def refuse_overflow(self) -> None:
        """``OverflowError`` where a total could leave int64."""
        if not self.plan.bounded and peak(self.ticks) * len(self.ticks) >= LIMIT:
            raise OverflowError(f"{self.criteria.code}: totals beyond 64 bits")

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

    def _replace(self, stack: Stack, overrides: Mapping[str, Override]) -> Change | None:
        """The cells of one stack."""
        at_leaf = [place for place, leaf in enumerate(stack.leaves) if leaf.code in overrides]
        if not at_leaf:
            return None
        given = [overrides[stack.leaves[place].code] for place in at_leaf]
        pick = np.repeat(at_leaf, [len(item.units) for item in given])
        unit = np.concatenate([item.units for item in given])
        values = [
            np.concatenate(
                [
                    item.values[stack.leaves[place].inputs[number].name]
                    for item, place in zip(given, at_leaf, strict=True)
                ]
            )
            for number in range(len(stack.leaves[0].inputs))
        ]
        counts = self._counting(stack, pick, unit)
        if counts is not None:
            pick, unit, *values = (row[counts] for row in (pick, unit, *values))
        leaf = np.asarray(stack.rows)[pick]
        flat = leaf * self.ticks.shape[1] + unit
        old = self.ticks.reshape(-1).take(flat), self.branch.reshape(-1).take(flat)
        new = self._put(stack, flat, pick, values, _presence(given, counts))
        return Change(Replaced(leaf, unit, *old), *new)

    def _put(
        self,
        stack: Stack,
        flat: NDArray[np.intp],
        pick: NDArray[np.intp],
        values: Sequence[Ints],
        present: Mask | None,
    ) -> Scored:
        """Ticks and branches of these cells, which are put where they belong."""
        if present is not None:
            values = [np.where(present, value, 0) for value in values]
        ticks, branch = self._scored(stack, values, present, pick)
        if present is not None:
            ticks = np.where(present, ticks, 0)
            branch = np.where(present, branch, self._unlike[stack.rows][pick])
        self.ticks.reshape(-1)[flat] = ticks
        self.branch.reshape(-1)[flat] = branch
        return ticks, branch

    def _counting(
        self, stack: Stack, pick: NDArray[np.intp], unit: NDArray[np.intp]
    ) -> Mask | None:
        """Which of these cells are not left out; None: all of them."""
        gone = np.array([self._not_held[row] for row in stack.rows])
        if not (gone.any() or self._some_exempt[stack.rows].any()):
            return None
        counts: Mask = ~(gone[pick] | self._exempt[np.asarray(stack.rows)[pick], unit])
        return counts

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


def joined(changes: Sequence[Change]) -> Replaced:
    """What was replaced, stack behind stack."""
    none = np.empty(0, np.intp)
    rows = [Replaced(none, none, none.astype(np.int32), none.astype(np.uint8))]
    rows += [change.before for change in changes]
    return Replaced(*(np.concatenate(row) for row in zip(*rows, strict=True)))


def _within(override: Override, span: slice) -> Override:
    """What of it is about these units."""
    first, end = np.searchsorted(override.units, [span.start, span.stop])
    return Override(
        override.units[first:end],
        {name: values[first:end] for name, values in override.values.items()},
        None if override.present is None else override.present[first:end],
    )


def _presence(given: Sequence[Override], counts: Mask | None) -> Mask | None:
    """Which cells have all their inputs; None: all of them."""
    if all(item.present is None for item in given):
        return None
    rows = [
        np.ones(len(item.units), np.bool_) if item.present is None else item.present
        for item in given
    ]
    present = np.concatenate(rows)
    return present if counts is None else present[counts]


def _absent(units: int) -> Column:
    """An input that every unit lacks."""
    nothing: Any = np.broadcast_to(np.int32(0), units)
    return Column(nothing, np.broadcast_to(np.False_, units))
