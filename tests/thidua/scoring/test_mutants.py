"""The tests have teeth: of every rule, one wrong reading and a case by hand that tells them apart.

Each case pins the engine's answer with figures worked out by hand, shows that the oracle says the
same, and that the oracle with that one piece read wrongly says something else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from tests.thidua.scoring.oracle import LAW, Inputs, Law, Row, places, sheet_points

from thidua.scoring.grading import Standing, grade
from thidua.scoring.sheet import score_sheet
from thidua.scoring.vector import score_batch
from thidua.spec.criteria import CriteriaSet, Domain
from thidua.spec.grading import Grading

# The wrong readings


def half_even(value: Fraction, decimals: int) -> Fraction:
    """What ``round`` does: a half goes to the even neighbour."""
    return Fraction(round(value * 10**decimals), 10**decimals)


def half_up(value: Fraction, decimals: int) -> Fraction:
    """A half goes up, below zero too."""
    return Fraction(floor(value * 10**decimals + Fraction(1, 2)), 10**decimals)


def cut(value: Fraction, decimals: int) -> Fraction:
    """What is over the last decimal is dropped."""
    return Fraction(floor(value * 10**decimals), 10**decimals)


def only_beyond(value: Fraction, edge: Fraction, inclusive: bool) -> bool:
    """``>`` where ``>=`` is meant."""
    return value > edge


def always_inclusive(value: Fraction, edge: Fraction, inclusive: bool) -> bool:
    """``>=`` where ``>`` is meant."""
    return value >= edge


def rounded_first(value: Fraction, edge: Fraction, inclusive: bool) -> bool:
    """The value rounded to two decimals before it is tested."""
    return LAW.reaches(LAW.half(value, 2), edge, inclusive)


def in_floats(value: Fraction, edge: Fraction, inclusive: bool) -> bool:
    """Numerator over denominator in per cent, as floats."""
    per_cent = value.numerator / value.denominator * 100
    return per_cent > float(edge * 100) or (inclusive and per_cent == float(edge * 100))


def capped_first(
    criteria: CriteriaSet, earned: Fraction, bonus: Fraction, penalty: Fraction
) -> Fraction:
    """Bonus capped before the penalty, whatever is declared."""
    return earned + min(bonus, Fraction(criteria.bonus_cap)) - penalty


def capped_last(
    criteria: CriteriaSet, earned: Fraction, bonus: Fraction, penalty: Fraction
) -> Fraction:
    """Bonus capped after the penalty, whatever is declared."""
    return earned + min(bonus - penalty, Fraction(criteria.bonus_cap))


def never_capped(
    criteria: CriteriaSet, earned: Fraction, bonus: Fraction, penalty: Fraction
) -> Fraction:
    """No caps."""
    return earned + bonus - penalty


def dense(values: Sequence[tuple[Fraction, ...]], mine: tuple[Fraction, ...]) -> int:
    """1, 2, 2, 3."""
    return 1 + len({other for other in values if other > mine})


def first_figure_only(values: Sequence[tuple[Fraction, ...]], mine: tuple[Fraction, ...]) -> int:
    """Tie-breakers forgotten."""
    return 1 + sum(other[0] > mine[0] for other in values)


ROUND_TOTALS = replace(LAW, round_leaf=lambda value, decimals: value, round_total=LAW.half)
RAW_POINTS = replace(LAW, index=lambda points, maximum: points)
ALWAYS_EXACT = replace(LAW, decides=lambda grading: "exact")
ALWAYS_PUBLISHED = replace(LAW, decides=lambda grading: "published")


# Points by hand


def criteria_set(*leaves: Mapping[str, Any], **fields: Any) -> CriteriaSet:
    """A set whose domains are these leaves, coded 1, 2, 3…"""
    domains = tuple(
        Domain(code=str(at), name="d", **{"max_points": Decimal(1), **leaf})
        for at, leaf in enumerate(leaves, 1)
    )
    settled: dict[str, Any] = {"pending": "zero", **fields}
    return CriteriaSet(
        code="s", version="1", title="t", kinds=("k",), grading="g", domains=domains, **settled
    )


def ratio(**fields: Any) -> dict[str, Any]:
    """A ratio rule."""
    return {"rule": {"kind": "ratio", "numerator": "b", "denominator": "a", **fields}}


def of(numerator: int, denominator: int) -> dict[str, int]:
    """A ratio's inputs."""
    return {"numerator": numerator, "denominator": denominator}


def manual(maximum: int, counts_as: str = "points") -> dict[str, Any]:
    """A leaf whose points are entered."""
    return {"rule": {"kind": "manual"}, "max_points": Decimal(maximum), "counts_as": counts_as}


def steps(inclusive: bool) -> dict[str, Any]:
    """One step, from 30 on worth half a point."""
    step = {"from": Decimal(30), "inclusive": inclusive, "points": Decimal("0.5")}
    return {"rule": {"kind": "bands", "value": "v", "steps": [step]}}


OVER_LEAST = {
    "kind": "deduction",
    "faults": [{"name": "f", "label": "f", "points": Decimal("1.125")}],
    "least": Decimal(-2),
}
BONUS_AND_PENALTY = [manual(10), manual(5, "bonus"), manual(5, "penalty")]
WITH_CAPS: Inputs = {"1": {"points": 80_000}, "2": {"points": 40_000}, "3": {"points": 10_000}}


@dataclass(frozen=True)
class Points:
    """A sheet, its total in ticks by hand, and the law that gets it wrong."""

    criteria: CriteriaSet
    inputs: Inputs
    total: int
    wrong: Law


POINTS = {
    # 1/8 = 0.125: 0.13, not the even 0.12
    "half-even": Points(
        criteria_set(ratio(), leaf_decimals=2),
        {"1": of(1, 8)}, 1300, replace(LAW, round_leaf=half_even),
    ),
    # 1/16 = 0.0625 at three decimals: 0.063, not 0.062
    "cut off": Points(
        criteria_set(ratio(), leaf_decimals=3),
        {"1": of(1, 16)}, 630, replace(LAW, round_leaf=cut),
    ),
    # 1 - 1.125 = -0.125: away from zero is -0.13; upwards and even would be -0.12
    "half-even below zero": Points(
        criteria_set({"rule": OVER_LEAST}, leaf_decimals=2),
        {"1": {"f": 1}}, -1300, replace(LAW, round_leaf=half_even),
    ),
    "half-up below zero": Points(
        criteria_set({"rule": OVER_LEAST}, leaf_decimals=2),
        {"1": {"f": 1}}, -1300, replace(LAW, round_leaf=half_up),
    ),
    # exactly 80 % is not below the floor of 80 %: 4/5 of one point
    "> at the floor": Points(
        criteria_set(ratio(floor=Decimal("0.8"))),
        {"1": of(4, 5)}, 8000, replace(LAW, reaches=only_beyond),
    ),
    # 79.96 % is below 80 %; rounded to 0.80 first it would not be
    "ratio rounded before the floor": Points(
        criteria_set(ratio(floor=Decimal("0.8"))),
        {"1": of(1999, 2500)}, 0, replace(LAW, reaches=rounded_first),
    ),
    # 57 / 100 * 100 is 56.99999999999999 in floats
    "ratio in floats": Points(
        criteria_set(ratio(floor=Decimal("0.57"))),
        {"1": of(57, 100)}, 5700, replace(LAW, reaches=in_floats),
    ),
    # (10^18 - 1) / 10^18 is below one: the product passes 2^63 and floats see no difference
    "floats near 2**63": Points(
        criteria_set(ratio(floor=Decimal(1), largest=10**18)),
        {"1": of(10**18 - 1, 10**18)}, 0, replace(LAW, reaches=in_floats),
    ),
    # 30 is on the step that begins with 30, and not on the one that begins after 30
    "> at a step": Points(
        criteria_set(steps(inclusive=True)),
        {"1": {"value": 300_000}}, 5000, replace(LAW, reaches=only_beyond),
    ),
    ">= at a step": Points(
        criteria_set(steps(inclusive=False)),
        {"1": {"value": 300_000}}, 0, replace(LAW, reaches=always_inclusive),
    ),
    # three thirds at two decimals: 0.33 + 0.33 + 0.33 = 0.99; the rounded sum would be 1
    "totals rounded": Points(
        criteria_set(ratio(), ratio(), ratio(), leaf_decimals=2),
        {"1": of(1, 3), "2": of(1, 3), "3": of(1, 3)}, 9900, ROUND_TOTALS,
    ),
    # 8 + min(4, 2) - 1 = 9; the other way round 8 + min(4 - 1, 2) = 10
    "bonus capped after the penalty": Points(
        criteria_set(*BONUS_AND_PENALTY, bonus_cap=Decimal(2)),
        WITH_CAPS, 90_000, replace(LAW, total=capped_last),
    ),
    "bonus capped before the penalty": Points(
        criteria_set(*BONUS_AND_PENALTY, bonus_cap=Decimal(2), bonus_capped="after_penalty"),
        WITH_CAPS, 100_000, replace(LAW, total=capped_first),
    ),
    # 8 + 2 - min(1, 0.5) = 9.5
    "caps forgotten": Points(
        criteria_set(*BONUS_AND_PENALTY, bonus_cap=Decimal(2), penalty_cap=Decimal("0.5")),
        WITH_CAPS, 95_000, replace(LAW, total=never_capped),
    ),
    # a level worth 3 in a leaf of at most 1
    "maximum not guarded": Points(
        criteria_set(
            {"rule": {"kind": "choice", "levels": [
                {"label": "a", "points": Decimal(3)}, {"label": "b", "points": Decimal(0)},
            ]}}
        ),
        {"1": {"level": 0}}, 10_000, replace(LAW, guarded=lambda points, maximum: points),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", POINTS)
def test_points_by_hand_tell_wrong_readings_apart(name: str) -> None:
    case = POINTS[name]
    by_hand = Fraction(case.total, 10_000)
    batch = score_batch(case.criteria, [case.inputs], exempt=[()])
    assert (score_sheet(case.criteria, case.inputs).total, batch.total.tolist()) == (
        case.total,
        [case.total],
    )
    assert sheet_points(case.criteria, case.inputs).total == by_hand
    assert sheet_points(case.criteria, case.inputs, law=case.wrong).total != by_hand


# Places by hand


@dataclass(frozen=True)
class Places:
    """Units as (points, maximum, tie-breakers…), whole points; index, rank, band by hand."""

    units: Sequence[tuple[int, ...]]
    grading: Grading
    by_hand: Sequence[tuple[str, int, str]]
    wrong: Law


def grading_of(at: str = "80", *, inclusive: bool = True, **fields: Any) -> Grading:
    """Two bands: good from ``at`` per cent on, fair below."""
    bands = [{"label": "good", "from": Decimal(at), "inclusive": inclusive}, {"label": "fair"}]
    return Grading.model_validate({"bands": bands, **fields})


PLACES = {
    # 90/100 = 90 % and 85/90 = 94.44 %: fewer points, higher index
    "raw points ranked": Places(
        [(90, 100), (85, 90)], grading_of(),
        [("90.00", 2, "good"), ("94.44", 1, "good")], RAW_POINTS,
    ),
    # 1/800 = 0.125 %: 0.13; the even neighbour is 0.12
    "index half-even": Places(
        [(1, 800)], grading_of(),
        [("0.13", 1, "fair")], replace(LAW, half=half_even),
    ),
    # -1/800: away from zero
    "index half-up below zero": Places(
        [(-1, 800)], grading_of(),
        [("-0.13", 1, "fair")], replace(LAW, half=half_up),
    ),
    # exactly 80 %
    "> at a cut-off": Places(
        [(4, 5)], grading_of(),
        [("80.00", 1, "good")], replace(LAW, reaches=only_beyond),
    ),
    ">= at a cut-off": Places(
        [(4, 5)], grading_of(inclusive=False),
        [("80.00", 1, "fair")], replace(LAW, reaches=always_inclusive),
    ),
    # 79.996 % is published as 80.00 % and decides as declared
    "exact decides the band": Places(
        [(19_999, 25_000)], grading_of(decide_on="published"),
        [("80.00", 1, "good")], ALWAYS_EXACT,
    ),
    "published decides the band": Places(
        [(19_999, 25_000)], grading_of(decide_on="exact"),
        [("80.00", 1, "fair")], ALWAYS_PUBLISHED,
    ),
    # 66.667 % and 66.666…%, both published as 66.67 %
    "exact decides the rank": Places(
        [(66_667, 100_000), (2, 3)], grading_of(decide_on="published"),
        [("66.67", 1, "fair"), ("66.67", 1, "fair")], ALWAYS_EXACT,
    ),
    "published decides the rank": Places(
        [(2, 3), (66_667, 100_000)], grading_of(decide_on="exact"),
        [("66.67", 2, "fair"), ("66.67", 1, "fair")], ALWAYS_PUBLISHED,
    ),
    # 1, 2, 2, 4
    "dense ranks": Places(
        [(9, 10), (17, 20), (85, 100), (3, 4)], grading_of(),
        [("90.00", 1, "good"), ("85.00", 2, "good"), ("85.00", 2, "good"), ("75.00", 4, "fair")],
        replace(LAW, ranks=dense),
    ),
    # equal indices; the second unit is better in the second tie-breaker
    "tie-breakers forgotten": Places(
        [(9, 10, 70, 60), (9, 10, 70, 65)], grading_of(),
        [("90.00", 2, "good"), ("90.00", 1, "good")], replace(LAW, ranks=first_figure_only),
    ),
}  # fmt: skip


def standings(units: Sequence[tuple[int, ...]]) -> list[Standing]:
    """The engine's view of the units."""
    return [
        Standing(str(at), "", points * 10_000, maximum * 10_000, ties=tuple(map(Fraction, ties)))
        for at, (points, maximum, *ties) in enumerate(units)
    ]


def rows(units: Sequence[tuple[int, ...]]) -> list[Row]:
    """The oracle's view of the units."""
    return [
        Row(str(at), "", Fraction(points), Fraction(maximum), ties=tuple(map(Fraction, ties)))
        for at, (points, maximum, *ties) in enumerate(units)
    ]


@pytest.mark.parametrize("name", PLACES)
def test_places_by_hand_tell_wrong_readings_apart(name: str) -> None:
    case = PLACES[name]

    def by_oracle(law: Law) -> list[tuple[Fraction | None, int | None, str | None]]:
        seen = places(rows(case.units), case.grading, law)
        return [(place.index, place.rank, place.band) for place in seen]

    by_hand = [(Fraction(index), rank, band) for index, rank, band in case.by_hand]
    graded = grade(standings(case.units), case.grading)
    assert [(str(unit.index), unit.rank, unit.band) for unit in graded] == case.by_hand
    assert by_oracle(LAW) == by_hand
    assert by_oracle(case.wrong) != by_hand
