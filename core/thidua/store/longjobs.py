"""What people see of a job that takes a while."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from thidua.store.base import Base, Owned, Stamp

JobState = Literal["waiting", "running", "done", "failed"]


class LongJob(Owned, Base):
    """One long job: ``progress`` is 0 to 100; ``message`` and ``error`` are for people."""

    __tablename__ = "long_job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
    )

    kind: Mapped[str]
    state: Mapped[JobState] = mapped_column(Text, default="waiting", server_default="waiting")
    progress: Mapped[int] = mapped_column(default=0, server_default="0")
    message: Mapped[str] = mapped_column(default="", server_default="")
    error: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[Stamp]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
