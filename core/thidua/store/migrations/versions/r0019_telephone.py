"""The telephone number of an account.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Widen the account."""
    run("0019_telephone.sql")
