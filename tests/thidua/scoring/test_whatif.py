"""What-if and distance against trying it out: tick by tick, unit by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.small import criteria as small_document
from tests.small import grading as small_grading
from tests.thidua.scoring.strategies import KINDS, Case, cases, gradings, law, tables

from thidua.scoring.grading import Graded, Standing, grade, ties_of
from thidua.scoring.rules import LeafScore
from thidua.scoring.sheet import SheetScore, score_sheet
from thidua.scoring.whatif import (
    Distance,
    Loss,
    Move,
    RankDistance,
    Step,
    cheapest_steps,
    distance_to_band,
    distance_to_rank,
    losses,
    recompute,
    replaced,
)
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading

CRITERIA = CriteriaSet.model_validate(small_document())
GRADING = Grading.model_validate(small_grading())
FAR = 12
"""So many ticks are tried one by one."""


def sheet(tasks: int, points: int) -> dict[str, dict[str, int]]:
    return {
        "1.1": {"numerator": tasks, "denominator": 40},
        "1.2": {"points": points},
        "2.1": {"percent": 750_000},
    }


SHEETS = {"a": sheet(30, 350_000), "b": sheet(30, 340_000), "c": sheet(10, 300_000)}
SCORES = {key: score_sheet(CRITERIA, inputs) for key, inputs in SHEETS.items()}
STANDINGS = [Standing(key, "Khối", s.total, s.maximum) for key, s in SCORES.items()]


# By hand: 80, 79 and 55 points of 100; Tốt from 80, Khá from 65


def test_recompute_gives_the_new_score_and_everybody_who_moves() -> None:
    changes = {"1.2": {"points": 360_000}}
    found = recompute(STANDINGS, GRADING, "b", CRITERIA, SCORES["b"], changes)
    assert found.score == score_sheet(CRITERIA, {**SHEETS["b"], **changes})
    assert found.own == Move(
        Graded("b", Decimal("79.00"), 2, "Khá", False),
        Graded("b", Decimal("81.00"), 1, "Tốt", False),
    )
    assert found.others == (
        Move(
            Graded("a", Decimal("80.00"), 1, "Tốt", False),
            Graded("a", Decimal("80.00"), 2, "Tốt", False),
        ),
    )


def test_recompute_changes_nothing_that_was_given() -> None:
    before = [replace(item) for item in STANDINGS]
    found = recompute(STANDINGS, GRADING, "b", CRITERIA, SCORES["b"], {})
    assert (found.own.before, found.others, STANDINGS) == (found.own.after, (), before)


def test_distance_to_band_honours_rounding() -> None:
    published = distance_to_band(STANDINGS[1], GRADING)
    exact = distance_to_band(STANDINGS[1], GRADING.model_copy(update={"decide_on": "exact"}))
    assert (published, exact) == (Distance(9_950, "Tốt"), Distance(10_000, "Tốt"))


def test_distance_to_band_ends_at_the_best() -> None:
    assert distance_to_band(STANDINGS[0], GRADING) is None


def test_distance_to_rank_tells_level_from_above() -> None:
    assert distance_to_rank(STANDINGS, GRADING, "b") == RankDistance(
        level=Distance(9_950, 1), above=Distance(10_050, 1)
    )
    assert distance_to_rank(STANDINGS, GRADING, "a") is None


@pytest.mark.parametrize(
    ("step", "band", "level", "above"),
    [
        (100, 10_000, 10_000, 10_100),
        (1_000, 10_000, 10_000, 11_000),
        (20_000, 20_000, 20_000, 20_000),
    ],
)
def test_distances_come_in_steps_that_leaves_can_make(
    step: int, band: int, level: int, above: int
) -> None:
    assert distance_to_band(STANDINGS[1], GRADING, step=step) == Distance(band, "Tốt")
    assert distance_to_rank(STANDINGS, GRADING, "b", step=step) == RankDistance(
        level=Distance(level, 1), above=Distance(above, 1)
    )


def test_losses_sum_what_is_missing_and_sort_it() -> None:
    found = losses(("bo", score.leaves) for score in SCORES.values())
    assert found == (
        Loss("bo", "1.1", 500_000, 3, Fraction(50, 86)),
        Loss("bo", "1.2", 210_000, 3, Fraction(21, 86)),
        Loss("bo", "2.1", 150_000, 3, Fraction(15, 86)),
    )


def test_losses_keep_sets_apart_and_skip_what_is_full() -> None:
    full = LeafScore("1", 5, 5, "yes", "points")
    half = LeafScore("1", 2, 5, "no", "points")
    bonus = LeafScore("2", 1, 0, "entered", "bonus")
    assert losses([("mot", [full, bonus]), ("hai", [half])]) == (
        Loss("hai", "1", 3, 1, Fraction(1)),
    )
    assert losses([("mot", [full])]) == ()


def test_cheapest_step_comes_first() -> None:
    found = cheapest_steps(STANDINGS, GRADING, "b", CRITERIA, SCORES["b"])
    assert found == (
        Step("2.1", 50_000, Graded("b", Decimal("84.00"), 1, "Tốt", False)),
        Step("1.2", 60_000, Graded("b", Decimal("85.00"), 1, "Tốt", False)),
        Step("1.1", 100_000, Graded("b", Decimal("89.00"), 1, "Tốt", False)),
    )


# For any table: what is told is the first that works


def bands_after(item: Standing, grading: Grading, ticks: int) -> str | None:
    assert item.points is not None
    return grade([replace(item, points=item.points + ticks)], grading)[0].band


def better(grading: Grading, new: str | None, old: str | None) -> bool:
    labels = [band.label for band in grading.bands]
    return new is not None and (old is None or labels.index(new) < labels.index(old))


def cuts(standings: Sequence[Standing]) -> list[Fraction]:
    return [
        Fraction(100 * item.points, item.maximum)
        for item in standings
        if item.points is not None and item.maximum
    ]


@law(usual=50)
@given(tables(), st.data())
def test_distance_to_band_is_the_first_tick_that_changes_it(
    standings: list[Standing], data: st.DataObject
) -> None:
    grading = data.draw(gradings(cuts(standings)))
    for item in standings:
        found = distance_to_band(item, grading)
        if item.points is None or item.maximum == 0:
            assert found is None
            continue
        old = bands_after(item, grading, 0)
        if found is None:
            labels = [band.label for band in grading.bands]
            assert old in labels[:1] or not labels
            continue
        assert bands_after(item, grading, found.ticks) == found.target
        assert better(grading, bands_after(item, grading, found.ticks), old)
        tried = {*range(1, FAR), *range(found.ticks - FAR, found.ticks)}
        assert not any(
            better(grading, bands_after(item, grading, ticks), old)
            for ticks in tried
            if 0 < ticks < found.ticks
        )


def ranks_after(standings: list[Standing], grading: Grading, key: str, ticks: int) -> list[Graded]:
    return list(
        grade(
            [
                replace(item, points=(item.points or 0) + ticks) if item.key == key else item
                for item in standings
            ],
            grading,
        )
    )


@law(usual=50)
@given(tables(), st.data())
def test_distance_to_rank_is_the_first_tick_that_changes_it(
    standings: list[Standing], data: st.DataObject
) -> None:
    grading = data.draw(gradings(cuts(standings)))
    for at, item in enumerate(standings):
        found = distance_to_rank(standings, grading, item.key)
        now = grade(standings, grading)
        own = now[at].rank
        if item.points is None or own is None or own == 1:
            assert found is None
            continue
        assert found is not None
        higher = [
            (rank, other.key)
            for other, place in zip(standings, now, strict=True)
            if other.group == item.group and (rank := place.rank) is not None and rank < own
        ]
        rival = max(higher)[1]
        for distance, ahead in ((found.level, False), (found.above, True)):
            assert stands(standings, grading, item.key, rival, distance.ticks, ahead)
            assert ranks_after(standings, grading, item.key, distance.ticks)[at].rank == (
                distance.target
            )
            tried = {*range(1, FAR), *range(distance.ticks - FAR, distance.ticks)}
            assert not any(
                stands(standings, grading, item.key, rival, ticks, ahead)
                for ticks in tried
                if 0 < ticks < distance.ticks
            )


def stands(
    standings: list[Standing], grading: Grading, key: str, rival: str, ticks: int, ahead: bool
) -> bool:
    """Whether the unit with so many ticks more stands level with a rival, or ahead of it."""
    ranks = {item.key: item.rank for item in ranks_after(standings, grading, key, ticks)}
    mine, other = ranks[key], ranks[rival]
    assert mine is not None
    assert other is not None
    return mine < other if ahead else mine <= other


def field(case: Case, grading: Grading) -> tuple[list[SheetScore], list[Standing]]:
    """The scores of a case and their standings in one group."""
    scores = [
        score_sheet(case.criteria, inputs, exempt=exempt, kinds=KINDS)
        for inputs, exempt in zip(case.units, case.exempt, strict=True)
    ]
    standings = [
        Standing(str(at), "g", score.total, score.maximum, ties=ties_of(score, grading))
        for at, score in enumerate(scores)
    ]
    return scores, standings


@law(usual=50)
@given(cases(), st.data())
def test_steps_and_losses_are_what_the_sheets_lack(case: Case, data: st.DataObject) -> None:
    codes = [node.code for node in case.criteria.nodes()]
    grading = data.draw(gradings(codes=codes))
    scores, standings = field(case, grading)
    lost = losses(("bo", score.leaves) for score in scores)
    assert sum(loss.ticks for loss in lost) == sum(
        leaf.maximum - leaf.ticks
        for score in scores
        for leaf in score.leaves
        if leaf.counts_as == "points"
    )
    assert sum(loss.share for loss in lost) == (1 if lost else 0)
    for at, score in enumerate(scores):
        alone = {loss.code: loss.ticks for loss in losses([("bo", score.leaves)])}
        steps = cheapest_steps(standings, grading, str(at), case.criteria, score)
        assert {step.code: step.ticks for step in steps} == alone
        for step in steps:
            after = replace(
                standings[at],
                points=score.total + step.ticks,
                ties=tuple(_tie(case, score, step, code) for code in grading.rank.ties),
            )
            graded = grade([*standings[:at], after, *standings[at + 1 :]], grading)
            assert step.after == graded[at]


def _tie(case: Case, score: SheetScore, step: Step, code: str) -> Fraction:
    nodes = {node.code: node for node in case.criteria.nodes()}
    within = step.code in {leaf.code for leaf in nodes[code].leaves()}
    node = score.nodes[code]
    ticks = node.ticks + (step.ticks if within else 0)
    return Fraction(100 * ticks, node.maximum) if node.maximum else Fraction(0)


@law(usual=40)
@given(cases(), st.data())
def test_recompute_is_grading_everybody_again(case: Case, data: st.DataObject) -> None:
    grading = data.draw(gradings(codes=[node.code for node in case.criteria.nodes()]))
    scores, standings = field(case, grading)
    for at, inputs in enumerate(case.units):
        other = case.units[at - 1]
        found = recompute(
            standings, grading, str(at), case.criteria, scores[at], other, kinds=KINDS
        )
        again = score_sheet(case.criteria, {**inputs, **other}, exempt=case.exempt[at], kinds=KINDS)
        before = grade(standings, grading)
        after = grade(replaced(standings, grading, str(at), again), grading)
        moved = [Move(a, b) for a, b in zip(before, after, strict=True)]
        assert (found.score, found.own) == (again, moved.pop(at))
        assert found.others == tuple(move for move in moved if move.before != move.after)
