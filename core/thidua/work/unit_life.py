"""Đời một đơn vị: its periods, and the reorganisations that made it or that it went into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from thidua.errors import NotFound
from thidua.spec.base import LegalBasis, Provenance
from thidua.spec.loading import parse
from thidua.spec.succession import SuccessionKind
from thidua.store.actor import Actor
from thidua.store.people import ROLES
from thidua.store.successions import Succession, SuccessionLink
from thidua.store.units import Unit, UnitPeriod
from thidua.work.access import require
from thidua.work.given import find
from thidua.work.register import last_names
from thidua.work.units import days_of


@dataclass(frozen=True)
class LifePeriod:
    """One period of a unit; ``kind`` and ``cluster`` are codes, both days inclusive."""

    id: int
    name: str
    kind: str
    cluster: str
    parent: UnitName | None
    official_code: str
    first: date | None
    last: date | None
    provenance: Provenance
    facts: Sequence[str]


@dataclass(frozen=True)
class UnitName:
    """A unit by id, with what it is, was last or will be called, told apart."""

    unit_id: int
    name: str


@dataclass(frozen=True)
class HandedOver:
    """Who handed over to whom: ``share`` of it, 0 to 1; ``heir`` is None where nobody took it."""

    from_: UnitName
    heir: UnitName | None
    share: Decimal
    what: str


@dataclass(frozen=True)
class LifeEvent:
    """A reorganisation as a reader needs it."""

    id: int
    kind: SuccessionKind
    title: str
    effective_on: date
    legal_basis: Sequence[LegalBasis]
    links: Sequence[HandedOver]
    provenance: Provenance
    facts: Sequence[str]
    source: str
    note: str


@dataclass(frozen=True)
class UnitLife:
    """A unit through time, what is latest first; ``name``: as on the day asked about."""

    unit_id: int
    key: str
    name: str
    periods: Sequence[LifePeriod]
    events: Sequence[LifeEvent]


def unit_life(session: Session, *, unit_id: int, day: date, by: Actor) -> UnitLife:
    """Everything that the register says of a unit, names as on ``day``; ``NotFound`` without it."""
    require(session, by, ROLES, "xem đơn vị")
    unit = find(session, Unit, unit_id)
    if unit is None:
        raise NotFound("Không có đơn vị này trong tỉnh đang làm việc.")
    names = {id_: UnitName(id_, name) for id_, name in last_names(session, day).items()}
    periods = select(UnitPeriod).where(UnitPeriod.unit_id == unit_id)
    return UnitLife(
        unit_id=unit_id,
        key=unit.key,
        name=names[unit_id].name,
        periods=[
            _period(row, names)
            for row in session.scalars(periods.order_by(UnitPeriod.during.desc()))
        ],
        events=[_event(row, names) for row in _events(session, unit_id)],
    )


def life_event(session: Session, *, succession_id: int, day: date, by: Actor) -> LifeEvent:
    """One reorganisation, names as on ``day``; ``NotFound`` without it."""
    require(session, by, ROLES, "xem việc sắp xếp đơn vị")
    row = find(session, Succession, succession_id)
    if row is None:
        raise NotFound("Không có lần sắp xếp này trong tỉnh đang làm việc.")
    names = last_names(session, day)
    return _event(row, {id_: UnitName(id_, name) for id_, name in names.items()})


def _events(session: Session, unit_id: int) -> Sequence[Succession]:
    links = SuccessionLink.predecessor_id == unit_id, SuccessionLink.successor_id == unit_id
    named = select(SuccessionLink.succession_id).where(or_(*links))
    rows = select(Succession).where(Succession.id.in_(named))
    latest = Succession.effective_on.desc(), Succession.id.desc()
    return session.scalars(rows.options(selectinload(Succession.links)).order_by(*latest)).all()


def _period(row: UnitPeriod, names: Mapping[int, UnitName]) -> LifePeriod:
    first, last = days_of(row)
    return LifePeriod(
        id=row.id,
        name=row.name,
        kind=row.kind,
        cluster=row.cluster or "",
        parent=names[row.parent_id] if row.parent_id else None,
        official_code=row.official_code,
        first=first,
        last=last,
        provenance=Provenance(row.provenance),
        facts=row.facts,
    )


def _event(row: Succession, names: Mapping[int, UnitName]) -> LifeEvent:
    return LifeEvent(
        id=row.id,
        kind=row.kind,
        title=row.title,
        effective_on=row.effective_on,
        legal_basis=[parse(LegalBasis, item) for item in row.legal_basis],
        links=[
            HandedOver(
                names[link.predecessor_id],
                names[link.successor_id] if link.successor_id else None,
                link.share,
                link.what,
            )
            for link in row.links
        ],
        provenance=Provenance(row.provenance),
        facts=row.facts,
        source=row.source,
        note=row.note,
    )
