"""A unit from a day on, and what hangs on it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND, make_kind, make_unit
from tests.small import open_small, person, unit_id

from thidua.errors import Conflict, Invalid
from thidua.spec.base import Provenance
from thidua.store.units import UnitPeriod
from thidua.work.unit_changes import UnitUse, change_unit_from, use_of_unit
from thidua.work.units import days_of, end_unit

DAY = date(2025, 7, 1)
FACTS = {"kind": "so", "cluster": None, "official_code": "", "parent": None}


def periods(session: Session) -> list[tuple[str, str, date | None, date | None]]:
    rows = session.scalars(select(UnitPeriod).order_by(UnitPeriod.during))
    return [(row.name, row.provenance, *days_of(row)) for row in rows]


def test_next_time_begins_where_the_old_one_ends(session: Session) -> None:
    make_kind(session)
    unit = make_unit(session, "Sở Cũ")
    session.flush()
    end_unit(session, unit_id=unit.id, on=date(2030, 1, 1), by=COMMAND, reason="Thử")
    old = session.scalars(select(UnitPeriod)).one()
    old.provenance = Provenance.ILLUSTRATIVE
    session.flush()
    first, version = days_of(old)[0], old.row_version
    change_unit_from(
        session, period_id=old.id, on=DAY, name="Sở Mới", expected_version=version, by=COMMAND,
        **FACTS,  # type: ignore[arg-type]
    )  # fmt: skip
    session.expire_all()
    assert periods(session) == [
        ("Sở Cũ", "illustrative", first, date(2025, 6, 30)),
        ("Sở Mới", "illustrative", DAY, date(2030, 1, 1)),
    ]


def test_what_cannot_begin_is_refused(session: Session) -> None:
    make_kind(session)
    make_unit(session, "Sở Cũ", during=Range(DAY, None))
    session.flush()
    period = session.scalars(select(UnitPeriod)).one()
    period.cluster = None
    session.flush()
    before = periods(session)
    for on, name, version, error in (
        (DAY, "Sở Mới", period.row_version, Invalid),
        (date(2040, 1, 1), " Sở Cũ ", period.row_version, Invalid),
        (date(2040, 1, 1), "Sở Mới", period.row_version + 1, Conflict),
    ):
        with pytest.raises(error):
            change_unit_from(
                session, period_id=period.id, on=on, name=name, expected_version=version,
                by=COMMAND, **FACTS,  # type: ignore[arg-type]
            )  # fmt: skip
        assert periods(session) == before


def test_use_names_people_units_below_and_open_campaigns(sessions: sessionmaker[Session]) -> None:
    day = date(2026, 1, 1)
    with sessions() as session:
        campaign = open_small(session)
        one = unit_id(session, "so-mot")
        officer = person(session, "officer", "so-mot")
        below = session.scalars(select(UnitPeriod).where(UnitPeriod.unit_id != one)).first()
        assert below is not None
        below.parent_id = one
        session.flush()
        assert use_of_unit(session, unit_id=one, day=day) == UnitUse(
            accounts=(officer.name,), below=(below.name,), campaigns=(campaign.title,)
        )
        campaign.stage = "closed"
        assert use_of_unit(session, unit_id=below.unit_id, day=day) == UnitUse((), (), ())
