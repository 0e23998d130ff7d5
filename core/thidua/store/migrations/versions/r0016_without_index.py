"""Proposals of rounds that use no index.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """A proposal need not rest on a result."""
    run("0016_without_index.sql")
