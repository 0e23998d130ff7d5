"""Every rule kind, by hand: thresholds hit exactly, halves, bounds, absent inputs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from thidua.errors import Invalid, Problem
from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import LeafScore, check_inputs, score_leaf
from thidua.spec.criteria import CriteriaSet

Rule = dict[str, Any]


def one_leaf(
    rule: Rule, points: str = "2", counts_as: str = "points", **of_set: Any
) -> CriteriaSet:
    """A set with the single leaf ``1``."""
    leaf = {"code": "1", "name": "Lá", "max_points": points, "rule": rule, "counts_as": counts_as}
    leaf |= {key: of_set.pop(key) for key in ("supplier",) if key in of_set}
    head = {"code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "grading"}
    return CriteriaSet.model_validate({**head, "pending": "zero", **of_set, "domains": [leaf]})


def scored(
    criteria: CriteriaSet,
    inputs: Mapping[str, int | None] | None = None,
    kinds: Mapping[str, RuleKind] | None = None,
) -> LeafScore:
    return score_leaf(criteria.leaves[0], inputs or {}, criteria=criteria, kinds=kinds or {})


def result(rule: Rule, inputs: Mapping[str, int | None], points: str = "2") -> tuple[int, str]:
    """Ticks and branch of the leaf."""
    score = scored(one_leaf(rule, points), inputs)
    return score.ticks, score.branch


YES_NO = {"kind": "yes_no", "no_points": "-0.25"}
CHOICE = {
    "kind": "choice",
    "levels": [
        {"label": "Tốt", "share": "1"},
        {"label": "Khá", "share": "0.3333"},
        {"label": "Vượt", "points": "3"},
        {"label": "Kém", "points": "-0.5"},
    ],
}
RATIO = {"kind": "ratio", "numerator": "Đúng hạn", "denominator": "Tổng", "floor": "0.57"}
BANDS = {
    "kind": "bands",
    "value": "Tỷ lệ (%)",
    "steps": [
        {"from": "90", "share": "1"},
        {"from": "80", "inclusive": False, "points": "1.5"},
        {"from": "57", "share": "0.25"},
        {"from": "1", "points": "-1"},
    ],
}
COUNT = {"kind": "count", "item": "Văn bản", "each": "0.5"}
DEDUCTION = {
    "kind": "deduction",
    "faults": [
        {"name": "late", "label": "Trễ", "points": "0.3"},
        {"name": "wrong", "label": "Sai", "share": "0.3333"},
    ],
    "least": "-0.25",
}
SURVEY = {"kind": "survey", "survey": "sipas"}
INDICATOR = {"kind": "indicator", "indicator": "ddci", "scale": "150"}
MANUAL = {"kind": "manual"}
CUSTOM = {
    "kind": "custom",
    "name": "half",
    "takes": [{"name": "n", "label": "Số"}],
    "settings": {"by": 2},
}


def test_yes_no_earns_all_or_what_is_declared() -> None:
    assert result(YES_NO, {"value": 1}) == (20_000, "yes")
    assert result(YES_NO, {"value": 0}) == (-2_500, "no")
    assert result({"kind": "yes_no"}, {"value": 0}) == (0, "no")


def test_yes_no_never_exceeds_the_maximum() -> None:
    assert result({"kind": "yes_no", "no_points": "5"}, {"value": 0}) == (20_000, "no")


def test_choice_earns_share_or_points_within_the_maximum() -> None:
    got = [result(CHOICE, {"level": level}) for level in range(4)]
    assert got == [(20_000, "level"), (6_666, "level"), (20_000, "level"), (-5_000, "level")]


@pytest.mark.parametrize("level", [-1, 4])
def test_choice_refuses_a_level_that_is_not_there(level: int) -> None:
    with pytest.raises(Invalid, match="1: mức đã chọn không có"):
        result(CHOICE, {"level": level})


def test_ratio_reaches_its_floor_exactly() -> None:
    assert result(RATIO, {"numerator": 57, "denominator": 100}) == (11_400, "share")
    assert result(RATIO, {"numerator": 569_999, "denominator": 1_000_000}) == (0, "below_floor")


def test_ratio_is_proportional_up_to_full() -> None:
    rule = {**RATIO, "full": "0.95"}
    assert result(rule, {"numerator": 95, "denominator": 100}) == (20_000, "full")
    assert result(rule, {"numerator": 94, "denominator": 100}) == (19_789, "share")
    assert result(rule, {"numerator": 120, "denominator": 100}) == (20_000, "full")


def test_ratio_is_exact_far_beyond_floats() -> None:
    rule = {**RATIO, "largest": 10**18, "floor": "0.5"}
    exact, short = 5 * 10**17, 5 * 10**17 - 1
    assert result(rule, {"numerator": exact, "denominator": 10**18}) == (10_000, "share")
    assert result(rule, {"numerator": short, "denominator": 10**18}) == (0, "below_floor")


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("full", LeafScore("1", 20_000, 20_000, "zero_full", "points")),
        ("zero", LeafScore("1", 0, 20_000, "zero_zero", "points")),
        ("not_applicable", LeafScore("1", 0, 0, "not_applicable", "points")),
        (None, LeafScore("1", 0, 20_000, "zero_denominator", "points")),
    ],
)
def test_ratio_without_denominator_follows_the_set(
    declared: str | None, expected: LeafScore
) -> None:
    criteria = one_leaf({**RATIO, "zero_denominator": declared})
    assert scored(criteria, {"numerator": 0, "denominator": 0}) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (900_000, (20_000, "step")),
        (899_999, (15_000, "step")),
        (800_001, (15_000, "step")),
        (800_000, (5_000, "step")),
        (570_000, (5_000, "step")),
        (569_999, (-10_000, "step")),
        (10_000, (-10_000, "step")),
        (9_999, (0, "below")),
    ],
)
def test_bands_honour_the_inclusive_side(value: int, expected: tuple[int, str]) -> None:
    assert result(BANDS, {"value": value}) == expected


def test_bands_never_exceed_the_maximum() -> None:
    assert result(BANDS, {"value": 850_000}, points="1") == (10_000, "step")


def test_count_stops_at_the_maximum() -> None:
    got = [result(COUNT, {"count": count}) for count in (0, 3, 4, 5)]
    assert got == [(0, "items"), (15_000, "items"), (20_000, "items"), (20_000, "capped")]


def test_deduction_goes_down_to_its_least() -> None:
    assert result(DEDUCTION, {"late": 0, "wrong": 0}) == (20_000, "no_fault")
    assert result(DEDUCTION, {"late": 1, "wrong": 1}) == (10_334, "faults")
    assert result(DEDUCTION, {"late": 1, "wrong": 3}) == (-2_500, "least")
    assert result({**DEDUCTION, "least": "0"}, {"late": 7, "wrong": 0}) == (0, "least")
    assert result({**DEDUCTION, "least": "-0.1"}, {"late": 7, "wrong": 0}) == (-1_000, "faults")


def test_survey_and_indicator_are_shares_of_their_scale() -> None:
    assert result(SURVEY, {"percent": 865_000}) == (17_300, "share")
    assert result(INDICATOR, {"value": 865_000}) == (11_533, "share")


def test_manual_points_are_the_points() -> None:
    assert result(MANUAL, {"points": 12_345}) == (12_345, "entered")


def test_manual_points_stay_between_zero_and_the_maximum() -> None:
    criteria = one_leaf(MANUAL)
    assert scored(criteria, {"points": 99_999}).ticks == 20_000
    assert scored(criteria, {"points": -1}).ticks == 0
    assert scored(one_leaf(MANUAL, counts_as="bonus"), {"points": 99_999}).ticks == 20_000


def half(settings: Mapping[str, Any], maximum: int, inputs: Mapping[str, int]) -> Any:
    """Half of the input, in points; 13 does not apply."""
    if inputs["n"] == 13:
        return 5, "not_applicable"
    return Fraction(inputs["n"] * 10_000 + 1, settings["by"]), f"of {maximum}"


HALF = {"half": RuleKind("half", half)}


def test_custom_kind_is_rounded_and_bounded_like_any() -> None:
    criteria = one_leaf(CUSTOM)
    assert scored(criteria, {"n": 1}, HALF) == LeafScore("1", 5_001, 20_000, "of 20000", "points")
    assert scored(criteria, {"n": 9}, HALF) == LeafScore("1", 20_000, 20_000, "of 20000", "points")
    below = LeafScore("1", -5_000, 20_000, "of 20000", "points")
    assert scored(criteria, {"n": -1}, HALF) == below
    assert scored(criteria, {"n": 13}, HALF) == LeafScore("1", 0, 0, "not_applicable", "points")


def test_penalty_of_a_custom_kind_may_be_negative() -> None:
    criteria = one_leaf(CUSTOM, counts_as="penalty")
    assert scored(criteria, {"n": -1}, HALF).ticks == -5_000


def test_custom_kind_that_is_not_registered_is_named() -> None:
    with pytest.raises(Invalid, match="tỉnh chưa đăng ký cách chấm “half”"):
        scored(one_leaf(CUSTOM), {"n": 1})


@pytest.mark.parametrize(
    ("rule", "decimals", "inputs", "ticks"),
    [
        (MANUAL, 4, {"points": 12_345}, 12_345),
        (MANUAL, 3, {"points": 12_345}, 12_350),
        (MANUAL, 1, {"points": 14_500}, 15_000),
        (MANUAL, 0, {"points": 14_999}, 10_000),
        (MANUAL, 0, {"points": 15_000}, 20_000),
        ({**YES_NO, "no_points": "-0.125"}, 2, {"value": 0}, -1_300),
        (RATIO, 2, {"numerator": 577, "denominator": 1000}, 11_500),
        (RATIO, 4, {"numerator": 2, "denominator": 3}, 13_333),
    ],
)
def test_leaf_is_rounded_once_half_away_from_zero(
    rule: Rule, decimals: int, inputs: dict[str, int], ticks: int
) -> None:
    assert scored(one_leaf(rule, leaf_decimals=decimals), inputs).ticks == ticks


def test_rounding_never_leads_above_the_maximum() -> None:
    criteria = one_leaf({"kind": "yes_no"}, points="0.25", leaf_decimals=1)
    assert scored(criteria, {"value": 1}).ticks == 2_500


def test_bonus_may_exceed_its_maximum_and_has_none() -> None:
    criteria = one_leaf(CHOICE, counts_as="bonus")
    assert scored(criteria, {"level": 2}) == LeafScore("1", 30_000, 0, "level", "bonus")


def test_penalty_is_a_positive_magnitude_up_to_its_maximum() -> None:
    criteria = one_leaf(CHOICE, counts_as="penalty")
    assert scored(criteria, {"level": 2}) == LeafScore("1", 20_000, 0, "level", "penalty")


def test_absent_input_of_a_unit_or_agency_earns_nothing() -> None:
    expected = LeafScore("1", 0, 20_000, "missing", "points")
    criteria = one_leaf(RATIO, pending="out_of_maximum")
    assert scored(criteria) == expected
    assert scored(criteria, {"numerator": 3}) == expected
    assert scored(criteria, {"numerator": 3, "denominator": None}) == expected
    assert scored(one_leaf(MANUAL, supplier="agency")) == expected


@pytest.mark.parametrize("rule", [SURVEY, INDICATOR, {**RATIO}])
def test_absent_survey_or_index_follows_the_set(rule: Rule) -> None:
    late = {} if rule["kind"] != "ratio" else {"supplier": "index"}
    out = one_leaf(rule, pending="out_of_maximum", **late)
    zero = one_leaf(rule, pending="zero", **late)
    assert scored(out) == LeafScore("1", 0, 0, "pending", "points")
    assert scored(zero) == LeafScore("1", 0, 20_000, "pending", "points")


def test_one_tick_of_an_input_changes_the_score_by_hand_calculation() -> None:
    criteria = one_leaf(SURVEY, points="9.5")
    # 95 000 × 865 000 / 1 000 000 = 82 175; one tick more of percent adds 0.095 of a tick
    assert scored(criteria, {"percent": 865_000}).ticks == 82_175
    assert scored(criteria, {"percent": 865_005}).ticks == 82_175
    assert scored(criteria, {"percent": 865_006}).ticks == 82_176


@pytest.mark.parametrize(
    ("rule", "inputs"),
    [
        (YES_NO, {"value": 1}),
        (CHOICE, {"level": 3}),
        (RATIO, {"numerator": 7, "denominator": 5}),
        (RATIO, {}),
        (BANDS, {"value": 10**10}),
        (DEDUCTION, {"late": 10**6}),
        (SURVEY, {"percent": 10**6}),
        (MANUAL, {"points": 20_000}),
    ],
)
def test_inputs_within_bounds_are_kept(rule: Rule, inputs: dict[str, int]) -> None:
    assert check_inputs(one_leaf(rule).leaves[0], inputs) == []


@pytest.mark.parametrize(
    ("rule", "inputs", "reason"),
    [
        (YES_NO, {"value": 2}, "“Kết quả” không có lựa chọn này; hãy chọn lại"),
        (RATIO, {"denominator": -1}, "“Tổng” phải từ 0 đến 1.000.000.000; hãy nhập lại"),
        (RATIO, {"denominator": True}, "“Tổng” phải là số; hãy nhập lại"),
        (RATIO, {"denominator": 1.0}, "“Tổng” phải là số; hãy nhập lại"),
        (RATIO, {"mau": 1}, "tiêu chí này không có số liệu như vậy; hãy bỏ đi"),
        (
            SURVEY,
            {"percent": 1_000_001},
            "“Mức độ hài lòng (%)” phải từ 0 đến 100; hãy nhập lại",
        ),
        (MANUAL, {"points": 25_001}, "“Điểm” phải từ 0 đến 2,5; hãy nhập lại"),
    ],
)
def test_inputs_out_of_bounds_are_refused_with_a_sentence(
    rule: Rule, inputs: dict[str, Any], reason: str
) -> None:
    (name,) = inputs
    leaf = one_leaf(rule, points="2.5").leaves[0]
    assert check_inputs(leaf, inputs) == [Problem(place=f"1.{name}", reason=reason)]


def test_all_bad_inputs_are_named_at_once() -> None:
    problems = check_inputs(one_leaf(RATIO).leaves[0], {"numerator": -1, "denominator": -1})
    assert [problem.place for problem in problems] == ["1.numerator", "1.denominator"]


def test_points_of_a_leaf_keep_their_decimals() -> None:
    assert one_leaf(MANUAL, points="9.50").leaves[0].max_points == Decimal("9.5")
