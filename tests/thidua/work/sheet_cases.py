"""Use cases behind the unit's desk, for the matrix of roles and provinces.

What is laid out for the appraisal is enough: Sở Một's sheet is open, Sở Hai's is signed off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session
from tests.small import OPENED_AT
from tests.thidua.work.evidence_cases import NAMES

from thidua.store.actor import Actor
from thidua.work import evidence_register, line_saving, my_sheets, sheet_page

UseCase = Callable[[Session, Actor, Any], object]


def line(stage: str, leaf: str, whose: str) -> UseCase:
    """Sending nothing for one line."""
    return lambda s, by, at: line_saving.save_line(
        s, campaign_id=at.campaign, unit_id=getattr(at, whose), leaf_code=leaf,
        stage=stage, typed={}, by=by, at=OPENED_AT,  # type: ignore[arg-type]
    )  # fmt: skip


def mine(session: Session, by: Actor, at: Any) -> list[object]:
    """The sheets of the own units."""
    found = my_sheets.my_sheets(session, by=by, at=OPENED_AT)
    return [*found.open, *found.closed]


def before(whose: str) -> UseCase:
    """Last year's lines of the own unit or another."""
    return lambda s, by, at: sheet_page.lines_before(
        s, campaign_id=at.campaign, unit_id=getattr(at, whose), by=by
    )


def register(whose: str) -> UseCase:
    """The register of the own unit or another."""
    return lambda s, by, at: evidence_register.register_of(
        s, campaign_id=at.campaign, unit_id=getattr(at, whose), by=by, at=OPENED_AT
    )


def document(whose: str) -> UseCase:
    """One document of the own unit or another."""
    return lambda s, by, at: evidence_register.document_of(
        s, item_id=at.evidence[NAMES[whose]], by=by, at=OPENED_AT
    )


def leaf(whose: str, code: str) -> UseCase:
    """The documents of one leaf of the own unit or another."""
    return lambda s, by, at: evidence_register.leaf_documents(
        s, campaign_id=at.campaign, unit_id=getattr(at, whose), leaf_code=code, by=by, at=OPENED_AT
    )


USE_CASES: Mapping[str, UseCase] = {
    "line_saving.save_line self one": line("self", "1.2", "one"),
    "line_saving.save_line self two": line("self", "1.2", "two"),
    "line_saving.save_line appraised two": line("appraised", "2.2", "two"),
    "my_sheets.my_sheets": mine,
    "sheet_page.lines_before one": before("one"),
    "sheet_page.lines_before two": before("two"),
    "evidence_register.register_of 1": register("one"),
    "evidence_register.register_of 2": register("two"),
    "evidence_register.document_of 1": document("one"),
    "evidence_register.document_of 2": document("two"),
    "evidence_register.leaf_documents one": leaf("one", "1.1"),
    "evidence_register.leaf_documents two": leaf("two", "1.1"),
    "evidence_register.leaf_documents 2.2": leaf("two", "2.2"),
}
"""By module and function, and what is asked of it."""

TABLE = """
line_saving.save_line self one      -0- -0- v0- -0- -0- -0- -0- -0-
line_saving.save_line self two      -0- -0- -0- -0- -0- -0- -0- -0-
line_saving.save_line appraised two -0- v0- -0- -0- -0- -0- -0- -0-
my_sheets.my_sheets                 000 110 110 000 000 000 000 000
sheet_page.lines_before one         v0- v0- v0- v0- -0- v0- v0- -0-
sheet_page.lines_before two         v0- -0- -0- v0- -0- v0- v0- -0-
evidence_register.register_of 1     v0- v0- v0- v0- -0- v0- v0- -0-
evidence_register.register_of 2     v0- v0- -0- v0- -0- v0- v0- -0-
evidence_register.document_of 1     v0- v0- v0- v0- 00- v0- v0- -0-
evidence_register.document_of 2     v0- v0- 00- v0- 00- v0- v0- -0-
evidence_register.leaf_documents one v0- v0- v0- v0- -0- v0- v0- -0-
evidence_register.leaf_documents two v0- 00- -0- v0- -0- v0- v0- -0-
evidence_register.leaf_documents 2.2 v0- v0- -0- v0- -0- v0- v0- -0-
"""
"""Roles in the order of ``ROLES``, then nobody."""
