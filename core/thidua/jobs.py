"""Background jobs: what the worker does. Arguments are ids; handlers may run twice."""

from __future__ import annotations

from contextlib import suppress

import structlog
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from procrastinate.retry import RetryStrategy

from thidua.runtime import Runtime
from thidua.store.audit import seal
from thidua.work.results import NOTIFY_TASK, notice_of

SEAL_EVERY = "* * * * * */5"
RESCUE_EVERY = "* * * * * */10"
"""Every five and ten seconds: the seconds are the sixth field."""

STALE_SECONDS = 30
"""After so long without a heartbeat, of which there is one every ten, a worker is given up."""

SEAL_BATCH = 5_000

log = structlog.get_logger(__name__)


def job_app(runtime: Runtime) -> App:
    """The worker's tasks, bound to a runtime; open its connector before use."""
    app = App(connector=PsycopgConnector(conninfo=runtime.libpq_url, min_size=1, max_size=4))
    _periodic(app, runtime)
    _following(app, runtime)
    return app


def seal_all(runtime: Runtime) -> int:
    """Seal every province's audit rows that can be sealed now; how many were."""
    sealed = 0
    for code in runtime.province_codes():
        with runtime.in_province(runtime.province_id(code)) as session:
            sealed += seal(session, limit=SEAL_BATCH)
    return sealed


def _periodic(app: App, runtime: Runtime) -> None:
    @app.periodic(cron=SEAL_EVERY)
    @app.task(name="seal_audit", queueing_lock="seal_audit", lock="seal_audit")
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
