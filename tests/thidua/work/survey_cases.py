"""The use cases of figures from outside and the officials' survey, for a matrix of their own.

Both provinces rest on surveys (``tests.surveying``): two imports, a computed version, an open form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import OPENED_AT, compute, unit_id
from tests.surveying import ABOUT, open_form, open_surveyed

from thidua.store.actor import Actor
from thidua.store.tenancy import province_of
from thidua.work import (
    answers,
    expected,
    figure_effects,
    figure_preview,
    figures,
    paper,
    questionnaires,
)
from thidua.work.figure_lines import FigureLine

SOURCE = figures.Source("Báo cáo 1")
UseCase = Callable[[Session, Actor, Any], object]


@dataclass(frozen=True)
class SurveyPlace:
    """One province and the ids of what it holds."""

    province: int
    campaign: int
    first: int
    second: int
    form: int
    one: int


def lay_out(session: Session, code: str) -> SurveyPlace:
    """The province, applied, entered and filled."""
    campaign = open_surveyed(session, code)
    made = [bring(session, campaign.id, COMMAND, value).version.id for value in (80, 90)]
    compute(session, campaign)
    form = open_form(session, campaign).id
    one = unit_id(session, "so-mot")
    return SurveyPlace(province_of(session), campaign.id, made[0], made[1], form, one)


def bring(session: Session, campaign: int, by: Actor, percent: int) -> figures.Imported:
    """An import for Sở Một."""
    rows = [FigureLine(unit="Sở Một", values={"percent": Decimal(percent)})]
    return figures.import_figures(
        session, campaign_id=campaign, what="sipas", rows=rows, source=SOURCE, by=by, at=OPENED_AT
    )


def reopen(session: Session, by: Actor, at: SurveyPlace) -> object:
    """Opening again what a command has closed."""
    questionnaires.close_survey(session, form_id=at.form, by=COMMAND, at=OPENED_AT)
    return questionnaires.reopen_survey(session, form_id=at.form, by=by.because("Thử"))


USE_CASES: Mapping[str, UseCase] = {
    "expected.expected_figures": lambda s, by, at: expected.expected_figures(
        s, campaign_id=at.campaign, by=by
    ),
    "figure_preview.preview_figures": lambda s, by, at: figure_preview.preview_figures(
        s, campaign_id=at.campaign, what="sipas", rows=[], source=SOURCE, by=by, at=OPENED_AT
    ),
    "figures.figure_columns": lambda s, by, at: figures.figure_columns(
        s, campaign_id=at.campaign, what="sipas", by=by
    ),
    "figures.import_figures": lambda s, by, at: bring(s, at.campaign, by, 70),
    "figures.restore_figures": lambda s, by, at: figures.restore_figures(
        s, import_id=at.first, by=by.because("Thử"), at=OPENED_AT
    ),
    "figures.list_figures": lambda s, by, at: figures.list_figures(
        s, campaign_id=at.campaign, by=by
    ),
    "figures.figure_changes": lambda s, by, at: figures.figure_changes(
        s, first=at.first, second=at.second, by=by
    ),
    "figure_effects.what_figures_changed": lambda s, by, at: figure_effects.what_figures_changed(
        s, campaign_id=at.campaign, by=by
    ),
    "questionnaires.open_survey": lambda s, by, at: questionnaires.open_survey(
        s, campaign_id=at.campaign, survey="can-bo", about=ABOUT, by=by, at=OPENED_AT
    ),
    "questionnaires.close_survey": lambda s, by, at: questionnaires.close_survey(
        s, form_id=at.form, by=by, at=OPENED_AT
    ),
    "questionnaires.reopen_survey": reopen,
    "questionnaires.list_surveys": lambda s, by, at: questionnaires.list_surveys(
        s, campaign_id=at.campaign, by=by
    ),
    "questionnaires.survey_state": lambda s, by, at: questionnaires.survey_state(
        s, form_id=at.form, by=by
    ),
    "answers.make_codes": lambda s, by, at: answers.make_codes(
        s, form_id=at.form, group="ld", count=1, by=by
    ),
    "paper.paper_form": lambda s, by, at: paper.paper_form(
        s, form_id=at.form, group="ld", unit_id=at.one, by=by
    ),
    "answers.enter_paper": lambda s, by, at: answers.enter_paper(
        s, form_id=at.form, group="ld", unit_id=at.one, forms=1, counts={}, by=by
    ),
}
"""By module and function. ``answers.answer`` asks for a code instead: see test_answers."""

TABLE = """
expected.expected_figures           v0- --- --- v0- --- v0- v0- ---
figure_preview.preview_figures      v0- --- --- --- --- --- v0- ---
figures.figure_columns              v0- --- --- v0- --- v0- v0- ---
figures.import_figures              v0- --- --- --- --- --- v0- ---
figures.restore_figures             v0- --- --- --- --- --- v0- ---
figures.list_figures                20- --- --- 20- --- 20- 20- ---
figures.figure_changes              v0- --- --- v0- --- v0- v0- ---
figure_effects.what_figures_changed v0- --- --- v0- --- v0- v0- ---
questionnaires.open_survey          c0- --- --- --- --- --- c0- ---
questionnaires.close_survey         v0- --- --- --- --- --- v0- ---
questionnaires.reopen_survey        v0- -0- -0- -0- -0- -0- v0- -0-
questionnaires.list_surveys         10- --- --- 10- --- 10- 10- ---
questionnaires.survey_state         80- --- --- 80- --- 80- 80- ---
answers.make_codes                  v0- --- --- --- --- --- v0- ---
paper.paper_form                    v0- --- --- --- --- --- v0- ---
answers.enter_paper                 v0- --- --- --- --- --- v0- ---
"""
"""As in test_matrix; in reopening the close before it finds nothing in another province."""
