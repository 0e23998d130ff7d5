"""Figures and times as they are written on pages."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import Babel

from thidua_admin.formats import moment, number, percent, ticks


@pytest.fixture(params=["vi", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


FIGURES: list[tuple[Decimal | int | None, int, str, str]] = [
    (None, 2, "–", "–"),
    (0, 0, "0", "0"),
    (Decimal("99.95"), 0, "99,95", "99.95"),
    (Decimal("99.95"), 4, "99,9500", "99.9500"),
    (Decimal("99.9501"), 2, "99,9501", "99.9501"),
    (Decimal("-0.5"), 1, "-0,5", "-0.5"),
    (Decimal("1234567.5"), 0, "1.234.567,5", "1,234,567.5"),
    (100, 2, "100,00", "100.00"),
]


@pytest.mark.parametrize(("value", "decimals", "vietnamese", "english"), FIGURES)
def test_figure_keeps_its_decimals_and_gets_those_of_its_column(
    language: str, value: Decimal | int | None, decimals: int, vietnamese: str, english: str
) -> None:
    app = Flask(__name__)
    Babel(app, default_locale=language)
    with app.test_request_context():
        assert number(value, decimals) == {"vi": vietnamese, "en": english}[language]


def test_ticks_are_points_and_moments_are_of_the_office() -> None:
    app = Flask(__name__)
    Babel(app, default_locale="vi", default_timezone="Asia/Ho_Chi_Minh")
    with app.test_request_context():
        assert [ticks(value) for value in (0, 1, 999_500, 1_025_000)] == [
            "0", "0,0001", "99,95", "102,5"
        ]  # fmt: skip
        assert moment(datetime(2026, 11, 21, 23, 37, tzinfo=UTC)) == "06:37 22/11/2026"
        assert moment(None) == "–"


@pytest.mark.parametrize(
    ("share", "said"),
    [("1", "100 %"), ("0.6000", "60 %"), ("0.3333", "33,33 %"), ("0", "0 %"), ("0.005", "0,5 %")],
)
def test_percent_writes_a_part_of_one_in_figures(share: str, said: str) -> None:
    app = Flask(__name__)
    Babel(app, default_locale="vi")
    with app.test_request_context():
        assert percent(Decimal(share)) == said
