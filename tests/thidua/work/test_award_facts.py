"""Whose index counts, and units as they are on the day of decision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import award_spec, collective, open_2025, publish_small, scheme_document
from tests.factories import make_unit
from tests.small import unit_id

from thidua.awards.nominee import Standing
from thidua.store.units import UnitPeriod
from thidua.work.award_facts import consider, units_as_of

OWN = {"index_of": "own"}


@pytest.fixture
def published(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as session:
        publish_small(session)
        yield session


def below(
    session: Session, name: str, parent: int,
    first: date | None = date(2025, 7, 1), last: date | None = None,
) -> int:  # fmt: skip
    """A unit below another, since 1 July 2025 unless said otherwise."""
    unit = make_unit(session, name, during=Range(first, last, bounds="[]"))
    unit.periods[0].parent_id = parent
    session.flush()
    return unit.id


def standing(session: Session, key: str) -> Standing | None:
    """What counts for a unit that is nominated, once it is."""
    round_ = open_2025(session)
    made = collective(session, round_, key)
    return consider(session, round_).judged[made.id].nominee.standing


def key_of(session: Session, name: str) -> str:
    return next(p.unit.key for p in session.scalars(select(UnitPeriod)) if p.name == name)


def test_the_own_result_counts_first(published: Session) -> None:
    found = standing(published, "so-ba")
    assert found
    assert (found.unit, str(found.index), found.rank, found.band, found.bands) == (
        "Sở Ba", "75.00", 3, "Khá", ("Tốt", "Khá", "Trung bình"),
    )  # fmt: skip


def test_below_it_the_nearest_body_with_a_result_counts(published: Session) -> None:
    office = below(published, "Chi cục Ba", unit_id(published, "so-ba"))
    below(published, "Phòng Ba", office)
    found = standing(published, key_of(published, "Phòng Ba"))
    assert found
    assert (found.unit, found.band) == ("Sở Ba", "Khá")


def test_a_scheme_may_count_the_own_index_alone(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        publish_small(session, award_spec(award_schemes=[scheme_document(comparison=OWN)]))
        below(session, "Phòng Ba", unit_id(session, "so-ba"))
        assert standing(session, key_of(session, "Phòng Ba")) is None


def test_bodies_above_each_other_in_a_circle_have_no_index(published: Session) -> None:
    office = below(published, "Chi cục Ba", unit_id(published, "so-ba"))
    room = below(published, "Phòng Ba", office)
    period = published.scalars(select(UnitPeriod).where(UnitPeriod.unit_id == office)).one()
    period.parent_id = room
    assert standing(published, key_of(published, "Phòng Ba")) is None


def test_units_are_looked_at_as_of_the_day(published: Session) -> None:
    ba = unit_id(published, "so-ba")
    gone = below(published, "Sở Cũ", ba, last=date(2025, 12, 31))
    coming = below(published, "Sở Mới", ba, first=date(2027, 1, 1))
    renamed = below(published, "Sở Tư", ba, last=date(2026, 1, 31))
    later = UnitPeriod(
        unit_id=renamed, during=Range(date(2026, 2, 1), None), name="Sở Tư pháp", kind="so",
        provenance="illustrative",
    )  # fmt: skip
    published.add(later)
    published.flush()
    names = {
        day: [units_as_of(published, day)[unit].name for unit in (renamed, gone, coming)]
        for day in (date(2026, 1, 31), date(2026, 2, 1), date(2020, 1, 1))
    }
    assert names == {
        date(2026, 1, 31): ["Sở Tư", "Sở Cũ", "Sở Mới"],
        date(2026, 2, 1): ["Sở Tư pháp", "Sở Cũ", "Sở Mới"],
        date(2020, 1, 1): ["Sở Tư", "Sở Cũ", "Sở Mới"],
    }
