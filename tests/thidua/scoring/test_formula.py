"""Formulas: points worked out by hand, one path equal to the other, figures of any size."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.thidua.scoring.formula_sentences import LADDER, SHARE, written
from tests.thidua.scoring.formula_strategies import formulas
from tests.thidua.scoring.oracle_formula import formula_value
from tests.thidua.scoring.rule_strategies import rule_inputs
from tests.thidua.scoring.strategies import Case, law, single_leaf_cases
from tests.thidua.scoring.test_oracle import check_rule
from tests.thidua.scoring.test_sentences import one_leaf

from thidua.scoring.rules import score_leaf
from thidua.scoring.sentences import explain_leaf
from thidua.scoring.vector import score_batch
from thidua.spec.criteria import CriteriaSet
from thidua.spec.formula import Formula

BIG = 10**18


def scored(criteria: CriteriaSet, *inputs: Mapping[str, int]) -> list[tuple[int, int, str]]:
    """Ticks, maximum and branch of the only leaf for each of these inputs, by both paths."""
    (leaf,) = criteria.leaves
    single = [score_leaf(leaf, one, criteria=criteria) for one in inputs]
    batch = score_batch(criteria, [{leaf.code: one} for one in inputs], exempt=[()] * len(inputs))
    columns = zip(batch.ticks[0], batch.maximum_total, batch.branch[0], strict=True)
    one_by_one = [(score.ticks, score.maximum, score.branch) for score in single]
    assert one_by_one == [
        (int(ticks), int(maximum), batch.branches[branch]) for ticks, maximum, branch in columns
    ]
    return one_by_one


def of(expression: str, inputs: Mapping[str, int], **more: Any) -> tuple[int, str]:
    """Ticks and branch of a formula over a, b and the decimal c, of 2 points."""
    criteria = one_leaf(written(expression, **more))
    ((ticks, _maximum, branch),) = scored(criteria, {"a": 0, "b": 0, "c": 0, **inputs})
    return ticks, branch


@pytest.mark.parametrize(
    ("expression", "inputs", "ticks"),
    [
        ("a / b", {"a": 1, "b": 3}, 3_333),
        ("a / b", {"a": 2, "b": 3}, 6_667),
        ("a / b", {"a": 1, "b": 20_000}, 1),
        ("a / b * b", {"a": 1, "b": 3}, 10_000),
        ("a / 3 + b / 3 + c / 3", {"a": 1, "b": 1, "c": 10_000}, 10_000),
        ("c", {"c": 12_345}, 12_345),
        ("round(c)", {"c": 5_000}, 10_000),
        ("1 + round(0 - c)", {"c": 5_000}, 0),
        ("1 + round(c + 0.0001)", {"c": -5_000}, 10_000),
        ("round(c, 1)", {"c": 10_500}, 11_000),
        ("round(a / b, 4) * b", {"a": 1, "b": 3}, 9_999),
        ("2 - a - b", {"a": 1}, 10_000),
        ("2 - (a - b)", {"a": 1, "b": 1}, 20_000),
        ("a / b / b", {"a": 3, "b": 2}, 7_500),
        ("a / (b / b)", {"a": 1, "b": 7}, 10_000),
        ("-a * -b", {"a": 1, "b": 2}, 20_000),
        ("a / (0 - b) * c", {"a": 1, "b": 2, "c": -10_000}, 5_000),
        ("min(a, b, 1) + max(a, b) - b", {"a": 2, "b": 2}, 10_000),
        ("if(a / b = 0.57, 1, 0)", {"a": 57, "b": 100}, 10_000),
        ("if(a / b * 3 = 1, 1, 0)", {"a": 1, "b": 3}, 10_000),
        ("max_points * 0.5", {}, 10_000),
    ],
)
def test_formula_gives_the_points_worked_out_by_hand(
    expression: str, inputs: Mapping[str, int], ticks: int
) -> None:
    assert of(expression, inputs) == (ticks, "value")


ZERO = {"a": 3, "b": 0}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("if(b = 0, 1, a / b)", (10_000, "value")),
        ("if(b <> 0, a / b, 1)", (10_000, "value")),
        ("if(b <> 0 and a / b > 1, 2, 1)", (10_000, "value")),
        ("if(b = 0 or a / b > 1, 1, 2)", (10_000, "value")),
        ("if(a / b > 1 or b = 0, 1, 2)", (0, "zero_denominator")),
        ("if(a / b > 1 and a < 0, 1, 1)", (0, "zero_denominator")),
        ("min(1, a / b)", (0, "zero_denominator")),
        ("max(1, a / b)", (0, "zero_denominator")),
        ("0 * (a / b)", (0, "zero_denominator")),
        ("1 / (a / b)", (0, "zero_denominator")),
        ("1 / (b - 0)", (0, "zero_denominator")),
        ("if(a > 5, a / b, if(b = 0, 1, 1 / b))", (10_000, "value")),
        ("1 + if(1 > 2, a / 0, 0)", (10_000, "value")),
    ],
)
def test_only_a_division_that_is_reached_divides_by_zero(
    expression: str, expected: tuple[int, str]
) -> None:
    assert of(expression, ZERO) == expected


def test_division_by_zero_earns_what_is_declared() -> None:
    def units(convention: str | None) -> list[tuple[int, int, str]]:
        rule = written("a / b * max_points", zero_denominator=convention)
        return scored(one_leaf(rule), *({"a": 1, "b": b, "c": 0} for b in (0, 4)))

    half = (5_000, 20_000, "value")
    assert units("full") == [(20_000, 20_000, "zero_full"), half]
    assert units("zero") == [(0, 20_000, "zero_zero"), half]
    assert units("not_applicable") == [(0, 0, "not_applicable"), half]
    assert units(None) == [(0, 20_000, "zero_denominator"), half]


def test_formula_is_held_between_its_least_and_the_maximum() -> None:
    assert of("a", {"a": 2}) == (20_000, "value")
    assert of("a + 0.00001", {"a": 2}) == (20_000, "capped")
    assert of("0 - a", {"a": 0}) == (0, "value")
    assert of("0 - 0.00001", {}) == (0, "floored")
    assert of("0 - a", {"a": 1}, least="-1.5") == (-10_000, "value")
    assert of("0 - a", {"a": 2}, least="-1.5") == (-15_000, "floored")


def test_bonus_may_exceed_its_maximum_and_a_penalty_may_not() -> None:
    inputs = [{"a": a, "b": 0, "c": 0} for a in (3, BIG)]
    bonus, penalty = (
        one_leaf(written("a"), leaf={"counts_as": what}) for what in ("bonus", "penalty")
    )
    million = 10_000 * 1_000_000
    assert scored(bonus, *inputs) == [(30_000, 0, "value"), (million, 0, "capped")]
    assert scored(penalty, *inputs) == [(20_000, 0, "capped")] * 2


def test_leaf_is_rounded_once_and_after_the_cap() -> None:
    whole = one_leaf(written("a / b"), leaf_decimals=0)
    assert scored(whole, {"a": 3, "b": 2, "c": 0}, {"a": 4, "b": 3, "c": 0}) == [
        (20_000, 20_000, "value"),
        (10_000, 20_000, "value"),
    ]


def test_missing_variable_is_a_missing_input() -> None:
    assert scored(one_leaf(written(SHARE)), {"a": 1, "b": 2}) == [(0, 20_000, "missing")]


@pytest.mark.parametrize(
    ("expression", "ticks"),
    [
        ("a / b", 10_000),
        ("(a - 1) / b * a / b", 10_000),
        ("a * a * a / (b * b * b)", 10_000),
        ("a - (b - 1)", 10_000),
        ("1 / a * b", 10_000),
        ("if(a * a * a = b * b * b, 1, 0)", 10_000),
        ("if(a * a - 1 < b * b, 1, 0)", 10_000),
        ("round(1 / (a / b) / 3, 9)", 3_333),
        ("min(a * a, 1)", 10_000),
        ("round(a * 3 / 2 / b)", 20_000),
    ],
)
def test_figures_beyond_64_bits_stay_exact(expression: str, ticks: int) -> None:
    rule = written(expression)
    for variable in rule["variables"]:
        variable["maximum"] = BIG
    assert scored(one_leaf(rule), {"a": BIG, "b": BIG, "c": BIG}) == [(ticks, 20_000, "value")]


def nested(expression: str, levels: int) -> str:
    """``expression`` with its @ replaced by itself, so many times, at last by a."""
    text = expression
    for _ in range(levels - 1):
        text = text.replace("@", expression)
    return text.replace("@", "a")


@pytest.mark.parametrize(
    ("expression", "ticks"),
    [
        (nested("if(@ > 0, 1, 0)", 20), 10_000),
        (nested("(@ + 1) / 2", 20), 10_000),
        (nested("-@", 20), 10_000),
        (nested("min(@, max(a, 0))", 19), 10_000),
        (nested("round(@ / 1, 1)", 20), 10_000),
        ("if(" + nested("not @", 19).replace("a", "a = 1 or b = 0 and a < 2") + ", 1, 2)", 10_000),
        ("a" + " + a - a" * 124, 10_000),
        ("a" + " * a" * 249, 10_000),
        ("a" + "/b+a" * 249, 0),
    ],
)
def test_the_longest_and_deepest_formulas_are_evaluated_by_all_paths(
    expression: str, ticks: int
) -> None:
    inputs = {"a": 1, "b": 0, "c": 0}
    assert of(expression, inputs)[0] == ticks
    criteria = one_leaf(written(expression))
    (leaf,) = criteria.leaves
    score = score_leaf(leaf, inputs, criteria=criteria)
    assert explain_leaf(leaf, inputs, score).endswith(f"→ {ticks // 10_000} điểm")


def test_a_formula_of_no_unit_is_empty() -> None:
    batch = score_batch(one_leaf(written(LADDER)), [], exempt=[])
    assert (batch.ticks.shape, batch.branch.shape) == ((1, 0), (1, 0))


@law(usual=100, soak=20_000)
@given(single_leaf_cases("formula"))
def test_formula_equals_the_oracle_by_both_paths(case: Case) -> None:
    check_rule(case)


FIGURE = re.compile(r"\d[\d.]*(?:,\d+)?")


def read_back(words: str) -> Fraction:
    """The value of the sentence's own formula, as a reader would work it out."""
    plain = FIGURE.sub(lambda m: m[0].replace(".", "").replace(",", "."), words)
    plain = re.sub(r"; (\d+) số lẻ\)", r", \1)", plain).replace("làm tròn(", "round(")
    return formula_value(plain.replace(";", ","), {})


@law(usual=100, soak=20_000)
@given(st.data(), formulas())
def test_sentence_can_be_worked_out_to_the_score(data: st.DataObject, rule: Formula) -> None:
    criteria = one_leaf(rule.model_dump(), leaf={"counts_as": "bonus"})
    (leaf,) = criteria.leaves
    inputs = data.draw(rule_inputs(rule, leaf.max_points))
    score = score_leaf(leaf, inputs, criteria=criteria)
    if score.branch in ("value", "floored", "capped"):
        words, points = explain_leaf(leaf, inputs, score).split(" → cộng ")
        shown = read_back(re.split(r", (?:thấp nhất|không quá) ", words.split(": ")[-1])[0])
        names = {one.name: Fraction(inputs[one.name], one.scale) for one in rule.variables}
        assert shown == formula_value(rule.expression, {**names, "max_points": Fraction(2)})
        assert points.endswith(" điểm")
