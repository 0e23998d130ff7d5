"""The rule kind ``formula``: the value of its tree, exactly, and why each condition held or not."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from thidua.scoring.parts import Exact, zero_denominator
from thidua.scoring.ticks import TICKS, divide_half_away, to_ticks
from thidua.spec.base import MAX_POINTS
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
    Relation,
    Round,
    Value,
)

Figures = Mapping[str, Fraction]
"""Every name of a formula and the number it stands for, ``max_points`` among them."""

HOLDS: Mapping[Relation, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
"""What each relation asks of its two sides, numbers or columns."""

_CONTRARY: Mapping[Relation, Relation] = {
    "<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "<>", "<>": "=",
}  # fmt: skip


def formula(leaf: Leaf, rule: Formula, inputs: Mapping[str, int]) -> Exact:
    """Exact ticks of the formula, held between ``least_of`` and ``most_of``."""
    try:
        ticks = value_of(rule.tree, figures_of(leaf, rule, inputs)) * TICKS
    except ZeroDivisionError:
        return zero_denominator(rule, to_ticks(leaf.max_points))
    least, most = least_of(rule), most_of(leaf)
    if ticks > most:
        return most, "capped"
    return (least, "floored") if ticks < least else (ticks, "value")


def least_of(rule: Formula) -> int:
    """The ticks below which the formula does not go."""
    return to_ticks(rule.least or Decimal(0))


def most_of(leaf: Leaf) -> int:
    """The ticks above which the formula does not go: a bonus is not held to its maximum."""
    return to_ticks(MAX_POINTS if leaf.counts_as == "bonus" else leaf.max_points)


def figures_of(leaf: Leaf, rule: Formula, inputs: Mapping[str, int]) -> Figures:
    """The numbers that people write, from inputs in stored units."""
    given = {item.name: Fraction(inputs[item.name], item.scale) for item in rule.variables}
    return {**given, MAXIMUM: Fraction(leaf.max_points)}


def value_of(node: Value, figures: Figures) -> Fraction:
    """The value of a tree; ``ZeroDivisionError`` where it has to divide by zero."""
    match node:
        case Number():
            return Fraction(node.value)
        case Name():
            return figures[node.name]
        case Negative():
            return -value_of(node.of, figures)
        case Chain():
            return _chain(node, figures)
        case Extreme():
            values = [value_of(part, figures) for part in node.of]
            return min(values) if node.which == "min" else max(values)
        case Round():
            value, scale = value_of(node.of, figures), 10**node.places
            return Fraction(divide_half_away(value.numerator * scale, value.denominator), scale)
        case If():
            return value_of(taken(node, figures), figures)


def taken(node: If, figures: Figures) -> Value:
    """The branch that its condition chooses."""
    return node.then if decide(node.condition, figures)[0] else node.otherwise


def decide(node: Condition, figures: Figures) -> tuple[bool, tuple[Compare, ...]]:
    """Whether the condition holds, and the comparisons, all of them true, that settle it."""
    match node:
        case Compare():
            sides = value_of(node.left, figures), value_of(node.right, figures)
            if HOLDS[node.relation](*sides):
                return True, (node,)
            return False, (replace(node, relation=_CONTRARY[node.relation]),)
        case Not():
            holds, why = decide(node.of, figures)
            return not holds, why
        case Both():
            return _both(node, figures)


def _both(node: Both, figures: Figures) -> tuple[bool, tuple[Compare, ...]]:
    settles, gathered = node.word == "or", list[Compare]()
    for part in node.of:
        holds, why = decide(part, figures)
        if holds is settles:
            return settles, why
        gathered += why
    return not settles, tuple(gathered)


def _chain(node: Chain, figures: Figures) -> Fraction:
    value = value_of(node.first, figures)
    for sign, part in node.rest:
        operand = value_of(part, figures)
        match sign:
            case "+":
                value += operand
            case "-":
                value -= operand
            case "*":
                value *= operand
            case "/":
                value /= operand
    return value
