"""Reading the movements of a province as their plans state them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import NotFound
from thidua.spec.loading import parse
from thidua.spec.movement import AwardForm, Movement
from thidua.store.actor import Actor
from thidua.store.documents import StoredAwardForm, StoredMovement
from thidua.store.people import ROLES
from thidua.work.access import require


def list_movements(session: Session, *, by: Actor) -> Sequence[Movement]:
    """The movements of the entered province, by code."""
    require(session, by, ROLES, "xem phong trào thi đua")
    rows = session.scalars(select(StoredMovement).order_by(StoredMovement.code))
    return [parse(Movement, row.document) for row in rows]


def movement_by_code(
    session: Session, *, code: str, by: Actor
) -> tuple[Movement, Sequence[AwardForm]]:
    """One movement and the award forms it names, in its order; ``NotFound`` without it."""
    movement = next((m for m in list_movements(session, by=by) if m.code == code), None)
    if movement is None:
        raise NotFound("Không có phong trào thi đua này trong tỉnh đang làm việc.")
    named = StoredAwardForm.code.in_(movement.award_forms)
    forms = {row.code: row for row in session.scalars(select(StoredAwardForm).where(named))}
    return movement, [parse(AwardForm, forms[code].document) for code in movement.award_forms]
