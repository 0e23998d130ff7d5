"""Rule kinds over a stack: leaves of one kind, scored together for many units by one expression.

Values are [leaf, unit] and meet numbers of the rules as [leaf, 1]; or they are single cells [cell],
and ``pick`` says to which leaf of the stack each belongs. The expressions are the same for all
three kinds of number: float64 where no figure reaches 2**53, so that it is exact (TECH notes §10),
else int64, else Python integers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
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

Pick = NDArray[np.intp] | None
"""The leaf of each cell; None where values are [leaf, unit]."""

Form = Callable[[Sequence[Ints], Pick], Scored]
"""Ticks and branches of a stack from its inputs, complete and in the order of ``Leaf.inputs``."""

_FREE = 2**62
"""Stands for a bound that there is not."""


class Numbers:
    """Whole numbers of the rules, by name of the number: one for each leaf of a stack."""

    def __init__(self, *rows: Sequence[int]) -> None:
        self._rows = rows
        self._typed: dict[type, tuple[Ints, ...]] = {}

    def of(self, kind: type, pick: Pick) -> Sequence[Any]:
        """Each as [leaf, 1] of this type, or one for each cell."""
        tall = self._typed.get(kind)
        if tall is None:
            tall = tuple(np.array(row, dtype=object).astype(kind)[:, None] for row in self._rows)
            self._typed[kind] = tall
        return tall if pick is None else [column[pick, 0] for column in tall]


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

    def rounded(self, numerator: Ints, denominator: Ints | int, *, signed: bool) -> Ints:
        """The quotients in ticks; ``signed`` if any may be below zero."""
        if self.step == 1 and isinstance(denominator, int) and denominator == 1:
            return numerator
        return rounded(numerator, denominator, self.step, signed=signed)

    def held(self, ticks: Ints, pick: Pick) -> Ints:
        """Ticks within the bounds of their leaves."""
        kind = object if ticks.dtype == object else np.int64
        low, high = self._bounds.of(kind, pick)
        held: Ints = np.maximum(np.minimum(ticks, high), low)
        return held


def ratio_form(leaves: Sequence[Leaf], rules: Sequence[Ratio], decimals: int) -> Form:
    """Numerator over denominator; see ``rules``."""
    tops = [to_ticks(leaf.max_points) for leaf in leaves]
    floors = [to_ticks(rule.floor) for rule in rules]
    fulls = [to_ticks(rule.full) for rule in rules]
    ups = [TICKS // gcd(TICKS, full) for full in fulls]
    downs = [full // gcd(TICKS, full) for full in fulls]
    gains = [top * up for top, up in zip(tops, ups, strict=True)]
    nones = [zero_denominator(rule, top) for rule, top in zip(rules, tops, strict=True)]
    settling = Settling(leaves, decimals)
    at_none = [
        settle(leaf, ticks, decimals) for leaf, (ticks, _) in zip(leaves, nones, strict=True)
    ]
    at_full = [settle(leaf, top, decimals) for leaf, top in zip(leaves, tops, strict=True)]
    numbers = Numbers(floors, ups, downs, gains, at_none, at_full)
    codes = Numbers([at(branch) for _, branch in nones])
    above, below = (
        2 * max(TICKS, *gains),
        3 * max(*floors, *(down * settling.step for down in downs)),
    )

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        kind = number_type(above * peak(values[0]) + below * (peak(values[1]) + 1))
        a: Ints = values[0].astype(kind)
        b: Ints = values[1].astype(kind)
        floor, up, down, gain, at_none, at_full = numbers.of(kind, pick)
        none, short = b == 0, a * TICKS < floor * b
        size = down * b
        reached = a * up >= size
        size += none  # where nothing is divided by
        signed = bool(a.min(initial=0) < 0)
        ticks = settling.rounded(a * gain, size, signed=signed)
        if signed or settling.uneven:
            ticks = settling.held(ticks, pick)
        branch = np.full(a.shape, at("share"), np.uint8)
        (code,) = codes.of(np.uint8, pick)
        for where, worths, name in ((reached, at_full, at("full")), (short, 0, at("below_floor")),
                                    (none, at_none, code)):  # fmt: skip
            np.copyto(ticks, worths, where=where)
            np.copyto(branch, name, where=where)
        return ticks, branch

    return score


def share_form(leaves: Sequence[Leaf], scales: Sequence[int], decimals: int) -> Form:
    """The value ÷ its scale of the maximum."""
    tops = [to_ticks(leaf.max_points) for leaf in leaves]
    numbers, settling = Numbers(tops, scales), Settling(leaves, decimals)
    most = 3 * max(scales) * settling.step

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        (value,) = values
        high, low = peak(value), int(value.min(initial=0))
        kind = number_type(2 * max(1, *tops) * high + most)
        top, scale = numbers.of(kind, pick)
        ticks = settling.rounded(value.astype(kind) * top, scale, signed=low < 0)
        if settling.uneven or low < 0 or high > min(scales):
            ticks = settling.held(ticks, pick)
        return ticks, np.full(value.shape, at("share"), np.uint8)

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
        ticks = settling.rounded(np.minimum(value.astype(kind), top), 1, signed=signed)
        if signed or settling.uneven:
            ticks = settling.held(ticks, pick)
        return ticks, np.full(value.shape, at("entered"), np.uint8)

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
        capped = earned > top
        signed = bool(value.min(initial=0) < 0)
        ticks = settling.rounded(np.minimum(earned, top), 1, signed=signed)
        if signed or settling.uneven:
            ticks = settling.held(ticks, pick)
        return ticks, np.where(capped, np.uint8(at("capped")), np.uint8(at("items")))

    return score


def deduction_form(leaves: Sequence[Leaf], rules: Sequence[Deduction], decimals: int) -> Form:
    """From the maximum, each fault its part; all rules have equally many kinds of fault."""
    tops = [to_ticks(leaf.max_points) for leaf in leaves]
    exact = [[worth(f.points, f.share, top) for f in rule.faults]
             for rule, top in zip(rules, tops, strict=True)]  # fmt: skip
    scales = [lcm(*(cost.denominator for cost in row)) for row in exact]
    costs = [[int(cost * scale) for cost in row] for row, scale in zip(exact, scales, strict=True)]
    wholes = [top * scale for top, scale in zip(tops, scales, strict=True)]
    leasts = [to_ticks(rule.least) * scale for rule, scale in zip(rules, scales, strict=True)]
    numbers = Numbers(scales, wholes, leasts, *zip(*costs, strict=True))
    settling = Settling(leaves, decimals)
    most = 2 * max(*wholes, *(-least for least in leasts)) + 3 * max(scales) * settling.step
    dearest = [max(row) for row in zip(*costs, strict=True)]
    below, whole_scales = any(least < 0 for least in leasts), all(scale == 1 for scale in scales)

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        taken_most = sum(c * peak(v) for c, v in zip(dearest, values, strict=True))
        kind = number_type(most + 2 * taken_most)
        scale, whole, least, *cost = numbers.of(kind, pick)
        taken = sum(v.astype(kind) * c for v, c in zip(values, cost, strict=True))
        left = whole - taken
        divisor = 1 if whole_scales else scale
        ticks = settling.rounded(np.maximum(left, least), divisor, signed=below)
        if settling.uneven or below or any(value.min(initial=0) < 0 for value in values):
            ticks = settling.held(ticks, pick)
        branch = np.full(left.shape, at("faults"), np.uint8)
        np.copyto(branch, at("least"), where=left < least)
        np.copyto(branch, at("no_fault"), where=taken == 0)
        return ticks, branch

    return score


class Lines:
    """For each leaf of a stack a row of settled ticks and branches, to be taken by position."""

    def __init__(self, ticks: Sequence[Sequence[int]], branches: Sequence[Sequence[int]]) -> None:
        self.width = max(map(len, ticks))
        rows = [[*row, *[row[-1]] * (self.width - len(row))] for row in ticks]
        small = max(abs(tick) for row in rows for tick in row) < 2**31
        self._ticks = np.array(rows, dtype=np.int32 if small else np.int64).ravel()
        codes = [[*row, *[row[-1]] * (self.width - len(row))] for row in branches]
        self._codes = np.array(codes, dtype=np.uint8).ravel()
        self._starts = Numbers([row * self.width for row in range(len(rows))])

    def start(self, pick: Pick) -> NDArray[np.intp]:
        """Where each leaf's row begins."""
        found: NDArray[np.intp] = self._starts.of(np.intp, pick)[0]
        return found

    def take(self, position: NDArray[np.intp]) -> Scored:
        """Ticks and branches of these positions, ``start`` included."""
        return self._ticks.take(position), self._codes.take(position)


def yes_no_form(leaves: Sequence[Leaf], rules: Sequence[YesNo], decimals: int) -> Form:
    """1 earns the maximum, 2 does not apply, anything else earns what no earns."""
    lines = Lines(
        [[settle(leaf, ticks, decimals) for ticks in (to_ticks(rule.no_points),
                                                      to_ticks(leaf.max_points))] + [0]
         for leaf, rule in zip(leaves, rules, strict=True)],
        [[at("no"), at("yes"), at("not_applicable")] for _ in leaves],
    )  # fmt: skip

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        (value,) = values
        position = lines.start(pick) + (value == 1)
        position += 2 * (value == 2)
        return lines.take(position)

    return score


def choice_form(leaves: Sequence[Leaf], rules: Sequence[Choice], decimals: int) -> Form:
    """What the chosen level earns; ``Invalid`` for one that is not there."""
    lines = Lines(
        [_settled(leaf, [worth(x.points, x.share, to_ticks(leaf.max_points)) for x in rule.levels],
                  decimals) for leaf, rule in zip(leaves, rules, strict=True)],
        [[at("level")] for _ in leaves],
    )  # fmt: skip
    numbers = Numbers([len(rule.levels) for rule in rules])

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        (value,) = values
        (levels,) = numbers.of(np.int32, pick)
        wrong = (value < 0) | (value >= levels)
        if wrong.any():
            leaf = int(np.nonzero(wrong)[0][0]) if pick is None else int(pick[wrong][0])
            raise no_such_level(leaves[leaf].code)
        return lines.take(lines.start(pick) + value.astype(np.intp))

    return score


def staircase_form(leaves: Sequence[Leaf], stairs: Sequence[Sequence[Step]], decimals: int) -> Form:
    """What the first step that the value reaches earns; below all of them nothing."""
    tops = [to_ticks(leaf.max_points) for leaf in leaves]
    lines = Lines(
        [_settled(leaf, [0, *(worth(s.points, s.share, top) for s in reversed(steps))], decimals)
         for leaf, top, steps in zip(leaves, tops, stairs, strict=True)],
        [[at("below"), at("step")] for _ in leaves],
    )  # fmt: skip
    starts = [[to_ticks(s.from_) + (not s.inclusive) for s in reversed(steps)] for steps in stairs]
    high = max(abs(start) for row in starts for start in row)
    # a leaf with fewer steps meets its last one several times, and stays on it
    numbers = Numbers(
        *zip(*([*r, *[r[-1]] * (lines.width - 1 - len(r))] for r in starts), strict=True)
    )

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        (value,) = values
        kind = value.dtype.type if high < np.iinfo(np.int32).max else np.int64
        position = np.zeros(value.shape, np.int8)
        for start in numbers.of(object if value.dtype == object else kind, pick):
            position += value >= start
        return lines.take(lines.start(pick) + position)

    return score


def _settled(leaf: Leaf, exact: Sequence[Fraction | int], decimals: int) -> list[int]:
    return [settle(leaf, ticks, decimals) for ticks in exact]
