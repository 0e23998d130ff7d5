"""Statements that the driver runs by itself: those of every save and of every request.

For a row or two SQLAlchemy takes longer than the driver and the database together. What it
promises holds all the same: one transaction, its errors, a broken connection given up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString, TypeVar, cast

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction, make_transient_to_detached

from thidua.store.base import Base

R = TypeVar("R", bound=Base)
_BEGUN = "begun"


def begun(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Remember the connection of a transaction, told when it begins: to ask for it takes time."""
    session.info[_BEGUN] = transaction, connection


def driven(
    session: Session, statement: LiteralString, values: Mapping[str, object]
) -> Sequence[tuple[Any, ...]]:
    """The rows of a statement with ``%(name)s`` for each value, in the session's transaction.

    Nothing is flushed before it. Errors are SQLAlchemy's, as if it had run the statement.
    """
    transaction, connection = session.info.get(_BEGUN, (None, None))
    if transaction is None or not transaction.is_active or session.in_nested_transaction():
        connection = session.connection()  # which begins the savepoint, too
    return driven_on(connection, statement, values)


def driven_on(
    connection: Connection, statement: LiteralString, values: Mapping[str, object]
) -> Sequence[tuple[Any, ...]]:
    """The same in the transaction of a connection."""
    cursor = _cursor(connection, statement)
    try:
        return cursor.execute(statement, values).fetchall()
    except psycopg.Error as error:
        broken = cursor.connection.closed
        if broken:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, dict(values), error, psycopg.Error,
            hide_parameters=connection.engine.hide_parameters, connection_invalidated=broken,
            dialect=connection.dialect,
        ) from error  # fmt: skip


def _cursor(connection: Connection, statement: str) -> psycopg.Cursor[tuple[Any, ...]]:
    """The one cursor that the connection keeps for the statement, with all it learnt of it."""
    kept = connection.info.get(statement)
    if kept is None:
        driver = cast(psycopg.Connection, connection.connection.driver_connection)
        kept = connection.info[statement] = driver.cursor()
    return cast("psycopg.Cursor[tuple[Any, ...]]", kept)


def copied(table: type[R], **values: object) -> R:
    """A row that was read, as an object that belongs to no session."""
    row = cast(R, table.__mapper__.class_manager.new_instance())
    vars(row).update(values)  # to construct it, or to set each, would take ten times as long
    return row


def held(session: Session, table: type[R], **values: object) -> R:
    """A row that was read, as an object of the session; one that it has already stays as it is."""
    row = copied(table, **values)
    make_transient_to_detached(row)
    there = session.identity_map.get(cast(Any, inspect(row).key))
    if there is None:
        session.add(row)
    return row if there is None else there


def jsonb(value: Mapping[str, Any] | None) -> Jsonb | None:
    """A document as a value of a statement; none is NULL."""
    return None if value is None else Jsonb(dict(value))
