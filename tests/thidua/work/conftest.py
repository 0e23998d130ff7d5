"""The small province, applied and with its campaign opened, committed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import Database
from tests.small import open_small

from thidua.store.campaigns import Campaign
from thidua.store.embedded import APP, OWNER, Server
from thidua.store.engine import make_engine
from thidua.store.tenancy import enter_province, make_sessionmaker, province_of


@dataclass(frozen=True)
class Opened:
    """Ids of the small province and its campaign."""

    province: int
    campaign: int


@pytest.fixture(scope="session")
def opened_template(server: Server) -> Iterator[tuple[str, Opened]]:
    """The name of a database with the small province and its campaign, and their ids."""
    name = f"opened_{uuid4().hex}"
    server.clone(name)
    engine = make_engine(server.url(APP, name))
    with make_sessionmaker(engine).begin() as session:
        campaign = open_small(session)
        opened = Opened(province_of(session), campaign.id)
    engine.dispose()  # nobody may be connected to a template
    yield name, opened
    server.drop(name)


@pytest.fixture
def database(server: Server, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh, migrated database: with the small province for who asks for it, else empty."""
    name, template = f"test_{uuid4().hex}", tuple[str, ...]()
    if "opened" in request.fixturenames:
        template = (request.getfixturevalue("opened_template")[0],)
    server.clone(name, *template)
    yield Database(owner_url=server.url(OWNER, name), app_url=server.url(APP, name))
    server.drop(name)


@pytest.fixture
def opened(opened_template: tuple[str, Opened], database: Database) -> Opened:
    """The small province with an open campaign, in the database of this test."""
    return opened_template[1]


@pytest.fixture
def inside(sessions: sessionmaker[Session], opened: Opened) -> Iterator[Session]:
    """A session inside the small province."""
    with sessions() as session:
        enter_province(session, opened.province)
        yield session


@pytest.fixture
def campaign(inside: Session, opened: Opened) -> Campaign:
    """Its open campaign, in the session ``inside``."""
    return inside.get_one(Campaign, opened.campaign)
