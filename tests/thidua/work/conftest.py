"""The small province, applied and with its campaign opened, committed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.small import open_small

from thidua.store.campaigns import Campaign
from thidua.store.tenancy import enter_province, province_of


@dataclass(frozen=True)
class Opened:
    """Ids of the small province and its campaign."""

    province: int
    campaign: int


@pytest.fixture
def opened(sessions: sessionmaker[Session]) -> Opened:
    """The small province with an open campaign."""
    with sessions.begin() as session:
        campaign = open_small(session)
        return Opened(province_of(session), campaign.id)


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
