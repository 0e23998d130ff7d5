"""One-time passwords, the second step of sign-in, single sign-on; an appraiser's domains.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Widen the account and the membership."""
    run("0013_sign_in.sql")
