"""What a year of awards is made of, for the scripted years of all provinces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import unit_id

from thidua.awards.voting import Votes
from thidua.store.awards import AwardProposal, AwardRound, Nomination
from thidua.store.base import Json
from thidua.store.councils import CouncilMeeting
from thidua.store.decisions import Award
from thidua.store.dossiers import Dossier
from thidua.store.results import ResultRow
from thidua.work.award_facts import consider, scheme_of
from thidua.work.conclusions import decide_otherwise
from thidua.work.councils import MemberFacts, members_on, set_up_council
from thidua.work.decisions import awards_of, decide_awards
from thidua.work.dossier_papers import Confirmed, hand_in_paper
from thidua.work.initiatives import add_initiative
from thidua.work.intake import take_in
from thidua.work.nominations import answer_condition, nominate_collective, nominate_person
from thidua.work.papers import PaperFacts
from thidua.work.votes import enter_counts, open_meeting

PAPER = "Văn bản minh họa"


def put(
    session: Session, round_: AwardRound, key: str, name: str = "", *, by: str = "", **more: Any
) -> Nomination:
    """A unit, or an invented civil servant of it, put forward by the unit itself or by another."""
    where: dict[str, Any] = {
        "round_id": round_.id, "nominator_id": unit_id(session, by or key),
        "unit_id": unit_id(session, key), "by": COMMAND, "illustrative": True,
    }  # fmt: skip
    if not name:
        return nominate_collective(session, **where)
    return nominate_person(session, name=name, **{"category": "cong_chuc", **where, **more})


def prove(
    session: Session, nomination: Nomination, codes: Sequence[str], *, answer: bool = True
) -> None:
    """The standing office's answers to conditions."""
    for code in codes:
        answer_condition(
            session, nomination_id=nomination.id, code=code, answer=answer, basis=PAPER, by=COMMAND
        )


def invent(session: Session, nomination: Nomination, recogniser: str, level: Any) -> None:
    """An invented initiative, recognised in May 2024."""
    add_initiative(
        session, nomination_id=nomination.id, name="Sáng kiến minh họa", level=level,
        recognised_by=recogniser, number="12/QĐ", recognised_on=date(2021, 5, 6), by=COMMAND,
    )  # fmt: skip


def hand_in(session: Session, round_: AwardRound, on: date, *, lacking: str = "") -> None:
    """All dossiers of a round, with every paper but one, taken in on a day."""
    dossiers = select(Dossier).where(Dossier.round_id == round_.id, Dossier.received_on.is_(None))
    for number, dossier in enumerate(session.scalars(dossiers.order_by(Dossier.id)), 1):
        for item in scheme_of(round_).dossier:
            if item.code != lacking:
                hand_in_paper(
                    session, dossier_id=dossier.id, item=item.code,
                    paper=PaperFacts(number="", issued_on=on, summary=PAPER),
                    confirmed=Confirmed("Ông Mẫu, Chủ tịch", on) if item.confirmed else None,
                    by=COMMAND, at=datetime.now(UTC),
                )  # fmt: skip
        take_in(
            session, dossier_id=dossier.id, number=f"{round_.id}-{number}", received_on=on,
            by=COMMAND, at=datetime.now(UTC),
        )  # fmt: skip


def why_not(session: Session, round_: AwardRound, nomination: Nomination, slot: str) -> list[str]:
    """The sentences that speak against a nomination, or hold it up, for a slot."""
    found = consider(session, round_).judged[nomination.id].findings[slot]
    return [item.words for item in found if item.answer != "yes"]


def followed_back(session: Session, document: Json) -> int:
    """Holds every figure of a proposal against the published row it names; how many there are."""
    held = 0
    for line in document["lines"]:
        for findings in line["findings"].values():
            for facts in (item["facts"] for item in findings if "row" in item["facts"]):
                row = session.get_one(ResultRow, facts["row"])
                assert row.version_id == facts["version"] == document["result"]["id"]
                shown = {"index": str(row.index_percent), "rank": row.rank, "band": row.band}
                assert {name: facts[name] for name in shown} == shown
                held += 1
    return held


def agreed(session: Session, round_: AwardRound, on: date) -> CouncilMeeting:
    """A council of three sits about the newest proposal of a round; all agree to all of it."""
    at = datetime.now(UTC)
    members = [MemberFacts(f"Bà Mẫu {number}", "Ủy viên") for number in (1, 2, 3)]
    paper = PaperFacts(number="", issued_on=on, summary="Quyết định lập Hội đồng minh họa")
    council = set_up_council(
        session, name="Hội đồng minh họa", paper=paper, members=members, by=COMMAND, at=at
    )
    meeting = open_meeting(
        session, council_id=council.id, round_id=round_.id, held_on=on, how="typed",
        present=[member.id for member in members_on(session, council, on)], by=COMMAND, at=at,
    )  # fmt: skip
    proposal = session.get_one(AwardProposal, meeting.proposal_id).document
    counts = {
        line["nomination"]: Votes(3, 0, 0)
        for line in proposal["lines"]
        if line["outcome"] != "refused"
    }
    minutes = PaperFacts(number="", issued_on=on, summary="Biên bản kiểm phiếu minh họa")
    return enter_counts(
        session, meeting_id=meeting.id, counts=counts, minutes=minutes, by=COMMAND, at=at
    )


def choose(session: Session, meeting: CouncilMeeting, nomination: Nomination, slot: str) -> None:
    """The council takes one of equals, or with an empty slot leaves one out, and says why."""
    decide_otherwise(
        session, meeting_id=meeting.id, nomination_id=nomination.id, slot=slot,
        reason="Hội đồng thống nhất (minh họa).", by=COMMAND, at=datetime.now(UTC),
    )  # fmt: skip


def decide(session: Session, round_: AwardRound, number: str, on: date) -> list[Award]:
    """The signed decision; what it granted, collectives before persons."""
    paper = PaperFacts(number=number, issued_on=on, signer="Ông Mẫu", issuer="UBND minh họa")
    decision = decide_awards(
        session, round_id=round_.id, paper=paper, by=COMMAND, at=datetime.now(UTC),
        base_salary=1_000_000, base_salary_basis=PAPER,
    )  # fmt: skip
    return awards_of(session, decision)
