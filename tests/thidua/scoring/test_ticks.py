"""Points, ticks and rounding: exact at the edges, half away from zero within."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.scoring.ticks import (
    divide_half_away,
    round_percent,
    round_ticks,
    to_points,
    to_ticks,
    written,
)


@pytest.mark.parametrize(
    ("points", "ticks"),
    [
        ("8.5", 85_000),
        ("0.0001", 1),
        ("-0.25", -2_500),
        ("100.000000", 1_000_000),
        ("1E+2", 1_000_000),
        ("-0", 0),
    ],
)
def test_points_become_ticks_exactly(points: str, ticks: int) -> None:
    assert to_ticks(Decimal(points)) == ticks


@pytest.mark.parametrize("points", ["0.00001", "NaN", "sNaN", "Infinity", "-Infinity", "1E+99"])
def test_points_that_are_no_whole_ticks_are_refused(points: str) -> None:
    with pytest.raises(ValueError, match="tối đa 4 số lẻ"):
        to_ticks(Decimal(points))


@pytest.mark.parametrize(
    ("ticks", "points"),
    [(85_000, "8.5"), (1_000_000, "100"), (0, "0"), (-1, "-0.0001"), (-25_000, "-2.5")],
)
def test_ticks_become_points_to_be_read(ticks: int, points: str) -> None:
    assert str(to_points(ticks)) == points


@given(st.integers(-(10**25), 10**25))
def test_ticks_survive_the_way_over_points(ticks: int) -> None:
    with localcontext(prec=6):
        assert to_ticks(to_points(ticks)) == ticks


@pytest.mark.parametrize(
    ("numerator", "denominator", "quotient"),
    [(1, 2, 1), (-1, 2, -1), (3, 2, 2), (5, 2, 3), (-5, 2, -3), (1, 3, 0), (-2, 3, -1), (0, 7, 0)],
)
def test_halves_go_away_from_zero(numerator: int, denominator: int, quotient: int) -> None:
    assert divide_half_away(numerator, denominator) == quotient


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**30))
def test_quotient_is_nearest_and_larger_in_a_tie(numerator: int, denominator: int) -> None:
    quotient = divide_half_away(numerator, denominator)
    exact = Fraction(numerator, denominator)
    off = abs(quotient - exact)
    assert off <= Fraction(1, 2)
    assert off < Fraction(1, 2) or abs(quotient) > abs(exact)


@pytest.mark.parametrize(
    ("value", "decimals", "ticks"),
    [
        (Fraction(1, 2), 4, 1),
        (Fraction(-1, 2), 4, -1),
        (12_345, 4, 12_345),
        (12_345, 3, 12_350),
        (12_350, 2, 12_400),
        (-12_350, 2, -12_400),
        (12_349, 2, 12_300),
        (5_000, 0, 10_000),
        (-5_000, 0, -10_000),
        (Fraction(9_999, 2), 0, 0),
    ],
)
def test_ticks_round_to_places_of_a_point(value: Fraction | int, decimals: int, ticks: int) -> None:
    assert round_ticks(value, decimals) == ticks


@pytest.mark.parametrize(
    ("value", "decimals", "percent"),
    [
        (Fraction(197, 200), 2, "98.50"),
        (Fraction(1, 3), 2, "33.33"),
        (Fraction(2, 3), 0, "67"),
        (Fraction(98_625, 100_000), 2, "98.63"),
        (Fraction(-98_625, 100_000), 2, "-98.63"),
        (Fraction(-1, 10**9), 2, "0.00"),
        (Fraction(11, 10), 2, "110.00"),
        (Fraction(0), 0, "0"),
    ],
)
def test_ratio_rounds_to_per_cent(value: Fraction, decimals: int, percent: str) -> None:
    with localcontext(prec=2):
        assert str(round_percent(value, decimals)) == percent


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1_234_567, "1.234.567"),
        (10**18, "1.000.000.000.000.000.000"),
        (Decimal("1234.50"), "1.234,50"),
        (Decimal("-0.25"), "-0,25"),
        (0, "0"),
    ],
)
def test_numbers_are_written_the_vietnamese_way(value: Decimal | int, text: str) -> None:
    assert written(value) == text
