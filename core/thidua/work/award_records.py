"""Awards on record: what units and persons have, from the decisions that were entered."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from thidua.awards.nominee import AwardOnRecord
from thidua.store.awards import Nomination
from thidua.store.decisions import Award, AwardDecision
from thidua.work.papers import paper_words


def records_of(
    session: Session, nominations: Sequence[Nomination]
) -> dict[int, tuple[AwardOnRecord, ...]]:
    """The awards that each nominated unit or person has, by nomination id, the oldest first.

    A person is the same when name and day of birth are; where a day of birth is not known, when
    name and unit are.
    """
    units = {item.unit_id for item in nominations}
    names = {item.person_name for item in nominations if item.person_name}
    rows = session.scalars(
        select(Award)
        .where(Award.unit_id.in_(units) | Award.name.in_(names))
        .options(joinedload(Award.decision).joinedload(AwardDecision.paper))
        .options(joinedload(Award.revoked_paper))
        .order_by(Award.id)
    ).all()
    return {
        item.id: tuple(record_of(row) for row in rows if _same(row, item)) for item in nominations
    }


def record_of(award: Award) -> AwardOnRecord:
    """An award as the rules see it."""
    paper, revoked = award.decision.paper, award.revoked_paper
    return AwardOnRecord(
        form=award.form_name,
        movement=award.movement,
        movement_title=award.movement_title,
        year=award.year,
        closing=award.closing,
        decision=paper.number or paper.summary,
        decided_on=paper.issued_on,
        revoked_by=paper_words(revoked) if revoked else "",
    )


def _same(award: Award, nomination: Nomination) -> bool:
    if award.recipient != nomination.recipient or award.nomination_id == nomination.id:
        return False
    if nomination.recipient == "collective":
        return award.unit_id == nomination.unit_id
    if award.name != nomination.person_name:
        return False
    if award.born_on and nomination.person_born_on:
        return award.born_on == nomination.person_born_on
    return award.unit_id == nomination.unit_id
