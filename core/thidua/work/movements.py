"""Movements as their plans state them, and how they were amended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound, Problem
from thidua.spec.awards import AwardScheme
from thidua.spec.base import LegalBasis
from thidua.spec.document import document, document_hash
from thidua.spec.loading import parse
from thidua.spec.movement import AwardForm, Movement
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.awards import AwardRound, StoredAwardScheme
from thidua.store.base import Json
from thidua.store.documents import StoredAwardForm, StoredMovement
from thidua.store.movements import MovementAmendment
from thidua.store.people import ROLES
from thidua.work.access import STAFF, require
from thidua.work.documents import differences
from thidua.work.versions import wait_turn
from thidua.work.windows import local_day

UNKNOWN = "Không có phong trào thi đua này trong tỉnh đang làm việc."


@dataclass(frozen=True)
class MovementVersion:
    """One version of a movement: 1 as applied, then by amendment.

    ``document`` names what made it, ``changes`` are the paths that differ from the version before.
    """

    number: int
    since: date | None
    document: LegalBasis
    changes: Sequence[str]


def list_movements(session: Session, *, by: Actor) -> Sequence[Movement]:
    """The movements of the entered province as last amended, by code."""
    require(session, by, ROLES, "xem phong trào thi đua")
    return newest_movements(session)


def movement_by_code(
    session: Session, *, code: str, by: Actor
) -> tuple[Movement, Sequence[AwardForm]]:
    """One movement and the award forms it names, in its order; ``NotFound`` without it."""
    movement = next((m for m in list_movements(session, by=by) if m.code == code), None)
    if movement is None:
        raise NotFound(UNKNOWN)
    named = StoredAwardForm.code.in_(movement.award_forms)
    forms = {row.code: row for row in session.scalars(select(StoredAwardForm).where(named))}
    return movement, [parse(AwardForm, forms[code].document) for code in movement.award_forms]


def movement_versions(session: Session, *, code: str, by: Actor) -> Sequence[MovementVersion]:
    """Every version of a movement, the first first, with what each changed."""
    require(session, by, ROLES, "xem phong trào thi đua")
    stored, before, versions = stored_movement(session, code), None, []
    days = [None, *(row.amended_on for row in _amendments(session, stored))]
    for number, (since, said) in enumerate(zip(days, _documents(session, stored), strict=True), 1):
        movement = parse(Movement, said)
        versions.append(
            MovementVersion(
                number=number,
                since=since or movement.plan.issued_on,
                document=movement.amendments[-1] if since else movement.plan,
                changes=list(differences(before, said)) if before else [],
            )
        )
        before = said
    return versions


def amend_movement(
    session: Session, *, movement: Movement, by: Actor, at: datetime
) -> MovementAmendment:
    """Enter a movement anew as a later document has it; the versions before stay.

    ``movement`` keeps the amendments that were there and names one more, the document that amends,
    with its day. ``Conflict`` when nothing else changes; ``Invalid`` without that document, or when
    it leaves out what award schemes and opened rounds rest on.
    """
    require(session, by, STAFF, "sửa đổi phong trào thi đua")
    wait_turn(session)
    stored = stored_movement(session, movement.code)
    *_, said = _documents(session, stored)
    old = parse(Movement, said)
    if movement == old.model_copy(update={"amendments": movement.amendments}):
        raise Conflict("Nội dung phong trào không có gì thay đổi so với bản đang có.")
    problems = [*_amendment_problems(old, movement, at), *_orphans(session, movement)]
    if problems:
        raise Invalid(problems)
    made = MovementAmendment(
        movement_id=stored.id,
        number=len(_amendments(session, stored)) + 2,
        amended_on=movement.amendments[-1].issued_on,
        hash=document_hash(movement),
        document=document(movement),
        made_at=at,
        made_by=by.id if by.kind == "person" else None,
    )
    session.add(made)
    session.flush()
    record(
        session, actor=by, action="movement.amend", subject=("movement", stored.id),
        before={"number": made.number - 1},
        after={"number": made.number, "changes": list(differences(said, made.document))},
    )  # fmt: skip
    return made


def newest_movements(session: Session) -> list[Movement]:
    """Every movement of the entered province as last amended, by code."""
    rows = session.scalars(select(StoredMovement).order_by(StoredMovement.code)).all()
    newest = {row.id: row.document for row in rows}
    amended = select(MovementAmendment).order_by(MovementAmendment.number)
    newest |= {row.movement_id: row.document for row in session.scalars(amended)}
    return [parse(Movement, newest[row.id]) for row in rows]


def stored_movement(session: Session, code: str) -> StoredMovement:
    """The row of a movement, which all that happens in it names; ``NotFound`` without it."""
    rows = {row.code: row for row in session.scalars(select(StoredMovement))}
    if code not in rows:
        raise NotFound(UNKNOWN)
    return rows[code]


def newest_movement(session: Session, stored: StoredMovement) -> Movement:
    """A movement as last amended."""
    *_, said = _documents(session, stored)
    return parse(Movement, said)


def schemes_of_movement(session: Session, code: str) -> list[AwardScheme]:
    """The newest version of each award scheme of a movement."""
    rows = session.scalars(select(StoredAwardScheme).order_by(StoredAwardScheme.id))
    newest = {row.code: row.document for row in rows}
    schemes = [parse(AwardScheme, newest[name]) for name in sorted(newest)]
    return [scheme for scheme in schemes if scheme.movement == code]


def _amendments(session: Session, stored: StoredMovement) -> Sequence[MovementAmendment]:
    ours = MovementAmendment.movement_id == stored.id
    return session.scalars(
        select(MovementAmendment).where(ours).order_by(MovementAmendment.number)
    ).all()


def _documents(session: Session, stored: StoredMovement) -> Iterator[Json]:
    """The movement's document in each version, the first first."""
    yield stored.document
    yield from (row.document for row in _amendments(session, stored))


def _amendment_problems(old: Movement, new: Movement, at: datetime) -> Iterator[Problem]:
    place, known = "amendments", len(old.amendments)
    if new.amendments[:known] != old.amendments:
        yield Problem(place, "Hãy giữ nguyên các văn bản sửa đổi đã có, theo thứ tự như cũ.")
    elif len(new.amendments) != known + 1:
        yield Problem(place, "Hãy ghi thêm đúng một văn bản: văn bản làm căn cứ lần sửa đổi này.")
    elif (day := new.amendments[-1].issued_on) is None:
        yield Problem(place, "Hãy ghi ngày ban hành (issued_on) của văn bản sửa đổi.")
    else:
        before = [b.issued_on for b in (old.plan, *old.amendments) if b.issued_on]
        if day > local_day(at) or any(day < earlier for earlier in before):
            yield Problem(
                place, "Ngày văn bản sửa đổi không được sau hôm nay hay trước văn bản đã có."
            )


def _orphans(session: Session, movement: Movement) -> Iterator[Problem]:
    """What award schemes rest on and the new version would leave out."""
    known = set(session.scalars(select(StoredAwardForm.code)))
    for form in movement.award_forms:
        if form not in known:
            yield Problem("award_forms", f"không có hình thức khen thưởng “{form}”")
    codes = {scheme.code for scheme in schemes_of_movement(session, movement.code)}
    opened = select(AwardRound.year).where(AwardRound.scheme_code.in_(codes))
    for year in sorted(set(session.scalars(opened)) - {*movement.period.years}):
        if movement.period.years:
            yield Problem("period.years", f"Đợt xét khen năm {year} đã mở; hãy giữ năm này.")
