"""A round of awards in which every kind of line is seen; its persons are invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.registry import LoadedProvince
from thidua.spec.award_conditions import InitiativeCondition, PersonCategory
from thidua.spec.awards import AwardScheme, Round
from thidua.spec.bodies import Body
from thidua.store.awards import AwardRound, Nomination
from thidua.store.dossiers import Dossier
from thidua.store.results import ResultRow, ResultVersion
from thidua.work.award_facts import levels_of
from thidua.work.awards import open_round, propose_awards
from thidua.work.campaigns import units_on
from thidua.work.corrections import official_version
from thidua.work.dossier_papers import Confirmed, hand_in_paper
from thidua.work.initiatives import add_initiative
from thidua.work.intake import take_in
from thidua.work.nominations import (
    answer_condition,
    nominate_collective,
    nominate_person,
    withdraw_nomination,
)
from thidua.work.papers import PaperFacts
from thidua_admin.sample.actor import DEMO

NAMES = (
    "Nguyễn Văn Một", "Trần Thị Hai", "Lê Văn Ba", "Phạm Thị Bốn", "Huỳnh Văn Năm", "Võ Thị Sáu",
    "Đặng Văn Bảy", "Bùi Thị Tám", "Đỗ Văn Chín", "Hồ Thị Mười",
)  # fmt: skip
TITLE = "chuyên viên (nhân vật minh họa)"
BASIS = "Hồ sơ minh họa"
WITHDRAWN = "Đơn vị xin rút (tình huống minh họa)."


@dataclass(frozen=True)
class Bodies:
    """Units by what their nominations shall show."""

    better: Sequence[int]
    """Surely chosen."""
    equal: Sequence[int]
    """Tied at the border."""
    behind: Sequence[int]
    """Good enough, but too many."""
    worst: Sequence[int]
    unranked: Sequence[int]
    """Without an index, of a level that has places of its own."""


def fill_rounds(session: Session, province: LoadedProvince, at: datetime) -> None:
    """Open, fill and propose the newest round of each scheme that has an official result."""
    for scheme in province.spec.award_schemes:
        for terms in sorted(scheme.rounds, key=lambda item: -item.year):
            version = terms.index_year and official_version(session, terms.index_year)
            if version and not terms.held:
                _fill(session, scheme, terms, version, at)
                break


def _fill(
    session: Session, scheme: AwardScheme, terms: Round, version: ResultVersion, at: datetime
) -> None:
    day = date(terms.year + 1, 3, 15)
    round_ = open_round(session, scheme=scheme.code, year=terms.year, decides_on=day, by=DEMO)
    bodies = _bodies(session, scheme, version, day)
    if scheme.quota_of("collective"):
        _collectives(session, round_, bodies)
    if scheme.quota_of("person"):
        _persons(session, round_, bodies, scheme)
    if scheme.dossier:
        _take_in(session, round_, scheme, at)
    propose_awards(session, round_id=round_.id, by=DEMO)


def _bodies(session: Session, scheme: AwardScheme, version: ResultVersion, day: date) -> Bodies:
    own = _honoured(session, scheme, day)
    rows = [row for row in version.rows if row.index_percent is not None and row.unit_id in own]
    rows.sort(key=lambda row: (-(row.index_percent or 0), row.id))
    first = next((at for at, (a, b) in enumerate(pairwise(rows)) if _equal(a, b)), 0)
    ids = [row.unit_id for row in rows]
    places = next(scheme.slots()).count
    return Bodies(
        better=ids[max(0, first - places + 1) : first],
        equal=ids[first : first + 2],
        behind=ids[first + 2 : first + 6],
        worst=ids[-1:],
        unranked=[unit for unit in own if unit not in ids][: 5 - min(len(ids), 3)],
    )


def _honoured(session: Session, scheme: AwardScheme, day: date) -> list[int]:
    """The units of the day that have places: by the scheme's bodies and the levels of its slots."""
    levels = {level for slot in scheme.slots() for level in slot.levels}
    allowed = scheme.honoured or scheme.participants
    kinds = levels_of(session)
    return [
        unit.unit_id
        for unit in units_on(session, day=day)
        for body in [Body(unit.unit.key, unit.kind, kinds[unit.kind])]
        if (not levels or body.level in levels) and (allowed is None or allowed.admit(body))
    ]


def _equal(a: ResultRow, b: ResultRow) -> bool:
    return a.index_percent == b.index_percent


def _collectives(session: Session, round_: AwardRound, bodies: Bodies) -> None:
    made: list[Nomination] = []
    named = (*bodies.better, *bodies.equal, *bodies.behind[:2], *bodies.worst, *bodies.unranked)
    for unit in dict.fromkeys(named):
        made.append(
            nominate_collective(
                session, round_id=round_.id, nominator_id=unit, unit_id=unit, by=DEMO,
                illustrative=True,
            )
        )  # fmt: skip
    if len(bodies.behind) > 1:
        withdrawn = next(item for item in made if item.unit_id == bodies.behind[1])
        withdraw_nomination(session, nomination_id=withdrawn.id, by=DEMO.because(WITHDRAWN))


def _persons(session: Session, round_: AwardRound, bodies: Bodies, scheme: AwardScheme) -> None:
    """One each, but two of one body; dossiers complete, with a "no", or not answered yet."""
    twice = bodies.behind[-1:]
    units = chain(bodies.better, bodies.equal, bodies.behind, twice, bodies.unranked[:3])
    for number, (name, unit) in enumerate(zip(NAMES, units, strict=False)):
        category: PersonCategory = "vien_chuc" if number == 4 else "cong_chuc"
        person = nominate_person(
            session, round_id=round_.id, nominator_id=unit, unit_id=unit, name=name, title=TITLE,
            category=category, by=DEMO, illustrative=True,
        )  # fmt: skip
        for code, answer in _answers(number, [*scheme.attested()]):
            answer_condition(
                session, nomination_id=person.id, code=code, answer=answer, basis=BASIS, by=DEMO
            )
        if number < 2:
            _initiatives(session, person, scheme)


def _answers(number: int, conditions: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """The first two dossiers are complete; a third has one "no"; the others wait."""
    for code in conditions if number < 3 else ():
        yield code, number < 2 or code != conditions[-1]


def _initiatives(session: Session, person: Nomination, scheme: AwardScheme) -> None:
    """What the scheme asks for, recognised a year before the day of decision."""
    day = session.get_one(AwardRound, person.round_id).decides_on - timedelta(days=365)
    for asked in scheme.all_conditions():
        if isinstance(asked, InitiativeCondition):
            add_initiative(
                session, nomination_id=person.id, name="Sáng kiến minh họa",
                level=next(iter(asked.levels), "ministry"),
                recognised_by=asked.recogniser or "Nơi công nhận minh họa", number="00/QĐ-MINHHOA",
                recognised_on=day, by=DEMO,
            )  # fmt: skip


def _take_in(session: Session, round_: AwardRound, scheme: AwardScheme, at: datetime) -> None:
    """Every dossier handed in and taken in; the last one lacks its first paper."""
    day = round_.decides_on - timedelta(days=30)
    dossiers = session.scalars(
        select(Dossier).where(Dossier.round_id == round_.id).order_by(Dossier.id)
    ).all()
    for number, dossier in enumerate(dossiers, 1):
        for item in scheme.dossier[1 if dossier is dossiers[-1] else 0 :]:
            hand_in_paper(
                session, dossier_id=dossier.id, item=item.code,
                paper=PaperFacts(number="", issued_on=day, summary=f"{item.label} (minh họa)"),
                confirmed=Confirmed("Đơn vị trình (minh họa)", day) if item.confirmed else None,
                by=DEMO, at=at,
            )  # fmt: skip
        standing = session.scalar(
            select(Nomination.id)
            .where(Nomination.dossier_id == dossier.id, Nomination.withdrawn_at.is_(None))
            .limit(1)
        )
        if standing:
            take_in(
                session, dossier_id=dossier.id, number=f"{round_.id}{number:03}", received_on=day,
                by=DEMO, at=at,
            )  # fmt: skip
