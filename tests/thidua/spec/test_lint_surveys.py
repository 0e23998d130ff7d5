"""The linter on sums, surveys of officials, ratings and indices."""

from __future__ import annotations

from typing import Any

import pytest
from tests.thidua.spec.test_lint import codes, criteria

from thidua.spec.lint import lint

Rule = dict[str, Any]


def of(rule: Rule, **leaf: Any) -> list[tuple[str, str]]:
    """Code and severity of what is found in a leaf of 2 points with this rule."""
    sound = {"survey_points": 2} if rule["kind"] == "officials" else {}
    found = lint(criteria({"rule": rule, **leaf}, declared=sound))
    return [(code, severity) for code, _, severity in codes(found)]


def total(*earned: dict[str, Any]) -> Rule:
    items = [{"name": f"i{n}", "label": "Mục", **each} for n, each in enumerate(earned)]
    return {"kind": "sum", "items": items}


def officials(**changed: Any) -> Rule:
    answers = [
        {"code": "a", "label": "Tốt", "share": 1},
        {"code": "b", "label": "Yếu", "share": 0},
    ]
    groups = [{"code": "g", "label": "Nhóm", "weight": 1, "minimum": 5}]
    return {
        "kind": "officials", "survey": "s", "too_few": "zero", "answers": answers,
        "groups": groups, **changed,
    }  # fmt: skip


def weighted(*weights: float) -> Rule:
    raters = [{"name": f"r{n}", "label": "Người", "weight": w} for n, w in enumerate(weights)]
    return {"kind": "rating", "scale": 100, "raters": raters}


def index(**form: Any) -> Rule:
    return {"kind": "indicator", "indicator": "ddci", **form}


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "yes_no", "not_applicable": True},
        total({"points": 0.5}, {"points": 0.5}, {"share": 0.5}),
        total({"points": 2}, {"points": 2}),
        officials(),
        weighted(2, 1),
        weighted(0.5, 0.5),
        weighted(60, 40),
        index(),
        index(steps=[{"from": 80, "share": 1}, {"from": 60, "points": 1}]),
        index(between=[{"at": 50, "share": 0}, {"at": 100, "share": 1}]),
        index(by="rank", ranks=[{"to": 3, "share": 1}, {"to": 10, "points": 1}]),
    ],
)
def test_lint_of_a_sound_rule_finds_nothing(rule: Rule) -> None:
    assert of(rule) == []


def test_lint_reports_sums_above_or_short_of_the_maximum() -> None:
    assert of(total({"points": 3})) == [("above-maximum", "error")]
    assert of(total({"points": 1}, {"share": 0.25})) == [("maximum-unreachable", "warning")]


def test_lint_reports_answers_that_never_earn_the_maximum() -> None:
    answers = [
        {"code": "a", "label": "Tốt", "share": 0.8},
        {"code": "b", "label": "Yếu", "share": 0},
    ]
    assert of(officials(answers=answers)) == [("maximum-unreachable", "warning")]


def test_lint_reports_a_group_that_one_answer_decides() -> None:
    groups = [{"code": "g", "label": "Nhóm", "weight": 1}]
    assert of(officials(groups=groups)) == [("minimum-one", "warning")]


def test_lint_reports_weights_that_do_not_make_up_a_whole() -> None:
    assert of(weighted(0.5, 0.4)) == [("weights-sum", "warning")]
    assert of(weighted(60, 45)) == [("weights-sum", "warning")]
    groups = [{"code": f"g{n}", "label": "Nhóm", "weight": 0.3, "minimum": 5} for n in range(3)]
    assert of(officials(groups=groups)) == [("weights-sum", "warning")]


def test_lint_counts_surveys_of_officials_among_the_survey_points() -> None:
    found = lint(criteria({"rule": officials()}))
    assert codes(found) == [("survey-undeclared", "bộ tiêu chí", "warning")]


def test_lint_reports_what_an_index_never_reaches() -> None:
    steps = [{"from": 100, "inclusive": False, "share": 1}, {"from": 60, "points": 1}]
    assert of(index(steps=steps)) == [("step-unreachable", "error")]
    knots = [{"at": 50, "share": 0}, {"at": 101, "share": 1}]
    assert of(index(between=knots)) == [("knot-unreachable", "error")]


def test_lint_reports_an_index_that_earns_less_for_more() -> None:
    steps = [{"from": 80, "points": 1}, {"from": 60, "share": 1}]
    knots = [{"at": 50, "share": 1}, {"at": 80, "points": 1}]
    ranks = [{"to": 3, "points": 1}, {"to": 10, "share": 1}]
    assert of(index(steps=steps)) == [("step-order", "warning")]
    assert of(index(between=knots)) == [("knot-order", "warning")]
    assert of(index(by="rank", ranks=ranks)) == [("rank-order", "warning")]


@pytest.mark.parametrize(("points", "found"), [(3, "above-maximum"), (1, "maximum-unreachable")])
def test_lint_reports_an_index_above_or_short_of_the_maximum(points: int, found: str) -> None:
    part = {"points": points}
    severity = "error" if points == 3 else "warning"
    assert of(index(steps=[{"from": 80, **part}])) == [(found, severity)]
    assert of(index(between=[{"at": 0, "points": 0}, {"at": 80, **part}])) == [(found, severity)]
    assert of(index(by="rank", ranks=[{"to": 3, **part}])) == [(found, severity)]


def test_lint_reports_a_penalty_by_index_that_would_add_points() -> None:
    ranks = [{"to": 3, "share": 1}, {"to": 10, "points": -1}]
    rule = index(by="rank", ranks=ranks)
    assert ("penalty-negative", "error") in of(rule, counts_as="penalty")
