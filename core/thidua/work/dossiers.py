"""Hồ sơ: how far a dossier has come, and who may still change what is in it.

The state is derived from the facts, never written down. The nominating unit changes its dossier
until it is taken in, and once more while it is returned for completion; afterwards only the staff
do, and the audit says so.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, NotFound
from thidua.store.awards import Nomination
from thidua.store.decisions import AwardDecision
from thidua.store.dossiers import Dossier, DossierReturn
from thidua.store.people import Role
from thidua.work.access import STAFF, Rights
from thidua.work.given import find

NOMINATORS: frozenset[Role] = STAFF | {"officer"}
"""Those who prepare nominations and dossiers: an officer those of the own unit."""

DossierState = Literal["preparing", "received", "returned", "completed"]
NominationState = Literal["preparing", "received", "returned", "completed", "withdrawn"]
STATES: dict[NominationState, str] = {
    "preparing": "đang lập hồ sơ",
    "received": "đã tiếp nhận",
    "returned": "đã trả lại để bổ sung",
    "completed": "đã nhận lại hồ sơ bổ sung",
    "withdrawn": "đã rút",
}


def dossier_state(dossier: Dossier) -> DossierState:
    """How far a dossier has come: prepared by the unit, taken in, returned, come back."""
    if dossier.received_on is None:
        return "preparing"
    if dossier.returned is None:
        return "received"
    return "returned" if dossier.returned.back_on is None else "completed"


def nomination_state(nomination: Nomination) -> NominationState:
    """How far a nomination has come: withdrawn, or as far as its dossier.

    Only ``received`` and ``completed`` ones are in the hands of the standing office, to be
    considered; what a council or a decision made of them is not said here.
    """
    return "withdrawn" if nomination.withdrawn_at else dossier_state(nomination.dossier)


def arrival_words(dossier: Dossier) -> str:
    """Số đến and ngày nhận: ``số đến 12 ngày 05/11/2026``; empty before the intake."""
    if dossier.received_on is None:
        return ""
    return f"số đến {dossier.arrival_number} ngày {dossier.received_on:%d/%m/%Y}"


def overdue(dossier: Dossier, day: date) -> bool:
    """Whether a returned dossier has not come back though its term ended before ``day``."""
    returned = dossier.returned
    return returned is not None and returned.back_on is None and returned.due_on < day


def open_dossier(session: Session, *, round_id: int, nominator_id: int) -> Dossier:
    """The dossier that a unit prepares in a round; a new one where none is open.

    For use cases that hold the province's turn, so that two never make two.
    """
    ours = Dossier.round_id == round_id, Dossier.nominator_id == nominator_id
    found = session.scalar(select(Dossier).where(*ours, Dossier.received_on.is_(None)))
    if found is None:
        found = Dossier(round_id=round_id, nominator_id=nominator_id)
        session.add(found)
        session.flush()
    return found


def locked_dossier(session: Session, dossier_id: int) -> Dossier:
    """A dossier of the entered province with its return, locked; ``NotFound`` without it."""
    dossier = find(session, Dossier, dossier_id)
    if dossier is None:
        raise NotFound("Không có hồ sơ này trong tỉnh đang làm việc.")
    session.refresh(dossier, with_for_update=True)
    return dossier


def dossier_to_change(session: Session, rights: Rights, dossier_id: int) -> Dossier:
    """A dossier, locked, in which one with these rights may change something now.

    ``NotFound`` also for another unit's; ``Conflict`` while the standing office has it.
    """
    dossier = find(session, Dossier, dossier_id)
    if dossier is None or not _theirs(rights, dossier.nominator_id):
        raise NotFound("Không có hồ sơ này, hoặc hồ sơ do đơn vị khác lập.")
    session.refresh(dossier, with_for_update=True)
    _refuse_handed_in(rights, dossier)
    return dossier


def standing_nomination(session: Session, rights: Rights, nomination_id: int) -> Nomination:
    """A nomination, locked with its dossier, which one with these rights may change now.

    ``NotFound`` also for another unit's; ``Conflict`` when it is withdrawn, when the round is
    decided, or while the standing office has its dossier.
    """
    nomination = find(session, Nomination, nomination_id)
    if nomination is None or not _theirs(rights, nomination.nominator_id):
        raise NotFound("Không có đề nghị này, hoặc đề nghị do đơn vị khác lập.")
    session.refresh(nomination.dossier, with_for_update={"read": True})
    session.refresh(nomination, with_for_update=True)
    if nomination.withdrawn_at is not None:
        raise Conflict("Đề nghị này đã rút.")
    refuse_decided(session, nomination.round_id)
    _refuse_handed_in(rights, nomination.dossier)
    return nomination


def refuse_decided(session: Session, round_id: int) -> None:
    """``Conflict`` once the decision about a round is entered: nothing is nominated any more."""
    if session.scalar(select(AwardDecision.id).where(AwardDecision.round_id == round_id)):
        raise Conflict(
            "Đợt này đã có quyết định khen thưởng nên không thêm, không sửa đề nghị được nữa."
        )


def return_of(session: Session, dossier: Dossier) -> DossierReturn | None:
    """The one return of a locked dossier, as it is now."""
    ours = select(DossierReturn).where(DossierReturn.dossier_id == dossier.id)
    return session.scalars(ours.with_for_update()).one_or_none()


def _theirs(rights: Rights, nominator_id: int) -> bool:
    return rights.any_of(STAFF) or nominator_id in rights.units_as("officer")


def _refuse_handed_in(rights: Rights, dossier: Dossier) -> None:
    if not rights.any_of(STAFF) and dossier_state(dossier) not in ("preparing", "returned"):
        raise Conflict(
            f"Hồ sơ đã được tiếp nhận với số đến {dossier.arrival_number} nên đơn vị không sửa "
            "được. Hãy gửi văn bản cho Thường trực (Sở Nội vụ)."
        )
