"""The Vietnamese words of one leaf's score, from the branch it took and its inputs.

The words state what the rule declares and what was entered; the figure behind the arrow is the
score itself, so that explanation and score cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import assert_never

from thidua.scoring.formula_words import formula_words
from thidua.scoring.kinds import RuleKind
from thidua.scoring.parts import reached, worth
from thidua.scoring.rules import LeafScore
from thidua.scoring.survey_words import (
    indicator_words,
    officials_words,
    rating_words,
    too_few_words,
)
from thidua.scoring.ticks import to_ticks, written
from thidua.scoring.wording import number, part, percent, points, step_words
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
    if score.branch == "not_held":
        return f"Không tổ chức điều tra {leaf.survey}, đã bỏ khỏi điểm tối đa"
    if score.branch == "not_applicable":
        return f"{_not_applicable(leaf)}, đã bỏ khỏi điểm tối đa"
    if score.branch == "pending" and score.counts_as == "points" and not score.maximum:
        return f"{_awaited(leaf, inputs)}, tạm bỏ khỏi điểm tối đa"
    return f"{_words(leaf, inputs, score.branch, kinds)} → {_VERBS[score.counts_as]}" + points(
        score.ticks
    )


def _words(leaf: Leaf, inputs: Inputs, branch: str, kinds: Mapping[str, RuleKind]) -> str:
    if branch == "missing":
        return "Chưa có số liệu"
    if branch == "pending":
        return _awaited(leaf, inputs)
    given = {name: value for name, value in inputs.items() if value is not None}
    return _rule_words(leaf, given, branch, kinds)


def _rule_words(leaf: Leaf, given: Given, branch: str, kinds: Mapping[str, RuleKind]) -> str:
    top = to_ticks(leaf.max_points)
    match leaf.rule:
        case YesNo():
            return {"yes": "Đạt", "no": "Không đạt"}[branch]
        case Choice() as rule:
            level = rule.levels[given["level"]]
            return f"Mức “{level.label}”{part(level, top)}"
        case Ratio() as rule:
            return _ratio(rule, top, given, branch)
        case Bands() as rule:
            return step_words(given["value"], reached(rule.steps, given["value"]), top)
        case Count() as rule:
            words = f"{written(given['count'])} × {points(to_ticks(rule.each))}"
            return f"{words}, không quá {points(top)}" if branch == "capped" else words
        case Sum() as rule:
            return _sum(rule, top, given, branch)
        case Deduction() as rule:
            return _deduction(rule, top, given, branch)
        case Survey():
            return f"Mức độ hài lòng {number(given['percent'])}% của {points(top)}"
        case Officials() as rule:
            return officials_words(rule, top, given)
        case Rating() as rule:
            return rating_words(rule, top, given)
        case IndicatorRule() as rule:
            return indicator_words(rule, top, given)
        case Formula() as rule:
            return formula_words(leaf, rule, given, branch)
        case Manual():
            return f"Chấm trực tiếp, tối đa {points(top)}"
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
    quotient = f"{written(a)}/{written(b)} {percent(Fraction(a, b))}"
    if branch == "below_floor":
        return f"{quotient}, chưa tới mức tối thiểu {number(100 * to_ticks(rule.floor))}%"
    full = f"{number(100 * to_ticks(rule.full))}%"
    if branch == "full":
        return f"{quotient}, đạt mức điểm tối đa từ {full}"
    scale = "" if rule.full == 1 else f" ÷ {full}"
    return f"{quotient}{scale} của {points(top)}"


def _sum(rule: Sum, top: int, given: Given, branch: str) -> str:
    met = [
        f"{item.label} ({points(worth(item.points, item.share, top))})"
        for item in rule.items
        if given[item.name] == 1
    ]
    words = f"Đạt {len(met)}/{len(rule.items)} mục" + (f": {' + '.join(met)}" if met else "")
    return f"{words}, không quá {points(top)}" if branch == "capped" else words


def _deduction(rule: Deduction, top: int, given: Given, branch: str) -> str:
    if branch == "no_fault":
        return "Không có lỗi"
    taken = [
        f"{written(given[fault.name])} × {points(worth(fault.points, fault.share, top))}"
        f" ({fault.label})"
        for fault in rule.faults
        if given[fault.name]
    ]
    words = f"{points(top)} − {' − '.join(taken)}"
    return f"{words}, thấp nhất {points(to_ticks(rule.least))}" if branch == "least" else words


def _custom(rule: Custom, given: Given, branch: str, kinds: Mapping[str, RuleKind]) -> str:
    kind = kinds.get(rule.name)
    if kind is None or branch not in kind.sentences:
        return f"Cách chấm riêng “{rule.name}”"
    scales = {spec.name: spec.scale for spec in rule.takes}
    shown = {
        name: written(value) if scales.get(name) == 1 else number(value)
        for name, value in given.items()
    }
    return kind.sentences[branch].format_map(shown).removesuffix(".")  # points follow


def _not_applicable(leaf: Leaf) -> str:
    match leaf.rule:
        case YesNo():
            return "Không áp dụng"
        case Ratio():
            return "Mẫu số bằng 0: không áp dụng"
        case Formula():
            return "Phải chia cho 0: không áp dụng"
        case Officials():
            return "Không nhóm nào đủ phiếu điều tra: không áp dụng"
        case _:
            return "Theo cách chấm riêng của tỉnh: không áp dụng"


def _awaited(leaf: Leaf, inputs: Inputs) -> str:
    given = {name: value for name, value in inputs.items() if value is not None}
    if isinstance(leaf.rule, Officials) and len(given) == len(leaf.inputs):
        return too_few_words(leaf.rule, given)
    match leaf.supplier:
        case Supplier.SURVEY:
            return "Chưa có kết quả điều tra xã hội học"
        case Supplier.LEADER:
            return "Chưa có điểm đánh giá của lãnh đạo"
        case _:
            return "Chưa có kết quả chỉ số"
