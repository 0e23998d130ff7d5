"""Adoption of result versions by the appraisal board, and petitions of units.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the tables and their walls; keep the adoption of a published version as it is."""
    run("0011_publication.sql")
