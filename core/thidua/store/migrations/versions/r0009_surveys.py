"""Figures of surveys and indices by version; forms, codes and counts of the officials' survey.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create four tables and their walls."""
    run("0009_surveys.sql")
