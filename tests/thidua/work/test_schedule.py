"""Windows and extensions of a stored campaign: who may set them, what they lock, at what second."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import OPENED_AT, unit_id
from tests.thidua.work.conftest import Opened

from thidua.errors import Conflict, Invalid, NotFound, ThiduaError
from thidua.store.actor import Actor
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.schedules import STEPS, Extension, Step
from thidua.store.tenancy import enter_province
from thidua.work.campaigns import close_campaign
from thidua.work.schedule import (
    campaign_schedule,
    end_step,
    extend,
    refuse_closed,
    set_windows,
    withdraw_extension,
)
from thidua.work.windows import Window

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
OPENS, CLOSES = datetime(2026, 2, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, 10, tzinfo=UTC)
SELF = Window("self", OPENS, CLOSES)
APPRAISAL = Window("appraisal_1", CLOSES, CLOSES + 10 * DAY)
WHY = COMMAND.because("Ghi nhầm")


@pytest.fixture
def planned(inside: Session, campaign: Campaign) -> Campaign:
    """The open campaign with windows for self-assessment and appraisal."""
    set_windows(
        inside, campaign_id=campaign.id, windows=[SELF, APPRAISAL], by=COMMAND, at=OPENED_AT
    )
    inside.commit()
    return campaign


def may(session: Session, campaign: Campaign, key: str, at: datetime, step: Step = "self") -> bool:
    """Whether the unit may enter something of the step at this time."""
    kind = "xa" if key.startswith("xa") else "so"
    try:
        refuse_closed(
            session, campaign=campaign, unit_id=unit_id(session, key), kind=kind, step=step, at=at
        )
    except Conflict:
        return False
    return True


def lengthen(
    session: Session, campaign: Campaign, until: datetime, at: datetime, **more: object
) -> Extension:
    asked = {"step": "self", "reason": "Bão số 9", "by": COMMAND, **more}
    return extend(session, campaign_id=campaign.id, until=until, at=at, **asked)  # type: ignore[arg-type]


def told(act: Callable[[], object]) -> str:
    with pytest.raises(ThiduaError) as refusal:
        act()
    return str(refusal.value)


def test_without_windows_every_step_is_open_in_an_open_campaign(
    inside: Session, campaign: Campaign
) -> None:
    asked = {"campaign": campaign, "unit_id": None, "kind": None, "at": OPENED_AT}
    for step in STEPS:
        refuse_closed(inside, step=step, **asked)  # type: ignore[arg-type]
    close_campaign(inside, campaign_id=campaign.id, by=COMMAND)
    assert told(lambda: refuse_closed(inside, step="self", **asked)) == (  # type: ignore[arg-type]
        "Kỳ đánh giá năm 2025 đã đóng, không nhập được nữa."
    )


def test_two_sessions_agree_at_every_second_around_the_borders(
    sessions: sessionmaker[Session], opened: Opened, inside: Session, planned: Campaign
) -> None:
    times = [OPENS - SECOND, OPENS, CLOSES - SECOND, CLOSES, CLOSES + SECOND]
    expected = [False, True, True, False, False]
    with sessions() as other:
        enter_province(other, opened.province)
        theirs = other.get_one(Campaign, planned.id)
        assert [may(inside, planned, "so-mot", at) for at in times] == expected
        assert [may(other, theirs, "so-mot", at) for at in times] == expected
        lengthen(inside, planned, CLOSES + DAY, OPENS)
        inside.commit()
        other.commit()
        assert [may(other, theirs, "so-mot", at) for at in times] == [False, *[True] * 4]
        assert not may(other, theirs, "so-mot", CLOSES + DAY)


def test_who_enters_holds_the_calendar_until_the_end(
    sessions: sessionmaker[Session], opened: Opened, inside: Session, planned: Campaign
) -> None:
    """An extension is withdrawn after what was begun under it, never in between."""
    made = lengthen(inside, planned, CLOSES + DAY, OPENS).id
    inside.commit()

    def withdraw() -> None:
        with sessions.begin() as late:
            enter_province(late, opened.province)
            withdraw_extension(late, extension_id=made, by=WHY, at=CLOSES + SECOND)

    with ThreadPoolExecutor(1) as pool:
        inside.refresh(planned, with_for_update={"read": True})
        waiting = select(func.count()).select_from(text("pg_locks WHERE NOT granted"))
        late = pool.submit(withdraw)
        while not late.done() and not inside.scalar(waiting):
            pass
        assert may(inside, planned, "so-mot", CLOSES + SECOND)
        inside.commit()
        late.result()
    assert not may(inside, planned, "so-mot", CLOSES + SECOND)


def test_an_extension_is_for_one_a_kind_or_all(inside: Session, planned: Campaign) -> None:
    after = CLOSES + SECOND
    keys = ("so-mot", "so-hai", "xa-mot")

    def open_for() -> list[str]:
        return [key for key in keys if may(inside, planned, key, after)]

    seen = [open_for()]
    one = lengthen(
        inside, planned, CLOSES + DAY, after, unit_id=unit_id(inside, "so-mot"), reason=" Cháy nhà "
    )
    seen.append(open_for())
    lengthen(inside, planned, CLOSES + DAY, after, kind="xa")
    seen.append(open_for())
    lengthen(inside, planned, CLOSES + 2 * DAY, after)
    seen.append(open_for())
    assert seen == [[], ["so-mot"], ["so-mot", "xa-mot"], list(keys)]
    event = inside.scalars(
        select(AuditEvent).where(AuditEvent.action == "campaign.extend").limit(1)
    ).one()
    assert (event.subject_id, event.reason, event.before, event.after) == (
        one.id,
        "Cháy nhà",
        {"until": CLOSES.isoformat()},
        {
            "campaign": planned.id, "step": "self", "kind": None,
            "unit": unit_id(inside, "so-mot"), "until": (CLOSES + DAY).isoformat(),
        },
    )  # fmt: skip


def test_an_extension_that_changes_nothing_or_cannot_be_is_refused(
    inside: Session, planned: Campaign
) -> None:
    lengthen(inside, planned, CLOSES + 2 * DAY, OPENS, kind="so")
    one, later = unit_id(inside, "so-mot"), CLOSES + 9 * DAY

    def asked(until: datetime = later, **more: object) -> str:
        return told(lambda: lengthen(inside, planned, until, CLOSES, **more))

    assert asked(CLOSES + DAY, unit_id=one, reason=" ") == (
        "Lý do: Hãy ghi lý do gia hạn.\nGia hạn đến: Phải sau 17 giờ 00 ngày 03/03/2026."
    )
    assert asked(CLOSES) == "Gia hạn đến: Phải sau 17 giờ 00 ngày 01/03/2026."
    assert asked(step="petitions") == ("Bước kiến nghị không có thời hạn nên không phải gia hạn.")
    assert asked(kind="so", unit_id=one) == (
        "Gia hạn cho: Chọn một loại đơn vị hoặc một đơn vị, không chọn cả hai."
    )
    unknown = "Không có đơn vị, loại đơn vị này trong kỳ đánh giá."
    assert (asked(kind="huyen"), asked(unit_id=10**30), asked(unit_id=0)) == (unknown,) * 3
    close_campaign(inside, campaign_id=planned.id, by=COMMAND)
    assert asked() == "Chỉ gia hạn trong kỳ đánh giá đang mở."
    assert len(inside.scalars(select(Extension)).all()) == 1


def test_an_extension_is_withdrawn_with_a_reason_and_once(
    inside: Session, planned: Campaign
) -> None:
    made = lengthen(inside, planned, CLOSES + 9 * DAY, CLOSES)
    asked = {"extension_id": made.id, "at": CLOSES + DAY}
    assert told(lambda: withdraw_extension(inside, by=COMMAND, **asked)) == (  # type: ignore[arg-type]
        "Lý do: Hãy ghi lý do rút lại gia hạn."
    )
    withdraw_extension(inside, by=WHY, **asked)  # type: ignore[arg-type]
    times = [CLOSES + DAY - SECOND, CLOSES + DAY]
    assert [may(inside, planned, "so-mot", at) for at in times] == [True, False]
    gone = "Lần gia hạn này đã hết hoặc đã được rút lại."
    assert told(lambda: withdraw_extension(inside, by=WHY, **asked)) == gone  # type: ignore[arg-type]
    over = lengthen(inside, planned, CLOSES + 2 * DAY, CLOSES + DAY)
    at = CLOSES + 2 * DAY
    assert told(lambda: withdraw_extension(inside, extension_id=over.id, by=WHY, at=at)) == gone
    with pytest.raises(NotFound, match="Không có lần gia hạn này"):
        withdraw_extension(inside, extension_id=10**30, by=WHY, at=at)


def test_a_running_step_is_ended_at_once_for_all(inside: Session, planned: Campaign) -> None:
    at = OPENS + DAY + 20 * SECOND
    petitions = Window("petitions", CLOSES + DAY, APPRAISAL.closes_at)
    windows = [SELF, APPRAISAL, petitions]
    set_windows(inside, campaign_id=planned.id, windows=windows, by=COMMAND, at=OPENED_AT)
    lengthen(inside, planned, CLOSES + 9 * DAY, OPENS + DAY, unit_id=unit_id(inside, "so-hai"))

    def end(step: Step = "self", by: Actor = WHY, now: datetime = at) -> object:
        return end_step(inside, campaign_id=planned.id, step=step, by=by, at=now)

    assert told(lambda: end(by=COMMAND)) == "Lý do: Hãy ghi lý do kết thúc bước này trước hạn."
    idle = "Bước thẩm định lần 1 không đang chạy theo thời hạn nào."
    assert told(lambda: end("appraisal_1")) == idle
    assert told(lambda: end("explanation")) == "Bước giải trình không đang chạy theo thời hạn nào."
    assert told(lambda: end("petitions", now=CLOSES + 2 * DAY)) == (
        "kiến nghị: Không được bắt đầu hay kết thúc trước bước thẩm định lần 1."
    )
    end()
    keys = ["so-mot", "so-hai"]
    assert [may(inside, planned, key, at) for key in keys] == [False, False]
    assert [may(inside, planned, key, OPENS + DAY - SECOND) for key in keys] == [True, True]
    event = inside.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    minute = (OPENS + DAY).isoformat()
    assert (event.action, event.reason, event.before, event.after) == (
        "campaign.end_step", "Ghi nhầm",
        {"self": [OPENS.isoformat(), CLOSES.isoformat()],
         "extensions": [(CLOSES + 9 * DAY).isoformat()]},
        {"self": [OPENS.isoformat(), minute]},
    )  # fmt: skip
    assert told(end) == "Bước tự đánh giá đã hết hạn từ 8 giờ 00 ngày 02/02/2026."
    lengthen(inside, planned, at + DAY, at)
    assert may(inside, planned, "so-mot", at)


def test_a_running_window_is_never_changed_silently(inside: Session, planned: Campaign) -> None:
    def asked(*windows: Window, at: datetime = OPENS) -> str:
        return told(
            lambda: set_windows(inside, campaign_id=planned.id, windows=windows, by=COMMAND, at=at)
        )

    begun = "đã bắt đầu nên không đổi được thời hạn. Hãy gia hạn hoặc kết thúc ngay, kèm lý do."
    running = f"Bước tự đánh giá {begun}"
    later = Window("self", OPENS, CLOSES + DAY)
    assert (asked(later), asked(APPRAISAL), asked()) == (running,) * 3
    assert asked(SELF, Window("petitions", CLOSES, CLOSES + 20 * DAY), at=CLOSES) == (
        f"Bước thẩm định lần 1 {begun}"
    )
    assert asked(SELF, Window("following", OPENS - DAY, CLOSES)) == (
        "Kỳ đang mở: thời hạn mới của bước theo dõi phải bắt đầu sau lúc này."
    )
    with pytest.raises(Invalid, match="Giờ kết thúc phải sau giờ bắt đầu"):
        set_windows(
            inside, campaign_id=planned.id, windows=[SELF, Window("petitions", CLOSES, CLOSES)],
            by=COMMAND, at=OPENS,
        )  # fmt: skip
    close_campaign(inside, campaign_id=planned.id, by=COMMAND)
    assert asked() == "Kỳ đánh giá năm 2025 đã đóng, không đặt lại thời hạn được."
    schedule, _ = campaign_schedule(inside, campaign_id=planned.id, by=COMMAND)
    assert schedule.plan == [SELF, APPRAISAL]


def test_what_has_not_begun_may_be_planned_again(inside: Session, planned: Campaign) -> None:
    petitions = Window("petitions", CLOSES + DAY, CLOSES + 30 * DAY)
    changed = set_windows(
        inside, campaign_id=planned.id, windows=[petitions, SELF], by=COMMAND, at=OPENS
    )
    assert changed.plan == [SELF, petitions]
    event = inside.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (event.action, sorted(event.before or {}), event.after) == (
        "campaign.windows",
        ["appraisal_1", "self"],
        {
            window.step: [window.opens_at.isoformat(), window.closes_at.isoformat()]
            for window in (petitions, SELF)
        },
    )
