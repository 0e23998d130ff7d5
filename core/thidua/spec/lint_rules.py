"""What the linter finds wrong inside one leaf's rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from thidua.spec.criteria import Leaf
from thidua.spec.rules import Bands, Choice, Count, Deduction, Fault, Level, Ratio, Step, YesNo

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
            yield from _bands(rule, leaf.max_points)
        case Choice() as rule:
            yield from _earned(rule.levels, leaf.max_points)
        case Count() as rule:
            yield from _count(rule, leaf.max_points)
        case Deduction() as rule:
            yield from _deduction(rule)
        case _:
            pass


def _ratio(rule: Ratio) -> Iterator[RuleFinding]:
    if rule.zero_denominator is None:
        yield (
            "error", "zero-denominator",
            "mẫu số có thể bằng 0 mà chưa quy ước cách tính",
            "Ghi zero_denominator: full, zero hoặc not_applicable.",
        )  # fmt: skip


def _bands(rule: Bands, maximum: Decimal) -> Iterator[RuleFinding]:
    for step in rule.steps:
        top = step.from_ if step.inclusive else step.from_ + Decimal("0.0001")
        if top > rule.largest:
            yield (
                "error", "step-unreachable",
                f"bậc từ {step.from_} lớn hơn giá trị lớn nhất được nhập ({rule.largest})",
                "Sửa ngưỡng của bậc hoặc largest.",
            )  # fmt: skip
    earned = [_value(step, maximum) for step in rule.steps]
    if any(upper < lower for upper, lower in pairwise(earned)):
        yield (
            "warning", "step-order",
            "bậc cao hơn lại được ít điểm hơn bậc dưới",
            "Kiểm tra điểm của từng bậc.",
        )  # fmt: skip
    yield from _earned(rule.steps, maximum)


def _earned(parts: Sequence[Level | Step], maximum: Decimal) -> Iterator[RuleFinding]:
    best = max(_value(part, maximum) for part in parts)
    if best > maximum:
        yield (
            "error", "above-maximum",
            f"có mức được {best} điểm, hơn điểm tối đa {maximum}",
            "Sửa điểm của mức hoặc max_points.",
        )  # fmt: skip
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
        "Sửa điểm của mức hoặc max_points.",
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
        case Deduction() as rule:
            return [rule.least]
        case _:
            return []


def _count(rule: Count, maximum: Decimal) -> Iterator[RuleFinding]:
    if rule.each * rule.largest < maximum:
        yield (
            "warning", "maximum-unreachable",
            f"nhập tới {rule.largest} vẫn không đạt điểm tối đa {maximum}",
            "Tăng largest hoặc each.",
        )  # fmt: skip


def _deduction(rule: Deduction) -> Iterator[RuleFinding]:
    if not any(_takes(fault) for fault in rule.faults):
        yield (
            "warning", "fault-nothing",
            "không lỗi nào bị trừ điểm",
            "Ghi points hoặc share lớn hơn 0.",
        )  # fmt: skip


def _takes(fault: Fault) -> bool:
    return bool(fault.points or fault.share)


def _value(part: Level | Step, maximum: Decimal) -> Decimal:
    return part.points if part.points is not None else (part.share or Decimal(0)) * maximum
