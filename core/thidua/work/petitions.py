"""Kiến nghị: what units object to after a publication, and how each was answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, NotAllowed, NotFound
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.people import ROLES
from thidua.store.publication import Petition
from thidua.store.results import ResultVersion
from thidua.work.access import READ_ALL, STAFF, require
from thidua.work.campaigns import campaign_by_id, scoring_sets
from thidua.work.given import find, is_id, needed
from thidua.work.schedule import refuse_closed
from thidua.work.versions import wait_turn


def file_petition(
    session: Session,
    *,
    campaign_id: int,
    unit_id: int,
    text: str,
    by: Actor,
    at: datetime,
    leaf_code: str = "",
) -> Petition:
    """Petition about the own unit's published result: one leaf, or the whole.

    ``Conflict`` outside the window of petitions, before anything is published, and while another
    petition about the same waits; ``NotFound`` for a leaf that the unit is not scored on.
    """
    rights = require(session, by, {"officer"}, "gửi kiến nghị")
    if by.kind == "person" and unit_id not in rights.units_as("officer"):
        raise NotAllowed("Bạn chỉ gửi kiến nghị được cho đơn vị mình.")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    wait_turn(session)  # the same sent twice is told, not failed
    session.refresh(campaign, with_for_update={"read": True})
    kind = _kind(session, campaign, unit_id)
    refuse_closed(session, campaign=campaign, unit_id=unit_id, kind=kind, step="petitions", at=at)
    version = _published(session, campaign)
    _refuse_unfit(session, campaign, kind, leaf_code, unit_id)
    text = needed("Nội dung kiến nghị", text, "Hãy ghi nội dung kiến nghị.", longest=10_000)
    row = Petition(
        campaign_id=campaign.id, version_id=version.id, unit_id=unit_id, leaf=leaf_code,
        text=text, filed_at=at, filed_by=by.id if by.kind == "person" else None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(
        session, actor=by, action="petition.file", subject=("petition", row.id),
        after={"version": version.id, "unit": unit_id, "leaf": leaf_code, "text": text},
    )  # fmt: skip
    session.flush()
    return row


def answer_petition(
    session: Session, *, petition_id: int, accepted: bool, answer: str, by: Actor, at: datetime
) -> Petition:
    """Accept or refuse a petition, with what the unit is told. Once: ``Conflict`` afterwards.

    An accepted one is named by the next official version that is published.
    """
    require(session, by, STAFF, "trả lời kiến nghị")
    row = find(session, Petition, petition_id)
    if row is None:
        raise NotFound("Không có kiến nghị này trong tỉnh đang làm việc.")
    session.refresh(row, with_for_update=True)
    if row.answered_at:
        raise Conflict("Kiến nghị này đã được trả lời.")
    answer = needed(
        "Trả lời", answer, "Hãy ghi lý do tiếp thu hoặc không tiếp thu.", longest=10_000
    )
    row.accepted, row.answer, row.answered_at = accepted, answer, at
    row.answered_by = by.id if by.kind == "person" else None
    record(
        session, actor=by, action="petition.answer", subject=("petition", row.id),
        after={"accepted": accepted, "answer": answer},
    )  # fmt: skip
    session.flush()
    return row


def list_petitions(session: Session, *, campaign_id: int, by: Actor) -> Sequence[Petition]:
    """The petitions of a campaign in the order they came; an officer sees those of the own unit."""
    rights = require(session, by, ROLES, "xem kiến nghị")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    ours = select(Petition).where(Petition.campaign_id == campaign.id).order_by(Petition.id)
    if not rights.any_of(READ_ALL):
        ours = ours.where(Petition.unit_id.in_(rights.units_as("officer")))
    return session.scalars(ours).all()


def _published(session: Session, campaign: Campaign) -> ResultVersion:
    """What a petition is about: what was published last for the campaign."""
    ours = ResultVersion.campaign_id == campaign.id, ResultVersion.published_at.is_not(None)
    newest = ResultVersion.published_at.desc(), ResultVersion.number.desc()
    found = session.scalars(select(ResultVersion).where(*ours).order_by(*newest).limit(1))
    version = found.one_or_none()
    if version is None:
        raise Conflict("Kỳ này chưa công bố kết quả nên chưa có gì để kiến nghị.")
    return version


def _kind(session: Session, campaign: Campaign, unit_id: int) -> str:
    ours = CampaignUnit.campaign_id == campaign.id
    asked = CampaignUnit.unit_id == (unit_id if is_id(unit_id) else None)
    kind = session.scalar(select(CampaignUnit.kind).where(ours, asked))
    if kind is None:
        raise NotFound("Đơn vị này không tham gia kỳ đánh giá.")
    return kind


def _refuse_unfit(
    session: Session, campaign: Campaign, kind: str, leaf_code: str, unit_id: int
) -> None:
    leaves = scoring_sets(session, campaign, kind)[kind].criteria.leaves
    if leaf_code and leaf_code not in {leaf.code for leaf in leaves}:
        raise NotFound(f"Bộ tiêu chí không có mã {leaf_code}.")
    same = Petition.unit_id == unit_id, Petition.leaf == leaf_code, Petition.answered_at.is_(None)
    if session.scalar(select(Petition.id).where(Petition.campaign_id == campaign.id, *same)):
        raise Conflict("Kiến nghị trước của đơn vị về nội dung này đang chờ trả lời.")
