"""What the secretariat's desk reads, for the matrix of roles and provinces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session
from tests.small import OPENED_AT

from thidua.store.actor import Actor
from thidua.work import outlook, progress

UseCase = Callable[[Session, Actor, Any], object]

USE_CASES: Mapping[str, UseCase] = {
    "progress.campaign_standing": lambda s, by, at: progress.campaign_standing(
        s, campaign_id=at.campaign, by=by, at=OPENED_AT
    ),
    "outlook.publication_outlook last": lambda s, by, at: outlook.publication_outlook(
        s, version_id=at.published, by=by
    ),
    "outlook.publication_outlook draft": lambda s, by, at: outlook.publication_outlook(
        s, version_id=at.draft, by=by
    ),
}

TABLE = """
progress.campaign_standing          v0- --- --- v0- --- v0- v0- ---
outlook.publication_outlook last    v0- --- --- v0- --- v0- v0- ---
outlook.publication_outlook draft   v0- --- --- v0- --- v0- v0- ---
"""
"""As in test_matrix."""
