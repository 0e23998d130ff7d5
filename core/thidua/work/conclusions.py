"""Kết luận của Hội đồng: the proposal, the votes, and where the council decided otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.awards.allocation import Outcome
from thidua.errors import Conflict, Invalid, NotFound
from thidua.spec.awards import AwardScheme
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.awards import AwardProposal, AwardRound, Nomination
from thidua.store.base import Json
from thidua.store.councils import CouncilChoice, CouncilMeeting
from thidua.store.decisions import AwardDecision
from thidua.store.vietnamese import nfc
from thidua.work.access import STAFF, require
from thidua.work.award_facts import round_by_id, scheme_of
from thidua.work.award_page import WHOLE
from thidua.work.given import words
from thidua.work.versions import wait_turn
from thidua.work.votes import meeting_by_id


@dataclass(frozen=True)
class Conclusion:
    """One nomination after the council: what was proposed, how the vote went, what came of it.

    ``slot``: the place that it fills, empty where it is not chosen. ``vote``: the sentence of the
    vote, empty where none was held on it. ``reason``: why the council decided otherwise.
    """

    nomination: int
    recipient: str
    name: str
    unit: str
    proposed: Outcome
    vote: str
    passed: bool
    chosen: bool
    slot: str
    reason: str


@dataclass(frozen=True)
class Concluded:
    """What the last closed meeting about a round came to, collectives before persons.

    ``problems``: why it cannot be decided yet, as sentences.
    """

    meeting: int
    proposal: int
    lines: tuple[Conclusion, ...]
    problems: tuple[str, ...]


def decide_otherwise(
    session: Session,
    *,
    meeting_id: int,
    nomination_id: int,
    slot: str,
    reason: str,
    by: Actor,
    at: datetime,
) -> CouncilChoice:
    """Record that the council chose a nomination for a slot (code), or, with ``""``, did not.

    For a line of the proposal that the council decided otherwise, and for a tie that the proposal
    left to it. ``Conflict`` before the meeting is closed, after the decision, or when it chooses
    what has not enough votes; ``Invalid`` without a reason or for a slot that the nomination
    cannot fill.
    """
    require(session, by, STAFF, "ghi kết luận của Hội đồng")
    wait_turn(session)  # of who enters the decision, too
    meeting = meeting_by_id(session, meeting_id, locked=True)
    if session.scalar(select(AwardDecision.id).where(AwardDecision.meeting_id == meeting.id)):
        raise Conflict("Đã có quyết định khen thưởng theo phiên họp này, kết luận không đổi được.")
    line = _line_of(session, meeting, nomination_id)
    reason = nfc(words("Lý do", reason))
    if not reason:
        raise Invalid.one("Lý do", "Hãy ghi lý do Hội đồng quyết định khác với đề xuất.")
    if slot:
        _refuse_slot(meeting, line, slot)
    made = session.scalar(
        select(CouncilChoice).where(
            CouncilChoice.meeting_id == meeting.id, CouncilChoice.nomination_id == nomination_id
        )
    )
    before = _said(made) if made else None
    if made is None:
        made = CouncilChoice(meeting_id=meeting.id, nomination_id=nomination_id)
        session.add(made)
    made.chosen, made.slot, made.reason, made.made_at = bool(slot), slot, reason, at
    made.made_by = by.id if by.kind == "person" else None
    session.flush()
    record(
        session, actor=by, action="council.choose", subject=("nomination", nomination_id),
        before=before, after=_said(made),
    )  # fmt: skip
    return made


def conclusions_of(session: Session, *, round_id: int, by: Actor) -> Concluded | None:
    """What the council concluded about a round; None before a meeting about it is closed."""
    require(session, by, WHOLE, "xem kết luận của Hội đồng")
    return conclude(session, round_by_id(session, round_id=round_id))


def conclude(session: Session, round_: AwardRound) -> Concluded | None:
    """As :func:`conclusions_of`, for use cases that have asked for the right."""
    meeting = session.scalar(
        select(CouncilMeeting)
        .where(CouncilMeeting.round_id == round_.id, CouncilMeeting.closed_at.is_not(None))
        .order_by(CouncilMeeting.id.desc())
        .limit(1)
    )
    if meeting is None:
        return None
    lines = tuple(_lines(session, meeting))
    problems = tuple(_problems(scheme_of(round_), lines))
    return Concluded(meeting.id, meeting.proposal_id, lines, problems)


def _lines(session: Session, meeting: CouncilMeeting) -> Iterator[Conclusion]:
    made = session.scalars(select(CouncilChoice).where(CouncilChoice.meeting_id == meeting.id))
    choices = {item.nomination_id: item for item in made}
    proposed = session.get_one(AwardProposal, meeting.proposal_id).document["lines"]
    withdrawn = set(
        session.scalars(
            select(Nomination.id).where(
                Nomination.round_id == meeting.round_id, Nomination.withdrawn_at.is_not(None)
            )
        )
    )
    ordered = sorted(proposed, key=lambda line: line["recipient"] != "collective")
    for line in (item for item in ordered if item["nomination"] not in withdrawn):
        yield _line(line, meeting, choices.get(line["nomination"]))


def _line(line: Json, meeting: CouncilMeeting, choice: CouncilChoice | None) -> Conclusion:
    vote = (meeting.results or {}).get(str(line["nomination"]))
    passed = bool(vote and vote["passed"])
    slot = line["slots"][0] if line["outcome"] == "chosen" and passed else ""
    return Conclusion(
        nomination=line["nomination"],
        recipient=line["recipient"],
        name=line["name"],
        unit=line["unit"],
        proposed=line["outcome"],
        vote=vote["words"] if vote else "",
        passed=passed,
        chosen=choice.chosen if choice else bool(slot),
        slot=choice.slot if choice else slot,
        reason=choice.reason if choice else "",
    )


def _problems(scheme: AwardScheme, lines: Sequence[Conclusion]) -> Iterator[str]:
    """Where more were chosen than there are places."""
    taken = Counter(line.slot for line in lines if line.chosen)
    for quota in scheme.quotas:
        room = _room(scheme, {slot.code: taken[slot.code] for slot in quota.slots})
        for slot in quota.slots:
            if taken[slot.code] > room[slot.code]:
                yield (
                    f"Hội đồng chọn {taken[slot.code]:02d} cho suất {slot.label}, chỉ có "
                    f"{room[slot.code]:02d}. Hãy ghi kết luận cho đề nghị không được chọn."
                )


def _room(scheme: AwardScheme, taken: Mapping[str, int]) -> dict[str, int]:
    """The places of each slot, with those that fall to it because the other leaves them empty."""
    slots = [slot for slot in scheme.slots() if slot.code in taken]
    room = {slot.code: slot.count for slot in slots}
    for slot in slots:
        if slot.falls_to and (left := slot.count - taken[slot.code]) > 0:
            room[slot.falls_to] += left
    return room


def _line_of(session: Session, meeting: CouncilMeeting, nomination_id: int) -> Json:
    if meeting.closed_at is None:
        raise Conflict("Phiên họp này chưa khóa. Hãy nhập hoặc khóa kết quả bỏ phiếu trước.")
    document = session.get_one(AwardProposal, meeting.proposal_id).document
    found = [line for line in document["lines"] if line["nomination"] == nomination_id]
    if not found:
        raise NotFound("Đề nghị này không có trong đề xuất mà Hội đồng đã xét.")
    line: Json = found[0]
    return line


def _refuse_slot(meeting: CouncilMeeting, line: Json, slot: str) -> None:
    vote = (meeting.results or {}).get(str(line["nomination"]))
    if not (vote and vote["passed"]):
        said = vote["words"] if vote else "Hội đồng không bỏ phiếu về đề nghị này."
        raise Conflict(f"{line['name']} chưa đủ phiếu nên không chọn được. {said}")
    findings = line["findings"].get(slot)
    if findings is None:
        raise Invalid.one("Suất", f"{line['name']} không thuộc đối tượng của suất này.")
    failed = [item["words"] for item in findings if item["answer"] == "no"]
    if failed:
        raise Conflict(f"{line['name']} không đủ điều kiện của suất này: {' '.join(failed)}")


def _said(choice: CouncilChoice) -> Json:
    return {"meeting": choice.meeting_id, "slot": choice.slot, "reason": choice.reason}
