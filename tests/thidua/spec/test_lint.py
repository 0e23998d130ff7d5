from __future__ import annotations

from typing import Any

from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading
from thidua.spec.lint import Finding, lint
from thidua.spec.loading import parse

YES_NO = {"kind": "yes_no"}


def criteria(*leaves: dict[str, Any], **more: Any) -> CriteriaSet:
    numbered = [
        {
            "code": f"1.{n}",
            "name": f"Tiêu chí {n}",
            "max_points": 2,
            "appraiser": "so-noi-vu",
            **leaf,
        }
        for n, leaf in enumerate(leaves, start=1)
    ]
    document = {
        "code": "mau", "version": "1", "title": "Bộ mẫu", "kinds": ["so"], "grading": "chung",
        "pending": "zero", "domains": [{"code": "1", "name": "Lĩnh vực", "criteria": numbered}],
        **more,
    }  # fmt: skip
    return parse(CriteriaSet, document)


def codes(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(item.code, item.place, item.severity) for item in findings]


def test_lint_of_a_sound_set_finds_nothing() -> None:
    declared = {"domains": 1, "criteria": 1, "sub_criteria": 0, "points": 2}
    assert lint(criteria({"rule": YES_NO}, declared=declared)) == ()


def test_lint_reports_what_is_declared_and_does_not_add_up() -> None:
    found = lint(criteria({"rule": YES_NO}, declared={"criteria": 3, "points": 2}))
    assert found == (
        Finding(
            code="declared-criteria",
            place="bộ tiêu chí",
            severity="error",
            message="nguồn ghi 3 tiêu chí, cộng trong bộ được 1",
            remedy="Sửa bộ tiêu chí cho khớp; nếu nguồn in như vậy thì ghi nhận kèm nguồn.",
        ),
    )
    assert found[0].blocks


def test_lint_shows_an_acknowledged_contradiction_without_blocking() -> None:
    known = [{"finding": "declared-criteria", "note": "Văn bản in 3.", "source": "QĐ mẫu"}]
    (found,) = lint(criteria({"rule": YES_NO}, declared={"criteria": 3}, acknowledged=known))
    assert found.acknowledged is not None
    assert found.acknowledged.note == "Văn bản in 3."
    assert not found.blocks


def test_lint_reports_a_ratio_that_may_divide_by_zero() -> None:
    ratio = {"kind": "ratio", "numerator": "Đúng hạn", "denominator": "Tổng số"}
    settled = {**ratio, "zero_denominator": "full"}
    found = lint(criteria({"rule": ratio}, {"rule": settled}))
    assert codes(found) == [("zero-denominator", "1.1", "error")]


def test_lint_reports_steps_that_cannot_be_reached() -> None:
    steps = [{"from": 101, "points": 2}, {"from": 50, "points": 1}]
    bands = {"kind": "bands", "value": "Tỷ lệ (%)", "steps": steps, "largest": 100}
    assert codes(lint(criteria({"rule": bands}))) == [("step-unreachable", "1.1", "error")]


def test_lint_reports_an_exclusive_step_at_the_largest_value() -> None:
    steps = [{"from": 100, "inclusive": False, "points": 2}]
    bands = {"kind": "bands", "value": "Tỷ lệ (%)", "steps": steps, "largest": 100}
    assert codes(lint(criteria({"rule": bands}))) == [("step-unreachable", "1.1", "error")]


def test_lint_reports_steps_that_earn_less_for_more() -> None:
    steps = [{"from": 80, "points": 1}, {"from": 50, "points": 2}]
    bands = {"kind": "bands", "value": "Tỷ lệ (%)", "steps": steps}
    assert codes(lint(criteria({"rule": bands}))) == [("step-order", "1.1", "warning")]


def test_lint_reports_levels_above_or_short_of_the_maximum() -> None:
    above = {"kind": "choice", "levels": [{"label": "A", "points": 3}, {"label": "B", "points": 0}]}
    short = {
        "kind": "choice",
        "levels": [{"label": "A", "share": 0.5}, {"label": "B", "points": 0}],
    }
    assert codes(lint(criteria({"rule": above}, {"rule": short}))) == [
        ("above-maximum", "1.1", "error"),
        ("maximum-unreachable", "1.2", "warning"),
    ]


def test_lint_reports_a_penalty_that_would_add_points() -> None:
    levels = [{"label": "Nặng", "points": 2}, {"label": "Không", "points": -1}]
    penalty = {"rule": {"kind": "choice", "levels": levels}, "counts_as": "penalty"}
    assert codes(lint(criteria({"rule": YES_NO}, penalty))) == [
        ("penalty-negative", "1.2", "error")
    ]


def test_lint_reports_a_no_that_earns_more_than_the_maximum() -> None:
    found = lint(criteria({"rule": {**YES_NO, "no_points": 3}}))
    assert codes(found) == [("above-maximum", "1.1", "error")]


def test_lint_reports_maxima_finer_than_the_rounding() -> None:
    found = lint(criteria({"rule": YES_NO, "max_points": 0.25}, leaf_decimals=1))
    assert codes(found) == [("too-fine", "1.1", "error")]


def test_lint_reports_a_self_assessed_leaf_that_nobody_appraises() -> None:
    found = lint(criteria({"rule": YES_NO, "appraiser": ""}, {"rule": {**YES_NO}}))
    assert codes(found) == [("no-appraiser", "1.1", "warning")]


def test_lint_lets_a_domain_name_the_appraiser_for_all_below() -> None:
    leaf = {"code": "1.1", "name": "a", "max_points": 1, "rule": YES_NO}
    domain = {"code": "1", "name": "L", "appraiser": "so-noi-vu", "criteria": [leaf]}
    assert lint(criteria(domains=[domain])) == ()


def test_lint_reports_survey_points_that_the_scale_does_not_account_for() -> None:
    survey = {"rule": {"kind": "survey", "survey": "sipas"}}
    assert codes(lint(criteria(survey))) == [("survey-undeclared", "bộ tiêu chí", "warning")]
    assert codes(lint(criteria(survey, declared={"survey_points": 3}))) == [
        ("declared-survey-points", "bộ tiêu chí", "error")
    ]
    assert lint(criteria(survey, declared={"survey_points": 2})) == ()


def test_lint_reports_a_bonus_that_never_counts() -> None:
    bonus = {"rule": YES_NO, "counts_as": "bonus"}
    assert codes(lint(criteria({"rule": YES_NO}, bonus))) == [("bonus-cap", "bộ tiêu chí", "error")]
    assert lint(criteria({"rule": YES_NO}, bonus, bonus_cap=2)) == ()


def test_lint_reports_a_group_exempt_from_everything() -> None:
    group = {"code": "g", "name": "G", "reason": "Không có thủ tục", "nodes": ["1"]}
    found = lint(criteria({"rule": YES_NO}, exemption_groups=[group]))
    assert codes(found) == [("exempt-all", "g", "error")]


def test_lint_reports_bands_nobody_falls_into_or_reaches() -> None:
    bands = [{"label": "Tốt", "from": 100, "inclusive": False}, {"label": "Khá", "from": 50}]
    grading = parse(Grading, {"bands": bands})
    assert codes(lint(criteria({"rule": YES_NO}), grading)) == [
        ("band-gap", "Khá", "warning"),
        ("band-unreachable", "Tốt", "warning"),
    ]
