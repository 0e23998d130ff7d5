"""Two results beside each other: what changed, by how much, why."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from tests.thidua.scoring.sides import leaf, printed, results, unit

from thidua.scoring.comparison import (
    LeafChange,
    LeafGap,
    UnitChange,
    UnitSide,
    by_size,
    compare_results,
    leaf_gaps,
    leaf_sides,
)
from thidua.scoring.comparison_words import leaf_gap_words, unit_change_words
from thidua.scoring.sheet import score_sheet
from thidua.spec.criteria import CriteriaSet

Units = list[UnitSide]


@given(results(), results())
def test_changes_of_leaves_and_caps_add_up_to_the_change_of_points(a: Units, b: Units) -> None:
    for change in compare_results(a, b):
        if change.first and change.second and change.first.leaves and change.second.leaves:
            assert sum(one.ticks for one in change.leaves) + change.caps == change.points


@given(results())
def test_nothing_changed_against_itself(a: Units) -> None:
    assert compare_results(a, list(reversed(a))) == ()


@given(results(), results())
def test_exchanging_the_sides_negates(a: Units, b: Units) -> None:
    there = {change.either.key: change for change in compare_results(a, b)}
    back = {change.either.key: change for change in compare_results(b, a)}
    assert there.keys() == back.keys()
    for key, change in there.items():
        other = back[key]
        assert (other.first, other.second) == (change.second, change.first)
        for figure in ("points", "index", "places"):
            ours, theirs = getattr(change, figure), getattr(other, figure)
            assert (ours is None) == (theirs is None)
            assert ours is None or ours == -theirs
        assert other.caps == -change.caps
        assert {(one.either.code, one.ticks) for one in change.leaves} == {
            (one.either.code, -one.ticks) for one in other.leaves
        }


BEFORE = [
    unit("một", leaf("1.1", 50_000, words="Mức “Khá” → 5 điểm"), leaf("1.2", 80_000), rank=2),
    unit("hai", leaf("1.1", 70_000), leaf("1.2", 60_000), rank=3),
    unit("ba", leaf("1.1", 90_000), rank=1),
]
AFTER = [
    unit("hai", leaf("1.1", 70_000), leaf("1.2", 60_000), rank=3),
    unit("một", leaf("1.1", 75_000, words="Mức “Tốt” → 7,5 điểm"),
         leaf("1.2", 0, 0, branch="exempt", inputs={"points": 80_000}), caps=-5_000, rank=1,
         band=None),
    unit("bốn", leaf("1.1", 10_000), rank=None, band=None),
]  # fmt: skip


def test_changes_are_told_unit_by_unit_and_leaf_by_leaf() -> None:
    one, four, three = compare_results(BEFORE, AFTER)
    assert one == UnitChange(
        BEFORE[0],
        AFTER[1],
        (
            LeafChange(BEFORE[0].leaves["1.1"], AFTER[1].leaves["1.1"]),
            LeafChange(BEFORE[0].leaves["1.2"], AFTER[1].leaves["1.2"]),
        ),
    )
    assert (one.points, one.index, one.places, one.caps) == (-60_000, Decimal("5.00"), 1, -5_000)
    assert [(item.ticks, item.reason) for item in one.leaves] == [
        (25_000, "inputs"), (-80_000, "rule"),
    ]  # fmt: skip
    assert unit_change_words(one) == (
        "Điểm: 13 → 7 (−6 điểm).",
        "Điểm tối đa: 20 → 10.",
        "Chỉ số: 65,00% → 70,00% (+5,00 điểm phần trăm).",
        "Hạng: 2 → 1 (tăng 1 bậc).",
        "Xếp loại: Tốt → không có.",
        "1.1 Tiêu chí 1.1: 5 → 7,5 (+2,5 điểm), số liệu thay đổi. "
        "Trước: Mức “Khá” → 5 điểm; sau: Mức “Tốt” → 7,5 điểm.",
        "1.2 Tiêu chí 1.2: 8 → 0 (−8 điểm), số liệu giữ nguyên; cách tính, bộ tiêu chí hoặc diện "
        "đánh giá thay đổi.",
        "Trần điểm thưởng, điểm trừ: −0,5 điểm.",
    )
    assert (four.first, four.second, four.points) == (None, AFTER[2], None)
    assert unit_change_words(four) == ("Bản sau có thêm đơn vị này: 10,00%.",)
    assert unit_change_words(three) == (
        "Bản sau không còn đơn vị này; bản trước: 90,00%, hạng 1, loại Tốt.",
    )


def test_leaves_that_come_and_go_are_named() -> None:
    (change,) = compare_results(
        [unit("a", leaf("1.1", 5), leaf("1.2", 5))], [unit("a", leaf("1.1", 5), leaf("1.3", 5))]
    )
    assert [(one.either.code, one.ticks, one.reason) for one in change.leaves] == [
        ("1.3", 5, "added"), ("1.2", -5, "removed"),
    ]  # fmt: skip
    assert unit_change_words(change) == (
        "1.3 Tiêu chí 1.3: không có → 0,0005 (+0,0005 điểm), tiêu chí mới có.",
        "1.2 Tiêu chí 1.2: 0,0005 → không có (−0,0005 điểm), tiêu chí không còn.",
    )


def test_a_printed_table_is_compared_by_what_it_printed() -> None:
    (change,) = compare_results([printed("a", "80.5", 2)], [unit("a", leaf("1.1", 85_000))])
    assert (change.leaves, change.points, change.index, change.places) == (
        (), None, Decimal("4.50"), 1,
    )  # fmt: skip
    assert unit_change_words(change) == (
        "Điểm: không có → 8,5.",
        "Điểm tối đa: không có → 10.",
        "Chỉ số: 80,5% → 85,00% (+4,50 điểm phần trăm).",
        "Hạng: 2 → 1 (tăng 1 bậc).",
        "Xếp loại: không có → Tốt.",
    )


def test_the_biggest_gaps_come_first() -> None:
    own = [
        unit("a", leaf("1.1", 50_000), leaf("1.2", 50_000)),
        unit("b", leaf("1.1", 50_000), leaf("1.2", 50_000)),
    ]
    appraised = [
        unit("a", leaf("1.1", 40_000), leaf("1.2", 20_000)),
        unit("b", leaf("1.1", 50_000), leaf("1.2", 100_000)),
    ]
    changes = compare_results(own, appraised)
    ordered = by_size(changes)
    assert [(change.either.key, change.points) for change in ordered] == [
        ("b", 50_000), ("a", -40_000),
    ]  # fmt: skip
    assert [one.ticks for one in ordered[1].leaves] == [-30_000, -10_000]
    gaps = leaf_gaps(changes)
    assert gaps == (
        LeafGap("bo 1", "1.2", "Tiêu chí 1.2", 20_000, 80_000, 2),
        LeafGap("bo 1", "1.1", "Tiêu chí 1.1", -10_000, 10_000, 1),
    )
    assert leaf_gap_words(gaps[0], 2) == (
        "1.2 Tiêu chí 1.2: chênh lệch 8 điểm ở 2/2 đơn vị, cộng lại +2 điểm."
    )


def test_sides_of_a_scored_sheet_add_up_to_its_total() -> None:
    def one(code: str, counts_as: str) -> dict[str, object]:
        return {"code": code, "name": f"Tên {code}", "max_points": 5, "counts_as": counts_as,
                "rule": {"kind": "manual"}}  # fmt: skip

    criteria = CriteriaSet.model_validate(
        {
            "code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "chung",
            "pending": "zero", "bonus_cap": 1, "domains": [
                {"code": "d", "name": "D", "criteria": [
                    one("p", "points"), one("b", "bonus"), one("m", "penalty"),
                ]},
            ],
        }
    )  # fmt: skip
    inputs = {"p": {"points": 40_000}, "b": {"points": 30_000}, "m": {"points": 5_000}}
    score = score_sheet(criteria, inputs)
    sides = leaf_sides(criteria, score, inputs, {"p": "Chấm trực tiếp"})
    assert {
        code: (side.name, side.ticks, side.inputs, side.words) for code, side in sides.items()
    } == {
        "p": ("Tên p", 40_000, {"points": 40_000}, "Chấm trực tiếp"),
        "b": ("Tên b", 30_000, {"points": 30_000}, ""),
        "m": ("Tên m", -5_000, {"points": 5_000}, ""),
    }
    side = unit("a", *sides.values(), points=score.total)
    assert (side.points, side.caps) == (45_000, -20_000)
