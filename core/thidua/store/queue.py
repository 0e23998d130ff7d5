"""Putting a job into the queue inside the business transaction: it exists if that commits."""

from __future__ import annotations

from typing import Any, cast

import psycopg
from procrastinate import App, SyncPsycopgConnector
from sqlalchemy.orm import Session

_queue = App(connector=SyncPsycopgConnector())


def defer(session: Session, task: str, *, province_id: int, **ids: int) -> None:
    """Queue ``task`` for the worker with ids only; rolled back with the session's transaction."""
    raw = session.connection().connection.driver_connection
    connection = cast("psycopg.Connection[Any]", raw)
    _queue.configure_task(task, allow_unknown=True, connection=connection).defer(
        province_id=province_id, **ids
    )
