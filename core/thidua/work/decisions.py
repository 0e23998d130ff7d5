"""Quyết định khen thưởng: entering what was signed after the council's meeting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound
from thidua.evidence.files import EvidenceFiles
from thidua.spec.awards import AwardScheme
from thidua.spec.bodies import UnitLevel
from thidua.spec.loading import parse
from thidua.spec.movement import Movement
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.awards import AwardProposal, AwardRound, Nomination
from thidua.store.base import Json
from thidua.store.decisions import Award, AwardDecision, AwardRefusal
from thidua.store.documents import StoredMovement
from thidua.store.units import UnitPeriod
from thidua.work.access import STAFF, require
from thidua.work.award_facts import (
    form_of,
    round_by_id,
    scheme_of,
    terms_of,
    units_as_of,
)
from thidua.work.bodies import levels_of
from thidua.work.conclusions import Concluded, Conclusion, conclude
from thidua.work.given import find, words
from thidua.work.papers import PaperFacts, keep_paper, paper_said
from thidua.work.units import days_of
from thidua.work.versions import wait_turn
from thidua.work.votes import open_meeting_about


def decide_awards(
    session: Session,
    *,
    round_id: int,
    paper: PaperFacts,
    by: Actor,
    at: datetime,
    base_salary: int | None = None,
    base_salary_basis: str = "",
    files: EvidenceFiles | None = None,
) -> AwardDecision:
    """Enter the signed decision about a round: grants what the council chose, refuses the rest.

    ``base_salary`` in đồng with the document that sets it, where money is a multiple of it.
    ``Conflict`` without a concluded council or while it meets, when it chose more than there are
    places, when the decision is entered already, or when a chosen unit does not exist on the day of
    the decision (TT 15/2025/TT-BNV); nothing is written then.
    """
    require(session, by, STAFF, "ghi quyết định khen thưởng")
    wait_turn(session)
    round_ = round_by_id(session, round_id=round_id)
    session.scalars(_nominations_of(round_).with_for_update()).all()  # none is withdrawn meanwhile
    found = _concluded(session, round_)
    basis = words("Căn cứ mức lương cơ sở", base_salary_basis, longest=500)
    _refuse_salary(base_salary, basis)
    units = units_as_of(session, paper.issued_on)
    _refuse_ended(session, found, units, paper.issued_on)
    kept = keep_paper(session, paper=paper, by=by, at=at, files=files)
    decision = AwardDecision(
        round_id=round_.id, meeting_id=found.meeting, paper_id=kept.id, base_salary=base_salary,
        base_salary_basis=basis, made_at=at, made_by=by.id if by.kind == "person" else None,
    )  # fmt: skip
    session.add(decision)
    session.flush()
    proposal = session.get_one(AwardProposal, found.proposal).document
    granting = _Granting(session, round_, decision, units, invented=proposal["illustrative"])
    lines = {line["nomination"]: line for line in proposal["lines"]}
    for line in found.lines:
        if line.chosen:
            session.add(granting.award(line))
        else:
            reason = refusal_reason(line, lines[line.nomination])
            session.add(
                AwardRefusal(decision_id=decision.id, nomination_id=line.nomination, reason=reason)
            )
    session.flush()
    record(
        session, actor=by, action="awards.decide", subject=("award_decision", decision.id),
        after={
            "paper": paper_said(kept),
            "granted": [line.nomination for line in found.lines if line.chosen],
            "refused": [line.nomination for line in found.lines if not line.chosen],
        },
    )  # fmt: skip
    return decision


def decision_by_id(session: Session, decision_id: int) -> AwardDecision:
    """The decision of the entered province; ``NotFound`` when there is none with this id."""
    found = find(session, AwardDecision, decision_id)
    if found is None:
        raise NotFound("Không có quyết định khen thưởng này trong tỉnh đang làm việc.")
    return found


def award_by_id(session: Session, award_id: int) -> Award:
    """The award of the entered province, held for a change; ``NotFound`` when there is none."""
    found = session.scalar(select(Award).where(Award.id == award_id).with_for_update(of=Award))
    if found is None:
        raise NotFound("Không có khen thưởng này trong tỉnh đang làm việc.")
    return found


def awards_of(session: Session, decision: AwardDecision) -> list[Award]:
    """What a decision granted, collectives before persons."""
    query = select(Award).where(Award.decision_id == decision.id)
    return list(session.scalars(query.order_by(Award.recipient, Award.id)))


def refusal_reason(line: Conclusion, proposed: Json) -> str:
    """Why a nomination was not granted: the council's reason, its vote, or the proposal's words."""
    if line.reason:
        return line.reason
    if line.vote and not line.passed:
        return line.vote
    if line.proposed == "tied":
        return "Bằng với đề nghị khác ở suất cuối cùng; Hội đồng đã chọn đề nghị khác."
    return str(proposed["words"])


class _Granting:
    """What every award of one decision shares."""

    def __init__(
        self,
        session: Session,
        round_: AwardRound,
        decision: AwardDecision,
        units: Mapping[int, UnitPeriod],
        *,
        invented: bool,
    ) -> None:
        self.session, self.decision, self.units = session, decision, units
        self.scheme, self.terms = scheme_of(round_), terms_of(round_)
        self.form = form_of(session, self.scheme)
        self.levels = levels_of(session)
        self.movement = _movement_of(session, self.scheme)
        self.invented = self.scheme.illustrative or invented

    def award(self, line: Conclusion) -> Award:
        """The award for a nomination, named as its certificate is to print it."""
        item = self.session.get_one(Nomination, line.nomination)
        unit = self.units[item.unit_id]
        printed = item.printed_unit or unit.name
        level = self.levels.get(unit.kind)
        return Award(
            decision_id=self.decision.id,
            nomination_id=item.id,
            recipient=item.recipient,
            unit_id=item.unit_id,
            name=item.person_name or printed,
            title=item.person_title,
            workplace=printed if item.recipient == "person" else "",
            born_on=item.person_born_on,
            slot=line.slot,
            form=self.form.code,
            form_name=self.form.name,
            movement=self.scheme.movement,
            movement_title=self.movement.title,
            year=self.terms.year,
            closing=self.terms.closing,
            illustrative=self.invented or item.illustrative,
            artefact=self._artefact(item, level),
            money=self._money(item, level),
        )

    def _artefact(self, item: Nomination, level: UnitLevel | None) -> str:
        rewards = self.scheme.rewards_of(item.recipient, level)
        return ", ".join(reward.artefact for reward in rewards if reward.artefact)

    def _money(self, item: Nomination, level: UnitLevel | None) -> int | None:
        """In đồng, a half rounded up; None where the scheme gives none or no salary was entered."""
        rewards = self.scheme.rewards_of(item.recipient, level)
        times = sum((Fraction(reward.money) for reward in rewards if reward.money), Fraction(0))
        salary = self.decision.base_salary
        return int(times * salary + Fraction(1, 2)) if times and salary else None


def _nominations_of(round_: AwardRound) -> Select[int]:
    return select(Nomination.id).where(Nomination.round_id == round_.id).order_by(Nomination.id)


def _concluded(session: Session, round_: AwardRound) -> Concluded:
    found = conclude(session, round_)
    if found is None:
        raise Conflict("Hội đồng chưa kết luận về đợt này. Hãy nhập kết quả bỏ phiếu trước.")
    if open_meeting_about(session, round_):
        raise Conflict(
            "Hội đồng đang họp tiếp về đợt này. Hãy khóa phiên họp với kết quả bỏ phiếu trước."
        )
    if found.problems:
        raise Conflict(" ".join(found.problems))
    held = AwardDecision.round_id == round_.id
    if session.scalar(select(AwardDecision.id).where(held)):
        raise Conflict("Quyết định khen thưởng của đợt này đã được ghi rồi.")
    return found


def _refuse_ended(
    session: Session, found: Concluded, units: Mapping[int, UnitPeriod], day: date
) -> None:
    """No award for a unit that is not there on the day of the decision."""
    problems = []
    for line in (item for item in found.lines if item.chosen):
        unit = units[session.get_one(Nomination, line.nomination).unit_id]
        first, last = days_of(unit)
        if (first is not None and day < first) or (last is not None and last < day):
            problems.append(
                f"{line.name}: {unit.name} không hoạt động vào ngày quyết định {day:%d/%m/%Y} nên "
                "không được khen thưởng. Hãy ghi kết luận khác của Hội đồng."
            )
    if problems:
        raise Conflict(" ".join(problems))


def _refuse_salary(salary: int | None, basis: str) -> None:
    if salary is not None and not 0 < salary < 10**12:
        raise Invalid.one("Mức lương cơ sở", "Hãy ghi mức lương cơ sở bằng đồng.")
    if (salary is None) != (not basis):
        raise Invalid.one(
            "Mức lương cơ sở", "Hãy ghi cả mức lương cơ sở và văn bản quy định mức đó."
        )


def _movement_of(session: Session, scheme: AwardScheme) -> Movement:
    query = select(StoredMovement.document).where(StoredMovement.code == scheme.movement)
    return parse(Movement, session.scalars(query).one())
