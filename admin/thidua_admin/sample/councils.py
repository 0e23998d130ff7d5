"""What follows a sample proposal: the council, the signed decision, certificates, refusals.

All of it is invented and says so: persons, documents, votes, reasons, the base salary.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.awards.voting import Votes
from thidua.store.awards import AwardProposal, AwardRound, Nomination
from thidua.store.base import Json
from thidua.store.councils import CouncilMeeting
from thidua.work.award_facts import scheme_of
from thidua.work.certificates import hand_out, number_certificates
from thidua.work.conclusions import decide_otherwise
from thidua.work.councils import MemberFacts, members_on, set_up_council
from thidua.work.decisions import awards_of, decide_awards
from thidua.work.papers import PaperFacts
from thidua.work.votes import enter_counts, open_meeting
from thidua_admin.sample.actor import DEMO

INVENTED = "(nhân vật minh họa)"
SALARY = 1_000_000
BASIS = "Mức lương cơ sở minh họa"
PICKED = "Hội đồng chọn trong các đề nghị bằng nhau sau khi thảo luận (tình huống minh họa)."
NOT_PICKED = "Bằng đề nghị được chọn, Hội đồng ưu tiên nơi chưa được khen (tình huống minh họa)."
SEEN = "Hội đồng đã xem bản chính tại phiên họp, đủ căn cứ (tình huống minh họa)."


def decide_round(session: Session, round_: AwardRound, at: datetime) -> bool:
    """Let a council of five sit about the proposal, and enter what was signed after it.

    It picks among equals, and takes a person about whom something was still to be verified; who
    waits behind gets too few votes. False where the scheme does not say how to vote, or nobody is
    proposed.
    """
    proposal = session.scalars(
        select(AwardProposal).where(AwardProposal.round_id == round_.id)
    ).one()
    able = [x for x in proposal.document["lines"] if x["outcome"] in ("chosen", "tied")]
    if scheme_of(round_).voting is None or not able:
        return False
    meeting = _meeting(session, round_, proposal.document, at)
    for line, slot, reason in _otherwise(proposal.document):
        if meeting.results and meeting.results[str(line)]["passed"]:
            decide_otherwise(
                session, meeting_id=meeting.id, nomination_id=line, slot=slot, reason=reason,
                by=DEMO, at=at,
            )  # fmt: skip
    signed = round_.decides_on + timedelta(days=7)
    decision = decide_awards(
        session, round_id=round_.id, paper=_paper("Quyết định khen thưởng", signed), by=DEMO,
        at=at, base_salary=SALARY, base_salary_basis=BASIS,
    )  # fmt: skip
    awards = awards_of(session, decision)
    numbers = {award.id: f"{number:02}" for number, award in enumerate(awards, 1)}
    number_certificates(session, decision_id=decision.id, numbers=numbers, by=DEMO)
    for award in awards[:-1]:
        hand_out(
            session, award_id=award.id, to=f"Bà Mẫu Nhận {INVENTED}",
            on=signed + timedelta(days=14), by=DEMO, at=at,
        )  # fmt: skip
    return True


def _meeting(session: Session, round_: AwardRound, proposed: Json, at: datetime) -> CouncilMeeting:
    day, asked = round_.decides_on, [x for x in proposed["lines"] if x["outcome"] != "refused"]
    first = session.get_one(Nomination, asked[0]["nomination"])
    council = set_up_council(
        session, name="Hội đồng thi đua, khen thưởng (minh họa)", by=DEMO, at=at,
        paper=_paper("Quyết định thành lập Hội đồng", day - timedelta(days=60)),
        members=[*_members(first.unit_id)],
    )  # fmt: skip
    present = [member.id for member in members_on(session, council, day)]
    meeting = open_meeting(
        session, council_id=council.id, round_id=round_.id, held_on=day, present=present,
        how="typed", by=DEMO, at=at,
    )  # fmt: skip
    counts = {line["nomination"]: Votes(4, 0, 0) for line in asked}
    waiting = [line["nomination"] for line in asked if line["outcome"] in ("tied", "verify")]
    for few in waiting[-1:]:
        counts[few] = Votes(2, 2, 0)
    return enter_counts(
        session, meeting_id=meeting.id, counts=counts, by=DEMO, at=at,
        minutes=_paper("Biên bản kiểm phiếu", day),
    )  # fmt: skip


def _members(unit_id: int) -> Iterator[MemberFacts]:
    """A chair and four members, one of them of a nominated unit."""
    names = ("Bà Mẫu Một", "Ông Mẫu Hai", "Bà Mẫu Ba", "Ông Mẫu Bốn", "Bà Mẫu Năm")
    for place, name in enumerate(names):
        duty = "Ủy viên" if place else "Chủ tịch Hội đồng"
        yield MemberFacts(f"{name} {INVENTED}", duty, unit_id if place == 1 else None)


def _otherwise(proposed: Json) -> Iterator[tuple[int, str, str]]:
    """What the council decides itself: who of equals, and one who was still to be verified."""
    for tie in proposed["ties"]:
        slots = {line["nomination"]: line["slots"] for line in proposed["lines"]}
        for place, member in enumerate(tie["members"]):
            taken = place < tie["pick"]
            slot = slots[member][0] if taken else ""
            yield member, slot, PICKED if taken else NOT_PICKED
    for line in [item for item in proposed["lines"] if _waits(item)][:1]:
        yield line["nomination"], next(iter(line["findings"])), SEEN


def _waits(line: Json) -> bool:
    return (line["recipient"], line["outcome"]) == ("person", "verify")


def _paper(what: str, day: date) -> PaperFacts:
    return PaperFacts(
        number="00/QĐ-MINHHOA" if what.startswith("Quyết định") else "00/BB-MINHHOA",
        issued_on=day, signer=f"Ông Mẫu Bốn {INVENTED}", summary=f"{what} (minh họa)",
    )  # fmt: skip
