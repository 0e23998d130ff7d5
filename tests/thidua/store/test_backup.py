"""What is backed up comes back whole, into an empty place only, or not at all."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from psycopg import OperationalError
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import (
    Database,
    fill_province,
    make_province,
    make_unit,
    refusal,
    seal_all,
)

from thidua.errors import Conflict, Invalid
from thidua.store.audit import verify
from thidua.store.backup import META, restore_backup, table_names, write_backup
from thidua.store.embedded import APP, OWNER, Server
from thidua.store.engine import make_engine
from thidua.store.tables import metadata
from thidua.store.tenancy import enter_province, make_sessionmaker
from thidua.store.units import Unit


@pytest.fixture
def elsewhere(server: Server) -> Iterator[Database]:
    """Another fresh, migrated database."""
    name = f"test_{uuid4().hex}"
    server.clone(name)
    yield Database(owner_url=server.url(OWNER, name), app_url=server.url(APP, name))
    server.drop(name)


@pytest.fixture
def filled(database: Database, sessions: sessionmaker[Session]) -> Database:
    """A database with two full provinces, one of them sealed."""
    for code in ("mot", "hai"):
        with sessions.begin() as session:
            province = make_province(session, code)
            session.flush()
            enter_province(session, province.id)
            fill_province(session)
            ids = province.id
    seal_all(sessions, ids)
    return database


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of files."""
    folder = tmp_path / "files"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "văn bản.pdf").write_bytes(b"%PDF" + bytes(3_000_000))
    (folder / "rỗng").touch()
    return folder


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    engine = make_engine(url)
    with engine.connect() as connection:
        found = {
            name: sorted(map(tuple, connection.execute(text(f'SELECT t::text FROM "{name}" t'))))
            for name in table_names()
        }
    engine.dispose()
    return found


def test_every_row_and_file_comes_back(
    filled: Database, elsewhere: Database, files: Path, tmp_path: Path
) -> None:
    target, back = tmp_path / "sao-luu.zip", tmp_path / "back"
    home, fresh = tmp_path / "nha", tmp_path / "nha-moi"
    home.mkdir()
    (home / "password.secret").write_text("muối của mật khẩu")
    (home / "totp.secret").write_text("khóa của bước thứ hai")
    made = write_backup(filled.owner_url, target, engine="1", home=home, files=files)
    assert made.secrets == 2
    assert restore_backup(elsewhere.owner_url, target, home=fresh, files=back) == made
    before = everything(filled.owner_url)
    assert everything(elsewhere.owner_url) == before
    assert {name for name in metadata.tables if before[name]} == set(metadata.tables)
    assert made.rows == {name: len(rows) for name, rows in before.items()}
    assert {p.relative_to(back): p.read_bytes() for p in back.rglob("*") if p.is_file()} == {
        p.relative_to(files): p.read_bytes() for p in files.rglob("*") if p.is_file()
    }
    assert target.stat().st_mode & 0o777 == 0o600
    assert {(p.name, p.read_text(), p.stat().st_mode & 0o777) for p in fresh.iterdir()} == {
        ("password.secret", "muối của mật khẩu", 0o600),
        ("totp.secret", "khóa của bước thứ hai", 0o600),
    }


def test_the_restored_database_works_on(
    filled: Database, elsewhere: Database, tmp_path: Path
) -> None:
    target = tmp_path / "sao-luu.zip"
    write_backup(filled.owner_url, target, engine="1", home=tmp_path / "nha", files=None)
    restore_backup(elsewhere.owner_url, target, home=tmp_path / "nha-moi", files=None)
    with opened(elsewhere) as session:
        enter_province(session, 2)
        assert verify(session).broken == ()
        before = session.scalars(select(Unit.key)).all()
        fresh = make_unit(session, "Sở Sau Khôi Phục")
        assert session.scalars(select(Unit.key)).all() == [*before, fresh.key]
        frozen = text("UPDATE criteria_set SET title = 'khác'")
        assert "không sửa, không xóa được" in refusal(session, frozen)


@contextmanager
def opened(database: Database) -> Iterator[Session]:
    """A transaction of the application on a database."""
    engine = make_engine(database.app_url)
    try:
        with make_sessionmaker(engine).begin() as session:
            yield session
    finally:
        engine.dispose()


def test_a_filled_database_is_left_alone(filled: Database, tmp_path: Path) -> None:
    target = tmp_path / "sao-luu.zip"
    write_backup(filled.owner_url, target, engine="1", home=tmp_path / "nha", files=None)
    before = everything(filled.owner_url)
    with pytest.raises(Conflict, match="Chỉ khôi phục vào cơ sở dữ liệu trống"):
        restore_backup(filled.owner_url, target, home=tmp_path / "nha-moi", files=None)
    assert everything(filled.owner_url) == before


def test_a_filled_folder_is_left_alone(
    filled: Database, elsewhere: Database, files: Path, tmp_path: Path
) -> None:
    target = tmp_path / "sao-luu.zip"
    write_backup(filled.owner_url, target, engine="1", home=tmp_path / "nha", files=files)
    with pytest.raises(Conflict, match="không trống"):
        restore_backup(elsewhere.owner_url, target, home=tmp_path / "nha-moi", files=files)


def test_other_secrets_are_left_alone(
    filled: Database, elsewhere: Database, tmp_path: Path
) -> None:
    target, home, used = tmp_path / "sao-luu.zip", tmp_path / "nha", tmp_path / "nha-moi"
    for folder, secret in ((home, "cũ"), (used, "mới")):
        folder.mkdir()
        (folder / "web.secret").write_text(secret)
    write_backup(filled.owner_url, target, engine="1", home=home, files=None)
    with pytest.raises(Conflict, match=r"khóa bí mật khác với bản sao lưu: web\.secret"):
        restore_backup(elsewhere.owner_url, target, home=used, files=None)
    assert (used / "web.secret").read_text() == "mới"
    assert sum(map(len, everything(elsewhere.owner_url).values())) == 0


def test_another_revision_is_refused(filled: Database, elsewhere: Database, tmp_path: Path) -> None:
    target, older = tmp_path / "a.zip", tmp_path / "b.zip"
    write_backup(filled.owner_url, target, engine="0.9", home=tmp_path / "nha", files=None)
    with zipfile.ZipFile(target) as book, zipfile.ZipFile(older, "w") as copy:
        meta = json.loads(book.read(META))
        copy.writestr(META, json.dumps({**meta, "revision": "0000"}))
    with pytest.raises(Conflict, match=r"thuộc lược đồ 0000.*\(0.9\)"):
        restore_backup(elsewhere.owner_url, older, home=tmp_path / "nha-moi", files=None)


@pytest.mark.parametrize("damage", ["cut", "changed", "foreign", "missing"])
def test_a_damaged_file_restores_nothing(
    damage: str, filled: Database, elsewhere: Database, files: Path, tmp_path: Path
) -> None:
    target, back = tmp_path / "sao-luu.zip", tmp_path / "back"
    write_backup(filled.owner_url, target, engine="1", home=tmp_path / "nha", files=files)
    whole = target.read_bytes()
    if damage == "cut":
        target.write_bytes(whole[: len(whole) // 2])
    elif damage == "foreign":
        target.write_bytes(b"khong phai ban sao luu")
    elif damage == "missing":
        target.unlink()
    else:
        with zipfile.ZipFile(target) as book:
            members = {name: book.read(name) for name in book.namelist()}
        members["files/a/b/văn bản.pdf"] += b"x"
        with zipfile.ZipFile(target, "w") as book:
            for name, data in members.items():
                book.writestr(name, data)
    with pytest.raises(Invalid, match="không phải là bản sao lưu nguyên vẹn"):
        restore_backup(elsewhere.owner_url, target, home=tmp_path / "nha-moi", files=back)
    assert sum(map(len, everything(elsewhere.owner_url).values())) == 0
    assert not back.exists()


def test_a_failed_backup_leaves_no_file(database: Database, tmp_path: Path) -> None:
    nowhere = f"{database.owner_url}-khong-co"
    with pytest.raises(OperationalError):
        write_backup(nowhere, tmp_path / "a.zip", engine="1", home=tmp_path / "nha", files=None)
    assert list(tmp_path.iterdir()) == []
