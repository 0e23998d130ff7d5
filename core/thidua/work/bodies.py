"""The units of a day as rules name them: by key, kind and level, with the bodies above them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.spec.bodies import Bodies, Body, UnitLevel
from thidua.store.units import Unit, UnitKind, UnitPeriod
from thidua.work.campaigns import units_on


@dataclass(frozen=True)
class Placed:
    """A unit as it is on a day; ``above``: the bodies it stands under, nearest first."""

    unit_id: int
    name: str
    body: Body
    above: tuple[Body, ...]

    def belongs_to(self, bodies: Bodies) -> bool:
        """Whether it is one of them."""
        return bodies.admit(self.body, self.above)


def placed_on(session: Session, day: date) -> dict[int, Placed]:
    """Every unit that is there on ``day``, by id, in Vietnamese order."""
    periods = {period.unit_id: period for period in units_on(session, day=day)}
    keys = {row.id: row.key for row in session.execute(select(Unit.id, Unit.key))}
    levels = levels_of(session)
    bodies = {
        id_: Body(keys[id_], period.kind, levels.get(period.kind))
        for id_, period in periods.items()
    }
    return {
        id_: Placed(
            id_, period.name, bodies[id_], tuple(bodies[up] for up in line_of(periods, id_)[1:])
        )
        for id_, period in periods.items()
    }


def levels_of(session: Session) -> dict[str, UnitLevel]:
    """The level of each kind of unit, by code."""
    rows = session.execute(select(UnitKind.code, UnitKind.level))
    return {row.code: row.level for row in rows}


def line_of(periods: Mapping[int, UnitPeriod], unit_id: int) -> list[int]:
    """The unit, then the bodies it stands under, nearest first."""
    line: list[int] = []
    at: int | None = unit_id
    while at is not None and at not in line and at in periods:
        line.append(at)
        at = periods[at].parent_id
    return line
