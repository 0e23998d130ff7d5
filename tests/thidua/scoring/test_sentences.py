"""Every branch of every rule kind has its sentence, and it is good Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.thidua.scoring.formula_sentences import FORMULA_CASES
from tests.thidua.scoring.late_sentences import FEW, LATE_CASES, OFFICIALS, RATING

from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import ANY_KIND, BRANCHES, score_leaf
from thidua.scoring.sentences import explain_leaf
from thidua.scoring.sheet import score_sheet
from thidua.spec.criteria import CriteriaSet
from thidua.spec.rules import RULE_CLASSES

Rule = dict[str, Any]

RATIO: Rule = {"kind": "ratio", "numerator": "a", "denominator": "b", "floor": "0.57"}
DEDUCTION: Rule = {
    "kind": "deduction",
    "faults": [
        {"name": "late", "label": "trễ hạn", "points": "0.3"},
        {"name": "wrong", "label": "sai mẫu", "share": "0.25"},
    ],
    "least": "-0.5",
}
CHOICE: Rule = {
    "kind": "choice",
    "levels": [{"label": "Tốt", "share": "0.75"}, {"label": "Kém", "points": "-0.25"}],
}
BANDS: Rule = {
    "kind": "bands",
    "value": "Tỷ lệ",
    "steps": [
        {"from": "90", "share": "1"},
        {"from": "80.5", "inclusive": False, "points": "1.25"},
    ],
}
COUNT: Rule = {"kind": "count", "item": "việc", "each": "0.75"}
INDICATOR: Rule = {"kind": "indicator", "indicator": "ddci", "scale": "100"}
SURVEY: Rule = {"kind": "survey", "survey": "sipas"}
CUSTOM: Rule = {
    "kind": "custom",
    "name": "rieng",
    "takes": [{"name": "n", "label": "n"}, {"name": "p", "label": "p", "scale": 10_000}],
}


def own(settings: Mapping[str, Any], maximum: int, inputs: Mapping[str, int]) -> tuple[int, str]:
    """A province's own kind with three branches."""
    return 5_000, ("some", "many", "not_applicable")[inputs["n"]]


KINDS = {"rieng": RuleKind("rieng", own, {"some": "Có {n} việc, {p} ngày."})}

CASES: list[tuple[Rule, dict[str, int], str, str]] = [
    ({"kind": "yes_no"}, {"value": 1}, "yes", "Đạt → 2 điểm"),
    ({"kind": "yes_no", "no_points": "-0.25"}, {"value": 0}, "no", "Không đạt → -0,25 điểm"),
    (CHOICE, {"level": 0}, "level", "Mức “Tốt”: 75% của 2 điểm → 1,5 điểm"),
    (CHOICE, {"level": 1}, "level", "Mức “Kém” → -0,25 điểm"),
    (
        RATIO,
        {"numerator": 45, "denominator": 50},
        "share",
        "45/50 = 90% của 2 điểm → 1,8 điểm",
    ),
    (
        {**RATIO, "full": "0.95"},
        {"numerator": 2, "denominator": 3},
        "share",
        "2/3 ≈ 66,67% ÷ 95% của 2 điểm → 1,4035 điểm",
    ),
    (
        RATIO,
        {"numerator": 56_999, "denominator": 100_000},
        "below_floor",
        "56.999/100.000 = 56,999%, chưa tới mức tối thiểu 57% → 0 điểm",
    ),
    (
        RATIO,
        {"numerator": 5_699_999, "denominator": 10_000_000},
        "below_floor",
        "5.699.999/10.000.000 ≈ 57%, chưa tới mức tối thiểu 57% → 0 điểm",
    ),
    (
        {**RATIO, "full": "0.95"},
        {"numerator": 19, "denominator": 20},
        "full",
        "19/20 = 95%, đạt mức điểm tối đa từ 95% → 2 điểm",
    ),
    (
        {**RATIO, "zero_denominator": "full"},
        {"numerator": 0, "denominator": 0},
        "zero_full",
        "Mẫu số bằng 0: được tính điểm tối đa → 2 điểm",
    ),
    (
        {**RATIO, "zero_denominator": "zero"},
        {"numerator": 0, "denominator": 0},
        "zero_zero",
        "Mẫu số bằng 0: không được điểm → 0 điểm",
    ),
    (
        {**RATIO, "zero_denominator": "not_applicable"},
        {"numerator": 0, "denominator": 0},
        "not_applicable",
        "Mẫu số bằng 0: không áp dụng, đã bỏ khỏi điểm tối đa",
    ),
    (
        RATIO,
        {"numerator": 0, "denominator": 0},
        "zero_denominator",
        "Mẫu số bằng 0, bộ tiêu chí chưa quy định → 0 điểm",
    ),
    (BANDS, {"value": 900_000}, "step", "90 thuộc bậc từ 90: 100% của 2 điểm → 2 điểm"),
    (BANDS, {"value": 850_000}, "step", "85 thuộc bậc trên 80,5 → 1,25 điểm"),
    (BANDS, {"value": 805_000}, "below", "80,5: chưa tới bậc nào → 0 điểm"),
    (COUNT, {"count": 2}, "items", "2 × 0,75 điểm → 1,5 điểm"),
    (COUNT, {"count": 3}, "capped", "3 × 0,75 điểm, không quá 2 điểm → 2 điểm"),
    (DEDUCTION, {"late": 0, "wrong": 0}, "no_fault", "Không có lỗi → 2 điểm"),
    (
        DEDUCTION,
        {"late": 2, "wrong": 1},
        "faults",
        "2 điểm − 2 × 0,3 điểm (trễ hạn) − 1 × 0,5 điểm (sai mẫu) → 0,9 điểm",
    ),
    (
        DEDUCTION,
        {"late": 0, "wrong": 9},
        "least",
        "2 điểm − 9 × 0,5 điểm (sai mẫu), thấp nhất -0,5 điểm → -0,5 điểm",
    ),
    (SURVEY, {"percent": 865_000}, "share", "Mức độ hài lòng 86,5% của 2 điểm → 1,73 điểm"),
    (INDICATOR, {"value": 712_500}, "share", "Chỉ số 71,25/100 của 2 điểm → 1,425 điểm"),
    (
        {"kind": "manual"},
        {"points": 18_000},
        "entered",
        "Chấm trực tiếp, tối đa 2 điểm → 1,8 điểm",
    ),
    *LATE_CASES,
    *FORMULA_CASES,
]


def one_leaf(rule: Rule, **more: Any) -> CriteriaSet:
    """A set with one leaf of 2 points."""
    leaf = {"code": "1", "name": "Lá", "max_points": "2", "rule": rule, **more.pop("leaf", {})}
    head = {"code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "grading"}
    return CriteriaSet.model_validate({**head, "pending": "zero", **more, "domains": [leaf]})


def explained(criteria: CriteriaSet, inputs: Mapping[str, int]) -> tuple[str, str]:
    """Branch and sentence of the leaf."""
    (leaf,) = criteria.leaves
    score = score_leaf(leaf, inputs, criteria=criteria, kinds=KINDS)
    return score.branch, explain_leaf(leaf, inputs, score, KINDS)


@pytest.mark.parametrize(("rule", "inputs", "branch", "sentence"), CASES)
def test_branch_has_its_sentence(
    rule: Rule, inputs: dict[str, int], branch: str, sentence: str
) -> None:
    assert explained(one_leaf(rule), inputs) == (branch, sentence)


def test_every_branch_of_every_kind_is_shown_above() -> None:
    shown = {(rule["kind"], branch) for rule, _, branch, _ in CASES}
    declared = {(kind, branch) for kind, names in BRANCHES.items() for branch in names}
    assert shown == declared


def test_every_rule_kind_declares_its_branches() -> None:
    kinds = {rule.model_json_schema()["properties"]["kind"]["const"] for rule in RULE_CLASSES}
    assert set(BRANCHES) == kinds


@pytest.mark.parametrize(
    ("rule", "of_set", "branch", "sentence"),
    [
        (RATIO, {}, "missing", "Chưa có số liệu → 0 điểm"),
        (SURVEY, {}, "pending", "Chưa có kết quả điều tra xã hội học → 0 điểm"),
        (INDICATOR, {}, "pending", "Chưa có kết quả chỉ số → 0 điểm"),
        (RATING, {}, "pending", "Chưa có điểm đánh giá của lãnh đạo → 0 điểm"),
        (
            SURVEY,
            {"pending": "out_of_maximum"},
            "pending",
            "Chưa có kết quả điều tra xã hội học, tạm bỏ khỏi điểm tối đa",
        ),
        (
            INDICATOR,
            {"pending": "out_of_maximum", "leaf": {"counts_as": "bonus"}},
            "pending",
            "Chưa có kết quả chỉ số → cộng 0 điểm",
        ),
    ],
)
def test_absent_input_has_its_sentence(
    rule: Rule, of_set: dict[str, Any], branch: str, sentence: str
) -> None:
    assert explained(one_leaf(rule, **of_set), {}) == (branch, sentence)


def test_too_few_answers_are_waited_for() -> None:
    rule = {**OFFICIALS, "too_few": "pending"}
    waits = "Chưa đủ phiếu điều tra (Lãnh đạo sở)"
    assert explained(one_leaf(rule), FEW) == ("pending", f"{waits} → 0 điểm")
    assert explained(one_leaf(rule, pending="out_of_maximum"), FEW) == (
        "pending",
        f"{waits}, tạm bỏ khỏi điểm tối đa",
    )


def test_survey_that_is_not_held_has_its_sentence() -> None:
    criteria = one_leaf(SURVEY)
    (score,) = score_sheet(criteria, {"1": {"percent": 1}}, not_held=["sipas"]).leaves
    sentence = explain_leaf(criteria.leaves[0], {"percent": 1}, score)
    assert (score.branch, sentence) == (
        "not_held",
        "Không tổ chức điều tra sipas, đã bỏ khỏi điểm tối đa",
    )


def test_exempt_leaf_has_its_sentence() -> None:
    criteria = one_leaf(RATIO)
    (score,) = score_sheet(criteria, {}, exempt=["1"]).leaves
    sentence = explain_leaf(criteria.leaves[0], {}, score)
    assert (score.branch, sentence) == ("exempt", "Không đánh giá, đã bỏ khỏi điểm tối đa")
    assert set(ANY_KIND) == {"missing", "pending", "exempt", "not_held"}


def test_bonus_is_added_and_penalty_taken_away() -> None:
    bonus, penalty = (one_leaf(COUNT, leaf={"counts_as": what}) for what in ("bonus", "penalty"))
    assert explained(bonus, {"count": 1})[1] == "1 × 0,75 điểm → cộng 0,75 điểm"
    assert explained(penalty, {"count": 1})[1] == "1 × 0,75 điểm → trừ 0,75 điểm"


def test_custom_kind_speaks_the_provinces_words() -> None:
    criteria = one_leaf(CUSTOM)
    assert explained(criteria, {"n": 0, "p": 15_000}) == ("some", "Có 0 việc, 1,5 ngày → 0,5 điểm")
    assert explained(criteria, {"n": 1, "p": 0})[1] == "Cách chấm riêng “rieng” → 0,5 điểm"
    assert explained(criteria, {"n": 2, "p": 0}) == (
        "not_applicable",
        "Theo cách chấm riêng của tỉnh: không áp dụng, đã bỏ khỏi điểm tối đa",
    )


def test_custom_kind_that_is_gone_is_named() -> None:
    criteria = one_leaf(CUSTOM)
    inputs = {"n": 0, "p": 15_000}
    score = score_leaf(criteria.leaves[0], inputs, criteria=criteria, kinds=KINDS)
    sentence = explain_leaf(criteria.leaves[0], inputs, score)
    assert sentence == "Cách chấm riêng “rieng” → 0,5 điểm"
