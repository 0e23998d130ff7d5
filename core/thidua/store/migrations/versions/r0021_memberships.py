"""What an account may do, asked at once.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Ask for an account's memberships, not for its provinces alone."""
    run("0021_memberships.sql")
