"""The register of evidence of each unit.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the register and what it is used for, with their walls."""
    run("0010_evidence.sql")
