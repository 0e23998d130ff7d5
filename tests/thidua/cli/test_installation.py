"""``thidua migrate``, ``status`` and ``worker``: which database, and is it fit."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from tests.factories import Database
from tests.thidua.cli.conftest import Shell
from tests.thidua.processes import START, program, waited

from thidua.store.embedded import APP, OWNER, Server
from thidua.store.engine import make_engine

UNREACHED = "Không nối được cơ sở dữ liệu. Hãy xem lại {} và máy chủ PostgreSQL."


def test_status_of_an_office_database(opened: Shell) -> None:
    opened.says("province", "apply", "tiengiang", "--yes")
    assert opened.says("status") == [
        "Cơ sở dữ liệu: PostgreSQL của cơ quan; đúng phiên bản",
        "nho: 4 đơn vị, 0 bản kết quả, kiểm toán 0 dòng đã niêm phong, 2 dòng chưa niêm phong",
        "tiengiang: 28 đơn vị, 1 bản kết quả, kiểm toán 0 dòng đã niêm phong, "
        "3 dòng chưa niêm phong",
    ]
    assert opened.json("status") == {
        "embedded": False,
        "schema": "current",
        "provinces": [
            {"code": "nho", "units": 4, "versions": 0, "sealed": 0, "unsealed": 2},
            {"code": "tiengiang", "units": 28, "versions": 1, "sealed": 0, "unsealed": 3},
        ],
    }


@pytest.fixture
def empty(database: Database, server: Server) -> Iterator[Database]:
    """A database without any table, as an office's administrator made it."""
    name = f"{database.app_url.rpartition('/')[2]}_trong"
    server.clone(name, "template0")
    yield Database(owner_url=server.url(OWNER, name), app_url=server.url(APP, name))
    server.drop(name)


def test_an_empty_database_is_told_then_migrated(
    shell: Shell, empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THIDUA_DATABASE_URL", empty.app_url)
    assert shell.says("status") == [
        "Cơ sở dữ liệu: PostgreSQL của cơ quan; trống, hãy chạy thidua migrate"
    ]
    behind = "Cơ sở dữ liệu chưa được nâng cấp. Hãy chạy: thidua migrate"
    for command in (("audit", "verify"), ("province", "apply", "nho"), ("worker",)):
        assert shell.refuses(*command) == behind
    assert shell.refuses("migrate") == ("Hãy đặt THIDUA_OWNER_URL: tài khoản sở hữu cơ sở dữ liệu.")
    monkeypatch.setenv("THIDUA_OWNER_URL", empty.app_url)
    assert shell.refuses("migrate") == (
        "THIDUA_DATABASE_URL phải ghi một tài khoản riêng, khác tài khoản sở hữu ở "
        "THIDUA_OWNER_URL. Hãy tạo tài khoản đó rồi chạy lại."
    )
    monkeypatch.setenv("THIDUA_DATABASE_URL", empty.owner_url)
    assert shell.refuses("migrate") == (
        "Tài khoản ở THIDUA_OWNER_URL không đủ quyền lập bảng. "
        "Hãy dùng tài khoản sở hữu cơ sở dữ liệu."
    )
    monkeypatch.setenv("THIDUA_OWNER_URL", empty.owner_url)
    unknown = empty.app_url.replace("thidua_app:", "khong_co:")
    monkeypatch.setenv("THIDUA_DATABASE_URL", unknown)
    assert shell.refuses("migrate") == (
        "Chưa có tài khoản “khong_co” trong PostgreSQL. Hãy tạo tài khoản đó rồi chạy lại."
    )
    monkeypatch.setenv("THIDUA_DATABASE_URL", empty.app_url)
    assert shell.says("migrate") == ["Cơ sở dữ liệu đã đúng phiên bản."]
    assert shell.says("status") == ["Cơ sở dữ liệu: PostgreSQL của cơ quan; đúng phiên bản"]


def test_migrate_may_be_repeated(
    shell: Shell, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THIDUA_OWNER_URL", database.owner_url)
    for _ in range(2):
        assert shell.says("migrate") == ["Cơ sở dữ liệu đã đúng phiên bản."]


def test_a_newer_database_is_refused(shell: Shell, owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'r9999'"))
    assert shell.says("status") == ["Cơ sở dữ liệu: PostgreSQL của cơ quan; mới hơn chương trình"]
    assert shell.refuses("audit", "verify") == (
        "Cơ sở dữ liệu mới hơn chương trình này. Hãy cài bản Thi đua mới hơn."
    )


def test_a_database_out_of_reach_is_a_sentence(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THIDUA_DATABASE_URL", "postgresql://a:b@127.0.0.1:1/c")
    for command in (("status",), ("audit", "verify"), ("worker",), ("campaign", "list", "nho")):
        assert shell.refuses(*command) == UNREACHED.format("THIDUA_DATABASE_URL")
    monkeypatch.setenv("THIDUA_OWNER_URL", "postgresql://chu:b@127.0.0.1:1/c")
    assert shell.refuses("migrate") == UNREACHED.format("THIDUA_OWNER_URL")


def test_a_database_that_stops_answering_is_a_sentence(
    opened: Shell, owner: Engine, server: Server
) -> None:
    limit = f'ALTER ROLE thidua_app IN DATABASE "{owner.url.database}" SET lock_timeout = 100'
    admin = make_engine(server.url("postgres"))
    with admin.begin() as connection:
        connection.execute(text(limit))
    admin.dispose()
    with owner.connect() as other:
        other.execute(text("LOCK TABLE campaign"))
        assert opened.refuses("campaign", "open", "nho", "2026") == (
            "Cơ sở dữ liệu ngừng trả lời, việc chưa được ghi: canceling statement due to lock "
            "timeout. Hãy chạy lại."
        )
        other.rollback()
    assert len(opened.json("campaign", "list", "nho")) == 1


def test_wrong_settings_are_named(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THIDUA_DATABASE_URL", "mysql://a")
    monkeypatch.setenv("THIDUA_DATABSE_URL", "sai chính tả")
    told = shell.refuses("status").splitlines()
    assert [line.partition(":")[0] for line in told] == [
        "THIDUA_DATABSE_URL", "THIDUA_DATABASE_URL",
    ]  # fmt: skip


def test_commands_stand_beside_a_worker_on_the_embedded_database(
    no_database: Shell, tmp_path: Path
) -> None:
    assert no_database.says("migrate") == ["Cơ sở dữ liệu đã đúng phiên bản."]
    env = {"THIDUA_HOME": os.environ["THIDUA_HOME"], "NHO_NOTICES": str(tmp_path)}
    with program("worker", path=tmp_path / "noi-dat", env=env) as worker:
        pid = tmp_path / "nha" / "postgres" / "data" / "postmaster.pid"
        assert waited(lambda: pid.exists() and pid.read_text().strip().endswith("ready"), START)
        no_database.says("province", "apply", "nho", "--yes")
        no_database.says("campaign", "open", "nho", "2025")

        def sealed() -> int:
            found: int = no_database.json("audit", "verify")["nho"]["sealed"]
            return found

        assert waited(lambda: sealed() == 2, START)
        assert no_database.says("status") == [
            "Cơ sở dữ liệu: nhúng, chỉ để dùng thử; đúng phiên bản",
            "nho: 4 đơn vị, 0 bản kết quả, kiểm toán 2 dòng đã niêm phong, 0 dòng chưa niêm phong",
        ]
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(15) == 0
    assert not pid.exists()
    assert no_database.json("audit", "verify")["nho"]["unsealed"] == 0
