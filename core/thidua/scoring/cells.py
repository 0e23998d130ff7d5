"""The cells of a batch, [leaf, unit]: filled stack by stack from columns, then partly replaced."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.ints import KNOWN, LIMIT, Ints, Scored, at, peak
from thidua.scoring.kinds import RuleKind
from thidua.scoring.plan import Stack, plan_of
from thidua.scoring.rules import absent_branch, score_leaf
from thidua.spec.criteria import CriteriaSet, Leaf

FEW = 4_096
"""Up to so many units, leaves of a kind are scored together."""

MANY = 65_536
"""Units worked on at once: a column and what it needs on the way fit the processor's cache."""

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


class Fed(NamedTuple):
    """A stack with the columns of its leaves, and whether any cell may lack something."""

    stack: Stack
    columns: Sequence[Sequence[Column]]
    lacking: bool


class Cells:
    """Ticks and branches of a set's leaves for many units; ``names`` are the branches.

    ``exempt`` is [leaf, unit]; ``not_held`` are surveys that did not take place.
    """

    def __init__(
        self,
        criteria: CriteriaSet,
        columns: Columns,
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
        self.stacks = self._fed(columns)

    def blocks(self) -> list[slice]:
        """The units in ranges to be worked on one after the other."""
        units = self.ticks.shape[1]
        count = max(1, -(-units // MANY))
        ends = [units * part // count for part in range(count + 1)]
        return [slice(*pair) for pair in pairwise(ends)]

    def _fed(self, columns: Columns) -> list[Fed]:
        units = self.ticks.shape[1]
        absent, found = _absent(units), []
        for stack in self.plan.stacks if units <= FEW else self.plan.single:
            given = [
                [columns.get((leaf.code, spec.name), absent) for spec in leaf.inputs]
                for leaf in stack.leaves
            ]
            found.append(Fed(stack, given, self._lacking(stack, given)))
        return found

    def refuse_overflow(self) -> None:
        """``OverflowError`` where a total could leave int64."""
        if not self.plan.bounded and peak(self.ticks) * len(self.ticks) >= LIMIT:
            raise OverflowError(f"{self.criteria.code}: totals beyond 64 bits")

    def fill(self, fed: Fed, units: slice) -> None:
        """Score every cell of a stack for these units."""
        stack, given, lacking = fed
        shape = len(stack.rows), units.stop - units.start
        values = [
            _end_to_end([column.values[units] for column in row]).reshape(shape)
            for row in zip(*given, strict=True)
        ]
        live = self._live(stack, given, units) if lacking else None
        if live is not None:
            # what is absent or exempt is computed on zeros and thrown away
            values = [np.where(live, value, 0) for value in values]
        ticks, branch = self._scored(stack, values, live, None)
        if live is not None:
            ticks = np.where(live, ticks, 0)
            exempt = self._exempt[stack.place, units]
            unlike = np.where(exempt, at("exempt"), self._unlike[stack.place, None])
            branch = np.where(live, branch, unlike)
        self.ticks[stack.place, units] = ticks
        self.branch[stack.place, units] = branch

    def _lacking(self, stack: Stack, given: Sequence[Sequence[Column]]) -> bool:
        """Whether any cell may lack something or be left out."""
        return (
            any(self._not_held[row] for row in stack.rows)
            or bool(self._some_exempt[stack.place].any())
            or any(column.present is not None for row in given for column in row)
        )

    def _live(self, stack: Stack, given: Sequence[Sequence[Column]], units: slice) -> Mask:
        """Which cells have all they need and count."""
        live = ~self._exempt[stack.place, units]
        live[[self._not_held[row] for row in stack.rows]] = False
        for mine, row in zip(live, given, strict=True):
            for column in row:
                if column.present is not None:
                    mine &= column.present[units]
        return live

    def replace(self, stack: Stack, overrides: Mapping[str, Override]) -> Replaced | None:
        """Score cells of a stack again from other inputs; what they were."""
        at_leaf = [place for place, leaf in enumerate(stack.leaves) if leaf.code in overrides]
        if not at_leaf:
            return None
        given = [overrides[stack.leaves[place].code] for place in at_leaf]
        pick = np.repeat(at_leaf, [len(item.units) for item in given])
        unit = _end_to_end([item.units for item in given])
        names = [[spec.name for spec in stack.leaves[place].inputs] for place in at_leaf]
        values = [
            _end_to_end([item.values[name] for item, name in zip(given, row, strict=True)])
            for row in zip(*names, strict=True)
        ]
        counts = self._counting(stack, pick, unit)
        if counts is not None:
            pick, unit, *values = (row[counts] for row in (pick, unit, *values))
        leaf = np.asarray(stack.rows)[pick]
        flat = leaf * self.ticks.shape[1] + unit
        old = self.ticks.reshape(-1).take(flat), self.branch.reshape(-1).take(flat)
        self._put(stack, flat, pick, values, _presence(given, counts))
        return Replaced(leaf, unit, *old)

    def _put(
        self,
        stack: Stack,
        flat: NDArray[np.intp],
        pick: NDArray[np.intp],
        values: Sequence[Ints],
        present: Mask | None,
    ) -> None:
        """Score these cells."""
        if present is not None:
            values = [np.where(present, value, 0) for value in values]
        ticks, branch = self._scored(stack, values, present, None if stack.alone else pick)
        if present is not None:
            ticks = np.where(present, ticks, 0)
            branch = np.where(present, branch, self._unlike[stack.rows][pick])
        self.ticks.reshape(-1)[flat] = ticks
        self.branch.reshape(-1)[flat] = branch

    def _counting(
        self, stack: Stack, pick: NDArray[np.intp], unit: NDArray[np.intp]
    ) -> Mask | None:
        """Which of these cells are not left out; None: all of them."""
        gone = np.array([self._not_held[row] for row in stack.rows])
        if not (gone.any() or self._some_exempt[stack.place].any()):
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


def joined(parts: Sequence[Replaced]) -> Replaced:
    """What was replaced, one behind the other."""
    none = np.empty(0, np.intp)
    rows = [Replaced(none, none, none.astype(np.int32), none.astype(np.uint8)), *parts]
    return Replaced(*(np.concatenate(row) for row in zip(*rows, strict=True)))


def split(overrides: Mapping[str, Override], blocks: Sequence[slice]) -> list[dict[str, Override]]:
    """What of them is about the units of each block."""
    if len(blocks) == 1:
        return [{**overrides}]
    ends = [block.stop for block in blocks]
    found: list[dict[str, Override]] = [{} for _ in blocks]
    for code, (units, values, present) in overrides.items():
        first = 0
        for part, end in zip(found, np.searchsorted(units, ends).tolist(), strict=True):
            here = slice(first, end)
            part[code] = Override(
                units[here],
                {name: column[here] for name, column in values.items()},
                None if present is None else present[here],
            )
            first = end
    return found


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


def _end_to_end(parts: Sequence[Ints]) -> Ints:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _absent(units: int) -> Column:
    """An input that every unit lacks."""
    nothing: Any = np.broadcast_to(np.int32(0), units)
    return Column(nothing, np.broadcast_to(np.False_, units))
