"""The one composition root: settings → database, sessions, provinces. Edges open it, once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from psycopg.errors import InsufficientPrivilege, UndefinedObject
from sqlalchemy import Engine, make_url, select
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session, sessionmaker

from thidua.errors import Conflict, Invalid, NotFound
from thidua.evidence.files import EvidenceFiles, open_files
from thidua.registry import LoadedProvince, Registry, load_registry
from thidua.settings import Settings
from thidua.store import embedded
from thidua.store.engine import make_engine, refuse_unsafe_role
from thidua.store.migrate import SchemaState, migrate, schema_state
from thidua.store.provinces import Province
from thidua.store.tenancy import enter_province, make_sessionmaker


@dataclass(frozen=True)
class Database:
    """Where the data is: the application's address, the owner's where known, embedded or not."""

    app_url: str
    owner_url: str | None
    embedded: bool

    def migrate(self) -> None:
        """Bring the schema to this program's; needs the owner's address."""
        if self.owner_url is None:
            raise Conflict("Hãy đặt THIDUA_OWNER_URL: tài khoản sở hữu cơ sở dữ liệu.")
        owner, application = make_url(self.owner_url), make_url(self.app_url)
        if not application.username or application.username == owner.username:
            raise Conflict(
                "THIDUA_DATABASE_URL phải ghi một tài khoản riêng, khác tài khoản sở hữu ở "
                "THIDUA_OWNER_URL. Hãy tạo tài khoản đó rồi chạy lại."
            )
        with connected(self.owner_url, "THIDUA_OWNER_URL"):
            try:
                migrate(self.owner_url, self.app_url)
            except ProgrammingError as error:
                if isinstance(error.orig, UndefinedObject):
                    raise Conflict(
                        f"Chưa có tài khoản “{application.username}” trong PostgreSQL. "
                        "Hãy tạo tài khoản đó rồi chạy lại."
                    ) from error
                if not isinstance(error.orig, InsufficientPrivilege):
                    raise
                raise Conflict(
                    "Tài khoản ở THIDUA_OWNER_URL không đủ quyền lập bảng. "
                    "Hãy dùng tài khoản sở hữu cơ sở dữ liệu."
                ) from error


@dataclass(frozen=True)
class Runtime:
    """Everything an edge needs to run use cases."""

    settings: Settings
    registry: Registry
    database: Database
    engine: Engine
    sessions: sessionmaker[Session]

    @property
    def timezone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.settings.timezone)

    @cached_property
    def files(self) -> EvidenceFiles:
        """The files of evidence, opened when first asked for: not before a process forks."""
        return open_files(self.settings)

    @property
    def libpq_url(self) -> str:
        """The application's address as libpq takes it."""
        url = make_url(self.database.app_url).set(drivername="postgresql")
        return url.render_as_string(hide_password=False)

    def province_codes(self) -> tuple[str, ...]:
        """The codes of the provinces in the database."""
        with self.sessions() as session:
            return tuple(session.scalars(select(Province.code).order_by(Province.code)))

    def province_id(self, code: str) -> int:
        """The id of a province in the database; ``NotFound`` says how to put it there."""
        with self.sessions() as session:
            ids = {row.code: row.id for row in session.scalars(select(Province))}
        found = ids.get(code)
        if found is None:
            self.registry.province(code)
            raise NotFound(
                f"Tỉnh “{code}” chưa có trong cơ sở dữ liệu. Hãy chạy: thidua province apply {code}"
            )
        return found

    def loaded_province(self, province_id: int) -> LoadedProvince:
        """The installed plugin of a province in the database."""
        with self.sessions() as session:
            code = session.get_one(Province, province_id).code
        return self.registry.province(code)

    @contextmanager
    def in_province(self, province_id: int) -> Iterator[Session]:
        """One transaction inside a province: committed at the end, rolled back on any error."""
        with self.sessions.begin() as session:
            enter_province(session, province_id)
            yield session


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The configured database, or the embedded one, running for as long as this is open."""
    if settings.database_url:
        yield Database(settings.database_url, settings.owner_url, embedded=False)
        return
    try:
        running = embedded.start(settings.home)
    except Conflict:
        server = embedded.running(settings.home)
        if server is None:
            raise
        yield Database(server.url(embedded.APP), server.url(embedded.OWNER), embedded=True)
        return
    with running:
        yield Database(running.app_url, running.owner_url, embedded=True)


@contextmanager
def open_runtime(settings: Settings, database: Database) -> Iterator[Runtime]:
    """A runtime on a database whose schema is this program's and whose role is safe."""
    with connected(database.app_url, "THIDUA_DATABASE_URL") as engine:
        refuse_unsafe_role(engine)
        refuse_other_schema(engine)
        yield Runtime(
            settings=settings,
            registry=load_registry(settings.provinces),
            database=database,
            engine=engine,
            sessions=make_sessionmaker(engine),
        )


@contextmanager
def connected(url: str, setting: str) -> Iterator[Engine]:
    """An engine on a database that answers; ``ThiduaError`` names the setting if none does."""
    try:
        engine = make_engine(url)
    except (ArgumentError, ValueError) as error:
        raise Invalid.one(
            setting, "không phải là địa chỉ PostgreSQL. Hãy xem lại máy chủ, cổng trong địa chỉ."
        ) from error
    try:
        _greet(engine, setting)
        yield engine
    finally:
        engine.dispose()


def _greet(engine: Engine, setting: str) -> None:
    try:
        with engine.connect():
            pass
    except OperationalError as error:
        raise Conflict(
            f"Không nối được cơ sở dữ liệu. Hãy xem lại {setting} và máy chủ PostgreSQL."
        ) from error


def refuse_other_schema(engine: Engine) -> None:
    """``Conflict`` with what to do when the schema is not this program's."""
    match schema_state(engine):
        case SchemaState.EMPTY | SchemaState.BEHIND:
            raise Conflict("Cơ sở dữ liệu chưa được nâng cấp. Hãy chạy: thidua migrate")
        case SchemaState.AHEAD:
            raise Conflict("Cơ sở dữ liệu mới hơn chương trình này. Hãy cài bản Thi đua mới hơn.")
        case SchemaState.CURRENT:
            return
