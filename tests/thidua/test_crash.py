"""Killed with -9 at random: the database, one of its processes, a worker, somebody who saves.

Afterwards every acknowledged save is there, none is doubled, what stands agrees with the audit,
the audit's chain is whole, and jobs run again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker
from tests.small import install_small, open_small
from tests.thidua.processes import PROGRAM, START, Process, waited
from tests.thidua.saver import QUIET, Journal
from tests.thidua.scoring.strategies import SOAK

from thidua.store.audit import verify
from thidua.store.audit_rows import AuditEvent, AuditSeal
from thidua.store.embedded import EmbeddedPostgres, start
from thidua.store.engine import make_engine
from thidua.store.migrate import migrate
from thidua.store.sheets import ScoreEntry
from thidua.store.tenancy import enter_province, make_sessionmaker, province_of

ROUNDS = 50 if SOAK else 4
SECONDS = 60
"""How long sealing may take once a worker is registered.

The code promises six seconds after a worker has registered, and twenty after a database that
was lost answers again; the rest is for the machine. A quiet one waits hardly.
"""

LATE = timedelta(seconds=15)
"""A worker beats every ten seconds."""


@dataclass
class Server:
    """The database as savers and workers know it; after ``restart`` it has another address."""

    home: Path
    running: EmbeddedPostgres

    @property
    def pid(self) -> int:
        """Of the server's first process."""
        pid_file = self.home / "postgres" / "data" / "postmaster.pid"
        return int(pid_file.read_text().split()[0])

    def children(self) -> list[int]:
        """The processes of the server, one for each connection among them."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def restart(self) -> None:
        """Run it again on the data that the killed one left."""
        self.running.stop()
        self.running = start(self.home)


class Town:
    """The small province with two people saving and a worker, each a process of its own."""

    def __init__(self, server: Server, folder: Path, stack: ExitStack) -> None:
        self.server, self.folder, self.stack = server, folder, stack
        install_small(folder / "noi-dat")
        with self.sessions() as sessions, sessions.begin() as session:
            self.campaign = open_small(session).id
            self.province = province_of(session)
        self.journals = [Journal(folder / f"journal-{number}") for number in (1, 2)]
        self.savers = [self.saver(number) for number in (1, 2)]
        self.worker = self.start_worker()

    @contextmanager
    def sessions(self) -> Iterator[sessionmaker[Session]]:
        """Sessions on the server that runs now; all that one reads is as of one moment."""
        engine = make_engine(self.server.running.app_url)
        try:
            yield make_sessionmaker(engine.execution_options(isolation_level="REPEATABLE READ"))
        finally:
            engine.dispose()

    def saver(self, number: int) -> Process:
        """A person who goes on where the journal of this number ends."""
        return self._process(
            "-m", "tests.thidua.saver", self.server.running.app_url, self.province, self.campaign,
            self.folder / f"journal-{number}", number,
        )  # fmt: skip

    def start_worker(self) -> Process:
        """The worker of the program."""
        return self._process("-c", PROGRAM, "worker")

    def _process(self, *words: object) -> Process:
        environment = {
            **os.environ, "THIDUA_DATABASE_URL": self.server.running.app_url,
            "PYTHONPATH": os.pathsep.join([str(self.folder / "noi-dat"), *sys.path]),
            "NHO_NOTICES": str(self.folder),
        }  # fmt: skip
        with (self.folder / "log").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, *map(str, words)], env=environment, stdout=log, stderr=log,
                text=True,
            )  # fmt: skip
        self.stack.callback(kill, process)
        return process

    def saved(self) -> list[int]:
        """How many saves of each person were acknowledged so far."""
        return [
            sum(answer == "saved" for answer in journal.answers().values())
            for journal in self.journals
        ]

    def go_on(self) -> None:
        """Wait until both have been told of further saves."""
        before = self.saved()
        assert waited(
            lambda: all(b > a + 5 for a, b in zip(before, self.saved(), strict=True)), START
        ), self.told()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Nobody saves meanwhile: what a check costs must not grow with what checks take."""
        mark = self.folder / QUIET
        mark.touch()
        yield
        mark.unlink()

    def told(self) -> str:
        """The last lines of the processes' output."""
        return (self.folder / "log").read_text()[-4000:]


def kill(process: Process) -> None:
    """End a process of ours by force and see it gone."""
    process.kill()
    process.wait()


def kill_database(town: Town, chance: Random) -> None:
    os.kill(town.server.pid, signal.SIGKILL)
    town.server.restart()
    for process in (*town.savers, town.worker):
        kill(process)  # they look for the server at its old address
    town.savers = [town.saver(number) for number in (1, 2)]
    town.worker = town.start_worker()


def kill_process_of_database(town: Town, chance: Random) -> None:
    """The server then ends all the others, recovers, and answers again: nobody starts anew."""
    os.kill(chance.choice(town.server.children()), signal.SIGKILL)


def kill_worker(town: Town, chance: Random) -> None:
    kill(town.worker)
    town.worker = town.start_worker()


def kill_saver(town: Town, chance: Random) -> None:
    which = chance.choice((0, 1))
    kill(town.savers[which])
    town.savers[which] = town.saver(which + 1)


KILLS: tuple[Callable[[Town, Random], None], ...] = (
    kill_saver, kill_process_of_database, kill_worker, kill_database,
)  # fmt: skip


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    home = tmp_path / "may-chu"
    with ExitStack() as stack:
        server = Server(home, start(home))
        stack.callback(lambda: server.running.stop())
        migrate(server.running.owner_url, server.running.app_url)
        yield Town(server, tmp_path, stack)


def test_whoever_is_killed_no_save_is_lost_or_doubled(town: Town) -> None:
    town.go_on()
    for number in range(ROUNDS):
        chance = Random(number)
        town.go_on()
        waited(lambda: False, chance.random() / 2)
        KILLS[number % len(KILLS)](town, chance)
        town.go_on()
        with town.quiet():
            check_saves(town)
            check_jobs(town)
        assert [saver.poll() for saver in town.savers] == [None, None], town.told()


def check_saves(town: Town) -> None:
    answers = {
        value: said for journal in town.journals for value, said in journal.answers().items()
    }
    with town.sessions() as sessions, sessions() as session:
        enter_province(session, town.province)
        events = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "entry.save").order_by(AuditEvent.id)
        ).all()
        entries = session.scalars(select(ScoreEntry)).all()
        broken = verify(session).broken
    written = Counter(event.after["inputs"]["points"] for event in events if event.after)
    acknowledged = {value for value, said in answers.items() if said == "saved"}
    assert acknowledged - written.keys() == set()
    assert {value for value, times in written.items() if times > 1} == set()
    last = {event.subject_id: event.after for event in events}
    assert {entry.id: entry.inputs for entry in entries} == {
        id_: after["inputs"] for id_, after in last.items() if after
    }
    assert {entry.id: entry.row_version for entry in entries} == Counter(
        event.subject_id for event in events
    )
    assert broken == ()


def check_jobs(town: Town) -> None:
    """All that is written by now is sealed soon, whatever a dead worker was at."""
    with town.sessions() as sessions:

        def rows(table: type[AuditEvent | AuditSeal]) -> int:
            with sessions() as session:
                enter_province(session, town.province)
                return session.scalar(select(func.count()).select_from(table)) or 0

        def registered() -> bool:
            beats = "SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - :late"
            with sessions() as session:
                return bool(session.execute(text(beats), {"late": LATE}).all())

        written = rows(AuditEvent)
        assert waited(registered, START), town.told()
        assert waited(lambda: rows(AuditSeal) >= written, SECONDS), town.told()
