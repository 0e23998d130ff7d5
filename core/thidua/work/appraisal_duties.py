"""What one appraiser has to do in each open campaign, and how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import score_leaf
from thidua.scoring.ticks import to_ticks
from thidua.spec.criteria import Leaf
from thidua.spec.parts import LATE_SUPPLIERS, Supplier
from thidua.store.actor import Actor
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.sheets import EntryStage
from thidua.work.access import Rights, require
from thidua.work.appraisal_lines import Pair, entries_of, last_requests, lines_out
from thidua.work.appraisal_rounds import StepTerm, terms_of
from thidua.work.campaigns import ScoringSet, campaign_units, scoring_sets
from thidua.work.criterion_page import standing_out
from thidua.work.duties import duties_of, unit_names
from thidua.work.schedule import schedule_of


@dataclass(frozen=True)
class Progress:
    """Lines of one criterion or unit: all, appraised in each round, asked, answered, far off."""

    lines: int
    first: int
    second: int
    asked: int
    answered: int
    outliers: int

    @property
    def waiting(self) -> int:
        """How many no round has appraised yet."""
        return self.lines - self.first


@dataclass(frozen=True)
class DutyLeaf:
    """A criterion that the actor appraises; ``kind`` of unit finds its set, ``maximum`` ticks."""

    code: str
    name: str
    kind: str
    maximum: int
    progress: Progress


@dataclass(frozen=True)
class DutyDomain:
    """The actor's criteria of one domain of a set."""

    set_title: str
    code: str
    name: str
    leaves: tuple[DutyLeaf, ...]


@dataclass(frozen=True)
class DutyUnit:
    """A unit that the actor appraises in some criteria."""

    id: int
    name: str
    group: str
    progress: Progress


@dataclass(frozen=True)
class HandedOver:
    """Criteria of the actor's own unit that a substitute appraises, by codes."""

    unit: str
    substitute: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class CampaignDuties:
    """One open campaign as the actor's part of it stands.

    ``agencies`` are the actor's units by id; ``supplies``: whether figures are asked of them.
    """

    campaign_id: int
    year: int
    title: str
    illustrative: bool
    agencies: Mapping[int, str]
    terms: tuple[StepTerm, ...]
    domains: tuple[DutyDomain, ...]
    units: tuple[DutyUnit, ...]
    own: tuple[HandedOver, ...]
    supplies: bool

    @property
    def progress(self) -> Progress:
        """All of it together."""
        return _sum([leaf.progress for domain in self.domains for leaf in domain.leaves])


_COUNTED: tuple[EntryStage, ...] = ("reappraised", "appraised", "self", "agency")


def my_duties(
    session: Session, *, by: Actor, at: datetime, kinds: Mapping[str, RuleKind] = {}
) -> tuple[CampaignDuties, ...]:
    """The open campaigns in which the actor appraises something, newest first.

    Lines that do not count for a unit, and what surveys or indices bring, are left out.
    """
    rights = require(session, by, {"appraiser"}, "thẩm định")
    query = select(Campaign).where(Campaign.stage == "open")
    newest = Campaign.year.desc(), Campaign.id.desc()
    found = [
        _of_campaign(session, campaign, rights, by, at, kinds)
        for campaign in session.scalars(query.order_by(*newest)).all()
    ]
    return tuple(item for item in found if item.domains or item.own)


def _of_campaign(
    session: Session,
    campaign: Campaign,
    rights: Rights,
    by: Actor,
    at: datetime,
    kinds: Mapping[str, RuleKind],
) -> CampaignDuties:
    units = [*campaign_units(session, campaign).values()]
    domains: list[DutyDomain] = []
    own: list[HandedOver] = []
    totals: dict[int, list[Progress]] = {}
    supplies = False
    for item in _distinct(scoring_sets(session, campaign)):
        part = _Part(session, campaign, item, units, rights, by, kinds)
        domains += part.domains()
        own += part.handed_over(session, campaign)
        supplies = supplies or part.supplies
        for unit_id, progress in part.by_unit().items():
            totals.setdefault(unit_id, []).append(progress)
    return CampaignDuties(
        campaign_id=campaign.id,
        year=campaign.year,
        title=campaign.title,
        illustrative=campaign.illustrative,
        agencies=unit_names(session, campaign, rights.units_as("appraiser")),
        terms=terms_of(schedule_of(session, campaign), at),
        domains=tuple(domains),
        units=tuple(
            DutyUnit(unit.unit_id, unit.name, unit.group_label, _sum(totals[unit.unit_id]))
            for unit in units
            if unit.unit_id in totals
        ),
        own=tuple(own),
        supplies=supplies,
    )


class _Part:
    """The actor's lines of one set, with what stands in them."""

    def __init__(
        self,
        session: Session,
        campaign: Campaign,
        item: ScoringSet,
        units: Sequence[CampaignUnit],
        rights: Rights,
        by: Actor,
        kinds: Mapping[str, RuleKind],
    ) -> None:
        self.criteria, self.kinds, self.rights = item.criteria, kinds, rights
        criteria = item.criteria
        self.units = [unit for unit in units if unit.kind in criteria.kinds]
        self.duties = duties_of(session, campaign, criteria)
        out = lines_out(session, campaign, criteria)
        self.leaves = [leaf for leaf in criteria.leaves if leaf.supplier not in LATE_SUPPLIERS]
        self.mine = {
            leaf.code: [
                unit.unit_id
                for unit in self.units
                if (unit.unit_id, leaf.code) not in out
                and self.duties.allows(leaf.code, unit.unit_id, rights, by)
            ]
            for leaf in self.leaves
        }
        self.entries = entries_of(session, campaign, item.row.id, self.mine)
        self.requests = last_requests(session, campaign, item.row.id)
        self.far = {leaf.code: self._outliers(leaf) for leaf in self.leaves}

    @property
    def supplies(self) -> bool:
        """Whether some figure of these lines is the agency's to bring."""
        return any(
            leaf.supplier_of(item.name) is Supplier.AGENCY
            for leaf in self.leaves
            if self.mine[leaf.code]
            for item in leaf.inputs
        )

    def domains(self) -> Iterator[DutyDomain]:
        for domain in self.criteria.domains:
            leaves = tuple(
                DutyLeaf(
                    leaf.code, leaf.name, self.units[0].kind, to_ticks(leaf.max_points),
                    self._progress([(unit, leaf.code) for unit in self.mine[leaf.code]]),
                )
                for leaf in domain.leaves()
                if self.mine.get(leaf.code)
            )  # fmt: skip
            if leaves:
                yield DutyDomain(self.criteria.title, domain.code, domain.name, leaves)

    def by_unit(self) -> dict[int, Progress]:
        lines: dict[int, list[Pair]] = {}
        for code, units in self.mine.items():
            for unit in units:
                lines.setdefault(unit, []).append((unit, code))
        return {unit: self._progress(pairs) for unit, pairs in lines.items()}

    def handed_over(self, session: Session, campaign: Campaign) -> Iterator[HandedOver]:
        """By unit and substitute: what would be the actor's if the unit were not its own."""
        names = unit_names(session, campaign, self.duties.substitutes.values())
        for unit in self.units:
            if unit.unit_id not in self.rights.units_as("appraiser"):
                continue
            codes: dict[str, list[str]] = {}
            for leaf in self.leaves:
                if self.duties.agencies.get(leaf.code) == unit.unit_id:
                    who = self.duties.named(leaf.code, unit.unit_id, names)
                    codes.setdefault(who, []).append(leaf.code)
            yield from (HandedOver(unit.name, who, tuple(own)) for who, own in codes.items())

    def _progress(self, pairs: Sequence[Pair]) -> Progress:
        stages = [self.entries.get(pair, {}) for pair in pairs]
        asked = [self.requests[pair] for pair in pairs if pair in self.requests]
        return Progress(
            lines=len(pairs),
            first=sum("appraised" in found for found in stages),
            second=sum("reappraised" in found for found in stages),
            asked=sum(not answered for answered in asked),
            answered=sum(asked),
            outliers=sum(unit in self.far[code] for unit, code in pairs),
        )

    def _outliers(self, leaf: Leaf) -> frozenset[int]:
        shares = {unit: self._share(leaf, unit) for unit in self.mine[leaf.code]}
        known = {unit: share for unit, share in shares.items() if share is not None}
        marks = standing_out(list(known.values()))
        return frozenset(unit for unit, far in zip(known, marks, strict=True) if far)

    def _share(self, leaf: Leaf, unit: int) -> Fraction | None:
        """What counts of the line, as a part of the maximum; None where it is not complete."""
        found = self.entries.get((unit, leaf.code), {})
        inputs = next((found[stage] for stage in _COUNTED if found.get(stage)), None)
        maximum = to_ticks(leaf.max_points)
        if inputs is None or not maximum:
            return None
        given = {**found.get("agency", {}), **inputs}
        score = score_leaf(leaf, given, criteria=self.criteria, kinds=self.kinds)
        return None if score.branch == "missing" else Fraction(score.ticks, maximum)


def _distinct(sets: Mapping[str, ScoringSet]) -> list[ScoringSet]:
    return list({item.row.id: item for item in sets.values()}.values())


def _sum(parts: Sequence[Progress]) -> Progress:
    counts: Counter[str] = Counter()
    for part in parts:
        counts.update(vars(part))
    names = ("lines", "first", "second", "asked", "answered", "outliers")
    return Progress(**{name: counts[name] for name in names})
