"""Reorganisations: what recording does and refuses, and the three questions they answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session
from tests.factories import COMMAND, make_kind, make_membership, make_unit

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.spec.loading import parse
from thidua.spec.succession import Succession
from thidua.store.actor import Actor
from thidua.store.audit_rows import AuditEvent
from thidua.store.successions import Succession as Row
from thidua.store.units import Unit, UnitPeriod
from thidua.work.successions import (
    Heir,
    ancestors,
    heirs_of,
    list_successions,
    record_succession,
    remove_succession,
)
from thidua.work.units import days_of

DAY = date(2025, 7, 1)
EVE = date(2025, 6, 30)


def units(session: Session, *names: str, since: date | None = None) -> list[Unit]:
    make_kind(session)
    return [make_unit(session, name, during=Range(since, None)) for name in names]


def declared(kind: str, *links: tuple[Unit, Unit | None, str], **more: Any) -> Succession:
    items = [
        {"predecessor": a.key, "successor": b and b.key, "share": share, "what": "một phần"}
        for a, b, share in links
    ]
    head = {"code": "sap-xep", "title": "Sắp xếp", "effective_on": DAY}
    return parse(Succession, {**head, "kind": kind, "links": items, **more})


def last_day(session: Session, unit: Unit) -> date | None:
    session.flush()
    session.expire_all()
    period = session.scalars(select(UnitPeriod).where(UnitPeriod.unit_id == unit.id)).one()
    return days_of(period)[1]


def heirs(session: Session, *, unit_id: int, after: date, until: date) -> tuple[Heir, ...]:
    return heirs_of(session, unit_ids=[unit_id], after=after, until=until)[unit_id]


def test_a_merger_ends_the_predecessors_and_is_followed_both_ways(session: Session) -> None:
    a, b = units(session, "Sở A", "Sở B")
    (c,) = units(session, "Sở C", since=DAY)
    record_succession(session, succession=declared("merge", (a, c, "1"), (b, c, "1")), by=COMMAND)
    assert [last_day(session, unit) for unit in (a, b, c)] == [EVE, EVE, None]
    assert heirs(session, unit_id=a.id, after=EVE, until=DAY) == (Heir(c.id, Fraction(1)),)
    assert heirs(session, unit_id=a.id, after=DAY, until=DAY) == (Heir(a.id, Fraction(1)),)
    assert ancestors(session, unit_id=c.id) == {a.id, b.id}


def test_shares_multiply_along_the_way_and_add_where_ways_meet(session: Session) -> None:
    a, b, c, d = units(session, "A", "B", "C", "D")
    first = declared("split", (a, b, "0.5"), (a, c, "0.5"), effective_on=date(2024, 1, 1))
    second = declared("transfer", (b, d, "0.2"), code="hai", effective_on=date(2024, 6, 1))
    third = declared("absorb", (c, d, "1"), code="ba", effective_on=DAY)
    for item in (first, second, third):
        record_succession(session, succession=item, by=COMMAND)
    shares = heirs(session, unit_id=a.id, after=date(2023, 12, 31), until=DAY)
    assert shares == (Heir(b.id, Fraction(2, 5)), Heir(d.id, Fraction(3, 5)))
    assert ancestors(session, unit_id=d.id) == {a.id, b.id, c.id}


def test_heirs_of_many_units_are_found_by_as_many_queries_as_those_of_one(
    session: Session, engine: Engine
) -> None:
    old = units(session, *(f"Huyện {number}" for number in range(30)))
    (new,) = units(session, "Xã Mới", since=DAY)
    for number, unit in enumerate(old):
        item = declared("absorb", (unit, new, "1"), code=f"lan-{number}")
        record_succession(session, succession=item, by=COMMAND)
    ids, target = [unit.id for unit in old], new.id
    asked: list[object] = []
    counts = []
    for many in (ids[:1], ids):
        session.flush()
        session.expunge_all()
        event.listen(engine, "before_cursor_execute", note := lambda *about: asked.append(about))
        found = heirs_of(session, unit_ids=many, after=EVE, until=DAY)
        event.remove(engine, "before_cursor_execute", note)
        assert found == {unit: (Heir(target, Fraction(1)),) for unit in many}
        counts.append(len(asked))
        asked.clear()
    assert counts == [2, 2]


def test_a_dissolved_unit_has_no_heir(session: Session) -> None:
    (a,) = units(session, "Huyện A")
    record_succession(session, succession=declared("dissolve", (a, None, "1")), by=COMMAND)
    assert heirs(session, unit_id=a.id, after=EVE, until=DAY) == ()
    assert last_day(session, a) == EVE


def test_a_function_moves_without_any_share(session: Session) -> None:
    a, b = units(session, "Văn phòng", "Sở B")
    record_succession(session, succession=declared("function", (a, b, "0")), by=COMMAND)
    assert heirs(session, unit_id=a.id, after=EVE, until=DAY) == (Heir(a.id, Fraction(1)),)
    assert last_day(session, a) is None


def test_a_unit_that_carries_itself_on_does_not_end(session: Session) -> None:
    a, b = units(session, "A", "B")
    split = declared("split", (a, a, "0.7"), (a, b, "0.3"))
    record_succession(session, succession=split, by=COMMAND)
    assert last_day(session, a) is None
    assert heirs(session, unit_id=a.id, after=EVE, until=DAY) == (
        Heir(a.id, Fraction(7, 10)),
        Heir(b.id, Fraction(3, 10)),
    )


def test_units_that_are_not_there_on_the_day_are_all_named(session: Session) -> None:
    (a,) = units(session, "A", since=DAY)
    b = make_unit(session, "B", during=Range(None, EVE, bounds="[]"))
    wanted = declared("absorb", (a, b, "1"))
    missing = wanted.model_copy(
        update={"links": (*wanted.links, wanted.links[0].model_copy(update={"predecessor": "xx"}))}
    )
    with pytest.raises(Invalid) as refused:
        record_succession(session, succession=missing, by=COMMAND)
    assert [(item.place, item.reason) for item in refused.value.problems] == [
        ("A", "đơn vị trước không hoạt động vào ngày 30/06/2025; hãy sửa ngày"),
        ("B", "đơn vị kế tục không hoạt động vào ngày 01/07/2025; hãy sửa ngày"),
        ("xx", "không có đơn vị trước nào có khóa này"),
    ]
    assert session.scalars(select(Row)).all() == []


def test_a_unit_with_a_later_period_cannot_end_by_it(session: Session) -> None:
    (b,) = units(session, "B")
    a = make_unit(session, "A", during=Range(None, EVE, bounds="[]"))
    later = Range(DAY, None)
    session.add(
        UnitPeriod(unit_id=a.id, during=later, name="A mới", kind="so", provenance="official")
    )
    session.flush()
    with pytest.raises(Invalid) as refused:
        record_succession(session, succession=declared("absorb", (a, b, "1")), by=COMMAND)
    assert [item.reason for item in refused.value.problems] == [
        "đơn vị còn khai thời gian sau ngày 01/07/2025; hãy sửa thời gian đó trước"
    ]


def test_a_code_is_taken_once(session: Session) -> None:
    (a,) = units(session, "A")
    wanted = declared("rename", (a, a, "1"))
    record_succession(session, succession=wanted, by=COMMAND)
    with pytest.raises(Conflict, match="“Sắp xếp” đã được ghi"):
        record_succession(session, succession=wanted, by=COMMAND)


def test_removing_needs_a_reason_and_leaves_the_days(session: Session) -> None:
    (a,) = units(session, "A")
    row = record_succession(session, succession=declared("dissolve", (a, None, "1")), by=COMMAND)
    with pytest.raises(Invalid, match="Hãy ghi lý do xóa"):
        remove_succession(session, succession_id=row.id, by=COMMAND)
    remove_succession(session, succession_id=row.id, by=COMMAND.because("Ghi nhầm"))
    assert list_successions(session, by=COMMAND) == []
    assert last_day(session, a) == EVE
    with pytest.raises(NotFound):
        remove_succession(session, succession_id=row.id, by=COMMAND.because("Ghi nhầm"))


def test_what_was_done_stands_in_the_audit(session: Session) -> None:
    (a,) = units(session, "A")
    wanted = declared("dissolve", (a, None, "1"))
    record_succession(session, succession=wanted, by=COMMAND)
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.after["code"], event.after["kind"]) == (  # type: ignore[index]
        "succession.record", "sap-xep", "dissolve",
    )  # fmt: skip


def test_an_officer_records_nothing(session: Session) -> None:
    (a,) = units(session, "A")
    member = make_membership(session, "officer", unit=a)
    officer = Actor(kind="person", name="Cán bộ", id=member.user_id)
    with pytest.raises(NotAllowed):
        record_succession(session, succession=declared("dissolve", (a, None, "1")), by=officer)
    assert last_day(session, a) is None


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_shares_of_a_unit_never_grow_and_never_get_lost(
    session: Session, data: st.DataObject
) -> None:
    """Over any chain of transfers and absorptions the shares of one unit add up to one."""
    with session.begin_nested() as savepoint:
        alive = units(session, *(f"U{i}" for i in range(5)))
        whose = alive[0].id
        for step in range(data.draw(st.integers(1, 5))):
            kind = data.draw(st.sampled_from(["transfer", "absorb"]))
            if len(alive) < 2:
                break
            a, b = data.draw(st.permutations(alive))[:2]
            share = str(Decimal(data.draw(st.integers(1, 9))) / 10) if kind == "transfer" else "1"
            item = declared(
                kind, (a, b, share), code=f"s{step}", effective_on=date(2025, 1, step + 2)
            )
            record_succession(session, succession=item, by=COMMAND)
            if kind == "absorb":
                alive.remove(a)
        found = heirs(session, unit_id=whose, after=date(2025, 1, 1), until=date(2026, 1, 1))
        assert sum(heir.share for heir in found) == 1
        assert {heir.unit_id for heir in found} <= {unit.id for unit in alive}
        savepoint.rollback()
