"""Formulas a second time: Python's own grammar reads the text, and fractions do the sums."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import floor
from typing import Any

from thidua.spec import rules as spec

SPELLING = {
    "×": "*", "÷": "/", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=", "<>": "!=", "if(": "when(",
}  # fmt: skip
OPERATORS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.USub: operator.neg, ast.Not: operator.not_,
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip


def formula(
    rule: spec.Formula, maximum: Fraction, given: Mapping[str, int], bonus: bool
) -> Fraction | None:
    """The formula's points; None where a division by zero takes the leaf away."""
    names = {one.name: Fraction(given[one.name], one.scale) for one in rule.variables}
    try:
        points = formula_value(rule.expression, {**names, "max_points": maximum})
    except ZeroDivisionError:
        conventions = {"full": maximum, "zero": Fraction(0), "not_applicable": None, None: 0}
        earned = conventions[rule.zero_denominator]
        return None if earned is None else Fraction(earned)
    least = Fraction(rule.least or 0)
    return max(min(points, Fraction(1_000_000) if bonus else maximum), least)


def formula_value(text: str, names: Mapping[str, Fraction]) -> Fraction:
    """The value of an expression; ``ZeroDivisionError`` as it is met."""
    for ours, pythons in SPELLING.items():
        text = text.replace(ours, pythons)
    text = " ".join(re.sub(r"(?<![<>=!])=(?!=)", "==", text).split())
    value: Fraction = Reader(text, names).read(ast.parse(text, mode="eval").body)
    return value


class Reader:
    """Values of the nodes of Python's tree of ``text``."""

    def __init__(self, text: str, names: Mapping[str, Fraction]) -> None:
        self.text = text
        self.names = names

    def read(self, node: ast.expr) -> Any:
        """A number or a truth."""
        match node:
            case ast.Constant():
                return Fraction(ast.get_source_segment(self.text, node) or "")
            case ast.Name():
                return self.names[node.id]
            case ast.UnaryOp():
                return OPERATORS[type(node.op)](self.read(node.operand))
            case ast.BinOp():
                return OPERATORS[type(node.op)](self.read(node.left), self.read(node.right))
            case ast.Compare():
                return OPERATORS[type(node.ops[0])](
                    self.read(node.left), self.read(node.comparators[0])
                )
            case ast.BoolOp(op=ast.And()):
                return all(self.read(part) for part in node.values)
            case ast.BoolOp():
                return any(self.read(part) for part in node.values)
            case ast.Call(func=ast.Name(id="when"), args=[condition, then, otherwise]):
                return self.read(then if self.read(condition) else otherwise)
            case ast.Call(func=ast.Name(id="round"), args=[value, *places]):
                return self.rounded(self.read(value), *map(self.read, places))
            case ast.Call(func=ast.Name(id=name), args=parts):
                return {"min": min, "max": max}[name](map(self.read, parts))
        raise AssertionError(ast.dump(node))

    def rounded(self, value: Fraction, places: Fraction = Fraction(0)) -> Fraction:
        """The nearest, a half away from zero."""
        step = Fraction(1, 10 ** int(places))
        size = floor(abs(value) / step + Fraction(1, 2)) * step
        return size if value >= 0 else -size
