"""The kit fails, with the reason, for a province that breaks each of its promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import count
from typing import Any

import pytest

from thidua import (
    CriteriaSet,
    Grading,
    Province,
    ProvinceInfo,
    PublishedResults,
    RuleKind,
    Unit,
    UnitKind,
    hookimpl,
)
from thidua.errors import Invalid, ProvinceRefused
from thidua.spec.loading import parse
from thidua.testing import ProvinceConformance
from thidua.testing.conformance import extremes

YES_NO = {"kind": "yes_no"}
OWN = {"kind": "custom", "name": "rieng", "takes": [{"name": "a", "label": "Số việc"}]}


def one_leaf(rule: Mapping[str, Any] = YES_NO, **leaf: object) -> CriteriaSet:
    """A set of one domain that is a leaf of at most 10 points, illustrative unless said."""
    domain = {"code": "1", "name": "Lĩnh vực", "max_points": 10, "rule": rule, **leaf}
    return parse(
        CriteriaSet,
        {
            "code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "chung",
            "pending": "zero",
            "domains": [{"provenance": "illustrative", "appraiser": "so", **domain}],
        },
    )  # fmt: skip


class Sample(Province):
    """A province that keeps every promise; the tests break one at a time."""

    contract_version = 1
    criteria = one_leaf()

    @hookimpl
    def info(self) -> ProvinceInfo:
        return ProvinceInfo(code="mau", name="Mẫu", full_name="Tỉnh Mẫu", authority="Sở Nội vụ")

    @hookimpl
    def unit_kinds(self) -> Sequence[UnitKind]:
        return [UnitKind(code="so", name="Sở", level="province")]

    @hookimpl
    def units(self) -> Sequence[Unit]:
        return [Unit(key="so", name="Sở", kind="so")]

    @hookimpl
    def grading(self) -> Sequence[Grading]:
        return [Grading(code="chung")]

    @hookimpl
    def criteria_sets(self) -> Sequence[CriteriaSet]:
        return [self.criteria]


def case_of(province: Province) -> ProvinceConformance:
    """What an author writes in two lines."""
    case = ProvinceConformance()
    case.province = province  # type: ignore[misc]
    return case


def failure(test: Callable[[], None]) -> str:
    """The first line with which ``test`` fails."""
    with pytest.raises(AssertionError) as caught:
        test()
    return str(caught.value).splitlines()[0]


def own_rule(
    answer: tuple[Any, str], *, sentences: Mapping[str, str] = {"mot": "Một nhánh."}
) -> Province:
    """A province whose own rule kind always answers ``answer``."""

    def score(
        settings: Mapping[str, Any], maximum: int, inputs: Mapping[str, int]
    ) -> tuple[Fraction | int, str]:
        return answer

    class Own(Sample):
        criteria = one_leaf(OWN)

        @hookimpl
        def rule_kinds(self) -> Sequence[RuleKind]:
            return [RuleKind(name="rieng", score=score, sentences=sentences)]

    return Own()


@pytest.mark.parametrize("name", [name for name in vars(ProvinceConformance) if "test_" in name])
def test_kit_passes_a_province_that_keeps_its_promises(name: str) -> None:
    getattr(case_of(Sample()), name)()


def test_kit_passes_an_own_rule_that_stays_within_its_maximum() -> None:
    case_of(own_rule((Fraction(100_000, 3), "mot"))).test_leaves_score_within_their_maximum()


def test_kit_names_what_the_registry_refuses() -> None:
    class Unmarked(Sample):
        def units(self) -> Sequence[Unit]:
            return ()

    with pytest.raises(ProvinceRefused) as caught:
        case_of(Unmarked()).test_registry_accepts_the_province()
    assert str(caught.value) == "Tỉnh “mau” bị từ chối: units() thiếu dấu @hookimpl"


def test_kit_finds_an_answer_of_the_wrong_type() -> None:
    class Wrong(Sample):
        @hookimpl
        def grading(self) -> Sequence[Grading]:
            return [{"code": "chung"}]  # type: ignore[list-item]

    case = case_of(Wrong())
    found = failure(case.test_hooks_answer_with_the_promised_type)
    assert found == "wrong type of answer: ['grading']"


def test_kit_finds_a_hook_that_answers_anew_each_time() -> None:
    numbers = count()

    class Changing(Sample):
        @hookimpl
        def unit_kinds(self) -> Sequence[UnitKind]:
            return [UnitKind(code="so", name=f"Sở {next(numbers)}", level="province")]

    case = case_of(Changing())
    found = failure(case.test_hooks_answer_the_same_at_every_call)
    assert found == "another answer at the second call: ['unit_kinds']"


def test_kit_finds_what_the_linter_finds() -> None:
    class Lax(Sample):
        criteria = parse(CriteriaSet, {**one_leaf().model_dump(), "declared": {"domains": 2}})

    found = failure(case_of(Lax()).test_criteria_sets_have_no_open_error)
    assert found.startswith("bo, bộ tiêu chí: ")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((100_001, "mot"), "rieng gives 100001 ticks, more than 100000"),
        ((5, "hai"), "rieng has no sentence for its branch 'hai'"),
    ],
)
def test_kit_finds_an_own_rule_out_of_its_bounds(answer: tuple[int, str], reason: str) -> None:
    found = failure(case_of(own_rule(answer)).test_leaves_score_within_their_maximum)
    assert found == f"bo 1 {{'a': 0}}: {reason}"


def test_kit_finds_a_leaf_that_pretends_to_be_official() -> None:
    class Pretending(Sample):
        criteria = one_leaf(provenance="official")

    found = failure(case_of(Pretending()).test_leaves_without_a_source_are_illustrative)
    assert found == "neither sourced nor illustrative: ['bo 1']"


@pytest.mark.parametrize(("ended", "missing"), [("2020-12-07", ["2020: so"]), ("2020-12-08", [])])
def test_kit_finds_a_published_unit_that_had_ended(ended: str, missing: list[str]) -> None:
    class Past(Sample):
        @hookimpl
        def units(self) -> Sequence[Unit]:
            return [parse(Unit, {"key": "so", "name": "Sở", "kind": "so", "valid_to": ended})]

        @hookimpl
        def published_results(self) -> Sequence[PublishedResults]:
            row = {"position": 1, "unit": "so", "points": "99.95"}
            groups = [{"name": "Khối", "rows": [row]}]
            table = {"year": 2020, "title": "Bảng", "grading": "chung", "groups": groups}
            return [parse(PublishedResults, {**table, "published_on": "2020-12-08"})]

    test = case_of(Past()).test_published_results_name_units_that_existed
    if missing:
        assert failure(test) == f"not there on that day: {missing}"
    else:
        test()


def test_kit_finds_an_odd_fact_id() -> None:
    class Odd(Sample):
        criteria = one_leaf(facts=["2-1"])

    found = failure(case_of(Odd()).test_facts_are_written_as_fact_ids)
    assert found == "not like 002-01: ['2-1']"


def test_settings_that_a_document_would_not_give_back_are_refused() -> None:
    with pytest.raises(Invalid) as caught:
        one_leaf({**OWN, "settings": {"cac-muc": (1, 2)}})
    assert {p.place for p in caught.value.problems} == {
        f"domains.0.rule.custom.settings.cac-muc.{kind}"
        for kind in ("bool", "int", "constrained-str")
    }


def test_extremes_are_every_combination_of_both_ends() -> None:
    takes = [{"name": "a", "label": "A", "maximum": 3}, {"name": "b", "label": "B", "minimum": 1,
             "maximum": 1}]  # fmt: skip
    (leaf,) = one_leaf({**OWN, "takes": takes}).leaves
    assert list(extremes(leaf)) == [{"a": 0, "b": 1}, {"a": 3, "b": 1}]


def test_extremes_of_entered_points_end_at_the_maximum() -> None:
    (leaf,) = one_leaf({"kind": "manual"}).leaves
    assert list(extremes(leaf)) == [{"points": 0}, {"points": 100_000}]
