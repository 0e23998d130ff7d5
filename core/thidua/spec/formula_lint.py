"""What a formula may come to within the declared bounds of its variables.

Sound, not sharp: every value that can be met lies in the interval found, but a variable that
stands twice counts as two, so that the interval may hold more. What a condition says of a part
(``if(b = 0, …, a / b)``) is known of the same part inside the branch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

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
    names_in,
)
from thidua.spec.intervals import (
    Interval,
    below,
    both,
    either,
    least,
    negative,
    on_grid,
    point,
    reciprocal,
    times,
    total,
    without,
)

Known = Mapping[Value, Interval]
"""What is known of variables and of whole parts of the tree."""

Finding = tuple[Literal["error", "warning"], str, str, str]
"""Severity, code, message, remedy."""


def formula_findings(rule: Formula, maximum: Decimal, *, bonus: bool) -> Iterator[Finding]:
    """Everything doubtful about a formula for a leaf of this maximum."""
    used = set(names_in(rule.tree))
    for item in rule.variables:
        if item.name not in used:
            yield (
                "error", "unused-variable",
                f"biến “{item.name}” đã khai mà công thức không dùng",
                "Bỏ biến này, hoặc dùng nó trong công thức.",
            )  # fmt: skip
    reach = Reach(rule, maximum)
    if reach.zero and rule.zero_denominator is None:
        yield (
            "error", "zero-denominator",
            "công thức có thể phải chia cho 0 mà chưa quy ước cách tính",
            "Quy ước khi chia cho 0: được điểm tối đa, 0 điểm hay không đánh giá.",
        )  # fmt: skip
    yield from _out_of_bounds(rule, reach, maximum, bonus=bonus)


def _out_of_bounds(
    rule: Formula, reach: Reach, maximum: Decimal, *, bonus: bool
) -> Iterator[Finding]:
    low, high = reach.whole.low, reach.whole.high
    if not bonus and (high is None or high > maximum):
        yield (
            "warning", "may-exceed",
            f"công thức có thể ra hơn điểm tối đa {maximum}; phần hơn không được tính",
            "Xem lại công thức và giá trị lớn nhất của các biến.",
        )  # fmt: skip
    full_at_zero = reach.zero and rule.zero_denominator == "full"
    if high is not None and high < maximum and not full_at_zero:
        yield (
            "warning", "maximum-unreachable",
            f"công thức không bao giờ đạt điểm tối đa {maximum}",
            "Xem lại công thức và giá trị lớn nhất của các biến.",
        )  # fmt: skip
    if rule.least is None and (low is None or low < 0):
        yield (
            "warning", "may-be-negative",
            "công thức có thể ra số âm; khi ấy được 0 điểm",
            "Ghi điểm thấp nhất nếu cho phép điểm âm, hoặc sửa công thức.",
        )  # fmt: skip


class Reach:
    """The interval of a ``whole`` formula, and whether a division by ``zero`` may be met."""

    def __init__(self, rule: Formula, maximum: Decimal) -> None:
        self.zero = False
        self.steps = {item.name: Fraction(1, item.scale) for item in rule.variables}
        known: dict[Value, Interval] = {
            Name(item.name): Interval(
                Fraction(item.minimum, item.scale), Fraction(item.maximum, item.scale)
            )
            for item in rule.variables
        }
        self.whole = self.interval(rule.tree, {**known, Name(MAXIMUM): point(Fraction(maximum))})

    def interval(self, node: Value, known: Known) -> Interval:
        """Between what a part lies, given what is known."""
        found = self._interval(node, known)
        return both(found, known[node]) if node in known else found

    def _interval(self, node: Value, known: Known) -> Interval:
        match node:
            case Number():
                return point(Fraction(node.value))
            case Name():
                return known[node]
            case Negative():
                return negative(self.interval(node.of, known))
            case Chain():
                return self._chain(node, known)
            case Extreme():
                parts = [self.interval(part, known) for part in node.of]
                return least(parts) if node.which == "min" else _greatest(parts)
            case Round():
                return on_grid(self.interval(node.of, known), node.places)
            case If():
                return self._if(node, known)

    def _chain(self, node: Chain, known: Known) -> Interval:
        value = self.interval(node.first, known)
        for sign, part in node.rest:
            operand = self.interval(part, known)
            match sign:
                case "+":
                    value = total(value, operand)
                case "-":
                    value = total(value, negative(operand))
                case "*":
                    value = times(value, operand)
                case "/":
                    value = times(value, reciprocal(self._divisor(part, operand)))
        return value

    def _divisor(self, part: Value, operand: Interval) -> Interval:
        """What a divisor may be where the division has a value; notes where it has none."""
        if not operand.may_be_zero:
            return operand
        self.zero = True
        return without(operand, Fraction(0), self._step(part))

    def _if(self, node: If, known: Known) -> Interval:
        when, unless = self._branches(node.condition, known)
        if when is None or unless is None:
            branch, its = (node.then, when) if unless is None else (node.otherwise, unless)
            return Interval() if its is None else self.interval(branch, its)
        return either(self.interval(node.then, when), self.interval(node.otherwise, unless))

    def _branches(self, node: Condition, known: Known) -> tuple[Known | None, Known | None]:
        """What is known where the condition holds, and where not; None where that cannot be."""
        match node:
            case Compare():
                return self._compared(node, known)
            case Not():
                when, unless = self._branches(node.of, known)
                return unless, when
            case Both():
                return self._joined(node, known)

    def _joined(self, node: Both, known: Known) -> tuple[Known | None, Known | None]:
        rest: Known | None = known
        settled = []
        for part in node.of:
            if rest is None:
                break
            when, unless = self._branches(part, rest)
            rest, out = (unless, when) if node.word == "or" else (when, unless)
            if out is not None:
                settled.append(out)
        one_way = settled[0] if len(settled) == 1 else known if settled else None
        return (one_way, rest) if node.word == "or" else (rest, one_way)

    def _compared(self, node: Compare, known: Known) -> tuple[Known | None, Known | None]:
        left, right = self.interval(node.left, known), self.interval(node.right, known)

        def where(relation: Relation) -> Known | None:
            new_left = _narrowed(left, relation, right, self._step(node.left))
            new_right = _narrowed(right, _TURNED[relation], left, self._step(node.right))
            if new_left.empty or new_right.empty:
                return None
            return {**known, node.left: new_left, node.right: new_right}

        return where(node.relation), where(_CONTRARY[node.relation])

    def _step(self, node: Value) -> Fraction | None:
        return self.steps.get(node.name) if isinstance(node, Name) else None


_CONTRARY: Mapping[Relation, Relation] = {
    "<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "<>", "<>": "=",
}  # fmt: skip
_TURNED: Mapping[Relation, Relation] = {
    "<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>",
}  # fmt: skip


def _narrowed(x: Interval, relation: Relation, y: Interval, step: Fraction | None) -> Interval:
    """What of x stands so to some value of y; x holds multiples of ``step``."""
    match relation:
        case "<" | "<=":
            return below(x, y.high, step, strictly=relation == "<")
        case ">" | ">=":
            turned: Relation = "<" if relation == ">" else "<="
            return negative(_narrowed(negative(x), turned, negative(y), step))
        case "=":
            return both(x, y)
        case "<>":
            return x if y.low is None or y.low != y.high else without(x, y.low, step)


def _greatest(parts: list[Interval]) -> Interval:
    return negative(least([negative(part) for part in parts]))
