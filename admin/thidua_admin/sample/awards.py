"""A round of awards in which every kind of line is seen; its persons are invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, pairwise

from sqlalchemy.orm import Session

from thidua.registry import LoadedProvince
from thidua.spec.award_conditions import (
    DossierCondition,
    InitiativeCondition,
    PersonCategory,
)
from thidua.spec.awards import AwardScheme, Round
from thidua.spec.bodies import Body
from thidua.store.awards import AwardRound, Nomination
from thidua.store.results import ResultRow, ResultVersion
from thidua.work.awards import open_round, propose_awards
from thidua.work.bodies import levels_of
from thidua.work.campaigns import units_on
from thidua.work.corrections import official_version
from thidua.work.initiatives import add_initiative
from thidua.work.nominations import (
    answer_condition,
    nominate_collective,
    nominate_person,
    withdraw_nomination,
)
from thidua_admin.sample.actor import DEMO
from thidua_admin.sample.councils import decide_round
from thidua_admin.sample.dossiers import take_in_dossiers

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
    """Open, fill and propose the newest round of each scheme that can be considered.

    Titles before forms: who has one gets no other for the same. The council then decides one round,
    where another is left.
    """
    titles = {form.code for form in province.spec.award_forms if form.category == "title"}
    ready = [
        (scheme, *found)
        for scheme in sorted(province.spec.award_schemes, key=lambda s: s.form not in titles)
        if (found := _ready(session, scheme))
    ]
    decided = len(ready) < 2
    for scheme, terms, version in ready:
        round_ = _fill(session, scheme, terms, version, at)
        decided = decided or decide_round(session, round_, at)


def _ready(session: Session, scheme: AwardScheme) -> tuple[Round, ResultVersion | None] | None:
    """The newest round that is not held and has units, and the official result it asks for."""
    for terms in sorted(scheme.rounds, key=lambda item: -item.year):
        version = official_version(session, terms.index_year) if terms.index_year else None
        unscored = terms.index_year is None and _honoured(session, scheme, _decided(terms))
        if not terms.held and (version or unscored):
            return terms, version
    return None


def _fill(
    session: Session, scheme: AwardScheme, terms: Round, version: ResultVersion | None, at: datetime
) -> AwardRound:
    day = _decided(terms)
    round_ = open_round(session, scheme=scheme.code, year=terms.year, decides_on=day, by=DEMO)
    bodies = _bodies(session, scheme, version, day)
    if scheme.quota_of("collective"):
        _collectives(session, round_, bodies, scheme)
    if scheme.quota_of("person"):
        _persons(session, round_, bodies, scheme)
    take_in_dossiers(session, round_, scheme, at)
    propose_awards(session, round_id=round_.id, by=DEMO)
    return round_


def _decided(terms: Round) -> date:
    return date(terms.year + 1, 3, 15)


def _bodies(
    session: Session, scheme: AwardScheme, version: ResultVersion | None, day: date
) -> Bodies:
    own = _honoured(session, scheme, day)
    if version is None:  # nothing to compare: all are equal
        return Bodies(better=own[:2], equal=own[2:4], behind=(), worst=(), unranked=())
    rows = [row for row in version.rows if row.index_percent is not None and row.unit_id in own]
    rows.sort(key=lambda row: (-(row.index_percent or 0), row.id))
    first = next((at for at, (a, b) in enumerate(pairwise(rows)) if _equal(a, b)), 0)
    ids = [row.unit_id for row in rows]
    places = next(scheme.slots()).count
    return Bodies(
        better=ids[max(0, first - places + 1) : first] or ids[:1],
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


def _collectives(session: Session, round_: AwardRound, bodies: Bodies, scheme: AwardScheme) -> None:
    """Each for itself, with what dossiers of collectives must answer; one is withdrawn."""
    made: list[Nomination] = []
    quota = scheme.quota_of("collective")
    asked = [one for slot in quota.slots for one in scheme.conditions_of(slot)] if quota else []
    codes = {one.code for one in asked if isinstance(one, DossierCondition)}
    named = (*bodies.better, *bodies.equal, *bodies.behind[:2], *bodies.worst, *bodies.unranked)
    for unit in dict.fromkeys(named):
        made.append(
            nominate_collective(
                session, round_id=round_.id, nominator_id=unit, unit_id=unit, by=DEMO,
                illustrative=True,
            )
        )  # fmt: skip
        for code in sorted(codes):
            answer_condition(
                session, nomination_id=made[-1].id, code=code, answer=True, basis=BASIS, by=DEMO
            )
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
