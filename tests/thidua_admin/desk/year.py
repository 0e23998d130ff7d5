"""A year in two small provinces on the web: what units enter, a survey, the officials' survey.

``nho`` and ``khac`` are alike; everything of ``khac`` carries the mark ``KHAC``. In each 1.1 and
1.2 are entered by units (Sở Ba is exempt from 1.1), 2.1 rests on ``sipas``, 2.2 is a bonus, 3.1
and 3.2 are asked of officials. Accounts of ``nho`` are named like their role, officer and
appraiser on behalf of Sở Một; ``xa`` is the commune's officer; ``khac`` the secretariat of the
other province.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from weakref import WeakKeyDictionary

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import (
    COUNT,
    RATIO,
    SURVEY,
    criteria,
    domain,
    leaf,
    open_small,
    small_spec,
    unit_id,
)
from tests.surveying import OFFICIALS
from tests.thidua_admin.conftest import PASSWORD, Web, made_web, said, token

from thidua.registry import Registry, load_province
from thidua.runtime import Database, Runtime
from thidua.settings import Settings
from thidua.spec.bundle import ProvinceSpec
from thidua.store.campaigns import Campaign
from thidua.store.embedded import APP, OWNER, Server
from thidua.store.engine import make_engine
from thidua.store.people import ROLES
from thidua.store.tenancy import make_sessionmaker
from thidua.testing.sample.thidua_mau.plugin import province as mau
from thidua.work.accounts import FOR_A_UNIT, create_user, grant_membership
from thidua.work.schedule import set_windows
from thidua.work.windows import Window
from thidua_admin.security import password_hash

KHAC = "Kín Khác"
DAY = timedelta(days=1)
START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
WINDOWS = (
    Window("self", START - 20 * DAY, START - DAY),
    Window("appraisal_1", START - 5 * DAY, START + 10 * DAY),
    Window("adoption", START - 2 * DAY, START + 30 * DAY),
    Window("petitions", START - DAY, START + 40 * DAY),
)
"""Self-assessment is over, appraisal runs, the board may adopt, petitions may come."""

CAMPAIGN = 1
"""The open campaign of ``nho``; that of ``khac`` is the next."""


def year_spec(code: str) -> ProvinceSpec:
    """The province of this code."""
    mark = KHAC if code == "khac" else ""
    domains = [
        domain(
            "1",
            "Chỉ đạo, điều hành",
            leaf("1.1", "Hoàn thành nhiệm vụ", 40, RATIO),
            leaf("1.2", f"Trang thông tin {mark}", 20, {"kind": "manual"}),
            appraiser="so-hai",
        ),
        domain(
            "2",
            "Hài lòng và sáng kiến",
            leaf("2.1", "Mức độ hài lòng", 20, SURVEY),
            leaf("2.2", "Sáng kiến", 1, COUNT, counts_as="bonus"),
        ),
        domain(
            "3",
            "Công chức đánh giá",
            leaf("3.1", "Chỉ đạo của lãnh đạo", 10, OFFICIALS, guidance="Xem cả năm"),
            leaf("3.2", "Thái độ phục vụ", 10, OFFICIALS),
        ),
    ]
    title = f"Bộ tiêu chí {mark}"
    return small_spec(code, criteria_sets=[criteria(declared=None, title=title, domains=domains)])


def make_template(server: Server, name: str, home: Path) -> None:
    """A database with both provinces, accounts and open campaigns, that nobody is connected to."""
    server.clone(name)
    with on_web(server, name, home) as web:
        with web.app.app_context():
            hashed = password_hash(PASSWORD)
        for code in ("nho", "khac"):
            with web.runtime.sessions.begin() as session:
                _fill(session, code, hashed)


@contextmanager
def on_web(server: Server, name: str, home: Path, *, public: bool = True) -> Iterator[Web]:
    """The web on a database of both provinces."""
    database = Database(server.url(APP, name), server.url(OWNER, name), embedded=True)
    engine = make_engine(database.app_url)
    runtime = Runtime(
        settings=Settings(home=home, two_factor="offered", public_results=public),
        registry=_registry(),
        database=database,
        engine=engine,
        sessions=make_sessionmaker(engine),
    )
    yield made_web(runtime)
    engine.dispose()


def _registry() -> Registry:
    one = load_province("mau", mau)
    specs = {code: year_spec(code) for code in ("nho", "khac")}
    return Registry(
        {code: replace(one, name=code, spec=spec, rule_kinds={}) for code, spec in specs.items()}
    )


def _fill(session: Session, code: str, hashed: str) -> None:
    campaign = open_small(session, year_spec(code))
    if code == "khac":
        campaign.title = f"Kỳ {KHAC}"
    set_windows(
        session, campaign_id=campaign.id, windows=WINDOWS, by=COMMAND, at=campaign_start(campaign)
    )
    if code == "khac":
        _account(session, "khac", "secretariat", hashed)
        return
    for role in ROLES:
        _account(session, role, role, hashed, "so-mot" if role in FOR_A_UNIT else "")
    _account(session, "xa", "officer", hashed, "xa-mot")


def campaign_start(campaign: Campaign) -> datetime:
    """When the campaign opened."""
    assert campaign.opened_at is not None
    return campaign.opened_at


def _account(session: Session, username: str, role: str, hashed: str, unit: str = "") -> None:
    user = create_user(
        session, username=username, name=f"Bà {username}", password_hash=hashed, by=COMMAND
    )
    known = {one: one for one in ROLES}
    grant_membership(
        session, user_id=user.id, role=known[role], by=COMMAND,  # type: ignore[index]
        unit_id=unit_id(session, unit) if unit else None,
    )  # fmt: skip


def campaign_of(session: Session) -> Campaign:
    """The campaign of the entered province."""
    return session.scalars(select(Campaign)).one()


def read(client: FlaskClient, path: str) -> str:
    """What is read on a page that is shown, without its tags."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return plain(answer.text)


def plain(page: str) -> str:
    """The words of a page."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


_TOKENS: WeakKeyDictionary[FlaskClient, str] = WeakKeyDictionary()


def form_token(client: FlaskClient) -> str:
    """The token of this browser's forms, looked for once."""
    return _TOKENS.setdefault(client, _TOKENS.get(client) or token(client))


def told(client: FlaskClient, path: str, **fields: object) -> list[str]:
    """What is flashed after a form was sent, here or where it leads."""
    answer = client.post(path, data={"csrf_token": form_token(client), **fields})
    assert answer.status_code in (200, 302), path
    page = client.get(answer.headers["Location"]).text if answer.status_code == 302 else answer.text
    return said(page)
