"""Campaigns of a province: finding them, what they froze, closing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from thidua.errors import Conflict, NotFound
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading
from thidua.spec.loading import parse
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.campaigns import Campaign, CampaignSet, CampaignUnit, Exemption
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.publication import Petition
from thidua.store.units import UnitPeriod
from thidua.work.access import STAFF, require, rights_of
from thidua.work.given import find
from thidua.work.sets import parsed


@dataclass(frozen=True)
class ScoringSet:
    """A stored criteria set with its spec objects: what scores one or more kinds of unit."""

    row: StoredCriteriaSet
    criteria: CriteriaSet
    grading: Grading


def close_campaign(session: Session, *, campaign_id: int, by: Actor) -> Campaign:
    """Close a campaign: nothing is entered any more. ``Conflict`` if it is closed already.

    ``Conflict`` also while petitions wait for an answer, unless the actor gives a reason.
    """
    require(session, by, STAFF, "đóng kỳ đánh giá")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    session.refresh(campaign, with_for_update=True)
    refuse_draft(campaign)
    if campaign.stage == "closed":
        raise Conflict(f"Kỳ đánh giá năm {campaign.year} đã đóng.")
    if not by.reason.strip():
        _refuse_waiting(session, campaign)
    campaign.stage = "closed"
    record(session, actor=by, action="campaign.close", subject=("campaign", campaign.id))
    session.flush()
    return campaign


def _refuse_waiting(session: Session, campaign: Campaign) -> None:
    ours = Petition.campaign_id == campaign.id, Petition.answered_at.is_(None)
    waiting = session.scalar(select(func.count()).where(*ours))
    if waiting:
        raise Conflict(
            f"Còn {waiting} kiến nghị chưa trả lời. Hãy trả lời rồi đóng kỳ, "
            "hoặc ghi lý do đóng ngay."
        )


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


def refuse_draft(campaign: Campaign) -> None:
    """``Conflict`` while the campaign has not opened."""
    if campaign.stage == "draft":
        raise Conflict(
            f"Kỳ đánh giá năm {campaign.year} đang chuẩn bị, chưa mở; "
            "Sở Nội vụ mở kỳ rồi mới làm được việc này."
        )


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


def campaign_units(session: Session, campaign: Campaign) -> dict[int, CampaignUnit]:
    """The units that take part, by id, in the campaign's order."""
    ours = select(CampaignUnit).where(CampaignUnit.campaign_id == campaign.id)
    return {unit.unit_id: unit for unit in session.scalars(ours.order_by(CampaignUnit.id))}


def exempt_nodes(session: Session, campaign: Campaign) -> dict[int, dict[str, str]]:
    """The nodes that units are not assessed on, each with the reason, by unit id."""
    found: dict[int, dict[str, str]] = {}
    rows = select(Exemption.unit_id, Exemption.node, Exemption.reason)
    ours = rows.where(Exemption.campaign_id == campaign.id).order_by(Exemption.id)
    for unit_id, node, reason in session.execute(ours):
        found.setdefault(unit_id, {})[node] = reason
    return found


def units_on(session: Session, *, day: date) -> Sequence[UnitPeriod]:
    """All units as they are on ``day``, in Vietnamese order."""
    return session.scalars(
        select(UnitPeriod).where(UnitPeriod.during.contains(day)).order_by(UnitPeriod.sort_key)
    ).all()
