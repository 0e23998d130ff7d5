"""Changes of units wait for each other from their beginning, so that none blocks another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.thidua.work.conftest import Opened
from tests.waiting import wait_for_somebody_waiting

from thidua.store.tenancy import enter_province
from thidua.store.units import Unit, UnitPeriod
from thidua.work.register import UnitLine, import_units, unit_lines
from thidua.work.unit_changes import change_unit_from
from thidua.work.versions import wait_turn


def rename(session: Session) -> None:
    period = session.scalars(
        select(UnitPeriod).join(Unit, Unit.id == UnitPeriod.unit_id).where(Unit.key == "so-mot")
    ).one()
    change_unit_from(
        session, period_id=period.id, on=date(2027, 1, 1), name="Sở Mới", kind=period.kind,
        cluster=period.cluster, official_code="", parent=None,
        expected_version=period.row_version, by=COMMAND,
    )  # fmt: skip


def take_in(session: Session) -> None:
    known = next(line for line in unit_lines(session, by=COMMAND) if line.key == "so-mot")
    new = UnitLine(name="Sở Thêm", kind=known.kind, cluster=known.cluster)
    import_units(session, lines=[replace(known, name="Sở Mới"), new], by=COMMAND)


@pytest.mark.parametrize("change", [rename, take_in])
def test_who_waits_for_the_turn_holds_no_unit(
    inside: Session,
    opened: Opened,
    sessions: sessionmaker[Session],
    change: Callable[[Session], None],
) -> None:
    def do() -> None:
        with sessions.begin() as later:
            enter_province(later, opened.province)
            change(later)

    with ThreadPoolExecutor(1) as pool:
        wait_turn(inside)
        done = pool.submit(do)
        try:
            wait_for_somebody_waiting(inside)
            inside.scalars(select(UnitPeriod).with_for_update(nowait=True)).all()
        finally:
            inside.rollback()
        done.result()
    names = [line.name for line in unit_lines(inside, by=COMMAND)]
    assert "Sở Mới" in names
