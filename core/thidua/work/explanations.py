"""Giải trình: an appraiser asks a unit to explain a line, and the unit answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, NotAllowed, NotFound
from thidua.store.actor import Actor
from thidua.store.appraisal import ExplanationRequest
from thidua.store.audit import record
from thidua.store.campaigns import CampaignSet, CampaignUnit
from thidua.store.criteria import Leaf
from thidua.store.sheets import EntryStage, ScoreSheet
from thidua.work.access import require
from thidua.work.entries import require_stage
from thidua.work.given import find, needed
from thidua.work.writing import lock_sheet, place_of, refuse_outside


@dataclass(frozen=True)
class Asked:
    """One request on one line; ``answer`` is empty while the unit has not answered."""

    id: int
    unit_id: int
    leaf: str
    stage: EntryStage
    question: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    version: int


def request_explanation(
    session: Session,
    *,
    campaign_id: int,
    unit_id: int,
    leaf_code: str,
    question: str,
    by: Actor,
    at: datetime,
) -> ExplanationRequest:
    """Ask the unit to explain a line, by whoever appraises it.

    Until the term of explanation is over; ``Conflict`` when the line has an open request already.
    """
    place = place_of(session, campaign_id, unit_id)
    require_stage(session, place, "appraised", [leaf_code], by)
    question = needed("Nội dung cần giải trình", question, "Hãy ghi đơn vị cần giải trình điều gì.")
    leaf = session.scalar(
        select(Leaf.id).where(Leaf.set_id == place.set_id, Leaf.code == leaf_code)
    )
    if leaf is None:
        raise NotFound(f"Bộ tiêu chí không có mã {leaf_code}.")
    refuse_outside(session, place, ("appraisal_1", "explanation"), at)
    lock_sheet(session, place)
    ours = ExplanationRequest.sheet_id == place.sheet_id, ExplanationRequest.leaf_id == leaf
    open_ = select(ExplanationRequest.id).where(*ours, ExplanationRequest.answered_at.is_(None))
    if session.scalar(open_.limit(1)):
        raise Conflict(f"Tiêu chí {leaf_code} đã có yêu cầu giải trình chưa được trả lời.")
    row = ExplanationRequest(
        sheet_id=place.sheet_id, leaf_id=leaf, stage="appraised", question=question, asked_at=at,
        asked_by=by.id if by.kind == "person" else None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(
        session, actor=by, action="explanation.request", subject=("explanation_request", row.id),
        after={"leaf": leaf_code, "question": question},
    )  # fmt: skip
    session.flush()
    return row


def answer_explanation(
    session: Session,
    *,
    request_id: int,
    answer: str,
    by: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> ExplanationRequest:
    """Answer a request, or change the answer, while the unit may explain.

    ``expected_version`` is the ``row_version`` the person saw: ``Conflict`` if it changed since.
    """
    row = find(session, ExplanationRequest, request_id)
    if row is None:
        raise NotFound("Không có yêu cầu giải trình này trong tỉnh đang làm việc.")
    sheet = session.get_one(ScoreSheet, row.sheet_id)
    place = place_of(session, sheet.campaign_id, sheet.unit_id)
    rights = require(session, by, {"officer"}, "giải trình")
    if by.kind == "person" and sheet.unit_id not in rights.units_as("officer"):
        raise NotAllowed("Bạn chỉ giải trình được cho đơn vị mình.")
    session.refresh(row, with_for_update=True)
    answer = needed("Giải trình", answer, "Hãy ghi nội dung giải trình.")
    refuse_outside(session, place, ("explanation",), at)
    if expected_version is not None and expected_version != row.row_version:
        raise Conflict("Giải trình này vừa được người khác sửa. Hãy tải lại rồi nhập tiếp.")
    before = {"answer": row.answer}
    row.answer, row.answered_at = answer, at
    row.answered_by = by.id if by.kind == "person" else None
    record(
        session, actor=by, action="explanation.answer", subject=("explanation_request", row.id),
        before=before, after={"answer": answer},
    )  # fmt: skip
    session.flush()
    return row


def asked_of(session: Session, sheet_ids: Sequence[int]) -> list[Asked]:
    """All requests on these sheets, in the order in which they were made.

    Without those on leaves that went with a replaced set.
    """
    rows = session.execute(
        select(ExplanationRequest, Leaf.code, ScoreSheet.unit_id)
        .join(Leaf, Leaf.id == ExplanationRequest.leaf_id)
        .join(ScoreSheet, ScoreSheet.id == ExplanationRequest.sheet_id)
        .join(
            CampaignUnit,
            (CampaignUnit.campaign_id == ScoreSheet.campaign_id)
            & (CampaignUnit.unit_id == ScoreSheet.unit_id),
        )
        .join(
            CampaignSet,
            (CampaignSet.campaign_id == ScoreSheet.campaign_id)
            & (CampaignSet.kind == CampaignUnit.kind)
            & (CampaignSet.criteria_set_id == Leaf.set_id),
        )
        .where(ExplanationRequest.sheet_id.in_(sheet_ids))
        .order_by(ExplanationRequest.id)
    )
    return [
        Asked(
            row.id, unit_id, code, row.stage, row.question, row.asked_at, row.answer,
            row.answered_at, row.row_version,
        )
        for row, code, unit_id in rows
    ]  # fmt: skip
