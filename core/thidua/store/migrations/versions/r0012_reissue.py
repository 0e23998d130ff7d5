"""A criteria set is replaced in an open campaign by a recorded act; guidance before that.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the record of replacements, and open the walls of 0001 for it alone."""
    run("0012_reissue.sql")
