"""The rule kind ``formula`` over columns: exact, with the same results as unit by unit.

Both branches of an ``if`` are computed; a division by zero counts only where its branch is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from typing import Literal

import numpy as np

from thidua.scoring.formula import least_of, most_of
from thidua.scoring.ints import Scored, Values, at, settled
from thidua.scoring.parts import zero_denominator
from thidua.scoring.quotients import (
    Mask,
    Quotients,
    added,
    column,
    compared,
    constant,
    divided,
    multiplied,
    picked,
    rounded,
)
from thidua.scoring.ticks import TICKS, to_ticks
from thidua.spec.criteria import Leaf
from thidua.spec.formula import Formula
from thidua.spec.formula_tree import (
    MAXIMUM,
    Both,
    Chain,
    Compare,
    Condition,
    Extreme,
    If,
    Name,
    Negative,
    Not,
    Number,
    Round,
    Value,
)

Named = Mapping[str, Quotients]


def formula_column(leaf: Leaf, rule: Formula, values: Values, decimals: int) -> Scored:
    """One leaf with a formula over all units, as ``formula`` scores each."""
    named = {item.name: column(values[item.name], item.scale) for item in rule.variables}
    points = _value(rule.tree, {**named, MAXIMUM: constant(Fraction(leaf.max_points))})
    ticks, branch = _held(leaf, rule, multiplied(points, constant(TICKS)))
    # a formula may hold no variable, and a condition may always go one way
    shape = (len(values[rule.variables[0].name]),)
    over, under = np.broadcast_to(ticks.over, shape), np.broadcast_to(ticks.under, shape)
    return settled(leaf, over, under, decimals), np.broadcast_to(branch, shape)


def _held(leaf: Leaf, rule: Formula, ticks: Quotients) -> tuple[Quotients, Mask]:
    """Between the least and the maximum, what a division by zero earns put in; the branches."""
    at_zero, zero_branch = zero_denominator(rule, to_ticks(leaf.max_points))
    least, most = constant(least_of(rule)), constant(most_of(leaf))
    above, below = compared(ticks, ">", most), compared(ticks, "<", least)
    held = picked(above, most, picked(below, least, ticks))
    cases = np.broadcast_arrays(ticks.zero, above, below)
    codes = [at(zero_branch), at("capped"), at("floored")]
    return picked(ticks.zero, constant(at_zero), held), np.select(cases, codes, at("value"))


def _value(node: Value, named: Named) -> Quotients:
    match node:
        case Number():
            return constant(Fraction(node.value))
        case Name():
            return named[node.name]
        case Negative():
            return multiplied(_value(node.of, named), constant(-1))
        case Chain():
            return _chain(node, named)
        case Extreme():
            parts = [_value(part, named) for part in node.of]
            return reduce(_least if node.which == "min" else _greatest, parts)
        case Round():
            return rounded(_value(node.of, named), node.places)
        case If():
            return _if(node, named)


def _chain(node: Chain, named: Named) -> Quotients:
    value = _value(node.first, named)
    for sign, part in node.rest:
        value = _joined(sign, value, _value(part, named))
    return value


def _joined(sign: Literal["+", "-", "*", "/"], a: Quotients, b: Quotients) -> Quotients:
    match sign:
        case "+":
            return added(a, b)
        case "-":
            return added(a, b, -1)
        case "*":
            return multiplied(a, b)
        case "/":
            return divided(a, b)


def _least(a: Quotients, b: Quotients) -> Quotients:
    return _either(compared(a, "<=", b), a, b)


def _greatest(a: Quotients, b: Quotients) -> Quotients:
    return _either(compared(a, ">=", b), a, b)


def _either(where: Mask, a: Quotients, b: Quotients) -> Quotients:
    """One of two that were both evaluated: a division by zero in the other counts too."""
    return _met(picked(where, a, b), a.zero | b.zero)


def _met(value: Quotients, zero: Mask) -> Quotients:
    return Quotients(value.over, value.under, value.zero | zero, value.most_over, value.most_under)


def _if(node: If, named: Named) -> Quotients:
    holds, zero = _condition(node.condition, named)
    return _met(picked(holds, _value(node.then, named), _value(node.otherwise, named)), zero)


def _condition(node: Condition, named: Named) -> tuple[Mask, Mask]:
    """Where it holds, and where a division by zero was met before that was settled."""
    match node:
        case Compare():
            left, right = _value(node.left, named), _value(node.right, named)
            return compared(left, node.relation, right), left.zero | right.zero
        case Not():
            holds, zero = _condition(node.of, named)
            return ~holds, zero
        case Both():
            return _both(node, named)


def _both(node: Both, named: Named) -> tuple[Mask, Mask]:
    settles = node.word == "or"
    open_, met = np.asarray(True), np.asarray(False)
    for part in node.of:
        holds, zero = _condition(part, named)
        met, open_ = met | (open_ & zero), open_ & (holds != settles)
    return open_ != settles, met
