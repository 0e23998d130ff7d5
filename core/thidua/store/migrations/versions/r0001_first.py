"""The first schema: tables, the walls between provinces, what must not change.

Create Date: 2026-11-21
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything. There is no way back but a backup."""
    run("0001_tables.sql")
    run("0001_walls.sql")
