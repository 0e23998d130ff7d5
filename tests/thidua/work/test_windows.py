"""When a step is open: borders, extensions, who they serve, and what people are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.thidua.scoring.strategies import law

from thidua.store.schedules import STEPS, Step
from thidua.work.windows import Extended, Schedule, Window, hour, window_problems

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
OPENS = datetime(2026, 10, 1, 1, tzinfo=UTC)
CLOSES = datetime(2026, 11, 30, 10, tzinfo=UTC)
SELF = Window("self", OPENS, CLOSES)
ONE, OTHER, KIND = 1, 2, "so"


def schedule(*extensions: Extended, **windows: Window) -> Schedule:
    return Schedule({window.step: window for window in (SELF, *windows.values())}, extensions)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (OPENS - SECOND, "Chưa đến hạn tự đánh giá: bắt đầu từ 8 giờ 00 ngày 01/10/2026."),
        (OPENS, None),
        (CLOSES - timedelta(microseconds=1), None),
        (
            CLOSES,
            "Đã hết hạn tự đánh giá từ 17 giờ 00 ngày 30/11/2026. "
            "Cần thêm thời gian thì đề nghị Thường trực (Sở Nội vụ) gia hạn.",
        ),
    ],
)
def test_a_window_holds_from_its_first_second_to_before_its_last(
    at: datetime, told: str | None
) -> None:
    assert (schedule().refusal("self", at=at), schedule().is_open("self", at=at)) == (
        told, told is None,
    )  # fmt: skip


def test_a_step_without_a_window_is_always_open() -> None:
    assert Schedule().refusal("self", at=OPENS) is None
    assert schedule().is_open("appraisal_1", at=CLOSES + DAY)
    assert schedule().end("appraisal_1", at=OPENS) is None


def test_an_extension_serves_those_it_was_given_to_from_then_on() -> None:
    given_at, until = CLOSES + DAY, CLOSES + 5 * DAY
    kinds = {
        "all": Extended("self", until, given_at),
        "kind": Extended("self", until, given_at, kind=KIND),
        "unit": Extended("self", until, given_at, unit_id=ONE),
    }
    asked = {"one": (ONE, KIND), "other": (OTHER, KIND), "commune": (3, "xa"), "none": (None, None)}
    found = {
        name: {
            who
            for who, (unit, kind) in asked.items()
            if schedule(item).is_open("self", at=given_at, unit_id=unit, kind=kind)
        }
        for name, item in kinds.items()
    }
    assert found == {"all": set(asked), "kind": {"one", "other"}, "unit": {"one"}}
    around = [CLOSES, given_at - SECOND, given_at, until - SECOND, until]
    assert [schedule(kinds["all"]).is_open("self", at=at) for at in around] == [
        False, False, True, True, False,
    ]  # fmt: skip


def test_a_withdrawn_extension_held_until_then() -> None:
    gone = Extended("self", CLOSES + 5 * DAY, CLOSES - DAY, withdrawn_at=CLOSES + DAY)
    asked = [CLOSES - SECOND, CLOSES, CLOSES + DAY - SECOND, CLOSES + DAY, CLOSES + 2 * DAY]
    assert [schedule(gone).is_open("self", at=at) for at in asked] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert schedule(gone).end("self", at=CLOSES + DAY) == CLOSES


def test_own_figures_may_be_entered_while_the_year_is_followed() -> None:
    following = Window("following", OPENS - 200 * DAY, OPENS - 10 * DAY)
    whole = schedule(following=following)
    asked = [following.opens_at - SECOND, following.opens_at, following.closes_at, OPENS]
    assert [whole.refusal("self", at=at) for at in asked] == [
        "Chưa đến hạn tự đánh giá: bắt đầu từ 8 giờ 00 ngày 15/03/2026.",
        None,
        "Chưa đến hạn tự đánh giá: bắt đầu từ 8 giờ 00 ngày 01/10/2026.",
        None,
    ]
    assert not whole.is_open("self", at=following.opens_at)


def test_an_hour_is_written_by_the_clock_of_the_offices() -> None:
    assert hour(datetime(2026, 11, 30, 17, 5, tzinfo=UTC)) == "0 giờ 05 ngày 01/12/2026"
    assert str(SELF) == "tự đánh giá: 8 giờ 00 ngày 01/10/2026 đến 17 giờ 00 ngày 30/11/2026"


def test_a_plan_is_told_everything_that_is_wrong_with_it() -> None:
    plan = [
        Window("appraisal_1", OPENS - DAY, CLOSES + DAY),
        SELF,
        Window("petitions", CLOSES, CLOSES),
        Window("self", OPENS, CLOSES + DAY),
    ]
    assert [str(problem) for problem in window_problems(plan)] == [
        "tự đánh giá: Khai hai lần. Mỗi bước chỉ có một thời hạn.",
        "kiến nghị: Giờ kết thúc phải sau giờ bắt đầu.",
        "thẩm định lần 1: Không được bắt đầu hay kết thúc trước bước tự đánh giá.",
        "kiến nghị: Không được bắt đầu hay kết thúc trước bước thẩm định lần 1.",
    ]
    assert window_problems([SELF, Window("petitions", CLOSES, CLOSES + DAY)]) == []


# -- Rules ---------------------------------------------------------------------------------------

TIMES = st.integers(0, 60).map(lambda days: OPENS + days * DAY)
UNITS = st.sampled_from([ONE, OTHER])


@st.composite
def extensions(draw: st.DrawFn) -> Extended:
    made = draw(TIMES)
    whom: dict[str, Any] = draw(
        st.sampled_from([{}, {"kind": KIND}, {"kind": "xa"}, {"unit_id": ONE}])
    )
    withdrawn = draw(st.none() | st.integers(0, 9).map(lambda days: made + days * DAY))
    until = made + draw(st.integers(1, 9)) * DAY
    return Extended("self", until, made, withdrawn, **whom)


@law(usual=200)
@given(st.lists(extensions(), max_size=5), TIMES, UNITS)
def test_open_is_within_the_window_or_a_standing_extension(
    given_: list[Extended], at: datetime, unit: int
) -> None:
    plan = Schedule({"self": Window("self", OPENS, OPENS + 20 * DAY)}, given_)
    serving = [
        item
        for item in given_
        if item.made_at <= at < item.until
        and not (item.withdrawn_at and item.withdrawn_at <= at)
        and (item.unit_id or unit) == unit
        and (item.kind or KIND) == KIND
    ]
    expected = at < OPENS + 20 * DAY or bool(serving)
    assert plan.is_open("self", at=at, unit_id=unit, kind=KIND) == expected
    assert (plan.refusal("self", at=at, unit_id=unit, kind=KIND) is None) == expected
    assert plan.is_open("appraisal_1", at=at, unit_id=unit, kind=KIND)


@law(usual=100)
@given(st.lists(extensions(), max_size=5), TIMES, st.permutations(range(5)))
def test_the_order_of_extensions_means_nothing(
    given_: list[Extended], at: datetime, order: list[int]
) -> None:
    mixed = [given_[place] for place in order if place < len(given_)]
    steps: list[Step] = [*STEPS]
    plans = [Schedule({"self": SELF}, items) for items in (given_, mixed)]
    assert len({tuple(plan.end(step, at=at, unit_id=ONE, kind=KIND) for step in steps)
                for plan in plans}) == 1  # fmt: skip
