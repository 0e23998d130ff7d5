"""The register of papers, the life of movements, dossiers of nominations.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Create the tables, put every nomination into a dossier, and draw the walls."""
    run("0014_dossiers.sql")
