"""Rule kinds over a stack: leaves of one kind, scored together for many units by one expression.

Values are [leaf, unit] and meet numbers of the rules as [leaf, 1]; or they are single cells [cell],
and ``pick`` says to which leaf of the stack each belongs. The expressions are the same for all
three kinds of number: float64 where no figure reaches 2**53, so that it is exact (TECH notes §10),
else int64, else Python integers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise, zip_longest
from math import gcd, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.ints import Ints, Scored, at, number_type, peak, rounded
from thidua.scoring.parts import worth, zero_denominator
from thidua.scoring.rules import bounds, no_such_level, settle
from thidua.scoring.ticks import TICKS, to_ticks
from thidua.spec.base import POINT_DECIMALS
from thidua.spec.criteria import Leaf
from thidua.spec.parts import Step
from thidua.spec.rules import Choice, Count, Deduction, Ratio, YesNo

Mask = NDArray[np.bool_]
Branches = NDArray[np.uint8]

Pick = NDArray[np.intp] | None
"""The leaf of each cell; None where values are [leaf, unit]."""

Form = Callable[[Sequence[Ints], Pick], Scored]
"""Ticks and branches of a stack from its inputs, complete and in the order of ``Leaf.inputs``."""

_FREE = 2**62
"""Stands for a bound that there is not."""


class Numbers:
    """Whole numbers of the rules, each with one value for every leaf of a stack."""

    def __init__(self, *rows: Sequence[int]) -> None:
        self._rows = rows
        self._typed: dict[type, Sequence[Any]] = {}

    def of(self, kind: type, pick: Pick) -> Sequence[Any]:
        """Each as [leaf, 1] of this type, or one for each cell; where all agree, the one value."""
        tall = self._typed.get(kind)
        if tall is None:
            tall = self._typed[kind] = [_tall(row, kind) for row in self._rows]
        if pick is None:
            return tall
        return [each if np.ndim(each) == 0 else each[pick, 0] for each in tall]


def _tall(row: Sequence[int], kind: type) -> Any:
    if len(set(row)) == 1:
        return row[0] if kind is object else kind(row[0])
    return np.array(row, dtype=object).astype(kind)[:, None]


class Settling:
    """``settle`` of a stack: rounded once, half away from zero, then within each leaf's bounds."""

    def __init__(self, leaves: Sequence[Leaf], decimals: int) -> None:
        self.step: int = 10 ** (POINT_DECIMALS - decimals)
        tops = [to_ticks(leaf.max_points) for leaf in leaves]
        self.uneven = any(top % self.step for top in tops)
        limits = [bounds(leaf) for leaf in leaves]
        self._bounds = Numbers(
            [-_FREE if low is None else low for low, _ in limits],
            [_FREE if high is None else high for _, high in limits],
        )

    def whole(self, ticks: Ints, pick: Pick, *, signed: bool) -> Ints:
        """Whole ticks that nothing but rounding can put beyond the maximum."""
        if self.step != 1:
            ticks = rounded(ticks, 1, self.step, signed=signed)
        return self.held(ticks, pick) if signed or self.uneven else ticks

    def held(self, ticks: Ints, pick: Pick) -> Ints:
        """Ticks within the bounds of their leaves."""
        low, high = self._bounds.of(object if ticks.dtype == object else np.int64, pick)
        held: Ints = np.maximum(np.minimum(ticks, high), low)
        return held


def told(like: Ints, branch: str, *others: tuple[Mask, str]) -> Branches:
    """Branches: ``branch``, but where one of the masks holds, which exclude each other, the other.

    Sums of bytes are many times faster than choosing cell by cell.
    """
    codes = np.full(like.shape, at(branch), np.uint8)
    for mask, other in others:
        codes += mask.view(np.uint8) * np.uint8((at(other) - at(branch)) % 256)
    return codes


def ratio_form(leaves: Sequence[Leaf], rules: Sequence[Ratio], decimals: int) -> Form:
    """Numerator over denominator; see ``rules``."""
    tops = [to_ticks(leaf.max_points) for leaf in leaves]
    floors = [to_ticks(rule.floor) for rule in rules]
    fulls = [to_ticks(rule.full) for rule in rules]
    ups = [TICKS // gcd(TICKS, full) for full in fulls]
    downs = [full // gcd(TICKS, full) for full in fulls]
    gains = [top * up for top, up in zip(tops, ups, strict=True)]
    settling = Settling(leaves, decimals)
    at_full = [settle(leaf, top, decimals) for leaf, top in zip(leaves, tops, strict=True)]
    numbers = Numbers(floors, ups, downs, gains, at_full)
    by_nothing = [zero_denominator(rule, top) for rule, top in zip(rules, tops, strict=True)]
    at_none = Numbers(
        [settle(x, t, decimals) for x, (t, _) in zip(leaves, by_nothing, strict=True)]
    )
    codes = Numbers([at(branch) for _, branch in by_nothing])
    above, below = 2 * max(TICKS, *gains), 3 * max(*floors, *(d * settling.step for d in downs))

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        kind = number_type(above * peak(values[0]) + below * (peak(values[1]) + 1))
        a: Ints = values[0].astype(kind)
        b: Ints = values[1].astype(kind)
        floor, up, down, gain, full = numbers.of(kind, pick)
        none, short, size = b == 0, a * TICKS < floor * b, down * b
        reached = a * up >= size
        signed = bool(a.min(initial=0) < 0)
        ticks = rounded(a * gain, np.maximum(size, 1), settling.step, signed=signed)
        if signed or settling.uneven:
            ticks = settling.held(ticks, pick)
        ticks = np.minimum(ticks, full)  # what reached it is not below it
        ticks *= ~short
        branch = told(a, "share", (reached, "full"), (short, "below_floor"))
        if none.any():
            (earned,), (code,) = at_none.of(kind, pick), codes.of(np.uint8, pick)
            ticks[none] = np.broadcast_to(earned, none.shape)[none]
            branch[none] = np.broadcast_to(code, none.shape)[none]
        return ticks, branch

    return score


def share_form(leaves: Sequence[Leaf], scales: Sequence[int], decimals: int) -> Form:
    """The value ÷ its scale of the maximum."""
    tops = [to_ticks(leaf.max_points) for leaf in leaves]
    parts = [gcd(top, scale) or 1 for top, scale in zip(tops, scales, strict=True)]
    small = [top // part for top, part in zip(tops, parts, strict=True)]
    sizes = [scale // part for scale, part in zip(scales, parts, strict=True)]
    numbers, settling = Numbers(small, sizes), Settling(leaves, decimals)
    most = 3 * max(sizes) * settling.step

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        (value,) = values
        high, signed = peak(value), bool(value.min(initial=0) < 0)
        kind = number_type(2 * max(1, *small) * high + most)
        top, size = numbers.of(kind, pick)
        ticks = rounded(value.astype(kind) * top, size, settling.step, signed=signed)
        if settling.uneven or signed or high > min(scales):
            ticks = settling.held(ticks, pick)
        return ticks, told(value, "share")

    return score


def entered_form(leaves: Sequence[Leaf], decimals: int) -> Form:
    """The points as they were entered."""
    numbers = Numbers([to_ticks(leaf.max_points) for leaf in leaves])
    settling = Settling(leaves, decimals)

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        (value,) = values
        kind = number_type(2 * peak(value) + 3 * settling.step)
        (top,) = numbers.of(kind, pick)
        signed = bool(value.min(initial=0) < 0)
        ticks = settling.whole(np.minimum(value.astype(kind), top), pick, signed=signed)
        return ticks, told(value, "entered")

    return score


def count_form(leaves: Sequence[Leaf], rules: Sequence[Count], decimals: int) -> Form:
    """So much for each item, up to the maximum."""
    tops, eaches = [to_ticks(x.max_points) for x in leaves], [to_ticks(x.each) for x in rules]
    # one item beyond the cap is as good as any more, and keeps the product small
    enough = [top // each + 1 for top, each in zip(tops, eaches, strict=True)]
    numbers, settling = Numbers(tops, eaches, enough), Settling(leaves, decimals)
    most = max(2 * (top + each) for top, each in zip(tops, eaches, strict=True)) + 3 * settling.step

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        (value,) = values
        kind = number_type(max(most, peak(value) * 2 * max(eaches)))
        top, each, enough = numbers.of(kind, pick)
        earned = np.minimum(value.astype(kind), enough) * each
        branch = told(value, "items", (earned > top, "capped"))
        signed = bool(value.min(initial=0) < 0)
        return settling.whole(np.minimum(earned, top), pick, signed=signed), branch

    return score


def deduction_form(leaves: Sequence[Leaf], rules: Sequence[Deduction], decimals: int) -> Form:
    """From the maximum, each fault its part; all rules have equally many kinds of fault."""
    tops = [to_ticks(leaf.max_points) for leaf in leaves]
    exact = [
        [worth(f.points, f.share, top) for f in rule.faults]
        for rule, top in zip(rules, tops, strict=True)
    ]
    scales = [lcm(*(cost.denominator for cost in row)) for row in exact]
    costs = [[int(cost * scale) for cost in row] for row, scale in zip(exact, scales, strict=True)]
    wholes = [top * scale for top, scale in zip(tops, scales, strict=True)]
    leasts = [to_ticks(rule.least) * scale for rule, scale in zip(rules, scales, strict=True)]
    numbers = Numbers(scales, wholes, leasts, *zip(*costs, strict=True))
    settling = Settling(leaves, decimals)
    most = 2 * max(*wholes, *(-least for least in leasts)) + 3 * max(scales) * settling.step
    dearest = [max(row) for row in zip(*costs, strict=True)]

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        taken_most = sum(c * peak(v) for c, v in zip(dearest, values, strict=True))
        kind = number_type(most + 2 * taken_most)
        scale, whole, least, *cost = numbers.of(kind, pick)
        taken = sum(v.astype(kind) * c for v, c in zip(values, cost, strict=True))
        left = whole - taken
        branch = told(left, "faults", (left < least, "least"), (taken == 0, "no_fault"))
        left = np.maximum(left, least)
        signed = bool(left.min(initial=0) < 0 or taken.min(initial=0) < 0)
        if max(scales) > 1:
            left = rounded(left, scale, settling.step, signed=signed)
            return settling.held(left, pick), branch
        return settling.whole(left, pick, signed=signed), branch

    return score


class Lines:
    """For each leaf of a stack a row of settled ticks, to be taken by position.

    Short rows are filled up with their last value. ``rows`` are where they begin.
    """

    def __init__(self, ticks: Sequence[Sequence[int]]) -> None:
        width = max(map(len, ticks))
        full = [each for row in ticks for each in [*row, *[row[-1]] * (width - len(row))]]
        small = max(map(abs, full)) < 2**31
        self._ticks = np.array(full, dtype=np.int32 if small else np.int64)
        self.rows = np.arange(0, len(full), width)

    def start(self, pick: Pick) -> Ints:
        """Where the row of each leaf, or of each cell's leaf, begins."""
        return self.rows[:, None] if pick is None else self.rows[pick]

    def take(self, position: Ints) -> Ints:
        """The ticks at these positions, ``start`` included."""
        return self._ticks.take(position)


def yes_no_form(leaves: Sequence[Leaf], rules: Sequence[YesNo], decimals: int) -> Form:
    """1 earns the maximum, 2 does not apply, anything else earns what no earns."""
    no = _settled(leaves, [[to_ticks(rule.no_points)] for rule in rules], decimals)
    yes = _settled(leaves, [[to_ticks(leaf.max_points)] for leaf in leaves], decimals)
    rises = [b - a for (a,), (b,) in zip(no, yes, strict=True)]
    numbers = Numbers([each for (each,) in no], rises)
    kind = np.int32 if max(map(abs, rises)) < 2**31 else np.int64

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        (value,) = values
        earned, rise = numbers.of(kind, pick)
        met, out = value == 1, value == 2
        ticks = met.astype(kind) * rise
        ticks += earned
        if out.any():
            ticks *= ~out
        return ticks, told(value, "no", (met, "yes"), (out, "not_applicable"))

    return score


def choice_form(leaves: Sequence[Leaf], rules: Sequence[Choice], decimals: int) -> Form:
    """What the chosen level earns; ``Invalid`` for one that is not there."""
    exact = [
        [worth(level.points, level.share, to_ticks(leaf.max_points)) for level in rule.levels]
        for leaf, rule in zip(leaves, rules, strict=True)
    ]
    lines = Lines(_settled(leaves, exact, decimals))
    numbers = Numbers([len(rule.levels) for rule in rules])

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        (value,) = values
        (levels,) = numbers.of(np.int32, pick)
        wrong = (value < 0) | (value >= levels)
        if wrong.any():
            leaf = np.nonzero(wrong)[0][0] if pick is None else pick[wrong][0]
            raise no_such_level(leaves[leaf].code)
        return lines.take(lines.start(pick) + value), told(value, "level")

    return score


def staircase_form(leaves: Sequence[Leaf], stairs: Sequence[Sequence[Step]], decimals: int) -> Form:
    """What the first step that the value reaches earns; below all of them nothing."""
    exact: list[list[Fraction | int]] = [
        [0, *(worth(s.points, s.share, to_ticks(leaf.max_points)) for s in reversed(steps))]
        for leaf, steps in zip(leaves, stairs, strict=True)
    ]
    earned = _settled(leaves, exact, decimals)
    starts = [[to_ticks(s.from_) + (not s.inclusive) for s in reversed(steps)] for steps in stairs]
    rises = [[b - a for a, b in pairwise(row)] for row in earned]
    # a leaf with fewer steps than others has some more that bring nothing
    numbers = Numbers(*zip_longest(*starts, fillvalue=0), *zip_longest(*rises, fillvalue=0))
    first, width = Numbers([row[0] for row in starts]), max(map(len, starts))
    narrow = max(abs(x) for row in [*starts, *rises] for x in row) < 2**31

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        (value,) = values
        kind = np.int32 if narrow and value.dtype == np.int32 else np.int64
        starts_and_rises = numbers.of(kind, pick)
        ticks = np.zeros(value.shape, kind)
        for start, rise in zip(starts_and_rises[:width], starts_and_rises[width:], strict=True):
            ticks += (value >= start).astype(kind) * rise
        (lowest,) = first.of(kind, pick)
        return ticks, told(value, "below", (value >= lowest, "step"))

    return score


def _settled(
    leaves: Sequence[Leaf], exact: Sequence[Sequence[Fraction | int]], decimals: int
) -> list[list[int]]:
    return [
        [settle(leaf, ticks, decimals) for ticks in row]
        for leaf, row in zip(leaves, exact, strict=True)
    ]
