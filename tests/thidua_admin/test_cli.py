"""The commands that need the web, run in this process on a fresh database."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import Database

from thidua.store.people import User
from thidua_admin.cli import main

PASSWORD = "mật khẩu đủ dài"


def run(*words: str) -> tuple[int, str]:
    """Exit status and everything printed."""
    done = CliRunner().invoke(main, words)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.fixture
def installed(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiền Giang applied to a database of the office's own."""
    monkeypatch.setenv("THIDUA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("THIDUA_DATABASE_URL", database.app_url)
    monkeypatch.delenv("THIDUA_OWNER_URL", raising=False)
    assert run("province", "apply", "tiengiang", "--yes")[0] == 0


def account(province: str, username: str, *more: str, password: str = PASSWORD) -> tuple[int, str]:
    return run("account", province, username, "Bà Quản Trị", "--password", password, *more)


@pytest.mark.usefixtures("installed")
def test_account_is_made_once_with_its_name_in_one_form(
    sessions: sessionmaker[Session], engine: Engine
) -> None:
    assert account("tiengiang", "Quản.Trị") == (0, "Đã lập tài khoản quản.trị.\n")
    assert account("tiengiang", "QUẢN.trị") == (
        2,
        "Tên đăng nhập “quản.trị” đã có người dùng. Hãy chọn tên khác.\n",
    )
    assert account("tiengiang", "lanh.dao", "--role", "leader")[0] == 0
    with sessions() as session:
        users = session.scalars(select(User).order_by(User.id)).all()
    assert [(user.username, user.name) for user in users] == [
        ("quản.trị", "Bà Quản Trị"),
        ("lanh.dao", "Bà Quản Trị"),
    ]
    assert all(user.password and PASSWORD not in user.password for user in users)


@pytest.mark.usefixtures("installed")
def test_account_is_refused_with_a_sentence_and_not_made(sessions: sessionmaker[Session]) -> None:
    assert account("tiengiang", "ngan", password="ngắn") == (
        2,
        "Mật khẩu: phải có ít nhất 10 ký tự.\n",
    )
    assert account("khong-co", "ai.do")[0] == 2
    assert account("tiengiang", "can.bo", "--role", "officer")[0] == 2  # needs a unit
    with sessions() as session:
        assert session.scalars(select(User)).all() == []


def test_port_beyond_all_ports_is_refused() -> None:
    assert run("demo", "--port", "70000")[0] == 2
    assert run("serve", "--port", "0")[0] == 2
