"""The one clock of the pages."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, aware; what a page passes to use cases as ``at``."""
    return datetime.now(UTC)
