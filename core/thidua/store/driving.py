"""Statements that the driver runs by itself: those of every save and of every request.

For a row or two SQLAlchemy takes longer than the driver and the database together. What it
promises holds all the same: one transaction, its errors, a broken connection given up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString, cast

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def driven(
    connection: Connection, statement: LiteralString, values: Mapping[str, object]
) -> Sequence[tuple[Any, ...]]:
    """The rows of a statement with ``%(name)s`` for each value, in the transaction of the others.

    Nothing is flushed before it. Errors are SQLAlchemy's, as if it had run the statement.
    """
    driver = cast(psycopg.Connection, connection.connection.driver_connection)
    try:
        return driver.execute(statement, values).fetchall()
    except psycopg.Error as error:
        if driver.closed:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, dict(values), error, psycopg.Error,
            connection_invalidated=driver.closed, dialect=connection.dialect,
        ) from error  # fmt: skip


def jsonb(value: Mapping[str, Any] | None) -> Jsonb | None:
    """A document as a value of a statement; none is NULL."""
    return None if value is None else Jsonb(dict(value))
