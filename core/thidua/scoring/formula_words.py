"""A formula with its figures put in, in Vietnamese notation, along the branches that were taken.

Which branch of an ``if`` is shown, and why, is what the evaluator itself decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from thidua.scoring.formula import Figures, decide, figures_of, least_of, most_of, taken
from thidua.scoring.ticks import TICKS, to_points, written
from thidua.spec.criteria import Leaf
from thidua.spec.formula import Formula
from thidua.spec.formula_tree import (
    MAXIMUM,
    Chain,
    Compare,
    Extreme,
    If,
    Name,
    Negative,
    Number,
    Round,
    Value,
)

SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
RELATIONS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "=", "<>": "≠"}

_SUM, _PRODUCT, _SINGLE = 0, 1, 2
"""How tightly a text holds together, loosest first."""

_ZERO = {
    "zero_full": "phải chia cho 0, được tính điểm tối đa",
    "zero_zero": "phải chia cho 0, không được điểm",
    "zero_denominator": "phải chia cho 0, bộ tiêu chí chưa quy định",
}


def formula_words(leaf: Leaf, rule: Formula, given: Mapping[str, int], branch: str) -> str:
    """``Đúng hạn (a) = 45, Tổng số (b) = 50; vì b ≠ 0: min(1; 45 ÷ 50) × 2``."""
    figures = figures_of(leaf, rule, given)
    start = ", ".join(
        f"{item.label} ({item.name}) = {_number(figures[item.name])}" for item in rule.variables
    )
    if branch in _ZERO:
        return f"{start}: {_ZERO[branch]}"
    writer = _Writer(figures)
    text = writer.text(rule.tree)
    because = f"; vì {' và '.join(dict.fromkeys(writer.reasons))}" if writer.reasons else ""
    return f"{start}{because}: {text}{_held(leaf, rule, branch)}"


def _held(leaf: Leaf, rule: Formula, branch: str) -> str:
    held = {
        "capped": f", không quá {written(to_points(most_of(leaf)))} điểm",
        "floored": f", thấp nhất {written(to_points(least_of(rule)))} điểm",
    }
    return held.get(branch, "")


class _Writer:
    """Texts of trees with ``figures`` put in; gathers the ``reasons`` of the branches it takes."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.reasons: list[str] = []

    def text(self, node: Value, least: int = _SUM) -> str:
        """The text of ``node``, in parentheses if it is looser than ``least``."""
        while isinstance(node, If):
            self.explain(decide(node.condition, self.figures)[1])
            node = taken(node, self.figures)
        text, level = self.written(node)
        return text if level >= least else f"({text})"

    def explain(self, reasons: Sequence[Compare]) -> None:
        for one in reasons:
            left, right = self.side(one.left), self.side(one.right)
            self.reasons.append(f"{left} {RELATIONS[one.relation]} {right}")

    def side(self, node: Value) -> str:
        """A variable keeps its name in a reason: ``b ≠ 0`` says more than ``50 ≠ 0``."""
        if isinstance(node, Name) and node.name != MAXIMUM:
            return node.name
        return self.text(node)

    def written(self, node: Value) -> tuple[str, int]:
        match node:
            case Number():
                return written(node.value), _SINGLE
            case Name():
                value = self.figures[node.name]
                return _number(value), _SINGLE if value >= 0 else _SUM
            case Negative():
                return f"−{self.text(node.of, _SINGLE)}", _SUM
            case Extreme():
                return f"{node.which}({'; '.join(map(self.text, node.of))})", _SINGLE
            case Round():
                places = f"; {node.places} số lẻ" if node.places else ""
                return f"làm tròn({self.text(node.of)}{places})", _SINGLE
            case Chain():
                return self.chain(node)
            case If():
                raise TypeError("an if is replaced by the branch it takes")

    def chain(self, node: Chain) -> tuple[str, int]:
        level = _SUM if node.rest[0][0] in "+-" else _PRODUCT
        rest = "".join(f" {SIGNS[sign]} {self.text(part, level + 1)}" for sign, part in node.rest)
        return f"{self.text(node.first, level)}{rest}", level


def _number(value: Fraction) -> str:
    """An input or a maximum: never finer than a tick."""
    return written(to_points(int(value * TICKS)))
