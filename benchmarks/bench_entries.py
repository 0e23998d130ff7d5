"""Eight writers save figures through the use case, each save committed to disk.

Against bare psycopg that writes the same row and the same audit row in the same run: nothing
checked, nobody asked, no right, no window. The syncs of the log are counted for one writer alone,
since writers at once share them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from time import perf_counter

import psycopg
from sqlalchemy import select, text

from benchmarks.database import Database, running
from benchmarks.ratio import Ratio
from benchmarks.sample import RULES
from thidua.store.actor import Actor
from thidua.store.criteria import Leaf
from thidua.store.engine import make_engine
from thidua.store.people import Membership, User
from thidua.store.sheets import ScoreSheet
from thidua.store.tenancy import enter_province, make_sessionmaker
from thidua.work.entries import save_entry

WRITERS = 8
SAVES = 60
"""Of each writer in a round."""

ROUNDS = 2
AT = datetime(2026, 2, 1, tzinfo=UTC)
BARE = """
    INSERT INTO score_entry (sheet_id, leaf_id, stage, inputs, explanation, updated_by)
    VALUES (%s, %s, 'self', %s, '', %s)
    ON CONFLICT (sheet_id, leaf_id, stage) DO UPDATE
    SET inputs = excluded.inputs, updated_by = excluded.updated_by, updated_at = now(),
        row_version = score_entry.row_version + 1
    RETURNING id
"""
AUDIT = """
    INSERT INTO audit_event (actor_kind, actor_id, actor_name, action, subject_kind, subject_id,
                             reason, before, after)
    VALUES ('person', %s, 'Bà Đo', 'entry.save', 'score_entry', %s, '', %s, %s)
"""


@dataclass(frozen=True)
class Desk:
    """One writer: where to connect, who it is, which sheet is theirs, what to save in turn."""

    url: str
    province: int
    campaign: int
    unit: int
    sheet: int
    user: int
    leaves: tuple[tuple[str, int, str], ...]


def ratios() -> Iterator[Ratio]:
    """Seconds of a save with eight writers, and syncs of a save with one."""
    with running(fast=False) as database:
        desks = _desks(database)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(_round(_by_use_case, desks))
            theirs.append(_round(_by_psycopg, desks))
        yield Ratio("save_entry", min(ours), "bare psycopg", min(theirs))
        yield Ratio(
            "save_entry_syncs", _syncs(database, _by_use_case, desks[0]), "bare psycopg",
            _syncs(database, _by_psycopg, desks[0]), unit="syncs a save",
        )  # fmt: skip


def _round(write: Callable[[Desk], float], desks: list[Desk]) -> float:
    """Seconds of one save, when all write at once: the time of the slowest writer counts."""
    with ProcessPoolExecutor(len(desks), mp_context=get_context("spawn")) as pool:
        return max(pool.map(write, desks)) / (SAVES * len(desks))


def _by_use_case(desk: Desk) -> float:
    engine = make_engine(desk.url)
    sessions, by = make_sessionmaker(engine), Actor(kind="person", name="Bà Đo", id=desk.user)

    def save(number: int) -> None:
        code, _, name = desk.leaves[number % len(desk.leaves)]
        with sessions.begin() as session:
            enter_province(session, desk.province)
            save_entry(
                session, campaign_id=desk.campaign, unit_id=desk.unit, leaf_code=code,
                stage="self", inputs={name: number % 2}, by=by, at=AT,
            )  # fmt: skip

    found = _timed(save)
    engine.dispose()
    return found


def _by_psycopg(desk: Desk) -> float:
    with psycopg.connect(desk.url.replace("+psycopg", "")) as connection:

        def save(number: int) -> None:
            code, leaf, name = desk.leaves[number % len(desk.leaves)]
            said = json.dumps({"leaf": code, "stage": "self", "inputs": {name: number % 2}})
            with connection.transaction():
                setting = "SELECT set_config('app.province_id', %s, true)"
                connection.execute(setting, [str(desk.province)])
                given = json.dumps({name: number % 2})
                row = connection.execute(BARE, [desk.sheet, leaf, given, desk.user]).fetchone()
                connection.execute(AUDIT, [desk.user, row and row[0], said, said])

        connection.autocommit = True
        return _timed(save)


def _timed(save: Callable[[int], None]) -> float:
    for number in range(5):
        save(number)
    start = perf_counter()
    for number in range(SAVES):
        save(number)
    return perf_counter() - start


def _syncs(database: Database, write: Callable[[Desk], float], desk: Desk) -> float:
    """How often the log was written through for each save of one writer."""
    before = _counted(database)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(write, desk).result()
    return (_counted(database) - before) / (SAVES + 5)


def _counted(database: Database) -> int:
    with database.owner.connect() as connection:
        query = (
            "SELECT sum(fsyncs) FROM pg_stat_io "
            "WHERE object = 'wal' AND backend_type = 'client backend'"
        )
        return int(connection.scalar(text(query)) or 0)


def _desks(database: Database) -> list[Desk]:
    """Eight officers of eight units, who have sheets with nothing but yes and no to change."""
    with database.sessions.begin() as session:
        enter_province(session, database.province)
        leaves = [
            (row.code, row.id, "value")
            for row in session.execute(select(Leaf.code, Leaf.id).order_by(Leaf.position))
            if int(row.code[1:]) % len(RULES) == 1  # yes or no
        ]
        sheets = session.scalars(select(ScoreSheet).order_by(ScoreSheet.id).limit(WRITERS)).all()
        desks = []
        for sheet in sheets:
            user = User(username=f"do-{sheet.unit_id}", name="Bà Đo")
            session.add(Membership(user=user, role="officer", unit_id=sheet.unit_id))
            session.flush()
            desks.append((sheet.unit_id, sheet.id, user.id))
    url = database.sessions.kw["bind"].url.render_as_string(hide_password=False)
    found = tuple(leaves)
    return [
        Desk(url, database.province, database.campaign, unit, sheet, user, found)
        for unit, sheet, user in desks
    ]
