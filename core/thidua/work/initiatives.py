"""Sáng kiến of those who are nominated: named by the unit, confirmed by the standing office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound, Problem
from thidua.spec.award_conditions import INITIATIVE_LEVELS, InitiativeLevel
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.base import Json
from thidua.store.dossiers import Initiative
from thidua.store.vietnamese import nfc
from thidua.work.access import STAFF, require
from thidua.work.award_facts import round_by_id
from thidua.work.dossiers import NOMINATORS, standing_nomination
from thidua.work.given import find, words


def add_initiative(
    session: Session,
    *,
    nomination_id: int,
    name: str,
    level: InitiativeLevel,
    recognised_by: str,
    number: str,
    recognised_on: date,
    by: Actor,
) -> Initiative:
    """Name an initiative in a nomination: what, recognised at which level, by whom, number and day.

    Entered by the staff it is confirmed; by an officer it waits for that. ``Invalid`` names each
    problem: something is missing, the day is after the day of decision.
    """
    rights = require(session, by, NOMINATORS, "ghi sáng kiến")
    nomination = standing_nomination(session, rights, nomination_id)
    made = Initiative(
        nomination_id=nomination.id,
        name=nfc(words("Tên sáng kiến", name, longest=500)),
        level=level,
        recognised_by=nfc(words("Nơi công nhận", recognised_by, longest=300)),
        number=nfc(words("Số quyết định công nhận", number, longest=100)),
        recognised_on=recognised_on,
        confirmed=rights.any_of(STAFF),
    )
    day = round_by_id(session, round_id=nomination.round_id).decides_on
    if problems := list(_problems(made, day)):
        raise Invalid(problems)
    session.add(made)
    session.flush()
    record(
        session, actor=by, action="initiative.add", subject=("nomination", nomination.id),
        after=_said(made),
    )  # fmt: skip
    return made


def confirm_initiative(session: Session, *, initiative_id: int, by: Actor) -> Initiative:
    """The standing office has seen the decision that recognises an initiative."""
    rights = require(session, by, STAFF, "xác nhận sáng kiến")
    made = _initiative(session, initiative_id)
    standing_nomination(session, rights, made.nomination_id)
    if not made.confirmed:
        made.confirmed = True
        record(
            session, actor=by, action="initiative.confirm",
            subject=("nomination", made.nomination_id), after=_said(made),
        )  # fmt: skip
        session.flush()
    return made


def remove_initiative(session: Session, *, initiative_id: int, by: Actor) -> None:
    """Take an initiative out of a nomination; ``Conflict`` for an officer once it is confirmed."""
    rights = require(session, by, NOMINATORS, "bỏ sáng kiến")
    made = _initiative(session, initiative_id)
    standing_nomination(session, rights, made.nomination_id)
    if made.confirmed and not rights.any_of(STAFF):
        raise Conflict("Sáng kiến này đã được xác nhận. Hãy gửi thường trực xem lại.")
    record(
        session, actor=by, action="initiative.remove", subject=("nomination", made.nomination_id),
        before=_said(made),
    )  # fmt: skip
    session.delete(made)
    session.flush()


def _initiative(session: Session, initiative_id: int) -> Initiative:
    found = find(session, Initiative, initiative_id)
    if found is None:
        raise NotFound("Không có sáng kiến này trong tỉnh đang làm việc.")
    return found


def _problems(made: Initiative, day: date) -> Iterator[Problem]:
    for label, said in {
        "Tên sáng kiến": made.name,
        "Nơi công nhận": made.recognised_by,
        "Số quyết định công nhận": made.number,
    }.items():
        if not said:
            yield Problem(label, "Hãy ghi như trên quyết định công nhận.")
    if made.level not in INITIATIVE_LEVELS:
        yield Problem("Cấp công nhận", f"Hãy chọn {', '.join(INITIATIVE_LEVELS.values())}.")
    if made.recognised_on > day:
        yield Problem("Ngày công nhận", f"Phải trước hoặc vào ngày xét {day:%d/%m/%Y}.")


def _said(made: Initiative) -> Json:
    return {
        "name": made.name, "level": made.level, "by": made.recognised_by, "number": made.number,
        "on": made.recognised_on.isoformat(), "confirmed": made.confirmed,
    }  # fmt: skip
