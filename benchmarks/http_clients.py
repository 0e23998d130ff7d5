"""Clients of the benchmark of saving: processes that load nothing but the standard library."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from time import perf_counter, sleep
from urllib.parse import urlencode

HOST = "127.0.0.1"
SAVES = 60
"""Of each client in a round."""


@dataclass(frozen=True)
class Target:
    """Where one client sends its saves, and as whom; ``headers`` once it has signed in."""

    port: int
    username: str
    lines: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict)


def wait(port: int) -> None:
    """Until somebody listens there."""
    while True:
        try:
            HTTPConnection(HOST, port).connect()
        except OSError:
            sleep(0.05)
        else:
            return


def sign_in(target: Target, password: str) -> Target:
    """Sign in where there is a page to do so, for the cookie and the token of saving."""
    connection = HTTPConnection(HOST, target.port)
    page, cookie = _asked(connection, "GET", "/login", {})
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if not token:
        return target
    form = {"csrf_token": token[0], "username": target.username, "password": password}
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    _, cookie = _asked(connection, "POST", "/login", kind, urlencode(form))
    page, _ = _asked(connection, "GET", "/phieu", {"Cookie": cookie})
    (fresh,) = re.findall(r'X-CSRFToken": "([^"]+)"', page)
    headers = {"Cookie": cookie, "X-CSRFToken": fresh}
    return Target(target.port, target.username, target.lines, headers)


def _asked(
    connection: HTTPConnection, method: str, path: str, headers: Mapping[str, str], body: str = ""
) -> tuple[str, str]:
    """The text of an answer and the cookie that holds from now on."""
    connection.request(method, path, body or None, dict(headers))
    answer = connection.getresponse()
    text = answer.read().decode()
    given = answer.getheader("Set-Cookie", "").partition(";")[0]
    return text, given or headers.get("Cookie", "")


def save_all(target: Target) -> list[float]:
    """Seconds of each save of one client, one after the other on one connection."""
    connection = HTTPConnection(HOST, target.port)
    headers = {"Content-Type": "application/json", **target.headers}

    def save(number: int) -> float:
        line = {"inputs": {"value": str(number % 2)}, "save_id": f"{perf_counter()}"}
        start = perf_counter()
        path = target.lines[number % len(target.lines)]
        answer, _ = _asked(connection, "POST", path, headers, json.dumps(line))
        assert json.loads(answer)["state"] == "saved", answer
        return perf_counter() - start

    for number in range(5):
        save(number)
    return [save(number) for number in range(SAVES)]


def main() -> None:
    """Read a target, then save a round for each further line; what each save took, as JSON."""
    target = Target(**json.loads(sys.stdin.readline()))
    for _ in sys.stdin:
        print(json.dumps(save_all(target)), flush=True)


if __name__ == "__main__":
    main()
