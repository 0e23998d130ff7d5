"""A scoring rule as a sentence that an office reads; the figures are those of the document."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import assert_never

from thidua.scoring.ticks import written
from thidua.spec.parts import Worth
from thidua.spec.rules import (
    Bands,
    Choice,
    Count,
    Custom,
    Deduction,
    Fault,
    Formula,
    IndicatorRule,
    Manual,
    Officials,
    Rating,
    Ratio,
    Rule,
    Step,
    Sum,
    Supplier,
    Survey,
    YesNo,
)

SUPPLIERS = {
    Supplier.UNIT: "Đơn vị tự chấm",
    Supplier.AGENCY: "Cơ quan thẩm định nhập",
    Supplier.SURVEY: "Điều tra xã hội học",
    Supplier.INDEX: "Chỉ số khác",
    Supplier.LEADER: "Lãnh đạo đánh giá",
}
ZERO_DENOMINATOR = {
    "full": "mẫu số bằng 0: điểm tối đa",
    "zero": "mẫu số bằng 0: 0 điểm",
    "not_applicable": "mẫu số bằng 0: không đánh giá",
    None: "mẫu số bằng 0: chưa quy định",
}
TOO_FEW = {
    "leave_out": "nhóm thiếu phiếu thì bỏ ra cùng trọng số",
    "zero": "nhóm thiếu phiếu thì tính 0",
    "pending": "nhóm nào còn thiếu phiếu thì coi là chưa có kết quả",
}


def rule_words(rule: Rule) -> str:
    """How a leaf is scored."""
    match rule:
        case YesNo():
            third = ", hoặc không áp dụng" if rule.not_applicable else ""
            return f"Đạt hoặc không đạt{_otherwise(rule.no_points)}{third}"
        case Choice():
            return "Chọn một mức: " + "; ".join(f"{x.label} {_earns(x)}" for x in rule.levels)
        case Ratio():
            return _ratio(rule)
        case Bands():
            return f"Theo bậc của {rule.value}: {_steps(rule.steps)}"
        case Count():
            return f"{rule.item}: mỗi việc {written(rule.each)} điểm, không quá điểm tối đa"
        case Sum():
            items = "; ".join(f"{x.label} {_earns(x)}" for x in rule.items)
            return f"Cộng từng mục đạt, không quá điểm tối đa: {items}"
        case Deduction():
            return "Trừ theo lỗi: " + "; ".join(map(_fault, rule.faults))
        case Survey():
            return f"Điều tra {rule.survey}: mức độ hài lòng (%) × điểm tối đa"
        case Officials():
            return _officials(rule)
        case Rating():
            return _rating(rule)
        case IndicatorRule():
            return f"Theo chỉ số {rule.indicator}{_conversion(rule)}"
        case Formula():
            return _formula(rule)
        case Manual():
            return "Chấm trực tiếp"
        case Custom():
            return f"Cách chấm riêng của tỉnh: {rule.name}"
        case _ as unknown:
            assert_never(unknown)


def _otherwise(points: Decimal) -> str:
    return f" (không đạt được {written(points)} điểm)" if points else ""


def _ratio(rule: Ratio) -> str:
    parts = [f"Tỷ lệ {rule.numerator} / {rule.denominator}"]
    if rule.floor:
        parts.append(f"dưới {_percent(rule.floor)} được 0 điểm")
    if rule.full != 1:
        parts.append(f"từ {_percent(rule.full)} được điểm tối đa")
    return "; ".join([*parts, ZERO_DENOMINATOR[rule.zero_denominator]])


def _officials(rule: Officials) -> str:
    answers = "; ".join(f"{x.label} {_percent(x.share)}" for x in rule.answers)
    groups = "; ".join(
        f"{x.label} (trọng số {written(x.weight)}, ít nhất {written(x.minimum)} phiếu)"
        for x in rule.groups
    )
    return f"Điều tra {rule.survey}: {answers}; nhóm: {groups}; {TOO_FEW[rule.too_few]}"


def _rating(rule: Rating) -> str:
    raters = "; ".join(f"{x.label} (trọng số {written(x.weight)})" for x in rule.raters)
    return f"Lãnh đạo đánh giá, thang {written(rule.scale)}: {raters}"


def _formula(rule: Formula) -> str:
    names = "; ".join(f"{x.name} là {x.label}" for x in rule.variables)
    zero = "" if rule.zero_denominator is None else f"; {ZERO_DENOMINATOR[rule.zero_denominator]}"
    return f"Công thức {rule.expression}; {names}{zero}"


def _conversion(rule: IndicatorRule) -> str:
    if rule.ranks:
        ranks = (f"{written(x.to)} hạng đầu {_earns(x)}" for x in rule.ranks)
        return " theo thứ hạng: " + "; ".join(ranks)
    if rule.steps:
        return f" theo bậc: {_steps(rule.steps)}"
    if rule.between:
        knots = (f"{written(x.at)} {_earns(x)}" for x in rule.between)
        return ", nội suy giữa các mốc: " + "; ".join(knots)
    return f", thang {written(rule.scale)}"


def _steps(steps: Sequence[Step]) -> str:
    return "; ".join(map(_step, steps))


def _step(step: Step) -> str:
    return f"{'từ' if step.inclusive else 'trên'} {written(step.from_)} {_earns(step)}"


def _fault(fault: Fault) -> str:
    return f"{fault.label} {_earns(fault, 'trừ ')}"


def _earns(part: Worth, verb: str = "") -> str:
    if part.points is not None:
        return f"({verb}{written(part.points)} điểm)"
    return f"({verb}{_percent(part.share or Decimal(0))} điểm tối đa)"


def _percent(share: Decimal) -> str:
    return f"{written((share * 100).normalize())}%"
