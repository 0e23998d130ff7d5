"""No table of long jobs: nothing takes so long that it is done in the background.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Drop what nobody wrote into."""
    run("0020_long_jobs.sql")
