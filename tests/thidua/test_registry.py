from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from importlib.metadata import EntryPoint

import pytest
from structlog.testing import capture_logs

from thidua import (
    CriteriaSet,
    Grading,
    Province,
    ProvinceInfo,
    ProvinceSpec,
    ResultsNotice,
    RuleKind,
    Unit,
    UnitKind,
    hookimpl,
)
from thidua.errors import Invalid, NotFound, Problem, ProvinceRefused
from thidua.registry import GROUP, Registry, load_province, registry_of
from thidua.spec.loading import parse

INFO = ProvinceInfo(code="mau", name="Mẫu", full_name="Tỉnh Mẫu", authority="Sở Nội vụ tỉnh Mẫu")
SO = UnitKind(code="so", name="Sở", level="province")
TIEN_GIANG = "thidua_tiengiang.plugin:province"


class Bare(Province):
    """The least that a province can say."""

    contract_version = 1

    @hookimpl
    def info(self) -> ProvinceInfo:
        return INFO


def refusal(province: object) -> str:
    """The whole message with which ``province`` is refused under the name “mau”."""
    with pytest.raises(ProvinceRefused) as caught:
        load_province("mau", province)
    assert caught.value.name == "mau"
    return str(caught.value)


def entry(name: str, value: str) -> EntryPoint:
    return EntryPoint(name=name, value=value, group=GROUP)


def names(registry: Registry) -> tuple[list[str], list[str]]:
    """Codes of the provinces that run; whole messages of the refused."""
    return [*registry.provinces], [str(item) for item in registry.refused]


def custom_set() -> CriteriaSet:
    """A set whose only leaf names the rule kind “rieng”."""
    takes = [{"name": "a", "label": "Số việc"}]
    rule = {"kind": "custom", "name": "rieng", "takes": takes}
    domain = {"code": "1", "name": "Lĩnh vực", "max_points": 100, "rule": rule}
    return parse(
        CriteriaSet,
        {
            "code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "chung",
            "pending": "zero", "domains": [domain],
        },
    )  # fmt: skip


class WithCustomRule(Bare):
    @hookimpl
    def unit_kinds(self) -> Sequence[UnitKind]:
        return [SO]

    @hookimpl
    def grading(self) -> Sequence[Grading]:
        return [Grading(code="chung")]

    @hookimpl
    def criteria_sets(self) -> Sequence[CriteriaSet]:
        return [custom_set()]


def test_load_province_answers_what_is_not_overridden_with_the_defaults() -> None:
    loaded = load_province("mau", Bare())
    assert (loaded.code, loaded.spec, loaded.rule_kinds) == ("mau", ProvinceSpec(info=INFO), {})


def test_load_province_keeps_rule_kinds_by_name() -> None:
    kind = RuleKind(name="rieng", score=lambda settings, maximum, inputs: (Fraction(1), "mot"))

    class Own(WithCustomRule):
        @hookimpl
        def rule_kinds(self) -> Sequence[RuleKind]:
            return [kind]

    assert load_province("mau", Own()).rule_kinds == {"rieng": kind}


def test_loaded_province_is_told_of_published_results() -> None:
    told: list[ResultsNotice] = []

    class Following(Bare):
        @hookimpl
        def after_results_published(self, notice: ResultsNotice) -> None:
            told.append(notice)

    notice = ResultsNotice(province="mau", year=2026, version=1, title="Chỉ số năm 2026")
    load_province("mau", Following()).tell_results_published(notice)
    assert told == [notice]


@pytest.mark.parametrize("thing", [Bare, None, "mau"])
def test_load_province_refuses_what_is_no_province(thing: object) -> None:
    assert refusal(thing) == (
        "Tỉnh “mau” bị từ chối: điểm vào phải là một đối tượng của lớp con của thidua.Province"
    )


@pytest.mark.parametrize("version", [0, 2])
def test_load_province_refuses_another_contract_version(version: int) -> None:
    class Other(Bare):
        contract_version = version

    assert refusal(Other()) == (
        f"Tỉnh “mau” bị từ chối: viết cho hợp đồng phiên bản {version}, hệ thống dùng phiên bản 1"
    )


def test_load_province_refuses_an_override_without_mark() -> None:
    class Unmarked(Bare):
        def units(self) -> Sequence[Unit]:
            return ()

    assert refusal(Unmarked()) == "Tỉnh “mau” bị từ chối: units() thiếu dấu @hookimpl"


def test_load_province_refuses_an_unknown_hook() -> None:
    class Unknown(Bare):
        @hookimpl
        def unitz(self) -> Sequence[Unit]:
            return ()

    assert refusal(Unknown()) == "Tỉnh “mau” bị từ chối: hook không có trong hợp đồng: unitz()"


def test_load_province_refuses_an_extra_argument() -> None:
    class Extra(Bare):
        @hookimpl
        def units(self, year: int) -> Sequence[Unit]:  # type: ignore[override]
            return ()

    assert refusal(Extra()) == "Tỉnh “mau” bị từ chối: một hook khai tham số lạ: units()"


def test_load_province_refuses_a_province_without_info() -> None:
    class Nameless(Province):
        contract_version = 1

    assert refusal(Nameless()) == (
        "Tỉnh “mau” bị từ chối: info(): tỉnh phải khai info(): mã, tên, cơ quan"
    )


def test_load_province_refuses_a_hook_that_fails() -> None:
    class Failing(Bare):
        @hookimpl
        def units(self) -> Sequence[Unit]:
            raise OSError("mất tệp units.csv")

    assert refusal(Failing()) == "Tỉnh “mau” bị từ chối: units(): mất tệp units.csv"


def test_load_province_tells_a_wrong_data_file_without_a_trace_of_the_program() -> None:
    class Mistyped(Bare):
        @hookimpl
        def units(self) -> Sequence[Unit]:
            raise Invalid((Problem(place="dòng 2, kind", reason="bị thiếu", file="units.csv"),))

    with capture_logs() as logs:
        said = refusal(Mistyped())
    assert (said, logs) == ("Tỉnh “mau” bị từ chối: units(): units.csv, dòng 2, kind: bị thiếu", [])


def test_load_province_refuses_answers_of_another_type_naming_each() -> None:
    class Wrong(Bare):
        @hookimpl
        def units(self) -> Sequence[Unit]:
            return ["Sở Nội vụ"]  # type: ignore[list-item]

        @hookimpl
        def grading(self) -> Sequence[Grading]:
            return None  # type: ignore[return-value]

    assert refusal(Wrong()) == (
        "Tỉnh “mau” bị từ chối: units.0: phải là một nhóm trường\ngrading: phải là danh sách"
    )


def test_load_province_refuses_parts_that_do_not_fit_naming_each() -> None:
    class Unfit(Bare):
        @hookimpl
        def units(self) -> Sequence[Unit]:
            return [
                Unit(key="a", name="A", kind="so"),
                Unit(key="a", name="A", kind="so", parent="b"),
            ]

        @hookimpl
        def unit_kinds(self) -> Sequence[UnitKind]:
            return [SO, SO]

    assert refusal(Unfit()) == (
        "Tỉnh “mau” bị từ chối: unit_kinds: “so” được khai 2 lần\n"
        "units.a: không có đơn vị cấp trên “b”\n"
        "units.a: các khoảng thời gian chồng lên nhau"
    )


def test_load_province_refuses_a_custom_rule_that_nobody_brings() -> None:
    assert refusal(WithCustomRule()) == (
        "Tỉnh “mau” bị từ chối: bộ tiêu chí bo, mã 1: tỉnh không có cách chấm “rieng”"
    )


def test_registry_refuses_what_cannot_be_imported_and_runs_the_others() -> None:
    registry = registry_of([entry("tiengiang", TIEN_GIANG), entry("loi", "khong_co_goi:province")])
    assert names(registry) == (
        ["tiengiang"],
        [
            "Tỉnh “loi” bị từ chối: không nạp được khong_co_goi:province: "
            "No module named 'khong_co_goi'"
        ],
    )


def test_registry_refuses_a_doubled_code_naming_both_owners() -> None:
    registry = registry_of([entry("b", TIEN_GIANG), entry("a", TIEN_GIANG)])
    assert names(registry) == (
        ["tiengiang"],
        ["Tỉnh “b” bị từ chối: mã tỉnh “tiengiang” đã thuộc phần mở rộng “a”"],
    )
    assert registry.province("tiengiang").name == "a"


def test_registry_leaves_out_what_is_not_enabled() -> None:
    entries = [entry("tiengiang", TIEN_GIANG), entry("loi", "khong_co_goi:province")]
    assert names(registry_of(entries, ["tiengiang"])) == (["tiengiang"], [])


def test_registry_sorts_what_provinces_return() -> None:
    class Unsorted(Bare):
        @hookimpl
        def grading(self) -> Sequence[Grading]:
            return [Grading(code="sau"), Grading(code="chung")]

    loaded = load_province("mau", Unsorted())
    assert [item.code for item in loaded.spec.grading] == ["chung", "sau"]


def test_registry_names_the_provinces_there_are() -> None:
    registry = registry_of([entry("tiengiang", TIEN_GIANG)])
    with pytest.raises(NotFound) as caught:
        registry.province("hue")
    assert str(caught.value) == "Không có tỉnh “hue”. Các tỉnh đã cài: tiengiang."


def test_registry_says_why_a_refused_province_is_missing() -> None:
    registry = registry_of([entry("loi", "khong_co_goi:province")])
    with pytest.raises(NotFound) as caught:
        registry.province("loi")
    assert str(caught.value) == (
        "Tỉnh “loi” bị từ chối: không nạp được khong_co_goi:province: "
        "No module named 'khong_co_goi'"
    )


def test_registry_without_provinces_says_so() -> None:
    with pytest.raises(NotFound) as caught:
        registry_of([]).province("hue")
    assert str(caught.value) == "Không có tỉnh “hue”. Các tỉnh đã cài: chưa có tỉnh nào."
