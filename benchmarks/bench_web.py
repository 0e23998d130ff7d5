"""The sheet of 100 rows against an empty page of the same shell; saving through the whole stack.

The sheet is that of an officer who may type into every row: CPU seconds of one request of the
program's own application, the client in the same process. Saving goes through gunicorn, with eight
clients at once that are processes of their own, against a bare Flask route that commits one row,
served in the same way; each save is on the disk before it is answered.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from socket import create_server
from statistics import median
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory
from time import process_time

import psycopg
from flask import Flask, jsonify, render_template_string, request
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from benchmarks.bench_entries import BARE
from benchmarks.database import COMMAND, Database, running
from benchmarks.http_clients import HOST, SAVES, Target, sign_in, wait
from benchmarks.ratio import Ratio
from benchmarks.sample import RULES
from thidua.registry import Registry
from thidua.runtime import Database as Address
from thidua.runtime import Runtime
from thidua.settings import Settings
from thidua.store.criteria import Leaf
from thidua.store.engine import make_engine
from thidua.store.sheets import ScoreSheet
from thidua.store.tenancy import enter_province, make_sessionmaker
from thidua.work.accounts import create_user, grant_membership
from thidua_admin.app import create_app
from thidua_admin.security import password_hash
from thidua_admin.serving import WebServer

PASSWORD = "mật khẩu để đo tốc độ"
EMPTY = '{% extends "shell/page.html" %}'
WARM, REQUESTS = 20, 200
ROUNDS = 9
CLIENTS = 8


def ratios(names: frozenset[str] = frozenset()) -> Iterator[Ratio]:
    """CPU of the sheet; rate and tail of saving."""
    if not names or "sheet_page_cpu" in names:
        with running() as database:
            yield _sheet_page_cpu(database)
    if not names or names & {"save_http", "save_http_p99"}:
        with running(fast=False) as database:
            yield from _save_http(database)


def _sheet_page_cpu(database: Database) -> Ratio:
    with TemporaryDirectory() as home:
        app = _app(_url(database), Path(home))
        unit = _officers(app, database, 1)[0]
        client = _signed_in(app)
        sheet = f"/phieu/{database.campaign}/{unit}"
        for _ in range(WARM):
            _cpu(client, sheet), _cpu(client, "/trong")
        pairs = [(_cpu(client, sheet), _cpu(client, "/trong")) for _ in range(REQUESTS)]
        ours, theirs = (median(times) for times in zip(*pairs, strict=True))
        return Ratio("sheet_page_cpu", ours, "empty page of the shell", theirs)


def _cpu(client: FlaskClient, address: str) -> float:
    """CPU seconds of one request."""
    start = process_time()
    assert client.get(address).status_code == 200
    return process_time() - start


def _app(url: str, home: Path) -> Flask:
    """The application on the database, with an empty page of its shell."""
    engine = make_engine(url)
    runtime = Runtime(
        settings=Settings(home=home), registry=Registry(provinces={}, refused=()),
        database=Address(url, None, embedded=False), engine=engine,
        sessions=make_sessionmaker(engine),
    )  # fmt: skip
    app = create_app(runtime)
    app.add_url_rule("/trong", view_func=lambda: render_template_string(EMPTY))
    return app


def _url(database: Database) -> str:
    url: str = database.sessions.kw["bind"].url.render_as_string(hide_password=False)
    return url


def _officers(app: Flask, database: Database, count: int) -> list[int]:
    """Make an officer, ``do-0`` and so on, for each of so many units; the ids of these."""
    with app.app_context():
        hashed = password_hash(PASSWORD)
    with database.sessions.begin() as session:
        enter_province(session, database.province)
        units = session.scalars(
            select(ScoreSheet.unit_id).order_by(ScoreSheet.id).limit(count)
        ).all()
        for number, unit in enumerate(units):
            user = create_user(
                session, username=f"do-{number}", name="Bà Đo", password_hash=hashed, by=COMMAND
            )
            grant_membership(session, user_id=user.id, role="officer", unit_id=unit, by=COMMAND)
    return list(units)


def _signed_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    page = client.get("/login").text
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
    form = {"csrf_token": token, "username": "do-0", "password": PASSWORD}
    assert client.post("/login", data=form).status_code == 302
    return client


def _save_http(database: Database) -> Iterator[Ratio]:
    """Seconds of a save, and the slowest hundredth of the saves against the middle one."""
    with TemporaryDirectory() as home:
        ours = partial(_app, _url(database), Path(home))
        units = _officers(ours(), database, CLIENTS)
        codes = _codes(database)
        lines = {
            f"do-{number}": tuple(
                f"/phieu/{database.campaign}/{unit}/{code}/self" for code in codes
            )
            for number, unit in enumerate(units)
        }
        bare = partial(_bare, _url(database), *_ids(database))
        with ExitStack() as undo:
            ask_ours, ask_bare = (undo.enter_context(_office(make, lines)) for make in (ours, bare))
            ask_ours(), ask_bare()
            rounds = [(ask_ours(), ask_bare()) for _ in range(ROUNDS)]
    mean, theirs = (median(map(_mean, found)) for found in zip(*rounds, strict=True))
    yield Ratio("save_http", mean, "bare Flask route", theirs)
    ordered = sorted(time for found, _ in rounds for times in found for time in times)
    tail, middle = ordered[len(ordered) * 99 // 100], ordered[len(ordered) // 2]
    yield Ratio("save_http_p99", tail, "median", middle)


@contextmanager
def _office(
    make: Callable[[], Flask], lines: Mapping[str, tuple[str, ...]]
) -> Iterator[Callable[[], list[list[float]]]]:
    """An application with its clients: what a round is asked by, seconds of each client's saves."""
    with _served(make) as port, ExitStack() as undo:
        targets = [sign_in(Target(port, name, paths), PASSWORD) for name, paths in lines.items()]
        clients = [undo.enter_context(_client(target)) for target in targets]

        def ask() -> list[list[float]]:
            for send, _ in clients:
                send("go")
            return [answer() for _, answer in clients]

        yield ask


def _mean(found: list[list[float]]) -> float:
    """Seconds of a save in a round of all clients at once."""
    return max(sum(times) for times in found) / (SAVES * CLIENTS)


@contextmanager
def _client(target: Target) -> Iterator[tuple[Callable[[str], None], Callable[[], list[float]]]]:
    """A client in a process of its own: how it is told to go on, and what it measured then."""
    command = [sys.executable, "-m", "benchmarks.http_clients"]
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True, bufsize=1) as process:
        assert process.stdin
        assert process.stdout
        print(json.dumps(asdict(target)), file=process.stdin)
        read = process.stdout.readline
        yield partial(print, file=process.stdin), lambda: json.loads(read())
        process.stdin.close()


@contextmanager
def _served(make: Callable[[], Flask]) -> Iterator[int]:
    """The application under gunicorn as ``serve`` runs it; the port."""
    with create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
    process = get_context("spawn").Process(target=_serve, args=(make, port))
    process.start()
    try:
        wait(port)
        yield port
    finally:
        process.terminate()
        process.join()


def _serve(make: Callable[[], Flask], port: int) -> None:
    WebServer(make(), f"{HOST}:{port}").run()


def _codes(database: Database) -> tuple[str, ...]:
    """The leaves that are yes or no."""
    with database.inside() as session:
        codes = session.scalars(select(Leaf.code).order_by(Leaf.position)).all()
    return tuple(code for code in codes if int(code[1:]) % len(RULES) == 1)


def _ids(database: Database) -> tuple[int, dict[str, int], dict[int, int]]:
    """The province; the leaves by code and the sheets by unit."""
    with database.inside() as session:
        leaves = dict(session.execute(select(Leaf.code, Leaf.id)).tuples().all())
        sheets = dict(session.execute(select(ScoreSheet.unit_id, ScoreSheet.id)).tuples().all())
    return database.province, leaves, sheets


def _bare(url: str, province: int, leaves: dict[str, int], sheets: dict[int, int]) -> Flask:
    """One route that reads JSON and commits one row, on a connection of its thread."""
    app, held = Flask("bare"), threading.local()
    address, options = url.replace("+psycopg", ""), f"-c app.province_id={province}"

    def row(campaign: int, unit: int, leaf: str, stage: str) -> ResponseReturnValue:
        if not hasattr(held, "connection"):
            held.connection = psycopg.connect(address, autocommit=True, options=options)
        inputs = {"value": int(request.get_json()["inputs"]["value"])}
        given = [sheets[unit], leaves[leaf], json.dumps(inputs), None]
        held.connection.execute(BARE, given)
        return jsonify({"state": "saved"})

    path = "/phieu/<int:campaign>/<int:unit>/<leaf>/<stage>"
    app.add_url_rule(path, view_func=row, methods=["POST"])
    return app
