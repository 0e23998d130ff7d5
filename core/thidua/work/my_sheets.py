"""The sheets of the units that somebody belongs to: what is left, until when, what was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.scoring.kinds import RuleKind
from thidua.store.actor import Actor
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.sheets import ScoreSheet, SignOff
from thidua.work.access import rights_of
from thidua.work.completeness import Completeness, completeness_of
from thidua.work.explanations import asked_of
from thidua.work.schedule import schedule_of
from thidua.work.signoff import standing
from thidua.work.terms import Term, term_of
from thidua.work.writing import place_to_read


@dataclass(frozen=True)
class OpenSheet:
    """A sheet of an open campaign; ``asked``: requests to explain that wait for an answer."""

    campaign_id: int
    year: int
    title: str
    illustrative: bool
    unit_id: int
    unit: str
    progress: Completeness
    entering: Term
    explaining: Term
    signed: SignOff | None
    asked: int


@dataclass(frozen=True)
class ClosedSheet:
    """A sheet of a campaign that is over, to be read."""

    campaign_id: int
    year: int
    title: str
    unit_id: int
    unit: str


@dataclass(frozen=True)
class MySheets:
    """The sheets, those of newer campaigns first; ``drafts``: titles of what is being prepared."""

    open: Sequence[OpenSheet]
    closed: Sequence[ClosedSheet]
    drafts: Sequence[str]


def my_sheets(
    session: Session, *, by: Actor, at: datetime, kinds: Mapping[str, RuleKind] = {}
) -> MySheets:
    """What the units of the actor fill in or have filled in; nothing for who belongs to none."""
    units = rights_of(session, by).units
    rows = session.execute(
        select(Campaign, CampaignUnit)
        .join(CampaignUnit, CampaignUnit.campaign_id == Campaign.id)
        .join(
            ScoreSheet,
            (ScoreSheet.campaign_id == Campaign.id) & (ScoreSheet.unit_id == CampaignUnit.unit_id),
        )
        .where(CampaignUnit.unit_id.in_(units))
        .order_by(Campaign.year.desc(), Campaign.id.desc(), CampaignUnit.id)
    ).all()
    drafts = select(Campaign.title).where(Campaign.stage == "draft").order_by(Campaign.year)
    return MySheets(
        open=[_open(session, *row, at, kinds) for row in rows if row[0].stage == "open"],
        closed=[
            ClosedSheet(campaign.id, campaign.year, campaign.title, unit.unit_id, unit.name)
            for campaign, unit in rows
            if campaign.stage == "closed"
        ],
        drafts=session.scalars(drafts).all() if units else (),
    )


def _open(
    session: Session,
    campaign: Campaign,
    unit: CampaignUnit,
    at: datetime,
    kinds: Mapping[str, RuleKind],
) -> OpenSheet:
    place, schedule = (
        place_to_read(session, campaign.id, unit.unit_id),
        schedule_of(session, campaign),
    )
    asked = asked_of(session, [place.sheet_id])
    return OpenSheet(
        campaign_id=campaign.id,
        year=campaign.year,
        title=campaign.title,
        illustrative=place.criteria.illustrative,
        unit_id=unit.unit_id,
        unit=unit.name,
        progress=completeness_of(session, place, kinds),
        entering=term_of(schedule, campaign, unit, "self", at),
        explaining=term_of(schedule, campaign, unit, "explanation", at),
        signed=standing(session, place.sheet_id),
        asked=sum(not item.answer for item in asked),
    )
