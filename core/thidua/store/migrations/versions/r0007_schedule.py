"""Campaigns are drafts first; their steps have windows and extensions.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the tables and their walls; let a campaign be a draft, and live once a year."""
    run("0007_schedule.sql")
