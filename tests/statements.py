"""What is sent to the database, whoever sends it: SQLAlchemy or the driver by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from psycopg import Cursor


@contextmanager
def statements() -> Iterator[list[Any]]:
    """The statements of this process meanwhile."""
    sent: list[Any] = []
    execute = Cursor.execute

    def noted(cursor: Cursor[Any], query: Any, *more: Any, **options: Any) -> Cursor[Any]:
        sent.append(query)
        return execute(cursor, query, *more, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Cursor, "execute", noted)
        yield sent
