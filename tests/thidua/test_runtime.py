"""The composition root: which database is opened, which is refused, and what a runtime gives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from tests.factories import Database as Urls
from tests.small import open_small, small_spec
from tests.thidua.processes import waited

from thidua.errors import Conflict, NotFound, ThiduaError
from thidua.registry import Registry
from thidua.runtime import Database, Runtime, open_database, open_runtime, refuse_other_schema
from thidua.settings import Settings, read_settings
from thidua.store.embedded import APP, Server
from thidua.store.engine import make_engine
from thidua.store.provinces import Province
from thidua.store.units import Unit


def settings_for(urls: Urls, **given: object) -> Settings:
    return read_settings(database_url=urls.app_url, **given)


def refused(url: str) -> str:
    """The sentence with which a runtime on ``url`` is refused."""
    with (
        pytest.raises(ThiduaError) as told,
        open_runtime(read_settings(database_url=url), Database(url, None, embedded=False)),
    ):
        pass
    return str(told.value)


def test_a_configured_database_is_taken_as_it_is(database: Urls) -> None:
    settings = settings_for(database, owner_url=database.owner_url)
    with open_database(settings) as opened:
        assert opened == Database(database.app_url, database.owner_url, embedded=False)
    with open_database(settings_for(database)) as opened:
        assert opened.owner_url is None
        with pytest.raises(Conflict, match="Hãy đặt THIDUA_OWNER_URL"):
            opened.migrate()


def test_a_runtime_gives_sessions_in_one_province(database: Urls) -> None:
    settings = settings_for(database, provinces=("tiengiang",), timezone="Asia/Bangkok")
    with open_database(settings) as opened, open_runtime(settings, opened) as runtime:
        assert (str(runtime.timezone), list(runtime.registry.provinces)) == (
            "Asia/Bangkok", ["tiengiang"],
        )  # fmt: skip
        assert runtime.libpq_url == database.app_url.replace("+psycopg", "")
        with runtime.sessions.begin() as session:
            open_small(session, small_spec("tiengiang"))
        assert runtime.province_codes() == ("tiengiang",)
        province = runtime.province_id("tiengiang")
        assert runtime.loaded_province(province).code == "tiengiang"

        def fail() -> None:
            with runtime.in_province(province) as session:
                session.add(Unit(key="moi", created_by="seed"))
                session.flush()
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        with runtime.in_province(province) as session:
            session.add(Unit(key="giu", created_by="seed"))
        with runtime.in_province(province) as session:
            keys = select(Unit.key).where(Unit.key.in_(("moi", "giu")))
            assert session.scalars(keys).all() == ["giu"]


def test_a_province_that_is_not_applied_or_not_installed_is_named(database: Urls) -> None:
    settings = settings_for(database, provinces=("tiengiang",))
    with open_database(settings) as opened, open_runtime(settings, opened) as runtime:
        with pytest.raises(NotFound) as told:
            runtime.province_id("tiengiang")
        assert str(told.value) == (
            "Tỉnh “tiengiang” chưa có trong cơ sở dữ liệu. "
            "Hãy chạy: thidua province apply tiengiang"
        )
        with pytest.raises(NotFound, match=r"^Không có tỉnh “khong”\. Các tỉnh đã cài: tiengiang"):
            runtime.province_id("khong")
        with runtime.sessions.begin() as session:
            open_small(session, small_spec())
        with pytest.raises(NotFound, match="Không có tỉnh “nho”"):
            runtime.loaded_province(runtime.province_id("nho"))


def test_the_owner_and_a_superuser_are_refused(database: Urls, server: Server) -> None:
    assert refused(database.owner_url) == (
        "THIDUA_DATABASE_URL: tài khoản “thidua_owner” sở hữu các bảng dữ liệu, nên dữ liệu giữa "
        "các tỉnh không được ngăn cách. Hãy dùng một tài khoản thường; tài khoản sở hữu bảng chỉ "
        "đặt ở THIDUA_OWNER_URL."
    )
    name = database.app_url.rpartition("/")[2]
    assert "là siêu quản trị (superuser)" in refused(server.url("postgres", name))


def test_another_schema_is_refused(database: Urls, server: Server, owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'r9999'"))
    assert refused(database.app_url) == (
        "Cơ sở dữ liệu mới hơn chương trình này. Hãy cài bản Thi đua mới hơn."
    )
    name = f"{database.app_url.rpartition('/')[2]}_trong"
    server.clone(name, "template0")
    engine = make_engine(server.url(APP, name))
    with pytest.raises(Conflict) as told:
        refuse_other_schema(engine)
    engine.dispose()
    server.drop(name)
    assert str(told.value) == "Cơ sở dữ liệu chưa được nâng cấp. Hãy chạy: thidua migrate"


@pytest.mark.parametrize(
    "change",
    [
        {"port": 1},
        {"password": "sai"},
        {"database": "khong-co"},
        {"host": "khong-co.invalid"},
    ],
)
def test_a_database_that_cannot_be_reached_is_a_sentence(
    database: Urls, change: dict[str, object]
) -> None:
    url = make_engine(database.app_url).url.set(**change)  # type: ignore[arg-type]
    assert refused(url.render_as_string(hide_password=False)) == (
        "Không nối được cơ sở dữ liệu. Hãy xem lại THIDUA_DATABASE_URL và máy chủ PostgreSQL."
    )


@pytest.mark.parametrize("url", ["postgresql://a:b@c:cong/d", "postgresql://[::1/d"])
def test_an_address_that_is_none_is_a_sentence(url: str) -> None:
    assert refused(url).startswith("THIDUA_DATABASE_URL: ")


HOLD = """
import sys, time
from pathlib import Path
from thidua.runtime import open_database
from thidua.settings import read_settings
with open_database(read_settings()) as database:
    database.migrate()
    Path(sys.argv[1]).touch()
    sys.stdin.read()
"""


def test_the_embedded_database_of_another_process_is_shared(tmp_path: Path) -> None:
    settings = read_settings(home=tmp_path / "nha")
    environment = {**os.environ, "THIDUA_HOME": str(settings.home)}
    ready = tmp_path / "san-sang"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(ready)], env=environment, stdin=subprocess.PIPE
    ) as holder:
        assert waited(ready.exists, 60)
        with open_database(settings) as opened:
            assert (opened.embedded, opened.owner_url is None) == (True, False)
            opened.migrate()
            with open_runtime(settings, opened) as runtime, runtime.sessions.begin() as session:
                open_small(session)
        holder.communicate(timeout=60)
    with open_database(settings) as again, open_runtime(settings, again) as runtime:
        assert runtime.province_codes() == ("nho",)


def test_a_runtime_needs_no_province_at_all(database: Urls) -> None:
    settings = settings_for(database, provinces=("khong-co",))
    with open_database(settings) as opened, open_runtime(settings, opened) as runtime:
        assert isinstance(runtime, Runtime)
        assert isinstance(runtime.registry, Registry)
        assert dict(runtime.registry.provinces) == {}
        assert runtime.province_codes() == ()
        with runtime.sessions() as session:
            assert session.scalars(select(Province)).all() == []
