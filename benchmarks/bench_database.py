"""From the entries in PostgreSQL to a stored result version; run by ``make bench``.

Against the usual program: entries as ORM objects, Decimal cell by cell, one ORM object for the
points of each cell and one for each unit. Ours keeps the same figures with each unit's row.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from time import perf_counter

from sqlalchemy import Numeric, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from benchmarks.database import COMMAND, UNITS, Database, running
from benchmarks.opponents import CENT, HUNDRED, decimal_rule
from benchmarks.ratio import Ratio
from benchmarks.sample import GRADING, LEAVES, criteria_set
from thidua.scoring.ticks import to_points
from thidua.store.criteria import Leaf
from thidua.store.results import ResultRow
from thidua.store.sheets import ScoreEntry, ScoreSheet
from thidua.work.results import compute_results


class Base(DeclarativeBase):
    """Tables of the other program alone."""


class CellPoints(Base):
    """The points of one leaf of one unit."""

    __tablename__ = "bench_cell"
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    leaf_id: Mapped[int] = mapped_column(primary_key=True)
    points: Mapped[Decimal] = mapped_column(Numeric(12, 4))
    branch: Mapped[str]
    stage: Mapped[str]


class UnitResult(Base):
    """The result of one unit."""

    __tablename__ = "bench_unit"
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    points: Mapped[Decimal] = mapped_column(Numeric(12, 4))
    percent: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    rank: Mapped[int]
    band: Mapped[str]


def usual_program(session: Session, campaign_id: int) -> dict[int, UnitResult]:
    """The whole job by ORM and Decimal; the results by unit."""
    criteria = criteria_set()
    rules = {leaf.code: (decimal_rule(leaf), [s.name for s in leaf.inputs])
             for leaf in criteria.leaves}  # fmt: skip
    (tie,) = GRADING.rank.ties
    tied = {leaf.code for leaf in criteria.domains[1].leaves()}
    assert criteria.domains[1].code == tie
    codes = {leaf.id: leaf.code for leaf in session.scalars(select(Leaf))}
    sheets: dict[int, dict[int, ScoreEntry]] = defaultdict(dict)
    order = {"self": 0, "appraised": 1, "survey": 2}
    query = (
        select(ScoreSheet.unit_id, ScoreEntry)
        .join(ScoreEntry, ScoreEntry.sheet_id == ScoreSheet.id)
        .where(ScoreSheet.campaign_id == campaign_id)
    )
    for unit, entry in session.execute(query):
        known = sheets[unit].get(entry.leaf_id)
        if known is None or order[known.stage] < order[entry.stage]:
            sheets[unit][entry.leaf_id] = entry
    found, keys = {}, {}
    for unit, entries in sheets.items():
        total = first = Decimal(0)
        for leaf, entry in entries.items():
            rule, names = rules[codes[leaf]]
            points, branch = rule(*(entry.inputs[name] for name in names))
            session.add(CellPoints(unit_id=unit, leaf_id=leaf, points=points, branch=branch,
                                   stage=entry.stage))  # fmt: skip
            total += points
            if codes[leaf] in tied:
                first += points
        percent = (total * HUNDRED / LEAVES).quantize(CENT, ROUND_HALF_UP)
        band = next(b.label for b in GRADING.bands if b.from_ is None or percent >= b.from_)
        keys[unit] = percent, (first * HUNDRED / len(tied)).quantize(CENT, ROUND_HALF_UP)
        found[unit] = UnitResult(unit_id=unit, points=total, percent=percent, rank=0, band=band)
    places: dict[tuple[Decimal, Decimal], int] = {}
    for place, key in enumerate(sorted(keys.values(), reverse=True), start=1):
        places.setdefault(key, place)
    for unit, row in found.items():
        row.rank = places[keys[unit]]
    session.add_all(found.values())
    session.flush()
    return found


def assert_same(database: Database) -> None:
    """Both find the same points, indices, ranks and bands."""
    with database.inside() as session:
        theirs = usual_program(session, database.campaign)
        version = compute_results(
            session, campaign_id=database.campaign, by=COMMAND, plugin_version="1"
        )
        rows = session.scalars(select(ResultRow).where(ResultRow.version_id == version.id)).all()
        assert len(rows) == UNITS
        for row in rows:
            other = theirs[row.unit_id]
            assert (to_points(row.points or 0), row.index_percent, row.rank, row.band) == (
                other.points.normalize() + 0, other.percent, other.rank, other.band,
            )  # fmt: skip


def timed(database: Database, times: int) -> tuple[float, float]:
    """The best times of both, taken in turn; what they store is rolled back."""
    ours = theirs = float("inf")
    for _ in range(times):
        with database.inside() as session:
            start = perf_counter()
            compute_results(session, campaign_id=database.campaign, by=COMMAND, plugin_version="1")
            ours = min(ours, perf_counter() - start)
        with database.inside() as session:
            start = perf_counter()
            usual_program(session, database.campaign)
            theirs = min(theirs, perf_counter() - start)
    return ours, theirs


def ratios() -> list[Ratio]:
    """One province's entries into a stored version."""
    with running() as database:
        with database.owner.begin() as connection:
            Base.metadata.create_all(connection)
            connection.execute(text("GRANT ALL ON bench_cell, bench_unit TO PUBLIC"))
        assert_same(database)
        ours, theirs = timed(database, 7)
    return [Ratio("campaign_from_database", ours, "ORM and Decimal, a row for each cell", theirs)]
