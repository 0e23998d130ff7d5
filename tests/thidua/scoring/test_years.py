"""Two years beside each other, along what became of the units."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.thidua.scoring.sides import leaf, printed, results, unit

from thidua.scoring.comparison import UnitSide
from thidua.scoring.comparison_words import year_change_words
from thidua.scoring.years import Link, MappedPair, Part, compare_years, mapped_pairs
from thidua.spec.criteria import CriteriaSet

PAIRS = {
    ("bo 1", "bo 1"): [
        MappedPair("Một", frozenset({"1.1", "1.2"}), frozenset({"2.1"})),
        MappedPair("Hai", frozenset({"2.2"}), frozenset({"2.2"})),
    ]
}
SWAPPED = {
    ("bo 1", "bo 1"): [MappedPair(p.title, p.second, p.first) for p in PAIRS["bo 1", "bo 1"]]
}
links = st.one_of(
    st.none(),
    st.lists(
        st.builds(
            Link, st.sampled_from("abcde"), st.sampled_from("abcde"),
            st.sampled_from([Fraction(1), Fraction(1, 3)]),
        ),
        unique_by=lambda link: (link.first, link.second), max_size=6,
    ),
)  # fmt: skip


@given(results(), results(), links)
def test_exchanging_the_years_negates(
    a: list[UnitSide], b: list[UnitSide], given_links: list[Link] | None
) -> None:
    back_links = given_links and [Link(x.second, x.first, x.share) for x in given_links]
    there = compare_years(a, b, links=given_links, pairs=PAIRS)
    back = compare_years(b, a, links=back_links, pairs=SWAPPED)

    def told(changes: Any, sign: int) -> set[Any]:
        sides = [(c, c.first, c.second) if sign > 0 else (c, c.second, c.first) for c in changes]
        return {
            (
                first and first.key, second and second.key, c.share, c.whole,
                c.index and c.index * sign, c.places and c.places * sign,
                c.mapped and c.mapped.percent and c.mapped.percent * sign,
                tuple(p.percent and p.percent * sign for p in c.pairs),
            )
            for c, first, second in sides
        }  # fmt: skip

    assert told(there, 1) == told(back, -1)


@given(results())
def test_a_year_beside_itself_has_no_change(a: list[UnitSide]) -> None:
    same = {("bo 1", "bo 1"): [MappedPair("Một", frozenset({"1.1"}), frozenset({"1.1"}))]}
    for change in compare_years(a, a, pairs=same):
        assert change.whole
        assert not change.index
        assert not change.places
        assert not (change.mapped and change.mapped.percent)


@given(results(), results(), links)
def test_every_unit_of_both_years_stands_somewhere(
    a: list[UnitSide], b: list[UnitSide], given_links: list[Link] | None
) -> None:
    changes = compare_years(a, b, links=given_links)
    assert {c.first.key for c in changes if c.first} == {side.key for side in a}
    assert [c.second.key for c in changes if c.second] == sorted(
        (c.second.key for c in changes if c.second), key=[side.key for side in b].index
    )
    assert {c.second.key for c in changes if c.second} == {side.key for side in b}


def test_only_what_both_years_have_makes_the_mapped_index() -> None:
    first = unit("a", leaf("1.1", 50_000), leaf("1.2", 70_000), leaf("2.2", 10_000), rank=3)
    second = unit("a", leaf("2.1", 40_000, 50_000), leaf("2.2", 0, 0), leaf("3", 5_000), rank=1)
    (change,) = compare_years([first], [second], pairs=PAIRS)
    one, two = change.pairs
    assert (one.title, one.first, one.second) == (
        "Một", Part(120_000, 200_000), Part(40_000, 50_000),
    )  # fmt: skip
    assert (one.percent, two.percent) == (Fraction(20), None)
    assert change.mapped is not None
    assert (change.mapped.first, change.mapped.percent) == (
        Part(120_000, 200_000), Fraction(20),
    )  # fmt: skip
    assert (change.index, change.places, change.whole) == (Decimal("-13.33"), 2, True)
    assert year_change_words(change, 2024, 2025) == (
        "Năm 2024: 43,33%, hạng 3, loại Tốt; năm 2025: 30,00%, hạng 1, loại Tốt "
        "(−13,33 điểm phần trăm, tăng 2 bậc).",
        "Theo các tiêu chí đối chiếu được: 60,00% → 80,00% (+20,00 điểm phần trăm).",
        "Một: 60,00% → 80,00% (+20,00 điểm phần trăm).",
    )


def test_a_merged_unit_stands_beside_each_of_those_it_came_from() -> None:
    before = [printed("a", "80", 1), printed("b", "70", 2), printed("c", "60", 3)]
    after = [printed("ab", "76", 1), printed("d", "50", 2)]
    whole = [Link("a", "ab"), Link("b", "ab", Fraction(1, 3)), Link("x", "d"), Link("c", "y")]
    changes = compare_years(before, after, links=whole)
    assert [(c.first and c.first.key, c.second and c.second.key, c.index, c.places, c.whole)
            for c in changes] == [
        ("a", "ab", Decimal(-4), None, False),
        ("b", "ab", Decimal(6), None, False),
        (None, "d", None, None, False),
        ("c", None, None, None, False),
    ]  # fmt: skip
    told = [year_change_words(change, 2024, 2025) for change in changes]
    nothing = "Hai năm chưa có bảng đối chiếu tiêu chí nên chỉ so sánh được theo chỉ số."
    assert told == [
        (
            "Năm 2024: 80%, hạng 1; năm 2025: 76%, hạng 1 (−4 điểm phần trăm).",
            "Không so sánh một với một: đơn vị này tiếp nhận toàn bộ Sở a; chênh lệch chỉ để "
            "tham khảo.",
            nothing,
        ),
        (
            "Năm 2024: 70%, hạng 2; năm 2025: 76%, hạng 1 (+6 điểm phần trăm).",
            "Không so sánh một với một: đơn vị này tiếp nhận 33,33% Sở b; chênh lệch chỉ để "
            "tham khảo.",
            nothing,
        ),
        ("Năm 2025: 50%, hạng 2. Năm 2024 không có đơn vị tương ứng để so sánh.",),
        ("Năm 2024: 60%, hạng 3. Năm 2025 không có đơn vị tương ứng để so sánh.",),
    ]


def criteria(code: str, *domains: tuple[str, str, list[str]], **more: Any) -> CriteriaSet:
    return CriteriaSet.model_validate(
        {
            "code": code, "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "chung",
            "pending": "zero", **more,
            "domains": [
                {"code": one, "name": name, "criteria": [
                    {"code": c, "name": f"Tên {c}", "max_points": 1, "rule": {"kind": "yes_no"}}
                    for c in below
                ]}
                for one, name, below in domains
            ],
        }
    )  # fmt: skip


def test_a_declared_mapping_says_what_goes_together() -> None:
    first = criteria("cu", ("1", "Một", ["1.1", "1.2"]), ("2", "Hai", ["2.1"]))
    pairs = [
        {"node": "a", "to": ["1", "2.1"]},
        {"node": "b.1", "to": ["9"]},
        {"node": "z", "to": ["1"]},
    ]
    mapping = {"to": "cu", "title": "với bộ cũ", "pairs": pairs}
    second = criteria("moi", ("a", "A", ["a.1", "a.2"]), ("b", "B", ["b.1"]), mappings=[mapping])
    assert mapped_pairs(first, second) == (
        MappedPair("A", frozenset({"1.1", "1.2", "2.1"}), frozenset({"a.1", "a.2"})),
    )


@pytest.mark.parametrize(("code", "titles"), [("bo", ["Tên 1.1", "Tên 1.2"]), ("khac", [])])
def test_without_a_declaration_only_one_sets_versions_share_leaves(
    code: str, titles: list[str]
) -> None:
    first = criteria("bo", ("1", "Một", ["1.1", "1.2"]))
    second = criteria(code, ("1", "Một", ["1.1", "1.2", "1.3"]), version="2")
    assert [pair.title for pair in mapped_pairs(first, second)] == titles
