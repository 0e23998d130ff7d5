"""The migrated schema: the same as the models, walled, and refusing what must not change."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from importlib import resources
from uuid import uuid4

import pytest
from sqlalchemy import Engine, Executable, func, insert, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError
from tests.factories import (
    make_campaign,
    make_membership,
    make_result,
    make_set,
    make_unit,
    make_user,
    refusal,
)

from thidua.store import migrations
from thidua.store.base import INSTALLATION_TABLES, PROCRASTINATE_TABLES
from thidua.store.campaigns import CampaignSet, CampaignUnit, Exemption
from thidua.store.criteria import Leaf
from thidua.store.embedded import APP, OWNER, Server
from thidua.store.engine import make_engine
from thidua.store.people import Membership, User
from thidua.store.results import ResultRow
from thidua.store.sheets import ScoreEntry, ScoreSheet
from thidua.store.tables import metadata
from thidua.store.tenancy import enter_province
from thidua.store.units import UnitPeriod

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
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


# -- What must not change ----------------------------------------------------------------------

SET = (
    "Bộ tiêu chí này đã được một kỳ đánh giá sử dụng nên không sửa, không xóa được. "
    "Hãy lập phiên bản mới."
)
RESULT = "Kết quả đã công bố không sửa, không xóa được. Hãy lập một bản đính chính."


def test_a_frozen_set_and_its_leaves_refuse_every_change(session: Session) -> None:
    criteria = make_set(session, "1.1", "1.2")
    criteria.title = "Sửa được khi chưa dùng"
    session.flush()
    criteria.frozen = True
    session.flush()
    attempts: list[Executable] = [
        text("UPDATE criteria_set SET document = '{\"a\": 1}'"),
        text("UPDATE criteria_set SET frozen = false"),
        text("DELETE FROM criteria_set"),
        text("UPDATE leaf SET code = code || '.9'"),
        text("DELETE FROM leaf"),
        insert(Leaf).values(set_id=criteria.id, position=2, code="1.3"),
    ]
    assert [refusal(session, attempt) for attempt in attempts] == [SET] * len(attempts)


def test_a_published_result_and_its_rows_refuse_every_change(session: Session) -> None:
    unit, other = make_unit(session, "Sở Một"), make_unit(session, "Sở Hai")
    version, draft = make_result(session, unit), make_result(session, other, number=2)
    version.rows[0].points = 1
    session.flush()
    version.published_at = WHEN
    session.flush()
    row = {"unit_id": other.id, "name": "Sở Hai", "kind": "so"}
    attempts: list[Executable] = [
        text("UPDATE result_version SET title = 'Khác' WHERE number = 1"),
        text("UPDATE result_version SET published_at = NULL WHERE number = 1"),
        text("DELETE FROM result_version WHERE number = 1"),
        text(f"UPDATE result_row SET points = 2 WHERE version_id = {version.id}"),
        text(f"UPDATE result_row SET version_id = {version.id} WHERE version_id = {draft.id}"),
        text(f"UPDATE result_row SET version_id = {draft.id} WHERE version_id = {version.id}"),
        text(f"DELETE FROM result_row WHERE version_id = {version.id}"),
        insert(ResultRow).values(version_id=version.id, **row),
    ]
    assert [refusal(session, attempt) for attempt in attempts] == [RESULT] * len(attempts)
    free: list[Executable] = [
        text(f"DELETE FROM result_row WHERE version_id = {draft.id}"),
        insert(ResultRow).values(version_id=draft.id, **row),
        text("UPDATE result_version SET title = 'Khác' WHERE number = 2"),
    ]
    assert [refusal(session, attempt) for attempt in free] == ["allowed"] * len(free)


def test_a_row_added_while_the_result_is_published_waits_and_is_refused(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int]
) -> None:
    with sessions.begin() as session:
        enter_province(session, two_provinces[0])
        unit = make_unit(session, "Sở Một").id
        version = make_result(session).id

    def add_row() -> None:
        with sessions.begin() as late:
            enter_province(late, two_provinces[0])
            late.add(ResultRow(version_id=version, unit_id=unit, name="Sở Một", kind="so"))

    with ThreadPoolExecutor(1) as pool, sessions() as session:
        enter_province(session, two_provinces[0])
        publish = text("UPDATE result_version SET published_at = now() WHERE id = :v")
        session.execute(publish, {"v": version})
        late = pool.submit(add_row)
        waiting = select(func.count()).select_from(text("pg_locks WHERE NOT granted"))
        while not late.done() and not session.scalar(waiting):
            pass
        session.commit()
        assert "Kết quả đã công bố" in str(late.exception())
        assert session.scalars(select(ResultRow)).all() == []


def test_an_opened_campaign_keeps_what_it_froze(session: Session) -> None:
    unit, other = make_unit(session, "Sở Một"), make_unit(session, "Sở Hai")
    campaign = make_campaign(session, unit)
    ours = {"campaign_id": campaign.id}
    session.execute(insert(Exemption).values(unit_id=unit.id, node="1", reason="Mẫu", **ours))
    campaign.opened_at = WHEN
    session.flush()
    criteria_set = {"kind": "xa", "criteria_set_id": campaign.sets[0].criteria_set_id}
    attempts: dict[str, list[Executable]] = {
        "đổi được bộ tiêu chí": [
            text("UPDATE campaign_set SET grading = '{\"a\": 1}'"),
            text("DELETE FROM campaign_set"),
            insert(CampaignSet).values(grading={}, **criteria_set, **ours),
        ],
        "đổi được danh sách đơn vị": [
            text("UPDATE campaign_unit SET name = 'Khác'"),
            text("DELETE FROM campaign_unit"),
            insert(CampaignUnit).values(unit_id=other.id, name="Sở Hai", kind="so", **ours),
        ],
        "đổi được tiêu chí không đánh giá": [
            text("UPDATE exemption SET reason = 'Khác'"),
            text("DELETE FROM exemption"),
            insert(Exemption).values(unit_id=unit.id, node="2", reason="Khác", **ours),
        ],
        "đổi được năm và ngày mở": [
            text("UPDATE campaign SET year = 2027"),
            text("UPDATE campaign SET opens_on = '2026-02-01'"),
            text("UPDATE campaign SET opened_at = NULL"),
        ],
    }
    refused = {what: {refusal(session, a) for a in each} for what, each in attempts.items()}
    assert refused == {
        what: {f"Kỳ đánh giá đã mở nên không {what}. Hãy mở kỳ đánh giá khác."} for what in attempts
    }
    assert refusal(session, text("DELETE FROM campaign")) == (
        "Kỳ đánh giá đã mở nên không xóa được. Hãy đóng kỳ đánh giá."
    )
    assert refusal(session, text("UPDATE campaign SET stage = 'closed'")) == "allowed"


def test_a_sheet_is_for_a_unit_of_its_campaign(session: Session) -> None:
    unit, other = make_unit(session, "Sở Một"), make_unit(session, "Sở Hai")
    campaign = make_campaign(session, unit)
    refused = [
        refusal(session, insert(ScoreSheet).values(campaign_id=campaign.id, unit_id=who.id))
        for who in (unit, other)
    ]
    assert refused == [
        "allowed",
        'insert or update on table "score_sheet" violates foreign key constraint '
        '"fk_score_sheet_province_id_campaign_id_unit_id"',
    ]


def test_of_two_edits_of_one_entry_the_second_is_refused(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int]
) -> None:
    with sessions() as first, sessions() as second:
        for session in (first, second):
            enter_province(session, two_provinces[0])
        unit = make_unit(first, "Sở Một")
        campaign = make_campaign(first, unit)
        sheet = ScoreSheet(campaign_id=campaign.id, unit_id=unit.id)
        leaf = first.scalars(select(Leaf)).one()
        sheet.entries = [ScoreEntry(leaf_id=leaf.id, stage="self", inputs={"a": 1})]
        first.add(sheet)
        first.commit()
        mine, theirs = (s.scalars(select(ScoreEntry)).one() for s in (first, second))
        mine.inputs, theirs.inputs = {"a": 2}, {"a": 3}
        first.commit()
        with pytest.raises(StaleDataError):
            second.flush()
        assert (mine.inputs, mine.row_version) == ({"a": 2}, 2)


def test_a_historical_result_has_no_campaign_and_others_have_one(session: Session) -> None:
    make_result(session)
    campaign = make_campaign(session).id
    attempts = {
        f"kind = 'historical', campaign_id = {campaign}": False,
        "kind = 'final', campaign_id = NULL": False,
        f"kind = 'final', campaign_id = {campaign}": True,
    }
    allowed = {
        change: refusal(session, text(f"UPDATE result_version SET {change}")) == "allowed"
        for change in attempts
    }
    assert allowed == attempts
