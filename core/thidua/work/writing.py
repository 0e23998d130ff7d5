"""Where entries are written: the place of a sheet, what may stand in it now.

Who writes holds the campaign's row (shared, so that nobody closes it) and then the sheet's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString, NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound
from thidua.scoring.rules import check_inputs
from thidua.spec.criteria import CriteriaSet
from thidua.spec.parts import LATE_SUPPLIERS
from thidua.store.actor import Actor
from thidua.store.base import Json
from thidua.store.campaigns import Campaign, CampaignSet, CampaignUnit
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.driving import copied, driven
from thidua.store.schedules import Step
from thidua.store.sheets import EntryStage, ScoreEntry, ScoreSheet
from thidua.work.access import Rights, rights_in
from thidua.work.campaigns import campaign_by_id, refuse_draft
from thidua.work.given import is_id
from thidua.work.line_statements import (
    HELD_PLACE,
    PLACE,
    SHARED_PLACE,
    STANDING,
    STANDING_MANY,
)
from thidua.work.line_writing import Slot
from thidua.work.schedule import schedule_in, schedule_of
from thidua.work.sets import parsed, remembered
from thidua.work.suppliers import refuse_others_inputs
from thidua.work.windows import Schedule

SURVEYED = LATE_SUPPLIERS
"""Whose inputs are entered at the stage ``survey``."""

STEPS_OF: Mapping[EntryStage, tuple[Step, ...]] = {
    "self": ("self",),
    "agency": ("self", "appraisal_1"),
    "appraised": ("appraisal_1",),
    "reappraised": ("appraisal_2",),
    "survey": (),
}
"""The steps of the campaign in which a stage is entered, one of them being open; none: always."""

REPLACED = "Bộ tiêu chí vừa được thay bằng bộ ban hành lại. Hãy tải lại rồi nhập tiếp."
"""Said to who waited for the campaign and found another set there."""

CAMPAIGN = (
    "id", "year", "title", "stage", "opens_on", "opened_at", "illustrative", "row_version",
)  # fmt: skip
"""What of the campaign ``PLACE`` reads, in its order."""

TIMES = frozenset({"opens_at", "closes_at", "until", "made_at", "withdrawn_at", "updated_at"})
"""What of the rows read are times."""


@dataclass(frozen=True)
class Place:
    """The sheet of one unit in a campaign, and the set that scores it.

    Campaign and unit are copies that belong to no session.
    """

    campaign: Campaign
    unit: CampaignUnit
    set_id: int
    criteria: CriteriaSet
    sheet_id: int


@dataclass(frozen=True)
class Standing:
    """What stands when somebody writes into a sheet that nobody else writes into meanwhile.

    ``slots`` are by leaf code, ``rights`` are the writer's.
    """

    set_id: int
    slots: Mapping[str, Slot]
    signed: bool
    schedule: Schedule
    rights: Rights

    def refuse_replaced(self, place: Place) -> None:
        """``Conflict`` when the set was replaced while this transaction waited for the campaign."""
        if self.set_id != place.set_id:
            raise Conflict(REPLACED)


def place_of(session: Session, campaign_id: int, unit_id: int) -> Place:
    """The place, in a campaign that nobody closes before this transaction has ended.

    ``NotFound`` when there is no such campaign or the unit takes no part; ``Conflict`` when the
    set was replaced while this transaction waited for the campaign.
    """
    place = _place(session, SHARED_PLACE, campaign_id, unit_id)
    refuse_replaced_set(session, place)
    return place


def place_to_write(session: Session, campaign_id: int, unit_id: int) -> Place:
    """The same with ``lock_sheet``, in one statement; of a replaced set ``standing`` tells."""
    return _place(session, HELD_PLACE, campaign_id, unit_id)


def refuse_replaced_set(session: Session, place: Place) -> None:
    """``Conflict`` when the set was replaced while this transaction waited for the campaign."""
    now = select(CampaignSet.criteria_set_id).where(
        CampaignSet.campaign_id == place.campaign.id, CampaignSet.kind == place.unit.kind
    )
    if session.scalar(now) != place.set_id:
        raise Conflict(REPLACED)


def lock_sheet(session: Session, place: Place) -> None:
    """Let nobody else write into the sheet before this transaction has ended."""
    ours = select(ScoreSheet.id).where(ScoreSheet.id == place.sheet_id)
    session.execute(ours.with_for_update(key_share=True))


def place_to_read(session: Session, campaign_id: int, unit_id: int) -> Place:
    """The place, for somebody who only reads; ``NotFound`` and ``Conflict`` as in ``place_of``."""
    return _place(session, PLACE, campaign_id, unit_id)


def _place(session: Session, statement: LiteralString, campaign_id: int, unit_id: int) -> Place:
    session.flush()
    there = is_id(campaign_id) and is_id(unit_id)
    asked = {"campaign": campaign_id, "unit": unit_id}
    rows = driven(session, statement, asked) if there else []
    if not rows:
        _refused(session, campaign_id)
    [(*campaign, unit, name, kind, cluster, label, set_id, hash_, sheet_id)] = rows
    return Place(
        copied(Campaign, **dict(zip(CAMPAIGN, campaign, strict=True))),
        copied(
            CampaignUnit, id=unit, campaign_id=campaign_id, unit_id=unit_id, name=name, kind=kind,
            cluster=cluster, group_label=label,
        ),
        set_id,
        remembered(hash_) or parsed(session.get_one(StoredCriteriaSet, set_id)),
        sheet_id,
    )  # fmt: skip


def _refused(session: Session, campaign_id: int) -> NoReturn:
    refuse_draft(campaign_by_id(session, campaign_id=campaign_id))
    raise NotFound("Đơn vị này không tham gia kỳ đánh giá.")


def refuse_not_open(campaign: Campaign) -> None:
    """``Conflict`` unless the campaign is open."""
    refuse_draft(campaign)
    if campaign.stage == "closed":
        raise Conflict(f"Kỳ đánh giá năm {campaign.year} đã đóng, không nhập được nữa.")


def refuse_late(
    session: Session,
    place: Place,
    stage: EntryStage,
    at: datetime,
    schedule: Schedule | None = None,
) -> None:
    """``Conflict`` unless the stage may be entered at ``at``, by the campaign and its windows."""
    refuse_outside(session, place, STEPS_OF[stage], at, schedule)


def refuse_outside(
    session: Session,
    place: Place,
    steps: Sequence[Step],
    at: datetime,
    schedule: Schedule | None = None,
) -> None:
    """``Conflict`` unless the campaign is open and one of the steps for this unit, if any.

    Without the ``schedule`` it is read.
    """
    refuse_not_open(place.campaign)
    if not steps:
        return
    schedule, unit = schedule or schedule_of(session, place.campaign), place.unit
    refusals = [
        schedule.refusal(step, at=at, unit_id=unit.unit_id, kind=unit.kind) for step in steps
    ]
    if refusals[-1] and None not in refusals:
        raise Conflict(refusals[-1])


def refuse_unusable(
    place: Place, stage: EntryStage, inputs: Mapping[str, Mapping[str, int]]
) -> None:
    """Every input that a leaf cannot take is in the one ``Invalid``.

    ``NotFound`` for a leaf that is not there, ``NotAllowed`` for one that others enter.
    """
    leaves = {leaf.code: leaf for leaf in place.criteria.leaves}
    problems = []
    for code, given in inputs.items():
        if code not in leaves:
            raise NotFound(f"Bộ tiêu chí không có mã {code}.")
        refuse_others_inputs(leaves[code], stage, given)
        problems += check_inputs(leaves[code], given)
    if problems:
        raise Invalid(problems)


def standing(
    session: Session, place: Place, stage: EntryStage, codes: Collection[str], by: Actor
) -> Standing:
    """What stands, in a place that was found by ``place_to_write``; codes may be anything."""
    known = [*{leaf.code for leaf in place.criteria.leaves}.intersection(codes)]
    asked = {
        "campaign": place.campaign.id, "unit": place.unit.unit_id, "kind": place.unit.kind,
        "sheet": place.sheet_id, "set": place.set_id, "stage": stage,
        "user": by.id if by.kind == "person" else None,
    }  # fmt: skip
    one = {**asked, "code": known[0]} if len(known) == 1 else None
    [(memberships, windows, set_id, signed, lines)] = (
        driven(session, STANDING, one)
        if one
        else driven(session, STANDING_MANY, {**asked, "codes": known})
    )
    return Standing(
        set_id=set_id,
        slots={line["code"]: _slot(place.sheet_id, stage, line) for line in lines or ()},
        signed=signed,
        schedule=schedule_in([timed(row) for row in windows or ()]),
        rights=rights_in(by, memberships or ()),
    )


def held(
    session: Session, place: Place, stage: EntryStage, codes: Collection[str], by: Actor
) -> Mapping[str, Slot]:
    """The lines by leaf code; ``Conflict`` when the set was replaced meanwhile."""
    found = standing(session, place, stage, codes, by)
    found.refuse_replaced(place)
    return found.slots


def _slot(sheet_id: int, stage: EntryStage, line: Json) -> Slot:
    entry = copied(ScoreEntry, **timed(line["entry"])) if line["entry"] else None
    return Slot(sheet_id, line["leaf_id"], line["code"], stage, entry, line["evidence"])


def timed(row: Json) -> Json:
    """A row as JSON tells it, with its times as such."""
    return {
        name: datetime.fromisoformat(value) if value and name in TIMES else value
        for name, value in row.items()
    }


def refuse_signed(signed: bool, stage: EntryStage) -> None:
    """``Conflict`` when the self-assessment stands signed off."""
    if signed and stage == "self":
        raise Conflict(
            "Phiếu tự chấm đã được ký xác nhận nên không sửa được. "
            "Hãy rút xác nhận kèm lý do, trước khi hết hạn tự đánh giá."
        )
