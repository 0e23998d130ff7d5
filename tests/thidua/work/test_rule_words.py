"""Each rule kind as a sentence, with the points that its parts earn."""

from __future__ import annotations

from typing import Any

import pytest

from thidua.spec.criteria import Domain, Leaf
from thidua.spec.rules import RULE_CLASSES
from thidua.work.rule_words import rule_words

WORDS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "yes_no"}, "Có: 4 điểm; không: 0 điểm"),
    ({"kind": "yes_no", "no_points": "0.5"}, "Có: 4 điểm; không: 0,5 điểm"),
    (
        {
            "kind": "choice",
            "levels": [{"label": "Đủ", "share": 1}, {"label": "Thiếu", "points": "0.25"}],
        },
        "Đủ: 4 điểm; Thiếu: 0,25 điểm",
    ),
    (
        {
            "kind": "ratio", "numerator": "đã xong", "denominator": "phải làm", "floor": "0.55",
            "full": "0.9", "zero_denominator": "full",
        },
        "(đã xong) / (phải làm) × 4 điểm; dưới 55%: 0 điểm; từ 90% trở lên: điểm tối đa; "
        "mẫu số bằng 0: điểm tối đa",
    ),
    (
        {
            "kind": "bands", "value": "số ngày",
            "steps": [{"from": 10, "inclusive": False, "points": 2}, {"from": 5, "share": "0.5"}],
        },
        "số ngày: trên 10: 2 điểm; từ 5: 2 điểm",
    ),
    (
        {"kind": "count", "item": "Số mô hình", "each": "1.5"},
        "Số mô hình: mỗi việc 1,5 điểm, tối đa 4 điểm",
    ),
    (
        {
            "kind": "deduction",
            "faults": [
                {"name": "tre", "label": "Trễ", "points": "0.5"},
                {"name": "sai", "label": "Sai", "share": "0.1"},
            ],
        },
        "Trừ mỗi lần: Trễ: 0,5 điểm; Sai: 0,4 điểm; thấp nhất 0 điểm",
    ),
    (
        {"kind": "survey", "survey": "sipas"},
        "Kết quả điều tra sipas × 4 điểm",
    ),
    (
        {"kind": "yes_no", "not_applicable": True},
        "Có: 4 điểm; không: 0 điểm; có thể không áp dụng",
    ),
    (
        {
            "kind": "sum",
            "items": [
                {"name": "a", "label": "Quy chế A", "points": "0.5"},
                {"name": "b", "label": "Quy chế B", "share": "0.25"},
            ],
        },
        "Cộng các mục đạt: Quy chế A: 0,5 điểm; Quy chế B: 1 điểm",
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
        "Kết quả điều tra cong-chuc × 4 điểm; Tốt: 100%; Khá: 60%; nhóm: Lãnh đạo sở "
        "(trọng số 1,5, ít nhất 20 phiếu); nhóm thiếu phiếu thì tính 0",
    ),
    (
        {
            "kind": "rating", "scale": 100,
            "raters": [{"name": "ct", "label": "Chủ tịch", "weight": 2}],
        },
        "Đánh giá của Chủ tịch (trọng số 2), thang 100",
    ),
    ({"kind": "indicator", "indicator": "ddci"}, "Chỉ số ddci: giá trị / 100 × tối đa"),
    (
        {
            "kind": "indicator", "indicator": "ddci",
            "steps": [{"from": 80, "share": 1}, {"from": 60, "inclusive": False, "points": 3}],
        },
        "Chỉ số ddci: từ 80: 4 điểm; trên 60: 3 điểm",
    ),
    (
        {
            "kind": "indicator", "indicator": "ddci",
            "between": [{"at": 50, "points": 0}, {"at": 80, "share": 1}],
        },
        "Chỉ số ddci: tại 50: 0 điểm; tại 80: 4 điểm",
    ),
    (
        {
            "kind": "indicator", "indicator": "ddci", "by": "rank",
            "ranks": [{"to": 3, "share": 1}, {"to": 10, "points": "2.5"}],
        },
        "Chỉ số ddci: đến hạng 3: 4 điểm; đến hạng 10: 2,5 điểm",
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
    ({"kind": "manual"}, "Chấm trực tiếp, từ 0 đến 4 điểm"),
    (
        {"kind": "custom", "name": "rieng", "takes": [{"name": "a", "label": "A"}]},
        "Cách chấm riêng của tỉnh: rieng",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("data", "words"), WORDS)
def test_rule_is_said_with_its_points(data: dict[str, Any], words: str) -> None:
    leaf = {"code": "x", "name": "x", "max_points": "4", "rule": data}
    assert rule_words(Leaf(Domain.model_validate(leaf))) == words


def test_every_kind_has_a_sample() -> None:
    kinds = {cls.model_fields["kind"].annotation.__args__[0] for cls in RULE_CLASSES}  # type: ignore[union-attr]
    assert {data["kind"] for data, _ in WORDS} == kinds
