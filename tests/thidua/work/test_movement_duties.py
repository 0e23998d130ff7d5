"""Duties of a movement as they stand on a day, who is late, and the text to send them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.moving import NOW, PAPER, TODAY, apply_moving, launched, registered
from tests.small import person, unit_id

from thidua.errors import NotAllowed
from thidua.work.movement_duties import (
    DutyState,
    duty_reminder,
    duty_states,
    late_duties,
)
from thidua.work.movement_life import Proof, fulfil_duty, retract_act
from thidua.work.units import end_unit


@pytest.fixture
def inside(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as session:
        apply_moving(session)
        yield session


def states(session: Session, on: date = TODAY) -> list[tuple[str, int | None, str, str]]:
    found = duty_states(session, movement="cchc", by=COMMAND, on=on)
    return [(state.duty, state.year, state.name, state.status) for state in found]


def late(session: Session, on: date = TODAY) -> list[tuple[str, str]]:
    return [(s.duty, s.name) for s in late_duties(session, movement="cchc", by=COMMAND, on=on)]


def reported(session: Session, key: str, on: date, year: int = 2025) -> None:
    fulfil_duty(
        session, movement="cchc", duty="bao-cao", unit_id=unit_id(session, key), on=on, year=year,
        proof=Proof(PAPER), by=COMMAND, at=NOW,
    )  # fmt: skip


def test_who_owes_what_by_when_and_how_it_stands(inside: Session) -> None:
    launched(inside, "so-mot")
    launched(inside, "so-hai", on=date(2025, 10, 2), folded_into="Kế hoạch năm")
    registered(inside, "xa-mot")
    reported(inside, "so-mot", date(2025, 12, 15))
    reported(inside, "so-hai", date(2025, 12, 16))
    assert states(inside) == [
        ("dang-ky", None, "Xã Một", "done"),
        ("phat-dong", None, "Sở Ba", "late"),
        ("phat-dong", None, "Sở Hai", "done_late"),
        ("phat-dong", None, "Sở Một", "done"),
        ("bao-cao", 2025, "Sở Ba", "late"),
        ("bao-cao", 2025, "Sở Hai", "done_late"),
        ("bao-cao", 2025, "Sở Một", "done"),
        ("bao-cao", 2025, "Xã Một", "late"),
        ("bao-cao", 2026, "Sở Ba", "open"),
        ("bao-cao", 2026, "Sở Hai", "open"),
        ("bao-cao", 2026, "Sở Một", "open"),
        ("bao-cao", 2026, "Xã Một", "open"),
        ("tuyen-truyen", None, "Báo, đài", "open"),
    ]
    assert states(inside, date(2025, 9, 30))[1:4] == [
        ("phat-dong", None, "Sở Ba", "open"),
        ("phat-dong", None, "Sở Hai", "open"),
        ("phat-dong", None, "Sở Một", "done"),
    ]
    [done] = [
        state for state in duty_states(inside, movement="cchc", by=COMMAND, on=TODAY)
        if (state.duty, state.name) == ("phat-dong", "Sở Một")
    ]  # fmt: skip
    assert done == DutyState(
        movement="cchc", duty="phat-dong", phase="launch", what="Phát động phong trào.",
        proof="kế hoạch", unit_id=unit_id(inside, "so-mot"), name="Sở Một", year=None,
        due=date(2025, 9, 30), status="done", done_on=date(2025, 9, 1),
        shown_by="12/KH-SM ngày 01/09/2025", recorded_by=COMMAND.name,
    )  # fmt: skip


def test_an_act_taken_back_fulfils_nothing(inside: Session) -> None:
    act = launched(inside, "so-mot")
    assert ("phat-dong", "Sở Một") not in late(inside)
    retract_act(inside, act_id=act.id, by=COMMAND.because("Nhầm"), at=NOW)
    assert ("phat-dong", "Sở Một") in late(inside)


def test_late_begins_the_day_after_and_ends_with_the_unit(inside: Session) -> None:
    assert late(inside, date(2025, 8, 31)) == []
    assert late(inside, date(2025, 9, 1)) == [("dang-ky", "Xã Một")]
    unit = unit_id(inside, "so-ba")
    end_unit(inside, unit_id=unit, on=date(2026, 1, 31), reason="Giải thể", by=COMMAND)
    owed = late(inside)
    assert ("phat-dong", "Sở Ba") not in owed  # nobody is left to be reminded
    assert ("phat-dong", None, "Sở Ba", "late") in states(inside)


def test_a_duty_of_nobody_in_particular_is_done_by_any(inside: Session) -> None:
    fulfil_duty(
        inside, movement="cchc", duty="tuyen-truyen", unit_id=unit_id(inside, "so-ba"),
        on=TODAY, proof=Proof(PAPER), by=COMMAND, at=NOW,
    )  # fmt: skip
    assert states(inside)[-1] == ("tuyen-truyen", None, "Báo, đài", "done")


def test_a_reminder_lists_each_office_once_with_all_it_owes(inside: Session) -> None:
    launched(inside, "so-hai")
    launched(inside, "so-ba")
    found = late_duties(inside, movement="cchc", by=COMMAND, on=TODAY)
    mot = [state for state in found if state.name in ("Sở Một", "Xã Một")]
    text = duty_reminder(mot, title="Phong trào mẫu", authority="Sở Nội vụ", on=TODAY)
    assert text.splitlines()[:6] == [
        "Kính gửi: Các cơ quan, đơn vị có tên dưới đây.",
        "",
        "Thực hiện Phong trào mẫu, tính đến ngày 01/03/2026, Sở Nội vụ ghi nhận các nội dung chưa "
        "hoàn thành như sau:",
        "",
        "1. Xã Một: đăng ký: Đăng ký tham gia; hạn ngày 31/08/2025 (đã quá hạn); sơ kết năm 2025: "
        "Báo cáo kết quả; hạn ngày 15/12/2025 (đã quá hạn).",
        "2. Sở Một: phát động: Phát động phong trào; minh chứng: kế hoạch; hạn ngày 30/09/2025 (đã "
        "quá hạn); sơ kết năm 2025: Báo cáo kết quả; hạn ngày 15/12/2025 (đã quá hạn).",
    ]


def test_an_officer_sees_the_own_duties_and_nobody_elses_lateness(inside: Session) -> None:
    officer = person(inside, "officer", "so-mot")
    found = duty_states(inside, movement="cchc", by=officer, on=TODAY)
    assert [(state.duty, state.year, state.name) for state in found] == [
        ("phat-dong", None, "Sở Một"), ("bao-cao", 2025, "Sở Một"), ("bao-cao", 2026, "Sở Một"),
    ]  # fmt: skip
    with pytest.raises(NotAllowed, match="Bạn không có quyền xem đơn vị chậm"):
        late_duties(inside, movement="cchc", by=officer, on=TODAY)
