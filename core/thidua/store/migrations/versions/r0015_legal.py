"""Documents on awards and the days they are in force.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create the table and its wall."""
    run("0015_legal.sql")
