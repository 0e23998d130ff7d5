"""Entering figures: who for whom, what is refused, what two at once do, what the audit keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND, make_membership
from tests.small import OPENED_AT, open_again, open_small, person, small_spec, unit_id
from tests.thidua.work.conftest import Opened

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.spec.document import document
from thidua.store.actor import Actor
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.criteria import Leaf
from thidua.store.people import User
from thidua.store.sheets import EntryStage, ScoreEntry, ScoreSheet, SignOff
from thidua.store.tenancy import enter_province, province_of
from thidua.store.units import Unit
from thidua.work.campaigns import close_campaign
from thidua.work.entries import EntryChanged, save_entries, save_entry
from thidua.work.schedule import extend, set_windows
from thidua.work.signoff import sign_off
from thidua.work.windows import Window

CHANGED = re.compile(
    r"Dòng này vừa được người khác sửa lúc \d+ giờ \d\d ngày \d\d/\d\d/\d{4}\. "
    r"Số liệu bạn nhập chưa được lưu\. Hãy so với bản đang lưu rồi nhập lại\."
)
TASKS = {"numerator": 30, "denominator": 40}


def save(
    session: Session,
    campaign: Campaign,
    leaf: str = "1.1",
    stage: EntryStage = "self",
    inputs: Mapping[str, int] = TASKS,
    *,
    unit: str = "so-mot",
    by: Actor = COMMAND,
    **more: Any,
) -> ScoreEntry:
    return save_entry(
        session, campaign_id=campaign.id, unit_id=unit_id(session, unit), leaf_code=leaf,
        stage=stage, inputs=inputs, by=by, **{"at": OPENED_AT, **more},
    )  # fmt: skip


Stored = tuple[str, str, str, dict[str, int], str, int]


def stored(session: Session) -> list[Stored]:
    """Every entry as unit, leaf, stage, inputs, explanation and version."""
    session.flush()
    session.expire_all()
    rows = session.execute(
        select(Unit.key, Leaf.code, ScoreEntry)
        .join(ScoreSheet, ScoreSheet.id == ScoreEntry.sheet_id)
        .join(Unit, Unit.id == ScoreSheet.unit_id)
        .join(Leaf, Leaf.id == ScoreEntry.leaf_id)
        .order_by(ScoreEntry.id)
    )
    return [(key, code, e.stage, e.inputs, e.explanation, e.row_version) for key, code, e in rows]


def said(session: Session) -> list[tuple[str, Any, Any]]:
    """What the audit keeps of entries: action, before, after."""
    session.flush()
    entries = AuditEvent.action.startswith("entr")
    rows = session.scalars(select(AuditEvent).where(entries).order_by(AuditEvent.id))
    return [(row.action, row.before, row.after) for row in rows]


def test_the_three_stages_stand_beside_each_other(inside: Session, campaign: Campaign) -> None:
    officer, appraiser = person(inside, "officer", "so-mot"), person(inside, "appraiser", "so-hai")
    staff = person(inside, "secretariat")
    save(inside, campaign, by=officer, explanation="Theo báo cáo số 12")
    save(inside, campaign, stage="appraised", inputs={"numerator": 29, "denominator": 40},
         by=appraiser, explanation="Một nhiệm vụ chậm")  # fmt: skip
    save(inside, campaign, "2.1", "survey", {"percent": 873_500}, by=staff)
    assert stored(inside) == [
        ("so-mot", "1.1", "self", TASKS, "Theo báo cáo số 12", 1),
        (
            "so-mot", "1.1", "appraised", {"numerator": 29, "denominator": 40},
            "Một nhiệm vụ chậm", 1,
        ),
        ("so-mot", "2.1", "survey", {"percent": 873_500}, "", 1),
    ]  # fmt: skip
    wrote = inside.scalars(select(ScoreEntry.updated_by).order_by(ScoreEntry.id)).all()
    assert wrote == [officer.id, appraiser.id, staff.id]


def test_saving_again_changes_the_entry_and_the_audit_keeps_both(
    inside: Session, campaign: Campaign
) -> None:
    officer = person(inside, "officer", "so-mot")
    save(inside, campaign, by=officer, explanation="Lần một")
    save(inside, campaign, inputs={"numerator": 31, "denominator": 40}, by=officer,
         explanation="Lần hai", expected_version=1)  # fmt: skip
    first = {"leaf": "1.1", "stage": "self", "inputs": TASKS, "explanation": "Lần một"}
    second = {
        "leaf": "1.1", "stage": "self", "inputs": {"numerator": 31, "denominator": 40},
        "explanation": "Lần hai",
    }  # fmt: skip
    assert said(inside) == [("entry.save", None, first), ("entry.save", first, second)]
    assert stored(inside) == [("so-mot", "1.1", "self", second["inputs"], "Lần hai", 2)]
    events = inside.scalars(select(AuditEvent).where(AuditEvent.action == "entry.save")).all()
    assert {(e.actor_kind, e.actor_id, e.actor_name) for e in events} == {
        ("person", officer.id, officer.name)
    }


def test_an_officer_enters_for_the_own_unit_alone(inside: Session, campaign: Campaign) -> None:
    officer = person(inside, "officer", "so-mot")
    save(inside, campaign, by=officer)
    for other in ("so-hai", "xa-mot"):
        with pytest.raises(NotAllowed) as refusal:
            save(inside, campaign, unit=other, by=officer)
        assert str(refusal.value) == "Bạn chỉ tự chấm được phiếu của đơn vị mình."
    assert [row[0] for row in stored(inside)] == ["so-mot"]


def test_an_officer_who_also_appraises_enters_for_the_officers_unit_alone(
    inside: Session, campaign: Campaign
) -> None:
    both = person(inside, "officer", "so-mot")
    hai = inside.get_one(Unit, unit_id(inside, "so-hai"))
    make_membership(inside, "appraiser", user=inside.get_one(User, both.id), unit=hai)
    save(inside, campaign, by=both)
    with pytest.raises(NotAllowed, match="phiếu của đơn vị mình"):
        save(inside, campaign, unit="so-hai", by=both)
    for own in ("so-mot", "so-hai"):
        with pytest.raises(NotAllowed, match="Không ai thẩm định đơn vị của chính mình"):
            save(inside, campaign, stage="appraised", unit=own, by=both)
    save(inside, campaign, stage="appraised", unit="so-ba", by=both)
    assert [row[:3] for row in stored(inside)] == [
        ("so-mot", "1.1", "self"), ("so-ba", "1.1", "appraised"),
    ]  # fmt: skip


def test_nobody_appraises_the_own_unit(inside: Session, campaign: Campaign) -> None:
    appraiser = person(inside, "appraiser", "so-hai")
    with pytest.raises(NotAllowed) as refusal:
        save(inside, campaign, stage="appraised", unit="so-hai", by=appraiser)
    assert str(refusal.value) == (
        "Không ai thẩm định đơn vị của chính mình. Hãy chuyển phiếu này cho cơ quan thẩm định thay."
    )
    save(inside, campaign, stage="appraised", by=appraiser)
    assert [row[:3] for row in stored(inside)] == [("so-mot", "1.1", "appraised")]


def test_an_agency_appraises_what_the_set_gives_to_it_or_to_nobody(
    inside: Session, campaign: Campaign
) -> None:
    other = person(inside, "appraiser", "so-ba")
    save(inside, campaign, "2.2", "appraised", {"count": 1}, by=other)
    with pytest.raises(NotAllowed) as refusal:
        save(inside, campaign, stage="appraised", by=other)
    assert str(refusal.value) == "Tiêu chí 1.1 do cơ quan khác thẩm định."
    with pytest.raises(NotAllowed, match=r"^Tiêu chí 1\.1, 1\.2 do cơ quan khác thẩm định\.$"):
        save_all(inside, campaign, {"1.1": {}, "1.2": {}, "2.2": {}}, by=other, stage="appraised")
    assert [row[:3] for row in stored(inside)] == [("so-mot", "2.2", "appraised")]


def test_what_the_set_gives_to_the_unit_itself_another_agency_appraises(
    inside: Session, campaign: Campaign
) -> None:
    own, other = person(inside, "appraiser", "so-hai"), person(inside, "appraiser", "so-ba")
    with pytest.raises(NotAllowed, match="Không ai thẩm định đơn vị của chính mình"):
        save(inside, campaign, stage="appraised", unit="so-hai", by=own)
    save(inside, campaign, stage="appraised", unit="so-hai", by=other)
    assert [row[:3] for row in stored(inside)] == [("so-hai", "1.1", "appraised")]


@pytest.mark.parametrize("stage", ["self", "appraised"])
def test_a_survey_is_neither_self_assessed_nor_appraised(
    inside: Session, campaign: Campaign, stage: EntryStage
) -> None:
    with pytest.raises(NotAllowed) as refusal:
        save(inside, campaign, "2.1", stage, {"percent": 1_000_000})
    assert str(refusal.value) == (
        "Tiêu chí 2.1 lấy từ điều tra, chỉ số hoặc đánh giá của lãnh đạo, "
        "không tự chấm hay thẩm định."
    )
    assert stored(inside) == []


def test_what_is_no_survey_is_not_entered_as_one(inside: Session, campaign: Campaign) -> None:
    with pytest.raises(
        NotAllowed,
        match=r"^Tiêu chí 1\.1 không lấy từ điều tra, chỉ số hay đánh giá của lãnh đạo\.$",
    ):
        save(inside, campaign, "1.1", "survey")
    assert stored(inside) == []


INVALID: list[tuple[str, Any, list[tuple[str, str]]]] = [
    (
        "1.1",
        {"numerator": -1, "denominator": 10**9 + 1},
        [
            (
                "1.1.numerator",
                "“Số nhiệm vụ đã hoàn thành” phải từ 0 đến 1.000.000.000; hãy nhập lại",
            ),
            (
                "1.1.denominator",
                "“Số nhiệm vụ được giao” phải từ 0 đến 1.000.000.000; hãy nhập lại",
            ),
        ],
    ),
    ("1.2", {"points": 400_001}, [("1.2.points", "“Điểm” phải từ 0 đến 40; hãy nhập lại")]),
    ("1.2", {"points": "4"}, [("1.2.points", "“Điểm” phải là số; hãy nhập lại")]),
    ("1.2", {"points": True}, [("1.2.points", "“Điểm” phải là số; hãy nhập lại")]),
    ("1.2", {"points": 1.5}, [("1.2.points", "“Điểm” phải là số; hãy nhập lại")]),
    ("1.2", {"diem": 4}, [("1.2.diem", "tiêu chí này không có số liệu như vậy; hãy bỏ đi")]),
]


@pytest.mark.parametrize(("leaf", "inputs", "problems"), INVALID)
def test_unusable_inputs_are_named_and_nothing_is_kept(
    inside: Session, campaign: Campaign, leaf: str, inputs: Any, problems: list[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as refusal:
        save(inside, campaign, leaf, inputs=inputs)
    assert [(p.place, p.reason) for p in refusal.value.problems] == problems
    with pytest.raises(Invalid) as refusal:
        save_all(inside, campaign, {"1.1": {"numerator": 1}, leaf: inputs})
    assert [(p.place, p.reason) for p in refusal.value.problems] == problems
    assert (stored(inside), said(inside)) == ([], [])


def test_an_explanation_that_cannot_be_kept_is_refused(inside: Session, campaign: Campaign) -> None:
    with pytest.raises(Invalid, match=r"^Giải trình: Có ký tự không in được"):
        save(inside, campaign, explanation="Báo cáo\0 số 12")
    assert stored(inside) == []


def test_what_is_not_there_is_not_found(inside: Session, campaign: Campaign) -> None:
    with pytest.raises(NotFound, match=r"^Bộ tiêu chí không có mã 9\.9\.$"):
        save(inside, campaign, "9.9")
    for unit in (0, 10**9, 2**63, 10**30):
        with pytest.raises(NotFound, match=r"^Đơn vị này không tham gia kỳ đánh giá\.$"):
            save_entry(
                inside, campaign_id=campaign.id, unit_id=unit, leaf_code="1.1", stage="self",
                inputs={}, by=COMMAND, at=OPENED_AT,
            )  # fmt: skip


def test_a_stale_form_is_told_and_changes_nothing(inside: Session, campaign: Campaign) -> None:
    save(inside, campaign, inputs={"numerator": 1, "denominator": 40}, expected_version=0)
    save(inside, campaign, inputs={"numerator": 2, "denominator": 40}, expected_version=1)
    for seen in (0, 1, 3):
        with pytest.raises(EntryChanged) as refusal:
            save(inside, campaign, inputs={"numerator": 3, "denominator": 40},
                 explanation="Đè", expected_version=seen)  # fmt: skip
        assert CHANGED.fullmatch(str(refusal.value))
        assert refusal.value.stored == inside.scalars(select(ScoreEntry)).one()
        assert (refusal.value.inputs, refusal.value.explanation) == (
            {"numerator": 3, "denominator": 40}, "Đè",
        )  # fmt: skip
    with pytest.raises(Conflict):
        save(inside, campaign, "1.2", inputs={"points": 1}, expected_version=1)
    assert stored(inside) == [("so-mot", "1.1", "self", {"numerator": 2, "denominator": 40}, "", 2)]
    assert len(said(inside)) == 2


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


def save_all(
    session: Session, campaign: Campaign, inputs: Mapping[str, Mapping[str, int]], **more: Any
) -> int:
    asked = {
        "stage": "self",
        "by": COMMAND,
        "at": OPENED_AT,
        "unit_id": unit_id(session, "so-mot"),
        **more,
    }
    return save_entries(session, campaign_id=campaign.id, inputs=inputs, **asked)


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


def test_entries_of_two_campaigns_stand_apart(inside: Session, campaign: Campaign) -> None:
    other = open_again(inside, small_spec(), year=2026)
    save(inside, campaign, "1.2", inputs={"points": 1})
    save(inside, other, "1.2", inputs={"points": 2}, expected_version=0)
    assert [row[3] for row in stored(inside)] == [{"points": 1}, {"points": 2}]


# -- When, and how often -------------------------------------------------------------------------


def test_a_save_sent_twice_counts_once(inside: Session, campaign: Campaign) -> None:
    first = save(inside, campaign, expected_version=0, save_id="a")
    again = save(inside, campaign, expected_version=0, save_id="a")
    save(inside, campaign, inputs={"numerator": 31, "denominator": 40}, save_id="b")
    late = save(inside, campaign, expected_version=0, save_id="a")
    assert first is again is late
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
