"""The use cases of decisions and what follows them, for ``test_matrix``.

The decision of ``council_cases``' meeting is entered by the cases that need one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from tests import deciding
from tests.factories import COMMAND
from tests.moving import NOW, TODAY

from thidua.spec.robustness import Uncertainty
from thidua.store.actor import Actor
from thidua.store.decisions import Award
from thidua.work import (
    award_fairness,
    award_history,
    award_outcome,
    certificates,
    conclusions,
    decisions,
    refusals,
)

SHAKEN = Uncertainty.model_validate({"title": "Thử", "leaves": [{"points": 1}]})
UseCase = Callable[[Session, Actor, Any], object]


def decided(session: Session, at: Any, by: Actor = COMMAND) -> int:
    """The decision of the round; its id."""
    return decisions.decide_awards(
        session, round_id=at.round, paper=deciding.PAPER, by=by, at=NOW
    ).id


def award(session: Session, at: Any) -> int:
    """An award of the decision; its id. The council has chosen Bà Một."""
    conclusions.decide_otherwise(
        session, meeting_id=at.councils["closed"], nomination_id=at.nominated_one,
        slot="cn-khac", reason="Vì", by=COMMAND, at=NOW,
    )  # fmt: skip
    ours = Award.decision_id == decided(session, at)
    return session.scalars(select(Award.id).where(ours).order_by(Award.id)).first() or 0


def seen(found: award_outcome.RoundOutcome) -> list[award_outcome.CouncilLine]:
    """The lines of the council's meeting that are shown."""
    return [*found.meeting.lines] if found.meeting else []


USE_CASES: Mapping[str, UseCase] = {
    "decisions.decide_awards": lambda s, by, at: decided(s, at, by),
    "certificates.number_certificates": lambda s, by, at: certificates.number_certificates(
        s, decision_id=decided(s, at), numbers={}, by=by
    ),
    "certificates.hand_out": lambda s, by, at: certificates.hand_out(
        s, award_id=award(s, at), to="Bà Mẫu", on=TODAY, by=by, at=NOW
    ),
    "certificates.revoke_award": lambda s, by, at: certificates.revoke_award(
        s, award_id=award(s, at), paper=deciding.PAPER, reason="Khai sai", by=by, at=NOW
    ),
    "award_history.awards_of_unit one": lambda s, by, at: award_history.awards_of_unit(
        s, unit_id=at.one, by=by
    ),
    "award_history.awards_of_unit two": lambda s, by, at: award_history.awards_of_unit(
        s, unit_id=at.two, by=by
    ),
    "award_history.awards_of_person": lambda s, by, at: award_history.awards_of_person(
        s, name="Bà Một", by=by
    ),
    "award_history.awards_granted": lambda s, by, at: award_history.awards_granted(
        s, decision_id=decided(s, at), by=by
    ),
    "award_history.award_statistics": lambda s, by, at: award_history.award_statistics(
        s, first=2025, last=2026, by=by
    ),
    "award_outcome.round_outcome": lambda s, by, at: seen(
        award_outcome.round_outcome(s, round_id=at.round, by=by)
    ),
    "award_fairness.fairness_report": lambda s, by, at: award_fairness.fairness_report(
        s, first=2025, last=2026, by=by
    ),
    "award_fairness.proposal_firmness": lambda s, by, at: award_fairness.proposal_firmness(
        s, round_id=at.round, uncertainty=SHAKEN, draws=1, seed=1, by=by
    ),
    "refusals.refusal_notices": lambda s, by, at: refusals.refusal_notices(
        s, decision_id=decided(s, at), authority="Sở Nội vụ", by=by
    ),
}
"""By module and function, and what is asked of it."""

TABLE = """
decisions.decide_awards                 v0- --- --- --- --- --- v0- ---
certificates.number_certificates        v0- -0- -0- -0- -0- -0- v0- -0-
certificates.hand_out                   v0- -0- -0- -0- -0- -0- v0- -0-
certificates.revoke_award               v0- -0- -0- -0- -0- -0- v0- -0-
award_history.awards_of_unit one        00- --- 0-- 00- 00- 00- 00- ---
award_history.awards_of_unit two        00- --- --- 00- 00- 00- 00- ---
award_history.awards_of_person          00- --- --- 00- 00- 00- 00- ---
award_history.awards_granted            00- -0- -0- 00- 00- 00- 00- -0-
award_outcome.round_outcome             40- --- 00- 40- 40- 40- 40- ---
award_fairness.fairness_report          vv- --- --- vv- vv- vv- vv- ---
award_fairness.proposal_firmness        v0- --- --- v0- --- v0- v0- ---
refusals.refusal_notices                40- -0- 10- 40- 40- 40- 40- -0-
award_history.award_statistics          00- --- --- 00- 00- 00- 00- ---
"""
"""As in ``test_matrix``."""
