"""The audit: what a record says, and that the chain names every row changed behind its back."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND, make_unit, seal_all

from thidua.store.actor import Actor
from thidua.store.audit import (
    GENESIS,
    Head,
    Verification,
    head,
    position_of,
    record,
    seal,
    verify,
)
from thidua.store.audit_rows import AuditEvent, AuditSeal
from thidua.store.tenancy import enter_province

PERSON = Actor(kind="person", name="Bà Mẫu", id=7, reason="theo đơn kiến nghị")


def note(session: Session, number: int) -> int:
    """Record act ``number`` and return the id of its row."""
    return record(session, actor=COMMAND, action=f"act.{number}", subject=("unit", number))


@pytest.fixture
def chain(sessions: sessionmaker[Session], two_provinces: tuple[int, int]) -> list[int]:
    """The ids of five sealed rows in the first province."""
    with sessions.begin() as session:
        enter_province(session, two_provinces[0])
        ids = [note(session, number) for number in range(5)]
    seal_all(sessions, two_provinces[0])
    return ids


def verified(sessions: sessionmaker[Session], province: int) -> Verification:
    with sessions() as session:
        enter_province(session, province)
        return verify(session)


def tamper(owner: Engine, *statements: str) -> None:
    """What somebody with the owner's password can do."""
    with owner.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_record_says_who_did_what_to_what_and_why(
    session: Session, two_provinces: tuple[int, int]
) -> None:
    unit = make_unit(session, "Sở Mẫu")
    record(
        session, actor=PERSON, action="unit.rename", subject=("unit", unit.id),
        before={"name": "Sở Cũ"}, after={"name": "Sở Mẫu"},
    )  # fmt: skip
    record(session, actor=COMMAND, action="unit.check", subject=("unit", unit.id), reason="định kỳ")
    rows = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    names = {column.name for column in AuditEvent.__table__.c} - {"id", "at", "xid"}
    said: list[dict[str, Any]] = [{name: getattr(row, name) for name in names} for row in rows]
    common = {
        "province_id": two_provinces[0], "subject_kind": "unit", "subject_id": unit.id,
    }  # fmt: skip
    assert said == [
        common | {
            "actor_kind": "person", "actor_id": 7, "actor_name": "Bà Mẫu",
            "action": "unit.rename", "reason": "theo đơn kiến nghị",
            "before": {"name": "Sở Cũ"}, "after": {"name": "Sở Mẫu"},
        },
        common | {
            "actor_kind": "command", "actor_id": None, "actor_name": "thidua thử",
            "action": "unit.check", "reason": "định kỳ", "before": None, "after": None,
        },
    ]  # fmt: skip
    assert all(row.at.tzinfo and row.at <= datetime.now(UTC) for row in rows)


def test_a_record_goes_with_its_transaction(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int]
) -> None:
    with sessions() as session:
        enter_province(session, two_provinces[0])
        note(session, 1)
        session.rollback()
        assert session.scalars(select(AuditEvent)).all() == []


def test_an_empty_chain_verifies(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int]
) -> None:
    assert verified(sessions, two_provinces[0]) == Verification(0, 0, (), GENESIS)


def test_a_link_hashes_the_link_before_and_the_whole_event(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int]
) -> None:
    with sessions.begin() as session:
        enter_province(session, two_provinces[0])
        record(session, actor=PERSON, action="a", subject=("unit", 3), after={"b": "ô", "a": [1]})
    seal_all(sessions, two_provinces[0])
    with sessions() as session:
        enter_province(session, two_provinces[0])
        event = session.scalars(select(AuditEvent)).one()
        link = session.scalars(select(AuditSeal)).one()
    said = [
        event.id, two_provinces[0], event.at.astimezone(UTC).isoformat(), "person", 7, "Bà Mẫu",
        "a", "unit", 3, "theo đơn kiến nghị", None, {"a": [1], "b": "ô"},
    ]  # fmt: skip
    plain = json.dumps([GENESIS, 1, said], ensure_ascii=False)
    assert (link.position, link.previous_hash) == (1, GENESIS)
    assert link.hash == hashlib.sha256(plain.encode()).hexdigest()


def test_an_untouched_chain_has_nothing_broken_and_ends_in_its_head(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int], chain: list[int]
) -> None:
    with sessions.begin() as session:
        enter_province(session, two_provinces[0])
        note(session, 6)
        links = session.scalars(select(AuditSeal).order_by(AuditSeal.position)).all()
        assert [(link.position, link.event_id) for link in links] == [*enumerate(chain, 1)]
        head = links[-1].hash
    assert verified(sessions, two_provinces[0]) == Verification(5, 1, (), head)


def test_a_head_that_was_kept_shows_a_chain_written_anew(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int], chain: list[int], owner: Engine
) -> None:
    with sessions() as session:
        enter_province(session, two_provinces[0])
        last = session.scalars(select(AuditSeal).where(AuditSeal.position == 5)).one()
        kept = head(session)
        assert kept == Head(5, last.hash, last.sealed_at)
        assert [position_of(session, one) for one in (kept.hash, last.previous_hash)] == [5, 4]
    with sessions() as session:
        enter_province(session, two_provinces[1])
        assert (head(session), position_of(session, kept.hash)) == (Head(0, GENESIS, None), None)
    tamper(
        owner,
        "DELETE FROM audit_seal",
        f"UPDATE audit_event SET reason = 'x' WHERE id = {chain[2]}",
    )
    seal_all(sessions, two_provinces[0])
    assert verified(sessions, two_provinces[0]).broken == ()  # the new chain is whole in itself
    with sessions() as session:
        enter_province(session, two_provinces[0])
        assert position_of(session, kept.hash) is None


def test_any_change_of_a_sealed_row_names_it(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int], owner: Engine
) -> None:
    changes = (
        "at = at + interval '1 microsecond'",
        "actor_kind = 'person'",
        "actor_id = 1",
        "actor_name = 'Ông Khác'",
        "action = 'act.99'",
        "subject_kind = 'campaign'",
        "subject_id = 99",
        "reason = 'khác'",
        "before = '{}'",
        "after = '{}'",
    )
    with sessions.begin() as session:
        enter_province(session, two_provinces[0])
        ids = [note(session, number) for number in range(2 * len(changes))]
    seal_all(sessions, two_provinces[0])
    odd = ids[1::2]
    tamper(
        owner,
        *(
            f"UPDATE audit_event SET {change} WHERE id = {row}"
            for change, row in zip(changes, odd, strict=True)
        ),
    )
    assert verified(sessions, two_provinces[0]).broken == tuple(odd)


def test_a_row_moved_to_another_province_or_removed_is_named(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int], chain: list[int],
    owner: Engine,
) -> None:  # fmt: skip
    tamper(
        owner,
        "ALTER TABLE audit_seal DROP CONSTRAINT fk_audit_seal_province_id_event_id",
        f"UPDATE audit_event SET province_id = {two_provinces[1]} WHERE id = {chain[1]}",
        f"DELETE FROM audit_event WHERE id = {chain[3]}",
    )
    assert verified(sessions, two_provinces[0]).broken == (chain[1], chain[3])


def test_a_removed_link_is_named_by_the_row_after_it(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int], chain: list[int],
    owner: Engine,
) -> None:  # fmt: skip
    tamper(owner, f"DELETE FROM audit_seal WHERE event_id = {chain[1]}")
    result = verified(sessions, two_provinces[0])
    assert (result.sealed, result.unsealed, result.broken) == (4, 1, (chain[2],))


def test_a_row_changed_with_its_hash_betrays_itself_at_the_next_link(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int], chain: list[int],
    owner: Engine,
) -> None:  # fmt: skip
    tamper(owner, f"UPDATE audit_seal SET hash = repeat('a', 64) WHERE event_id = {chain[1]}")
    assert verified(sessions, two_provinces[0]).broken == (chain[1], chain[2])


def test_rows_that_become_visible_out_of_order_are_sealed_once_each(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int]
) -> None:
    with sessions() as slow:
        enter_province(slow, two_provinces[0])
        first = note(slow, 1)
        with sessions.begin() as quick:
            enter_province(quick, two_provinces[0])
            second = note(quick, 2)
        with sessions.begin() as sealer:
            enter_province(sealer, two_provinces[0])
            assert seal(sealer) == 0  # the slow one began before: the quick one's row waits
        slow.commit()
    seal_all(sessions, two_provinces[0])
    with sessions() as session:
        enter_province(session, two_provinces[0])
        order = select(AuditSeal.event_id).order_by(AuditSeal.position)
        assert session.scalars(order).all() == [first, second]
    assert verified(sessions, two_provinces[0]).broken == ()


def test_a_lower_id_that_commits_after_the_seal_of_a_higher_one_is_chained_behind_it(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int], owner: Engine
) -> None:
    with sessions() as late, sessions() as early:
        for session in (early, late):
            enter_province(session, two_provinces[0])
        early.execute(text("SELECT pg_current_xact_id()"))  # the earlier transaction …
        low = note(late, 1)
        high = note(early, 2)  # … gets the higher id
        early.commit()
        while seal(early) == 0:  # others on the server may hold it back for a while
            early.commit()
        early.commit()
        late.commit()
    seal_all(sessions, two_provinces[0])
    with sessions() as session:
        enter_province(session, two_provinces[0])
        order = select(AuditSeal.event_id).order_by(AuditSeal.position)
        assert session.scalars(order).all() == [high, low]
    assert verified(sessions, two_provinces[0]).broken == ()


def test_rows_restored_from_another_server_are_sealed(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int], owner: Engine
) -> None:
    with sessions.begin() as session:
        enter_province(session, two_provinces[0])
        note(session, 1)
    tamper(owner, "UPDATE audit_event SET xid = '123456789012'")
    seal_all(sessions, two_provinces[0])
    assert verified(sessions, two_provinces[0]).sealed == 1


def test_sealing_takes_at_most_the_limit_and_goes_on_where_it_stopped(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int]
) -> None:
    with sessions.begin() as session:
        enter_province(session, two_provinces[0])
        for number in range(5):
            note(session, number)
    with sessions() as session:
        enter_province(session, two_provinces[0])
        while seal(session, limit=2) == 0:
            session.commit()
        taken = [2, seal(session, limit=2), seal(session, limit=2), seal(session, limit=2)]
    assert taken == [2, 2, 1, 0]


def test_each_province_has_a_chain_of_its_own(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int], chain: list[int]
) -> None:
    with sessions.begin() as session:
        enter_province(session, two_provinces[1])
        note(session, 1)
    seal_all(sessions, two_provinces[1])
    results = [verified(sessions, province) for province in two_provinces]
    assert [(r.sealed, r.unsealed, r.broken) for r in results] == [(5, 0, ()), (1, 0, ())]
