"""The use cases of councils and votes, for ``test_matrix``.

A council of one, who is of no unit, and a closed meeting about the round, in which everybody got
enough votes; the cases open others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session
from tests import voting
from tests.factories import COMMAND
from tests.moving import NOW, PAPER, TODAY

from thidua.store.actor import Actor
from thidua.store.awards import AwardRound
from thidua.work import conclusions, councils, votes

UseCase = Callable[[Session, Actor, Any], object]


def lay_out(session: Session, round_: AwardRound) -> Mapping[str, int]:
    """Make what the cases are about."""
    council = voting.council(session)
    (first,) = voting.ids(session, council)
    meeting = voting.meeting(session, council, round_)
    voting.enter(session, meeting, agree=1)
    return {"council": council.id, "first": first, "closed": meeting.id}


def meet(session: Session, at: Any, by: Actor, how: str = "typed") -> int:
    """A meeting about the round; its id."""
    return votes.open_meeting(
        session, council_id=at.councils["council"], round_id=at.round, held_on=TODAY,
        present=[at.councils["first"]], how=how, by=by, at=NOW,  # type: ignore[arg-type]
    ).id  # fmt: skip


USE_CASES: Mapping[str, UseCase] = {
    "councils.set_up_council": lambda s, by, at: councils.set_up_council(
        s, name="Hội đồng", paper=PAPER, members=[councils.MemberFacts("Bà Mẫu", "Chủ tịch")],
        by=by, at=NOW,
    ),
    "councils.add_member": lambda s, by, at: councils.add_member(
        s, council_id=at.councils["council"], joined_on=TODAY, by=by,
        member=councils.MemberFacts("Ông Mẫu", "Ủy viên"),
    ),
    "councils.end_member": lambda s, by, at: councils.end_member(
        s, member_id=at.councils["first"], left_on=TODAY, by=by
    ),
    "councils.list_councils": lambda s, by, at: list(councils.list_councils(s, by=by)),
    "votes.open_meeting": lambda s, by, at: meet(s, at, by),
    "votes.enter_counts": lambda s, by, at: votes.enter_counts(
        s, meeting_id=meet(s, at, COMMAND), counts=voting.counts(s, at.round, agree=1),
        minutes=PAPER, by=by, at=NOW,
    ),
    "votes.cast_ballot": lambda s, by, at: votes.cast_ballot(
        s, meeting_id=meet(s, at, COMMAND, "here"), choices={}, by=by
    ),
    "votes.ballot_of": lambda s, by, at: votes.ballot_of(s, round_id=at.round, by=by),
    "votes.close_vote": lambda s, by, at: votes.close_vote(
        s, meeting_id=at.councils["closed"], ballots=0, minutes=PAPER, by=by, at=NOW
    ),
    "conclusions.decide_otherwise": lambda s, by, at: conclusions.decide_otherwise(
        s, meeting_id=at.councils["closed"], nomination_id=at.nominated_one, slot="",
        reason="Hội đồng chọn người khác", by=by, at=NOW,
    ),
    "conclusions.conclusions_of": lambda s, by, at: conclusions.conclusions_of(
        s, round_id=at.round, by=by
    ),
}  # fmt: skip
"""By module and function, and what is asked of it."""

TABLE = """
councils.set_up_council                 vv- --- --- --- --- --- vv- ---
councils.add_member                     v0- --- --- --- --- --- v0- ---
councils.end_member                     v0- --- --- --- --- --- v0- ---
councils.list_councils                  11- --- --- 11- 11- 11- 11- ---
votes.open_meeting                      v0- --- --- --- --- --- v0- ---
votes.enter_counts                      v0- -0- -0- -0- -0- -0- v0- -0-
votes.cast_ballot                       -0- -0- -0- -0- -0- -0- -0- -0-
votes.ballot_of                         --- --- --- --- v0- --- --- ---
votes.close_vote                        c0- --- --- --- --- --- c0- ---
conclusions.decide_otherwise            v0- --- --- --- --- --- v0- ---
conclusions.conclusions_of              v0- --- --- v0- v0- v0- v0- ---
"""
"""As in ``test_matrix``."""
