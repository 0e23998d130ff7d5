"""Duties of a movement: their terms and their codes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.awarding import MOVEMENT, award_spec

from thidua.errors import Invalid
from thidua.spec.loading import parse
from thidua.spec.movement import Movement, MovementDuty

DUTY = {"code": "bao-cao", "who": "Sở", "text": "Báo cáo."}


@pytest.mark.parametrize(
    ("given", "terms"),
    [
        ({}, [None, None]),
        ({"due": "2024-03-01"}, [date(2024, 3, 1)] * 2),
        ({"due_each_year": "12-15"}, [date(2024, 12, 15), date(2025, 12, 15)]),
    ],
)
def test_a_duty_has_one_term_a_yearly_one_or_none(
    given: dict[str, Any], terms: list[date | None]
) -> None:
    duty = parse(MovementDuty, {**DUTY, **given})
    assert [duty.due_in(year) for year in (2024, 2025)] == terms


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (
            {"due": "2024-03-01", "due_each_year": "12-15"},
            "chỉ ghi một trong due và due_each_year",
        ),
        ({"due_each_year": "02-29"}, "due_each_year phải là tháng-ngày, ví dụ 12-15"),
        ({"due_each_year": "15/12"}, "due_each_year phải là tháng-ngày, ví dụ 12-15"),
    ],
)
def test_a_term_that_cannot_be_kept_is_refused(given: dict[str, Any], problem: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(MovementDuty, {**DUTY, **given})
    assert str(refused.value) == problem


def test_duties_have_codes_of_their_own() -> None:
    with pytest.raises(Invalid, match="hai nhiệm vụ trùng mã"):
        parse(Movement, {**MOVEMENT, "duties": [DUTY, DUTY]})


def test_duties_and_schemes_name_kinds_and_units_that_are_there() -> None:
    bodies = {"label": "ai đó", "kinds": ["la"], "units": ["so-la"]}
    spec = award_spec(movements=[{**MOVEMENT, "duties": [{**DUTY, "bodies": bodies}]}])
    assert [str(item) for item in spec.problems()] == [
        "movements.cchc: không có loại đơn vị “la”",
        "movements.cchc: không có đơn vị “so-la”",
    ]
