"""Index, rank, band, ties and the order of a printed table, by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.scoring.grading import (
    Graded,
    Standing,
    band_of,
    grade,
    order_breakers,
    rank_group,
    ties_of,
)
from thidua.scoring.sheet import NodeScore, SheetScore
from thidua.spec.grading import Grading

BANDS = [
    {"label": "Xuất sắc", "from": "90"},
    {"label": "Tốt", "from": "80", "inclusive": False},
    {"label": "Khá", "from": "70"},
]
Row = tuple[str, Decimal | None, int | None, str | None, bool]


def grading(**more: Any) -> Grading:
    return Grading.model_validate({"bands": BANDS, **more})


def rows(standings: list[Standing], **more: Any) -> list[Row]:
    graded = grade(standings, grading(**more))
    return [(g.key, g.index, g.rank, g.band, g.tied) for g in graded]


def unit(key: str, points: int, maximum: int = 1_000_000, **more: Any) -> Standing:
    return Standing(key, more.pop("group", "so"), points, maximum, **more)


def test_index_is_points_over_the_units_own_maximum() -> None:
    got = rows([unit("a", 800_000), unit("b", 799_000, 850_000), unit("c", 700_000)])
    assert got == [
        ("a", Decimal("80.00"), 2, "Khá", False),
        ("b", Decimal("94.00"), 1, "Xuất sắc", False),
        ("c", Decimal("70.00"), 3, "Khá", False),
    ]


def test_ranks_are_competition_ranks_within_the_group() -> None:
    standings = [
        unit("a", 910_000),
        unit("b", 950_000),
        unit("c", 910_000),
        unit("d", 900_000),
        unit("e", 100_000, group="huyen"),
    ]
    got = [(g.key, g.rank, g.tied) for g in grade(standings, grading())]
    assert got == [
        ("a", 2, True),
        ("b", 1, False),
        ("c", 2, True),
        ("d", 4, False),
        ("e", 1, False),
    ]


def test_decide_on_changes_band_and_rank() -> None:
    # 89.995 % is published as 90.00 %
    standings = [unit("a", 899_950), unit("b", 900_000)]
    assert rows(standings, decide_on="published") == [
        ("a", Decimal("90.00"), 1, "Xuất sắc", True),
        ("b", Decimal("90.00"), 1, "Xuất sắc", True),
    ]
    assert rows(standings, decide_on="exact") == [
        ("a", Decimal("90.00"), 2, "Tốt", False),
        ("b", Decimal("90.00"), 1, "Xuất sắc", False),
    ]


def test_one_tick_below_the_half_is_published_lower() -> None:
    got = grade([unit("a", 899_949), unit("b", 899_950)], grading())
    assert got == (
        Graded("a", Decimal("89.99"), 2, "Tốt", False),
        Graded("b", Decimal("90.00"), 1, "Xuất sắc", False),
    )


def test_index_decimals_are_kept() -> None:
    (got,) = grade([unit("a", 1, 3)], grading(index_decimals=4))
    assert str(got.index) == "33.3333"


def test_index_may_exceed_one_hundred_and_go_below_zero() -> None:
    got = rows([unit("a", 1_050_000), unit("b", -1_250, 10_000_000)])
    assert got == [
        ("a", Decimal("105.00"), 1, "Xuất sắc", False),
        ("b", Decimal("-0.01"), 2, None, False),
    ]


def test_maximum_of_zero_gives_nothing() -> None:
    nothing = Graded("a", None, None, None, False)
    standing = Standing("a", "so", 0, 0, index=Decimal("99"))
    assert grade([standing, unit("b", 1)], grading())[0] == nothing


def test_points_without_maximum_are_ranked_and_banded_as_they_are() -> None:
    standings = [Standing("a", "so", 900_000), Standing("b", "so", 899_999)]
    assert rows(standings) == [
        ("a", None, 1, "Xuất sắc", False),
        ("b", None, 2, "Tốt", False),
    ]


def test_printed_index_is_taken_as_it_is() -> None:
    standings = [
        Standing("a", "so", index=Decimal("89.996")),
        Standing("b", "so", index=Decimal("90")),
        Standing("c", "so"),
    ]
    assert rows(standings) == [
        ("a", Decimal("89.996"), 2, "Tốt", False),
        ("b", Decimal("90"), 1, "Xuất sắc", False),
        ("c", None, None, None, False),
    ]


def test_unit_that_is_not_ranked_takes_no_place() -> None:
    got = rows([unit("a", 950_000, ranked=False), unit("b", 910_000)])
    assert got == [
        ("a", Decimal("95.00"), None, "Xuất sắc", False),
        ("b", Decimal("91.00"), 1, "Xuất sắc", False),
    ]


def test_ties_are_broken_in_the_declared_order() -> None:
    standings = [
        unit("a", 910_000, ties=(Fraction(80), Fraction(70))),
        unit("b", 910_000, ties=(Fraction(80), Fraction(75))),
        unit("c", 910_000, ties=(Fraction(85), Fraction(0))),
        unit("d", 910_000, ties=(Fraction(80), Fraction(75))),
    ]
    got = [(g.key, g.rank, g.tied) for g in grade(standings, grading())]
    assert got == [("a", 4, False), ("b", 2, True), ("c", 1, False), ("d", 2, True)]


def test_tie_breaks_are_rounded_only_when_the_published_index_decides() -> None:
    standings = [
        unit("a", 910_000, ties=(Fraction("80.004"),)),
        unit("b", 910_000, ties=(Fraction("79.995"),)),
    ]
    published = [g.rank for g in grade(standings, grading(decide_on="published"))]
    exact = [g.rank for g in grade(standings, grading(decide_on="exact"))]
    assert (published, exact) == ([1, 1], [1, 2])


def test_tie_breaks_of_a_sheet_are_node_indices_in_per_cent() -> None:
    nodes = {"1": NodeScore("1", 2, 3), "2": NodeScore("2", 0, 0)}
    score = SheetScore((), nodes, 2, 0, 0, 2, 3)
    chain = grading(rank={"ties": ["2", "1"]})
    assert ties_of(score, chain) == (Fraction(0), Fraction(200, 3))


@pytest.mark.parametrize(
    ("value", "band"),
    [
        ("90", "Xuất sắc"),
        ("89.9999", "Tốt"),
        ("80.0001", "Tốt"),
        ("80", "Khá"),
        ("70", "Khá"),
        ("69.9999", None),
    ],
)
def test_band_cut_offs_honour_their_inclusive_side(value: str, band: str | None) -> None:
    assert band_of(Fraction(value), grading()) == band


def test_lowest_band_without_cut_off_takes_the_rest() -> None:
    open_ended = grading(bands=[*BANDS, {"label": "Yếu"}])
    assert band_of(Fraction(-1), open_ended) == "Yếu"
    assert band_of(Fraction(1), grading(bands=[])) is None


def test_order_breaker_of_tien_giang_is_found() -> None:
    values = [Fraction(v) for v in ("98.62", "96.60", "98.50", "98.40")]
    assert order_breakers(values) == (1,)


@pytest.mark.parametrize(
    ("values", "breakers"),
    [([], ()), ([3, 3, 2], ()), ([9, 7, 8, 6], (2,)), ([1, 2, 3], (1, 2)), ([5, 9, 4], (1,))],
)
def test_order_breakers_keep_the_earlier_positions(
    values: list[int], breakers: tuple[int, ...]
) -> None:
    assert order_breakers([Fraction(v) for v in values]) == breakers


@given(st.lists(st.integers(0, 5), max_size=9))
def test_order_breakers_are_fewest_and_latest(values: list[int]) -> None:
    def falls(kept: tuple[int, ...]) -> bool:
        return all(values[a] >= values[b] for a, b in pairwise(kept))

    count = len(values)
    sizes = range(count, -1, -1)
    best = next(k for size in sizes for k in combinations(range(count), size) if falls(k))
    expected = tuple(p for p in range(count) if p not in best)
    assert order_breakers([Fraction(v) for v in values]) == expected


@pytest.mark.parametrize(
    ("within", "label"),
    [
        (["kind", "cluster"], "so / khoi-1"),
        (["kind"], "so"),
        (["cluster"], "khoi-1"),
        (["group"], "khoi-1"),
        (["cluster", "group"], "khoi-1"),
        ([], ""),
    ],
)
def test_rank_group_follows_the_grading(within: list[str], label: str) -> None:
    assert rank_group("so", "khoi-1", grading(rank={"within": within})) == label


def test_units_without_cluster_rank_among_their_kind() -> None:
    assert rank_group("so", "", grading()) == "so"


def test_rank_group_does_not_repeat_the_kind_that_a_cluster_names() -> None:
    grading = Grading(code="chung")
    assert rank_group("UBND cấp huyện", "UBND cấp huyện - Cụm 1", grading) == (
        "UBND cấp huyện - Cụm 1"
    )
    assert rank_group("Sở", "Khối tổng hợp", grading) == "Sở / Khối tổng hợp"
