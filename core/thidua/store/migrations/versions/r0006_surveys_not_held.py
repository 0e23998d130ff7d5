"""Surveys that a campaign declares as not held.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the table and its wall."""
    run("0006_surveys_not_held.sql")
