"""The demo as its user runs it: real processes on a home and a port of their own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

ROOT = Path(__file__).parent.parent
STARTED = "Nhấn Ctrl-C để dừng."
START_SECONDS = 300.0
END_SECONDS = 120.0
DEMO = (sys.executable, "-m", "thidua_admin", "demo", "--port", "{port}")


@dataclass(frozen=True)
class Demo:
    """A demo that has said that it is ready."""

    process: subprocess.Popen[bytes]
    home: Path
    port: int
    said: str

    @property
    def address(self) -> str:
        """Where it answers, as printed."""
        return _found(r"http://\S+", self.said)

    @property
    def password(self) -> str:
        """The printed password of all accounts."""
        return _found(r"(?<=Mật khẩu của mọi tài khoản mẫu: )\S+", self.said)

    @property
    def accounts(self) -> Sequence[tuple[str, str]]:
        """The printed accounts: user name and what it may do."""
        return re.findall(r"^  (\S+)  +(.+)$", self.said, re.MULTILINE)

    def end(self, number: signal.Signals, *, group: bool = False) -> int | None:
        """Its exit status after this signal, once no process of its home is left."""
        (os.killpg if group else os.kill)(self.process.pid, number)
        deadline = time.monotonic() + END_SECONDS
        while (self.process.poll() is None or left(self.home)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert left(self.home) == []
        return self.process.returncode


@contextmanager
def started(
    home: Path, command: Sequence[str] = DEMO, environment: Mapping[str, str] | None = None
) -> Iterator[Demo]:
    """A running demo on ``home``; ended at the end if the test has not done so."""
    port = free_port()
    log = home.with_name(f"demo-{port}.log")
    with open(log, "wb") as out:
        process = subprocess.Popen(
            [word.format(port=port) for word in command],
            cwd=ROOT,
            env={**os.environ, "THIDUA_HOME": str(home), **(environment or {})},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Demo(process, home, port, _wait(process, log))
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while STARTED not in (said := log.read_text(encoding="utf-8")):
        assert process.poll() is None, said
        assert time.monotonic() < deadline, said
        time.sleep(0.05)
    return said


def left(home: Path) -> list[str]:
    """The command lines of all processes that work for this home, ended ones left out."""
    return [line for pid in Path("/proc").glob("[0-9]*") if (line := _works_for(pid, str(home)))]


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, text
    return found.group()


def _works_for(pid: Path, home: str) -> str:
    try:
        line = (pid / "cmdline").read_bytes()
        marks = line + (pid / "environ").read_bytes() + os.fsencode(os.readlink(pid / "cwd"))
    except OSError:  # ended meanwhile
        return ""
    return line.replace(b"\0", b" ").decode() if home.encode() in marks else ""


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def browser() -> OpenerDirector:
    """An HTTP client that keeps cookies."""
    return build_opener(HTTPCookieProcessor(CookieJar()))


def sign_in(client: OpenerDirector, demo: Demo, username: str) -> str:
    """The page that a sign-in with a printed account leads to."""
    page = read(client, f"{demo.address}/login")
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
    form = {"csrf_token": token, "username": username, "password": demo.password}
    return read(client, f"{demo.address}/login", urlencode(form).encode())


def read(client: OpenerDirector, address: str, form: bytes | None = None) -> str:
    """The text of a page."""
    with client.open(address, form) as answer:
        text: str = answer.read().decode()
    return text
