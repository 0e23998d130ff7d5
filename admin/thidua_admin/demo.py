"""``thidua demo``: database, worker and web server as children of one process, ended with it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from types import FrameType

import click

from thidua.errors import Conflict, ThiduaError
from thidua.runtime import Database, open_runtime
from thidua.settings import PREFIX, Settings
from thidua.store import embedded
from thidua_admin import sample
from thidua_admin.app import create_app
from thidua_admin.serving import refuse_taken

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 15.0
WORKER = ("-c", "from thidua.cli import cli; cli()", "worker")
"""The core's command: it need not wait for the web's modules."""

Child = subprocess.Popen[bytes]


def run_demo(settings: Settings, port: int) -> None:
    """Everything embedded, every installed province with sample accounts, until told to stop."""
    refuse_taken(HOST, port)
    _end_in_order()
    with ExitStack() as undo:
        click.echo("Đang khởi động PostgreSQL nhúng…")
        running = undo.enter_context(embedded.start(settings.home))
        database = Database(running.app_url, running.owner_url, embedded=True)
        database.migrate()
        children: list[Child] = []
        undo.callback(_stop, children)
        click.echo("Đang chuẩn bị dữ liệu…")
        web = ("-m", "thidua_admin", "serve", "--tour", "--port", str(port))
        for program in (web, WORKER):
            children.append(_start(settings, program))  # they begin while the data is prepared
        password, accounts = _fill(settings, database)
        _wait_for(port, children)
        _welcome(settings, port, password, accounts)
        _watch(children)


def _fill(settings: Settings, database: Database) -> tuple[str, Sequence[sample.SampleAccount]]:
    with open_runtime(settings, database) as runtime:
        for sentence in sample.prepare(runtime):
            click.echo(sentence, err=True)
        return sample.accounts(create_app(runtime), runtime)


def _start(settings: Settings, program: Sequence[str]) -> Child:
    """A child of ours in a session of its own, which the kernel ends if we die."""
    environment = {
        **os.environ,
        f"{PREFIX}HOME": str(settings.home.resolve()),
        f"{PREFIX}PUBLIC_RESULTS": str(settings.public_results),
        f"{PREFIX}DATABASE_URL": "",  # they find the embedded server of this home
        f"{PREFIX}TWO_FACTOR": "offered",  # the printed accounts have no telephone
    }
    command = [*_ended_with_us(), sys.executable, *program]
    return subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603


def _ended_with_us() -> list[str]:
    setpriv = shutil.which("setpriv")
    if setpriv is None:  # not on macOS
        return []
    # between fork and setpriv we may have died already: then the child must not begin
    check = ["/bin/sh", "-c", 'test "$PPID" = "$0" && exec "$@"', str(os.getpid())]
    return [setpriv, "--pdeathsig=SIGKILL", "--", *check]  # the database ends too: no farewell


def _stop(children: Sequence[Child]) -> None:
    for child in children:
        child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait_for(port: int, children: Sequence[Child]) -> None:
    """Until the sign-in page answers; an error with a sentence when it does not come."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        _refuse_ended(children)
        if _answers(port):
            return
        time.sleep(0.05)
    raise ThiduaError("Máy chủ web chưa trả lời. Hãy chạy lại; nếu vẫn vậy, xem các dòng ở trên.")


def _answers(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=START_SECONDS)
    try:
        connection.request("GET", "/login")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _watch(children: Sequence[Child]) -> None:
    while True:
        _refuse_ended(children)
        time.sleep(0.5)


def _refuse_ended(children: Sequence[Child]) -> None:
    if any(child.poll() is not None for child in children):
        raise Conflict("Một tiến trình của bản dùng thử đã dừng. Hãy xem các dòng ở trên.")


def _welcome(
    settings: Settings, port: int, password: str, accounts: Sequence[sample.SampleAccount]
) -> None:
    width = max(len(account.username) for account in accounts)
    click.echo(f"\nThi đua đang chạy tại  http://{HOST}:{port}\n")
    click.echo(f"Mật khẩu của mọi tài khoản mẫu: {password}\n")
    for account in accounts:
        click.echo(f"  {account.username:<{width}}  {account.words}")
    click.echo(f"\nDữ liệu ở {settings.home.resolve()}. Nhấn Ctrl-C để dừng.")


def _end_in_order() -> None:
    """SIGTERM and a closed terminal end us like Ctrl-C: in order, children first."""
    signals = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)

    def end(number: int, frame: FrameType | None) -> None:
        for name in signals:
            signal.signal(name, signal.SIG_IGN)
        sys.unraisablehook = lambda _: None  # what is interrupted halfway complains when collected
        raise SystemExit(128 + number)

    for name in signals:
        signal.signal(name, end)
