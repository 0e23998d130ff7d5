"""From an empty database to this program's schema, by one process or by two at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import Database, make_province

from thidua.errors import Invalid
from thidua.store.embedded import APP, OWNER, Server
from thidua.store.engine import make_engine, refuse_unsafe_role
from thidua.store.migrate import SchemaState, migrate, schema_state


@pytest.fixture
def empty(server: Server) -> Iterator[Database]:
    """A database without any table of ours."""
    name = f"test_{uuid4().hex}"
    server.clone(name, "template0")
    yield Database(owner_url=server.url(OWNER, name), app_url=server.url(APP, name))
    server.drop(name)


def state(database: Database) -> SchemaState:
    engine = make_engine(database.app_url)
    try:
        return schema_state(engine)
    finally:
        engine.dispose()


def test_an_empty_database_is_migrated_and_again_harmlessly(empty: Database) -> None:
    states = [state(empty)]
    for _ in range(2):
        migrate(empty.owner_url, empty.app_url)
        states.append(state(empty))
    assert states == [SchemaState.EMPTY, SchemaState.CURRENT, SchemaState.CURRENT]


def test_two_at_once_wait_for_each_other(empty: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(migrate, empty.owner_url, empty.app_url) for _ in range(2)]
    assert [done.exception() for done in both] == [None, None]
    assert state(empty) is SchemaState.CURRENT


@pytest.mark.parametrize(
    ("revision", "expected"), [("0001", SchemaState.BEHIND), ("9999", SchemaState.AHEAD)]
)
def test_another_revision_is_told_apart(
    database: Database, owner: Engine, revision: str, expected: SchemaState
) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
    assert state(database) is expected


def test_a_failed_migration_leaves_nothing(empty: Database) -> None:
    missing = empty.app_url.replace(APP, "nobody_of_this_name")
    with pytest.raises(Exception, match='role "nobody_of_this_name" does not exist'):
        migrate(empty.owner_url, missing)
    assert state(empty) is SchemaState.EMPTY


def test_migrating_keeps_rows_and_gives_rights_anew(
    database: Database, owner: Engine, sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        make_province(session, "mau")
    with owner.begin() as connection:
        connection.execute(text(f"GRANT DELETE ON province TO {APP}"))
        connection.execute(text(f"REVOKE SELECT ON unit FROM {APP}"))
    migrate(database.owner_url, database.app_url)
    rights = text(
        "SELECT code, has_table_privilege(:app, 'province', 'DELETE'), "
        "has_table_privilege(:app, 'unit', 'SELECT') FROM province"
    )
    with owner.connect() as connection:
        assert connection.execute(rights, {"app": APP}).all() == [("mau", False, True)]


def test_the_application_role_is_safe(engine: Engine) -> None:
    refuse_unsafe_role(engine)


def test_the_owner_is_refused(owner: Engine) -> None:
    with pytest.raises(Invalid) as caught:
        refuse_unsafe_role(owner)
    assert str(caught.value) == (
        "THIDUA_DATABASE_URL: tài khoản “thidua_owner” sở hữu các bảng dữ liệu, nên dữ liệu giữa "
        "các tỉnh không được ngăn cách. Hãy dùng một tài khoản thường; tài khoản sở hữu bảng chỉ "
        "đặt ở THIDUA_OWNER_URL."
    )


def test_a_superuser_is_refused_for_every_reason(server: Server, database: Database) -> None:
    name = database.app_url.rpartition("/")[2]
    engine = make_engine(server.url("postgres", name))
    with pytest.raises(Invalid) as caught:
        refuse_unsafe_role(engine)
    engine.dispose()
    assert str(caught.value).startswith(
        "THIDUA_DATABASE_URL: tài khoản “postgres” là siêu quản trị (superuser), được bỏ qua phân "
        "quyền theo dòng (BYPASSRLS), sở hữu các bảng dữ liệu, nên"
    )
