"""What an appraiser works on: one criterion across units, one unit across criteria, one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.scoring.kinds import RuleKind
from thidua.store.actor import Actor
from thidua.store.campaigns import CampaignUnit
from thidua.store.sheets import EntryStage
from thidua.work.access import require
from thidua.work.appraisal import BASED_ON
from thidua.work.appraisal_rounds import Round, round_of
from thidua.work.campaigns import campaign_by_id
from thidua.work.cells import Cells
from thidua.work.criterion_page import CriterionPage, criterion_page
from thidua.work.evidence_list import EvidencePlace, EvidenceView, evidence_of
from thidua.work.sheet_page import SheetPage, SheetRow, sheet_line, sheet_page
from thidua.work.writing import place_to_read

WHO = "thẩm định"


@dataclass(frozen=True)
class CriterionDesk:
    """One criterion across units, in the round that is worked on."""

    page: CriterionPage
    round: Round


@dataclass(frozen=True)
class UnitDesk:
    """One unit across the criteria that the actor sees of it, in the round that is worked on."""

    page: SheetPage
    group: str
    round: Round


@dataclass(frozen=True)
class LineDesk:
    """One line with its documents.

    ``accepted`` are the inputs that stand once the line is accepted; None: nothing to accept.
    """

    campaign_id: int
    year: int
    unit_id: int
    unit: str
    group: str
    illustrative: bool
    row: SheetRow
    documents: tuple[tuple[EvidenceView, EvidencePlace], ...]
    round: Round
    accepted: Mapping[str, int] | None


def criterion_desk(
    session: Session,
    *,
    campaign_id: int,
    leaf_code: str,
    by: Actor,
    at: datetime,
    kind: str | None = None,
    stage: EntryStage | None = None,
    kinds: Mapping[str, RuleKind] = {},
) -> CriterionDesk:
    """A criterion across the units that the actor appraises; see ``criterion_page``.

    ``stage`` chooses a round other than that of the calendar.
    """
    require(session, by, {"appraiser"}, WHO)
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    page = criterion_page(
        session, campaign_id=campaign_id, leaf_code=leaf_code, by=by, kind=kind, kinds=kinds
    )
    ours = CampaignUnit.unit_id.in_([row.unit_id for row in page.rows])
    query = select(CampaignUnit).where(CampaignUnit.campaign_id == campaign.id, ours)
    units = session.scalars(query).all()
    return CriterionDesk(page, round_of(session, campaign, units, at=at, stage=stage))


def unit_desk(
    session: Session,
    *,
    campaign_id: int,
    unit_id: int,
    by: Actor,
    at: datetime,
    stage: EntryStage | None = None,
    kinds: Mapping[str, RuleKind] = {},
) -> UnitDesk:
    """A unit across the criteria that the actor appraises, or across all of the own unit."""
    require(session, by, {"appraiser"}, WHO)
    place = place_to_read(session, campaign_id, unit_id)
    page = sheet_page(session, campaign_id=campaign_id, unit_id=unit_id, by=by, at=at, kinds=kinds)
    around = round_of(session, place.campaign, [place.unit], at=at, stage=stage)
    return UnitDesk(page, place.unit.group_label, around)


def line_desk(
    session: Session,
    *,
    campaign_id: int,
    unit_id: int,
    leaf_code: str,
    by: Actor,
    at: datetime,
    stage: EntryStage | None = None,
    kinds: Mapping[str, RuleKind] = {},
) -> LineDesk:
    """One line of a unit that the actor appraises, or of the own unit, with its documents."""
    require(session, by, {"appraiser"}, WHO)
    place = place_to_read(session, campaign_id, unit_id)
    row = sheet_line(
        session, campaign_id=campaign_id, unit_id=unit_id, leaf_code=leaf_code, by=by, at=at,
        kinds=kinds,
    )  # fmt: skip
    around = round_of(session, place.campaign, [place.unit], at=at, stage=stage)
    return LineDesk(
        campaign_id=campaign_id,
        year=place.campaign.year,
        unit_id=unit_id,
        unit=place.unit.name,
        group=place.unit.group_label,
        illustrative=place.criteria.illustrative,
        row=row,
        documents=_documents(session, campaign_id, unit_id, leaf_code, by),
        round=around,
        accepted=accepted(row.cells, around.stage),
    )


def accepted(cells: Cells, stage: EntryStage) -> Mapping[str, int] | None:
    """What a round says of a line that it accepts: what it looks at, else the agency's figures."""
    for looked_at in (BASED_ON[stage], "agency"):
        cell = cells.get(looked_at)
        if cell is not None and cell.inputs:
            return cell.inputs
    return None


def _documents(
    session: Session, campaign_id: int, unit_id: int, code: str, by: Actor
) -> tuple[tuple[EvidenceView, EvidencePlace], ...]:
    """The documents that stand behind the line, each with its place in it."""
    seen = evidence_of(session, campaign_id=campaign_id, by=by, unit_id=unit_id, leaf_code=code)
    return tuple(
        (view, place)
        for view in seen
        if not view.withdrawal
        for place in view.places
        if place.leaf_code == code
    )
