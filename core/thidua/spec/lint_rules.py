"""What the linter finds wrong inside one leaf's rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from thidua.spec.criteria import Leaf
from thidua.spec.formula_lint import formula_findings
from thidua.spec.parts import Step, Worth
from thidua.spec.rules import (
    Bands,
    Choice,
    Count,
    Deduction,
    Fault,
    Formula,
    IndicatorRule,
    Officials,
    Rating,
    Ratio,
    Sum,
    YesNo,
)

RuleFinding = tuple[Literal["error", "warning"], str, str, str]
"""Severity, code, message, remedy."""


def rule_findings(leaf: Leaf) -> Iterator[RuleFinding]:
    """Everything wrong with the rule of ``leaf``."""
    if leaf.counts_as == "penalty" and any(value < 0 for value in _declared(leaf)):
        yield (
            "error",
            "penalty-negative",
            "tiêu chí trừ điểm có mức âm, tức là cộng điểm",
            "Ghi số dương: điểm của tiêu chí trừ được trừ đi.",
        )
    match leaf.rule:
        case YesNo() as rule if rule.no_points > leaf.max_points:
            yield _above(rule.no_points, leaf.max_points)
        case Ratio() as rule:
            yield from _ratio(rule)
        case Bands() as rule:
            yield from _steps(rule.steps, rule.largest, leaf.max_points)
        case Choice() as rule:
            yield from _earned(rule.levels, leaf.max_points)
        case Count() as rule:
            yield from _count(rule, leaf.max_points)
        case Sum() as rule:
            yield from _sum(rule, leaf.max_points)
        case Deduction() as rule:
            yield from _deduction(rule)
        case Officials() as rule:
            yield from _officials(rule, leaf.max_points)
        case Rating() as rule:
            yield from _weights([rater.weight for rater in rule.raters])
        case IndicatorRule() as rule:
            yield from _indicator(rule, leaf.max_points)
        case Formula() as rule:
            yield from formula_findings(rule, leaf.max_points, bonus=leaf.counts_as == "bonus")
        case _:
            pass


def _ratio(rule: Ratio) -> Iterator[RuleFinding]:
    if rule.zero_denominator is None:
        yield (
            "error", "zero-denominator",
            "mẫu số có thể bằng 0 mà chưa quy ước cách tính",
            "Quy ước khi mẫu số bằng 0: được điểm tối đa, 0 điểm hay không đánh giá.",
        )  # fmt: skip


def _steps(steps: Sequence[Step], largest: Decimal, maximum: Decimal) -> Iterator[RuleFinding]:
    for step in steps:
        top = step.from_ if step.inclusive else step.from_ + Decimal("0.0001")
        if top > largest:
            yield (
                "error", "step-unreachable",
                f"bậc từ {step.from_} lớn hơn giá trị lớn nhất được nhập ({largest})",
                "Sửa ngưỡng của bậc hoặc giá trị lớn nhất được nhập.",
            )  # fmt: skip
    earned = [_value(step, maximum) for step in steps]
    if any(upper < lower for upper, lower in pairwise(earned)):
        yield (
            "warning", "step-order",
            "bậc cao hơn lại được ít điểm hơn bậc dưới",
            "Kiểm tra điểm của từng bậc.",
        )  # fmt: skip
    yield from _earned(steps, maximum)


def _indicator(rule: IndicatorRule, maximum: Decimal) -> Iterator[RuleFinding]:
    if rule.steps:
        yield from _steps(rule.steps, rule.scale, maximum)
    for knot in rule.between:
        if knot.at > rule.scale:
            yield (
                "error", "knot-unreachable",
                f"mốc {knot.at} lớn hơn giá trị cao nhất của chỉ số ({rule.scale})",
                "Sửa mốc hoặc giá trị cao nhất của chỉ số.",
            )  # fmt: skip
    rising = [_value(knot, maximum) for knot in rule.between]
    if any(lower > upper for lower, upper in pairwise(rising)):
        yield (
            "warning", "knot-order",
            "mốc cao hơn lại được ít điểm hơn mốc dưới",
            "Kiểm tra điểm của từng mốc; chỉ số càng thấp càng tốt thì bỏ qua.",
        )  # fmt: skip
    falling = [_value(places, maximum) for places in rule.ranks]
    if any(better < worse for better, worse in pairwise(falling)):
        yield (
            "warning", "rank-order",
            "hạng sau lại được nhiều điểm hơn hạng trước",
            "Kiểm tra điểm của từng hạng.",
        )  # fmt: skip
    if rule.between or rule.ranks:
        yield from _earned(rule.between or rule.ranks, maximum)


def _sum(rule: Sum, maximum: Decimal) -> Iterator[RuleFinding]:
    earned = [_value(item, maximum) for item in rule.items]
    if max(earned) > maximum:
        yield _above(max(earned), maximum)
    if sum(earned) < maximum:
        yield (
            "warning", "maximum-unreachable",
            f"đạt mọi mục vẫn chỉ được {sum(earned)} điểm, chưa tới điểm tối đa {maximum}",
            "Kiểm tra điểm của các mục hoặc điểm tối đa.",
        )  # fmt: skip


def _officials(rule: Officials, maximum: Decimal) -> Iterator[RuleFinding]:
    if max(answer.share for answer in rule.answers) < 1:
        yield (
            "warning", "maximum-unreachable",
            f"không câu trả lời nào đạt điểm tối đa {maximum}",
            "Kiểm tra phần điểm của các câu trả lời.",
        )  # fmt: skip
    alone = [group.label for group in rule.groups if group.minimum == 1]
    if alone:
        yield (
            "warning", "minimum-one",
            f"một câu trả lời đã đủ để tính nhóm: {', '.join(alone)}",
            "Ghi số câu trả lời ít nhất của nhóm, nếu văn bản có quy định.",
        )  # fmt: skip
    yield from _weights([group.weight for group in rule.groups])


def _weights(weights: Sequence[Decimal]) -> Iterator[RuleFinding]:
    """Weights that look like parts of 1 or of 100 and do not make it up."""
    whole = sum(weights)
    parts = len(weights) > 1 and max(weights) < 1 and whole != 1
    percent = 90 < whole < 110 and whole != 100
    if parts or percent:
        yield (
            "warning", "weights-sum",
            f"trọng số cộng lại được {whole}, không tròn {100 if percent else 1}",
            "Kiểm tra trọng số; chỉ tỷ lệ giữa chúng được tính.",
        )  # fmt: skip


def _earned(parts: Sequence[Worth], maximum: Decimal) -> Iterator[RuleFinding]:
    best = max(_value(part, maximum) for part in parts)
    if best > maximum:
        yield _above(best, maximum)
    if best < maximum:
        yield (
            "warning", "maximum-unreachable",
            f"không mức nào đạt điểm tối đa {maximum}",
            "Kiểm tra điểm của các mức.",
        )  # fmt: skip


def _above(best: Decimal, maximum: Decimal) -> RuleFinding:
    return (
        "error",
        "above-maximum",
        f"có mức được {best} điểm, hơn điểm tối đa {maximum}",
        "Sửa điểm của mức hoặc điểm tối đa.",
    )


def _declared(leaf: Leaf) -> list[Decimal]:
    """The points that the rule itself declares."""
    match leaf.rule:
        case YesNo() as rule:
            return [rule.no_points]
        case Choice() as rule:
            return [_value(level, leaf.max_points) for level in rule.levels]
        case Bands() as rule:
            return [_value(step, leaf.max_points) for step in rule.steps]
        case IndicatorRule() as rule:
            parts: list[Worth] = [*rule.steps, *rule.between, *rule.ranks]
            return [_value(part, leaf.max_points) for part in parts]
        case Deduction() as rule:
            return [rule.least]
        case Formula() as rule:
            return [rule.least or Decimal(0)]
        case _:
            return []


def _count(rule: Count, maximum: Decimal) -> Iterator[RuleFinding]:
    if rule.each * rule.largest < maximum:
        yield (
            "warning", "maximum-unreachable",
            f"nhập tới {rule.largest} vẫn không đạt điểm tối đa {maximum}",
            "Tăng số lượng nhiều nhất được nhập hoặc điểm mỗi đơn vị tính.",
        )  # fmt: skip


def _deduction(rule: Deduction) -> Iterator[RuleFinding]:
    if not any(_takes(fault) for fault in rule.faults):
        yield (
            "warning", "fault-nothing",
            "không lỗi nào bị trừ điểm",
            "Ghi số điểm trừ, hoặc phần điểm trừ, lớn hơn 0 cho từng lỗi.",
        )  # fmt: skip


def _takes(fault: Fault) -> bool:
    return bool(fault.points or fault.share)


def _value(part: Worth, maximum: Decimal) -> Decimal:
    return part.points if part.points is not None else (part.share or Decimal(0)) * maximum
