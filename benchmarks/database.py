"""A campaign of one province on the embedded server: 200 units, 100 leaves, everything entered."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, insert, select, text
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.sample import GRADING, Sample, criteria_set, sample
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.loading import parse
from thidua.store.actor import Actor
from thidua.store.campaigns import Campaign
from thidua.store.criteria import Leaf
from thidua.store.embedded import start
from thidua.store.engine import make_engine
from thidua.store.migrate import migrate
from thidua.store.sheets import ScoreEntry, ScoreSheet
from thidua.store.tenancy import enter_province, make_sessionmaker, province_of
from thidua.store.units import Unit
from thidua.work.opening import open_campaign
from thidua.work.provinces import apply_province

UNITS = 200
COMMAND = Actor(kind="command", name="bench")


@dataclass(frozen=True)
class Database:
    """The application's sessions, the owner's engine, and the ids of province and campaign."""

    sessions: sessionmaker[Session]
    owner: Engine
    province: int
    campaign: int

    @contextmanager
    def inside(self) -> Iterator[Session]:
        """A session inside the province, rolled back at the end."""
        with self.sessions() as session:
            enter_province(session, self.province)
            yield session
            session.rollback()


@contextmanager
def running(*, fast: bool = True) -> Iterator[Database]:
    """A server of its own for as long as this lasts, with the campaign filled.

    Unless ``fast`` it writes to the disk what it commits.
    """
    home = Path(tempfile.mkdtemp(prefix="thidua-bench-"))
    server = start(home, fast=fast)
    try:
        migrate(server.owner_url, server.app_url)
        app, owner = make_engine(server.app_url), make_engine(server.owner_url)
        yield _filled(make_sessionmaker(app), owner)
        app.dispose()
        owner.dispose()
    finally:
        server.stop()
        shutil.rmtree(home)


def _spec() -> ProvinceSpec:
    day = {"valid_from": "2020-01-01", "provenance": "illustrative"}
    grading = GRADING.model_dump(mode="json", by_alias=True)
    criteria = criteria_set().model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return parse(
        ProvinceSpec,
        {
            "info": {
                "code": "do", "name": "Đo", "full_name": "Tỉnh Đo", "authority": "Sở Nội vụ",
                "version": "1",
            },
            "jurisdictions": [{"code": "do", "name": "Đo", "valid_from": "2020-01-01"}],
            "unit_kinds": [{"code": "so", "name": "Sở", "level": "province"}],
            "units": [
                {"key": f"so-{i}", "name": f"Sở {i}", "kind": "so", **day} for i in range(UNITS)
            ],
            "criteria_sets": [{**criteria, "provenance": "illustrative"}],
            "grading": [{**grading, "code": "grading"}],
        },
    )  # fmt: skip


def _filled(sessions: sessionmaker[Session], owner: Engine) -> Database:
    with sessions.begin() as session:
        spec, data = _spec(), sample(UNITS)
        apply_province(session, spec=spec, by=COMMAND)
        campaign = open_campaign(
            session, spec=spec, year=2025, by=COMMAND,
            at=datetime(2026, 1, 15, tzinfo=UTC), timezone=ZoneInfo("Asia/Ho_Chi_Minh"),
        )  # fmt: skip
        session.execute(insert(ScoreEntry), _entries(session, campaign, data))
        found = Database(sessions, owner, province_of(session), campaign.id)
    with owner.begin() as connection:
        connection.execute(text("ANALYZE"))
    return found


def _entries(session: Session, campaign: Campaign, data: Sample) -> list[dict[str, Any]]:
    """One entry for each leaf of each unit, and another where it was appraised otherwise."""
    leaves = {row.code: row.id for row in session.execute(select(Leaf.code, Leaf.id))}
    sheets = session.scalars(
        select(ScoreSheet.id)
        .join(Unit, Unit.id == ScoreSheet.unit_id)
        .where(ScoreSheet.campaign_id == campaign.id)
        .order_by(Unit.id)
    ).all()
    rows = []
    for leaf in data.criteria.leaves:
        late = leaf.code not in data.appraised
        columns = {spec.name: data.columns[leaf.code, spec.name].values for spec in leaf.inputs}
        rows += [
            _entry(sheet, leaves[leaf.code], "survey" if late else "self", values)
            for sheet, values in zip(sheets, _rows(columns), strict=True)
        ]
        if not late:
            units, named, _ = data.appraised[leaf.code]
            rows += [
                _entry(sheets[unit], leaves[leaf.code], "appraised", values)
                for unit, values in zip(units.tolist(), _rows(named), strict=True)
            ]
    return rows


def _rows(columns: Any) -> list[dict[str, int]]:
    lists = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [dict(zip(columns, values, strict=True)) for values in lists]


def _entry(sheet: int, leaf: int, stage: str, inputs: dict[str, int]) -> dict[str, Any]:
    return {"sheet_id": sheet, "leaf_id": leaf, "stage": stage, "inputs": inputs}
