"""What was granted: of a unit along its succession, of a person, and in figures by year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from thidua.errors import NotAllowed
from thidua.spec.award_conditions import Recipient
from thidua.store.actor import Actor
from thidua.store.decisions import Award, AwardDecision
from thidua.store.vietnamese import nfc
from thidua.work.access import require
from thidua.work.award_page import READERS, WHOLE
from thidua.work.papers import paper_words
from thidua.work.successions import ancestors


@dataclass(frozen=True)
class AwardLine:
    """One award as it is on record. ``money`` in đồng; ``revoked``: the decision, else empty."""

    id: int
    recipient: Recipient
    name: str
    title: str
    workplace: str
    unit_id: int
    form: str
    movement: str
    year: int
    closing: bool
    decision: str
    decided_on: date
    certificate: str
    artefact: str
    money: int | None
    handed_to: str
    handed_on: date | None
    revoked: str
    illustrative: bool


@dataclass(frozen=True)
class AwardCount:
    """What one movement gave in one form for one year, without what was revoked.

    ``money``: in đồng, of the awards whose money was counted.
    """

    year: int
    movement: str
    form: str
    collectives: int
    persons: int
    revoked: int
    money: int
    illustrative: bool


def awards_of_unit(session: Session, *, unit_id: int, by: Actor) -> Sequence[AwardLine]:
    """What a unit, its people and the units that went into it were granted, the oldest first.

    An officer sees the own unit's, with its predecessors'.
    """
    rights = require(session, by, READERS, "xem lịch sử khen thưởng")
    if not rights.any_of(WHOLE) and unit_id not in rights.units_as("officer"):
        raise NotAllowed("Bạn chỉ xem được lịch sử khen thưởng của đơn vị mình.")
    return lines_of(session, Award.unit_id.in_([unit_id, *ancestors(session, unit_id=unit_id)]))


def awards_of_person(
    session: Session, *, name: str, by: Actor, born_on: date | None = None
) -> Sequence[AwardLine]:
    """What persons of this name were granted, the oldest first; ``born_on`` narrows it."""
    require(session, by, WHOLE, "tra cứu khen thưởng của cá nhân")
    same = (Award.recipient == "person") & (Award.name == nfc(name.strip()))
    if born_on is not None:
        same &= (Award.born_on == born_on) | Award.born_on.is_(None)
    return lines_of(session, same)


def awards_granted(session: Session, *, decision_id: int, by: Actor) -> Sequence[AwardLine]:
    """Sổ cấp bằng of one decision: collectives before persons."""
    require(session, by, WHOLE, "xem sổ cấp bằng")
    found = lines_of(session, Award.decision_id == decision_id)
    return sorted(found, key=lambda line: line.recipient)


def award_statistics(
    session: Session, *, first: int, last: int, by: Actor
) -> tuple[AwardCount, ...]:
    """The awards of the years from ``first`` to ``last``, by year, movement and form."""
    require(session, by, WHOLE, "xem thống kê khen thưởng")
    standing = Award.revoked_paper_id.is_(None)
    rows = session.execute(
        select(
            Award.year,
            Award.movement_title,
            Award.form_name,
            func.count().filter(standing, Award.recipient == "collective"),
            func.count().filter(standing, Award.recipient == "person"),
            func.count().filter(~standing),
            func.coalesce(func.sum(Award.money).filter(standing), 0),
            func.bool_or(Award.illustrative),
        )
        .where(Award.year.between(first, last))
        .group_by(Award.year, Award.movement_title, Award.form_name)
        .order_by(Award.year, Award.movement_title, Award.form_name)
    )
    return tuple(
        AwardCount(year, movement, form, collectives, persons, revoked, int(money), illustrative)
        for year, movement, form, collectives, persons, revoked, money, illustrative in rows
    )


def lines_of(session: Session, which: ColumnElement[bool]) -> list[AwardLine]:
    """The awards on record of which ``which`` is true, the oldest first; asks for no right."""
    rows: Iterable[Award] = session.scalars(
        select(Award)
        .where(which)
        .options(joinedload(Award.decision).joinedload(AwardDecision.paper))
        .options(joinedload(Award.revoked_paper))
        .order_by(Award.year, Award.id)
    )
    return [_line(row) for row in rows]


def _line(row: Award) -> AwardLine:
    paper = row.decision.paper
    return AwardLine(
        id=row.id,
        recipient=row.recipient,
        name=row.name,
        title=row.title,
        workplace=row.workplace,
        unit_id=row.unit_id,
        form=row.form_name,
        movement=row.movement_title,
        year=row.year,
        closing=row.closing,
        decision=paper.number or paper.summary,
        decided_on=paper.issued_on,
        certificate=row.certificate,
        artefact=row.artefact,
        money=row.money,
        handed_to=row.handed_to,
        handed_on=row.handed_on,
        revoked=paper_words(row.revoked_paper) if row.revoked_paper else "",
        illustrative=row.illustrative,
    )
