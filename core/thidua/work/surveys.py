"""Declaring that a survey was not held: its leaves leave the maxima, the rest makes up 100."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, NotFound
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.campaigns import Campaign, SurveyNotHeld
from thidua.store.surveys import SurveyForm
from thidua.work.access import STAFF, require
from thidua.work.campaigns import campaign_by_id, refuse_draft, scoring_sets
from thidua.work.corrections import official_version
from thidua.work.given import needed
from thidua.work.versions import wait_turn


def declare_survey_not_held(
    session: Session, *, campaign_id: int, survey: str, reason: str, by: Actor
) -> SurveyNotHeld:
    """Say that a survey does not take place in this campaign; results computed later heed it.

    ``NotFound`` if no set of the campaign rests on it, ``Invalid`` without a reason, ``Conflict``
    if it is declared already, its form takes answers, the campaign is closed or its year has an
    official result.
    """
    require(session, by, STAFF, "khai báo cuộc điều tra không tổ chức")
    campaign = _changeable(session, campaign_id)
    _refuse_unknown(session, campaign, survey)
    reason = needed("Lý do", reason, "Hãy ghi lý do không tổ chức điều tra.")
    if _declared(session, campaign, survey):
        raise Conflict(f"Cuộc điều tra {survey} đã được khai là không tổ chức.")
    _refuse_running(session, campaign, survey)
    row = SurveyNotHeld(campaign_id=campaign.id, survey=survey, reason=reason)
    session.add(row)
    session.flush()
    record(
        session, actor=by.because(reason), action="survey.not_held",
        subject=("campaign", campaign.id), after={"survey": survey},
    )  # fmt: skip
    session.flush()
    return row


def restore_survey(session: Session, *, campaign_id: int, survey: str, by: Actor) -> None:
    """Take the declaration back: the survey is held after all.

    ``NotFound`` if it was not declared; ``Conflict`` as in ``declare_survey_not_held``.
    """
    require(session, by, STAFF, "khai báo cuộc điều tra có tổ chức")
    campaign = _changeable(session, campaign_id)
    row = _declared(session, campaign, survey)
    if row is None:
        raise NotFound(f"Cuộc điều tra {survey} chưa được khai là không tổ chức.")
    session.delete(row)
    record(
        session, actor=by, action="survey.held", subject=("campaign", campaign.id),
        before={"survey": survey, "reason": row.reason},
    )  # fmt: skip
    session.flush()


def surveys_not_held(session: Session, campaign: Campaign) -> dict[str, str]:
    """The reasons by the code of each survey that the campaign declares as not held."""
    rows = session.execute(
        select(SurveyNotHeld.survey, SurveyNotHeld.reason)
        .where(SurveyNotHeld.campaign_id == campaign.id)
        .order_by(SurveyNotHeld.survey)
    )
    return {row.survey: row.reason for row in rows}


def _changeable(session: Session, campaign_id: int) -> Campaign:
    """The campaign, open and without official result, as nobody changes meanwhile."""
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    wait_turn(session)
    session.refresh(campaign, with_for_update=True)
    refuse_draft(campaign)
    if campaign.stage != "open":
        raise Conflict(f"Kỳ đánh giá năm {campaign.year} đã đóng, không khai báo được nữa.")
    if official_version(session, campaign.year):
        raise Conflict(
            f"Năm {campaign.year} đã có kết quả chính thức, không đổi được việc tổ chức điều tra."
        )
    return campaign


def _refuse_unknown(session: Session, campaign: Campaign, survey: str) -> None:
    sets = scoring_sets(session, campaign).values()
    known = sorted({leaf.survey for item in sets for leaf in item.criteria.leaves if leaf.survey})
    if survey not in known:
        there = ", ".join(known) or "không có cuộc nào"
        raise NotFound(
            f"Bộ tiêu chí của kỳ này không có cuộc điều tra “{survey}”. Đang có: {there}."
        )


def _refuse_running(session: Session, campaign: Campaign, survey: str) -> None:
    ours = SurveyForm.campaign_id == campaign.id, SurveyForm.survey == survey
    if session.scalar(select(SurveyForm.id).where(*ours, SurveyForm.closed_at.is_(None))):
        raise Conflict(
            f"Phiếu khảo sát {survey} đang nhận trả lời. Hãy kết thúc khảo sát trước khi khai "
            "không tổ chức."
        )


def _declared(session: Session, campaign: Campaign, survey: str) -> SurveyNotHeld | None:
    return session.scalars(
        select(SurveyNotHeld).where(
            SurveyNotHeld.campaign_id == campaign.id, SurveyNotHeld.survey == survey
        )
    ).one_or_none()
