"""How proposals fall over groups, and how firm they are."""

from __future__ import annotations

from fractions import Fraction

from thidua.awards.allocation import Line, Outcome
from thidua.awards.fairness import Case, Firmness, Interval, Share, firmness, shares


def case(level: str, outcome: Outcome, year: int = 2025) -> Case:
    return Case(year, "tập thể", level, "sở", "", outcome)


def test_shares_count_what_fell_to_each_group() -> None:
    cases = [
        case("cấp tỉnh", "chosen"), case("cấp tỉnh", "tied"), case("cấp tỉnh", "not_chosen"),
        case("cấp tỉnh", "refused"), case("cấp xã", "verify", 2026),
    ]  # fmt: skip
    province, commune = shares(cases, lambda item: item.level)
    assert (province, commune) == (
        Share("cấp tỉnh", nominated=4, able=3, proposed=1, tied=1),
        Share("cấp xã", nominated=1, able=0, proposed=0, tied=0),
    )
    assert (province.rate, commune.rate) == (Fraction(1, 3), None)
    assert [item.group for item in shares(cases, lambda item: str(item.year))] == ["2025", "2026"]


def line(key: int, outcome: Outcome) -> Line:
    return Line(key, outcome, (), "")


def test_who_may_fall_behind_one_left_out_is_not_firm() -> None:
    lines = [line(1, "chosen"), line(2, "chosen"), line(3, "not_chosen"), line(4, "refused")]
    intervals = {
        1: Interval("Khối sở", 1, 2), 2: Interval("Khối sở", 2, 4),
        3: Interval("Khối sở", 3, 5), 4: Interval("Khối sở", 1, 9),
    }  # fmt: skip
    told = "hạng tốt nhất của nơi bị loại là 3."
    assert firmness(lines, intervals) == (
        Firmness(1, True, f"Chắc chắn: hạng xấu nhất có thể có là 2, {told}"),
        Firmness(2, False, f"Chưa chắc chắn: hạng xấu nhất có thể có là 4, {told}"),
    )


def test_without_a_common_ranking_nothing_is_said() -> None:
    lines = [line(1, "chosen"), line(2, "chosen"), line(3, "tied")]
    intervals = {1: Interval("Khối sở", 1, 2), 3: Interval("Cụm 1", 1, 1)}
    assert firmness(lines, intervals) == (
        Firmness(1, None, "Không có ai cùng Khối sở bị loại vì hết suất để so."),
        Firmness(2, None, "Không có khoảng hạng để nói mức chắc chắn."),
    )
