"""The sentences of sums, surveys of officials, ratings and indices; the leaf has 2 points."""

from __future__ import annotations

from typing import Any

Rule = dict[str, Any]

THIRD: Rule = {"kind": "yes_no", "not_applicable": True}
SUM: Rule = {
    "kind": "sum",
    "items": [
        {"name": "a", "label": "quy chế A", "points": "0.5"},
        {"name": "b", "label": "quy chế B", "share": "0.5"},
        {"name": "c", "label": "quy chế C", "points": "0.75"},
    ],
}
OFFICIALS: Rule = {
    "kind": "officials",
    "survey": "cong-chuc",
    "too_few": "leave_out",
    "answers": [
        {"code": "a", "label": "Tốt", "share": "1"},
        {"code": "b", "label": "Khá", "share": "0.6"},
        {"code": "d", "label": "Yếu", "share": "0"},
    ],
    "groups": [
        {"code": "hd", "label": "Đại biểu HĐND", "weight": "2", "minimum": 4},
        {"code": "so", "label": "Lãnh đạo sở", "weight": "1", "minimum": 3},
    ],
}
ENOUGH = {"hd.a": 3, "hd.b": 0, "hd.d": 1, "so.a": 1, "so.b": 1, "so.d": 1}
FEW = {**ENOUGH, "so.b": 0}
NOBODY = dict.fromkeys(ENOUGH, 0)
RATING: Rule = {
    "kind": "rating",
    "scale": "10",
    "raters": [
        {"name": "ct", "label": "Chủ tịch", "weight": "2"},
        {"name": "pct", "label": "Phó Chủ tịch"},
    ],
}
INDEX: Rule = {"kind": "indicator", "indicator": "ddci"}
STEPS: Rule = {**INDEX, "steps": [{"from": "80", "share": "1"}, {"from": "60", "points": "0.5"}]}
KNOTS: Rule = {**INDEX, "between": [{"at": "50", "points": "0.5"}, {"at": "80", "share": "1"}]}
RANKS: Rule = {
    **INDEX,
    "by": "rank",
    "ranks": [{"to": 3, "share": "1"}, {"to": 10, "points": "1.25"}],
}

LATE_CASES: list[tuple[Rule, dict[str, int], str, str]] = [
    (THIRD, {"value": 2}, "not_applicable", "Không áp dụng, đã bỏ khỏi điểm tối đa"),
    (
        SUM,
        {"a": 1, "b": 0, "c": 1},
        "items",
        "Đạt 2/3 mục: quy chế A (0,5 điểm) + quy chế C (0,75 điểm) → 1,25 điểm",
    ),
    (SUM, {"a": 0, "b": 0, "c": 0}, "items", "Đạt 0/3 mục → 0 điểm"),
    (
        SUM,
        {"a": 1, "b": 1, "c": 1},
        "capped",
        "Đạt 3/3 mục: quy chế A (0,5 điểm) + quy chế B (1 điểm) + quy chế C (0,75 điểm), "
        "không quá 2 điểm → 2 điểm",
    ),
    (
        OFFICIALS,
        ENOUGH,
        "all_groups",
        "Đại biểu HĐND: 4 phiếu, 75%, trọng số 2; Lãnh đạo sở: 3 phiếu, ≈ 53,33%, trọng số 1; "
        "bình quân theo trọng số của 2 điểm → 1,3556 điểm",
    ),
    (
        OFFICIALS,
        FEW,
        "part_groups",
        "Đại biểu HĐND: 4 phiếu, 75%, trọng số 2; Lãnh đạo sở: chưa đủ 3 phiếu, "
        "bỏ ra cùng trọng số; bình quân theo trọng số của 2 điểm → 1,5 điểm",
    ),
    (
        {**OFFICIALS, "too_few": "zero"},
        FEW,
        "part_groups",
        "Đại biểu HĐND: 4 phiếu, 75%, trọng số 2; Lãnh đạo sở: chưa đủ 3 phiếu, tính 0; "
        "bình quân theo trọng số của 2 điểm → 1 điểm",
    ),
    (
        OFFICIALS,
        NOBODY,
        "not_applicable",
        "Không nhóm nào đủ phiếu điều tra: không áp dụng, đã bỏ khỏi điểm tối đa",
    ),
    (
        RATING,
        {"ct": 90_000, "pct": 75_000},
        "rated",
        "Chủ tịch 9/10 (trọng số 2); Phó Chủ tịch 7,5/10 (trọng số 1); bình quân của 2 điểm"
        " → 1,7 điểm",
    ),
    (
        {**RATING, "raters": [{"name": "ct", "label": "Chủ tịch"}]},
        {"ct": 90_000},
        "rated",
        "Chủ tịch 9/10 của 2 điểm → 1,8 điểm",
    ),
    (
        STEPS,
        {"value": 812_500},
        "step",
        "Chỉ số 81,25 thuộc bậc từ 80: 100% của 2 điểm → 2 điểm",
    ),
    (STEPS, {"value": 500_000}, "below", "Chỉ số 50: chưa tới bậc nào → 0 điểm"),
    (KNOTS, {"value": 500_000}, "knot", "Chỉ số 50, đúng mốc 50 (0,5 điểm) → 0,5 điểm"),
    (KNOTS, {"value": 0}, "knot", "Chỉ số 0, dưới mốc thấp nhất 50 (0,5 điểm) → 0,5 điểm"),
    (KNOTS, {"value": 900_000}, "knot", "Chỉ số 90, trên mốc cao nhất 80 (2 điểm) → 2 điểm"),
    (
        KNOTS,
        {"value": 600_000},
        "between",
        "Chỉ số 60, nội suy giữa 50 (0,5 điểm) và 80 (2 điểm) → 1 điểm",
    ),
    (RANKS, {"rank": 3}, "rank", "Hạng 3, trong 3 hạng đầu: 100% của 2 điểm → 2 điểm"),
    (RANKS, {"rank": 4}, "rank", "Hạng 4, trong 10 hạng đầu → 1,25 điểm"),
    (RANKS, {"rank": 11}, "beyond", "Hạng 11, ngoài 10 hạng đầu: không được điểm → 0 điểm"),
]
