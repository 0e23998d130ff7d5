"""A scoring rule as a sentence that an office reads; the figures are those of the document."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from thidua.scoring.ticks import written
from thidua.spec.rules import (
    Bands,
    Choice,
    Count,
    Custom,
    Deduction,
    Fault,
    IndicatorRule,
    Level,
    Manual,
    Ratio,
    Rule,
    Step,
    Supplier,
    Survey,
    YesNo,
)

SUPPLIERS = {
    Supplier.UNIT: "Đơn vị tự chấm",
    Supplier.AGENCY: "Cơ quan thẩm định nhập",
    Supplier.SURVEY: "Điều tra xã hội học",
    Supplier.INDEX: "Chỉ số khác",
}
ZERO_DENOMINATOR = {
    "full": "mẫu số bằng 0: điểm tối đa",
    "zero": "mẫu số bằng 0: 0 điểm",
    "not_applicable": "mẫu số bằng 0: không đánh giá",
    None: "mẫu số bằng 0: chưa quy định",
}


def rule_words(rule: Rule) -> str:
    """How a leaf is scored."""
    match rule:
        case YesNo():
            return f"Đạt hoặc không đạt{_otherwise(rule.no_points)}"
        case Choice():
            return "Chọn một mức: " + "; ".join(f"{x.label} {_earns(x)}" for x in rule.levels)
        case Ratio():
            return _ratio(rule)
        case Bands():
            return f"Theo bậc của {rule.value}: " + "; ".join(map(_step, rule.steps))
        case Count():
            return f"{rule.item}: mỗi việc {written(rule.each)} điểm, không quá điểm tối đa"
        case Deduction():
            return "Trừ theo lỗi: " + "; ".join(map(_fault, rule.faults))
        case Survey():
            return f"Điều tra {rule.survey}: mức độ hài lòng (%) × điểm tối đa"
        case IndicatorRule():
            return f"Theo chỉ số {rule.indicator}, thang {written(rule.scale)}"
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


def _step(step: Step) -> str:
    return f"{'từ' if step.inclusive else 'trên'} {written(step.from_)} {_earns(step)}"


def _fault(fault: Fault) -> str:
    return f"{fault.label} {_earns(fault, 'trừ ')}"


def _earns(part: Level | Step | Fault, verb: str = "") -> str:
    if part.points is not None:
        return f"({verb}{written(part.points)} điểm)"
    return f"({verb}{_percent(part.share or Decimal(0))} điểm tối đa)"


def _percent(share: Decimal) -> str:
    return f"{written((share * 100).normalize())}%"
