"""Who is displaced if one more is to have a place."""

from __future__ import annotations

from tests.thidua.awards.nominees import collective, judged, scheme, standing

from thidua.awards.displaced import Change, Displacement, displaced_by
from thidua.awards.eligibility import Judged


def body(key: int, name: str, index: str | None, **more: object) -> Judged:
    """A department with this index, judged."""
    given = {"name": name, "unit": name, "nominator": name, **more}
    return judged(collective(key, standing=index and standing(index, unit=name), **given))


BEST, OTHER = body(1, "Sở Một", "90"), body(2, "Sở Hai", "80")
WAITING, LATE = body(3, "Sở Ba", None), body(4, "Xã Tư", "70", level="district")


def ask(*bodies: Judged, key: int) -> Displacement:
    return displaced_by(scheme(), bodies, key)


def test_the_worst_of_the_slot_makes_room() -> None:
    assert ask(BEST, OTHER, key=2) == Displacement(
        2, ("tt-so",), (Change(1, "chosen", "not_chosen"),),
        "Thêm Sở Hai thì: Sở Một từ “Đề xuất khen” thành “Đủ điều kiện, hết suất”.",
    )  # fmt: skip


def test_who_waits_to_be_verified_is_asked_about_as_if_verified() -> None:
    assert ask(WAITING, BEST, key=3).changes == (Change(1, "chosen", "not_chosen"),)
    assert ask(WAITING, key=3) == Displacement(
        3, ("tt-so",), (), "Thêm Sở Ba thì không ai bị thay: còn suất trống."
    )


def test_one_of_equals_is_taken_and_the_others_fall_behind() -> None:
    found = ask(BEST, body(5, "Sở Năm", "90"), key=5)
    assert found.changes == (Change(1, "tied", "not_chosen"),)


def test_who_has_a_place_displaces_nobody() -> None:
    assert ask(BEST, OTHER, key=1) == Displacement(
        1, ("tt-so",), (), "Sở Một đã ở trong đề xuất; không ai bị thay."
    )


def test_who_may_take_no_slot_is_told_why() -> None:
    assert ask(BEST, LATE, key=4) == Displacement(
        4, (), (),
        "Xã Tư không vào được suất nào. Xã Tư thuộc cấp huyện; suất này dành cho cấp tỉnh.",
    )  # fmt: skip
