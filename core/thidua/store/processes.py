"""Child processes that end with us, and ending them in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Thread

if sys.platform != "win32":
    # fast shutdown, then immediate shutdown, then by force; seconds to wait after each
    STOP = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))


def spawn(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a program from a thread that lives as long: its death signal comes with the thread's.

    It gets a session of its own, so that Ctrl-C in the terminal does not reach it past us.
    """
    started: Future[subprocess.Popen[bytes]] = Future()

    def keep() -> None:
        try:
            with open(log, "ab", opener=partial(os.open, mode=0o600)) as out:
                process = subprocess.Popen(  # noqa: S603 (a fixed program, no input of others)
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    cwd=log.parent,
                    start_new_session=True,
                )
        except OSError as error:
            started.set_exception(error)
        else:
            started.set_result(process)
            process.wait()

    Thread(target=keep, name="postgres", daemon=True).start()
    return started.result()


def end(pid: int, lives: Callable[[], bool]) -> None:
    """Stop a server ever more firmly until it lives no more."""
    for number, seconds in STOP:
        deadline = time.monotonic() + seconds
        with suppress(ProcessLookupError):
            if lives():
                os.kill(pid, number)
        while lives() and time.monotonic() < deadline:
            time.sleep(0.01)


def works_in(pid: int, data: Path) -> bool:
    """Whether the process runs in the data folder, as a server does; a reused pid does not."""
    try:
        return os.path.samefile(f"/proc/{pid}/cwd", data)
    except OSError:
        return False
