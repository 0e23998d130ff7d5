"""What a broken file is told: each problem where it stands, in Vietnamese."""

from __future__ import annotations

import pytest

from thidua.errors import Invalid
from thidua.spec.loading import parse
from thidua.spec.rules import Deduction, Ratio


@pytest.mark.parametrize(
    ("model", "document", "place", "reason"),
    [
        (
            Deduction,
            {"kind": "deduction", "faults": [{"name": "a", "label": "A", "points": 1}], "least": 1},
            "least",
            "không được quá 0",
        ),
        (
            Deduction,
            {"kind": "deduction", "faults": [{"name": "a", "label": "A", "points": -1}]},
            "faults.0.points",
            "phải từ 0 trở lên",
        ),
        (
            Ratio,
            {"kind": "ratio", "numerator": "a", "denominator": "b", "full": 0},
            "full",
            "phải lớn hơn 0",
        ),
        (
            Ratio,
            {"kind": "ratio", "numerator": "a", "denominator": "b", "full": "1e999999999"},
            "full",
            "phải là số hữu hạn, không quá 1000000",
        ),
        (
            Ratio,
            {"kind": "ratio", "numerator": "a" * 2001, "denominator": "b"},
            "numerator",
            "dài quá 2000 ký tự",
        ),
        (
            Ratio,
            {"kind": "ratio", "numerator": "{le}", "denominator": "b", "sai": 1},
            "sai",
            "không có trường nào tên như vậy; xem docs/province.md",
        ),
    ],
)
def test_bounds_are_told_in_vietnamese(
    model: type[Deduction] | type[Ratio], document: object, place: str, reason: str
) -> None:
    with pytest.raises(Invalid) as refused:
        parse(model, document)
    assert [(item.place, item.reason) for item in refused.value.problems] == [(place, reason)]
