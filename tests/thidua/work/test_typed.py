"""Figures as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.errors import Invalid, Problem
from thidua.scoring.ticks import TICKS
from thidua.spec.criteria import Criterion, Leaf
from thidua.spec.parts import InputSpec
from thidua.work.typed import as_typed, read_decimal, typed_inputs

TAKES = [
    {"name": "so", "label": "Số việc", "maximum": 10**12},
    {"name": "ty-le", "label": "Tỷ lệ", "scale": 10_000, "maximum": 10**12},
    {"name": "muc", "label": "Mức", "maximum": 1, "options": ("Không", "Có")},
]
LEAF = Leaf(
    Criterion.model_validate(
        {
            "code": "1", "name": "Mẫu", "max_points": 1, "provenance": "illustrative",
            "rule": {"kind": "custom", "name": "mau", "takes": TAKES},
        }
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", "0"), ("007", "7"), ("12,5", "12.5"), ("12.5", "12.5"), ("1.250", "1250"),
        ("1.250.000,75", "1250000.75"), ("0.125", "0.125"), ("-3", "-3"), ("1 250", "1250"),
        ("1250.5", "1250.5"), ("1\u00a0250", "1250"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_offices_write_them(text: str, number: str) -> None:
    assert read_decimal(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "mười", "1,250.5", "1..2", "1e5", "--1", "1,2,3", "9" * 99])
def test_what_is_no_number_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"hãy ghi như 1\.250 hoặc 12,5"):
        read_decimal(text)


@given(st.integers(-(10**12), 10**12), st.sampled_from(LEAF.inputs))
def test_what_is_shown_in_a_field_is_read_back(value: int, spec: InputSpec) -> None:
    assert typed_inputs(LEAF.inputs, {spec.name: as_typed(spec, value)}) == {spec.name: value}


def test_every_unusable_field_is_named_and_empty_ones_are_left_out() -> None:
    assert typed_inputs(LEAF.inputs, {"so": " ", "ty-le": "99,5 %", "muc": None}) == {
        "ty-le": 995 * TICKS // 10
    }
    with pytest.raises(Invalid) as refusal:
        typed_inputs(LEAF.inputs, {"so": "1,5", "ty-le": "0,00001", "la": "1"})
    assert refusal.value.problems == (
        Problem("so", "“Số việc”: phải là số nguyên, không có phần lẻ."),
        Problem("ty-le", "“Tỷ lệ”: chỉ ghi tối đa 4 số lẻ."),
        Problem("la", "Tiêu chí này không có số liệu như vậy; hãy bỏ đi."),
    )


def test_a_count_is_no_share() -> None:
    with pytest.raises(Invalid) as refusal:
        typed_inputs(LEAF.inputs, {"so": "12%"})
    said = "“Số việc”: “12%” không phải là số; hãy ghi như 1.250 hoặc 12,5."
    assert refusal.value.problems == (Problem("so", said),)
