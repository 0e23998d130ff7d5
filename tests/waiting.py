"""Tests in which one transaction waits for another: no sleeping and hoping."""

from __future__ import annotations

import time

from sqlalchemy import text
from sqlalchemy.orm import Session


def wait_for_somebody_waiting(session: Session) -> None:
    """Until another transaction waits for the one of this session to end."""
    waits = text(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid' "
        "AND transactionid::text = pg_current_xact_id()::text)"
    )
    deadline = time.monotonic() + 30
    while not session.scalar(waits):
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.01)
