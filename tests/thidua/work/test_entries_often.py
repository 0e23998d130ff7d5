"""Entries saved at once, twice, many together, and each in its time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import OPENED_AT, open_small, person, small_spec, unit_id
from tests.statements import statements
from tests.thidua.work.conftest import Opened
from tests.thidua.work.saved_entries import CHANGED, TASKS, said, save, save_all, stored

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.spec.document import document
from thidua.store.actor import Actor
from thidua.store.campaigns import Campaign
from thidua.store.sheets import EntryStage, ScoreEntry, SignOff
from thidua.store.tenancy import enter_province, province_of
from thidua.work.campaigns import close_campaign
from thidua.work.entries import save_entries, save_entry
from thidua.work.schedule import extend, set_windows
from thidua.work.signoff import sign_off
from thidua.work.windows import Window


def test_of_two_who_save_at_once_one_is_told_and_nothing_is_lost(
    sessions: sessionmaker[Session], opened: Opened
) -> None:
    with sessions.begin() as session:
        enter_province(session, opened.province)
        unit = unit_id(session, "so-mot")

    def attempt(points: int) -> int:
        with sessions.begin() as session:
            enter_province(session, opened.province)
            save_entry(
                session, campaign_id=opened.campaign, unit_id=unit, leaf_code="1.2", stage="self",
                inputs={"points": points}, by=COMMAND, at=OPENED_AT, expected_version=0,
            )  # fmt: skip
        return points

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(attempt, points) for points in (1, 2, 3, 4)]
    errors = [str(each.exception()) for each in done if each.exception()]
    [kept] = [each.result() for each in done if not each.exception()]
    assert [bool(CHANGED.fullmatch(error)) for error in errors] == [True] * 3
    with sessions() as session:
        enter_province(session, opened.province)
        assert stored(session) == [("so-mot", "1.2", "self", {"points": kept}, "", 1)]
        assert len(said(session)) == 1


def test_saving_while_the_campaign_is_closed_waits_and_is_refused(
    sessions: sessionmaker[Session], opened: Opened
) -> None:
    def late() -> None:
        with sessions.begin() as session:
            enter_province(session, opened.province)
            save(session, session.get_one(Campaign, opened.campaign))

    with ThreadPoolExecutor(1) as pool, sessions() as session:
        enter_province(session, opened.province)
        close_campaign(session, campaign_id=opened.campaign, by=COMMAND)
        saving = pool.submit(late)
        waiting = select(func.count()).select_from(text("pg_locks WHERE NOT granted"))
        while not saving.done() and not session.scalar(waiting):
            pass
        session.commit()
        assert str(saving.exception()) == "Kỳ đánh giá năm 2025 đã đóng, không nhập được nữa."
        assert stored(session) == []


def test_many_leaves_are_saved_at_once_with_one_audit_row(
    inside: Session, campaign: Campaign
) -> None:
    save(inside, campaign, explanation="Giữ lại")
    given = {"1.1": {"numerator": 40, "denominator": 40}, "1.2": {"points": 5}, "2.2": {"count": 1}}
    assert save_all(inside, campaign, given) == 3
    assert stored(inside) == [
        ("so-mot", "1.1", "self", given["1.1"], "Giữ lại", 2),
        ("so-mot", "1.2", "self", given["1.2"], "", 1),
        ("so-mot", "2.2", "self", given["2.2"], "", 1),
    ]
    assert said(inside)[1] == (
        "entries.save",
        {"stage": "self", "inputs": {"1.1": TASKS}},
        {"stage": "self", "inputs": given},
    )


def test_many_leaves_are_saved_whole_or_not_at_all(inside: Session, campaign: Campaign) -> None:
    with pytest.raises(Invalid) as refusal:
        save_all(inside, campaign, {
            "1.1": {"numerator": -1}, "1.2": {"points": 1}, "2.2": {"count": -1},
        })  # fmt: skip
    assert [p.place for p in refusal.value.problems] == ["1.1.numerator", "2.2.count"]
    with pytest.raises(NotFound, match=r"không có mã 9\.9"):
        save_all(inside, campaign, {"1.2": {"points": 1}, "9.9": {}})
    with pytest.raises(NotAllowed, match="lấy từ điều tra"):
        save_all(inside, campaign, {"1.2": {"points": 1}, "2.1": {"percent": 1}})
    assert (stored(inside), said(inside)) == ([], [])


def test_many_leaves_follow_the_same_rights(inside: Session, campaign: Campaign) -> None:
    given = {"1.2": {"points": 1}}
    officer, appraiser = person(inside, "officer", "so-hai"), person(inside, "appraiser", "so-mot")
    with pytest.raises(NotAllowed, match="phiếu của đơn vị mình"):
        save_all(inside, campaign, given, by=officer)
    with pytest.raises(NotAllowed, match="Không ai thẩm định đơn vị của chính mình"):
        save_all(inside, campaign, given, by=appraiser, stage="appraised")
    close_campaign(inside, campaign_id=campaign.id, by=COMMAND)
    with pytest.raises(Conflict, match="đã đóng, không nhập được nữa"):
        save_all(inside, campaign, given)
    assert stored(inside) == []


def test_a_save_sent_twice_counts_once(inside: Session, campaign: Campaign) -> None:
    first = save(inside, campaign, expected_version=0, save_id="a")
    again = save(inside, campaign, expected_version=0, save_id="a")
    save(inside, campaign, inputs={"numerator": 31, "denominator": 40}, save_id="b")
    late = save(inside, campaign, expected_version=0, save_id="a")
    assert [row.row_version for row in (first, again, late)] == [1, 1, 2]
    assert {row.id for row in (first, again, late)} == {first.id}
    assert (again.inputs, late.inputs) == (first.inputs, {"numerator": 31, "denominator": 40})
    assert stored(inside) == [
        ("so-mot", "1.1", "self", {"numerator": 31, "denominator": 40}, "", 2)
    ]
    assert len(said(inside)) == 2
    close_campaign(inside, campaign_id=campaign.id, by=COMMAND)
    assert save(inside, campaign, expected_version=0, save_id="a").row_version == 2
    with pytest.raises(Conflict, match="đã đóng"):
        save(inside, campaign, save_id="c")


def test_many_sent_twice_count_once(inside: Session, campaign: Campaign) -> None:
    given = {"1.1": TASKS, "1.2": {"points": 5}}
    for _ in range(2):
        assert save_all(inside, campaign, given, save_id="a") == 2
    assert [row[5] for row in stored(inside)] == [1, 1]
    assert len(said(inside)) == 1


def test_each_stage_has_its_window_and_an_extension_opens_it_again(
    inside: Session, campaign: Campaign
) -> None:
    days = [OPENED_AT + timedelta(days=n) for n in range(9)]
    windows = [
        Window("self", days[1], days[2]),
        Window("appraisal_1", days[3], days[4]),
        Window("appraisal_2", days[5], days[6]),
    ]
    set_windows(inside, campaign_id=campaign.id, windows=windows, by=COMMAND, at=days[0])
    stages: tuple[EntryStage, ...] = ("self", "appraised", "reappraised")
    survey: dict[str, Any] = {"stage": "survey", "inputs": {"percent": 1}}

    def taken(at: datetime) -> list[str]:
        found: list[str] = []
        for stage in stages:
            with suppress(Conflict):
                save(inside, campaign, stage=stage, at=at)
                found.append(stage)
        return found

    assert [taken(at) for at in days[:7]] == [
        [], ["self"], [], ["appraised"], [], ["reappraised"], [],
    ]  # fmt: skip
    with pytest.raises(Conflict) as refusal:
        save(inside, campaign, at=days[7])
    assert str(refusal.value).startswith("Đã hết hạn tự đánh giá từ")
    extend(
        inside, campaign_id=campaign.id, step="self", until=days[8], reason="Mất điện",
        unit_id=unit_id(inside, "so-mot"), by=COMMAND, at=days[7],
    )  # fmt: skip
    assert taken(days[7]) == ["self"]
    with pytest.raises(Conflict, match="Đã hết hạn tự đánh giá"):
        save(inside, campaign, unit="so-ba", leaf="1.2", inputs={"points": 1}, at=days[7])
    assert save(inside, campaign, "2.1", at=days[7], **survey).stage == "survey"


def test_fifty_units_hand_in_at_once(sessions: sessionmaker[Session]) -> None:
    numbers = range(50)
    unit = {"valid_from": "2025-07-01", "provenance": "illustrative", "kind": "xa"}
    units = [{"key": f"xa-{n}", "name": f"Xã {n}", **unit} for n in numbers]
    so = [u for u in document(small_spec())["units"] if u["kind"] == "so"]
    with sessions.begin() as session:
        campaign = open_small(session, small_spec(units=[*so, *units])).id
        province = province_of(session)
        people = [
            (unit_id(session, f"xa-{n}"), person(session, "officer", f"xa-{n}")) for n in numbers
        ]

    def hand_in(who: tuple[int, Actor]) -> str:
        with sessions.begin() as session:
            enter_province(session, province)
            asked: dict[str, Any] = {"campaign_id": campaign, "unit_id": who[0], "by": who[1]}
            given = {"1.1": TASKS, "1.2": {"points": who[0]}}
            save_entries(session, stage="self", inputs=given, at=OPENED_AT, **asked)
            return sign_off(session, at=OPENED_AT, reason="Thử", **asked).check_code

    with ThreadPoolExecutor(12) as pool:
        codes = [*pool.map(hand_in, people)]
    with sessions() as session:
        enter_province(session, province)
        rows = {key: given for key, code, _, given, _, _ in stored(session) if code == "1.2"}
        assert rows == {
            f"xa-{n}": {"points": unit} for n, (unit, _) in zip(numbers, people, strict=True)
        }
        signed = session.scalars(select(SignOff.check_code).order_by(SignOff.id)).all()
        assert (sorted(signed), len(set(codes))) == (sorted(codes), 50)


def test_a_save_of_what_stands_there_changes_nothing(inside: Session, campaign: Campaign) -> None:
    save(inside, campaign, explanation="Như cũ")
    again = save(inside, campaign, explanation="Như cũ")
    assert again.row_version == 1
    assert stored(inside) == [("so-mot", "1.1", "self", TASKS, "Như cũ", 1)]
    assert [action for action, *_ in said(inside)] == ["entry.save"] * 2


def test_who_has_an_entry_at_hand_sees_it_as_saved(inside: Session, campaign: Campaign) -> None:
    save(inside, campaign, "1.2", inputs={"points": 1})
    at_hand = inside.scalars(select(ScoreEntry)).one()
    save(inside, campaign, "1.2", inputs={"points": 2})
    assert (at_hand.inputs, at_hand.row_version) == ({"points": 2}, 2)


def test_a_save_takes_three_statements_however_many_lines(
    inside: Session, campaign: Campaign
) -> None:
    officer, unit = person(inside, "officer", "so-mot"), unit_id(inside, "so-mot")
    asked: dict[str, Any] = {"campaign_id": campaign.id, "unit_id": unit, "stage": "self",
                             "by": officer, "at": OPENED_AT}  # fmt: skip
    inside.flush()
    with statements() as one:
        save_entry(inside, leaf_code="1.1", inputs=TASKS, **asked)
    with statements() as many:
        save_entries(inside, inputs={"1.1": TASKS, "1.2": {"points": 1}}, **asked)
    assert (len(one), len(many)) == (3, 3)
