"""Decisions, awards and refusals.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Create three tables and their walls."""
    run("0018_decisions.sql")
