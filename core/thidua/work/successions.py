"""Kế tục: recording reorganisations, and the questions they answer.

Three questions: with whom a unit is compared across years, whether a unit still exists on a day,
and whose history belongs to a unit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, selectinload

from thidua.errors import Conflict, Invalid, NotFound, Problem
from thidua.spec.document import document
from thidua.spec.succession import ENDS
from thidua.spec.succession import Succession as Declared
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.people import ROLES
from thidua.store.successions import Succession, SuccessionLink
from thidua.store.units import Unit, UnitPeriod
from thidua.work.access import STAFF, require
from thidua.work.given import find
from thidua.work.units import days_of
from thidua.work.versions import wait_turn


@dataclass(frozen=True)
class Heir:
    """A unit and the share of another that it carries on (1: all of it)."""

    unit_id: int
    share: Fraction


def record_succession(session: Session, *, succession: Declared, by: Actor) -> Succession:
    """Record a reorganisation; units are named by key.

    Predecessors that end by it and are still open end on the day before. ``Invalid`` names every
    unit that is not there, has ended before, or does not exist from the day on; ``Conflict`` when
    the code is taken. Nothing is written then.
    """
    require(session, by, STAFF, "ghi việc sắp xếp đơn vị")
    wait_turn(session)
    if session.scalar(select(Succession.id).where(Succession.code == succession.code)):
        raise Conflict(
            f"Việc sắp xếp “{succession.title}” đã được ghi. "
            "Nếu là việc khác, hãy đặt tên, mã khác."
        )
    units = _units_named(session, succession)
    _refuse_unfit(succession, units)
    _end_predecessors(succession, units)
    row = _store(session, succession, units)
    record(
        session, actor=by, action="succession.record", subject=("succession", row.id),
        after=document(succession),
    )  # fmt: skip
    return row


def remove_succession(session: Session, *, succession_id: int, by: Actor) -> None:
    """Remove one that was recorded by mistake; units keep the days they have. Needs a reason."""
    require(session, by, STAFF, "xóa việc sắp xếp đơn vị")
    row = find(session, Succession, succession_id)
    if row is None:
        raise NotFound("Không có lần sắp xếp này trong tỉnh đang làm việc.")
    if not by.reason.strip():
        raise Invalid.one("Lý do", "Hãy ghi lý do xóa.")
    record(
        session, actor=by, action="succession.remove", subject=("succession", row.id),
        before={"code": row.code, "kind": row.kind, "effective_on": row.effective_on.isoformat()},
    )  # fmt: skip
    for link in row.links:
        session.delete(link)
    session.flush()
    session.delete(row)
    session.flush()


def heirs_of(
    session: Session, *, unit_ids: Iterable[int], after: date, until: date
) -> dict[int, tuple[Heir, ...]]:
    """Who carries the units of day ``after`` on, on day ``until``, by unit id.

    Follows every reorganisation that took effect later than ``after`` and not later than
    ``until``; shares multiply along the way and add up where ways meet. Nobody: it was dissolved.
    Functions that were handed over carry no share.
    """
    rows = _between(session, after, until)
    return {unit_id: _heirs(unit_id, rows) for unit_id in unit_ids}


def ancestors(session: Session, *, unit_id: int) -> frozenset[int]:
    """The units whose whole or part went into this one, however long ago, itself not among them."""
    rows = session.execute(select(SuccessionLink.predecessor_id, SuccessionLink.successor_id))
    before: dict[int, set[int]] = {}
    for predecessor, successor in rows:
        if successor is not None:
            before.setdefault(successor, set()).add(predecessor)
    found: set[int] = set()
    open_ = {unit_id}
    while open_:
        open_ = set().union(*(before.get(unit, set()) for unit in open_)) - found
        found |= open_
    return frozenset(found - {unit_id})


def list_successions(session: Session, *, by: Actor) -> Sequence[Succession]:
    """Every reorganisation of the entered province, latest first."""
    require(session, by, ROLES, "xem việc sắp xếp đơn vị")
    latest = Succession.effective_on.desc(), Succession.id.desc()
    return session.scalars(select(Succession).order_by(*latest)).all()


def _heirs(unit_id: int, rows: Sequence[Succession]) -> tuple[Heir, ...]:
    shares = {unit_id: Fraction(1)}
    for row in rows:
        shares = _handed_over(shares, row)
    return tuple(Heir(unit, share) for unit, share in sorted(shares.items()) if share)


def _between(session: Session, after: date, until: date) -> Sequence[Succession]:
    query = select(Succession).where(
        Succession.effective_on > after, Succession.effective_on <= until
    )
    query = query.options(selectinload(Succession.links))
    return session.scalars(query.order_by(Succession.effective_on, Succession.id)).all()


def _handed_over(shares: dict[int, Fraction], row: Succession) -> dict[int, Fraction]:
    """Shares after one reorganisation; what is not handed over stays, unless the unit ended."""
    if row.kind == "function":
        return shares
    after = dict(shares)
    for link in row.links:
        held = shares.get(link.predecessor_id)
        if held is None:
            continue
        moved = held * Fraction(link.share)
        after[link.predecessor_id] -= moved
        if link.successor_id is not None:
            after[link.successor_id] = after.get(link.successor_id, Fraction(0)) + moved
    return after


Named = dict[str, tuple[int, list[UnitPeriod]]]
"""Units by key: id and periods."""


def _units_named(session: Session, succession: Declared) -> Named:
    keys = {link.predecessor for link in succession.links}
    keys |= {link.successor for link in succession.links if link.successor}
    rows = session.execute(
        select(Unit.key, UnitPeriod)
        .join(UnitPeriod, UnitPeriod.unit_id == Unit.id)
        .where(Unit.key.in_(keys))
        .order_by(UnitPeriod.during)
        .with_for_update(of=UnitPeriod)
    )
    units: Named = {}
    for key, period in rows:
        units.setdefault(key, (period.unit_id, []))[1].append(period)
    return units


def _refuse_unfit(succession: Declared, units: Named) -> None:
    eve = succession.effective_on - timedelta(days=1)
    problems: list[Problem] = []
    for link in succession.links:
        problems += _missing(link.predecessor, eve, units, "trước")
        if link.successor:
            problems += _missing(link.successor, succession.effective_on, units, "kế tục")
    if not problems:
        for key in ending_units(succession) & units.keys():
            problems += _lives_on(key, succession.effective_on, units)
    if problems:
        raise Invalid(list(dict.fromkeys(problems)))


def _missing(key: str, day: date, units: Named, which: str) -> Iterator[Problem]:
    if key not in units:
        yield Problem(place=key, reason=f"không có đơn vị {which} nào có khóa này")
    elif not any(_covers(period, day) for period in units[key][1]):
        yield Problem(
            place=_called(key, units),
            reason=f"đơn vị {which} không hoạt động vào ngày {day:%d/%m/%Y}; hãy sửa ngày",
        )


def _called(key: str, units: Named) -> str:
    """What the unit is called in its last period."""
    return units[key][1][-1].name


def _lives_on(key: str, on: date, units: Named) -> Iterator[Problem]:
    """A unit that ends may not have a later period of its own already."""
    later = [p for p in units[key][1] if (days_of(p)[0] or date.min) >= on]
    if later:
        yield Problem(
            place=_called(key, units),
            reason=f"đơn vị còn khai thời gian sau ngày {on:%d/%m/%Y}; hãy sửa thời gian đó trước",
        )


def ending_units(succession: Declared) -> set[str]:
    """The predecessors, by key, that exist no more afterwards."""
    if succession.kind not in ENDS:
        return set()
    after: Collection[str | None] = {link.successor for link in succession.links}
    return {link.predecessor for link in succession.links} - {key for key in after if key}


def _end_predecessors(succession: Declared, units: Named) -> None:
    eve = succession.effective_on - timedelta(days=1)
    for key in sorted(ending_units(succession)):
        for period in units[key][1]:
            if _covers(period, succession.effective_on):
                period.during = Range(days_of(period)[0], eve, bounds="[]")


def _covers(period: UnitPeriod, day: date) -> bool:
    first, last = days_of(period)
    return (first is None or first <= day) and (last is None or day <= last)


def _store(session: Session, succession: Declared, units: Named) -> Succession:
    row = Succession(
        code=succession.code,
        kind=succession.kind,
        title=succession.title,
        effective_on=succession.effective_on,
        legal_basis=[document(item) for item in succession.legal_basis],
        provenance=succession.provenance,
        facts=list(succession.facts),
        source=succession.source,
        note=succession.note,
    )
    session.add(row)
    session.flush()
    session.add_all(
        SuccessionLink(
            succession_id=row.id,
            predecessor_id=units[link.predecessor][0],
            successor_id=units[link.successor][0] if link.successor else None,
            share=link.share,
            what=link.what,
        )
        for link in succession.links
    )
    session.flush()
    return row
