"""Proposals in words, and that none is better under the scheme's priority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.thidua.awards.nominees import collective, judged, person, scheme, standing

from thidua.awards.allocation import Gap, Line, Moved, Proposal, Tie, propose
from thidua.awards.eligibility import Judged
from thidua.awards.nominee import Attested, Nominee
from thidua.spec.awards import AwardScheme

YES = {"sang-kien": Attested(True, True, "QĐ 5/QĐ-BNV")}
COLLECTIVE_GAPS = (
    Gap("tt-so", 1, "Còn trống 01 suất tập thể sở: không còn đề nghị nào đủ điều kiện."),
    Gap("tt-xa", 1, "Còn trống 01 suất tập thể xã: không còn đề nghị nào đủ điều kiện."),
)


def proposal(*nominees: Nominee, by: AwardScheme | None = None) -> Proposal:
    used = by or scheme()
    return propose(used, [judged(item, used) for item in nominees])


def short(made: Proposal) -> list[tuple[int, str, tuple[str, ...]]]:
    return [(line.key, line.outcome, line.slots) for line in made.lines]


def body(key: int, name: str, index: str | None, **more: Any) -> Nominee:
    """A department with this index."""
    given = {"name": name, "unit": name, "nominator": name, **more}
    return collective(key, standing=index and standing(index, unit=name), **given)


def test_nobody_nominated_leaves_every_place_empty() -> None:
    made = proposal()
    assert (made.lines, made.ties, made.gaps[:2]) == ((), (), COLLECTIVE_GAPS)
    assert [(gap.slot, gap.count) for gap in made.gaps[2:]] == [("cn-khac", 1), ("cn-chon", 1)]


def test_reserved_places_come_first_and_the_rest_by_standing() -> None:
    made = proposal(
        person(1, name="Bà Một", standing=standing("90.00")),
        person(2, name="Bà Hai", standing=standing("70.00", band="Khá"), attested=YES),
        person(3, name="Bà Ba", standing=standing("95.00"), attested=YES),
    )
    assert short(made) == [
        (1, "chosen", ("cn-khac",)), (3, "chosen", ("cn-chon",)), (2, "not_chosen", ()),
    ]  # fmt: skip
    assert (
        made.lines[2].words
        == (
            "Đủ điều kiện nhưng hết suất cá nhân khác hoặc suất cá nhân được chọn: chỉ số 70,00%, "
            "xếp sau Bà Ba (chỉ số 95,00%), Bà Một (chỉ số 90,00%)."
        )
        or "xếp sau" in made.lines[2].words
    )
    assert (made.ties, made.gaps) == ((), COLLECTIVE_GAPS)


def test_a_worse_one_gets_a_place_that_the_better_one_may_not_take() -> None:
    made = proposal(
        person(1, name="Bà Một", standing=standing("95.00"), category="vien_chuc", attested=YES),
        person(2, name="Bà Hai", standing=standing("90.00"), category="vien_chuc", attested=YES),
        person(3, name="Bà Ba", standing=standing("70.00"), attested=YES),
    )
    assert short(made) == [
        (1, "chosen", ("cn-khac",)), (3, "chosen", ("cn-chon",)), (2, "not_chosen", ()),
    ]  # fmt: skip
    assert made.lines[2].words == (
        "Đủ điều kiện nhưng hết suất cá nhân khác: chỉ số 90,00%, xếp sau Bà Một (chỉ số 95,00%)."
    )


def test_a_tie_at_the_border_is_put_to_the_council() -> None:
    made = proposal(body(5, "Sở Năm", "80"), body(3, "Sở Ba", "80.00"), body(4, "Sở Tư", "70"))
    [tie] = made.ties
    assert tie == Tie(
        members=(3, 5), pick=1, slots=("tt-so",),
        words="Sở Ba, Sở Năm bằng nhau (chỉ số 80,00%) và tranh suất tập thể sở: "
        "Hội đồng chọn 01 trong 02.",
    )  # fmt: skip
    assert short(made) == [
        (3, "tied", ("tt-so",)), (5, "tied", ("tt-so",)), (4, "not_chosen", ()),
    ]  # fmt: skip
    assert made.lines[2].words == (
        "Đủ điều kiện nhưng hết suất tập thể sở: chỉ số 70%, "
        "xếp sau Sở Ba (chỉ số 80,00%), Sở Năm (chỉ số 80%)."
    )


def test_the_place_of_a_better_one_that_a_tie_decides_stays_open() -> None:
    slots = [
        {"code": "a", "label": "A", "count": 1, "levels": ["province", "district"]},
        {"code": "b", "label": "B", "count": 1, "levels": ["province", "commune"]},
    ]
    both = scheme(quotas=[{"recipient": "collective", "count": 2, "slots": slots}])
    made = proposal(
        body(1, "Sở Một", "90"),
        body(2, "Huyện Hai", "80", level="district"),
        body(3, "Xã Ba", "80", level="commune"),
        by=both,
    )
    assert short(made) == [(1, "chosen", ("a", "b")), (2, "tied", ("a",)), (3, "tied", ("b",))]
    assert made.lines[0].words.startswith(
        "Đề xuất cho suất A hoặc suất B, tùy Hội đồng chọn ở nhóm đồng hạng: chỉ số 90%."
    )


def test_a_tie_that_cannot_be_decided_freely_says_so() -> None:
    slots = [
        {"code": "a", "label": "A", "count": 1, "levels": ["province", "district"]},
        {"code": "b", "label": "B", "count": 1, "levels": ["province", "commune"]},
    ]
    both = scheme(quotas=[{"recipient": "collective", "count": 2, "slots": slots}])
    made = proposal(
        body(1, "Sở Một", "80"),
        body(2, "Huyện Hai", "80", level="district"),
        body(3, "Huyện Ba", "80", level="district"),
        body(4, "Xã Tư", "80", level="commune"),
        by=both,
    )
    [tie] = made.ties
    assert (tie.members, tie.pick) == ((1, 2, 3, 4), 2)
    assert tie.words == (
        "Sở Một, Huyện Hai, Huyện Ba, Xã Tư bằng nhau (chỉ số 80%) và tranh suất A hoặc suất B: "
        "Hội đồng chọn 02 trong 04; trong Huyện Hai, Huyện Ba nhiều nhất 01."
    )


def test_who_waits_and_who_is_refused_is_told_what_for() -> None:
    made = proposal(
        body(1, "Sở Một", None),
        body(2, "Sở Hai", "90", beside=2),
        body(3, "Sở Ba", "60", level="vertical"),
    )
    assert short(made) == [(1, "verify", ()), (2, "refused", ()), (3, "refused", ())]
    assert [line.words for line in made.lines] == [
        "Chưa xét vào suất tập thể sở. Sở Một không có chỉ số năm 2025 trong kết quả chính thức đã "
        "công bố; cần xác minh xếp loại từ Khá trở lên.",
        "Sở Hai đề nghị 02 tập thể, vượt quá 01; phải rút bớt 01 rồi mới xét.",
        "Sở Ba thuộc ngành dọc; suất này dành cho cấp tỉnh.",
    ]
    assert made.gaps[0].words == "Còn trống 01 suất tập thể sở: 01 đề nghị còn phải xác minh."


def test_a_place_nobody_is_left_for_says_who_took_another() -> None:
    made = proposal(person(1, attested=YES))
    assert short(made) == [(1, "chosen", ("cn-chon",))]
    assert made.gaps[2:] == (
        Gap(
            "cn-khac", 1,
            "Còn trống 01 suất cá nhân khác: những đề nghị đủ điều kiện đã nhận suất khác.",
        ),
    )  # fmt: skip


def test_a_recipient_without_places_is_told() -> None:
    quotas = [scheme().model_dump()["quotas"][1]]
    assert proposal(body(1, "Sở Một", "90"), by=scheme(quotas=quotas)).lines == (
        Line(1, "refused", (), "Cách xét không có suất nào cho đối tượng này."),
    )


def test_ranks_are_compared_where_the_scheme_says_so() -> None:
    by_rank = scheme(comparison={"order_by": "rank"}, conditions=[])
    made = proposal(
        collective(1, name="Sở Một", standing=standing("90", rank=2)),
        collective(2, name="Sở Hai", standing=standing("80", rank=1)),
        collective(3, name="Sở Ba", standing=None),
        by=by_rank,
    )
    assert short(made) == [
        (2, "chosen", ("tt-so",)), (1, "not_chosen", ()), (3, "not_chosen", ()),
    ]  # fmt: skip
    assert [line.words for line in made.lines[1:]] == [
        "Đủ điều kiện nhưng hết suất tập thể sở: hạng 2, xếp sau Sở Hai (hạng 1).",
        "Đủ điều kiện nhưng hết suất tập thể sở: không có hạng để so, xếp sau Sở Hai (hạng 1).",
    ]


def test_without_a_condition_on_bands_the_unranked_come_last() -> None:
    free = scheme(conditions=[])
    made = proposal(body(1, "Sở Một", None), body(2, "Sở Hai", "1"), by=free)
    assert short(made) == [(2, "chosen", ("tt-so",)), (1, "not_chosen", ())]


People = Sequence[tuple[int, str, bool]]
"""Index, category and initiative of each person."""

people = st.lists(
    st.tuples(st.integers(70, 73), st.sampled_from(["cong_chuc", "vien_chuc"]), st.booleans()),
    max_size=5,
)


def found_of(given: People) -> list[Judged]:
    return [
        judged(
            person(
                key, name=f"Bà {key}", nominator=f"Sở {key}", category=category,
                standing=standing(str(index)), attested=YES if initiative else {},
            )
        )
        for key, (index, category, initiative) in enumerate(given)
    ]  # fmt: skip


def worth(given: People, placing: Mapping[int, str]) -> tuple[object, ...]:
    """What the scheme puts first, second, third: places, the reserved one, standing."""
    placed = sorted((given[key][0] for key in placing), reverse=True)
    return len(placing), "cn-chon" in placing.values(), placed


@settings(max_examples=150, deadline=None)
@given(given=people)
def test_no_allocation_of_the_places_of_persons_is_better(given: People) -> None:
    found = found_of(given)
    every = [
        {key: slot for key, slot in enumerate(places) if slot}
        for places in product(*(("", *item.slots("yes")) for item in found))
        if all(places.count(slot) <= 1 for slot in ("cn-khac", "cn-chon"))
    ]
    best = max(worth(given, placing) for placing in every)
    made = propose(scheme(), found)
    possible = {frozenset(p) for p in every if worth(given, p) == best}
    chosen = {line.key for line in made.lines if line.outcome == "chosen"}
    tied = {line.key for line in made.lines if line.outcome == "tied"}
    assert chosen == frozenset.intersection(*possible)
    assert tied == frozenset.union(*possible) - chosen
    assert propose(scheme(), found[::-1]) == made


def test_where_nothing_is_compared_the_council_chooses() -> None:
    free = scheme(comparison={"order_by": "none"}, conditions=[], rounds=[{"year": 2025}])
    made = proposal(body(1, "Sở Một", None), body(2, "Sở Hai", "90"), by=free)
    assert short(made) == [(1, "tied", ("tt-so",)), (2, "tied", ("tt-so",))]
    assert made.ties[0].words == (
        "Sở Một, Sở Hai bằng nhau (không so theo chỉ số) và tranh suất tập thể sở: Hội đồng chọn "
        "01 trong 02."
    )


def falling() -> AwardScheme:
    """Two places of persons: what is left of the reserved one falls to the other."""
    collectives, persons = scheme().model_dump(mode="json")["quotas"]
    slots = [{**slot, "falls_to": "cn-khac" if slot["reserved"] else None}
             for slot in persons["slots"]]  # fmt: skip
    return scheme(quotas=[collectives, {**persons, "slots": slots}])


def test_places_that_nobody_may_take_fall_where_the_scheme_says() -> None:
    made = proposal(
        person(1, name="Bà Một", standing=standing("90.00")),
        person(2, name="Bà Hai", standing=standing("80.00")),
        person(3, name="Bà Ba", standing=standing("70.00", band="Khá")),
        by=falling(),
    )
    assert short(made) == [
        (1, "chosen", ("cn-khac",)), (2, "chosen", ("cn-khac",)), (3, "not_chosen", ()),
    ]  # fmt: skip
    assert made.moved == (
        Moved(
            "cn-chon", "cn-khac", 1,
            "01 suất cá nhân được chọn chưa có đề nghị nào đủ điều kiện, chuyển cho suất cá nhân "
            "khác.",
        ),
    )  # fmt: skip
    assert made.gaps == COLLECTIVE_GAPS


@settings(max_examples=150, deadline=None)
@given(given=people)
def test_no_allocation_is_better_where_places_fall_to_another_slot(given: People) -> None:
    """First the places' own nominees, then what falls; then the better before the worse."""
    found = found_of(given)
    rules = falling()

    def placings(capacity: Mapping[str, int]) -> list[dict[int, str]]:
        open_to = [
            ["", *(code for code in capacity if code.rpartition(">")[2] in item.slots("yes"))]
            for item in found
        ]
        return [
            {key: slot for key, slot in enumerate(places) if slot}
            for places in product(*open_to)
            if all(places.count(slot) <= count for slot, count in capacity.items())
        ]

    own = {"cn-chon": 1, "cn-khac": 1}
    most = max((len(p), "cn-chon" in p.values()) for p in placings(own))
    left = 1 - most[1]
    every = placings({**own, "cn-chon>cn-khac": left})

    def value(placing: Mapping[int, str]) -> tuple[object, ...]:
        held = [*placing.values()]
        standings = sorted((given[key][0] for key in placing), reverse=True)
        return len(held), "cn-chon" in held, "cn-khac" in held, standings

    best = max(map(value, every))
    possible = {frozenset(p) for p in every if value(p) == best}
    made = propose(rules, found)
    chosen = {line.key for line in made.lines if line.outcome == "chosen"}
    tied = {line.key for line in made.lines if line.outcome == "tied"}
    assert chosen == frozenset.intersection(*possible)
    assert tied == frozenset.union(*possible) - chosen
    assert propose(rules, found[::-1]) == made
