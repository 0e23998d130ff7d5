"""Use cases behind the unit's desk, for the matrix of roles and provinces.

What is laid out for the appraisal is enough: Sở Một's sheet is open, Sở Hai's is signed off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session
from tests.small import OPENED_AT

from thidua.store.actor import Actor
from thidua.work import line_saving

UseCase = Callable[[Session, Actor, Any], object]


def line(stage: str, leaf: str, whose: str) -> UseCase:
    """Sending nothing for one line."""
    return lambda s, by, at: line_saving.save_line(
        s, campaign_id=at.campaign, unit_id=getattr(at, whose), leaf_code=leaf,
        stage=stage, typed={}, by=by, at=OPENED_AT,  # type: ignore[arg-type]
    )  # fmt: skip


USE_CASES: Mapping[str, UseCase] = {
    "line_saving.save_line self one": line("self", "1.2", "one"),
    "line_saving.save_line self two": line("self", "1.2", "two"),
    "line_saving.save_line appraised two": line("appraised", "2.2", "two"),
}
"""By module and function, and what is asked of it."""

TABLE = """
line_saving.save_line self one      -0- -0- v0- -0- -0- -0- -0- -0-
line_saving.save_line self two      -0- -0- -0- -0- -0- -0- -0- -0-
line_saving.save_line appraised two -0- v0- -0- -0- -0- -0- -0- -0-
"""
"""Roles in the order of ``ROLES``, then nobody."""
