"""The worker, a real process: tells provinces, seals the audit, survives what may happen to it."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND, Database
from tests.small import compute, fill_all, install_small, open_small
from tests.thidua.evidence import clamd
from tests.thidua.evidence.samples import pdf, upload
from tests.thidua.processes import START, Process, program, waited
from tests.thidua.work.evidence_desk import Desk

from thidua.evidence.files import file_key, open_files
from thidua.jobs import job_app, scan_all
from thidua.runtime import Database as RuntimeDatabase
from thidua.runtime import Runtime, open_runtime
from thidua.settings import Settings
from thidua.store.audit import Verification, verify
from thidua.store.campaigns import Campaign
from thidua.store.evidence import EvidenceItem
from thidua.store.tenancy import enter_province, province_of
from thidua.work.results import publish_results

TITLE = "Chỉ số cải cách hành chính năm 2025"


class Office:
    """The small province on one database, with what its plugin was told."""

    def __init__(self, database: Database, sessions: sessionmaker[Session], path: Path) -> None:
        self.path, self.sessions = path, sessions
        self.env: Mapping[str, str] = {
            "THIDUA_DATABASE_URL": database.app_url, "NHO_NOTICES": str(path),
        }  # fmt: skip
        install_small(path)
        with sessions.begin() as session:
            self.campaign = open_small(session).id
            self.province = province_of(session)

    def publish(self) -> int:
        """Publish a fresh version; its number."""
        with self.sessions.begin() as session:
            enter_province(session, self.province)
            campaign = session.get_one(Campaign, self.campaign)
            fill_all(session, campaign)
            version = compute(session, campaign)
            by = COMMAND.because("Sửa số liệu")
            return publish_results(session, version_id=version.id, by=by).number

    def worker(self) -> Any:
        """The worker as a process."""
        return program("worker", path=self.path, env=self.env)

    @property
    def told(self) -> list[str]:
        """The lines that the province's hook wrote."""
        file = self.path / "told"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    @property
    def audit(self) -> Verification:
        """What a check of the audit says."""
        with self.sessions() as session:
            enter_province(session, self.province)
            return verify(session)

    @property
    def jobs(self) -> list[tuple[str, str]]:
        """Task and status of every job that is not over."""
        with self.sessions() as session:
            rows = session.execute(
                text("SELECT task_name, status::text FROM procrastinate_jobs ORDER BY id")
            )
            return [(row.task_name, row.status) for row in rows]

    def running(self, task: str) -> bool:
        """Whether a worker is at this task."""
        return (task, "doing") in self.jobs

    def cut_off(self) -> bool:
        """End the connections that wait for a lock; whether there was one."""
        with self.sessions() as session:
            waiting = text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            return bool(session.execute(waiting).all())


@pytest.fixture
def office(database: Database, sessions: sessionmaker[Session], tmp_path: Path) -> Office:
    return Office(database, sessions, tmp_path / "noi-dat")


def ended(process: Process, seconds: float) -> tuple[int, str]:
    """Exit status and output of a process told to end, which it must do in time."""
    output, _ = process.communicate(timeout=seconds)
    return process.returncode, output


def beaten(owner: Engine, minutes: int) -> None:
    """Have all workers give their last sign of life so many minutes from now."""
    with owner.begin() as connection:
        connection.execute(
            text("UPDATE procrastinate_workers SET last_heartbeat = now() + :m * interval '1 min'"),
            {"m": minutes},
        )


def test_the_worker_tells_seals_and_ends_in_order(office: Office) -> None:
    assert office.publish() == 1
    (office.path / "fail-once").touch()
    with office.worker() as worker:
        assert waited(lambda: len(office.told) == 2, START)  # the first failed and came again
        assert office.told == [f"nho 2025 1 {TITLE}"] * 2
        assert waited(lambda: office.audit.unsealed == 0, START)
        assert (office.audit.sealed, office.audit.broken) == (16, ())
        hang = office.path / "hang"
        hang.touch()
        assert office.publish() == 2
        assert waited(lambda: len(office.told) == 3, START)
        worker.send_signal(signal.SIGTERM)
        assert not waited(lambda: worker.poll() is not None, 0.5)
        hang.unlink()
        assert ended(worker, 30)[0] == 0  # after the hook had come to its end
    assert office.told == [f"nho 2025 {version} {TITLE}" for version in (1, 1, 2)]
    assert [job for job in office.jobs if job[1] != "todo"] == []  # what is done does not pile up


def test_what_a_killed_worker_was_at_comes_back(office: Office, owner: Engine) -> None:
    hang = office.path / "hang"
    hang.touch()
    assert office.publish() == 1
    with owner.connect() as sealing:
        # whoever seals waits in the middle of its work
        sealing.execute(text("LOCK TABLE audit_seal IN EXCLUSIVE MODE"))
        with office.worker() as worker:
            assert waited(lambda: len(office.told) == 1 and office.running("seal_audit"), START)
            worker.send_signal(signal.SIGKILL)
        sealing.rollback()
    hang.unlink()
    beaten(owner, 60)
    assert office.audit.sealed == 0
    with office.worker() as worker:
        assert waited(lambda: office.audit.unsealed == 0, START)  # before the first is given up
        assert office.running("tell_results_published")
        beaten(owner, -60)
        assert waited(lambda: len(office.told) == 2, START)
        worker.send_signal(signal.SIGTERM)
        assert ended(worker, 30)[0] == 0
    assert office.told == [f"nho 2025 1 {TITLE}"] * 2
    assert (office.audit.sealed, office.audit.broken) == (16, ())
    assert [job for job in office.jobs if job[1] != "todo"] == []


def test_a_job_whose_end_the_database_did_not_take_comes_back(
    office: Office, owner: Engine
) -> None:
    (office.path / "hang").touch()
    assert office.publish() == 1
    with office.worker() as worker:
        assert waited(lambda: len(office.told) == 1, START)
        with owner.connect() as holding:
            holding.execute(
                text(
                    "SELECT FROM procrastinate_jobs WHERE task_name = 'tell_results_published' "
                    "FOR UPDATE"
                )
            )
            (office.path / "hang").unlink()
            assert waited(office.cut_off, START)  # it wants to write down that the job is over
        assert waited(lambda: len(office.told) == 2, START)
        worker.send_signal(signal.SIGTERM)
        status, output = ended(worker, 30)
        print(output)
        assert status == 0
    assert [job for job in office.jobs if job[1] != "todo"] == []


def test_the_worker_refuses_a_role_that_walls_do_not_bind(
    office: Office, database: Database
) -> None:
    env = {**office.env, "THIDUA_DATABASE_URL": database.owner_url}
    with program("worker", path=office.path, env=env) as worker:
        status, output = ended(worker, START)
    assert status == 2
    assert output.strip().startswith(
        "THIDUA_DATABASE_URL: tài khoản “thidua_owner” sở hữu các bảng dữ liệu"
    )
    assert "Traceback" not in output


def test_files_that_wait_are_scanned_once_the_scanner_answers(
    office: Office, database: Database, tmp_path: Path
) -> None:
    def runtime(clamd: str | None) -> AbstractContextManager[Runtime]:
        settings = Settings(home=tmp_path, clamd=clamd, provinces=("tiengiang",))
        return open_runtime(settings, RuntimeDatabase(database.app_url, None, embedded=False))

    with office.sessions.begin() as session:
        enter_province(session, office.province)
        desk = Desk(session, office.campaign, COMMAND, open_files(Settings(home=tmp_path)))
        for text_ in ("sạch", "VIRUS", "mất"):
            item = desk.add(text_, file=upload("a.pdf", pdf(text_)))
        (tmp_path / "evidence" / file_key(office.province, item.file_hash or "")).unlink()
    with runtime("127.0.0.1:1") as silent:
        assert (scan_all(silent), "scan_evidence" in job_app(silent).tasks) == (0, True)
    with clamd.running() as address, runtime(address) as answering:
        assert (scan_all(answering), scan_all(answering)) == (2, 0)
    with runtime(None) as without:
        assert "scan_evidence" not in job_app(without).tasks
        with without.in_province(office.province) as session:
            found = session.execute(
                select(EvidenceItem.summary, EvidenceItem.scan).order_by(EvidenceItem.id)
            )
            assert [tuple(row) for row in found] == [
                ("sạch", "clean"), ("VIRUS", "infected"), ("mất", "waiting"),
            ]  # fmt: skip
