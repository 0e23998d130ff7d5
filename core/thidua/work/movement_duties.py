"""Nhiệm vụ of a movement: who owes what by when with what proof, what is done, who is late.

A duty is owed by each unit that it names and that is there when it falls due; a yearly one in every
year of the movement. A registration or a launch on record fulfils the duty of that phase: nobody
writes the same thing twice. A duty that names no units is followed as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from thidua.spec.movement import PHASES, Movement, MovementDuty, Phase
from thidua.store.actor import Actor
from thidua.store.movements import ActKind, MovementAct
from thidua.work.access import READ_ALL, require
from thidua.work.bodies import Placed, placed_on
from thidua.work.lateness import READERS
from thidua.work.movement_life import standing_acts
from thidua.work.movements import newest_movement, stored_movement
from thidua.work.papers import paper_words
from thidua.work.reminders import reminder

DutyStatus = Literal["done", "done_late", "late", "open"]
STATUS_WORDS: Mapping[DutyStatus, str] = {
    "done": "đã hoàn thành",
    "done_late": "đã hoàn thành sau hạn",
    "late": "quá hạn chưa thực hiện",
    "open": "chưa thực hiện",
}
_FULFILLED_BY: Mapping[Phase, tuple[ActKind, ...]] = {
    "registration": ("registered",),
    "launch": ("launched", "folded"),
}


@dataclass(frozen=True)
class DutyState:
    """One duty of one unit, in one year where it is yearly, as it stands on a day.

    ``unit_id`` None: the duty names no units. ``done_on``, ``shown_by`` (the paper in words) and
    ``recorded_by`` are set once it is done. ``due`` counts whole: late begins the day after.
    """

    movement: str
    duty: str
    phase: Phase
    what: str
    proof: str
    unit_id: int | None
    name: str
    year: int | None
    due: date | None
    status: DutyStatus
    done_on: date | None = None
    shown_by: str = ""
    recorded_by: str = ""

    @property
    def words(self) -> str:
        """What is owed, by when and shown by what, in Vietnamese."""
        of = f" năm {self.year}" if self.year else ""
        until = f"; hạn ngày {self.due:%d/%m/%Y}" if self.due else ""
        proof = f"; minh chứng: {self.proof}" if self.proof else ""
        late = " (đã quá hạn)" if self.status == "late" else ""
        return f"{PHASES[self.phase]}{of}: {self.what.rstrip('.')}{proof}{until}{late}"


@dataclass(frozen=True)
class _Owed:
    """A duty as it falls due once: in a year, or (None) once for the whole movement."""

    duty: MovementDuty
    year: int | None
    due: date | None


def duty_states(session: Session, *, movement: str, by: Actor, on: date) -> Sequence[DutyState]:
    """Every duty of a movement as it stands on a day: by term, those without one last.

    Yearly duties up to the year of ``on``. An officer sees those of the own unit.
    """
    rights = require(session, by, READ_ALL | {"officer"}, "xem nhiệm vụ của phong trào")
    stored = stored_movement(session, movement)
    acts = [act for act in standing_acts(session, stored.id) if act.done_on <= on]
    states = list(_states(session, newest_movement(session, stored), acts, on))
    if rights.any_of(READ_ALL):
        return states
    return [state for state in states if state.unit_id in rights.units_as("officer")]


def late_duties(session: Session, *, movement: str, by: Actor, on: date) -> Sequence[DutyState]:
    """The duties that are past their term on a day, by units that are still there on it.

    For the secretariat, leaders and auditors.
    """
    require(session, by, READERS, "xem đơn vị chậm")
    there = placed_on(session, on)
    states = duty_states(session, movement=movement, by=by, on=on)
    return [
        state
        for state in states
        if state.status == "late" and (state.unit_id is None or state.unit_id in there)
    ]


def duty_reminder(late: Sequence[DutyState], *, title: str, authority: str, on: date) -> str:
    """The text of a reminder to one unit or many, to be copied; ``title``: the movement's.

    What names no unit is left out.
    """
    return reminder(
        [(state.name, state.words) for state in late if state.unit_id is not None],
        doing=title,
        authority=authority,
        until=f"ngày {on:%d/%m/%Y}",
    )


def _states(
    session: Session, movement: Movement, acts: Sequence[MovementAct], on: date
) -> Iterator[DutyState]:
    owed = [item for duty in movement.duties for item in _falls_due(movement, duty, on)]
    days = {min(item.due or on, on) for item in owed}
    there = {day: placed_on(session, day) for day in days}
    for item in sorted(owed, key=lambda item: item.due or date.max):
        units: Iterable[Placed | None] = (None,)
        if (bodies := item.duty.bodies) is not None:
            placed = there[min(item.due or on, on)].values()
            units = [unit for unit in placed if unit.belongs_to(bodies)]
        for unit in units:
            yield _state(movement, item, unit, _found(item, unit, acts), on)


def _falls_due(movement: Movement, duty: MovementDuty, on: date) -> Iterator[_Owed]:
    """The terms of a duty up to the year of ``on``."""
    if not duty.due_each_year:
        yield _Owed(duty, None, duty.due)
        return
    for year in _years(movement, on):
        yield _Owed(duty, year, duty.due_in(year))


def _years(movement: Movement, on: date) -> Sequence[int]:
    """The movement's years up to that of ``on``; only that one where none are known."""
    period = movement.period
    if period.years:
        return [year for year in period.years if year <= on.year]
    first = period.starts_on.year if period.starts_on else on.year
    last = min(period.ends_on.year if period.ends_on else on.year, on.year)
    return range(first, last + 1)


def _found(item: _Owed, unit: Placed | None, acts: Sequence[MovementAct]) -> MovementAct | None:
    """The act that fulfils the duty, if there is one."""
    kinds = _FULFILLED_BY.get(item.duty.phase, ())
    for act in acts:
        named = act.kind == "fulfilled" and act.duty == item.duty.code and act.year == item.year
        alike = act.kind in kinds and item.year in (None, act.year)
        if (named or alike) and (unit is None or act.unit_id == unit.unit_id):
            return act
    return None


def _state(
    movement: Movement, item: _Owed, unit: Placed | None, act: MovementAct | None, on: date
) -> DutyState:
    duty = item.duty
    return DutyState(
        movement=movement.code, duty=duty.code, phase=duty.phase, what=duty.text,
        proof=duty.proof, unit_id=unit.unit_id if unit else None,
        name=unit.name if unit else duty.who,
        year=item.year, due=item.due, status=_status(item, act, on),
        done_on=act.done_on if act else None,
        shown_by=paper_words(act.paper) if act and act.paper else "",
        recorded_by=act.made_by_name if act else "",
    )  # fmt: skip


def _status(item: _Owed, act: MovementAct | None, on: date) -> DutyStatus:
    last = act.done_on if act else on
    past = item.due is not None and item.due < last
    if act is None:
        return "late" if past else "open"
    return "done_late" if past else "done"
