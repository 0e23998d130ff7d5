"""After a decision: the register of certificates, handing out, revocation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound, Problem
from thidua.evidence.files import EvidenceFiles
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.decisions import Award
from thidua.store.vietnamese import nfc
from thidua.work.access import STAFF, require
from thidua.work.decisions import award_by_id, awards_of, decision_by_id
from thidua.work.given import words
from thidua.work.papers import PaperFacts, keep_paper, paper_said
from thidua.work.versions import wait_turn
from thidua.work.windows import local_day


def number_certificates(
    session: Session, *, decision_id: int, numbers: Mapping[int, str], by: Actor
) -> None:
    """Enter numbers of the sổ cấp bằng, by award id. A number is given once for each form.

    ``Invalid`` names every number that is missing, doubled or taken; ``Conflict`` for an award
    that has one.
    """
    require(session, by, STAFF, "ghi sổ cấp bằng")
    wait_turn(session)
    decision = decision_by_id(session, decision_id)
    awards = {award.id: award for award in awards_of(session, decision)}
    if unknown := set(numbers) - set(awards):
        raise NotFound(f"Quyết định này không có khen thưởng số {min(unknown)}.")
    for key in numbers:
        if awards[key].certificate:
            raise Conflict(f"{awards[key].name} đã có số {awards[key].certificate} trong sổ.")
    given = {key: words("Số vào sổ", text, longest=50) for key, text in numbers.items()}
    problems = list(_number_problems(session, awards, given))
    if problems:
        raise Invalid(problems)
    for key, number in given.items():
        awards[key].certificate = number
    session.flush()
    record(
        session, actor=by, action="awards.number", subject=("award_decision", decision.id),
        after={"numbers": {str(key): number for key, number in given.items()}},
    )  # fmt: skip


def hand_out(
    session: Session, *, award_id: int, to: str, on: date, by: Actor, at: datetime
) -> Award:
    """Record who received certificate, artefact and money, and when.

    ``Conflict`` when they were handed out, or the award is revoked; ``Invalid`` without a name or
    for a day before the decision or to come.
    """
    require(session, by, STAFF, "ghi việc trao thưởng")
    award = award_by_id(session, award_id)
    to = nfc(words("Người nhận", to, longest=200))
    if award.revoked_paper_id is not None:
        raise Conflict(f"Khen thưởng của {award.name} đã bị hủy bỏ, không trao được.")
    if award.handed_on is not None:
        raise Conflict(f"{award.handed_to} đã nhận ngày {award.handed_on:%d/%m/%Y}.")
    if not to:
        raise Invalid.one("Người nhận", "Hãy ghi họ tên người nhận.")
    if not award.decision.paper.issued_on <= on <= local_day(at):
        raise Invalid.one("Ngày nhận", "Không trước ngày quyết định, không sau hôm nay.")
    award.handed_to, award.handed_on = to, on
    session.flush()
    record(
        session, actor=by, action="award.hand_out", subject=("award", award.id),
        after={"to": to, "on": on.isoformat(), "artefact": award.artefact, "money": award.money},
    )  # fmt: skip
    return award


def revoke_award(
    session: Session,
    *,
    award_id: int,
    paper: PaperFacts,
    reason: str,
    by: Actor,
    at: datetime,
    files: EvidenceFiles | None = None,
) -> Award:
    """Enter the decision that revokes an award; the award stays on record as revoked.

    ``Conflict`` when it is revoked already; ``Invalid`` without a reason, or when the decision is
    older than the one that granted it.
    """
    require(session, by, STAFF, "ghi quyết định hủy bỏ khen thưởng")
    award = award_by_id(session, award_id)
    reason = nfc(words("Lý do", reason))
    if award.revoked_paper_id is not None:
        raise Conflict(f"Khen thưởng của {award.name} đã bị hủy bỏ rồi.")
    if not reason:
        raise Invalid.one("Lý do", "Hãy ghi lý do hủy bỏ, như quyết định đã ghi.")
    if paper.issued_on < award.decision.paper.issued_on:
        raise Invalid.one("Ngày văn bản", "Không được trước ngày quyết định khen thưởng.")
    kept = keep_paper(session, paper=paper, by=by, at=at, files=files)
    award.revoked_paper_id, award.revoked_why = kept.id, reason
    session.flush()
    record(
        session, actor=by.because(reason), action="award.revoke", subject=("award", award.id),
        after={"paper": paper_said(kept)},
    )  # fmt: skip
    return award


def _number_problems(
    session: Session, awards: Mapping[int, Award], given: Mapping[int, str]
) -> Iterator[Problem]:
    """A number twice in the list, or that another award of the form has."""
    seen: set[tuple[str, str]] = set()
    for key, number in given.items():
        award = awards[key]
        if not number:
            yield Problem(award.name, "Hãy ghi số vào sổ.")
            continue
        taken = Award.form == award.form, Award.certificate == number
        if (award.form, number) in seen or session.scalar(select(Award.id).where(*taken)):
            yield Problem(award.name, f"Số {number} đã cấp cho một {award.form_name} khác.")
        seen.add((award.form, number))
