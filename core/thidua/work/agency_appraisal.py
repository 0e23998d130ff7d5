"""What an agency has appraised, by domain and criterion, for its head to sign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from thidua.errors import NotAllowed
from thidua.scoring.kinds import RuleKind
from thidua.spec.criteria import CriteriaSet
from thidua.spec.parts import LATE_SUPPLIERS
from thidua.store.actor import Actor
from thidua.store.campaigns import Campaign
from thidua.store.provinces import Province
from thidua.store.tenancy import province_of
from thidua.work.access import OVERSEERS, require
from thidua.work.appraisal_lines import lines_out
from thidua.work.campaigns import campaign_by_id, campaign_units, scoring_sets
from thidua.work.cells import Cells, cells_of, rules_of
from thidua.work.duties import duties_of, unit_names


@dataclass(frozen=True)
class AppraisedLine:
    """One unit in one criterion; points in ticks, None where nothing was entered."""

    unit: str
    own: int | None
    first: int | None
    second: int | None
    comment: str


@dataclass(frozen=True)
class AppraisedLeaf:
    """A criterion with its units; ``maximum`` is printed as the set says it."""

    code: str
    name: str
    maximum: str
    lines: tuple[AppraisedLine, ...]


@dataclass(frozen=True)
class AppraisedDomain:
    """The criteria of one domain of a set that the agency appraises."""

    set_title: str
    code: str
    name: str
    leaves: tuple[AppraisedLeaf, ...]


@dataclass(frozen=True)
class AgencyAppraisal:
    """An agency's part of a campaign's appraisal."""

    authority: str
    agency: str
    year: int
    title: str
    illustrative: bool
    domains: tuple[AppraisedDomain, ...]

    @property
    def several_sets(self) -> bool:
        """Whether the domains are of more than one set, so that each must be named."""
        return len({domain.set_title for domain in self.domains}) > 1

    @property
    def waiting(self) -> int:
        """How many lines the agency has not appraised yet."""
        lines = [line for d in self.domains for leaf in d.leaves for line in leaf.lines]
        return sum(line.first is None for line in lines)


def agency_appraisal(
    session: Session,
    *,
    campaign_id: int,
    agency_id: int,
    by: Actor,
    kinds: Mapping[str, RuleKind] = {},
) -> AgencyAppraisal:
    """All that the agency appraises, for its own appraisers and those who oversee all.

    Lines that do not count for a unit, and what surveys or indices bring, are left out.
    """
    rights = require(session, by, OVERSEERS | {"appraiser"}, "xem kết quả thẩm định")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    if not rights.any_of(OVERSEERS) and agency_id not in rights.units_as("appraiser"):
        raise NotAllowed("Bạn chỉ xem được kết quả thẩm định của cơ quan mình.")
    found = {item.row.id: item for item in scoring_sets(session, campaign).values()}
    sets = [item.criteria for item in found.values()]
    return AgencyAppraisal(
        authority=session.get_one(Province, province_of(session)).authority,
        agency=unit_names(session, campaign, [agency_id]).get(agency_id, ""),
        year=campaign.year,
        title=campaign.title,
        illustrative=any(criteria.illustrative for criteria in sets),
        domains=tuple(
            domain
            for criteria in sets
            for domain in _domains(session, campaign, criteria, agency_id, kinds)
        ),
    )


def _domains(
    session: Session,
    campaign: Campaign,
    criteria: CriteriaSet,
    agency: int,
    kinds: Mapping[str, RuleKind],
) -> Iterator[AppraisedDomain]:
    duties = duties_of(session, campaign, criteria)
    taking_part = campaign_units(session, campaign).values()
    units = [unit for unit in taking_part if unit.kind in criteria.kinds]
    rules = rules_of(session, campaign, criteria, kinds)
    codes = [leaf.code for leaf in criteria.leaves]
    ids = [unit.unit_id for unit in units]
    cells = cells_of(session, campaign, rules, units=ids, codes=codes)
    out = lines_out(session, campaign, criteria)
    for domain in criteria.domains:
        leaves = []
        for leaf in domain.leaves():
            if leaf.supplier in LATE_SUPPLIERS:
                continue
            counting = [unit for unit in units if (unit.unit_id, leaf.code) not in out]
            theirs = [u for u in counting if duties.who(leaf.code, u.unit_id) == agency]
            lines = [_line(u.name, cells.get((u.unit_id, leaf.code), {})) for u in theirs]
            if lines:
                leaves.append(
                    AppraisedLeaf(leaf.code, leaf.name, f"{leaf.max_points:f}", tuple(lines))
                )
        if leaves:
            yield AppraisedDomain(criteria.title, domain.code, domain.name, tuple(leaves))


def _line(unit: str, cells: Cells) -> AppraisedLine:
    ticks = {
        stage: None if cell.missing or not cell.inputs else cell.ticks
        for stage, cell in cells.items()
    }
    last = cells.get("reappraised") or cells.get("appraised")
    return AppraisedLine(
        unit=unit,
        own=ticks.get("self", ticks.get("agency")),
        first=ticks.get("appraised"),
        second=ticks.get("reappraised"),
        comment=last.text if last else "",
    )
