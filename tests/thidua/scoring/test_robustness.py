"""Rank intervals and probabilities: against every outcome of small cases, and draw by draw."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.thidua.scoring.shaken import Cells, outcome, shaken, sheets_of

from thidua.errors import Invalid
from thidua.scoring import robustness as module
from thidua.scoring.grading import Graded
from thidua.scoring.robustness import BLOCK, RUN, Robustness, UnitRobustness, rank_robustness
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading
from thidua.spec.robustness import Uncertainty

BANDS = [{"label": "Tốt", "from": "80"}, {"label": "Khá", "from": "50", "inclusive": False}]


def manual(code: str, points: object, **more: Any) -> dict[str, Any]:
    return {
        "code": code, "name": code, "max_points": points, "rule": {"kind": "manual"}, **more
    }  # fmt: skip


def criteria(*leaves: dict[str, Any], decimals: int = 0, **more: Any) -> CriteriaSet:
    domains = [{"code": "1", "name": "Một", "criteria": list(leaves)}]
    head = {"code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "chung"}
    return CriteriaSet.model_validate(
        {**head, "pending": "zero", "leaf_decimals": decimals, "domains": domains, **more}
    )


def grading(**more: Any) -> Grading:
    return Grading.model_validate({"bands": BANDS, **more})


def unsure(*leaves: dict[str, Any], **more: Any) -> Uncertainty:
    return Uncertainty.model_validate({"title": "Thử", "leaves": list(leaves), **more})


def run(
    cells: Cells, one: CriteriaSet, uncertainty: Uncertainty, rule: Grading, *,
    places: int = 1, draws: int = 500, seed: int = 1, groups: Sequence[str | None] | None = None,
) -> Robustness:  # fmt: skip
    sheets = sheets_of(one, cells, groups)
    return rank_robustness([sheets], uncertainty, rule, places=places, draws=draws, seed=seed)


TWO = criteria(manual("1.1", 10), manual("1.2", 10))


def test_without_room_to_move_the_intervals_are_the_ranks() -> None:
    # a spread below one rounding step of the set moves nothing
    got = run({"1.1": [90_000, 80_000, 90_000], "1.2": [0, 0, 0]}, TWO,
              unsure({"points": "0.9999"}), grading(), places=2)  # fmt: skip
    assert (got.uncertain, got.draws, got.seed, got.places) == ({"bo": ()}, 500, 1, 2)
    none = {"Tốt": 0, "Khá": 0}
    assert got.units == (
        UnitRobustness("0", "so", 1, None, (500, 0, 0), 500, none, (1, 1)),
        UnitRobustness("1", "so", 3, None, (0, 0, 500), 0, none, (3, 3)),
        UnitRobustness("2", "so", 1, None, (500, 0, 0), 500, none, (1, 1)),
    )
    assert [(unit.extremes, unit.stable) for unit in got.units] == [
        ((1, 1), True), ((3, 3), True), ((1, 1), True),
    ]  # fmt: skip


def test_a_certain_lead_stays_and_equals_share_the_rest() -> None:
    # the first leads by more than both spreads; the others are alike and never tie exactly often
    one = criteria(manual("1.1", 10), decimals=4)
    got = run({"1.1": [90_000, 50_000, 50_000]}, one, unsure({"points": 1}), grading(), draws=4_000)
    first, second, third = got.units
    assert (first.ranks, first.inside, first.stable) == ((4_000, 0, 0), 4_000, True)
    assert first.bands == {"Tốt": 4_000, "Khá": 0}
    # five standard deviations of a coin thrown 4 000 times are 159
    assert abs(second.ranks[1] - 2_000) < 159
    assert abs(third.ranks[1] - 2_000) < 159
    assert (second.inside, third.inside, second.stable) == (0, 0, False)
    assert second.interval == third.interval == (2, 3)


def exhaustive(
    cells: Cells, one: CriteriaSet, rule: Grading, reach: int
) -> list[tuple[Graded, ...]]:
    """Every outcome of moving every cell by up to ``reach`` steps, all equally likely."""
    sheets = sheets_of(one, cells)
    codes, units = [leaf.code for leaf in one.leaves], len(sheets.keys)
    return [
        outcome(
            sheets,
            {code: steps[at * units : (at + 1) * units] for at, code in enumerate(codes)},
            {},
            rule,
        )
        for steps in product(range(-reach, reach + 1), repeat=units * len(codes))
    ]


@pytest.mark.parametrize("decide_on", ["published", "exact"])
def test_probabilities_are_those_of_all_outcomes(decide_on: str) -> None:
    cells: Cells = {"1.1": [80_000, 90_000, 80_000], "1.2": [70_000, 50_000, 60_000]}
    rule = grading(decide_on=decide_on)
    every = exhaustive(cells, TWO, rule, 1)
    got = run(cells, TWO, unsure({"points": 1}), rule, places=1, draws=9_000)
    for number, unit in enumerate(got.units):
        ranks = Counter(graded[number].rank for graded in every)
        bands = Counter(graded[number].band for graded in every)
        for rank, count in enumerate(unit.ranks, start=1):
            assert near(count, Fraction(ranks[rank], len(every)), 9_000)
        assert unit.inside is not None
        assert near(unit.inside, Fraction(ranks[1], len(every)), 9_000)
        for label, count in unit.bands.items():
            assert near(count, Fraction(bands[label], len(every)), 9_000)


def near(count: int, probability: Fraction, draws: int) -> bool:
    """Within five standard deviations; exact where the outcome is certain."""
    return (count - draws * probability) ** 2 <= 25 * draws * probability * (1 - probability)


def counted(outcomes: list[tuple[Graded, ...]], unit: int, groups: Sequence[str | None]) -> Any:
    """Rank counts and band counts of one unit, by hand."""
    size = sum(group == groups[unit] for group in groups)
    ranks = Counter(graded[unit].rank for graded in outcomes)
    bands = Counter(graded[unit].band for graded in outcomes)
    return (
        tuple(ranks[rank] for rank in range(1, size + 1)) if None not in ranks else (),
        {label: bands[label] for label in ("Tốt", "Khá")},
    )


MIXED = criteria(
    manual("1.1", 10),
    manual("1.2", "2.5"),
    {**manual("1.3", 4), "rule": {"kind": "survey", "survey": "sipas"}},
    manual("1.4", 2, counts_as="bonus"),
    manual("1.5", 3, counts_as="penalty"),
    decimals=1, bonus_cap=1, penalty_cap=2, bonus_capped="after_penalty",
)  # fmt: skip
ENTRIES = [
    [{"points": 1}],
    [{"nodes": ["1.1", "1.4"], "share": "0.25", "shape": "triangular"}, {"points": "0.33"}],
    [{"kinds": ["survey"], "share": "0.5"}, {"nodes": ["1.5"], "points": 5}],
    [{"nodes": ["1"], "kinds": ["manual"], "points": 20}],
]


@settings(deadline=None)
@given(
    cells=st.fixed_dictionaries(
        {
            leaf.code: st.lists(
                st.one_of(st.none(), st.integers(0, int(leaf.max_points * 10))), min_size=4,
                max_size=4,
            )
            for leaf in MIXED.leaves
        }
    ),
    groups=st.lists(st.sampled_from(["a", "b", None]), min_size=4, max_size=4),
    entries=st.sampled_from(ENTRIES),
    weights=st.sampled_from(["0", "0", "0.1"]),
    decide_on=st.sampled_from(["published", "exact"]),
    ties=st.sampled_from([[], ["1.1"], ["1", "1.3"]]),
    places=st.integers(1, 3),
    line=st.sampled_from(["inside", "outside"]),
    seed=st.integers(0, 99),
)  # fmt: skip
def test_every_draw_is_scored_and_graded_as_a_sheet_is(
    cells: dict[str, list[int | None]], groups: list[str | None], entries: list[dict[str, Any]],
    weights: str, decide_on: str, ties: list[str], places: int, line: str, seed: int,
) -> None:  # fmt: skip
    ticks = {code: [None if c is None else c * 1_000 for c in row] for code, row in cells.items()}
    rule = grading(decide_on=decide_on, rank={"ties": ties})
    uncertainty = unsure(*entries, weights=weights, line_ties=line)
    sheets = sheets_of(MIXED, ticks, groups)
    got = rank_robustness([sheets], uncertainty, rule, places=places, draws=30, seed=seed)
    outcomes = shaken(sheets, uncertainty, rule, draws=30, seed=seed)
    certain = outcome(sheets, {}, {}, rule)
    for number, unit in enumerate(got.units):
        graded = [draw[number] for draw in outcomes]
        ranked = groups[number] is not None and certain[number].index is not None
        ranks, bands = counted(outcomes, number, groups)
        assert (unit.rank, unit.band) == (certain[number].rank, certain[number].band)
        assert unit.bands == (bands if certain[number].index is not None else {})
        assert unit.ranks == (ranks[: len(unit.ranks)] if ranked else ())
        assert sum(unit.ranks) == (30 if ranked else 0)
        last = [
            item.rank + sum(o.rank == item.rank and groups[n] == groups[number]
                            for n, o in enumerate(draw)) - 1
            for item, draw in zip(graded, outcomes, strict=True) if item.rank
        ]  # fmt: skip
        first = [item.rank for item in graded if item.rank]
        inside = sum(rank <= places for rank in (first if line == "inside" else last))
        assert unit.inside == (inside if ranked else None)


def test_a_seed_gives_the_same_figures_however_they_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cells: Cells = {"1.1": [80_000, 90_000, 80_000], "1.2": [70_000, 50_000, 60_000]}
    draws = 2 * RUN + BLOCK + 1
    got = run(cells, TWO, unsure({"points": 3}), grading(), draws=draws)
    assert run(cells, TWO, unsure({"points": 3}), grading(), draws=draws) == got
    for processors, size in ((1, BLOCK), (3, 5 * BLOCK)):
        monkeypatch.setattr(os, "cpu_count", lambda n=processors: n)
        monkeypatch.setattr(module, "RUN", size)
        assert run(cells, TWO, unsure({"points": 3}), grading(), draws=draws) == got
    assert run(cells, TWO, unsure({"points": 3}), grading(), draws=draws, seed=2) != got
    assert got.units[0].ranks == FIGURES


FIGURES = (1_206, 662, 437)


def test_more_draws_add_to_fewer() -> None:
    cells: Cells = {"1.1": [80_000, 90_000], "1.2": [70_000, 50_000]}
    told: list[int] = []
    sheets = sheets_of(TWO, cells)
    counts = [
        rank_robustness(
            [sheets], unsure({"points": 3}), grading(), places=1, draws=draws, seed=1,
            progress=told.append,
        ).units[0].ranks
        for draws in range(RUN - 1, RUN + 3)
    ]  # fmt: skip
    steps = [[b - a for a, b in zip(*pair, strict=True)] for pair in pairwise(counts)]
    assert all(sorted(step) == [0, 1] for step in steps)
    assert told == [RUN - 1, RUN, RUN, 1, RUN, 2]


def test_what_is_exempt_or_not_scored_has_no_uncertainty() -> None:
    cells: Cells = {"1.1": [50_000, None, 50_000], "1.2": [50_000, 50_000, None]}
    only_first = unsure({"nodes": ["1.1"], "points": 5})
    got = run(cells, TWO, only_first, grading(), groups=["a", "b", "c"])
    assert got.uncertain == {"bo": ("1.1",)}
    # the second is not assessed on 1.1: its 50 % never moves, and is no more than 50 %
    assert got.units[1].bands == {"Tốt": 0, "Khá": 0}
    assert got.units[1].band is None


def test_a_unit_without_a_maximum_has_neither_rank_nor_band() -> None:
    cells: Cells = {"1.1": [50_000, None], "1.2": [50_000, None]}
    got = run(cells, TWO, unsure({"points": 5}), grading())
    assert got.units[1] == UnitRobustness("1", "so", None, None, (), None, {}, None)
    assert (got.units[0].ranks, got.units[0].inside) == ((500,), 500)
    assert (got.units[1].extremes, got.units[1].stable) == (None, False)


def test_wide_uncertainty_stays_between_nothing_and_the_maximum() -> None:
    cells: Cells = {"1.1": [100_000, 0], "1.2": [100_000, 0]}
    got = run(cells, TWO, unsure({"points": 1_000}), grading(index_decimals=0), draws=2_000)
    # each leaf is nothing or everything but for 9 of 2 001 cases: equal units, half of them
    best, worst = got.units
    assert abs(sum(best.ranks[:1]) - sum(worst.ranks[:1])) < 250
    assert got.probability(best.bands["Tốt"]) < Fraction(1, 3)


@pytest.mark.parametrize(("line", "inside"), [("inside", 500), ("outside", 0)])
def test_ties_at_the_line_count_as_declared(line: str, inside: int) -> None:
    cells: Cells = {"1.1": [90_000, 80_000, 80_000], "1.2": [0, 0, 0]}
    got = run(cells, TWO, unsure({"nodes": ["1.2"], "points": "0.5"}, line_ties=line), grading(),
              places=2)  # fmt: skip
    assert [unit.inside for unit in got.units] == [500, inside, inside]


def test_two_sets_are_ranked_together() -> None:
    other = criteria(manual("1.1", 5), manual("1.2", 5), version="2")
    sheets = [
        sheets_of(TWO, {"1.1": [90_000], "1.2": [90_000]}),
        sheets_of(other, {"1.1": [40_000], "1.2": [40_000]}),
    ]
    got = rank_robustness(sheets, unsure({"points": "0.5"}), grading(), places=1, draws=10, seed=1)
    assert [(unit.rank, unit.ranks) for unit in got.units] == [(1, (10, 0)), (2, (0, 10))]


def test_a_narrower_coverage_gives_a_narrower_interval() -> None:
    one = criteria(manual("1.1", 100), decimals=4)
    cells: Cells = {"1.1": [10_000 * points for points in range(50, 60)]}
    widths = []
    for coverage in ("1", "0.9", "0.5"):
        got = run(cells, one, unsure({"points": 4}, coverage=coverage), grading(), draws=2_000)
        for unit in got.units:
            assert unit.interval is not None
            low, high = unit.interval
            outside = [sum(unit.ranks[: low - 1]), sum(unit.ranks[high:])]
            tail = 2_000 * (1 - Fraction(coverage)) / 2
            assert all(count <= tail for count in outside)
            assert sum(unit.ranks[:low]) > tail
            assert sum(unit.ranks[high - 1 :]) > tail
        if coverage == "1":
            assert [unit.interval for unit in got.units] == [unit.extremes for unit in got.units]
        widths.append(
            sum(unit.interval[1] - unit.interval[0] for unit in got.units if unit.interval)
        )
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > widths[2]


def test_a_spread_too_wide_to_be_drawn_is_refused() -> None:
    one = criteria(manual("1.1", 1_000_000), decimals=4)
    with pytest.raises(Invalid) as refused:
        run({"1.1": [1]}, one, unsure({"share": 1}), grading())
    assert str(refused.value) == "1.1: biên độ quá rộng so với bước làm tròn của bộ tiêu chí"
