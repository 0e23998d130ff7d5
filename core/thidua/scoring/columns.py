"""The rule kinds of ``rules`` over int64 columns: one input value per unit, the same results.

NumPy wraps silently. Every product here is bounded beforehand in Python integers; where it could
reach 2**63 the column is computed in Python integers (dtype object) by the same expressions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import chain
from math import gcd, lcm
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.rules import (
    ANY_KIND,
    BRANCHES,
    bounds,
    no_such_level,
    settle,
    worth,
    zero_denominator,
)
from thidua.scoring.ticks import TICKS, to_ticks
from thidua.spec.base import POINT_DECIMALS
from thidua.spec.criteria import Leaf
from thidua.spec.rules import (
    Bands,
    Choice,
    Count,
    Custom,
    Deduction,
    IndicatorRule,
    Manual,
    Ratio,
    Survey,
    YesNo,
)

LIMIT = 2**63
"""int64 holds the integers below this."""

KNOWN = tuple(dict.fromkeys(chain(ANY_KIND, *BRANCHES.values())))
"""The branches of the built-in kinds; columns of branches hold positions in it."""

Ints = NDArray[Any]
"""Integers over units: int64, or Python integers where int64 could overflow."""

Values = Mapping[str, Ints]
"""Complete inputs of one leaf by name, each over units."""

Scored = tuple[Ints, Ints]
"""Ticks and branches of one leaf over units."""


def score_column(leaf: Leaf, values: Values, decimals: int) -> Scored:
    """One leaf of a built-in kind over all units, from inputs that ``check_inputs`` lets pass."""
    match leaf.rule:
        case YesNo() as rule:
            return _yes_no(leaf, rule, values, decimals)
        case Choice() as rule:
            return _choice(leaf, rule, values, decimals)
        case Ratio() as rule:
            return _ratio(leaf, rule, values, decimals)
        case Bands() as rule:
            return _bands(leaf, rule, values, decimals)
        case Count() as rule:
            return _count(leaf, rule, values, decimals)
        case Deduction() as rule:
            return _deduction(leaf, rule, values, decimals)
        case Survey():
            return _share(leaf, values["percent"], 100 * TICKS, decimals)
        case IndicatorRule() as rule:
            return _share(leaf, values["value"], to_ticks(rule.scale), decimals)
        case Manual():
            entered = np.minimum(values["points"], to_ticks(leaf.max_points))
            return _settled(leaf, entered, 1, decimals), _all(entered, "entered")
        case Custom():
            raise TypeError(f"{leaf.code}: a custom kind has no column form")
        case _ as unknown:
            assert_never(unknown)


def _yes_no(leaf: Leaf, rule: YesNo, values: Values, decimals: int) -> Scored:
    table = _table(leaf, [to_ticks(rule.no_points), to_ticks(leaf.max_points)], decimals)
    yes = values["value"] == 1
    return table[yes.astype(np.intp)], np.where(yes, _at("yes"), _at("no"))


def _choice(leaf: Leaf, rule: Choice, values: Values, decimals: int) -> Scored:
    position = values["level"]
    if ((position < 0) | (position >= len(rule.levels))).any():
        raise no_such_level(leaf.code)
    top = to_ticks(leaf.max_points)
    table = _table(leaf, [worth(one.points, one.share, top) for one in rule.levels], decimals)
    return table[position.astype(np.intp)], _all(position, "level")


def _ratio(leaf: Leaf, rule: Ratio, values: Values, decimals: int) -> Scored:
    top, floor, full = (to_ticks(x) for x in (leaf.max_points, rule.floor, rule.full))
    up, down = TICKS // gcd(TICKS, full), full // gcd(TICKS, full)
    a, b = values["numerator"], values["denominator"]
    most = max(max(top * up, TICKS) * peak(a), max(down, TICKS) * peak(b))
    a, b = _roomy(most, a), _roomy(most, b)
    none, below, reached = b == 0, a * TICKS < floor * b, a * up >= down * b
    at_none, none_branch = zero_denominator(rule, top)
    at_none, at_full = _table(leaf, [at_none, top], decimals)
    share = _settled(leaf, top * up * a, np.where(none, 1, down * b), decimals)
    cases = [none, below, reached]
    codes = [_at(none_branch), _at("below_floor"), _at("full")]
    return np.select(cases, [at_none, 0, at_full], share), np.select(cases, codes, _at("share"))


def _bands(leaf: Leaf, rule: Bands, values: Values, decimals: int) -> Scored:
    top, value, none = to_ticks(leaf.max_points), values["value"], len(rule.steps)
    worths: list[Fraction | int] = [worth(step.points, step.share, top) for step in rule.steps]
    position = np.full(len(value), none)
    for index, step in reversed(list(enumerate(rule.steps))):
        start = to_ticks(step.from_)
        position[value >= start if step.inclusive else value > start] = index
    branch = np.where(position == none, _at("below"), _at("step"))
    return _table(leaf, [*worths, 0], decimals)[position], branch


def _count(leaf: Leaf, rule: Count, values: Values, decimals: int) -> Scored:
    top, each = to_ticks(leaf.max_points), to_ticks(rule.each)
    # one item beyond the cap is as good as any more, and keeps the product small
    earned = np.minimum(values["count"], top // each + 1) * each
    branch = np.where(earned > top, _at("capped"), _at("items"))
    return _settled(leaf, np.minimum(earned, top), 1, decimals), branch


def _deduction(leaf: Leaf, rule: Deduction, values: Values, decimals: int) -> Scored:
    top = to_ticks(leaf.max_points)
    exact = {fault.name: worth(fault.points, fault.share, top) for fault in rule.faults}
    scale = lcm(*(cost.denominator for cost in exact.values()))
    costs = {name: int(cost * scale) for name, cost in exact.items()}
    most = top * scale + sum(cost * peak(values[name]) for name, cost in costs.items())
    taken = np.sum([_roomy(most, values[name]) * cost for name, cost in costs.items()], axis=0)
    left, least = top * scale - taken, to_ticks(rule.least) * scale
    ticks = _settled(leaf, np.maximum(left, least), scale, decimals)
    cases = [taken == 0, left < least]
    return ticks, np.select(cases, [_at("no_fault"), _at("least")], _at("faults"))


def _share(leaf: Leaf, value: Ints, scale: int, decimals: int) -> Scored:
    top = to_ticks(leaf.max_points)
    ticks = _settled(leaf, _roomy(top * peak(value), value) * top, scale, decimals)
    return ticks, _all(value, "share")


def _table(leaf: Leaf, exact: Sequence[Fraction | int], decimals: int) -> NDArray[np.int64]:
    return np.array([settle(leaf, ticks, decimals) for ticks in exact], dtype=np.int64)


def _settled(leaf: Leaf, numerator: Ints, denominator: Ints | int, decimals: int) -> Ints:
    """``settle`` over units: rounded half away from zero, then within the leaf's bounds."""
    step = 10 ** (POINT_DECIMALS - decimals)
    most = 2 * (peak(numerator) + peak(np.asarray(denominator)) * step)
    numerator, size = _roomy(most, numerator), _roomy(most, np.asarray(denominator)) * step
    ticks: Ints = (2 * np.abs(numerator) + size) // (2 * size) * step
    ticks = np.where(numerator < 0, -ticks, ticks)
    low, high = bounds(leaf)
    ticks = ticks if high is None else np.minimum(ticks, high)
    return ticks if low is None else np.maximum(ticks, low)


def _roomy(most: int, values: Ints) -> Ints:
    """``values``, as Python integers if the magnitude ``most`` is beyond int64."""
    return values if most < LIMIT else values.astype(object)


def peak(values: Ints) -> int:
    """The largest magnitude, as a Python integer."""
    return max(abs(int(values.max(initial=0))), abs(int(values.min(initial=0))))


def _at(branch: str) -> int:
    return KNOWN.index(branch)


def _all(like: Ints, branch: str) -> Ints:
    return np.full(len(like), _at(branch))
