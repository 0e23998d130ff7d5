"""Tiếp nhận hồ sơ: số đến, ngày nhận; one return for completion; coming back.

A dossier is taken in once, returned at most once, comes back once. It is never deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, Problem
from thidua.evidence.files import EvidenceFiles
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.awards import Nomination
from thidua.store.dossiers import Dossier, DossierReturn
from thidua.store.vietnamese import nfc
from thidua.work.access import STAFF, require
from thidua.work.dossiers import dossier_state, locked_dossier, return_of
from thidua.work.given import words
from thidua.work.papers import PaperFacts, keep_paper, paper_said
from thidua.work.versions import wait_turn
from thidua.work.windows import local_day


def take_in(
    session: Session, *, dossier_id: int, number: str, received_on: date, by: Actor, at: datetime
) -> Dossier:
    """Take a dossier in with số đến and ngày nhận, complete or not; the law may go by that day.

    From then on the unit changes nothing in it, and puts what it still nominates into another.
    ``Conflict`` when it is taken in already, holds no standing nomination, or the number is given
    to another of the same year; ``Invalid`` without a number, or for a day to come.
    """
    require(session, by, STAFF, "tiếp nhận hồ sơ khen thưởng")
    wait_turn(session)
    dossier = locked_dossier(session, dossier_id)
    if dossier.received_on is not None:
        raise Conflict(f"Hồ sơ này đã tiếp nhận với số đến {dossier.arrival_number}.")
    number = _arrival(number, received_on, at)
    _refuse_empty(session, dossier)
    _refuse_number(session, number, received_on.year)
    dossier.arrival_number, dossier.received_on = number, received_on
    dossier.taken_in_at, dossier.taken_in_by = at, by.id if by.kind == "person" else None
    session.flush()
    record(
        session, actor=by, action="dossier.take_in", subject=("dossier", dossier.id),
        after={"number": number, "on": received_on.isoformat()},
    )  # fmt: skip
    return dossier


def return_dossier(
    session: Session,
    *,
    dossier_id: int,
    missing: Sequence[str],
    due_on: date,
    on: date,
    by: Actor,
    at: datetime,
    paper: PaperFacts | None = None,
    files: EvidenceFiles | None = None,
) -> DossierReturn:
    """Return a dossier for completion, once: what is missing, and the day by which to complete it.

    ``paper``: the letter that says so. ``Conflict`` unless the dossier is in the office's hands and
    was never returned; ``Invalid`` names what is wrong with the days or that nothing is missing.
    """
    require(session, by, STAFF, "trả lại hồ sơ để bổ sung")
    wait_turn(session)
    dossier = locked_dossier(session, dossier_id)
    _refuse_return(session, dossier)
    gaps = [text for item in missing if (text := nfc(words("Nội dung còn thiếu", item)))]
    _refuse_unfit_return(dossier, gaps, on, due_on, at)
    made = DossierReturn(
        dossier_id=dossier.id, returned_on=on, missing=gaps, due_on=due_on, made_at=at,
        made_by=by.id if by.kind == "person" else None,
    )  # fmt: skip
    letter = keep_paper(session, paper=paper, by=by, at=at, files=files) if paper else None
    made.paper_id = letter.id if letter else None
    dossier.returned = made
    session.flush()
    record(
        session, actor=by, action="dossier.return", subject=("dossier", dossier.id),
        after={
            "on": on.isoformat(), "missing": gaps, "due": due_on.isoformat(),
            "paper": paper_said(letter),
        },
    )  # fmt: skip
    return made


def take_back(
    session: Session, *, dossier_id: int, number: str, received_on: date, by: Actor, at: datetime
) -> DossierReturn:
    """Take a returned dossier in again, with số đến and ngày nhận, also when its term is over.

    ``Conflict`` unless it was returned and has not come back. It cannot be returned again.
    """
    require(session, by, STAFF, "nhận lại hồ sơ đã bổ sung")
    wait_turn(session)
    dossier = locked_dossier(session, dossier_id)
    made = return_of(session, dossier)
    if made is None or made.back_on is not None:
        raise Conflict("Hồ sơ này không ở tình trạng trả lại để bổ sung.")
    number = _arrival(number, received_on, at)
    if received_on < made.returned_on:
        raise Invalid.one("Ngày nhận", f"Không được trước ngày trả {made.returned_on:%d/%m/%Y}.")
    _refuse_number(session, number, received_on.year)
    made.back_on, made.back_number = received_on, number
    session.flush()
    record(
        session, actor=by, action="dossier.take_back", subject=("dossier", dossier.id),
        after={"number": number, "on": received_on.isoformat()},
    )  # fmt: skip
    return made


def _arrival(number: str, received_on: date, at: datetime) -> str:
    """The number, fit to keep; ``Invalid`` names what is wrong with it or the day."""
    number, problems = nfc(words("Số đến", number, longest=50)), []
    if not number:
        problems.append(Problem("Số đến", "Hãy ghi số đến của hồ sơ."))
    if not date(2000, 1, 1) <= received_on <= local_day(at):
        problems.append(Problem("Ngày nhận", "Hãy ghi ngày nhận hồ sơ, không sau hôm nay."))
    if problems:
        raise Invalid(problems)
    return number


def _refuse_empty(session: Session, dossier: Dossier) -> None:
    ours = Nomination.dossier_id == dossier.id, Nomination.withdrawn_at.is_(None)
    if not session.scalar(select(func.count()).select_from(Nomination).where(*ours)):
        raise Conflict("Hồ sơ này không còn đề nghị nào nên không tiếp nhận được.")


def _refuse_number(session: Session, number: str, year: int) -> None:
    """A number of arrival is given once in a year."""
    days = func.extract("year", Dossier.received_on), func.extract("year", DossierReturn.back_on)
    first = select(Dossier.id).where(Dossier.arrival_number == number, days[0] == year)
    second = select(DossierReturn.id).where(DossierReturn.back_number == number, days[1] == year)
    if session.scalar(first) or session.scalar(second):
        raise Conflict(f"Số đến {number} của năm {year} đã ghi cho một hồ sơ khác.")


def _refuse_return(session: Session, dossier: Dossier) -> None:
    made = return_of(session, dossier)
    if made is not None:
        raise Conflict(
            f"Hồ sơ này đã trả lại để bổ sung ngày {made.returned_on:%d/%m/%Y}; chỉ được trả một "
            "lần. Nếu vẫn chưa đủ, hãy trình Hội đồng kèm ý kiến thẩm định."
        )
    if dossier_state(dossier) != "received":
        raise Conflict("Hồ sơ này chưa tiếp nhận nên chưa trả lại được.")


def _refuse_unfit_return(
    dossier: Dossier, gaps: Sequence[str], on: date, due_on: date, at: datetime
) -> None:
    problems = []
    if not gaps:
        problems.append(Problem("Nội dung còn thiếu", "Hãy ghi từng nội dung phải bổ sung."))
    if on > local_day(at) or (dossier.received_on and on < dossier.received_on):
        problems.append(Problem("Ngày trả", "Phải từ ngày nhận hồ sơ đến hôm nay."))
    if due_on < on:
        problems.append(Problem("Thời hạn", "Không được trước ngày trả."))
    if problems:
        raise Invalid(problems)
