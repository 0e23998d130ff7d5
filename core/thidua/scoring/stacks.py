"""Rule kinds over a stack: leaves of one kind, scored together for many units by one expression.

Values are [leaf, unit] and meet numbers of the rules as [leaf, 1]; or they are single cells [cell],
and ``pick`` says to which leaf of the stack each belongs. The expressions are the same for all
kinds of number: int32 where every figure fits, float64 where none reaches 2**53, so that it is
exact (TECH notes §10), else int64, else Python integers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise, zip_longest
from math import gcd, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.ints import SHORT_LIMIT, Ints, Scored, at, ends, number_type, peak, rounded
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
    """Whole numbers of the rules, each with one value for every leaf of a stack.

    ``most`` is the largest magnitude among them.
    """

    def __init__(self, *rows: Sequence[int]) -> None:
        self._rows = rows
        self._typed: dict[type, Sequence[Any]] = {}
        self.most = max(abs(each) for row in rows for each in row)

    def kind(self, most: int) -> type:
        """The fastest type of number that is exact up to this magnitude and holds them."""
        return number_type(max(most, self.most))

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
    codes = np.empty(like.shape, np.uint8)
    codes.fill(at(branch))
    for mask, other in others:
        codes += mask.view(np.uint8) * np.uint8((at(other) - at(branch)) % 256)
    return codes


def ratio_form(leaves: Sequence[Leaf], rules: Sequence[Ratio], decimals: int) -> Form:
    """Numerator over denominator; see ``rules``."""
    tops = [to_ticks(leaf.max_points) for leaf in leaves]
    floors = [to_ticks(rule.floor) // gcd(TICKS, to_ticks(rule.floor)) for rule in rules]
    parts = [TICKS // gcd(TICKS, to_ticks(rule.floor)) for rule in rules]
    fulls = [to_ticks(rule.full) for rule in rules]
    ups = [TICKS // gcd(TICKS, full) for full in fulls]
    downs = [full // gcd(TICKS, full) for full in fulls]
    gains = [top * up for top, up in zip(tops, ups, strict=True)]
    settling = Settling(leaves, decimals)
    at_full = [settle(leaf, top, decimals) for leaf, top in zip(leaves, tops, strict=True)]
    numbers = Numbers(parts, floors, ups, downs, gains, at_full)
    by_nothing = [zero_denominator(rule, top) for rule, top in zip(rules, tops, strict=True)]
    at_none = Numbers(
        [settle(x, t, decimals) for x, (t, _) in zip(leaves, by_nothing, strict=True)]
    )
    codes = Numbers([at(branch) for _, branch in by_nothing])
    above, below = 2 * max(TICKS, *gains), 3 * max(*floors, *(d * settling.step for d in downs))

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        low, high = ends(values[0])
        most = above * max(-low, high) + below * (peak(values[1]) + 1)
        kind = numbers.kind(max(most, at_none.most))
        a: Ints = values[0].astype(kind, copy=False)
        b: Ints = values[1].astype(kind, copy=False)
        part, floor, up, down, gain, full = numbers.of(kind, pick)
        none, short, size = b == 0, a * part < floor * b, down * b
        reached = a * up >= size
        ticks = rounded(a * gain, np.maximum(size, 1), settling.step, signed=low < 0)
        if low < 0 or settling.uneven:
            ticks = settling.held(ticks, pick)
        ticks = np.minimum(ticks, full)  # what reached it is not below it
        ticks *= ~short
        branch = told(a, "share", (reached, "full"), (short, "below_floor"))
        where = np.flatnonzero(none)
        if len(where):
            (earned,), (code,) = at_none.of(kind, pick), codes.of(np.uint8, pick)
            ticks.reshape(-1)[where] = _of(earned, none, where)
            branch.reshape(-1)[where] = _of(code, none, where)
        return ticks, branch

    return score


def _of(number: Any, like: Mask, where: NDArray[np.intp]) -> Any:
    """What of a number of the rules belongs to these cells."""
    return number if np.ndim(number) == 0 else np.broadcast_to(number, like.shape).flat[where]


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
        low, high = ends(value)
        kind = numbers.kind(2 * max(1, *small) * max(-low, high) + most)
        top, size = numbers.of(kind, pick)
        ticks = rounded(value.astype(kind, copy=False) * top, size, settling.step, signed=low < 0)
        if settling.uneven or low < 0 or high > min(scales):
            ticks = settling.held(ticks, pick)
        return ticks, told(value, "share")

    return score


def entered_form(leaves: Sequence[Leaf], decimals: int) -> Form:
    """The points as they were entered."""
    numbers = Numbers([to_ticks(leaf.max_points) for leaf in leaves])
    settling = Settling(leaves, decimals)

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        (value,) = values
        low, high = ends(value)
        kind = numbers.kind(2 * max(-low, high) + 3 * settling.step)
        (top,) = numbers.of(kind, pick)
        ticks = np.minimum(value.astype(kind, copy=False), top)
        ticks = settling.whole(ticks, pick, signed=low < 0)
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
        low, high = ends(value)
        kind = numbers.kind(max(most, max(-low, high) * 2 * max(eaches)))
        top, each, enough = numbers.of(kind, pick)
        earned = np.minimum(value.astype(kind, copy=False), enough) * each
        branch = told(value, "items", (earned > top, "capped"))
        return settling.whole(np.minimum(earned, top), pick, signed=low < 0), branch

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
    below_zero = min(0, *leasts, *(cost for row in costs for cost in row)) < 0

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        reach = [ends(value) for value in values]
        taken_most = sum(c * max(-low, high) for c, (low, high) in zip(dearest, reach, strict=True))
        kind = numbers.kind(most + 2 * taken_most)
        scale, whole, least, *cost = numbers.of(kind, pick)
        taken = values[0].astype(kind, copy=False) * cost[0]
        for value, each in zip(values[1:], cost[1:], strict=True):
            taken += value.astype(kind, copy=False) * each
        left = whole - taken
        branch = told(left, "faults", (left < least, "least"), (taken == 0, "no_fault"))
        left = np.maximum(left, least)
        signed = below_zero or any(low < 0 for low, _ in reach)
        if max(scales) > 1:
            left = rounded(left, scale, settling.step, signed=signed)
            return settling.held(left, pick), branch
        return settling.whole(left, pick, signed=signed), branch

    return score


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


class Stairs:
    """For each leaf of a stack where steps begin, and the settled ticks below and from there on."""

    def __init__(self, starts: Sequence[Sequence[int]], earned: Sequence[Sequence[int]]) -> None:
        rises = [[b - a for a, b in pairwise(row)] for row in earned]
        self._width = max(map(len, starts))
        # a leaf with fewer steps than others has some more that bring nothing
        self._numbers = Numbers(
            [row[0] for row in earned],
            *zip_longest(*starts, fillvalue=0),
            *zip_longest(*rises, fillvalue=0),
        )

    def climb(self, value: Ints, pick: Pick) -> Ints:
        """The ticks of the last step that each value reaches."""
        narrow = value.dtype == np.int32 and self._numbers.most < SHORT_LIMIT
        kind = np.int32 if narrow else np.int64
        lowest, *numbers = self._numbers.of(kind, pick)
        ticks = np.full(value.shape, lowest, kind)
        for start, rise in zip(numbers[: self._width], numbers[self._width :], strict=True):
            ticks += (value >= start).astype(kind) * rise
        return ticks


def choice_form(leaves: Sequence[Leaf], rules: Sequence[Choice], decimals: int) -> Form:
    """What the chosen level earns; ``Invalid`` for one that is not there."""
    exact = [
        [worth(level.points, level.share, to_ticks(leaf.max_points)) for level in rule.levels]
        for leaf, rule in zip(leaves, rules, strict=True)
    ]
    stairs = Stairs([range(1, len(row)) for row in exact], _settled(leaves, exact, decimals))
    numbers, fewest = Numbers([len(row) for row in exact]), min(map(len, exact))

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        (value,) = values
        low, high = ends(value)
        if low < 0 or high >= fewest:
            (levels,) = numbers.of(np.int32, pick)
            _refuse_levels(leaves, (value < 0) | (value >= levels), pick)
        return stairs.climb(value, pick), told(value, "level")

    return score


def _refuse_levels(leaves: Sequence[Leaf], wrong: Mask, pick: Pick) -> None:
    if wrong.any():
        leaf = np.nonzero(np.atleast_2d(wrong))[0][0] if pick is None else pick[wrong][0]
        raise no_such_level(leaves[leaf].code)


def staircase_form(leaves: Sequence[Leaf], stairs: Sequence[Sequence[Step]], decimals: int) -> Form:
    """What the first step that the value reaches earns; below all of them nothing."""
    exact: list[list[Fraction | int]] = [
        [0, *(worth(s.points, s.share, to_ticks(leaf.max_points)) for s in reversed(steps))]
        for leaf, steps in zip(leaves, stairs, strict=True)
    ]
    starts = [[to_ticks(s.from_) + (not s.inclusive) for s in reversed(steps)] for steps in stairs]
    rising = Stairs(starts, _settled(leaves, exact, decimals))
    first = Numbers([row[0] for row in starts])

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        (value,) = values
        (lowest,) = first.of(np.int64, pick)
        return rising.climb(value, pick), told(value, "below", (value >= lowest, "step"))

    return score


def _settled(
    leaves: Sequence[Leaf], exact: Sequence[Sequence[Fraction | int]], decimals: int
) -> list[list[int]]:
    return [
        [settle(leaf, ticks, decimals) for ticks in row]
        for leaf, row in zip(leaves, exact, strict=True)
    ]
