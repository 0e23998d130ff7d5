"""Fixtures for everybody: one embedded PostgreSQL a run, one fresh database a test.

With xdist the controller runs the server and the workers share it. The database ``thidua`` on it
is migrated once and serves as the template; nobody else connects to it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import Database, make_province

from thidua.store.embedded import APP, OWNER, EmbeddedPostgres, Server, start
from thidua.store.engine import make_engine
from thidua.store.migrate import migrate
from thidua.store.tenancy import enter_province, make_sessionmaker

_RUNNING = pytest.StashKey[EmbeddedPostgres]()

MEMORY = Path("/dev/shm")
PLENTY = 4 * 2**30
"""Bytes that must be free in memory for databases to be kept there: a run needs a tenth."""


def _folder() -> Path | None:
    """Where the server's data goes: each test copies a database, which a disk does slowly."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > PLENTY:
        return MEMORY
    return None


def _run_server(config: pytest.Config) -> Server:
    """The server of this run, started when first asked for and stopped when the run ends."""
    if _RUNNING not in config.stash:
        home = Path(tempfile.mkdtemp(prefix="thidua-tests-", dir=_folder()))
        config.add_cleanup(lambda: shutil.rmtree(home))
        running = config.stash[_RUNNING] = start(home, fast=True)
        config.add_cleanup(running.stop)
        migrate(running.owner_url, running.app_url)
    return config.stash[_RUNNING].server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole years come first: at the end one of them would leave the other worker idle."""
    items.sort(key=lambda item: "years" not in item.path.parts)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker how to reach the server of the controller."""
    server = _run_server(node.config)
    node.workerinput["postgres"] = (server.port, server.secret)


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Server:
    """The PostgreSQL server of this run."""
    given = getattr(request.config, "workerinput", {}).get("postgres")
    return Server(*given) if given else _run_server(request.config)


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """A fresh, migrated database without any row."""
    name = f"test_{uuid4().hex}"
    server.clone(name)
    yield Database(owner_url=server.url(OWNER, name), app_url=server.url(APP, name))
    server.drop(name)


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """The application's engine on ``database``."""
    made = make_engine(database.app_url)
    yield made
    made.dispose()


@pytest.fixture
def owner(database: Database) -> Iterator[Engine]:
    """The owner's engine on ``database``, past every wall."""
    made = make_engine(database.owner_url)
    yield made
    made.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """The application's sessions on ``database``; no province entered."""
    return make_sessionmaker(engine)


@pytest.fixture
def two_provinces(sessions: sessionmaker[Session]) -> tuple[int, int]:
    """The ids of two provinces, codes ``mau`` and ``khac``, without any other row."""
    with sessions.begin() as session:
        return make_province(session, "mau").id, make_province(session, "khac").id


@pytest.fixture
def session(sessions: sessionmaker[Session], two_provinces: tuple[int, int]) -> Iterator[Session]:
    """The application's session inside the province ``mau``."""
    with sessions() as opened:
        enter_province(opened, two_provinces[0])
        yield opened
