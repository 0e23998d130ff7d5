"""Councils, their members, meetings and choices.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Create four tables and their walls; a closed meeting never changes."""
    run("0017_councils.sql")
