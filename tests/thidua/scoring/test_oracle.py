"""Whole results of the engine against the oracle, and the vector path against the scalar one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.thidua.scoring import oracle
from tests.thidua.scoring.rule_strategies import KINDS, RULES
from tests.thidua.scoring.strategies import (
    GROUPS,
    Case,
    cases,
    gradings,
    law,
    single_leaf_cases,
    tables,
)

from thidua.scoring.grading import Graded, Standing, band_of, grade, order_breakers, ties_of
from thidua.scoring.rules import LeafScore, score_leaf
from thidua.scoring.sheet import SheetScore, score_sheet
from thidua.scoring.ticks import (
    TICKS,
    divide_half_away,
    round_percent,
    round_ticks,
    to_points,
    to_ticks,
)
from thidua.scoring.vector import BatchScore, score_batch
from thidua.spec.criteria import CriteriaSet, Domain
from thidua.spec.grading import Grading

FRACTIONS = st.fractions(max_denominator=400) | st.builds(
    Fraction, st.integers(-(10**12), 10**12), st.sampled_from([2, 3, 20_000, 2 * 10**6])
)


# The engine's answers in the oracle's words


def in_points(ticks: int) -> Fraction:
    """Ticks of the engine as the oracle's points."""
    return Fraction(ticks, 10_000)


def leaf_seen(leaf: LeafScore) -> oracle.LeafPoints:
    """A leaf of the engine as the oracle writes it."""
    branch = leaf.branch if leaf.branch in oracle.SPECIAL else ""
    return oracle.LeafPoints(in_points(leaf.ticks), in_points(leaf.maximum), branch)


def sheet_seen(score: SheetScore) -> oracle.SheetPoints:
    """A sheet of the engine as the oracle writes it."""
    return oracle.SheetPoints(
        leaves={leaf.code: leaf_seen(leaf) for leaf in score.leaves},
        nodes={
            code: (in_points(node.ticks), in_points(node.maximum))
            for code, node in score.nodes.items()
        },
        earned=in_points(score.earned),
        bonus=in_points(score.bonus),
        penalty=in_points(score.penalty),
        total=in_points(score.total),
        maximum=in_points(score.maximum),
    )


def place_seen(graded: Graded) -> oracle.Place:
    """A graded unit of the engine as the oracle writes it."""
    index = None if graded.index is None else Fraction(graded.index)
    return oracle.Place(graded.key, index, graded.rank, graded.band, graded.tied)


def row_of(standing: Standing) -> oracle.Row:
    """A unit to be graded, as the oracle takes it."""
    return oracle.Row(
        key=standing.key,
        group=standing.group,
        points=None if standing.points is None else in_points(standing.points),
        maximum=None if standing.maximum is None else in_points(standing.maximum),
        index=None if standing.index is None else Fraction(standing.index),
        ties=standing.ties,
        ranked=standing.ranked,
    )


def scalar(case: Case) -> list[SheetScore]:
    """Every unit by the scalar path."""
    return [
        score_sheet(case.criteria, inputs, exempt=exempt, not_held=case.not_held, kinds=KINDS)
        for inputs, exempt in zip(case.units, case.exempt, strict=True)
    ]


def naive(case: Case) -> list[oracle.SheetPoints]:
    """Every unit by the oracle."""
    return [
        oracle.sheet_points(case.criteria, inputs, exempt, KINDS, not_held=case.not_held)
        for inputs, exempt in zip(case.units, case.exempt, strict=True)
    ]


# Points


def check_points(case: Case) -> list[SheetScore]:
    """Scalar path and oracle give the same sheets, leaves and nodes in printed order."""
    scores = scalar(case)
    assert [sheet_seen(score) for score in scores] == naive(case)
    for score in scores:
        assert [(leaf.code, leaf.counts_as) for leaf in score.leaves] == [
            (leaf.code, leaf.counts_as) for leaf in case.criteria.leaves
        ]
        assert list(score.nodes) == [node.code for node in case.criteria.nodes()]
    return scores


def check_vector(case: Case, scores: Sequence[SheetScore]) -> None:
    """The batch says of every unit what the scalar path says, branches included."""
    batch = score_batch(
        case.criteria, case.units, exempt=case.exempt, not_held=case.not_held, kinds=KINDS
    )
    assert [unit_seen(batch, at) for at in range(len(case.units))] == [
        (
            [(leaf.ticks, leaf.maximum, leaf.branch) for leaf in score.leaves],
            (score.earned, score.bonus, score.penalty, score.total, score.maximum),
        )
        for score in scores
    ]


def unit_seen(
    batch: BatchScore, unit: int
) -> tuple[list[tuple[int, int, str]], tuple[int, int, int, int, int]]:
    """One unit of a batch: its leaves and its sums."""
    leaves = [
        (int(ticks), int(maximum), batch.branches[branch])
        for ticks, maximum, branch in zip(
            batch.ticks[:, unit],
            [batch.maximum(row)[unit] for row in range(len(batch.ticks))],
            batch.branch[:, unit],
            strict=True,
        )
    ]
    return leaves, (
        int(batch.earned[unit]),
        int(batch.bonus[unit]),
        int(batch.penalty[unit]),
        int(batch.total[unit]),
        int(batch.maximum_total[unit]),
    )


@law(usual=200)
@given(st.data(), cases())
def test_whole_results_equal_the_oracle(data: st.DataObject, case: Case) -> None:
    scores = check_points(case)
    check_vector(case, scores)
    expected = naive(case)
    indices = [unit.total / unit.maximum * 100 for unit in expected if unit.maximum]
    codes = [node.code for node in case.criteria.nodes()]
    grading = data.draw(gradings(indices, codes))
    groups = data.draw(st.lists(GROUPS, min_size=len(scores), max_size=len(scores)))
    standings = [
        Standing(str(at), group, score.total, score.maximum, ties=ties_of(score, grading))
        for at, (score, group) in enumerate(zip(scores, groups, strict=True))
    ]
    rows = [
        oracle.Row(
            str(at), group, unit.total, unit.maximum, ties=oracle.tie_breakers(unit, grading)
        )
        for at, (unit, group) in enumerate(zip(expected, groups, strict=True))
    ]
    assert [place_seen(graded) for graded in grade(standings, grading)] == oracle.places(
        rows, grading
    )


def check_rule(case: Case) -> None:
    """The only leaf of a set, by the sheet, by the batch and by itself."""
    scores = check_points(case)
    check_vector(case, scores)
    (leaf,) = case.criteria.leaves
    for inputs, score in zip(case.units, scores, strict=True):
        alone = score_leaf(leaf, inputs[leaf.code], criteria=case.criteria, kinds=KINDS)
        assert (alone,) == tuple(score.leaves)


@law(usual=150)
@given(single_leaf_cases("ratio"))
def test_ratio_equals_the_oracle(case: Case) -> None:
    check_rule(case)


@pytest.mark.parametrize("kind", RULES)
@law(usual=40, soak=1000)
@given(data=st.data())
def test_each_rule_equals_the_oracle(kind: str, data: st.DataObject) -> None:
    check_rule(data.draw(single_leaf_cases(kind)))


MILLION = Decimal(1_000_000)
FAULT = {"name": "f", "label": "f", "share": Decimal("0.3333")}
PRODUCT: Mapping[str, dict[str, Any]] = {
    "count": {"each": MILLION, "item": "i", "largest": 10**9},
    "survey": {"survey": "s"},
    "indicator": {"indicator": "i", "scale": MILLION},
    "deduction": {"largest": 10**9, "faults": [FAULT]},
    "rating": {"scale": MILLION, "raters": [{"name": "r", "label": "r", "weight": MILLION}]},
}
"""The kinds that multiply one input, with the largest factors that may be declared."""


def leaf_of(kind: str, maximum: Decimal, decimals: int, **rule: Any) -> CriteriaSet:
    """A set whose only leaf has this rule."""
    leaf = Domain.model_validate(
        {"code": "1", "name": "d", "max_points": maximum, "rule": {"kind": kind, **rule}}
    )
    return CriteriaSet(
        code="s", version="1", title="t", kinds=("k",), grading="g", pending="zero",
        leaf_decimals=decimals, domains=(leaf,),
    )  # fmt: skip


def check_alone(criteria: CriteriaSet, inputs: dict[str, int]) -> None:
    """One unit in a batch of its own, so that no larger input widens its column."""
    check_rule(Case(criteria, [{"1": inputs}], [frozenset()]))


@pytest.mark.parametrize("kind", PRODUCT)
def test_products_around_two_to_the_63rd_are_exact(kind: str) -> None:
    for decimals in (0, 4):
        criteria = leaf_of(kind, MILLION, decimals, **PRODUCT[kind])
        (declared,) = criteria.leaves[0].rule.inputs()
        for power in (2**62, 2**63, 2**64):
            for factor in (10**10, 2 * 10**10, 3333 * 10**6, 3333 * 10**10):
                for value in range(power // factor - 1, power // factor + 3):
                    check_alone(criteria, {declared.name: min(value, declared.maximum)})


KNOTS = [{"at": 0, "share": "0.3333"}, {"at": MILLION, "points": MILLION}]
ITEMS = [{"name": f"i{n}", "label": "i", "points": MILLION} for n in range(4)]
GROUPS_ASKED = [
    {"code": f"g{n}", "label": "g", "weight": weight}
    for n, weight in enumerate([MILLION, Decimal("0.0001"), Decimal("0.9999")])
]
ANSWERS = [
    {"code": f"a{n}", "label": "a", "share": share} for n, share in enumerate(["1", "0.3333", "0"])
]


@pytest.mark.parametrize("decimals", [0, 4])
def test_late_kinds_far_beyond_two_to_the_63rd_are_exact(decimals: int) -> None:
    line = leaf_of("indicator", MILLION, decimals, indicator="i", scale=MILLION, between=KNOTS)
    for value in (0, 1, 3333, 10**10 // 3, 10**10 - 1, 10**10):
        check_alone(line, {"value": value})
    total = leaf_of("sum", MILLION, decimals, items=ITEMS)
    for met in range(2):
        check_alone(total, {spec.name: met for spec in total.leaves[0].inputs})
    asked = leaf_of(
        "officials", MILLION, decimals, survey="s", too_few="zero", groups=GROUPS_ASKED,
        answers=ANSWERS,
    )  # fmt: skip
    names = [spec.name for spec in asked.leaves[0].inputs]
    for count in (1, 999, 10**6 - 1, 10**6):
        check_alone(asked, {name: max(0, count - at) for at, name in enumerate(names)})


@pytest.mark.parametrize("maximum", ["0.0001", "0.9999", "1", "10", "999999.9999", "1000000"])
@pytest.mark.parametrize("full", ["0.57", "1"])
def test_ratios_around_two_to_the_63rd_are_exact(maximum: str, full: str) -> None:
    criteria = leaf_of(
        "ratio", Decimal(maximum), 4, numerator="b", denominator="a", full=full, largest=10**18
    )
    ticks = int(Decimal(maximum) * TICKS)
    for factor in {ticks, 2 * ticks, TICKS, 2 * TICKS, 100 * ticks, 200 * ticks}:
        edge = min(10**18, 2**63 // factor)
        for bottom in (edge - 1, edge, min(10**18, edge + 2)):
            for top in (bottom - 1, bottom // 2, bottom * 57 // 100):
                check_alone(criteria, {"numerator": top, "denominator": bottom})


# Index, rank, band


@law(usual=250)
@given(st.data(), tables())
def test_grading_equals_the_oracle(data: st.DataObject, table: list[Standing]) -> None:
    rows = [row_of(standing) for standing in table]
    exact = oracle.Law(decides=lambda grading: "exact")
    figures = [oracle.figure(row, Grading(), exact) for row in rows]
    grading = data.draw(gradings([figure for figure in figures if figure is not None]))
    assert [place_seen(graded) for graded in grade(table, grading)] == oracle.places(rows, grading)


@law(usual=100)
@given(st.data(), FRACTIONS)
def test_band_equals_the_oracle(data: st.DataObject, value: Fraction) -> None:
    grading = data.draw(gradings([value, value + Fraction(1, 10_000)]))
    assert band_of(value, grading) == oracle.band(value, grading)


@law(usual=100)
@given(st.lists(st.integers(0, 4).map(Fraction), max_size=7))
def test_order_breakers_are_the_fewest(values: list[Fraction]) -> None:
    assert tuple(order_breakers(values)) == oracle.order_breakers(values)


# Rounding


@law(usual=150)
@given(FRACTIONS, st.integers(0, 4))
def test_ticks_round_half_away_from_zero(ticks: Fraction, decimals: int) -> None:
    assert in_points(round_ticks(ticks, decimals)) == oracle.half_away(ticks / TICKS, decimals)


@law(usual=150)
@given(FRACTIONS, st.integers(0, 6))
def test_percent_rounds_half_away_from_zero(ratio: Fraction, decimals: int) -> None:
    percent = round_percent(ratio, decimals)
    assert Fraction(percent) == oracle.half_away(ratio * 100, decimals)
    assert percent.as_tuple().exponent == -decimals


@law(usual=100)
@given(st.integers(), st.integers(1, 400))
def test_quotients_round_half_away_from_zero(numerator: int, denominator: int) -> None:
    quotient = Fraction(numerator, denominator)
    assert divide_half_away(numerator, denominator) == oracle.half_away(quotient, 0)


@law(usual=100)
@given(st.integers(-(10**14), 10**14))
def test_ticks_and_points_are_the_same_number(ticks: int) -> None:
    points = to_points(ticks)
    assert (Fraction(points), to_ticks(points)) == (in_points(ticks), ticks)
    assert to_ticks(Decimal(ticks)) == ticks * TICKS
