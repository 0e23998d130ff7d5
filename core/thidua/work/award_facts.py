"""What is known of the nominations of a round, and how the scheme judges it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from thidua.awards.eligibility import Judged, judge
from thidua.awards.nominee import (
    Attested,
    AwardOnRecord,
    Filed,
    Initiative,
    Nominating,
    Nominee,
    Standing,
)
from thidua.errors import NotFound
from thidua.spec.awards import AwardScheme, Round
from thidua.spec.base import Provenance
from thidua.spec.bodies import Body, UnitLevel
from thidua.spec.grading import Grading
from thidua.spec.legal import LegalRegime
from thidua.spec.loading import parse
from thidua.spec.movement import AwardForm
from thidua.store.awards import AwardRound, Nomination
from thidua.store.base import Json
from thidua.store.documents import StoredAwardForm
from thidua.store.dossiers import Dossier
from thidua.store.dossiers import Initiative as StoredInitiative
from thidua.store.results import ResultRow, ResultVersion
from thidua.store.units import Unit, UnitPeriod
from thidua.work.award_records import records_of
from thidua.work.bodies import levels_of, line_of
from thidua.work.corrections import official_version
from thidua.work.dossier_facts import initiatives_of, missing_items
from thidua.work.given import find
from thidua.work.legal import regimes_of
from thidua.work.tables import KIND_WORDS
from thidua.work.units import days_of


@dataclass(frozen=True)
class Considered:
    """A round with what counts for it now: its scheme, the result, each standing nomination."""

    round: AwardRound
    scheme: AwardScheme
    terms: Round
    version: ResultVersion | None
    nominations: Sequence[Nomination]
    judged: Mapping[int, Judged]
    units: Mapping[int, UnitPeriod]
    keys: Mapping[int, str]
    regimes: Sequence[LegalRegime]

    def ended(self, key: str) -> date | None:
        """The last day of a unit (by key) that is no more on the day of decision."""
        ids = [unit_id for unit_id, own in self.keys.items() if own == key]
        lasts = [days_of(self.units[unit_id])[1] for unit_id in ids if unit_id in self.units]
        return next((day for day in lasts if day and day < self.round.decides_on), None)

    @property
    def illustrative(self) -> bool:
        """Whether scheme, result, bands or a standing nomination is invented."""
        version = self.version
        graded = version.grading.values() if version else ()
        return (
            self.scheme.illustrative
            or any(item.illustrative for item in self.nominations)
            or bool(version and version.illustrative)
            or any(item.get("provenance") == Provenance.ILLUSTRATIVE for item in graded)
        )


def round_by_id(session: Session, *, round_id: int) -> AwardRound:
    """The round of the entered province; ``NotFound`` when there is none with this id."""
    found = find(session, AwardRound, round_id)
    if found is None:
        raise NotFound("Không có đợt xét khen này trong tỉnh đang làm việc.")
    return found


def scheme_of(round_: AwardRound) -> AwardScheme:
    """The scheme under which the round was opened."""
    return parse(AwardScheme, round_.scheme.document)


def form_of(session: Session, scheme: AwardScheme) -> AwardForm:
    """The award form that a scheme gives."""
    stored = select(StoredAwardForm.document).where(StoredAwardForm.code == scheme.form)
    return parse(AwardForm, session.scalars(stored).one())


def terms_of(round_: AwardRound) -> Round:
    """What the scheme says of the round's year; it was there when the round was opened."""
    terms = scheme_of(round_).round_of(round_.year)
    assert terms is not None
    return terms


def consider(session: Session, round_: AwardRound) -> Considered:
    """Judge every standing nomination of a round by the newest official result of its year."""
    scheme, terms = scheme_of(round_), terms_of(round_)
    version = official_version(session, terms.index_year) if terms.index_year else None
    nominations = session.scalars(
        select(Nomination)
        .where(Nomination.round_id == round_.id, Nomination.withdrawn_at.is_(None))
        .options(joinedload(Nomination.dossier).joinedload(Dossier.returned))
        .order_by(Nomination.id)
    ).all()
    facts = _Facts(
        day=round_.decides_on,
        units=units_as_of(session, round_.decides_on),
        keys=dict(session.execute(select(Unit.id, Unit.key)).all()),
        levels=levels_of(session),
        standings=_standings(session, version),
        climb=scheme.comparison.index_of == "own_or_parent",
        beside=Counter((item.nominator_id, item.recipient) for item in nominations),
        filed=_filed(session, scheme, nominations),
        initiatives=initiatives_of(session, round_.id),
        records=records_of(session, nominations),
    )
    regimes = regimes_of(session)
    judged = {
        item.id: judge(facts.nominee(item), scheme, terms, day=round_.decides_on, regimes=regimes)
        for item in nominations
    }
    return Considered(
        round_, scheme, terms, version, nominations, judged, facts.units, facts.keys, regimes
    )


def units_as_of(session: Session, day: date) -> dict[int, UnitPeriod]:
    """Each unit as it is on ``day``; one that has ended as it was last, one to come as it begins"""
    found: dict[int, UnitPeriod] = {}
    for period in session.scalars(select(UnitPeriod).order_by(UnitPeriod.during)):
        first, _ = days_of(period)
        if period.unit_id not in found or first is None or first <= day:
            found[period.unit_id] = period
    return found


@dataclass(frozen=True)
class _Facts:
    """What the database says, for the nominations of one round."""

    day: date
    units: Mapping[int, UnitPeriod]
    keys: Mapping[int, str]
    levels: Mapping[str, UnitLevel]
    standings: Mapping[int, Standing]
    climb: bool
    beside: Mapping[tuple[int, str], int]
    filed: Mapping[int, Filed]
    initiatives: Mapping[int, Sequence[StoredInitiative]]
    records: Mapping[int, tuple[AwardOnRecord, ...]]

    def nominee(self, item: Nomination) -> Nominee:
        """One nomination as the rules see it."""
        unit = self.units[item.unit_id]
        first, last = days_of(unit)
        begun, over = first is None or first <= self.day, last is not None and last < self.day
        return Nominee(
            key=item.id,
            recipient=item.recipient,
            name=item.person_name or unit.name,
            unit=unit.name,
            nominator=Nominating(
                name=self.units[item.nominator_id].name,
                beside=self.beside[item.nominator_id, item.recipient],
                body=self._body(item.nominator_id),
                above=self._above(item.nominator_id),
            ),
            body=self._body(item.unit_id),
            above=self._above(item.unit_id),
            exists=begun and not over,
            ended_on=last if over else None,
            category=item.person_category,
            standing=self._standing(item.unit_id),
            attested={code: _attested(said) for code, said in item.answers.items()},
            initiatives=tuple(map(_initiative, self.initiatives.get(item.id, ()))),
            records=self.records[item.id],
            filed=self.filed[item.id],
        )

    def _body(self, unit_id: int) -> Body:
        period = self.units[unit_id]
        return Body(self.keys[unit_id], period.kind, self.levels.get(period.kind))

    def _above(self, unit_id: int) -> tuple[Body, ...]:
        return tuple(map(self._body, line_of(self.units, unit_id)[1:]))

    def _standing(self, unit_id: int) -> Standing | None:
        """The unit's result, or that of the nearest body above it where the scheme says so."""
        asked = line_of(self.units, unit_id) if self.climb else [unit_id]
        return next((self.standings[at] for at in asked if at in self.standings), None)


def _attested(said: Json) -> Attested:
    return Attested(answer=said["answer"], confirmed=said["confirmed"], basis=said["basis"])


def _initiative(row: StoredInitiative) -> Initiative:
    return Initiative(
        name=row.name,
        level=row.level,
        recogniser=row.recognised_by,
        number=row.number,
        recognised_on=row.recognised_on,
        confirmed=row.confirmed,
    )


def _filed(
    session: Session, scheme: AwardScheme, nominations: Sequence[Nomination]
) -> dict[int, Filed]:
    """How far each nomination's dossier has come, and what it still lacks."""
    missing = missing_items(session, scheme, nominations)
    return {item.id: _filing(item.dossier, missing[item.id]) for item in nominations}


def _filing(dossier: Dossier, missing: tuple[str, ...]) -> Filed:
    out = dossier.returned if dossier.returned and dossier.returned.back_on is None else None
    return Filed(
        received_on=dossier.received_on,
        missing=missing,
        returned_on=out.returned_on if out else None,
        due_on=out.due_on if out else None,
    )


def _standings(session: Session, version: ResultVersion | None) -> dict[int, Standing]:
    if version is None:
        return {}
    bands = {
        kind: tuple(band.label for band in parse(Grading, item).bands)
        for kind, item in version.grading.items()
    }
    rows = session.execute(
        select(
            ResultRow.id, ResultRow.unit_id, ResultRow.name, ResultRow.kind,
            ResultRow.index_percent, ResultRow.rank, ResultRow.band, ResultRow.group_label,
        ).where(ResultRow.version_id == version.id)
    )  # fmt: skip
    return {
        row.unit_id: Standing(
            version=version.id,
            row=row.id,
            caption=caption_of(version),
            unit=row.name,
            index=row.index_percent,
            rank=row.rank,
            band=row.band,
            bands=bands.get(row.kind, ()),
            group=row.group_label,
        )
        for row in rows
    }


def caption_of(version: ResultVersion) -> str:
    """A result version in words, inside a sentence."""
    return f"{KIND_WORDS[version.kind].lower()} năm {version.year}, bản số {version.number}"
