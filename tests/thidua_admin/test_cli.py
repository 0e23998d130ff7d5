"""The commands that need the web, run in this process on a fresh database."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import Database

from thidua.store.people import User
from thidua_admin.cli import main

PASSWORD = "thuyền bến gạo nâu"


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
    words = (province, username, "Bà Quản Trị", "--password", password, *more)
    return run("account", "create", *words)


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
    assert account("tiengiang", "ngan", password="gạo") == (
        2,
        "Mật khẩu: Phải có ít nhất 10 ký tự. Hãy dùng vài từ không liên quan với nhau.\n"
        "Mật khẩu: Lặp lại vài ký tự nên dễ đoán. Hãy chọn mật khẩu khác.\n",
    )
    assert account("khong-co", "ai.do")[0] == 2
    assert account("tiengiang", "can.bo", "--role", "officer")[0] == 2  # needs a unit
    with sessions() as session:
        assert session.scalars(select(User)).all() == []


@pytest.mark.usefixtures("installed")
def test_workbook_of_accounts_is_looked_through_then_made_with_slips(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    book, slips = tmp_path / "tai-khoan.csv", tmp_path / "phieu.html"
    book.write_text("Họ và tên,Tên đăng nhập,Vai trò\nBà Lan,lan,Lãnh đạo\nÔng Hoà,hoa,Hội đồng\n")
    said = "{0} lập tài khoản: lan (Lãnh đạo)\n{0} lập tài khoản: hoa (Hội đồng)\n{0} ghi 2 dòng"
    asked = ("account", "import", "tiengiang", str(book))
    assert run(*asked, "--preview") == (0, f"{said.format('Sẽ')}, giữ nguyên 0 dòng.\n")
    assert run(*asked)[0] == 2  # the slips have nowhere to go
    assert users(sessions) == []
    assert run(*asked, "--slips", str(slips)) == (0, f"{said.format('Đã')}, giữ nguyên 0 dòng.\n")
    assert users(sessions) == [("hoa", True), ("lan", True)]
    page = slips.read_text(encoding="utf-8")
    assert [name in page for name in ("<code>lan</code>", "<code>hoa</code>")] == [True, True]
    assert slips.stat().st_mode & 0o777 == 0o600
    book.write_text("Họ và tên,Tên đăng nhập,Vai trò\nBà Mai,mai,Lãnh đạo\nBà Sai,sai,Giám đốc\n")
    assert run(*asked, "--slips", str(slips))[1].startswith("Dòng 3, Vai trò: Không có vai trò")
    assert users(sessions) == [("hoa", True), ("lan", True)]


@pytest.mark.usefixtures("installed")
def test_lost_account_is_reset_with_a_one_time_password(sessions: sessionmaker[Session]) -> None:
    account("tiengiang", "quan.tri")
    status, said = run("account", "reset", "tiengiang", "QUAN.tri", "--two-factor")
    assert status == 0
    assert re.fullmatch(r"Mật khẩu dùng một lần của quan\.tri: \w{4}-\w{4}-\w{4}\n", said)
    assert users(sessions) == [("quan.tri", True)]
    assert run("account", "reset", "tiengiang", "khong.co")[0] == 2


def users(sessions: sessionmaker[Session]) -> list[tuple[str, bool]]:
    """Every account, and whether its password must be changed."""
    with sessions() as session:
        found = session.scalars(select(User).order_by(User.username)).all()
    return [(user.username, user.must_change_password) for user in found]


def test_port_beyond_all_ports_is_refused() -> None:
    assert run("demo", "--port", "70000")[0] == 2
    assert run("serve", "--port", "0")[0] == 2
