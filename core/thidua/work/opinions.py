"""Lấy ý kiến: agencies are asked about nominations by document, and answer by document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound
from thidua.evidence.files import EvidenceFiles
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.awards import Nomination
from thidua.store.dossiers import Opinion, OpinionStand
from thidua.store.papers import StoredPaper
from thidua.store.people import Role
from thidua.work.access import STAFF, Rights, require
from thidua.work.award_facts import round_by_id, units_as_of
from thidua.work.dossiers import nomination_state
from thidua.work.given import find, is_id, words
from thidua.work.papers import PaperFacts, keep_paper, paper_said
from thidua.work.versions import wait_turn

ANSWERERS: frozenset[Role] = STAFF | {"appraiser"}
"""Those who record an answer: the staff, from the letter, or the agency itself."""

STANDS: Mapping[OpinionStand, str] = {
    "agree": "đồng ý",
    "disagree": "không đồng ý",
    "none": "không có ý kiến",
}


def ask_opinions(
    session: Session,
    *,
    nomination_ids: Iterable[int],
    agency_id: int,
    paper: PaperFacts,
    by: Actor,
    at: datetime,
    due_on: date | None = None,
    files: EvidenceFiles | None = None,
) -> Sequence[Opinion]:
    """Ask an agency about nominations by one letter, to be answered by ``due_on``.

    The letter's day is the day of asking. ``Conflict`` unless each nomination is in the office's
    hands and nothing is open between it and the agency; an agency is not asked about itself or
    what it nominates.
    """
    require(session, by, STAFF, "lấy ý kiến các cơ quan")
    wait_turn(session)
    nominations = [_nomination(session, id_) for id_ in dict.fromkeys(nomination_ids)]
    if not nominations:
        raise Invalid.one("Đề nghị", "Hãy chọn ít nhất một đề nghị để lấy ý kiến.")
    for nomination in nominations:
        _refuse_asking(session, nomination, agency_id)
    if due_on is not None and due_on < paper.issued_on:
        raise Invalid.one("Thời hạn trả lời", "Không được trước ngày văn bản lấy ý kiến.")
    letter = keep_paper(session, paper=paper, by=by, at=at, files=files)
    return [
        _asked(session, nomination, agency_id, letter, due_on, by) for nomination in nominations
    ]


def answer_opinion(
    session: Session,
    *,
    opinion_id: int,
    stand: OpinionStand,
    paper: PaperFacts,
    by: Actor,
    at: datetime,
    text: str = "",
    files: EvidenceFiles | None = None,
) -> Opinion:
    """Record what an agency answers, once: its stand, its words, its letter.

    By the staff or the agency's appraiser. ``Conflict`` when it is answered; ``Invalid`` when it
    disagrees without saying why, or answers before it was asked.
    """
    rights = require(session, by, ANSWERERS, "trả lời ý kiến về đề nghị khen thưởng")
    opinion = _to_answer(session, rights, opinion_id)
    text = words("Nội dung ý kiến", text, longest=4000)
    if stand not in STANDS:
        raise Invalid.one("Ý kiến", f"Hãy chọn {', '.join(STANDS.values())}.")
    if stand == "disagree" and not text:
        raise Invalid.one("Nội dung ý kiến", "Không đồng ý thì hãy ghi lý do.")
    if paper.issued_on < opinion.asked_on:
        raise Invalid.one(
            "Ngày văn bản", f"Không được trước ngày lấy ý kiến {opinion.asked_on:%d/%m/%Y}."
        )
    letter = keep_paper(session, paper=paper, by=by, at=at, files=files)
    opinion.stand, opinion.words, opinion.answered_on = stand, text, letter.issued_on
    opinion.answer_paper = letter
    session.flush()
    record(
        session, actor=by, action="opinion.answer", subject=("opinion", opinion.id),
        after={"stand": stand, "words": text, "paper": paper_said(letter)},
    )  # fmt: skip
    return opinion


def open_opinion(session: Session, *, nomination_id: int, agency_id: int) -> int:
    """The id of what an agency was asked about a nomination and did not answer yet."""
    found = _open(session, nomination_id, agency_id) if is_id(nomination_id) else None
    if found is None:
        raise NotFound("Cơ quan này không đang được lấy ý kiến về đề nghị này.")
    return found


def _open(session: Session, nomination_id: int, agency_id: int) -> int | None:
    return session.scalar(
        select(Opinion.id).where(
            Opinion.nomination_id == nomination_id,
            Opinion.agency_id == agency_id,
            Opinion.answered_on.is_(None),
        )
    )


def _nomination(session: Session, nomination_id: int) -> Nomination:
    nomination = find(session, Nomination, nomination_id)
    if nomination is None:
        raise NotFound("Không có đề nghị này trong tỉnh đang làm việc.")
    return nomination


def _refuse_asking(session: Session, nomination: Nomination, agency_id: int) -> None:
    state = nomination_state(nomination)
    if state not in ("received", "completed"):
        raise Conflict("Chỉ lấy ý kiến về đề nghị mà hồ sơ đang ở cơ quan thường trực.")
    round_ = round_by_id(session, round_id=nomination.round_id)
    if agency_id not in units_as_of(session, round_.decides_on):
        raise NotFound("Không có cơ quan này trong tỉnh đang làm việc.")
    if agency_id in (nomination.unit_id, nomination.nominator_id):
        raise Conflict(
            "Không lấy ý kiến của chính nơi được đề nghị hay nơi đề nghị. Hãy chọn cơ quan khác."
        )
    if _open(session, nomination.id, agency_id) is not None:
        raise Conflict("Cơ quan này đang được lấy ý kiến về đề nghị này, chưa trả lời.")


def _asked(
    session: Session, nomination: Nomination, agency_id: int, letter: StoredPaper,
    due_on: date | None, by: Actor,
) -> Opinion:  # fmt: skip
    made = Opinion(
        nomination_id=nomination.id, agency_id=agency_id, asked_on=letter.issued_on,
        due_on=due_on, asked_by_paper_id=letter.id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, actor=by, action="opinion.ask", subject=("opinion", made.id),
        after={
            "nomination": nomination.id, "agency": agency_id, "paper": paper_said(letter),
            "due": due_on and due_on.isoformat(),
        },
    )  # fmt: skip
    return made


def _to_answer(session: Session, rights: Rights, opinion_id: int) -> Opinion:
    opinion = find(session, Opinion, opinion_id)
    theirs = rights.units_as("appraiser")
    if opinion is None or not (rights.any_of(STAFF) or opinion.agency_id in theirs):
        raise NotFound("Không có việc lấy ý kiến này, hoặc việc hỏi cơ quan khác.")
    session.refresh(opinion, with_for_update=True)
    if opinion.stand is not None:
        raise Conflict("Cơ quan này đã trả lời. Muốn hỏi thêm, hãy lấy ý kiến lần nữa.")
    return opinion
