"""What became of units: reorganisations and their links.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create both tables and their walls."""
    run("0003_succession.sql")
