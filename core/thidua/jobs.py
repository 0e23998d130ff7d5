"""Background jobs: what the worker does. Arguments are ids; handlers may run twice."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import psycopg
import structlog
from procrastinate import App, JobContext
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from procrastinate.retry import RetryStrategy
from procrastinate.signals import on_stop

from thidua.errors import ThiduaError
from thidua.runtime import Runtime
from thidua.store.audit import seal
from thidua.store.queue import WatchedConnector, answers
from thidua.work.evidence_files import file_scanned, waiting_files
from thidua.work.results import NOTIFY_TASK, notice_of

SEAL_EVERY = "* * * * * */5"
RESCUE_EVERY = "* * * * * */5"
"""Every five seconds: the seconds are the sixth field."""

SCAN_EVERY = "* * * * *"

STALE_SECONDS = 30
"""After so long without a heartbeat, of which there is one every ten, a worker is given up."""

AGAIN_SECONDS = 1
"""After so long a worker that lost the database tries again."""

SEAL_BATCH = 5_000

log = structlog.get_logger(__name__)


def job_app(runtime: Runtime) -> App:
    """The worker's tasks, bound to a runtime; open its connector before use."""
    app = App(connector=WatchedConnector(runtime.libpq_url))
    _periodic(app, runtime)
    _following(app, runtime)
    if runtime.settings.clamd:
        _scanning(app, runtime)
    return app


def work(runtime: Runtime) -> None:
    """Do jobs until told to end by SIGINT or SIGTERM: a job that runs is ended first.

    Who loses the database, be it restarted or broken down, comes back when it does: whatever
    the database fails to answer ends this worker in order, and a new one is registered within
    seconds of the database answering again. Jobs of the old one go back into the queue.
    """
    asyncio.run(_work(runtime))


async def _work(runtime: Runtime) -> None:
    told = asyncio.Event()
    with on_stop(told.set):
        while not told.is_set():
            try:
                await answers(runtime.libpq_url)
                await _work_until(told, job_app(runtime))
            except (ConnectorException, psycopg.Error) as error:
                log.warning("worker_lost_database", error=str(error.__cause__ or error))
            with suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), AGAIN_SECONDS)


async def _work_until(told: asyncio.Event, app: App) -> None:
    """One worker: until told to end, or until the database has failed it."""
    assert isinstance(app.connector, WatchedConnector)
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=2, shutdown_graceful_timeout=20, delete_jobs="successful",
                install_signal_handlers=False,
            )
        )  # fmt: skip
        ends = {asyncio.create_task(event.wait()) for event in (told, app.connector.lost)}
        await asyncio.wait({worker, *ends}, return_when=asyncio.FIRST_COMPLETED)
        for task in (*ends, worker):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await worker


def seal_all(runtime: Runtime) -> int:
    """Seal every province's audit rows that can be sealed now; how many were."""
    sealed = 0
    for code in runtime.province_codes():
        with runtime.in_province(runtime.province_id(code)) as session:
            sealed += seal(session, limit=SEAL_BATCH)
    return sealed


def scan_all(runtime: Runtime) -> int:
    """Ask the virus scanner about every file that waits for it; on how many items it answered.

    No transaction is open while it works. A file that it does not judge waits for the next time.
    """
    answered = 0
    for code in runtime.province_codes():
        province = runtime.province_id(code)
        with runtime.in_province(province) as session:
            waiting = waiting_files(session)
        for digest in waiting:
            try:
                verdict = runtime.files.scan(province, digest)
            except ThiduaError as error:
                log.warning("evidence_not_scanned", province=code, sha256=digest, why=str(error))
                continue
            with runtime.in_province(province) as session:
                answered += file_scanned(session, file_hash=digest, verdict=verdict)
    return answered


def _periodic(app: App, runtime: Runtime) -> None:
    @app.periodic(cron=SEAL_EVERY)
    @app.task(name="seal_audit", queueing_lock="seal_audit")
    def seal_audit(timestamp: int) -> None:
        seal_all(runtime)

    @app.periodic(cron=RESCUE_EVERY)
    @app.task(name="rescue", queueing_lock="rescue", pass_context=True)
    async def rescue(context: JobContext, timestamp: int) -> None:
        """Jobs of a worker that stopped beating go back into the queue.

        Periodic ones come again by themselves; put back, they would collide with the next. Two
        workers may rescue at once: what the other has dealt with is left alone.
        """
        manager = context.app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALE_SECONDS):
            log.warning("job_rescued", job=job.id, task=job.task_name)
            with suppress(ConnectorException):
                if job.queueing_lock:
                    await manager.finish_job(job, Status.FAILED, delete_job=True)
                else:
                    await manager.retry_job(job)


def _following(app: App, runtime: Runtime) -> None:
    @app.task(name=NOTIFY_TASK, retry=RetryStrategy(max_attempts=10, exponential_wait=2))
    def tell_results_published(province_id: int, version_id: int) -> None:
        province = runtime.loaded_province(province_id)
        with runtime.in_province(province_id) as session:
            notice = notice_of(session, version_id=version_id, province=province.code)
        province.tell_results_published(notice)


def _scanning(app: App, runtime: Runtime) -> None:
    @app.periodic(cron=SCAN_EVERY)
    @app.task(name="scan_evidence", queueing_lock="scan_evidence", lock="scan_evidence")
    def scan_evidence(timestamp: int) -> None:
        scan_all(runtime)
