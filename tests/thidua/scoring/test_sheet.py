"""Sums, exemptions, caps: one unit's sheet by hand."""

from __future__ import annotations

from typing import Any

import pytest

from thidua.scoring.rules import LeafScore
from thidua.scoring.sheet import NodeScore, SheetScore, score_sheet
from thidua.spec.criteria import CriteriaSet

MANUAL = {"kind": "manual"}
SURVEY = {"kind": "survey", "survey": "sipas"}


def leaf(code: str, points: str, rule: dict[str, Any] = MANUAL, **more: str) -> dict[str, Any]:
    return {"code": code, "name": code, "max_points": points, "rule": rule, **more}


def criteria_set(**of_set: Any) -> CriteriaSet:
    """1 (1.1 (1.1.1: 2, 1.1.2: 3), 1.2: 5), 2 survey: 10, 3 (bonus 3.1: 4, penalty 3.2: 6)."""
    domains = [
        {
            "code": "1",
            "name": "Một",
            "criteria": [
                {
                    "code": "1.1",
                    "name": "Một một",
                    "sub_criteria": [leaf("1.1.1", "2"), leaf("1.1.2", "3")],
                },
                leaf("1.2", "5"),
            ],
        },
        leaf("2", "10", SURVEY),
        {
            "code": "3",
            "name": "Ba",
            "criteria": [
                leaf("3.1", "4", counts_as="bonus"),
                leaf("3.2", "6", counts_as="penalty"),
            ],
        },
    ]
    head = {"code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "grading"}
    document = {**head, "pending": "out_of_maximum", "domains": domains, **of_set}
    return CriteriaSet.model_validate(document)


FULL = {
    "1.1.1": {"points": 15_000},
    "1.1.2": {"points": 30_000},
    "1.2": {"points": 40_000},
    "2": {"percent": 900_000},
}


def bonus_and_penalty(bonus: int, penalty: int) -> dict[str, dict[str, int]]:
    return {**FULL, "3.1": {"points": bonus}, "3.2": {"points": penalty}}


def test_sheet_sums_its_leaves_on_every_level() -> None:
    inputs = bonus_and_penalty(10_000, 25_000)
    assert score_sheet(criteria_set(bonus_cap="2"), inputs) == SheetScore(
        leaves=(
            LeafScore("1.1.1", 15_000, 20_000, "entered", "points"),
            LeafScore("1.1.2", 30_000, 30_000, "entered", "points"),
            LeafScore("1.2", 40_000, 50_000, "entered", "points"),
            LeafScore("2", 90_000, 100_000, "share", "points"),
            LeafScore("3.1", 10_000, 0, "entered", "bonus"),
            LeafScore("3.2", 25_000, 0, "entered", "penalty"),
        ),
        nodes={
            "1": NodeScore("1", 85_000, 100_000),
            "1.1": NodeScore("1.1", 45_000, 50_000),
            "1.1.1": NodeScore("1.1.1", 15_000, 20_000),
            "1.1.2": NodeScore("1.1.2", 30_000, 30_000),
            "1.2": NodeScore("1.2", 40_000, 50_000),
            "2": NodeScore("2", 90_000, 100_000),
            "3": NodeScore("3", -15_000, 0),
            "3.1": NodeScore("3.1", 10_000, 0),
            "3.2": NodeScore("3.2", -25_000, 0),
        },
        earned=175_000,
        bonus=10_000,
        penalty=25_000,
        total=160_000,
        maximum=200_000,
    )


def test_nodes_stand_in_printed_order() -> None:
    criteria = criteria_set()
    codes = [node.code for node in criteria.nodes()]
    assert list(score_sheet(criteria, {}).nodes) == codes


@pytest.mark.parametrize(
    ("exempt", "earned", "maximum"),
    [
        ((), 175_000, 200_000),
        (("1.1.1",), 160_000, 180_000),
        (("1.1",), 130_000, 150_000),
        (("1.1", "1.1.1", "2"), 40_000, 50_000),
        (("1",), 90_000, 100_000),
        (("1", "2", "3"), 0, 0),
    ],
)
def test_exempt_nodes_leave_points_and_maximum(
    exempt: tuple[str, ...], earned: int, maximum: int
) -> None:
    score = score_sheet(criteria_set(), FULL, exempt=exempt)
    assert (score.earned, score.maximum) == (earned, maximum)


def test_exempt_leaf_says_so_whatever_was_entered() -> None:
    score = score_sheet(criteria_set(), bonus_and_penalty(1, 1), exempt=["3", "1.2"])
    assert score.leaves[2] == LeafScore("1.2", 0, 0, "exempt", "points")
    assert score.leaves[4] == LeafScore("3.1", 0, 0, "exempt", "bonus")
    assert (score.bonus, score.penalty) == (0, 0)


def test_unknown_exempt_code_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"bộ tiêu chí bo không có mã 9\.9"):
        score_sheet(criteria_set(), FULL, exempt=["1.2", "9.9"])


@pytest.mark.parametrize(("pending", "maximum"), [("out_of_maximum", 100_000), ("zero", 200_000)])
def test_missing_survey_counts_as_the_set_declares(pending: str, maximum: int) -> None:
    inputs = {code: given for code, given in FULL.items() if code != "2"}
    score = score_sheet(criteria_set(pending=pending), inputs)
    assert (score.earned, score.total, score.maximum) == (85_000, 85_000, maximum)
    assert score.nodes["2"] == NodeScore("2", 0, maximum - 100_000)


@pytest.mark.parametrize(
    ("mode", "penalty_cap", "bonus", "penalty", "counted"),
    [
        ("before_penalty", None, 15_000, 0, (15_000, 0)),
        ("before_penalty", None, 30_000, 0, (20_000, 0)),
        ("before_penalty", None, 30_000, 25_000, (20_000, 25_000)),
        ("before_penalty", "1", 30_000, 25_000, (20_000, 10_000)),
        ("after_penalty", None, 30_000, 0, (20_000, 0)),
        ("after_penalty", None, 30_000, 5_000, (25_000, 5_000)),
        ("after_penalty", None, 30_000, 25_000, (30_000, 25_000)),
        ("after_penalty", "0.5", 40_000, 25_000, (25_000, 5_000)),
        ("after_penalty", None, 0, 25_000, (0, 25_000)),
    ],
)
def test_caps_hold_as_declared(
    mode: str, penalty_cap: str | None, bonus: int, penalty: int, counted: tuple[int, int]
) -> None:
    criteria = criteria_set(bonus_cap="2", bonus_capped=mode, penalty_cap=penalty_cap)
    score = score_sheet(criteria, bonus_and_penalty(bonus, penalty))
    assert (score.bonus, score.penalty) == counted
    assert score.total == 175_000 + counted[0] - counted[1]


def test_without_a_declared_cap_no_bonus_counts() -> None:
    score = score_sheet(criteria_set(), bonus_and_penalty(30_000, 0))
    assert (score.bonus, score.total) == (0, 175_000)


def test_total_may_exceed_the_maximum() -> None:
    full = {
        "1.1.1": {"points": 20_000},
        "1.1.2": {"points": 30_000},
        "1.2": {"points": 50_000},
        "2": {"percent": 1_000_000},
        "3.1": {"points": 20_000},
    }
    score = score_sheet(criteria_set(bonus_cap="5"), full)
    assert (score.total, score.maximum) == (220_000, 200_000)


def test_one_tick_of_an_input_moves_the_total_by_one_tick() -> None:
    more = {**FULL, "1.2": {"points": 40_001}}
    before, after = score_sheet(criteria_set(), FULL), score_sheet(criteria_set(), more)
    assert (before.total, after.total) == (175_000, 175_001)
    assert after.nodes["1"] == NodeScore("1", 85_001, 100_000)
