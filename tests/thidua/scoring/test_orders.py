"""Index, order, ranks and bands of many draws: what ``grade`` gives for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.scoring.grading import Standing, grade
from thidua.scoring.orders import Quotient, band_numbers, decisive, order_keys, place, within
from thidua.spec.grading import Grading

BANDS = [
    {"label": "Tốt", "from": "80"},
    {"label": "Khá", "from": "65.5", "inclusive": False},
    {"label": "Trung bình"},
]


def grading(**more: Any) -> Grading:
    return Grading.model_validate({"bands": BANDS, **more})


GRADINGS = [
    grading(decide_on=decide_on, index_decimals=decimals, bands=bands)
    for decide_on in ("published", "exact")
    for decimals in (0, 2, 6)
    for bands in (BANDS, BANDS[:2], [])
]

Units = list[tuple[int, int, int, int]]
"""Points, maximum, points and maximum of the tie-break, of each unit."""


@st.composite
def draws(draw: st.DrawFn) -> list[Units]:
    """A few draws of the same units; small figures tie, large ones pass 63 bits."""
    top = draw(st.sampled_from([3, 20, 1_000_000, 10**11]))
    maxima = st.integers(1, top)
    owns = draw(st.lists(st.tuples(maxima, st.integers(0, top)), min_size=1, max_size=6))
    points = st.integers(-(top // 4), top + top // 4)
    one = st.tuples(*(st.tuples(points, st.just(m), points, st.just(t)) for m, t in owns))
    return [list(row) for row in draw(st.lists(one, min_size=1, max_size=3))]


def quotients(rows: list[Units]) -> list[Quotient]:
    cells = np.array(rows, dtype=np.int64)
    return [Quotient(cells[:, :, 0], cells[:, :, 1]), Quotient(cells[:, :, 2], cells[:, :, 3])]


def by_grade(row: Units, rule: Grading) -> list[tuple[int | None, str | None]]:
    standings = [
        Standing(str(at), "so", points, maximum,
                 ties=(Fraction(100 * tie, own) if own else Fraction(0),))
        for at, (points, maximum, tie, own) in enumerate(row)
    ]  # fmt: skip
    return [(item.rank, item.band) for item in grade(standings, rule)]


@pytest.mark.parametrize("rule", GRADINGS)
@given(rows=draws())
def test_ranks_and_bands_are_those_of_grade(rows: list[Units], rule: Grading) -> None:
    total, tie = quotients(rows)
    value = decisive(total, rule)
    placed = place(order_keys(value, [tie], rule))
    bands = band_numbers(value, total, rule)
    labels = [*(band.label for band in rule.bands), None]
    got = []
    for at in range(len(rows)):
        ranks = dict(zip(placed.unit[at].tolist(), (placed.place[at] + 1).tolist(), strict=True))
        got.append([(ranks[n], labels[bands[at, n]]) for n in range(len(rows[at]))])
    assert got == [by_grade(row, rule) for row in rows]


@given(rows=draws(), places=st.integers(1, 7))
def test_places_within_a_quota(rows: list[Units], places: int) -> None:
    rule = grading()
    total, tie = quotients(rows)
    placed = place(order_keys(decisive(total, rule), [tie], rule))
    kept: Mapping[bool, Any] = {
        side: within(placed, places, ties_inside=side) for side in (True, False)
    }
    for at, row in enumerate(rows):
        ranks = [rank for rank, _ in by_grade(row, rule)]
        for position, unit in enumerate(placed.unit[at].tolist()):
            rank = ranks[unit]
            assert rank is not None
            last = rank + ranks.count(rank) - 1
            assert kept[True][at, position] == (rank <= places)
            assert kept[False][at, position] == (last <= places)


def test_the_published_index_is_rounded_half_away_from_zero() -> None:
    cells = Quotient(
        np.array([[899_949, 899_950, -1, 5]]), np.array([[1_000_000, 1_000_000, 1, 0]])
    )
    assert decisive(cells, grading()).tolist() == [[8_999, 9_000, -10_000, 0]]
    graded = grade([Standing("a", "so", 899_950, 1_000_000)], grading())
    assert graded[0].index == Decimal("90.00")
