"""Thành phần hồ sơ: the papers that a unit hands in with its nominations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound, Problem
from thidua.evidence.files import EvidenceFiles
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.awards import Nomination
from thidua.store.base import Json
from thidua.store.dossiers import Dossier, DossierPaper
from thidua.store.vietnamese import nfc
from thidua.work.access import require
from thidua.work.award_facts import round_by_id, scheme_of
from thidua.work.dossiers import NOMINATORS, dossier_to_change
from thidua.work.given import find, words
from thidua.work.papers import PaperFacts, keep_paper, paper_said
from thidua.work.windows import local_day


@dataclass(frozen=True)
class Confirmed:
    """Xác nhận của cấp trình khen thưởng: by whom and when."""

    by: str
    on: date


def hand_in_paper(
    session: Session,
    *,
    dossier_id: int,
    item: str,
    paper: PaperFacts,
    by: Actor,
    at: datetime,
    nomination_id: int | None = None,
    confirmed: Confirmed | None = None,
    files: EvidenceFiles | None = None,
) -> DossierPaper:
    """Put a paper into a dossier as one item of the scheme's list.

    Without a ``nomination_id`` it stands for every nomination of the dossier: a tờ trình, minutes.
    ``confirmed``: the submitting level's word on an achievement report. ``NotFound`` when the
    scheme's list has no such item or the dossier no such nomination; ``Conflict`` for an officer
    once the dossier is taken in.
    """
    rights = require(session, by, NOMINATORS, "nộp hồ sơ khen thưởng")
    dossier = dossier_to_change(session, rights, dossier_id)
    _refuse_unknown_item(session, dossier, item)
    if nomination_id is not None:
        _refuse_stranger(session, dossier, nomination_id)
    said = _fit(confirmed, at)
    kept = keep_paper(session, paper=paper, by=by, at=at, files=files)
    made = DossierPaper(
        dossier_id=dossier.id, nomination_id=nomination_id, item=item, paper_id=kept.id,
        added_at=at, confirmed_by=said.by if said else "", confirmed_on=said.on if said else None,
    )  # fmt: skip
    made.paper = kept
    session.add(made)
    session.flush()
    record(
        session, actor=by, action="dossier.paper", subject=("dossier", dossier.id),
        after=_said(made),
    )  # fmt: skip
    return made


def withdraw_paper(
    session: Session, *, dossier_paper_id: int, by: Actor, at: datetime
) -> DossierPaper:
    """Take a paper out of a dossier, as when another replaces it; it stays on record."""
    rights = require(session, by, NOMINATORS, "rút tài liệu khỏi hồ sơ")
    made = find(session, DossierPaper, dossier_paper_id)
    if made is None:
        raise NotFound("Không có tài liệu này trong tỉnh đang làm việc.")
    dossier = dossier_to_change(session, rights, made.dossier_id)
    session.refresh(made, with_for_update=True)
    if made.withdrawn_at is not None:
        raise Conflict("Tài liệu này đã được rút khỏi hồ sơ.")
    made.withdrawn_at = at
    record(
        session, actor=by, action="dossier.paper_withdraw", subject=("dossier", dossier.id),
        before=_said(made),
    )  # fmt: skip
    session.flush()
    return made


def _refuse_unknown_item(session: Session, dossier: Dossier, item: str) -> None:
    scheme = scheme_of(round_by_id(session, round_id=dossier.round_id))
    known = [entry.code for entry in scheme.dossier]
    if item not in known:
        there = ", ".join(known) or "chưa khai thành phần nào"
        raise NotFound(f"Thành phần hồ sơ không có “{item}”. Đã có: {there}.")


def _refuse_stranger(session: Session, dossier: Dossier, nomination_id: int) -> None:
    nomination = find(session, Nomination, nomination_id)
    if nomination is None or nomination.dossier_id != dossier.id:
        raise NotFound("Hồ sơ không có đề nghị này.")


def _fit(confirmed: Confirmed | None, at: datetime) -> Confirmed | None:
    if confirmed is None:
        return None
    who = nfc(words("Người xác nhận", confirmed.by, longest=300))
    problems = []
    if not who:
        problems.append(Problem("Người xác nhận", "Hãy ghi cơ quan, người xác nhận của cấp trình."))
    if confirmed.on > local_day(at):
        problems.append(Problem("Ngày xác nhận", "Không được sau hôm nay."))
    if problems:
        raise Invalid(problems)
    return Confirmed(who, confirmed.on)


def _said(made: DossierPaper) -> Json:
    """What the audit keeps of a paper in a dossier."""
    return {
        "item": made.item, "nomination": made.nomination_id, "paper": paper_said(made.paper),
        "confirmed_by": made.confirmed_by,
        "confirmed_on": made.confirmed_on and made.confirmed_on.isoformat(),
    }  # fmt: skip
