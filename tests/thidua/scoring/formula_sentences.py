"""The sentences of formulas; the leaf has 2 points."""

from __future__ import annotations

from typing import Any

Rule = dict[str, Any]


def written(expression: str, **more: Any) -> Rule:
    """A formula over the whole numbers a and b and the decimal number c."""
    variables = [
        {"name": "a", "label": LABELS["a"]},
        {"name": "b", "label": LABELS["b"]},
        {"name": "c", "label": LABELS["c"], "scale": 10_000, "minimum": -100_000},
    ]
    return {"kind": "formula", "variables": variables, "expression": expression, **more}


LABELS = {"a": "Số hồ sơ đúng hạn", "b": "Tổng số hồ sơ", "c": "Số ngày chậm"}


def said(short: str) -> str:
    """The sentence whose figures stand at the start by name alone."""
    for name, label in LABELS.items():
        short = short.replace(f"{name} = ", f"{label} ({name}) = ", 1)
    return short


SHARE = "if(b = 0, max_points, min(1, a / b) * max_points)"
LADDER = "if(b <> 0 and a / b >= 0.8, 2, if(a > 10 or c < 1.5, 1, 0.5)) - c"
DIVIDED = "a / b * max_points"
ZERO = {"a": 3, "b": 0, "c": 0}

FORMULA_CASES: list[tuple[Rule, dict[str, int], str, str]] = [
    (
        written(SHARE),
        {"a": 45, "b": 50, "c": 0},
        "value",
        said("a = 45, b = 50, c = 0; vì b ≠ 0: min(1; 45 ÷ 50) × 2 → 1,8 điểm"),
    ),
    (
        written(SHARE),
        {"a": 45, "b": 0, "c": 0},
        "value",
        said("a = 45, b = 0, c = 0; vì b = 0: 2 → 2 điểm"),
    ),
    (
        written(LADDER),
        {"a": 8, "b": 10, "c": 2_500},
        "value",
        said("a = 8, b = 10, c = 0,25; vì b ≠ 0 và 8 ÷ 10 ≥ 0,8: 2 − 0,25 → 1,75 điểm"),
    ),
    (
        written(LADDER),
        {"a": 7, "b": 10, "c": 15_000},
        "floored",
        said(
            "a = 7, b = 10, c = 1,5; vì 7 ÷ 10 < 0,8 và a ≤ 10 và c ≥ 1,5: 0,5 − 1,5, "
            "thấp nhất 0 điểm → 0 điểm"
        ),
    ),
    (
        written(LADDER),
        {"a": 1_200, "b": 0, "c": 0},
        "value",
        said("a = 1.200, b = 0, c = 0; vì b = 0 và a > 10: 1 − 0 → 1 điểm"),
    ),
    (
        written("-(a + 1) * c / (b * 2) - (b - a)", least="-1.5"),
        {"a": 1, "b": 3, "c": -20_000},
        "value",
        said("a = 1, b = 3, c = -2: (−(1 + 1)) × (-2) ÷ (3 × 2) − (3 − 1) → -1,3333 điểm"),
    ),
    (
        written("a - b", least="-1.5"),
        {"a": 1, "b": 3, "c": 0},
        "floored",
        said("a = 1, b = 3, c = 0: 1 − 3, thấp nhất -1,5 điểm → -1,5 điểm"),
    ),
    (
        written("round(a / b, 1) + round(max(c, 0.25))"),
        {"a": 1, "b": 8, "c": 4_900},
        "value",
        said(
            "a = 1, b = 8, c = 0,49: làm tròn(1 ÷ 8; 1 số lẻ) + làm tròn(max(0,49; 0,25)) "
            "→ 0,1 điểm"
        ),
    ),
    (
        written(DIVIDED),
        {"a": 7, "b": 2, "c": 0},
        "capped",
        said("a = 7, b = 2, c = 0: 7 ÷ 2 × 2, không quá 2 điểm → 2 điểm"),
    ),
    (
        written(DIVIDED, zero_denominator="full"),
        ZERO,
        "zero_full",
        said("a = 3, b = 0, c = 0: phải chia cho 0, được tính điểm tối đa → 2 điểm"),
    ),
    (
        written(DIVIDED, zero_denominator="zero"),
        ZERO,
        "zero_zero",
        said("a = 3, b = 0, c = 0: phải chia cho 0, không được điểm → 0 điểm"),
    ),
    (
        written(DIVIDED, zero_denominator="not_applicable"),
        ZERO,
        "not_applicable",
        "Phải chia cho 0: không áp dụng, đã bỏ khỏi điểm tối đa",
    ),
    (
        written(DIVIDED),
        ZERO,
        "zero_denominator",
        said("a = 3, b = 0, c = 0: phải chia cho 0, bộ tiêu chí chưa quy định → 0 điểm"),
    ),
]
