"""Making result versions: one at a time, their number, and the versions of what computed them."""

from __future__ import annotations

from importlib.metadata import version

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.store.provinces import Province
from thidua.store.results import ResultVersion
from thidua.store.tenancy import province_of

RULES_VERSION = "1"
"""Changes when a rule of scoring computes something else than before."""


def engine_version() -> str:
    """The installed version of this program."""
    return version("thidua")


def wait_turn(session: Session) -> None:
    """Let one transaction of the entered province through at a time, from here to its end.

    For what looks at the province as a whole before it writes: opening a year, numbering a
    version, choosing the kind of a published one.
    """
    ours = select(Province.id).where(Province.id == province_of(session))
    session.execute(ours.with_for_update(key_share=True))


def next_number(session: Session, year: int) -> int:
    """The number of the next result version of a year in the entered province, from 1."""
    wait_turn(session)
    last = session.scalar(select(func.max(ResultVersion.number)).where(ResultVersion.year == year))
    return (last or 0) + 1
