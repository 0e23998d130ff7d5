"""Opening and closing a campaign. Opening freezes sets, gradings, units and exemptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from thidua.errors import Conflict, Invalid, NotFound, Problem
from thidua.scoring.grading import rank_group
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.criteria import CriteriaSet
from thidua.spec.document import document
from thidua.spec.grading import Grading
from thidua.spec.lint import lint
from thidua.spec.loading import parse
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.campaigns import Campaign, CampaignSet, CampaignUnit, Exemption
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.documents import StoredGrading
from thidua.store.sheets import ScoreSheet
from thidua.store.units import Cluster, Unit, UnitKind, UnitPeriod
from thidua.work.access import STAFF, require, rights_of
from thidua.work.given import find, words
from thidua.work.sets import parsed
from thidua.work.versions import wait_turn


@dataclass(frozen=True)
class ScoringSet:
    """A stored criteria set with its spec objects: what scores one or more kinds of unit."""

    row: StoredCriteriaSet
    criteria: CriteriaSet
    grading: Grading


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

    Refused (``Conflict``) when the province has ended on that day, when the year is open already,
    when no set or no unit is there, and (``Invalid``) when a set has unacknowledged errors. All
    units of the sets' kinds that exist on that day take part.
    """
    require(session, by, STAFF, "mở kỳ đánh giá")
    day = at.astimezone(timezone).date()
    refuse_ended(spec, day)
    wait_turn(session)
    if session.scalar(select(Campaign.id).where(Campaign.year == year, Campaign.stage == "open")):
        raise Conflict(f"Kỳ đánh giá năm {year} đang mở. Hãy đóng kỳ đó trước khi mở kỳ mới.")
    newest = _newest_sets(session, year)
    units = [unit for unit in units_on(session, day=day) if unit.kind in newest]
    if not units:
        raise Conflict("Không có đơn vị nào để chấm vào ngày mở. Hãy khai đơn vị trước.")
    present = {unit.kind for unit in units}
    sets = {kind: item for kind, item in newest.items() if kind in present}
    _refuse_errors(sets)
    campaign = Campaign(
        year=year,
        title=words("Tên kỳ đánh giá", title) or f"Chỉ số cải cách hành chính năm {year}",
        opens_on=day,
        illustrative=any(item.criteria.illustrative for item in sets.values()),
    )
    session.add(campaign)
    session.flush()
    _freeze(session, campaign, sets, units)
    campaign.opened_at = at
    record(
        session, actor=by, action="campaign.open", subject=("campaign", campaign.id),
        after={"year": year, "sets": {kind: item.row.version for kind, item in sets.items()}},
    )  # fmt: skip
    session.flush()
    return campaign


def close_campaign(session: Session, *, campaign_id: int, by: Actor) -> Campaign:
    """Close a campaign: nothing is entered any more. ``Conflict`` if it is closed already."""
    require(session, by, STAFF, "đóng kỳ đánh giá")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    session.refresh(campaign, with_for_update=True)
    if campaign.stage == "closed":
        raise Conflict(f"Kỳ đánh giá năm {campaign.year} đã đóng.")
    campaign.stage = "closed"
    record(session, actor=by, action="campaign.close", subject=("campaign", campaign.id))
    session.flush()
    return campaign


def list_campaigns(session: Session, *, by: Actor) -> Sequence[Campaign]:
    """The campaigns of the entered province, newest first; nothing without a role there."""
    if not rights_of(session, by).roles:
        return ()
    newest = Campaign.year.desc(), Campaign.id.desc()
    return session.scalars(select(Campaign).order_by(*newest)).all()


def campaign_by_id(session: Session, *, campaign_id: int) -> Campaign:
    """The campaign of the entered province; ``NotFound`` when there is none with this id."""
    campaign = find(session, Campaign, campaign_id)
    if campaign is None:
        raise NotFound("Không có kỳ đánh giá này trong tỉnh đang làm việc.")
    return campaign


def scoring_sets(
    session: Session, campaign: Campaign, kind: str | None = None
) -> dict[str, ScoringSet]:
    """What a campaign froze, by kind of unit; with ``kind``, for that one alone."""
    query = (
        select(CampaignSet, StoredCriteriaSet)
        .join(StoredCriteriaSet, StoredCriteriaSet.id == CampaignSet.criteria_set_id)
        .where(CampaignSet.campaign_id == campaign.id)
        .options(defer(StoredCriteriaSet.document))
    )
    if kind is not None:
        query = query.where(CampaignSet.kind == kind)
    return {
        frozen.kind: ScoringSet(
            row=row,
            criteria=parsed(row),
            grading=parse(Grading, frozen.grading),
        )
        for frozen, row in session.execute(query)
    }


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


def units_on(session: Session, *, day: date) -> Sequence[UnitPeriod]:
    """All units as they are on ``day``, in Vietnamese order."""
    return session.scalars(
        select(UnitPeriod).where(UnitPeriod.during.contains(day)).order_by(UnitPeriod.sort_key)
    ).all()


def _newest_sets(session: Session, year: int) -> dict[str, ScoringSet]:
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


def _refuse_errors(sets: Mapping[str, ScoringSet]) -> None:
    items = {item.row.id: item for item in sets.values()}.values()
    problems = [
        Problem(
            file=item.criteria.code, place=found.place, reason=f"{found.message}. {found.remedy}"
        )
        for item in items
        for found in lint(item.criteria, item.grading)
        if found.blocks
    ]
    if problems:
        raise Invalid(problems)


def _freeze(
    session: Session,
    campaign: Campaign,
    sets: Mapping[str, ScoringSet],
    units: Sequence[UnitPeriod],
) -> None:
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
    groups = _groups(session, sets)
    places = {place: at for at, place in enumerate(groups)}
    for unit in sorted(units, key=lambda unit: places[unit.kind, unit.cluster]):
        session.add(_campaign_unit(campaign, unit, groups[unit.kind, unit.cluster]))
    session.flush()
    session.add_all(ScoreSheet(campaign_id=campaign.id, unit_id=unit.unit_id) for unit in units)
    _exempt(session, campaign, sets, units)
    session.flush()


def _groups(session: Session, sets: Mapping[str, ScoringSet]) -> dict[tuple[str, str | None], str]:
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


def _campaign_unit(campaign: Campaign, unit: UnitPeriod, group: str) -> CampaignUnit:
    return CampaignUnit(
        campaign_id=campaign.id,
        unit_id=unit.unit_id,
        name=unit.name,
        kind=unit.kind,
        cluster=unit.cluster,
        group_label=group,
    )


def _exempt(
    session: Session,
    campaign: Campaign,
    sets: Mapping[str, ScoringSet],
    units: Sequence[UnitPeriod],
) -> None:
    keys = {row.id: row.key for row in session.scalars(select(Unit))}
    for unit in units:
        reasons = {
            node: group.reason
            for group in sets[unit.kind].criteria.exemption_groups
            if keys[unit.unit_id] in group.units
            for node in group.nodes
        }
        for node, reason in reasons.items():
            session.add(
                Exemption(campaign_id=campaign.id, unit_id=unit.unit_id, node=node, reason=reason)
            )
