"""The whole web on a database with two provinces, an account for each role, and rows to leak.

Everything that belongs to the province ``mau`` and could leak carries the mark ``MAU``, everything
of ``tiengiang`` the mark ``OTHER``. Accounts of ``mau`` are named like their role; ``tg`` is an
administrator of the other province, ``hai`` of both; ``ngoai`` has a role in none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from openpyxl import load_workbook
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from tests.awarding import DECIDES_ON, FORM, scheme
from tests.factories import make_result
from tests.statements import statements
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from thidua.errors import ProvinceRefused
from thidua.registry import Registry, load_province
from thidua.runtime import Database, Runtime
from thidua.settings import Settings
from thidua.spec.base import LegalBasis
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.document import document
from thidua.spec.movement import AwardForm, Movement, MovementDuty
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.campaigns import Campaign
from thidua.store.documents import StoredAwardForm, StoredMovement
from thidua.store.embedded import APP, OWNER, Server
from thidua.store.engine import make_engine
from thidua.store.people import ROLES, User
from thidua.store.successions import Succession, SuccessionLink
from thidua.store.tables import metadata
from thidua.store.tenancy import make_sessionmaker
from thidua.store.units import Unit, UnitPeriod
from thidua.testing.sample.thidua_mau.plugin import province as mau
from thidua.work.accounts import FOR_A_UNIT, create_user, grant_membership
from thidua.work.awards import open_round, store_scheme
from thidua.work.nominations import nominate_person
from thidua.work.opening import open_campaign
from thidua.work.provinces import apply_province, store_set
from thidua.work.results import compute_results
from thidua.work.units import register_unit
from thidua_admin.app import create_app
from thidua_admin.security import password_hash
from thidua_tiengiang.plugin import province as tiengiang

PASSWORD = "mật khẩu dùng để thử"
MAU = "Kín Mẫu"
OTHER = "Kín Tiền Giang"
COMMAND = Actor(kind="command", name=f"lệnh {MAU}")
OTHER_COMMAND = Actor(kind="command", name=f"lệnh {OTHER}")
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Web:
    """The app on its own database."""

    app: Flask
    runtime: Runtime

    def client(self, username: str) -> FlaskClient:
        """A browser in which this account has signed in."""
        client = self.app.test_client()
        answer = post(client, "/login", username=username, password=PASSWORD)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
        return client

    @contextmanager
    def inside(self, code: str = "mau") -> Iterator[Session]:
        """A session in a province; what it did is committed."""
        with self.runtime.in_province(self.runtime.province_id(code)) as session:
            yield session

    def rows(self, code: str = "mau") -> dict[str, list[object]]:
        """Every row of a province and every account, by table."""
        with self.inside(code) as session:
            return {
                name: [tuple(row) for row in session.execute(select(table).order_by(table.c.id))]
                for name, table in metadata.tables.items()
                if "province_id" in table.c or name == "user"
            }

    def count_queries(self, ask: Callable[[], object]) -> int:
        """How many statements ``ask`` sends to the database."""
        with statements() as sent:
            ask()
        return len(sent)


def token(client: FlaskClient) -> str:
    """A form's token for this browser."""
    page = client.get("/login", follow_redirects=True).text
    return str(re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0])


def post(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    """Submit a form with its token."""
    return client.post(path, data={"csrf_token": token(client), **fields})


def words(answer: TestResponse) -> str:
    """What an answer says, a workbook's cells included."""
    if not (answer.mimetype or "").endswith("spreadsheetml.sheet"):
        return answer.text
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    return "\n".join(str(cell) for row in sheet.values for cell in row)


def said(page: str) -> list[str]:
    """The flashed sentences on a page."""
    found = re.findall(r'<span class="flash-text">(.*?)</span>', page, re.DOTALL)
    return [" ".join(text.split()) for text in found if text.strip()]


@pytest.fixture(scope="session")
def web_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the installation under test, with the secrets of its passwords."""
    return tmp_path_factory.mktemp("web-home")


@pytest.fixture(scope="session")
def web_template(server: Server, web_home: Path) -> Iterator[str]:
    """The name of a filled database that nobody is connected to."""
    name = f"web_{uuid4().hex}"
    server.clone(name)
    with _web(server, name, web_home) as web:
        _fill(web)
    yield name
    server.drop(name)


@pytest.fixture
def web(server: Server, web_template: str, web_home: Path) -> Iterator[Web]:
    """The web on a copy of the filled database."""
    name = f"test_{uuid4().hex}"
    server.clone(name, web_template)
    with _web(server, name, web_home) as web:
        yield web
    server.drop(name)


@contextmanager
def _web(server: Server, name: str, home: Path) -> Iterator[Web]:
    database = Database(server.url(APP, name), server.url(OWNER, name), embedded=True)
    engine: Engine = make_engine(database.app_url)
    runtime = Runtime(
        settings=Settings(home=home, two_factor="offered"),
        registry=_registry(),
        database=database,
        engine=engine,
        sessions=make_sessionmaker(engine),
    )
    yield made_web(runtime)
    engine.dispose()


_compile_builder = Rule._compile_builder


def _when_needed(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """What builds the addresses of a rule, compiled when the first one is built.

    Compiling it for every rule is four fifths of the time that an app takes to be made, and a
    test makes an app of its own but builds addresses of few rules.
    """
    made: list[Callable[..., tuple[str, str]]] = []

    def build(self: Rule, **values: object) -> tuple[str, str]:
        if not made:
            made.append(_compile_builder(rule, append_unknown))
        return made[0](self, **values)

    return build


Rule._compile_builder = _when_needed  # type: ignore[assignment, method-assign]


def made_web(runtime: Runtime, *, tour: bool = False) -> Web:
    """The app on a runtime, its passwords hashed cheaply: tests sign in hundreds of times.

    The templates that it compiles are kept for the next test.
    """
    app = create_app(runtime, tour=tour)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(runtime.settings.home))
    app.extensions["security"].pwd_context.update(
        argon2__rounds=1, argon2__memory_cost=1024, argon2__parallelism=1
    )
    return Web(app, runtime)


@cache
def _registry() -> Registry:
    loaded = [load_province("mau", mau), load_province("tiengiang", tiengiang)]
    return Registry(
        provinces={item.code: item for item in loaded},
        refused=(ProvinceRefused("hong", "info() thiếu dấu @hookimpl"),),
    )


def _fill(web: Web) -> None:
    specs = {code: item.spec for code, item in web.runtime.registry.provinces.items()}
    with web.app.app_context():
        hashed = password_hash(PASSWORD)
    for code, mark, by in (("mau", MAU, COMMAND), ("tiengiang", OTHER, OTHER_COMMAND)):
        with web.runtime.sessions.begin() as session:
            apply_province(session, spec=specs[code], by=by)
            _fill_province(session, specs[code], mark, by)
    with web.inside() as session:
        _accounts(session, hashed)
        _campaign(session, web.runtime, specs["mau"])
    with web.inside("tiengiang") as session:
        _account(session, "tg", f"Ông {OTHER}", hashed, OTHER_COMMAND)
        both = session.scalars(select(User).where(User.username == "hai")).one()
        grant_membership(session, user_id=both.id, role="admin", by=OTHER_COMMAND)
        title = f"Kỳ {OTHER}"
        session.add(Campaign(year=2024, title=title, opens_on=NOW.date(), illustrative=True))


def _fill_province(session: Session, spec: ProvinceSpec, mark: str, by: Actor) -> None:
    kind = spec.unit_kinds[-1]
    unit = register_unit(
        session, name=f"Xã {mark}", kind=kind.code, cluster=None, official_code="",
        valid_from=date(2020, 1, 1), valid_to=None, by=by,
    )  # fmt: skip
    merged = Succession(
        code="kin", kind="dissolve", title=f"Sắp xếp {mark}", effective_on=date(2031, 1, 1),
        provenance="official",
    )  # fmt: skip
    session.add(merged)
    session.flush()
    session.add(SuccessionLink(succession_id=merged.id, predecessor_id=unit.unit_id, share=1))
    movement = Movement(
        code="cchc", title=f"Phong trào {mark}", theme="Chủ đề", award_forms=("bang-khen-thu",),
        plan=LegalBasis(title="Kế hoạch phát động", number="7/KH"),
        duties=(MovementDuty(code="mot", who="Các sở", text="Hưởng ứng", proof="Kế hoạch"),),
    )  # fmt: skip
    session.add(StoredMovement(code="cchc", hash="", document=document(movement)))
    version = make_result(session, session.get_one(Unit, unit.unit_id), number=7)
    version.title = f"Kết quả {mark}"
    fill_round(session, unit.unit_id, mark, by)
    first = spec.criteria_sets[0]
    store_set(session, criteria=first.model_copy(update={"code": "kin", "title": f"Bộ {mark}"}))
    record(
        session, actor=by, action="unit.change", subject=("unit", unit.unit_id),
        reason=f"Lý do {mark}", after={"name": f"Sau {mark}"},
    )  # fmt: skip


def fill_round(session: Session, unit_id: int, mark: str, by: Actor) -> None:
    """A round of awards whose title, and whose one nominee, carry the mark."""
    form = AwardForm.model_validate({**FORM, "code": "bang-khen-thu"})
    session.add(StoredAwardForm(code=form.code, hash="", document=document(form)))
    changed = {"title": f"Khen thưởng {mark}", "form": form.code}
    store_scheme(session, scheme=scheme(**changed))
    round_ = open_round(session, scheme="khen-cchc", year=2025, decides_on=DECIDES_ON, by=by)
    nominate_person(
        session, round_id=round_.id, nominator_id=unit_id, unit_id=unit_id, name=f"Bà {mark}",
        by=by,
    )  # fmt: skip


def _accounts(session: Session, hashed: str) -> None:
    units = session.scalars(select(UnitPeriod.unit_id).order_by(UnitPeriod.id)).all()
    for role in ROLES:
        user = create_user(
            session, username=role, name=f"Bà {role}", password_hash=hashed, by=COMMAND
        )
        unit_id = units[0] if role in FOR_A_UNIT else None
        grant_membership(session, user_id=user.id, role=role, unit_id=unit_id, by=COMMAND)
    _account(session, "hai", "Ông Hai", hashed)
    _account(session, "kin", f"Ông {MAU}", hashed)
    create_user(session, username="ngoai", name="Ông Ngoài", password_hash=hashed, by=COMMAND)


def _account(session: Session, username: str, name: str, hashed: str, by: Actor = COMMAND) -> None:
    user = create_user(session, username=username, name=name, password_hash=hashed, by=by)
    grant_membership(session, user_id=user.id, role="admin", by=by)


def _campaign(session: Session, runtime: Runtime, spec: ProvinceSpec) -> None:
    campaign = open_campaign(
        session, spec=spec, year=2026, by=COMMAND, at=NOW, timezone=runtime.timezone,
        title=f"Kỳ {MAU}",
    )  # fmt: skip
    compute_results(session, campaign_id=campaign.id, by=COMMAND, plugin_version="1")
