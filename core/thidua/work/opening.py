"""Opening a campaign: what it freezes, and what keeps it from opening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, Problem
from thidua.scoring.grading import rank_group
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.criteria import CriteriaSet
from thidua.spec.document import document
from thidua.spec.grading import Grading
from thidua.spec.lint import Finding, lint
from thidua.spec.loading import parse
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.campaigns import Campaign, CampaignSet, CampaignUnit, Exemption
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.documents import StoredGrading
from thidua.store.sheets import ScoreSheet
from thidua.store.units import Cluster, Unit, UnitKind, UnitPeriod
from thidua.work.access import STAFF, require
from thidua.work.campaigns import ScoringSet, units_on
from thidua.work.duties import duties_of
from thidua.work.given import words
from thidua.work.register import names_on
from thidua.work.sets import parsed
from thidua.work.versions import wait_turn

LONGEST_TITLE = 300
"""Signs of a campaign's title."""


@dataclass(frozen=True)
class Frozen:
    """What a campaign would freeze: the units that take part, and a set for each of their kinds."""

    sets: Mapping[str, ScoringSet]
    units: Sequence[UnitPeriod]


def open_campaign(
    session: Session,
    *,
    spec: ProvinceSpec,
    year: int,
    by: Actor,
    at: datetime,
    timezone: ZoneInfo,
    title: str = "",
) -> Campaign:
    """Open the scoring of a year with the newest set meant for it, for each kind of unit there is.

    The year's draft is opened if there is one, else a campaign without windows is made. Refused
    (``Conflict``) when the province has ended on that day, when the year is open already, when no
    set or no unit is there, when an agency would appraise itself, and (``Invalid``) when a set
    has unacknowledged errors. All units of the sets' kinds that exist on that day take part, by
    names that tell them apart.
    """
    require(session, by, STAFF, "mở kỳ đánh giá")
    day = at.astimezone(timezone).date()
    title = words("Tên kỳ đánh giá", title, longest=LONGEST_TITLE)
    refuse_ended(spec, day)
    wait_turn(session)
    living = living_campaign(session, year)
    refuse_open(living)
    frozen = to_freeze(session, year, day)
    if problems := set_problems(frozen.sets):
        raise Invalid(problems)
    campaign = _made(session, living, frozen, year, day, title)
    _refuse_unsubstituted(session, campaign, frozen)
    _freeze(session, campaign, frozen)
    campaign.opened_at = at
    record(
        session, actor=by, action="campaign.open", subject=("campaign", campaign.id),
        after={
            "year": year,
            "sets": {kind: item.row.version for kind, item in frozen.sets.items()},
        },
    )  # fmt: skip
    session.flush()
    return campaign


def living_campaign(session: Session, year: int) -> Campaign | None:
    """The draft or the open campaign of a year, as it is in the database now."""
    living = select(Campaign).where(Campaign.year == year, Campaign.stage != "closed")
    return session.scalars(living.execution_options(populate_existing=True)).one_or_none()


def refuse_open(living: Campaign | None) -> None:
    """``Conflict`` when the year is open already."""
    if living is not None and living.stage == "open":
        year = living.year
        raise Conflict(f"Kỳ đánh giá năm {year} đang mở. Hãy đóng kỳ đó trước khi mở kỳ mới.")


def default_title(year: int) -> str:
    """What a campaign is called unless somebody says otherwise."""
    return f"Chỉ số cải cách hành chính năm {year}"


def mark_drafts(session: Session) -> None:
    """Mark each draft as illustrative, or not, by the sets that it would open with now."""
    for draft in session.scalars(select(Campaign).where(Campaign.stage == "draft")):
        with suppress(Conflict):  # no set for its year yet
            draft.illustrative = _illustrative(newest_sets(session, draft.year))


def _illustrative(sets: Mapping[str, ScoringSet]) -> bool:
    return any(item.criteria.illustrative for item in sets.values())


def to_freeze(session: Session, year: int, day: date) -> Frozen:
    """What a campaign of ``year`` opened on ``day`` would freeze; ``Conflict`` if there is none."""
    newest = newest_sets(session, year)
    units = [unit for unit in units_on(session, day=day) if unit.kind in newest]
    if not units:
        raise Conflict("Không có đơn vị nào để chấm vào ngày mở. Hãy khai đơn vị trước.")
    present = {unit.kind for unit in units}
    return Frozen({kind: item for kind, item in newest.items() if kind in present}, units)


def refuse_ended(spec: ProvinceSpec, day: date) -> None:
    """``Conflict`` with the sentence that says why, when the province is not there on ``day``."""
    if not spec.jurisdictions or any(item.covers(day) for item in spec.jurisdictions):
        return
    ended = [item for item in spec.jurisdictions if item.valid_to and item.valid_to < day]
    if not ended:
        raise Conflict(f"Ngày {day:%d/%m/%Y} tỉnh {spec.info.name} chưa được thành lập.")
    last = max(ended, key=lambda item: item.valid_to or day)
    successor = f" và được {last.successor} kế tục" if last.successor else ""
    raise Conflict(
        f"Tỉnh {last.name} đã kết thúc ngày {last.valid_to:%d/%m/%Y}{successor}; "
        "dữ liệu chỉ để xem, không mở được kỳ đánh giá mới."
    )


def newest_sets(session: Session, year: int) -> dict[str, ScoringSet]:
    """The newest set meant for the year, by kind of unit; ``Conflict`` if there is none."""
    gradings = {row.code: row for row in session.scalars(select(StoredGrading))}
    newest: dict[str, ScoringSet] = {}
    for row in session.scalars(select(StoredCriteriaSet).order_by(StoredCriteriaSet.id)):
        criteria = parsed(row)
        if not criteria.serves(year):
            continue
        grading = parse(Grading, gradings[criteria.grading].document)
        item = ScoringSet(row=row, criteria=criteria, grading=grading)
        newest.update(dict.fromkeys(criteria.kinds, item))
    if not newest:
        raise Conflict(
            f"Chưa có bộ tiêu chí nào cho năm {year}. Hãy nhập bộ tiêu chí trước khi mở kỳ."
        )
    return newest


def set_problems(sets: Mapping[str, ScoringSet]) -> list[Problem]:
    """The unacknowledged errors of the sets: with one of them a campaign does not open."""
    items = {item.row.id: item for item in sets.values()}.values()
    return [
        Problem(place=found_at(item.criteria, found), reason=f"{found.message}. {found.remedy}")
        for item in items
        for found in lint(item.criteria, item.grading)
        if found.blocks
    ]


def found_at(criteria: CriteriaSet, finding: Finding) -> str:
    """Where a finding is, as an office calls it: the set, and what of it by code and name."""
    names = {node.code: node.name for node in criteria.nodes()}
    names |= {group.code: group.name for group in criteria.exemption_groups}
    if finding.place == "bộ tiêu chí":
        return criteria.title
    named = f"{finding.place} {names.get(finding.place, '')}".strip()
    return f"{criteria.title}, {named}"


def unsubstituted(session: Session, campaign: Campaign, frozen: Frozen) -> list[str]:
    """The names of agencies that would appraise themselves, since nobody is named instead."""
    names = {(unit.unit_id, unit.kind): unit.name for unit in frozen.units}
    missing = {
        agency
        for kind, item in frozen.sets.items()
        for duties in [duties_of(session, campaign, item.criteria)]
        for agency in duties.agencies.values()
        if (agency, kind) in names and agency not in duties.substitutes
    }
    return [unit.name for unit in frozen.units if unit.unit_id in missing]


def _refuse_unsubstituted(session: Session, campaign: Campaign, frozen: Frozen) -> None:
    if names := unsubstituted(session, campaign, frozen):
        raise Conflict(
            f"Chưa có cơ quan thẩm định thay cho: {', '.join(names)}. Không ai thẩm định đơn vị "
            "của chính mình; hãy phân công trước khi mở kỳ."
        )


def _made(
    session: Session, draft: Campaign | None, frozen: Frozen, year: int, day: date, title: str
) -> Campaign:
    """The campaign as it opens: the draft, or a new one."""
    campaign = draft or Campaign(year=year, title=default_title(year))
    campaign.title = title or campaign.title
    campaign.stage = "open"
    campaign.opens_on = day
    campaign.illustrative = _illustrative(frozen.sets)
    session.add(campaign)
    session.flush()
    return campaign


def _freeze(session: Session, campaign: Campaign, frozen: Frozen) -> None:
    sets, units = frozen.sets, frozen.units
    for kind, item in sets.items():
        item.row.frozen = True
        session.add(
            CampaignSet(
                campaign_id=campaign.id,
                kind=kind,
                criteria_set_id=item.row.id,
                grading=document(item.grading),
            )
        )
    groups = group_labels(session, sets)
    places = {place: at for at, place in enumerate(groups)}
    names = names_on(session, campaign.opens_on)
    for unit in sorted(units, key=lambda unit: places[unit.kind, unit.cluster]):
        name, group = names[unit.unit_id], groups[unit.kind, unit.cluster]
        session.add(_campaign_unit(campaign, unit, name, group))
    session.flush()
    session.add_all(ScoreSheet(campaign_id=campaign.id, unit_id=unit.unit_id) for unit in units)
    session.add_all(
        Exemption(campaign_id=campaign.id, unit_id=unit.unit_id, node=node, reason=reason)
        for unit, node, reason in exemptions_of(session, sets, units)
    )
    session.flush()


def group_labels(
    session: Session, sets: Mapping[str, ScoringSet]
) -> dict[tuple[str, str | None], str]:
    """The label of the rank group for each kind and cluster, in the order they were declared."""
    clusters = session.scalars(select(Cluster).order_by(Cluster.id)).all()
    labels: dict[tuple[str, str | None], str] = {}
    for kind in session.scalars(select(UnitKind).order_by(UnitKind.id)):
        if kind.code in sets:
            grading = sets[kind.code].grading
            for item in clusters:
                if item.kind == kind.code:
                    labels[kind.code, item.code] = rank_group(kind.name, item.name, grading)
            labels[kind.code, None] = rank_group(kind.name, "", grading)
    return labels


def _campaign_unit(campaign: Campaign, unit: UnitPeriod, name: str, group: str) -> CampaignUnit:
    return CampaignUnit(
        campaign_id=campaign.id,
        unit_id=unit.unit_id,
        name=name,
        kind=unit.kind,
        cluster=unit.cluster,
        group_label=group,
    )


def exemptions_of(
    session: Session, sets: Mapping[str, ScoringSet], units: Sequence[UnitPeriod]
) -> list[tuple[UnitPeriod, str, str]]:
    """What the sets' groups take from units: each unit, the node, and why."""
    keys = {row.id: row.key for row in session.scalars(select(Unit))}
    found = []
    for unit in units:
        reasons = {
            node: group.reason
            for group in sets[unit.kind].criteria.exemption_groups
            if keys[unit.unit_id] in group.units
            for node in group.nodes
        }
        found += [(unit, node, reason) for node, reason in reasons.items()]
    return found
