"""Use cases about sheets and their appraisal, for the matrix of roles and provinces.

In both provinces Sở Một, for which officer and appraiser stand, has entered 1.1, and was asked to
explain it; Sở Hai, whose sheet they must not see, has entered the same and is signed off. Sở Một
appraises 2.2, which nobody is given in particular, but not 1.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import OPENED_AT, unit_id

from thidua.store.actor import Actor
from thidua.store.campaigns import Campaign
from thidua.work import (
    agency_appraisal,
    agency_figures,
    appraisal,
    appraisal_desk,
    appraisal_duties,
    assignments,
    completeness,
    criterion_page,
    explanations,
    sheet_page,
    signoff,
)
from thidua.work.entries import save_entry
from thidua.work.figure_lines import FigureLine

PAPER = signoff.Paper("1/BC", date(2026, 1, 2), "Ông Hai")
UseCase = Callable[[Session, Actor, Any], object]


def lay_out(session: Session, campaign: Campaign) -> int:
    """Make what the cases are about; the id of the request to explain."""
    for key in ("so-mot", "so-hai"):
        save_entry(
            session, campaign_id=campaign.id, unit_id=unit_id(session, key), leaf_code="1.1",
            stage="self", inputs={"numerator": 1, "denominator": 2}, by=COMMAND, at=OPENED_AT,
        )  # fmt: skip
    hai = unit_id(session, "so-hai")
    signoff.sign_off(
        session, campaign_id=campaign.id, unit_id=hai, by=COMMAND, at=OPENED_AT, reason="Thử"
    )
    return explanations.request_explanation(
        session, campaign_id=campaign.id, unit_id=unit_id(session, "so-mot"), leaf_code="1.1",
        question="Vì sao?", by=COMMAND, at=OPENED_AT,
    ).id  # fmt: skip


def sheet(verb: Callable[..., object], whose: str, **more: Any) -> UseCase:
    """A use case about the sheet of the own unit (``one``) or another."""
    return lambda s, by, at: verb(
        s, campaign_id=at.campaign, unit_id=getattr(at, whose), by=by, **more
    )


def upload(leaf: str) -> UseCase:
    """An agency's figures for Xã Một."""
    line = FigureLine("Xã Một", {f"{leaf}/count": Decimal(1)})
    return lambda s, by, at: agency_figures.upload_agency_figures(
        s, campaign_id=at.campaign, rows=[line], by=by, at=OPENED_AT
    )


def asked(whose: str, leaf: str) -> UseCase:
    """Asking the own unit or another to explain."""
    return sheet(
        explanations.request_explanation, whose, leaf_code=leaf, question="Vì sao?", at=OPENED_AT
    )


def many(whose: str, leaf: str) -> UseCase:
    """Appraising one criterion of the own unit or of another."""
    return lambda s, by, at: appraisal.appraise_many(
        s, campaign_id=at.campaign, leaf_code=leaf, unit_ids=[getattr(at, whose)],
        stage="appraised", inputs={}, by=by, at=OPENED_AT,
    )  # fmt: skip


def line(whose: str, leaf: str) -> UseCase:
    """Looking at one line of the own unit or of another."""
    return sheet(appraisal_desk.line_desk, whose, leaf_code=leaf, at=OPENED_AT)


NOW: dict[str, Any] = {"at": OPENED_AT}
USE_CASES: Mapping[str, UseCase] = {
    "sheet_page.sheet_page one": sheet(sheet_page.sheet_page, "one", **NOW),
    "sheet_page.sheet_page two": sheet(sheet_page.sheet_page, "two", **NOW),
    "sheet_page.sheet_line one": sheet(sheet_page.sheet_line, "one", leaf_code="1.1", **NOW),
    "sheet_page.sheet_line two": sheet(sheet_page.sheet_line, "two", leaf_code="1.1", **NOW),
    "appraisal_duties.my_duties": lambda s, by, at: appraisal_duties.my_duties(
        s, by=by, at=OPENED_AT
    ),
    "appraisal_desk.criterion_desk 1.1": lambda s, by, at: appraisal_desk.criterion_desk(
        s, campaign_id=at.campaign, leaf_code="1.1", by=by, at=OPENED_AT
    ),
    "appraisal_desk.criterion_desk 2.2": lambda s, by, at: appraisal_desk.criterion_desk(
        s, campaign_id=at.campaign, leaf_code="2.2", by=by, at=OPENED_AT
    ),
    "appraisal_desk.unit_desk one": sheet(appraisal_desk.unit_desk, "one", **NOW),
    "appraisal_desk.unit_desk two": sheet(appraisal_desk.unit_desk, "two", **NOW),
    "appraisal_desk.line_desk one": line("one", "1.1"),
    "appraisal_desk.line_desk 2.2": line("two", "2.2"),
    "appraisal_desk.line_desk 1.1": line("two", "1.1"),
    "completeness.completeness one": sheet(completeness.completeness, "one"),
    "completeness.completeness two": sheet(completeness.completeness, "two"),
    "signoff.current_check_code one": sheet(signoff.current_check_code, "one"),
    "signoff.current_check_code two": sheet(signoff.current_check_code, "two"),
    "signoff.sign_off one": sheet(signoff.sign_off, "one", reason="Thử", **NOW),
    "signoff.sign_off paper": sheet(signoff.sign_off, "one", paper=PAPER, reason="Thử", **NOW),
    "signoff.withdraw_sign_off one": sheet(signoff.withdraw_sign_off, "one", reason="Thử", **NOW),
    "signoff.withdraw_sign_off two": sheet(signoff.withdraw_sign_off, "two", reason="Thử", **NOW),
    "criterion_page.criterion_page 1.1": lambda s, by, at: (
        criterion_page.criterion_page(s, campaign_id=at.campaign, leaf_code="1.1", by=by).rows
    ),
    "criterion_page.criterion_page 2.2": lambda s, by, at: list(
        criterion_page.criterion_page(s, campaign_id=at.campaign, leaf_code="2.2", by=by).rows
    ),
    "appraisal.appraise_many one": many("one", "2.2"),
    "appraisal.appraise_many two": many("two", "2.2"),
    "appraisal.appraise_many 1.1": many("two", "1.1"),
    "explanations.request_explanation one": asked("one", "2.2"),
    "explanations.request_explanation two": asked("two", "2.2"),
    "explanations.request_explanation 1.1": asked("two", "1.1"),
    "explanations.answer_explanation": lambda s, by, at: explanations.answer_explanation(
        s, request_id=at.request, answer="Vì thế", by=by, at=OPENED_AT
    ),
    "assignments.assign": lambda s, by, at: assignments.assign(
        s, campaign_id=at.campaign, set_code="bo-nho", node="1.1", agency_id=at.two, by=by
    ),
    "assignments.node_duty": lambda s, by, at: assignments.node_duty(
        s, campaign_id=at.campaign, set_code="bo-nho", node="1.1", by=by
    ),
    "assignments.name_substitute": lambda s, by, at: assignments.name_substitute(
        s, campaign_id=at.campaign, agency_id=at.two, by_id=at.one, by=by
    ),
    "assignments.list_duties": lambda s, by, at: assignments.list_duties(
        s, campaign_id=at.campaign, by=by
    ),
    "agency_figures.agency_table": lambda s, by, at: agency_figures.agency_table(
        s, campaign_id=at.campaign, by=by
    ),
    "agency_figures.upload_agency_figures": upload("2.2"),
    "agency_appraisal.agency_appraisal 1": lambda s, by, at: agency_appraisal.agency_appraisal(
        s, campaign_id=at.campaign, agency_id=at.one, by=by
    ),
    "agency_appraisal.agency_appraisal 2": lambda s, by, at: agency_appraisal.agency_appraisal(
        s, campaign_id=at.campaign, agency_id=at.two, by=by
    ),
}
"""By module and function, and what is asked of it."""

TABLE = """
sheet_page.sheet_page one           v0- v0- v0- v0- -0- v0- v0- -0-
sheet_page.sheet_page two           v0- v0- -0- v0- -0- v0- v0- -0-
sheet_page.sheet_line one           v0- v0- v0- v0- -0- v0- v0- -0-
sheet_page.sheet_line two           v0- -0- -0- v0- -0- v0- v0- -0-
appraisal_duties.my_duties          --- vv- --- --- --- --- --- ---
appraisal_desk.criterion_desk 1.1   --- -0- --- --- --- --- --- ---
appraisal_desk.criterion_desk 2.2   --- v0- --- --- --- --- --- ---
appraisal_desk.unit_desk one        --- v0- --- --- --- --- --- ---
appraisal_desk.unit_desk two        --- v0- --- --- --- --- --- ---
appraisal_desk.line_desk one        --- v0- --- --- --- --- --- ---
appraisal_desk.line_desk 2.2        --- v0- --- --- --- --- --- ---
appraisal_desk.line_desk 1.1        --- -0- --- --- --- --- --- ---
completeness.completeness one       v0- v0- v0- v0- -0- v0- v0- -0-
completeness.completeness two       v0- -0- -0- v0- -0- v0- v0- -0-
signoff.current_check_code one      v0- v0- v0- v0- -0- v0- v0- -0-
signoff.current_check_code two      v0- -0- -0- v0- -0- v0- v0- -0-
signoff.sign_off one                -0- -0- v0- -0- -0- -0- -0- -0-
signoff.sign_off paper              v0- -0- v0- -0- -0- -0- v0- -0-
signoff.withdraw_sign_off one       00- -0- 00- -0- -0- -0- 00- -0-
signoff.withdraw_sign_off two       v0- -0- -0- -0- -0- -0- v0- -0-
criterion_page.criterion_page 1.1   v0- -0- -0- v0- -0- v0- v0- -0-
criterion_page.criterion_page 2.2   40- 40- -0- 40- -0- 40- 40- -0-
appraisal.appraise_many one         -0- -0- -0- -0- -0- -0- -0- -0-
appraisal.appraise_many two         -0- v0- -0- -0- -0- -0- -0- -0-
appraisal.appraise_many 1.1         -0- -0- -0- -0- -0- -0- -0- -0-
explanations.request_explanation one -0- -0- -0- -0- -0- -0- -0- -0-
explanations.request_explanation two -0- v0- -0- -0- -0- -0- -0- -0-
explanations.request_explanation 1.1 -0- -0- -0- -0- -0- -0- -0- -0-
explanations.answer_explanation     -0- -0- v0- -0- -0- -0- -0- -0-
assignments.assign                  v0- --- --- --- --- --- v0- ---
assignments.node_duty               v0- --- --- --- --- --- v0- ---
assignments.name_substitute         v0- --- --- --- --- --- v0- ---
assignments.list_duties             v0- v0- --- v0- --- v0- v0- ---
agency_figures.agency_table         --- v0- --- --- --- --- --- ---
agency_figures.upload_agency_figures --- x0- --- --- --- --- --- ---
agency_appraisal.agency_appraisal 1 v0- v0- --- v0- --- v0- v0- ---
agency_appraisal.agency_appraisal 2 v0- -0- --- v0- --- v0- v0- ---
"""
"""As in ``test_matrix``."""
