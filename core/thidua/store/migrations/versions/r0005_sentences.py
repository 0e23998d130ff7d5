"""Result versions keep the sentences of the province's own rule kinds.

Create Date: 2026-11-22
"""

from __future__ import annotations

from thidua.store.migrations import run

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; versions stored before hold the words of each leaf instead."""
    run("0005_sentences.sql")
