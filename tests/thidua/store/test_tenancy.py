"""The walls between provinces, tried with rows that could leak, in every table."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import Engine, Executable, Row, Table, delete, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import (
    fill_province,
    make_membership,
    make_unit,
    make_user,
    refusal,
    seal_all,
)

from thidua.errors import NotFound
from thidua.store.base import INSTALLATION_TABLES, Base
from thidua.store.people import Membership, User, provinces_of
from thidua.store.tables import metadata
from thidua.store.tenancy import enter_province, province_of
from thidua.store.units import UnitPeriod

OWNED = [table for table in metadata.sorted_tables if table.name not in INSTALLATION_TABLES]
MODELS = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}


@pytest.fixture
def filled(sessions: sessionmaker[Session], two_provinces: tuple[int, int]) -> tuple[int, int]:
    """The two provinces with rows in every table of both."""
    for province in two_provinces:
        with sessions.begin() as session:
            enter_province(session, province)
            fill_province(session)
        seal_all(sessions, province)
    return two_provinces


def counts(engine: Engine) -> dict[str, int]:
    """The number of rows of every owned table, past the walls."""
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in OWNED
        }


def test_every_table_of_a_filled_province_has_rows(
    sessions: sessionmaker[Session], owner: Engine, filled: tuple[int, int]
) -> None:
    assert [name for name, rows in counts(owner).items() if rows < 2] == []


def test_own_rows_alone_are_seen_by_orm_core_and_text(
    sessions: sessionmaker[Session], owner: Engine, filled: tuple[int, int]
) -> None:
    with owner.connect() as connection:
        mine = {
            t.name: set(connection.scalars(select(t.c.id).where(t.c.province_id == filled[0])))
            for t in OWNED
        }
    with sessions() as session:
        enter_province(session, filled[0])
        by_orm = {t.name: {row.id for row in session.scalars(select(MODELS[t]))} for t in OWNED}
        by_core = {t.name: set(session.scalars(select(t.c.id))) for t in OWNED}
        by_text = {t.name: set(session.scalars(text(f'SELECT id FROM "{t.name}"'))) for t in OWNED}
    assert (by_orm, by_core, by_text) == (mine, mine, mine)


def test_without_a_province_every_table_is_an_error_even_when_empty(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int]
) -> None:
    with sessions() as session:
        refused = {refusal(session, select(t)) for t in OWNED}
    assert refused == {'unrecognized configuration parameter "app.province_id"'}


def test_a_pooled_connection_does_not_remember_the_province(
    sessions: sessionmaker[Session], filled: tuple[int, int]
) -> None:
    with sessions() as session:
        enter_province(session, filled[0])
        first = session.scalar(text("SELECT pg_backend_pid()"))
    with sessions() as session:
        refused = {refusal(session, select(t)) for t in OWNED}
        again = session.scalar(text("SELECT pg_backend_pid()"))
    assert (refused, again) == ({'invalid input syntax for type integer: ""'}, first)


UNDELETABLE = (
    "audit_event", "audit_seal", "award", "award_decision", "award_refusal", "council",
    "council_choice", "council_meeting", "council_member", "dossier", "dossier_paper",
    "dossier_return", "evidence_item", "movement_act", "movement_amendment", "opinion", "paper",
)  # fmt: skip
"""What the application may not delete at all, its own or not."""


def test_other_rows_cannot_be_changed_or_deleted(
    sessions: sessionmaker[Session], owner: Engine, filled: tuple[int, int]
) -> None:
    kept = [t for t in OWNED if t.name not in UNDELETABLE]

    def touch(session: Session, table: Table) -> Sequence[Row[tuple[int]]]:
        theirs = table.c.province_id == filled[1]
        changed = update(table).where(theirs).values(province_id=filled[1])
        return [
            *session.execute(changed.returning(table.c.id)),
            *session.execute(delete(table).where(theirs).returning(table.c.id)),
        ]

    before = counts(owner)
    with sessions.begin() as session:
        enter_province(session, filled[0])
        touched = [row for table in kept for row in touch(session, table)]
    assert touched == []
    assert counts(owner) == before


def test_no_row_can_be_written_for_another_province(
    sessions: sessionmaker[Session], filled: tuple[int, int]
) -> None:
    def copy_over(table: Table) -> Executable:
        names = ", ".join(f'"{c.name}"' for c in table.c if c.name not in ("id", "province_id"))
        return text(
            f'INSERT INTO "{table.name}" (province_id, {names}) '
            f'SELECT {filled[1]}, {names} FROM "{table.name}" LIMIT 1'
        )

    walls = {
        t.name: f'new row violates row-level security policy for table "{t.name}"' for t in OWNED
    }
    frozen = {
        "adoption", "campaign_set", "campaign_unit", "exemption", "leaf", "replaced_entry",
        "result_row",
    }  # fmt: skip
    with sessions() as session:
        enter_province(session, filled[0])
        refused = {t.name: refusal(session, copy_over(t)) for t in OWNED}
    # triggers speak before the wall does
    assert [name for name in frozen if "đã" in refused.pop(name) and walls.pop(name)] == [*frozen]
    assert refused == walls


def test_a_row_cannot_point_into_another_province(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int]
) -> None:
    with sessions.begin() as session:
        enter_province(session, two_provinces[1])
        theirs = make_unit(session, "Sở Khác").id
    with sessions() as session:
        enter_province(session, two_provinces[0])
        user = make_user(session)
        session.add(Membership(user=user, role="officer", unit_id=theirs))
        with pytest.raises(IntegrityError, match="fk_membership_province_id_unit_id"):
            session.flush()


def test_the_application_role_cannot_open_the_walls(
    sessions: sessionmaker[Session], filled: tuple[int, int]
) -> None:
    attempts = {
        "ALTER TABLE unit DISABLE ROW LEVEL SECURITY": "must be owner of table unit",
        "DROP POLICY province ON unit": "must be owner of relation unit",
        "ALTER TABLE unit DISABLE TRIGGER ALL": "must be owner of table unit",
        "DROP TABLE unit": "must be owner of table unit",
        "CREATE TABLE mine (id int)": "permission denied for schema public",
        "CREATE TEMPORARY TABLE mine (id int)": "permission denied to create temporary tables "
        'in database "{database}"',
        "SET ROLE thidua_owner": 'permission denied to set role "thidua_owner"',
        "SET session_replication_role = replica": "permission denied to set parameter "
        '"session_replication_role"',
        "UPDATE audit_event SET reason = 'khác'": "permission denied for table audit_event",
        "DELETE FROM audit_event": "permission denied for table audit_event",
        "UPDATE audit_seal SET hash = 'khác'": "permission denied for table audit_seal",
        "DELETE FROM audit_seal": "permission denied for table audit_seal",
        "DELETE FROM province": "permission denied for table province",
        'DELETE FROM "user"': "permission denied for table user",
        "UPDATE alembic_version SET version_num = '0'": "permission denied for table "
        "alembic_version",
        **{f'TRUNCATE "{t.name}"': f"permission denied for table {t.name}" for t in OWNED},
    }
    with sessions() as session:
        enter_province(session, filled[0])
        database = session.scalar(text("SELECT current_database()"))
        refused = {a: refusal(session, text(a)) for a in attempts}
    assert refused == {a: said.format(database=database) for a, said in attempts.items()}


def test_province_holds_over_transactions(
    sessions: sessionmaker[Session], filled: tuple[int, int]
) -> None:
    with sessions() as session:
        make_user(session)  # a transaction is open before the province is entered
        enter_province(session, filled[0])
        names = [session.scalars(select(UnitPeriod.name)).all()]
        session.commit()
        names.append(session.scalars(select(UnitPeriod.name)).all())
        session.rollback()
        names.append(session.scalars(select(UnitPeriod.name)).all())
        assert (names, province_of(session)) == ([["Sở Mẫu"]] * 3, filled[0])


def test_entering_again_is_harmless_and_another_province_is_refused(
    session: Session, two_provinces: tuple[int, int]
) -> None:
    enter_province(session, two_provinces[0])
    with pytest.raises(RuntimeError, match="a session belongs to one province"):
        enter_province(session, two_provinces[1])
    assert make_unit(session, "Sở Mẫu").province_id == two_provinces[0]


def test_an_unknown_province_is_refused_and_not_entered(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int]
) -> None:
    with sessions() as session:
        with pytest.raises(NotFound, match="Không có tỉnh này"):
            enter_province(session, 999)
        enter_province(session, two_provinces[0])
        assert province_of(session) == two_provinces[0]


def test_provinces_of_a_user_are_known_before_one_is_entered(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int]
) -> None:
    with sessions.begin() as session:
        users = {name: make_user(session, name).id for name in ("ca-hai", "mot", "khong")}
        enter_province(session, two_provinces[0])
        make_membership(session, "leader", user=session.get_one(User, users["ca-hai"]))
        make_membership(session, "auditor", user=session.get_one(User, users["ca-hai"]))
        make_membership(session, "leader", user=session.get_one(User, users["mot"]))
    with sessions.begin() as session:
        enter_province(session, two_provinces[1])
        make_membership(session, "leader", user=session.get_one(User, users["ca-hai"]))
    with sessions() as session:
        codes = {
            name: [province.code for province in provinces_of(session, user)]
            for name, user in users.items()
        }
    assert codes == {"ca-hai": ["khac", "mau"], "mot": ["mau"], "khong": []}
