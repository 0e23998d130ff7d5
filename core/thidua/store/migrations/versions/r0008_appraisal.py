"""Sign-off, assignments, requests for explanation, the second round of appraisal.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create four tables and their walls; entries know more stages and their last saves."""
    run("0008_appraisal.sql")
