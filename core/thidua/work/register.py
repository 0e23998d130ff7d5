"""Danh sách đơn vị: the register as lines of a table, out and in, and names told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Invalid, Problem, ThiduaError
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.people import ROLES
from thidua.store.tenancy import province_of
from thidua.store.units import Unit, UnitKind, UnitPeriod
from thidua.work.access import STAFF, require
from thidua.work.units import change_unit, days_of, register_unit
from thidua.work.versions import wait_turn


@dataclass(frozen=True)
class UnitLine:
    """One period of one unit; ``kind``, ``cluster`` and ``parent`` are codes and keys.

    ``line`` is where it stands in the file that it was read from. Without a ``key`` it is a new
    unit, whose key is made from its name. ``told`` tells it from others that bear its name, where
    there are some; it says nothing on import.
    """

    name: str
    kind: str
    key: str = ""
    cluster: str = ""
    parent: str = ""
    official_code: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    told: str = field(default="", compare=False)
    line: int = 0


@dataclass(frozen=True)
class TakenLine:
    """A line that an import took in; ``before``: what it corrects, None where it is new."""

    line: UnitLine
    before: UnitLine | None = None


@dataclass(frozen=True)
class Imported:
    """What an import did, or would do, in the order of the file."""

    taken: tuple[TakenLine, ...]
    unchanged: int

    @property
    def added(self) -> tuple[str, ...]:
        """The names of what is new."""
        return tuple(item.line.name for item in self.taken if item.before is None)

    @property
    def changed(self) -> tuple[str, ...]:
        """The names, as they are now, of what was corrected."""
        return tuple(item.line.name for item in self.taken if item.before is not None)


def unit_lines(session: Session, *, by: Actor, day: date | None = None) -> tuple[UnitLine, ...]:
    """Every period of every unit in Vietnamese order; with ``day``, as it was on that day."""
    require(session, by, ROLES, "xem danh sách đơn vị")
    return _lines(session, day)


def names_on(session: Session, day: date) -> dict[int, str]:
    """What the units of a day are called, by id: those that bear one name told apart."""
    periods = _periods(session, day)
    return {period.unit_id: name for period, name in _told(session, periods)}


def period_names(session: Session, day: date | None) -> dict[int, str]:
    """The same by the id of the period; without a day those of all times, told apart alike."""
    return {period.id: name for period, name in _told(session, _periods(session, day))}


def last_names(session: Session, day: date) -> dict[int, str]:
    """What every unit is called on a day, by id, told apart, in Vietnamese order.

    One that is no more has the name it last had, one that is yet to come the name it will have.
    """
    last: dict[int, UnitPeriod] = {}
    for period in sorted(_periods(session, None), key=_begins):
        if period.unit_id not in last or _begins(period) <= day:
            last[period.unit_id] = period
    periods = sorted(last.values(), key=lambda period: (period.sort_key, period.unit_id))
    return {period.unit_id: name for period, name in _told(session, periods)}


def _lines(session: Session, day: date | None) -> tuple[UnitLine, ...]:
    periods = _periods(session, day)
    keys, kinds = _keys(session), _kinds(session)
    lines = [_line(period, keys) for period in periods]
    return tuple(
        replace(line, told=name) if name != line.name else line
        for line, name in zip(lines, told_apart(lines, kinds), strict=True)
    )


def _told(session: Session, periods: Sequence[UnitPeriod]) -> Iterator[tuple[UnitPeriod, str]]:
    keys = _keys(session)
    names = told_apart([_line(period, keys) for period in periods], _kinds(session))
    return zip(periods, names, strict=True)


def _periods(session: Session, day: date | None) -> Sequence[UnitPeriod]:
    query = select(UnitPeriod).order_by(UnitPeriod.sort_key, UnitPeriod.during)
    if day is not None:
        query = query.where(UnitPeriod.during.contains(day))
    return session.scalars(query).all()


def _keys(session: Session) -> dict[int, str]:
    return {row.id: row.key for row in session.execute(select(Unit.id, Unit.key))}


def _kinds(session: Session) -> dict[str, str]:
    return {row.code: row.name for row in session.execute(select(UnitKind.code, UnitKind.name))}


def _begins(period: UnitPeriod) -> date:
    return days_of(period)[0] or date.min


def _line(period: UnitPeriod, keys: Mapping[int, str]) -> UnitLine:
    first, last = days_of(period)
    return UnitLine(
        key=keys[period.unit_id],
        name=period.name,
        kind=period.kind,
        cluster=period.cluster or "",
        parent=keys[period.parent_id] if period.parent_id else "",
        official_code=period.official_code,
        valid_from=first,
        valid_to=last,
    )


def import_units(session: Session, *, lines: Sequence[UnitLine], by: Actor) -> Imported:
    """Register the lines that are new, correct those that differ, leave equal ones alone.

    A line is known by its unit's key and its first day. All or nothing: ``Invalid`` names every
    problem with the line it stands in. To preview, roll the session back. What it changed is noted
    once more as one import.
    """
    require(session, by, STAFF, "nhập danh sách đơn vị")
    wait_turn(session)
    known = {(line.key, line.valid_from): line for line in unit_lines(session, by=by)}
    problems = list(_doubled(lines))
    taken: list[TakenLine] = []
    for line in _from_above(lines):
        before = known.get((line.key, line.valid_from))
        if before is not None and before == replace(line, line=0):
            continue
        try:
            with session.begin_nested():
                _take(session, line, before, by)
        except ThiduaError as error:
            problems += _at_line(error, line)
        else:
            taken.append(TakenLine(line, before))
    if problems:
        raise Invalid(problems)
    taken.sort(key=lambda item: item.line.line)
    done = Imported(taken=tuple(taken), unchanged=len(lines) - len(taken))
    if taken:
        record(
            session, actor=by, action="units.import", subject=("province", province_of(session)),
            after={
                "added": len(done.added), "changed": len(done.changed),
                "unchanged": done.unchanged,
            },
        )  # fmt: skip
    return done


def told_apart(lines: Sequence[UnitLine], kinds: Mapping[str, str]) -> tuple[str, ...]:
    """The names of units, those that several units bear told apart.

    By the unit above, else by the kind (``kinds``: name by code), else by the official code, else
    by the key: “Xã Bình Phú (Huyện Tân Hồng)”.
    """
    names = {line.key: line.name for line in lines}
    bearers: dict[str, dict[str, UnitLine]] = {}
    for line in lines:
        bearers.setdefault(line.name, {})[line.key] = line

    def name(line: UnitLine) -> str:
        twins = {**bearers[line.name], line.key: line}.values()
        if len(twins) == 1:
            return line.name
        for said in (_above(names), lambda x: kinds.get(x.kind, x.kind), _code):
            if len({said(twin) for twin in twins}) == len(twins) and said(line):
                return f"{line.name} ({said(line)})"
        return f"{line.name} ({line.key})"

    return tuple(name(line) for line in lines)


def _above(names: Mapping[str, str]) -> Callable[[UnitLine], str]:
    return lambda line: names.get(line.parent, "")


def _code(line: UnitLine) -> str:
    return f"mã {line.official_code}" if line.official_code else ""


def _take(session: Session, line: UnitLine, before: UnitLine | None, by: Actor) -> None:
    facts = {
        "name": line.name,
        "kind": line.kind,
        "cluster": line.cluster or None,
        "official_code": line.official_code,
        "valid_from": line.valid_from,
        "valid_to": line.valid_to,
        "parent": line.parent or None,
    }
    if before is None:
        register_unit(session, by=by, key=line.key or None, **facts)  # type: ignore[arg-type]
        return
    period = _period(session, line)
    change_unit(
        session, period_id=period.id, expected_version=period.row_version, by=by,
        **facts,  # type: ignore[arg-type]
    )  # fmt: skip


def _period(session: Session, line: UnitLine) -> UnitPeriod:
    periods = session.scalars(
        select(UnitPeriod).join(Unit, Unit.id == UnitPeriod.unit_id).where(Unit.key == line.key)
    )
    return next(period for period in periods if days_of(period)[0] == line.valid_from)


def _doubled(lines: Sequence[UnitLine]) -> Iterator[Problem]:
    seen: dict[tuple[str, date | None], int] = {}
    for line in lines:
        first = seen.setdefault((line.key, line.valid_from), line.line)
        if line.key and first != line.line:
            yield Problem(
                place=f"Dòng {line.line}",
                reason=f"trùng khóa và ngày bắt đầu với dòng {first}; hãy giữ một dòng",
            )


def _from_above(lines: Sequence[UnitLine]) -> Iterator[UnitLine]:
    """The lines with every unit after the one it belongs to, else as in the file."""
    own = {line.key: line.parent for line in lines if line.key}

    def depth(line: UnitLine) -> int:
        seen, above = set[str](), line.parent
        while above in own and above not in seen:
            seen.add(above)
            above = own[above]
        return len(seen)

    return iter(sorted(lines, key=depth))


def _at_line(error: ThiduaError, line: UnitLine) -> list[Problem]:
    where = f"Dòng {line.line}"
    if isinstance(error, Invalid):
        return [
            Problem(place=f"{where}, {item.place}", reason=item.reason) for item in error.problems
        ]
    return [Problem(place=where, reason=str(error))]
