"""Opening the signed file of a document, for those whom it concerns."""

from __future__ import annotations

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from thidua.evidence.files import EvidenceFiles
from thidua.store.actor import Actor
from thidua.store.decisions import AwardDecision
from thidua.store.dossiers import Dossier, DossierPaper, DossierReturn, Opinion
from thidua.store.movements import MovementAct
from thidua.store.papers import StoredPaper
from thidua.store.people import ROLES
from thidua.work.access import Rights, require
from thidua.work.award_page import WHOLE
from thidua.work.evidence_list import OpenedFile, opened_file
from thidua.work.given import find


def open_paper(session: Session, *, paper_id: int, by: Actor, files: EvidenceFiles) -> OpenedFile:
    """The signed file of a document in the register of papers.

    For those who see all nominations; for an officer, what the own unit did or handed in, the
    letter with which its dossier was returned, and the decision about it; for an agency, what it
    was asked and answered. ``NotFound`` when there is none for this actor; ``Conflict`` as
    ``evidence_list.open_file``.
    """
    rights = require(session, by, ROLES, "mở văn bản")
    row = find(session, StoredPaper, paper_id)
    if row is not None and not may_open(session, row, rights):
        row = None
    return opened_file(session, row.file if row else None, files)


def may_open(session: Session, row: StoredPaper, rights: Rights) -> bool:
    """Whether the actor sees all nominations, or acts for a unit that the paper is of."""
    if rights.any_of(WHOLE):
        return True
    own, asked = rights.units_as("officer"), rights.units_as("appraiser")
    dossiers = select(Dossier.id).where(Dossier.nominator_id.in_(own))
    rounds = select(Dossier.round_id).where(Dossier.nominator_id.in_(own))
    there: tuple[Select[int], ...] = (
        select(MovementAct.id).where(MovementAct.paper_id == row.id, MovementAct.unit_id.in_(own)),
        select(DossierPaper.id).where(
            DossierPaper.paper_id == row.id, DossierPaper.dossier_id.in_(dossiers)
        ),
        select(DossierReturn.id).where(
            DossierReturn.paper_id == row.id, DossierReturn.dossier_id.in_(dossiers)
        ),
        select(Opinion.id).where(
            or_(Opinion.asked_by_paper_id == row.id, Opinion.answer_paper_id == row.id),
            Opinion.agency_id.in_(asked),
        ),
        select(AwardDecision.id).where(
            AwardDecision.paper_id == row.id, AwardDecision.round_id.in_(rounds)
        ),
    )
    return any(session.scalar(query.limit(1)) is not None for query in there)
