"""A council for the small award scheme, whose vote needs 80 % of all members, half present."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.moving import NOW, PAPER, TODAY
from tests.small import unit_id

from thidua.awards.voting import Votes
from thidua.store.awards import AwardProposal, AwardRound
from thidua.store.councils import Council, CouncilMeeting, CouncilMember
from thidua.work.awards import propose_awards
from thidua.work.councils import MemberFacts, set_up_council
from thidua.work.votes import enter_counts, open_meeting

VOTING = {"threshold": 80, "base": "members", "quorum": 50}


def council(session: Session, *keys: str, users: tuple[int, ...] = ()) -> Council:
    """A chair of no unit and a member of each unit; ``users``: their accounts, in this order."""
    accounts = [*users, *[None] * (1 + len(keys) - len(users))]
    units = [None, *(unit_id(session, key) for key in keys)]
    members = [
        MemberFacts(f"Bà Số {at}", "Ủy viên" if at else "Chủ tịch", unit, account)
        for at, (unit, account) in enumerate(zip(units, accounts, strict=True))
    ]
    return set_up_council(
        session, name="Hội đồng Mẫu", paper=PAPER, members=members, by=COMMAND, at=NOW
    )


def ids(session: Session, made: Council) -> list[int]:
    """The ids of its members, as they were entered."""
    ours = CouncilMember.council_id == made.id
    return list(session.scalars(select(CouncilMember.id).where(ours).order_by(CouncilMember.id)))


def meeting(
    session: Session, made: Council, round_: AwardRound, how: Any = "typed", **changed: Any
) -> CouncilMeeting:
    """A meeting of all members about a new proposal of the round."""
    propose_awards(session, round_id=round_.id, by=COMMAND)
    given = {"held_on": TODAY, "present": ids(session, made), "by": COMMAND, "at": NOW, **changed}
    return open_meeting(session, council_id=made.id, round_id=round_.id, how=how, **given)


def counts(session: Session, round_id: int, **votes: int) -> dict[int, Votes]:
    """The same count for every nomination of the newest proposal that is not refused."""
    newest = select(AwardProposal).where(AwardProposal.round_id == round_id)
    made = session.scalars(newest.order_by(AwardProposal.id.desc())).first()
    said = Votes(**{"agree": 0, "disagree": 0, "blank": 0, **votes})
    lines = made.document["lines"] if made else ()
    return {line["nomination"]: said for line in lines if line["outcome"] != "refused"}


def enter(session: Session, held: CouncilMeeting, **votes: int) -> CouncilMeeting:
    """The same count typed in for every nomination, which closes the meeting."""
    return enter_counts(
        session, meeting_id=held.id, counts=counts(session, held.round_id, **votes),
        minutes=PAPER, by=COMMAND, at=NOW,
    )  # fmt: skip
