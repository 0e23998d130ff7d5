"""``thidua demo``: database, worker and web server as children of one process, ended with it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
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
START_SECONDS = 30.0
STOP_SECONDS = 15.0

Child = subprocess.Popen[bytes]


def run_demo(settings: Settings, port: int) -> None:
    """Everything embedded, every installed province with sample accounts, until told to stop."""
    refuse_taken(HOST, port)
    with _ended_in_order(), ExitStack() as undo:
        click.echo("Đang khởi động PostgreSQL nhúng…")
        running = undo.enter_context(embedded.start(settings.home))
        database = Database(running.app_url, running.owner_url, embedded=True)
        click.echo("Đang chuẩn bị dữ liệu…")
        database.migrate()
        password, accounts = _fill(settings, database)
        children = [
            _start(undo, settings, "worker"),
            _start(undo, settings, "serve", "--port", str(port)),
        ]
        _wait_for(port, children)
        _welcome(settings, port, password, accounts)
        _watch(children)


def _fill(settings: Settings, database: Database) -> tuple[str, Sequence[sample.SampleAccount]]:
    with open_runtime(settings, database) as runtime:
        sample.prepare(runtime)
        return sample.accounts(create_app(runtime), runtime)


def _start(undo: ExitStack, settings: Settings, *words: str) -> Child:
    """A child of ours in a session of its own, which the kernel ends if we die."""
    environment = {
        **os.environ,
        f"{PREFIX}HOME": str(settings.home.resolve()),
        f"{PREFIX}DATABASE_URL": "",  # they find the embedded server of this home
    }
    setpriv = shutil.which("setpriv")
    ended_with_us = [setpriv, "--pdeathsig=SIGTERM", "--"] if setpriv else []
    child = subprocess.Popen(  # noqa: S603 (our own program)
        [*ended_with_us, sys.executable, "-m", "thidua_admin", *words],
        env=environment,
        start_new_session=True,
    )
    undo.callback(_stop, child)
    return child


def _stop(child: Child) -> None:
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _wait_for(port: int, children: Sequence[Child]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        _refuse_ended(children)
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise ThiduaError("Máy chủ web chưa trả lời. Hãy chạy lại; nếu vẫn vậy, xem các dòng ở trên.")


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


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """SIGTERM and a closed terminal end us like Ctrl-C: in order, children first."""

    def end(number: int, frame: FrameType | None) -> None:
        for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(name, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(name, end)
    yield
