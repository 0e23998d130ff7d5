"""The migrated schema: the same as the models, walled, and refusing what must not change."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date
from importlib import resources
from uuid import uuid4

import pytest
from sqlalchemy import Engine, Executable, insert, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from tests.factories import (
    make_membership,
    make_unit,
    make_user,
    refusal,
)

from thidua.store import migrations
from thidua.store.base import INSTALLATION_TABLES, PROCRASTINATE_TABLES
from thidua.store.embedded import APP, OWNER, Server
from thidua.store.engine import make_engine
from thidua.store.people import Membership, User
from thidua.store.tables import metadata
from thidua.store.units import UnitPeriod

POLICY = "(province_id = (current_setting('app.province_id'::text))::integer)"
OWNED = sorted({*metadata.tables} - {*INSTALLATION_TABLES})

COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
           pg_get_expr(d.adbin, d.adrelid), l.collname
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    WHERE c.relkind = 'r' AND c.relname = ANY(:tables)
"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid::regclass::text = ANY(:quoted)
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename = ANY(:tables)"


@pytest.fixture
def from_models(server: Server) -> Iterator[Engine]:
    """A database made from the models instead of the migrations."""
    name = f"test_{uuid4().hex}"
    server.clone(name, "template0")
    engine = make_engine(server.url(OWNER, name))
    with engine.begin() as connection:
        connection.execute(text("CREATE EXTENSION btree_gist"))
        connection.execute(text("CREATE EXTENSION pg_trgm"))
        metadata.create_all(connection)
    yield engine
    engine.dispose()
    server.drop(name)


def catalogue(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Columns, constraints and indexes of the tables of the models, as PostgreSQL has them."""
    quote = engine.dialect.identifier_preparer.quote
    names = [*metadata.tables]
    given = {"tables": names, "quoted": [quote(name) for name in names]}
    with engine.connect() as connection:
        return {
            query: sorted(map(tuple, connection.execute(text(query), given)), key=str)
            for query in (COLUMNS, CONSTRAINTS, INDEXES)
        }


# -- Models, migrations, rights ----------------------------------------------------------------


def test_models_and_migrations_describe_the_same_schema(owner: Engine, from_models: Engine) -> None:
    migrated, modelled = catalogue(owner), catalogue(from_models)
    assert migrated == modelled
    assert len(migrated[COLUMNS]) > len(metadata.tables)


def test_every_table_is_the_installations_or_walled(owner: Engine) -> None:
    tables = text(
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class "
        "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    policies = text(
        "SELECT tablename, permissive, roles::text[], cmd, qual, with_check "
        "FROM pg_policies ORDER BY tablename"
    )
    with owner.connect() as connection:
        found = [tuple(row) for row in connection.execute(tables)]
        walls = [tuple(row) for row in connection.execute(policies)]
    walled = dict.fromkeys(OWNED, (True, False))
    plain = dict.fromkeys(INSTALLATION_TABLES, (False, False))
    assert {name: tuple(flags) for name, *flags in found} == walled | plain
    assert walls == [(t, "PERMISSIVE", ["public"], "ALL", POLICY, POLICY) for t in OWNED]


def test_every_owned_table_takes_its_province_from_the_transaction(owner: Engine) -> None:
    query = text(
        "SELECT table_name, column_default FROM information_schema.columns "
        "WHERE column_name = 'province_id' ORDER BY table_name"
    )
    default = "(current_setting('app.province_id'::text))::integer"
    with owner.connect() as connection:
        assert [tuple(r) for r in connection.execute(query)] == [(t, default) for t in OWNED]


def test_times_are_aware_and_points_are_whole_ticks(owner: Engine) -> None:
    query = text(
        "SELECT DISTINCT data_type FROM information_schema.columns WHERE table_name = ANY(:tables) "
        "AND (data_type LIKE 'timestamp%' OR column_name IN ('points', 'maximum'))"
    )
    with owner.connect() as connection:
        types = set(connection.scalars(query, {"tables": [*metadata.tables]}))
    assert types == {"timestamp with time zone", "bigint"}


def test_the_application_role_has_exactly_its_rights(owner: Engine) -> None:
    query = text(
        "SELECT table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type) "
        "FROM information_schema.table_privileges WHERE grantee = :app GROUP BY table_name"
    )
    some = {
        "alembic_version": "SELECT",
        "audit_event": "INSERT SELECT",
        "audit_seal": "INSERT SELECT",
        "award": "INSERT SELECT UPDATE",
        "award_decision": "INSERT SELECT",
        "award_refusal": "INSERT SELECT",
        "council": "INSERT SELECT UPDATE",
        "council_choice": "INSERT SELECT UPDATE",
        "council_meeting": "INSERT SELECT UPDATE",
        "council_member": "INSERT SELECT UPDATE",
        "dossier": "INSERT SELECT UPDATE",
        "dossier_paper": "INSERT SELECT UPDATE",
        "dossier_return": "INSERT SELECT UPDATE",
        "evidence_item": "INSERT SELECT UPDATE",
        "movement_act": "INSERT SELECT UPDATE",
        "movement_amendment": "INSERT SELECT",
        "opinion": "INSERT SELECT UPDATE",
        "paper": "INSERT SELECT UPDATE",
        "province": "INSERT SELECT UPDATE",
        "user": "INSERT SELECT UPDATE",
    }
    every = dict.fromkeys([*OWNED, *PROCRASTINATE_TABLES], "DELETE INSERT SELECT UPDATE")
    with owner.connect() as connection:
        rights = {row[0]: row[1] for row in connection.execute(query, {"app": APP})}
    assert rights == every | some


def test_the_queues_schema_is_the_one_its_library_expects() -> None:
    shipped = resources.files("procrastinate") / "sql" / "schema.sql"
    ours = migrations.SQL / "0002_procrastinate.sql"
    assert ours.read_text(encoding="utf-8") == shipped.read_text(encoding="utf-8")


# -- Units and people --------------------------------------------------------------------------


def test_periods_of_a_unit_may_touch_but_not_overlap(session: Session) -> None:
    unit = make_unit(session, "Sở Cũ", during=Range(date(2020, 1, 1), date(2025, 7, 1)))

    def period(first: date) -> Executable:
        return insert(UnitPeriod).values(
            unit_id=unit.id, during=Range(first, None), name="Sở Mới", kind="so",
            provenance="illustrative", search_text="so moi", sort_key="",
        )  # fmt: skip

    assert refusal(session, period(date(2025, 6, 30))) == (
        'conflicting key value violates exclusion constraint "ex_unit_period_during"'
    )
    session.execute(period(date(2025, 7, 1)))
    session.expire(unit)
    assert [p.name for p in unit.periods] == ["Sở Cũ", "Sở Mới"]


def test_names_are_found_without_marks_and_put_in_vietnamese_order(session: Session) -> None:
    for name in ("Sở Y tế", "Đài Truyền hình", "Sở Ngoại vụ", "Cục Thuế", "Sở   Nội vụ"):
        make_unit(session, name)
    ordered = session.scalars(select(UnitPeriod.name).order_by(UnitPeriod.sort_key)).all()
    found = session.scalars(
        select(UnitPeriod.name).where(UnitPeriod.search_text.like("%noi vu%"))
    ).all()
    assert ordered == ["Cục Thuế", "Đài Truyền hình", "Sở Ngoại vụ", "Sở Nội vụ", "Sở Y tế"]
    assert found == ["Sở Nội vụ"]


def test_an_unknown_kind_cluster_or_parent_is_refused(session: Session) -> None:
    make_unit(session, "Sở Mẫu")
    attempts = {
        "kind = 'khong'": "fk_unit_period_province_id_kind",
        "cluster = 'khong'": "fk_unit_period_province_id_kind_cluster",
        "parent_id = 999": "fk_unit_period_province_id_parent_id",
    }
    refused = {a: refusal(session, text(f"UPDATE unit_period SET {a}")) for a in attempts}
    assert refused == {
        attempt: f'insert or update on table "unit_period" violates foreign key constraint "{name}"'
        for attempt, name in attempts.items()
    }


def test_capitals_and_composition_make_no_second_account(session: Session) -> None:
    make_user(session, "Bà.Ánh")
    with pytest.raises(IntegrityError, match="uq_user_username"):
        make_user(session, " bà.ÁNH ")
    session.rollback()
    assert make_user(session, "Bà.Ánh").username == "bà.ánh"


def test_a_user_name_that_is_not_composed_is_refused(session: Session) -> None:
    decomposed = insert(User).values(
        username=unicodedata.normalize("NFD", "bà"), name="Bà", fs_uniquifier="1"
    )
    assert refusal(session, decomposed) == (
        'new row for relation "user" violates check constraint "ck_user_nfc"'
    )


def test_a_role_is_known_and_given_once_even_without_a_unit(session: Session) -> None:
    user = make_membership(session, "leader").user.id
    refused = {
        role: refusal(session, insert(Membership).values(user_id=user, role=role))
        for role in ("leader", "khach", "auditor")
    }
    assert refused == {
        "leader": "duplicate key value violates unique constraint "
        '"uq_membership_province_id_user_id_role_unit_id"',
        "khach": 'new row for relation "membership" violates check constraint "ck_membership_role"',
        "auditor": "allowed",
    }
