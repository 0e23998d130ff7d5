"""What is known of the entered province: dates, kinds of unit, sets, gradings, with the sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.spec.awards import AwardScheme
from thidua.spec.base import LegalBasis, Provenance
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.criteria import CriteriaSet, Domain
from thidua.spec.grading import Grading
from thidua.spec.legal import LegalRegime
from thidua.spec.lint import Finding, lint
from thidua.spec.loading import parse
from thidua.spec.movement import AwardForm, Indicator, Movement
from thidua.spec.province import Jurisdiction
from thidua.spec.province import UnitKind as UnitKindSpec
from thidua.store.actor import Actor
from thidua.store.awards import StoredAwardScheme
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.documents import StoredAwardForm, StoredGrading
from thidua.store.people import ROLES
from thidua.store.provinces import Province
from thidua.store.successions import Succession
from thidua.store.tenancy import province_of
from thidua.store.units import Unit, UnitKind, UnitPeriod
from thidua.work.access import require
from thidua.work.legal import regimes_of
from thidua.work.movements import list_movements
from thidua.work.successions import list_successions


@dataclass(frozen=True)
class SuccessionAbout:
    """A recorded reorganisation: the names that handed over, by the name of their heir or none."""

    row: Succession
    provenance: Provenance
    legal_basis: Sequence[LegalBasis]
    handed_over: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class KindAbout:
    """A kind of unit; how many there are on the day asked for, and of these illustrative ones.

    ``named``: the units of whatever time that facts of the sources name.
    """

    kind: UnitKindSpec
    today: int
    illustrative: int
    named: Sequence[UnitPeriod]


@dataclass(frozen=True)
class DomainAbout:
    """A domain with what its tree adds up to; bonus and penalty stand outside ``points``."""

    domain: Domain
    criteria: int
    sub_criteria: int
    points: Decimal


@dataclass(frozen=True)
class SetAbout:
    """A stored criteria set, what the linter says of it, and how many leaves are illustrative."""

    criteria: CriteriaSet
    domains: Sequence[DomainAbout]
    findings: Sequence[Finding]
    illustrative_leaves: int


@dataclass(frozen=True)
class About:
    """All that a person may read of the province; ``unit_names`` by key, as last called."""

    province: Province
    jurisdictions: Sequence[Jurisdiction]
    successions: Sequence[SuccessionAbout]
    kinds: Sequence[KindAbout]
    sets: Sequence[SetAbout]
    gradings: Sequence[Grading]
    indicators: Sequence[Indicator]
    award_forms: Sequence[AwardForm]
    schemes: Sequence[AwardScheme]
    regimes: Sequence[LegalRegime]
    movements: Sequence[Movement]
    unit_names: Mapping[str, str]


def about_province(session: Session, *, spec: ProvinceSpec | None, day: date, by: Actor) -> About:
    """The entered province as stored, its units as they are on ``day``.

    Dates of the province and indicators are declared, never stored: they come from ``spec``, and
    are left out without it (the province's data are there, its plugin is not).
    """
    require(session, by, ROLES, "xem dữ liệu của tỉnh")
    gradings = session.scalars(select(StoredGrading).order_by(StoredGrading.id))
    forms = session.scalars(select(StoredAwardForm).order_by(StoredAwardForm.id))
    schemes = session.scalars(select(StoredAwardScheme).order_by(StoredAwardScheme.id))
    graded = [parse(Grading, row.document) for row in gradings]
    return About(
        province=session.get_one(Province, province_of(session)),
        jurisdictions=sorted(spec.jurisdictions, key=_begins) if spec else (),
        successions=_successions(session, by),
        kinds=_kinds(session, day),
        sets=_sets(session, {item.code: item for item in graded}),
        gradings=graded,
        indicators=spec.indicators if spec else (),
        award_forms=[parse(AwardForm, row.document) for row in forms],
        schemes=[parse(AwardScheme, row.document) for row in schemes],
        regimes=regimes_of(session),
        movements=list_movements(session, by=by),
        unit_names=_names(session),
    )


def _begins(item: Jurisdiction) -> date:
    return item.valid_from or date.min


def _successions(session: Session, by: Actor) -> list[SuccessionAbout]:
    periods = select(UnitPeriod).order_by(UnitPeriod.during)
    names = {period.unit_id: period.name for period in session.scalars(periods)}
    return [_succession(row, names) for row in list_successions(session, by=by)]


def _succession(row: Succession, names: Mapping[int, str]) -> SuccessionAbout:
    handed_over: dict[str, list[str]] = {}
    for link in row.links:
        heir = names[link.successor_id] if link.successor_id else ""
        handed_over.setdefault(heir, []).append(names[link.predecessor_id])
    return SuccessionAbout(
        row=row,
        provenance=Provenance(row.provenance),
        legal_basis=[parse(LegalBasis, item) for item in row.legal_basis],
        handed_over=handed_over,
    )


def _kinds(session: Session, day: date) -> list[KindAbout]:
    there = session.scalars(select(UnitPeriod).where(UnitPeriod.during.contains(day))).all()
    numbers = Counter(unit.kind for unit in there)
    invented = Counter(u.kind for u in there if u.provenance == Provenance.ILLUSTRATIVE)
    sourced = select(UnitPeriod).where(func.cardinality(UnitPeriod.facts) > 0)
    named = session.scalars(sourced.order_by(UnitPeriod.sort_key)).all()
    return [
        KindAbout(
            kind=parse(UnitKindSpec, row.document),
            today=numbers[row.code],
            illustrative=invented[row.code],
            named=[period for period in named if period.kind == row.code],
        )
        for row in session.scalars(select(UnitKind).order_by(UnitKind.id))
    ]


def _sets(session: Session, gradings: Mapping[str, Grading]) -> list[SetAbout]:
    rows = session.scalars(select(StoredCriteriaSet).order_by(StoredCriteriaSet.id))
    stored = [parse(CriteriaSet, row.document) for row in rows]
    return [_set(item, gradings.get(item.grading)) for item in stored]


def _set(criteria: CriteriaSet, grading: Grading | None) -> SetAbout:
    whole = criteria.provenance is Provenance.ILLUSTRATIVE
    origins = Counter(leaf.node.provenance for leaf in criteria.leaves)
    return SetAbout(
        criteria=criteria,
        domains=[_domain(domain) for domain in criteria.domains],
        findings=lint(criteria, grading),
        illustrative_leaves=len(criteria.leaves) if whole else origins[Provenance.ILLUSTRATIVE],
    )


def _domain(domain: Domain) -> DomainAbout:
    counted = [leaf.max_points for leaf in domain.leaves() if leaf.counts_as == "points"]
    return DomainAbout(
        domain=domain,
        criteria=len(domain.criteria),
        sub_criteria=sum(len(item.sub_criteria) for item in domain.criteria),
        points=sum(counted, Decimal(0)).normalize() + 0,
    )


def _names(session: Session) -> dict[str, str]:
    periods = select(Unit.key, UnitPeriod.name).join(UnitPeriod, UnitPeriod.unit_id == Unit.id)
    return {row.key: row.name for row in session.execute(periods.order_by(UnitPeriod.during))}
