"""A rule in words, as "cách chấm" would say it: on pages, in exports, between two versions.

What a rule computed for one unit is told by ``thidua.scoring.sentences``.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from thidua.scoring.ticks import written
from thidua.spec.criteria import Leaf
from thidua.spec.parts import Step, Worth
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

ZERO_WORDS = {
    "full": "điểm tối đa",
    "zero": "0 điểm",
    "not_applicable": "không tính tiêu chí này",
    None: "chưa quy ước",
}
TOO_FEW_WORDS = {
    "leave_out": "nhóm thiếu phiếu thì bỏ ra cùng trọng số",
    "zero": "nhóm thiếu phiếu thì tính 0",
    "pending": "nhóm nào còn thiếu phiếu thì coi là chưa có kết quả",
}


def rule_words(leaf: Leaf) -> str:
    """One sentence without a full stop on how the leaf is scored."""
    most = leaf.max_points
    match leaf.rule:
        case YesNo() as rule:
            third = "; có thể không áp dụng" if rule.not_applicable else ""
            return f"Có: {_points(most)}; không: {_points(rule.no_points)}{third}"
        case Choice() as rule:
            return _list((level.label, _worth(level, most)) for level in rule.levels)
        case Ratio() as rule:
            return f"({rule.numerator}) / ({rule.denominator}) × {_points(most)}{_limits(rule)}"
        case Bands() as rule:
            return f"{rule.value}: {_steps(rule.steps, most)}"
        case Count() as rule:
            return f"{rule.item}: mỗi việc {_points(rule.each)}, tối đa {_points(most)}"
        case Sum() as rule:
            parts = _list((item.label, _worth(item, most)) for item in rule.items)
            return f"Cộng các mục đạt: {parts}"
        case Deduction() as rule:
            parts = _list((fault.label, _worth(fault, most)) for fault in rule.faults)
            return f"Trừ mỗi lần: {parts}; thấp nhất {_points(rule.least)}"
        case Manual():
            return f"Chấm trực tiếp, từ 0 đến {_points(most)}"
        case _:
            return _late_words(leaf)


def _late_words(leaf: Leaf) -> str:
    most = leaf.max_points
    match leaf.rule:
        case Survey() as rule:
            return f"Kết quả điều tra {rule.survey} × {_points(most)}"
        case Officials() as rule:
            return _officials(rule, most)
        case Rating() as rule:
            raters = ", ".join(f"{x.label} (trọng số {written(x.weight)})" for x in rule.raters)
            return f"Đánh giá của {raters}, thang {written(rule.scale)}"
        case IndicatorRule() as rule:
            return f"Chỉ số {rule.indicator}: {_indicator(rule, most)}"
        case Formula() as rule:
            return _formula(rule)
        case Custom() as rule:
            return f"Cách chấm riêng của tỉnh: {rule.name}"
        case _:
            raise TypeError(f"no words for {leaf.rule.kind}")


def _officials(rule: Officials, most: Decimal) -> str:
    answers = "; ".join(f"{x.label}: {_percent(x.share)}" for x in rule.answers)
    groups = "; ".join(
        f"{x.label} (trọng số {written(x.weight)}, ít nhất {written(x.minimum)} phiếu)"
        for x in rule.groups
    )
    few = TOO_FEW_WORDS[rule.too_few]
    return f"Kết quả điều tra {rule.survey} × {_points(most)}; {answers}; nhóm: {groups}; {few}"


def _formula(rule: Formula) -> str:
    names = "; ".join(f"{item.name} là {item.label}" for item in rule.variables)
    zero = rule.zero_denominator
    return f"Công thức {rule.expression}; {names}" + (
        f"; mẫu số bằng 0: {ZERO_WORDS[zero]}" if zero else ""
    )


def _limits(rule: Ratio) -> str:
    floor = f"; dưới {_percent(rule.floor)}: 0 điểm" if rule.floor else ""
    full = f"; từ {_percent(rule.full)} trở lên: điểm tối đa" if rule.full != 1 else ""
    return f"{floor}{full}; mẫu số bằng 0: {ZERO_WORDS[rule.zero_denominator]}"


def _steps(steps: Iterable[Step], most: Decimal) -> str:
    return _list(
        (f"{'từ' if step.inclusive else 'trên'} {written(step.from_)}", _worth(step, most))
        for step in steps
    )


def _indicator(rule: IndicatorRule, most: Decimal) -> str:
    if rule.ranks:
        return _list((f"đến hạng {item.to}", _worth(item, most)) for item in rule.ranks)
    if rule.between:
        return _list((f"tại {written(item.at)}", _worth(item, most)) for item in rule.between)
    return _steps(rule.steps, most) if rule.steps else f"giá trị / {written(rule.scale)} × tối đa"


def _list(parts: Iterable[tuple[str, str]]) -> str:
    return "; ".join(f"{label}: {points}" for label, points in parts)


def _worth(part: Worth, most: Decimal) -> str:
    share = (part.share or Decimal(0)) * most
    return _points(part.points if part.points is not None else share)


def _points(points: Decimal) -> str:
    return f"{written(points.normalize() + 0)} điểm"


def _percent(share: Decimal) -> str:
    return f"{written((share * 100).normalize() + 0)}%"
