"""The rule kinds of ``rules`` over columns: one input value per unit, the same results."""

from __future__ import annotations

from math import gcd, lcm
from typing import assert_never

import numpy as np

from thidua.scoring.formula_columns import formula_column
from thidua.scoring.ints import Scored, Values, at, everywhere, peak, roomy, settled, table
from thidua.scoring.parts import worth, zero_denominator
from thidua.scoring.rules import no_such_level
from thidua.scoring.survey_columns import (
    indicator_column,
    officials_column,
    rating_column,
    share_column,
    staircase_column,
)
from thidua.scoring.ticks import TICKS, to_ticks
from thidua.spec.criteria import Leaf
from thidua.spec.rules import (
    Bands,
    Choice,
    Count,
    Custom,
    Deduction,
    Formula,
    IndicatorRule,
    Manual,
    Officials,
    Rating,
    Ratio,
    Sum,
    Survey,
    YesNo,
)


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
            return staircase_column(leaf, rule.steps, values["value"], decimals)
        case Count() as rule:
            return _count(leaf, rule, values, decimals)
        case Sum() as rule:
            return _sum(leaf, rule, values, decimals)
        case Deduction() as rule:
            return _deduction(leaf, rule, values, decimals)
        case Survey():
            return share_column(leaf, values["percent"], 100 * TICKS, decimals)
        case Officials() as rule:
            return officials_column(leaf, rule, values, decimals)
        case Rating() as rule:
            return rating_column(leaf, rule, values, decimals)
        case IndicatorRule() as rule:
            return indicator_column(leaf, rule, values, decimals)
        case Formula() as rule:
            return formula_column(leaf, rule, values, decimals)
        case Manual():
            entered = np.minimum(values["points"], to_ticks(leaf.max_points))
            return settled(leaf, entered, 1, decimals), everywhere(entered, "entered")
        case Custom():
            raise TypeError(f"{leaf.code}: a custom kind has no column form")
        case _ as unknown:
            assert_never(unknown)


def _yes_no(leaf: Leaf, rule: YesNo, values: Values, decimals: int) -> Scored:
    worths = table(leaf, [to_ticks(rule.no_points), to_ticks(leaf.max_points), 0], decimals)
    branches = np.array([at("no"), at("yes"), at("not_applicable")])
    value = values["value"].astype(np.intp)
    return worths[value], branches[value]


def _choice(leaf: Leaf, rule: Choice, values: Values, decimals: int) -> Scored:
    position = values["level"]
    if ((position < 0) | (position >= len(rule.levels))).any():
        raise no_such_level(leaf.code)
    top = to_ticks(leaf.max_points)
    worths = table(leaf, [worth(one.points, one.share, top) for one in rule.levels], decimals)
    return worths[position.astype(np.intp)], everywhere(position, "level")


def _ratio(leaf: Leaf, rule: Ratio, values: Values, decimals: int) -> Scored:
    top, floor, full = (to_ticks(x) for x in (leaf.max_points, rule.floor, rule.full))
    up, down = TICKS // gcd(TICKS, full), full // gcd(TICKS, full)
    a, b = values["numerator"], values["denominator"]
    most = max(max(top * up, TICKS) * peak(a), max(down, TICKS) * peak(b))
    a, b = roomy(most, a), roomy(most, b)
    none, below, reached = b == 0, a * TICKS < floor * b, a * up >= down * b
    at_none, none_branch = zero_denominator(rule, top)
    at_none, at_full = table(leaf, [at_none, top], decimals)
    share = settled(leaf, top * up * a, np.where(none, 1, down * b), decimals)
    cases = [none, below, reached]
    codes = [at(none_branch), at("below_floor"), at("full")]
    return np.select(cases, [at_none, 0, at_full], share), np.select(cases, codes, at("share"))


def _count(leaf: Leaf, rule: Count, values: Values, decimals: int) -> Scored:
    top, each = to_ticks(leaf.max_points), to_ticks(rule.each)
    # one item beyond the cap is as good as any more, and keeps the product small
    earned = np.minimum(values["count"], top // each + 1) * each
    branch = np.where(earned > top, at("capped"), at("items"))
    return settled(leaf, np.minimum(earned, top), 1, decimals), branch


def _sum(leaf: Leaf, rule: Sum, values: Values, decimals: int) -> Scored:
    top = to_ticks(leaf.max_points)
    exact = {item.name: worth(item.points, item.share, top) for item in rule.items}
    scale = lcm(*(earns.denominator for earns in exact.values()))
    most = top * scale + sum(int(earns * scale) for earns in exact.values())
    earned = np.sum(
        [roomy(most, values[name]) * int(earns * scale) for name, earns in exact.items()], axis=0
    )
    branch = np.where(earned > top * scale, at("capped"), at("items"))
    return settled(leaf, np.minimum(earned, top * scale), scale, decimals), branch


def _deduction(leaf: Leaf, rule: Deduction, values: Values, decimals: int) -> Scored:
    top = to_ticks(leaf.max_points)
    exact = {fault.name: worth(fault.points, fault.share, top) for fault in rule.faults}
    scale = lcm(*(cost.denominator for cost in exact.values()))
    costs = {name: int(cost * scale) for name, cost in exact.items()}
    most = top * scale + sum(cost * peak(values[name]) for name, cost in costs.items())
    taken = np.sum([roomy(most, values[name]) * cost for name, cost in costs.items()], axis=0)
    left, least = top * scale - taken, to_ticks(rule.least) * scale
    ticks = settled(leaf, np.maximum(left, least), scale, decimals)
    cases = [taken == 0, left < least]
    return ticks, np.select(cases, [at("no_fault"), at("least")], at("faults"))
