"""What became of a round: the council's meeting, the decision, who was granted what, who was not.

Those who see all nominations see all of it; an officer sees what was granted and refused of the
own unit's nominations, once it is decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from thidua.awards.allocation import OUTCOMES
from thidua.spec.awards import AwardScheme
from thidua.store.actor import Actor
from thidua.store.awards import AwardProposal, AwardRound, Nomination
from thidua.store.councils import Council, CouncilMeeting
from thidua.store.decisions import Award, AwardDecision
from thidua.store.papers import StoredPaper
from thidua.store.provinces import Province
from thidua.work.access import Rights, require
from thidua.work.award_facts import round_by_id, scheme_of
from thidua.work.award_history import AwardLine, lines_of
from thidua.work.award_page import READERS, WHOLE
from thidua.work.conclusions import Conclusion, conclude
from thidua.work.paper_files import may_open
from thidua.work.papers import paper_words
from thidua.work.refusals import RefusalNotice, refusal_notices


@dataclass(frozen=True)
class Document:
    """A document in words; ``paper_id`` where its signed file is kept and may be opened."""

    words: str
    signer: str
    paper_id: int | None


@dataclass(frozen=True)
class CouncilLine:
    """One nomination before the council; ``decided``: the place it was chosen for, by its label.

    ``reason``: why the council decided itself; ``otherwise``: than was proposed, not among equals.
    """

    nomination: int
    recipient: str
    name: str
    unit: str
    proposed: str
    vote: str
    decided: str
    otherwise: bool
    reason: str


@dataclass(frozen=True)
class MeetingView:
    """A closed meeting about the round; ``problems``: why it cannot be decided by it yet."""

    council: str
    held_on: date
    here: bool
    members: int
    present: int
    minutes: Document
    lines: Sequence[CouncilLine]
    problems: Sequence[str]


@dataclass(frozen=True)
class DecisionView:
    """The signed decision: what it granted, and whom it refused, told to each nominator."""

    id: int
    document: Document
    granted: Sequence[AwardLine]
    refused: Sequence[RefusalNotice]


@dataclass(frozen=True)
class RoundOutcome:
    """What is known so far; ``meeting`` None before the council, and for an officer."""

    round_id: int
    title: str
    year: int
    meeting: MeetingView | None
    decision: DecisionView | None
    illustrative: bool


def round_outcome(session: Session, *, round_id: int, by: Actor) -> RoundOutcome:
    """What became of a round, for whoever reads it; ``NotFound`` when it is not there."""
    rights = require(session, by, READERS, "xem kết quả xét khen thưởng")
    round_ = round_by_id(session, round_id=round_id)
    scheme = scheme_of(round_)
    made = session.scalars(
        select(AwardDecision)
        .where(AwardDecision.round_id == round_.id)
        .options(joinedload(AwardDecision.paper))
        .order_by(AwardDecision.id.desc())
    ).first()
    return RoundOutcome(
        round_id=round_.id,
        title=scheme.title,
        year=round_.year,
        meeting=_meeting(session, round_, scheme) if rights.any_of(WHOLE) else None,
        decision=_decision(session, round_, made, rights, by) if made else None,
        illustrative=_illustrative(session, round_, scheme),
    )


def document_of(row: StoredPaper) -> Document:
    """A document as pages show it."""
    return Document(paper_words(row), row.signer, row.id if row.file_hash else None)


def _illustrative(session: Session, round_: AwardRound, scheme: AwardScheme) -> bool:
    """Whether the scheme, or what was proposed last, is invented."""
    newest = (
        select(AwardProposal.document)
        .where(AwardProposal.round_id == round_.id)
        .order_by(AwardProposal.number.desc())
    )
    proposed = session.scalars(newest.limit(1)).first()
    return scheme.illustrative or bool(proposed and proposed["illustrative"])


def _meeting(session: Session, round_: AwardRound, scheme: AwardScheme) -> MeetingView | None:
    found = conclude(session, round_)
    if found is None:
        return None
    meeting = session.get_one(CouncilMeeting, found.meeting)
    minutes = session.get_one(StoredPaper, meeting.paper_id)
    labels = {slot.code: slot.label for slot in scheme.slots()}
    return MeetingView(
        council=session.get_one(Council, meeting.council_id).name,
        held_on=meeting.held_on,
        here=meeting.how == "here",
        members=len(meeting.members),
        present=len(meeting.present),
        minutes=document_of(minutes),
        lines=[_line(line, labels) for line in found.lines],
        problems=found.problems,
    )


def _line(line: Conclusion, labels: dict[str, str]) -> CouncilLine:
    return CouncilLine(
        nomination=line.nomination,
        recipient=line.recipient,
        name=line.name,
        unit=line.unit,
        proposed=OUTCOMES[line.proposed],
        vote=line.vote,
        decided=labels[line.slot] if line.chosen else "",
        otherwise=bool(line.reason) and line.proposed != "tied",
        reason=line.reason,
    )


def _decision(
    session: Session, round_: AwardRound, made: AwardDecision, rights: Rights, by: Actor
) -> DecisionView:
    granted = Award.decision_id == made.id
    if not rights.any_of(WHOLE):
        own = select(Nomination.id).where(Nomination.nominator_id.in_(rights.units_as("officer")))
        granted &= Award.nomination_id.in_(own)
    lines = sorted(lines_of(session, granted), key=lambda line: line.recipient)
    authority = session.get_one(Province, round_.province_id).authority
    document = document_of(made.paper)
    if not may_open(session, made.paper, rights):
        document = replace(document, paper_id=None)
    return DecisionView(
        id=made.id,
        document=document,
        granted=lines,
        refused=refusal_notices(session, decision_id=made.id, authority=authority, by=by),
    )
