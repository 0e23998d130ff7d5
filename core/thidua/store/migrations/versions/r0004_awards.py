"""Award schemes, rounds, nominations and proposals.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the four tables, their walls, and what must not change in them."""
    run("0004_awards.sql")
