"""The year of two small provinces on the web, for the desks of those who run it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from tests.thidua_admin.conftest import Web
from tests.thidua_admin.desk.year import make_template, on_web

from thidua.store.embedded import Server


@pytest.fixture(scope="session")
def year_template(server: Server, web_home: Path) -> Iterator[str]:
    """The name of the filled database."""
    name = f"year_{uuid4().hex}"
    make_template(server, name, web_home)
    yield name
    server.drop(name)


@pytest.fixture
def year(server: Server, year_template: str, web_home: Path) -> Iterator[Web]:
    """The web on a copy of it, published results open to all."""
    name = f"test_{uuid4().hex}"
    server.clone(name, year_template)
    with on_web(server, name, web_home) as web:
        yield web
    server.drop(name)
