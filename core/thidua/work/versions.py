"""Making result versions: their number, and the versions of what computed them."""

from __future__ import annotations

from importlib.metadata import version

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.store.results import ResultVersion

RULES_VERSION = "1"
"""Changes when a rule of scoring computes something else than before."""


def engine_version() -> str:
    """The installed version of this program."""
    return version("thidua")


def next_number(session: Session, year: int) -> int:
    """The number of the next result version of a year in the entered province, from 1."""
    last = session.scalar(select(func.max(ResultVersion.number)).where(ResultVersion.year == year))
    return (last or 0) + 1
