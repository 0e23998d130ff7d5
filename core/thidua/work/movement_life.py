"""What units do for a movement: they register, launch it where they are, fulfil its duties.

An act names its day and the paper or evidence that proves it. Taken back, it stays on record. An
officer acts for the own unit, the staff for any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.evidence.files import EvidenceFiles
from thidua.spec.bodies import Bodies
from thidua.spec.movement import Movement
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.base import Json
from thidua.store.evidence import EvidenceItem
from thidua.store.movements import ActKind, MovementAct
from thidua.store.people import ROLES, Role
from thidua.store.vietnamese import nfc
from thidua.work.access import READ_ALL, STAFF, require
from thidua.work.bodies import Placed, placed_on
from thidua.work.given import find, needed, words
from thidua.work.movements import newest_movement, schemes_of_movement, stored_movement
from thidua.work.papers import PaperFacts, keep_paper, paper_said
from thidua.work.versions import wait_turn
from thidua.work.windows import local_day

ACTORS: frozenset[Role] = STAFF | {"officer"}
ACT_WORDS: Mapping[ActKind, str] = {
    "registered": "đăng ký tham gia",
    "launched": "phát động hưởng ứng",
    "folded": "lồng ghép vào kế hoạch khác",
    "fulfilled": "hoàn thành nhiệm vụ",
}


_LAUNCHES: tuple[ActKind, ...] = ("launched", "folded")
"""A unit launches a movement once, one way or the other."""


@dataclass(frozen=True)
class Proof:
    """What shows that something was done: a paper, an item of the unit's evidence, or both."""

    paper: PaperFacts | None = None
    evidence_id: int | None = None


@dataclass(frozen=True)
class _Done:
    """An act as given: of which unit, what, for which year, when, shown by what."""

    movement: str
    unit_id: int
    kind: ActKind
    on: date
    proof: Proof
    year: int | None
    duty: str = ""
    note: str = ""


def register_for_movement(
    session: Session, *, movement: str, unit_id: int, on: date, paper: PaperFacts, by: Actor,
    at: datetime, year: int | None = None, files: EvidenceFiles | None = None,
) -> MovementAct:  # fmt: skip
    """Record that a unit registered by a document to take part, in one year or in all.

    ``Conflict`` when it is registered already, or all must take part; ``Invalid`` when the unit is
    not among those who may.
    """
    done = _Done(movement, unit_id, "registered", on, Proof(paper), year)
    return _act(session, done, "ghi đăng ký tham gia phong trào", by, at, files)


def launch_movement(
    session: Session, *, movement: str, unit_id: int, on: date, paper: PaperFacts, by: Actor,
    at: datetime, year: int | None = None, folded_into: str = "",
    files: EvidenceFiles | None = None,
) -> MovementAct:  # fmt: skip
    """Record that a unit launched the movement again where it is, by a plan of its own.

    ``folded_into`` names another plan of the unit where the movement became a part of that.
    Refusals as for a registration, of those who launch.
    """
    folded = nfc(words("Lồng ghép vào", folded_into, longest=500))
    kind: ActKind = "folded" if folded else "launched"
    done = _Done(movement, unit_id, kind, on, Proof(paper), year, note=folded)
    return _act(session, done, "ghi việc phát động phong trào", by, at, files)


def fulfil_duty(
    session: Session, *, movement: str, duty: str, unit_id: int, on: date, proof: Proof, by: Actor,
    at: datetime, year: int | None = None, note: str = "", files: EvidenceFiles | None = None,
) -> MovementAct:  # fmt: skip
    """Record that a unit fulfilled a duty of the movement, and by what that is shown.

    ``year`` is due for a yearly duty. ``NotFound`` without such a duty, ``Invalid`` when the unit
    does not owe it or nothing proves it, ``Conflict`` when it is recorded already.
    """
    note = words("Ghi chú", note)
    done = _Done(movement, unit_id, "fulfilled", on, proof, year, duty, note)
    return _act(session, done, "ghi việc thực hiện nhiệm vụ của phong trào", by, at, files)


def retract_act(session: Session, *, act_id: int, by: Actor, at: datetime) -> MovementAct:
    """Take back what was recorded of a unit, for the actor's reason; it stays to be read."""
    rights = require(session, by, ACTORS, "rút việc đã ghi trong phong trào")
    act = find(session, MovementAct, act_id)
    own = rights.units_as("officer")
    if act is None or not (rights.any_of(STAFF) or act.unit_id in own):
        raise NotFound("Không có việc này, hoặc việc do đơn vị khác thực hiện.")
    session.refresh(act, with_for_update=True)
    if act.withdrawn_at is not None:
        raise Conflict("Việc này đã được rút.")
    reason = needed("Lý do", by.reason, "Hãy ghi lý do rút.")
    act.withdrawn_at, act.withdrawal = at, reason
    session.flush()
    record(
        session, actor=by.because(reason), action="movement.retract",
        subject=("movement_act", act.id), before=_said(act),
    )  # fmt: skip
    return act


def list_acts(session: Session, *, movement: str, by: Actor) -> Sequence[MovementAct]:
    """What units did for a movement and did not take back, by day; officers see their own."""
    rights = require(session, by, ROLES, "xem việc thực hiện phong trào")
    acts = standing_acts(session, stored_movement(session, movement).id)
    if rights.any_of(READ_ALL):
        return acts
    return [act for act in acts if act.unit_id in rights.units_as("officer")]


def standing_acts(session: Session, movement_id: int) -> list[MovementAct]:
    """The acts of a movement that were not taken back, by day."""
    ours = MovementAct.movement_id == movement_id, MovementAct.withdrawn_at.is_(None)
    acts = select(MovementAct).where(*ours).options(joinedload(MovementAct.paper))
    return list(session.scalars(acts.order_by(MovementAct.done_on, MovementAct.id)))


def _act(
    session: Session, done: _Done, what: str, by: Actor, at: datetime, files: EvidenceFiles | None
) -> MovementAct:
    rights = require(session, by, ACTORS, what)
    if not rights.any_of(STAFF) and done.unit_id not in rights.units_as("officer"):
        raise NotAllowed("Bạn chỉ ghi được việc của đơn vị mình.")
    stored = stored_movement(session, done.movement)
    wait_turn(session)
    movement = newest_movement(session, stored)
    if done.on > local_day(at):
        raise Invalid.one("Ngày thực hiện", "Không được sau hôm nay.")
    unit = placed_on(session, done.on).get(done.unit_id)
    if unit is None:
        raise NotFound(f"Tỉnh không có đơn vị này vào ngày {done.on:%d/%m/%Y}.")
    _refuse_unfit(session, movement, done, unit)
    _refuse_again(session, stored.id, done, unit)
    made = _row(session, stored.id, done, by, at)
    if done.proof.paper is not None:
        paper = keep_paper(session, paper=done.proof.paper, by=by, at=at, files=files)
        made.paper_id, made.paper = paper.id, paper
    session.add(made)
    session.flush()
    record(
        session, actor=by, action="movement.act", subject=("movement_act", made.id),
        after=_said(made),
    )  # fmt: skip
    return made


def _row(session: Session, movement_id: int, done: _Done, by: Actor, at: datetime) -> MovementAct:
    """The act without its paper."""
    if done.proof.evidence_id is not None:
        item = find(session, EvidenceItem, done.proof.evidence_id)
        if item is None or item.unit_id != done.unit_id or item.withdrawn_at:
            raise NotFound("Không có tài liệu minh chứng này của đơn vị.")
    return MovementAct(
        movement_id=movement_id, unit_id=done.unit_id, kind=done.kind, year=done.year,
        duty=done.duty, done_on=done.on, evidence_id=done.proof.evidence_id, note=done.note,
        made_at=at, made_by=by.id if by.kind == "person" else None, made_by_name=by.name,
    )  # fmt: skip


def _refuse_unfit(session: Session, movement: Movement, done: _Done, unit: Placed) -> None:
    years = movement.period.years
    if done.year is not None and years and done.year not in years:
        raise Invalid.one("Năm", f"Phong trào không có năm {done.year}.")
    if done.kind == "fulfilled":
        _refuse_duty(movement, done, unit)
        return
    if done.kind == "registered" and movement.registration == "required":
        raise Conflict("Mọi nơi thuộc đối tượng đều tham gia phong trào này, không cần đăng ký.")
    part = "participants" if done.kind == "registered" else "launchers"
    schemes = schemes_of_movement(session, movement.code)
    named: list[Bodies] = [found for scheme in schemes if (found := getattr(scheme, part))]
    if len(named) == len(schemes) and named and not any(map(unit.belongs_to, named)):
        who = "; ".join(dict.fromkeys(item.label for item in named))
        raise Invalid.one("Đơn vị", f"{unit.name} không thuộc đối tượng: {who}.")


def _refuse_duty(movement: Movement, done: _Done, unit: Placed) -> None:
    duty = next((item for item in movement.duties if item.code == done.duty), None)
    if duty is None:
        known = ", ".join(item.code for item in movement.duties) or "chưa có nhiệm vụ nào"
        raise NotFound(f"Phong trào không có nhiệm vụ “{done.duty}”. Đã có: {known}.")
    if duty.bodies is not None and not unit.belongs_to(duty.bodies):
        raise Invalid.one("Đơn vị", f"Nhiệm vụ này không giao cho {unit.name}.")
    if (done.year is None) == bool(duty.due_each_year):
        raise Invalid.one(
            "Năm",
            "Nhiệm vụ làm hằng năm: hãy ghi năm." if duty.due_each_year
            else "Nhiệm vụ này làm một lần: không ghi năm.",
        )  # fmt: skip
    if done.proof == Proof():
        raise Invalid.one("Minh chứng", "Hãy ghi văn bản hoặc tài liệu minh chứng.")


def _refuse_again(session: Session, movement_id: int, done: _Done, unit: Placed) -> None:
    kinds = _LAUNCHES if done.kind in _LAUNCHES else (done.kind,)
    alike = (
        MovementAct.movement_id == movement_id, MovementAct.unit_id == done.unit_id,
        MovementAct.kind.in_(kinds), MovementAct.duty == done.duty,
        MovementAct.year.is_not_distinct_from(done.year), MovementAct.withdrawn_at.is_(None),
    )  # fmt: skip
    there = session.scalar(select(MovementAct).where(*alike))
    if there is not None:
        when = f" của năm {done.year}" if done.year else ""
        raise Conflict(
            f"Việc {ACT_WORDS[there.kind]}{when} của {unit.name} đã ghi, ngày "
            f"{there.done_on:%d/%m/%Y}. Nếu ghi nhầm, hãy rút rồi ghi lại."
        )


def _said(act: MovementAct) -> Json:
    """What the audit keeps of an act."""
    return {
        "movement": act.movement_id, "unit": act.unit_id, "kind": act.kind, "year": act.year,
        "duty": act.duty, "on": act.done_on.isoformat(), "note": act.note,
        "evidence": act.evidence_id, "paper": paper_said(act.paper),
    }  # fmt: skip
