"""Units in time: what each verb does, refuses, and leaves in the audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import (
    COMMAND,
    make_campaign,
    make_kind,
    make_membership,
    make_result,
    make_unit,
)

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.store.actor import Actor
from thidua.store.appraisal import Assignment
from thidua.store.audit_rows import AuditEvent
from thidua.store.base import Base
from thidua.store.people import ROLES, Role
from thidua.store.tenancy import enter_province
from thidua.store.units import Unit, UnitPeriod
from thidua.work.successions import remove_succession
from thidua.work.units import (
    IN_USE,
    change_unit,
    days_of,
    end_unit,
    register_unit,
    remove_unit,
)

FACTS: Mapping[str, Any] = {
    "name": "Sở Nội vụ",
    "kind": "so",
    "cluster": "khoi-1",
    "official_code": "",
    "parent": None,
    "valid_from": date(2025, 7, 1),
    "valid_to": None,
}


def register(session: Session, by: Actor = COMMAND, **changed: Any) -> UnitPeriod:
    make_kind(session)
    return register_unit(session, by=by, **{**FACTS, **changed})


def said(session: Session) -> list[tuple[str, str, Any, Any]]:
    session.flush()
    rows = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    return [(row.action, row.reason, row.before, row.after) for row in rows]


def reasons(refusal: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(problem.place, problem.reason) for problem in refusal.value.problems]


def state(session: Session) -> list[tuple[str, str, date | None, date | None]]:
    session.flush()
    rows = session.execute(
        select(Unit.key, UnitPeriod)
        .join(UnitPeriod, UnitPeriod.unit_id == Unit.id)
        .order_by(UnitPeriod.id)
    )
    return [(key, period.name, *days_of(period)) for key, period in rows]


def test_register_unit_keeps_what_was_said(session: Session) -> None:
    period = register(session, name="  Sở  Nội vụ ", official_code=" 123 ")
    session.refresh(period)
    assert (period.name, period.kind, period.cluster) == ("Sở Nội vụ", "so", "khoi-1")
    assert (period.official_code, period.provenance) == ("123", "official")
    assert days_of(period) == (date(2025, 7, 1), None)
    unit = session.get_one(Unit, period.unit_id)
    assert (unit.key, unit.created_by) == ("so-noi-vu", "console")
    assert said(session) == [
        (
            "unit.register",
            "",
            None,
            {
                "name": "Sở Nội vụ",
                "kind": "so",
                "cluster": "khoi-1",
                "official_code": "123",
                "parent_id": None,
                "from": "2025-07-01",
                "to": None,
            },
        )
    ]


def test_register_unit_numbers_the_key_of_a_namesake(session: Session) -> None:
    names = ("Đội Thuế Đ.10", "Đội thuế Đ 10", "Đội Thuế Đ/10", "…")
    periods = [register(session, name=name) for name in names]
    keys = [session.get_one(Unit, period.unit_id).key for period in periods]
    assert keys == ["doi-thue-d-10", "doi-thue-d-10-2", "doi-thue-d-10-3", "don-vi"]


def test_register_unit_with_a_known_key_adds_a_period(session: Session) -> None:
    first = register(session, valid_to=date(2025, 12, 31), key="so-moi")
    second = register(session, name="Sở Mới", valid_from=date(2026, 1, 1), key="so-moi")
    assert first.unit_id == second.unit_id
    assert state(session) == [
        ("so-moi", "Sở Nội vụ", date(2025, 7, 1), date(2025, 12, 31)),
        ("so-moi", "Sở Mới", date(2026, 1, 1), None),
    ]


def test_register_unit_collects_every_problem(session: Session) -> None:
    make_kind(session)
    with pytest.raises(Invalid) as refusal:
        register(
            session, name=" ", kind="khong-co", official_code="\0",
            valid_from=date(1026, 7, 1), valid_to=date(1025, 7, 1),
        )  # fmt: skip
    years = "Năm phải trong khoảng 1900 đến 2199."
    assert reasons(refusal) == [
        ("Mã hành chính", "Có ký tự không in được. Hãy gõ lại."),
        ("Loại đơn vị", "Hãy chọn một loại đơn vị của tỉnh."),
        ("Tên đơn vị", "Hãy nhập tên đơn vị."),
        ("Từ ngày", years),
        ("Đến ngày", years),
        ("Đến ngày", "Phải từ ngày bắt đầu trở đi."),
    ]
    assert state(session) == []


def test_register_unit_refuses_the_cluster_of_another_kind(session: Session) -> None:
    make_kind(session, "xa", cluster="cum-1")
    with pytest.raises(Invalid) as refusal:
        register(session, cluster="cum-1")
    sentence = "Khối, cụm này không thuộc loại đơn vị đã chọn. Hãy chọn lại."
    assert reasons(refusal) == [("Khối, cụm", sentence)]


def test_register_unit_refuses_too_long_a_text(session: Session) -> None:
    with pytest.raises(Invalid) as refusal:
        register(session, name="ă" * 301, official_code="1" * 21)
    assert reasons(refusal) == [
        ("Tên đơn vị", "Không quá 300 ký tự."),
        ("Mã hành chính", "Không quá 20 ký tự."),
    ]


def test_register_unit_refuses_overlapping_periods_and_keeps_the_rest(session: Session) -> None:
    register(session, key="so-moi", valid_to=date(2025, 12, 31))
    with pytest.raises(Conflict) as refusal:
        register(session, key="so-moi", valid_from=date(2025, 12, 31))
    assert str(refusal.value) == (
        "Thời gian này chồng lên một thời gian khác của cùng đơn vị. Hãy sửa ngày, "
        "hoặc ghi ngày kết thúc của thời gian kia trước."
    )
    assert state(session) == [("so-moi", "Sở Nội vụ", date(2025, 7, 1), date(2025, 12, 31))]
    assert [action for action, *_ in said(session)] == ["unit.register"]


Span = tuple[date | None, date | None]


def in_order(span: Span) -> bool:
    return (span[0] or date.min) <= (span[1] or date.max)


days = st.none() | st.dates(date(2020, 1, 1), date(2020, 1, 12))
spans = st.tuples(days, days).filter(in_order)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(spans, min_size=1, max_size=6))
def test_periods_of_a_unit_never_share_a_day(session: Session, wanted: list[Span]) -> None:
    session.rollback()
    make_kind(session)
    kept: list[Span] = []
    for first, last in wanted:
        meets = any(
            (a or date.min) <= (last or date.max) and (first or date.min) <= (b or date.max)
            for a, b in kept
        )
        try:
            register(session, key="mot", valid_from=first, valid_to=last)
        except Conflict:
            assert meets
        else:
            assert not meets
            kept.append((first, last))
    assert [span[2:] for span in state(session)] == kept


def test_change_unit_corrects_the_period(session: Session) -> None:
    period = register(session)
    make_kind(session, "xa", cluster="cum-1")
    changed = change_unit(
        session, period_id=period.id, name="UBND xã Mỹ Tho", kind="xa", cluster=None,
        official_code="82", parent=None, valid_from=None, valid_to=date(2026, 6, 30),
        expected_version=1, by=COMMAND,
    )  # fmt: skip
    session.refresh(changed)
    facts = changed.name, changed.kind, changed.cluster, changed.official_code
    assert facts == ("UBND xã Mỹ Tho", "xa", None, "82")
    assert days_of(changed) == (None, date(2026, 6, 30))
    assert (changed.search_text, changed.row_version) == ("ubnd xa my tho", 2)
    action, reason, before, after = said(session)[-1]
    assert (action, reason, before["name"], after["name"], after["to"]) == (
        "unit.change", "", "Sở Nội vụ", "UBND xã Mỹ Tho", "2026-06-30",
    )  # fmt: skip


def change(session: Session, period: UnitPeriod, expected_version: int = 1, **changed: Any) -> None:
    change_unit(
        session, period_id=period.id, expected_version=expected_version, by=COMMAND,
        **{**FACTS, **changed},
    )  # fmt: skip


def test_change_unit_refuses_a_stale_form(session: Session) -> None:
    period = register(session)
    change(session, period, name="Sở A")
    with pytest.raises(Conflict, match="vừa được người khác sửa"):
        change(session, period, name="Sở B")
    assert state(session) == [("so-noi-vu", "Sở A", date(2025, 7, 1), None)]


def test_change_unit_refuses_overlap_and_bad_facts(session: Session) -> None:
    register(session, key="so-moi", valid_to=date(2025, 12, 31))
    second = register(session, key="so-moi", name="Sở Mới", valid_from=date(2026, 1, 1))
    with pytest.raises(Conflict, match="chồng lên"):
        change(session, second, valid_from=date(2025, 8, 1))
    with pytest.raises(Invalid, match="Hãy nhập tên đơn vị"):
        change(session, second, name="")
    with pytest.raises(NotFound, match="Không có đơn vị này"):
        change_unit(session, period_id=0, expected_version=1, by=COMMAND, **FACTS)
    assert state(session) == [
        ("so-moi", "Sở Nội vụ", date(2025, 7, 1), date(2025, 12, 31)),
        ("so-moi", "Sở Mới", date(2026, 1, 1), None),
    ]


def test_end_unit_closes_the_last_period(session: Session) -> None:
    register(session, key="so-moi", valid_from=None, valid_to=date(2025, 6, 30))
    last = register(session, key="so-moi")
    end_unit(session, unit_id=last.unit_id, on=date(2026, 2, 28), by=COMMAND, reason=" NQ 01 ")
    session.expire_all()
    assert [row[2:] for row in state(session)] == [
        (None, date(2025, 6, 30)),
        (date(2025, 7, 1), date(2026, 2, 28)),
    ]
    action, reason, before, after = said(session)[-1]
    assert (action, reason, before["to"], after["to"]) == ("unit.end", "NQ 01", None, "2026-02-28")


def test_end_unit_refuses_what_cannot_be(session: Session) -> None:
    period = register(session)
    with pytest.raises(Invalid) as refusal:
        end_unit(session, unit_id=period.unit_id, on=date(2025, 6, 30), by=COMMAND, reason="")
    assert reasons(refusal) == [
        ("Ngày kết thúc", "Phải từ 01/07/2025, ngày bắt đầu."),
        ("Lý do", "Hãy ghi lý do, văn bản kết thúc."),
    ]
    end_unit(session, unit_id=period.unit_id, on=date(2025, 7, 1), by=COMMAND, reason="Giải thể")
    with pytest.raises(Conflict, match="đã kết thúc ngày 01/07/2025"):
        end_unit(session, unit_id=period.unit_id, on=date(2026, 1, 1), by=COMMAND, reason="Lại")
    with pytest.raises(NotFound, match="Không có đơn vị này"):
        end_unit(session, unit_id=0, on=date(2026, 1, 1), by=COMMAND, reason="Không")
    assert [row[2:] for row in state(session)] == [(date(2025, 7, 1), date(2025, 7, 1))]


def test_remove_unit_takes_the_unit_with_its_only_period(session: Session) -> None:
    first = register(session, key="so-moi", valid_to=date(2025, 12, 31))
    second = register(session, key="so-moi", name="Sở Mới", valid_from=date(2026, 1, 1))
    remove_unit(session, period_id=second.id, by=COMMAND)
    assert state(session) == [("so-moi", "Sở Nội vụ", date(2025, 7, 1), date(2025, 12, 31))]
    remove_unit(session, period_id=first.id, by=COMMAND)
    assert session.scalars(select(Unit)).all() == []
    assert [(action, before) for action, _, before, _ in said(session)][-1] == (
        "unit.remove",
        {**said(session)[0][3]},
    )


@pytest.mark.parametrize(
    ("use", "sentence"),
    [
        ("campaign", "Đơn vị đã có trong một kỳ đánh giá nên không xóa được."),
        ("result", "Đơn vị đã có trong một bản kết quả nên không xóa được."),
        ("account", "Có tài khoản đang giữ vai trò của đơn vị này nên không xóa được."),
        ("parent", "Có đơn vị khác trực thuộc đơn vị này nên không xóa được."),
    ],
)
def test_remove_unit_refuses_a_unit_that_is_named(
    session: Session, use: str, sentence: str
) -> None:
    unit = make_unit(session, "Sở Mẫu")
    match use:
        case "campaign":
            make_campaign(session, unit)
        case "result":
            make_result(session, unit)
        case "account":
            make_membership(session, "officer", unit=unit)
        case "parent":
            register(session, name="Chi cục").parent_id = unit.id
    period = session.scalars(select(UnitPeriod).where(UnitPeriod.unit_id == unit.id)).one()
    with pytest.raises(Conflict) as refusal:
        remove_unit(session, period_id=period.id, by=COMMAND)
    advice = "Nếu đơn vị không còn nữa, hãy dùng “Kết thúc hoạt động”."
    assert str(refusal.value) == f"{sentence} {advice}"
    assert period in session


def test_remove_unit_knows_every_place_that_names_a_unit(session: Session) -> None:
    named = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_key_constraints
        if key.referred_table.name == "unit"
        for column in key.columns
        if column.name != "province_id"
    }
    known = {(column.class_.__tablename__, column.key) for column, _ in IN_USE}
    assert known | {("unit_period", "unit_id")} == named
    agency = make_unit(session, "Sở Mẫu")
    campaign = make_campaign(session, make_unit(session, "Sở Khác"))
    session.add(Assignment(campaign_id=campaign.id, set_code="bo", node="1", agency_id=agency.id))
    session.flush()
    period = session.scalars(select(UnitPeriod).where(UnitPeriod.unit_id == agency.id)).one()
    with pytest.raises(Conflict, match="Đơn vị được phân công thẩm định nên không xóa được"):
        remove_unit(session, period_id=period.id, by=COMMAND)


@pytest.mark.parametrize("id_", [0, 2**63])
def test_an_id_that_no_row_has_is_not_found(session: Session, id_: int) -> None:
    with pytest.raises(NotFound):
        remove_unit(session, period_id=id_, by=COMMAND)
    with pytest.raises(NotFound):
        remove_succession(session, succession_id=id_, by=COMMAND)


@pytest.mark.parametrize("role", ROLES)
def test_only_staff_touch_units(session: Session, role: Role) -> None:
    period = register(session)
    unit = make_unit(session, "Sở Khác") if role in ("officer", "appraiser") else None
    by = Actor(kind="person", id=make_membership(session, role, unit=unit).user_id, name="Bà Mẫu")
    day = date(2026, 1, 1)
    verbs: list[Callable[[], object]] = [
        lambda: register(session, by=by, name="Sở Mới"),
        lambda: change_unit(session, period_id=period.id, expected_version=1, by=by, **FACTS),
        lambda: end_unit(session, unit_id=period.unit_id, on=day, by=by, reason="Thử"),
        lambda: remove_unit(session, period_id=period.id, by=by),
    ]
    before = state(session)
    if role in ("secretariat", "admin"):
        for verb in verbs:
            verb()
        assert [row[1] for row in state(session)] == ["Sở Mới"]
        return
    for verb in verbs:
        with pytest.raises(NotAllowed, match="Việc này dành cho: Thường trực"):
            verb()
    assert state(session) == before


def test_unit_of_another_province_is_not_there(
    sessions: sessionmaker[Session], session: Session, two_provinces: tuple[int, int]
) -> None:
    with sessions.begin() as other:
        enter_province(other, two_provinces[1])
        period = register(other)
        ids = period.id, period.unit_id
    make_kind(session)
    with pytest.raises(NotFound):
        change_unit(session, period_id=ids[0], expected_version=1, by=COMMAND, **FACTS)
    with pytest.raises(NotFound):
        end_unit(session, unit_id=ids[1], on=date(2026, 1, 1), by=COMMAND, reason="Thử")
    with pytest.raises(NotFound):
        remove_unit(session, period_id=ids[0], by=COMMAND)


def test_days_of_counts_both_days_in() -> None:
    first, last = date(2025, 7, 1), date(2026, 2, 28)
    for during in (Range(first, last, bounds="[]"), Range(first, last + timedelta(days=1))):
        assert days_of(UnitPeriod(during=during)) == (first, last)
    assert days_of(UnitPeriod(during=Range(None, None))) == (None, None)
