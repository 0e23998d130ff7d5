"""The paper forms of an officials' survey as they were typed in last, to be typed in anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import NotFound
from thidua.store.actor import Actor
from thidua.store.campaigns import CampaignUnit
from thidua.store.surveys import SurveyCount
from thidua.work.access import STAFF, require
from thidua.work.campaigns import campaign_by_id
from thidua.work.given import is_id
from thidua.work.questionnaires import Question, asked_in, form_by_id


@dataclass(frozen=True)
class PaperForm:
    """What one group answered about one unit on paper: forms, and counts by leaf and answer.

    ``row_version`` goes back with what is typed (``answers.enter_paper``).
    """

    group: str
    label: str
    unit_id: int
    unit: str
    questions: Sequence[Question]
    forms: int
    counts: Mapping[str, Mapping[str, int]]
    row_version: int


def paper_form(session: Session, *, form_id: int, group: str, unit_id: int, by: Actor) -> PaperForm:
    """What stands of the paper forms. ``NotFound`` when the group is not asked about the unit."""
    require(session, by, STAFF, "nhập phiếu giấy")
    form = form_by_id(session, form_id)
    row = session.execute(
        select(SurveyCount, CampaignUnit)
        .join(CampaignUnit, CampaignUnit.unit_id == SurveyCount.unit_id)
        .where(
            CampaignUnit.campaign_id == form.campaign_id,
            SurveyCount.form_id == form.id,
            SurveyCount.respondents == group,
            SurveyCount.how == "paper",
            SurveyCount.unit_id == (unit_id if is_id(unit_id) else None),
        )
    ).one_or_none()
    if row is None:
        raise NotFound("Phiếu không hỏi nhóm này về đơn vị này.")
    count, unit = row
    campaign = campaign_by_id(session, campaign_id=form.campaign_id)
    asked = asked_in(session, campaign, form.survey)
    return PaperForm(
        group=group,
        label=asked.labels[group],
        unit_id=unit.unit_id,
        unit=unit.name,
        questions=asked.questions[unit.kind][group],
        forms=count.forms,
        counts=count.answers,
        row_version=count.row_version,
    )
