"""The queue of jobs: putting one in, in the business transaction, and the worker's end of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString, cast

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException, UniqueViolation
from sqlalchemy.orm import Session

from thidua.store.engine import TIMES

ANSWER_SECONDS = 5
"""So long a worker waits for a connection before it takes the database for lost."""

_queue = App(connector=SyncPsycopgConnector())


def defer(session: Session, task: str, *, province_id: int, **ids: int) -> None:
    """Queue ``task`` for the worker with ids only; rolled back with the session's transaction."""
    raw = session.connection().connection.driver_connection
    connection = cast("psycopg.Connection[Any]", raw)
    _queue.configure_task(task, allow_unknown=True, connection=connection).defer(
        province_id=province_id, **ids
    )


async def answers(url: str) -> None:
    """Return when the database at this libpq address lets us in; a psycopg error if it does not."""
    async with await psycopg.AsyncConnection.connect(url, **TIMES):
        pass


class WatchedConnector(PsycopgConnector):
    """A worker's way to the queue, which says by ``lost`` that the database failed it once.

    The end of a job may then not have been written down, and the job would count as running for
    as long as its worker beats: the worker has to make way for a new one.
    """

    def __init__(self, url: str) -> None:
        super().__init__(
            conninfo=url, kwargs=TIMES, min_size=1, max_size=4, timeout=ANSWER_SECONDS
        )  # fmt: skip
        self.lost = asyncio.Event()

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        """As its parent does, watched."""
        with self._watched():
            await super().execute_query_async(query, **arguments)

    async def execute_query_one_async(
        self, query: LiteralString, **arguments: Any
    ) -> dict[str, Any]:
        """As its parent does, watched."""
        with self._watched():
            row: dict[str, Any] = await super().execute_query_one_async(query, **arguments)
        return row

    async def execute_query_all_async(
        self, query: LiteralString, **arguments: Any
    ) -> list[dict[str, Any]]:
        """As its parent does, watched."""
        with self._watched():
            rows: list[dict[str, Any]] = await super().execute_query_all_async(query, **arguments)
        return rows

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except UniqueViolation:  # an answer of the database, and no failure
            raise
        except ConnectorException:
            self.lost.set()
            raise
