"""The whole installation in one file, and back: tables of every province, files, secrets.

A backup is a zip: ``tables/NAME`` in PostgreSQL's COPY text, ``files/…`` as they lie, the
``secrets/…`` without which no password holds, and last ``meta.json`` (schema revision, columns, row
counts, hashes). It is read in one snapshot and restored in one transaction, into an empty database
only.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from thidua.errors import Conflict, Invalid
from thidua.store.tables import metadata

FORMAT = 1
META = "meta.json"
CHUNK = 1 << 20
SECRETS = "*.secret"
"""The secrets of an installation, in its home."""

_QUEUE = ("procrastinate_workers", "procrastinate_jobs", "procrastinate_periodic_defers")
"""The queue's tables, parents first; its events are a trace that nobody needs back."""

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Contents:
    """What a backup holds: rows by table, how many files and secrets, its revision, its time."""

    rows: dict[str, int]
    files: int
    secrets: int
    revision: str
    made_at: str


def table_names() -> tuple[str, ...]:
    """Every table that is backed up, parents before children."""
    return (*(table.name for table in metadata.sorted_tables), *_QUEUE)


def write_backup(
    owner_url: str, target: Path, *, engine: str, home: Path, files: Path | None
) -> Contents:
    """Write all that ``owner_url`` sees now, the folder ``files`` and the secrets of ``home``.

    ``target`` appears only when it is complete, readable by its owner alone.
    """
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as book, _connected(owner_url) as db:
            meta = _write(db, book, engine, home, files)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return _contents(meta)


def restore_backup(owner_url: str, source: Path, *, home: Path, files: Path | None) -> Contents:
    """Put a backup into the migrated, still empty database of ``owner_url``, files into ``files``.

    Secrets go into ``home``. All or nothing. ``Invalid`` when the file is no whole backup;
    ``Conflict`` when it belongs to another schema revision, or when the database, the folder or
    ``home`` holds something else already.
    """
    with _sound(source), zipfile.ZipFile(source) as book:
        meta = json.loads(book.read(META))
        with _connected(owner_url) as db:
            _refuse_unfit(db, meta, files)
            secrets = _secrets_of(book, meta)
            _refuse_other_secrets(secrets, home)
            _rows_in(db, book, meta)
            if files and meta["files"]:
                _files_in(book, meta["files"], files)
            _secrets_in(secrets, home)
            db.commit()
    return _contents(meta)


def _contents(meta: dict[str, Any]) -> Contents:
    rows = {name: table["rows"] for name, table in meta["tables"].items()}
    secrets = len(meta.get("secrets", ()))
    return Contents(rows, len(meta["files"]), secrets, meta["revision"], meta["made_at"])


def _connected(url: str) -> Connection:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain)


def _revision(db: Connection) -> str:
    row = db.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


# -- Out ---------------------------------------------------------------------------------------


def _write(
    db: Connection, book: zipfile.ZipFile, engine: str, home: Path, files: Path | None
) -> dict[str, Any]:
    db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    meta: dict[str, Any] = {
        "format": FORMAT,
        "engine": engine,
        "revision": _revision(db),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "tables": {name: _table_out(db, book, name) for name in table_names()},
        "files": {path: _file_out(book, files, path) for path in _paths(files)} if files else {},
        "secrets": {
            path.name: _add(book, f"secrets/{path.name}", iter([path.read_bytes()]))
            for path in sorted(home.glob(SECRETS))
        },
    }
    book.writestr(META, json.dumps(meta, ensure_ascii=False, indent=1))
    return meta


def _table_out(db: Connection, book: zipfile.ZipFile, name: str) -> dict[str, Any]:
    columns = _columns(db, name)
    query = sql.SQL("COPY (SELECT {} FROM {} ORDER BY 1) TO STDOUT").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(name)
    )
    with db.cursor() as cursor:
        with cursor.copy(query) as copy:
            digest = _add(book, f"tables/{name}", (bytes(chunk) for chunk in copy))
        return {"columns": columns, "rows": cursor.rowcount, "sha256": digest}


def _columns(db: Connection, name: str) -> list[str]:
    """Its columns but generated ones, in order."""
    found = db.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
        "AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [sql.Identifier(name).as_string(db)],
    )
    return [row[0] for row in found]


def _paths(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(folder).as_posix()


def _file_out(book: zipfile.ZipFile, folder: Path, path: str) -> str:
    with (folder / path).open("rb") as file:
        return _add(book, f"files/{path}", iter(lambda: file.read(CHUNK), b""))


def _add(book: zipfile.ZipFile, name: str, chunks: Iterator[bytes]) -> str:
    """Write a member; the hash of what was written."""
    digest = hashlib.sha256()
    with book.open(name, "w", force_zip64=True) as out:
        for chunk in chunks:
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


# -- In ----------------------------------------------------------------------------------------


@contextmanager
def _sound(source: Path) -> Iterator[None]:
    """What a torn or foreign file makes of the reading becomes a sentence."""
    try:
        yield
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise Invalid.one(
            source.name, "không phải là bản sao lưu nguyên vẹn; hãy chọn tệp khác."
        ) from error


def _refuse_unfit(db: Connection, meta: dict[str, Any], files: Path | None) -> None:
    if (meta["format"], meta["revision"]) != (FORMAT, _revision(db)):
        raise Conflict(
            f"Bản sao lưu thuộc lược đồ {meta['revision']}, cơ sở dữ liệu thuộc lược đồ "
            f"{_revision(db)}. Hãy cài phiên bản chương trình đã sao lưu ({meta['engine']}), khôi "
            "phục, rồi mới nâng cấp."
        )
    for table in metadata.sorted_tables:
        there = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table.name))
        if db.execute(there).fetchone() == (True,):
            raise Conflict("Cơ sở dữ liệu đã có dữ liệu. Chỉ khôi phục vào cơ sở dữ liệu trống.")
    if files and files.exists() and any(files.iterdir()):
        raise Conflict(f"Thư mục {files} không trống. Hãy chọn thư mục dữ liệu khác.")


def _rows_in(db: Connection, book: zipfile.ZipFile, meta: dict[str, Any]) -> None:
    for name in reversed(_QUEUE):
        db.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
    for name in table_names():
        table = sql.Identifier(name)
        # what is frozen now was frozen when it was backed up
        db.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
        _table_in(db, book, name, meta["tables"][name])
        _next_ids(db, name, meta["tables"][name]["columns"])
        db.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table))


def _table_in(db: Connection, book: zipfile.ZipFile, name: str, table: dict[str, Any]) -> None:
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, table["columns"]))
    )
    with db.cursor().copy(query) as copy:
        for chunk in _read(book, f"tables/{name}", table["sha256"]):
            copy.write(chunk)


def _read(book: zipfile.ZipFile, name: str, sha256: str) -> Iterator[bytes]:
    """A member in chunks; ``ValueError`` at its end when it is not what was written."""
    digest = hashlib.sha256()
    with book.open(name) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            yield chunk
    if digest.hexdigest() != sha256:
        raise ValueError(name)


def _next_ids(db: Connection, name: str, columns: Sequence[str]) -> None:
    """Let the sequence of an id go on after the largest one."""
    if "id" in columns:
        table = sql.Identifier(name)
        db.execute(
            sql.SQL(
                "SELECT setval(pg_get_serial_sequence({quoted}, 'id'), coalesce(max(id), 0) + 1, "
                "false) FROM {table}"
            ).format(quoted=sql.Literal(table.as_string(db)), table=table)
        )


def _files_in(book: zipfile.ZipFile, hashes: dict[str, str], folder: Path) -> None:
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        for path, sha256 in hashes.items():
            if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
                raise ValueError(path)
            target = part / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as out:
                out.writelines(_read(book, f"files/{path}", sha256))
        if folder.exists():
            folder.rmdir()
        part.replace(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _secrets_of(book: zipfile.ZipFile, meta: dict[str, Any]) -> dict[str, bytes]:
    """The secrets by file name; a backup of an earlier version has none."""
    found = {}
    for name, sha256 in meta.get("secrets", {}).items():
        if PurePosixPath(name).name != name:
            raise ValueError(name)
        found[name] = b"".join(_read(book, f"secrets/{name}", sha256))
    return found


def _refuse_other_secrets(secrets: dict[str, bytes], home: Path) -> None:
    other = [
        name
        for name, secret in secrets.items()
        if (home / name).exists() and (home / name).read_bytes() != secret
    ]
    if other:
        raise Conflict(
            f"Thư mục {home} đã có khóa bí mật khác với bản sao lưu: {', '.join(other)}. Hãy dừng "
            "chương trình, chuyển các tệp này đi nơi khác, rồi khôi phục lại."
        )


def _secrets_in(secrets: dict[str, bytes], home: Path) -> None:
    for name, secret in secrets.items():
        home.mkdir(parents=True, exist_ok=True)
        (home / name).touch(mode=0o600)
        (home / name).write_bytes(secret)
