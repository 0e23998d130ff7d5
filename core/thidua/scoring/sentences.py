"""The Vietnamese words of one leaf's score, from the branch it took and its inputs.

The words state what the rule declares and what was entered; the figure behind the arrow is the
score itself, so that explanation and score cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import assert_never

from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import LeafScore, reached, worth
from thidua.scoring.ticks import TICKS, round_percent, round_ticks, to_points, to_ticks, written
from thidua.spec.base import POINT_DECIMALS
from thidua.spec.criteria import Leaf
from thidua.spec.rules import (
    Bands,
    Choice,
    Count,
    Custom,
    Deduction,
    IndicatorRule,
    Level,
    Manual,
    Ratio,
    Step,
    Supplier,
    Survey,
    YesNo,
)

Inputs = Mapping[str, int | None]
Given = Mapping[str, int]

_VERBS = {"points": "", "bonus": "cộng ", "penalty": "trừ "}


def explain_leaf(
    leaf: Leaf, inputs: Inputs, score: LeafScore, kinds: Mapping[str, RuleKind] = {}
) -> str:
    """How ``score`` came about, in one short line: ``45/50 = 90% của 2 điểm → 1,8 điểm``.

    ``inputs`` are those that were scored. A custom kind that ``kinds`` no longer has is named.
    """
    if score.branch == "exempt":
        return "Không đánh giá, đã bỏ khỏi điểm tối đa"
    if score.branch == "not_applicable":
        return f"{_not_applicable(leaf)}: không áp dụng, đã bỏ khỏi điểm tối đa"
    if score.branch == "pending" and score.counts_as == "points" and not score.maximum:
        return f"{_awaited(leaf)}, tạm bỏ khỏi điểm tối đa"
    return f"{_words(leaf, inputs, score.branch, kinds)} → {_VERBS[score.counts_as]}" + _points(
        score.ticks
    )


def _words(leaf: Leaf, inputs: Inputs, branch: str, kinds: Mapping[str, RuleKind]) -> str:
    if branch == "missing":
        return "Chưa có số liệu"
    if branch == "pending":
        return _awaited(leaf)
    given = {name: value for name, value in inputs.items() if value is not None}
    return _rule_words(leaf, given, branch, kinds)


def _rule_words(leaf: Leaf, given: Given, branch: str, kinds: Mapping[str, RuleKind]) -> str:
    top = to_ticks(leaf.max_points)
    match leaf.rule:
        case YesNo():
            return {"yes": "Đạt", "no": "Không đạt"}[branch]
        case Choice() as rule:
            level = rule.levels[given["level"]]
            return f"Mức “{level.label}”{_part(level, top)}"
        case Ratio() as rule:
            return _ratio(rule, top, given, branch)
        case Bands() as rule:
            return _bands(rule, top, given)
        case Count() as rule:
            words = f"{written(given['count'])} × {_points(to_ticks(rule.each))}"
            return f"{words}, không quá {_points(top)}" if branch == "capped" else words
        case Deduction() as rule:
            return _deduction(rule, top, given, branch)
        case Survey():
            return f"Mức độ hài lòng {_number(given['percent'])}% của {_points(top)}"
        case IndicatorRule() as rule:
            return f"Chỉ số {_number(given['value'])}/{written(rule.scale)} của {_points(top)}"
        case Manual():
            return f"Chấm trực tiếp, tối đa {_points(top)}"
        case Custom() as rule:
            return _custom(rule, given, branch, kinds)
        case _ as unknown:
            assert_never(unknown)


def _ratio(rule: Ratio, top: int, given: Given, branch: str) -> str:
    a, b = given["numerator"], given["denominator"]
    if b == 0:
        return {
            "zero_full": "Mẫu số bằng 0: được tính điểm tối đa",
            "zero_zero": "Mẫu số bằng 0: không được điểm",
            "zero_denominator": "Mẫu số bằng 0, bộ tiêu chí chưa quy định",
        }[branch]
    quotient = f"{written(a)}/{written(b)} {_percent(Fraction(a, b))}"
    if branch == "below_floor":
        return f"{quotient}, chưa tới mức tối thiểu {_number(100 * to_ticks(rule.floor))}%"
    full = f"{_number(100 * to_ticks(rule.full))}%"
    if branch == "full":
        return f"{quotient}, đạt mức điểm tối đa từ {full}"
    scale = "" if rule.full == 1 else f" ÷ {full}"
    return f"{quotient}{scale} của {_points(top)}"


def _bands(rule: Bands, top: int, given: Given) -> str:
    value = given["value"]
    step = reached(rule, value)
    if step is None:
        return f"{_number(value)}: chưa tới bậc nào"
    side = "từ" if step.inclusive else "trên"
    return f"{_number(value)} thuộc bậc {side} {written(step.from_)}{_part(step, top)}"


def _deduction(rule: Deduction, top: int, given: Given, branch: str) -> str:
    if branch == "no_fault":
        return "Không có lỗi"
    taken = [
        f"{written(given[fault.name])} × {_points(worth(fault.points, fault.share, top))}"
        f" ({fault.label})"
        for fault in rule.faults
        if given[fault.name]
    ]
    words = f"{_points(top)} − {' − '.join(taken)}"
    return f"{words}, thấp nhất {_points(to_ticks(rule.least))}" if branch == "least" else words


def _custom(rule: Custom, given: Given, branch: str, kinds: Mapping[str, RuleKind]) -> str:
    kind = kinds.get(rule.name)
    if kind is None or branch not in kind.sentences:
        return f"Cách chấm riêng “{rule.name}”"
    scales = {spec.name: spec.scale for spec in rule.takes}
    return kind.sentences[branch].format_map(
        {
            name: written(value) if scales.get(name) == 1 else _number(value)
            for name, value in given.items()
        }
    )


def _not_applicable(leaf: Leaf) -> str:
    return "Mẫu số bằng 0" if leaf.rule.kind == "ratio" else "Theo cách chấm riêng của tỉnh"


def _awaited(leaf: Leaf) -> str:
    if leaf.supplier == Supplier.SURVEY:
        return "Chưa có kết quả điều tra xã hội học"
    return "Chưa có kết quả chỉ số"


def _part(item: Level | Step, top: int) -> str:
    """A share of the maximum; points said outright already stand behind the arrow."""
    return (
        "" if item.share is None else f": {_number(100 * to_ticks(item.share))}% của {_points(top)}"
    )


def _points(ticks: Fraction | int) -> str:
    return f"{_number(ticks)} điểm"


def _number(ticks: Fraction | int) -> str:
    """Ticks as written points; what is finer than a tick is shown rounded."""
    return written(to_points(round_ticks(ticks, POINT_DECIMALS)))


def _percent(ratio: Fraction) -> str:
    """``= 56,999%`` where four decimals say it exactly, else ``≈ 66,67%``."""
    exact = (100 * TICKS * ratio).denominator == 1
    shown = round_percent(ratio, POINT_DECIMALS if exact else 2)
    return f"{'=' if exact else '≈'} {_number(to_ticks(shown))}%"
