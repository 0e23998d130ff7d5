"""Reading whole versions: as many questions to the database for 30 units as for a few."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import YEAR, compute, enter, grading, open_again, open_small, small_spec

from thidua.spec.bundle import ProvinceSpec
from thidua.spec.loading import parse
from thidua.spec.robustness import Uncertainty
from thidua.store.results import ResultVersion
from thidua.work.analysis import compare_versions, compare_years, self_against_appraised
from thidua.work.insight import campaign_losses, explain_row, row_distance, what_if
from thidua.work.intervals import rank_intervals
from thidua.work.sides import rows_of

ASSUMED = parse(Uncertainty, {"title": "Chênh lệch", "leaves": [{"nodes": ["1.2"], "points": 1}]})


def crowd(units: int) -> ProvinceSpec:
    """The small province with so many departments more, whose ties are broken by a leaf."""
    spec = small_spec(grading=[grading(rank={"ties": ["1.2"]})])
    like = next(unit for unit in spec.units if unit.key == "so-mot")
    more = [
        like.model_copy(update={"key": f"so-{number}", "name": f"Sở số {number}"})
        for number in range(units)
    ]
    return spec.model_copy(update={"units": (*spec.units, *more)})


def versions(session: Session, units: int) -> list[ResultVersion]:
    """Two versions of a year and one of the next."""
    spec = crowd(units)
    campaign = open_small(session, spec)
    found = []
    for points in (300_000, 310_000):
        for number in range(units):
            for stage, more in (("self", 100), ("appraised", 0)):
                inputs = {"1.2": {"points": points + more + number}}
                enter(session, campaign, f"so-{number}", inputs, stage)  # type: ignore[arg-type]
        found.append(compute(session, campaign))
    return [*found, compute(session, open_again(session, spec, YEAR + 1))]


def readings(
    session: Session, first: int, second: int, later: int, row: int
) -> Mapping[str, Callable[[], object]]:
    """What is read of two versions of a year, one of the next, and a row of the first."""
    by: dict[str, Any] = {"by": COMMAND}
    change = {"1.2": {"points": Decimal(39)}}
    return {
        "versions": lambda: compare_versions(session, first=first, second=second, **by),
        "years": lambda: compare_years(session, first=first, second=later, **by),
        "self": lambda: self_against_appraised(session, version_id=first, **by),
        "losses": lambda: campaign_losses(session, version_id=first, **by),
        "row": lambda: explain_row(session, row_id=row, **by),
        "distance": lambda: row_distance(session, row_id=row, **by),
        "what_if": lambda: what_if(session, row_id=row, changes=change, **by),
        "intervals": lambda: rank_intervals(
            session, version_id=first, uncertainty=ASSUMED, quota=1, draws=10, seed=1, **by
        ),
    }


def asked(sessions: sessionmaker[Session], engine: Engine, units: int) -> dict[str, int]:
    """How many statements each reading sends, in a session that has read nothing yet."""
    seen: list[object] = []
    with sessions() as session:
        first, second, later = (version.id for version in versions(session, units))
        row = rows_of(session, session.get_one(ResultVersion, first))[0].row.id
        counts = {}
        for name, read in readings(session, first, second, later, row).items():
            session.flush()
            session.expunge_all()
            seen.clear()
            event.listen(engine, "before_cursor_execute", note := lambda *about: seen.append(about))
            read()
            event.remove(engine, "before_cursor_execute", note)
            counts[name] = len(seen)
        session.rollback()
    return counts


def test_more_units_are_no_more_queries(sessions: sessionmaker[Session], engine: Engine) -> None:
    asked(sessions, engine, 1)  # from here on the set is known by its hash
    few = asked(sessions, engine, 1)
    assert all(few.values())
    assert asked(sessions, engine, 30) == few
