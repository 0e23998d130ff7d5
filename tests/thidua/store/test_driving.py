from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from psycopg import connect, errors
from sqlalchemy import Engine, text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import Database

from thidua.store.driving import driven

PID = "SELECT pg_backend_pid()"


def test_a_driven_statement_is_of_the_same_transaction(session: Session) -> None:
    session.execute(text("SELECT set_config('app.note', 'một', true)"))
    added = "SELECT set_config('app.note', current_setting('app.note') || %(said)s, true)"
    assert driven(session, added, {"said": " hai"}) == [("một hai",)]
    noted = text("SELECT current_setting('app.note', true)")
    assert session.scalar(noted) == "một hai"
    session.rollback()
    assert session.scalar(noted) == ""


def test_a_driven_statement_is_undone_with_its_savepoint(session: Session) -> None:
    keep = "SELECT set_config('app.note', %(said)s, true)"
    driven(session, keep, {"said": "một"})
    with session.begin_nested() as trial:
        driven(session, keep, {"said": "hai"})
        trial.rollback()
    assert driven(session, "SELECT current_setting('app.note')", {}) == [("một",)]


def test_a_refusal_of_the_database_is_an_error_of_sqlalchemy(session: Session) -> None:
    nameless = "INSERT INTO province (code) VALUES (%(code)s) RETURNING id"
    with pytest.raises(IntegrityError) as refused:
        driven(session, nameless, {"code": "moi"})
    assert type(refused.value.orig) is errors.NotNullViolation
    assert not refused.value.connection_invalidated


def test_an_error_does_not_repeat_what_was_said(session: Session) -> None:
    with pytest.raises(DataError) as driven_one:
        driven(session, "SELECT 1 / %(n)s, %(said)s::text", {"n": 0, "said": "kín"})
    session.rollback()
    with pytest.raises(DataError) as other:
        session.execute(text("SELECT 1 / :n, CAST(:said AS text)"), {"n": 0, "said": "kín"})
    assert ["kín" in str(found.value) for found in (driven_one, other)] == [False, False]


def test_a_connection_that_breaks_in_a_statement_is_given_up(
    sessions: sessionmaker[Session], end: Callable[[int], None]
) -> None:
    with sessions() as session:
        [(pid,)] = driven(session, PID, {})
        end(pid)
        with pytest.raises(OperationalError) as broken:
            driven(session, PID, {})
    assert broken.value.connection_invalidated
    with sessions() as session:
        assert driven(session, PID, {}) != [(pid,)]


def test_what_the_server_ended_at_rest_is_not_handed_out(
    engine: Engine, end: Callable[[int], None]
) -> None:
    with Session(engine) as one, Session(engine) as other:
        pids = [driven(session, PID, {})[0][0] for session in (one, other)]
    for pid in pids:
        end(pid)
    with Session(engine) as one, Session(engine) as other:
        again = {driven(session, PID, {})[0][0] for session in (one, other)}
    assert len(again) == 2
    assert again.isdisjoint(pids)


@pytest.fixture
def end(database: Database) -> Iterator[Callable[[int], None]]:
    """End a process of the server that serves a connection, and see it gone."""
    with connect(database.app_url.replace("+psycopg", "")) as connection:

        def ended(pid: int) -> None:
            asked = "SELECT pg_terminate_backend(%s, 10_000)"
            assert connection.execute(asked, [pid]).fetchone() == (True,)

        yield ended
