"""Each rule kind as a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from thidua.spec.rules import RULE_CLASSES, Rule
from thidua_admin.console.rule_words import rule_words

WORDS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "yes_no"}, "Đạt hoặc không đạt"),
    ({"kind": "yes_no", "no_points": "0.5"}, "Đạt hoặc không đạt (không đạt được 0,5 điểm)"),
    (
        {
            "kind": "choice",
            "levels": [{"label": "Đủ", "share": 1}, {"label": "Thiếu", "points": "0.25"}],
        },
        "Chọn một mức: Đủ (100% điểm tối đa); Thiếu (0,25 điểm)",
    ),
    (
        {
            "kind": "ratio", "numerator": "đã xong", "denominator": "phải làm", "floor": "0.55",
            "full": "0.9", "zero_denominator": "full",
        },
        "Tỷ lệ đã xong / phải làm; dưới 55% được 0 điểm; từ 90% được điểm tối đa; "
        "mẫu số bằng 0: điểm tối đa",
    ),
    (
        {
            "kind": "bands", "value": "số ngày",
            "steps": [{"from": 10, "inclusive": False, "points": 2}, {"from": 5, "share": "0.5"}],
        },
        "Theo bậc của số ngày: trên 10 (2 điểm); từ 5 (50% điểm tối đa)",
    ),
    (
        {"kind": "count", "item": "Số mô hình", "each": "1.5"},
        "Số mô hình: mỗi việc 1,5 điểm, không quá điểm tối đa",
    ),
    (
        {
            "kind": "deduction",
            "faults": [
                {"name": "tre", "label": "Trễ", "points": "0.5"},
                {"name": "sai", "label": "Sai", "share": "0.1"},
            ],
        },
        "Trừ theo lỗi: Trễ (trừ 0,5 điểm); Sai (trừ 10% điểm tối đa)",
    ),
    (
        {"kind": "survey", "survey": "sipas"},
        "Điều tra sipas: mức độ hài lòng (%) × điểm tối đa",
    ),
    (
        {"kind": "yes_no", "not_applicable": True},
        "Đạt hoặc không đạt, hoặc không áp dụng",
    ),
    (
        {
            "kind": "sum",
            "items": [
                {"name": "a", "label": "Quy chế A", "points": "0.5"},
                {"name": "b", "label": "Quy chế B", "share": "0.25"},
            ],
        },
        "Cộng từng mục đạt, không quá điểm tối đa: Quy chế A (0,5 điểm); "
        "Quy chế B (25% điểm tối đa)",
    ),
    (
        {
            "kind": "officials", "survey": "cong-chuc", "too_few": "zero",
            "answers": [
                {"code": "a", "label": "Tốt", "share": 1},
                {"code": "b", "label": "Khá", "share": "0.6"},
            ],
            "groups": [{"code": "so", "label": "Lãnh đạo sở", "weight": "1.5", "minimum": 20}],
        },
        "Điều tra cong-chuc: Tốt 100%; Khá 60%; nhóm: Lãnh đạo sở (trọng số 1,5, ít nhất 20 phiếu)"
        "; nhóm thiếu phiếu thì tính 0",
    ),
    (
        {
            "kind": "rating", "scale": 100,
            "raters": [{"name": "ct", "label": "Chủ tịch", "weight": 2}],
        },
        "Lãnh đạo đánh giá, thang 100: Chủ tịch (trọng số 2)",
    ),
    ({"kind": "indicator", "indicator": "ddci"}, "Theo chỉ số ddci, thang 100"),
    (
        {
            "kind": "indicator", "indicator": "ddci",
            "steps": [{"from": 80, "share": 1}, {"from": 60, "inclusive": False, "points": 3}],
        },
        "Theo chỉ số ddci theo bậc: từ 80 (100% điểm tối đa); trên 60 (3 điểm)",
    ),
    (
        {
            "kind": "indicator", "indicator": "ddci",
            "between": [{"at": 50, "points": 0}, {"at": 80, "share": 1}],
        },
        "Theo chỉ số ddci, nội suy giữa các mốc: 50 (0 điểm); 80 (100% điểm tối đa)",
    ),
    (
        {
            "kind": "indicator", "indicator": "ddci", "by": "rank",
            "ranks": [{"to": 3, "share": 1}, {"to": 10, "points": "2.5"}],
        },
        "Theo chỉ số ddci theo thứ hạng: 3 hạng đầu (100% điểm tối đa); 10 hạng đầu (2,5 điểm)",
    ),
    (
        {
            "kind": "formula", "expression": "min(1, a / b) * max_points",
            "variables": [{"name": "a", "label": "Đúng hạn"}, {"name": "b", "label": "Tổng số"}],
            "zero_denominator": "full",
        },
        "Công thức min(1, a / b) * max_points; a là Đúng hạn; b là Tổng số; "
        "mẫu số bằng 0: điểm tối đa",
    ),
    ({"kind": "manual"}, "Chấm trực tiếp"),
    (
        {"kind": "custom", "name": "rieng", "takes": [{"name": "a", "label": "A"}]},
        "Cách chấm riêng của tỉnh: rieng",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("data", "words"), WORDS)
def test_rule_is_said_with_its_figures(data: dict[str, Any], words: str) -> None:
    assert rule_words(TypeAdapter[Any](Rule).validate_python(data)) == words


def test_every_kind_has_a_sample() -> None:
    kinds = {cls.model_fields["kind"].annotation.__args__[0] for cls in RULE_CLASSES}  # type: ignore[union-attr]
    assert {data["kind"] for data, _ in WORDS} == kinds
