"""The job queue's own schema, as Procrastinate 3.10.0 ships it (MIT licence).

Kept as text, since a migration that asked the library would change meaning with the library.

Create Date: 2026-11-21
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create Procrastinate's types, tables, functions and triggers."""
    run("0002_procrastinate.sql")
