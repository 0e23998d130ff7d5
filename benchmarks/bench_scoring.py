"""From dense columns to points, branches, sums, index, rank and band; run by ``make bench``.

Milliseconds move with the neighbours of a machine, ratios to a yardstick in the same run much
less. Ours and the others are timed in turn, after their results were found to be the same.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import polars as pl

from benchmarks.opponents import (
    BRANCHES,
    TICKS,
    Program,
    decimal_program,
    polars_frame,
    polars_program,
)
from benchmarks.ratio import Ratio, in_turn
from benchmarks.sample import (
    CLUSTER,
    GRADING,
    LEAVES,
    Sample,
    criteria_set,
    dense,
    sample,
    sparse,
)
from thidua.scoring.batch import BatchGraded, grade_batch, quotients_of
from thidua.scoring.grading import Graded, Standing, grade, ties_of
from thidua.scoring.rules import score_leaf
from thidua.scoring.sheet import SheetScore, score_sheet, sum_leaves
from thidua.scoring.vector import Stages, score_stages

__all__ = ["criteria_set", "ratios"]

PROVINCE, COUNTRY = 200, 4_000 * 10
"""Units of a province; of a country in ten years."""

BYTES = 24
"""The most memory a cell may take at the peak."""


@dataclass(frozen=True)
class Outcome:
    """What ours finds."""

    stages: Stages
    graded: BatchGraded


def ours(data: Sample) -> Outcome:
    """The whole job."""
    stages = score_stages(data.criteria, data.columns, data.appraised, exempt=data.exempt)
    return Outcome(stages, grade_batch(quotients_of(stages.final, GRADING), data.groups, GRADING))


def ratios(names: frozenset[str]) -> list[Ratio]:
    """Those of these names; all of them where none is given."""
    benches = {
        "score_province": province,
        "score_country": country,
        "score_country_polars": against_polars,
        "score_country_copy": against_copy,
        "score_country_bytes": bytes_a_cell,
        "score_country_linear": linear,
        "edit_one": edit_one,
    }
    return [bench() for name, bench in benches.items() if not names or name in names]


def province() -> Ratio:
    """200 units against Decimal cell by cell."""
    data = sample(PROVINCE)
    assert_decimal_same(data)
    best = in_turn(lambda: ours(data), lambda: decimal_program(data), 40, 8)
    return Ratio("score_province", best[0], "Decimal, cell by cell", best[1])


def country() -> Ratio:
    """4 million cells against a tenth of them in Decimal, which takes as long for each cell."""
    data, tenth = sample(COUNTRY), sample(COUNTRY // 10)
    assert_decimal_same(tenth)
    best = in_turn(lambda: ours(data), lambda: decimal_program(tenth), 10, 3)
    name = "Decimal, cell by cell: a tenth of the units, times ten"
    return Ratio("score_country", best[0], name, best[1] * 10)


def against_polars() -> Ratio:
    """The same against Polars, both from whole columns of claims and of appraisals."""
    data = sample(COUNTRY)
    appraised = dense(data)
    frame = polars_frame(data, appraised)

    def from_dense() -> Outcome:
        return ours(replace(data, appraised=sparse(data, appraised)))

    assert_polars_same(data, from_dense(), polars_program(data, frame))
    best = in_turn(from_dense, lambda: polars_program(data, frame), 10, 10)
    return Ratio("score_country_polars", best[0], "Polars, a column for each leaf", best[1])


def against_copy() -> Ratio:
    """The same against no more than copying the columns of claims and surveys."""
    data = sample(COUNTRY)
    copy = lambda: [column.values.copy() for column in data.columns.values()]  # noqa: E731
    best = in_turn(lambda: ours(data), copy, 10, 10)
    return Ratio("score_country_copy", best[0], "plain memory copy of the columns", best[1])


def bytes_a_cell() -> Ratio:
    """The most memory in use at a time, with the columns that are scored."""
    tracemalloc.start()
    data = sample(COUNTRY)
    tracemalloc.reset_peak()
    kept = ours(data)
    peak = tracemalloc.get_traced_memory()[1] / kept.stages.final.ticks.size
    tracemalloc.stop()
    return Ratio("score_country_bytes", peak, "the most it may take", BYTES, "bytes a cell")


def linear() -> Ratio:
    """The time for a cell of 40 million, against that of 4 million."""
    costs = []
    for units in (COUNTRY * 10, COUNTRY):
        data = sample(units)
        costs.append(best_of(lambda data=data: ours(data), 3) / (units * LEAVES) * 1e9)  # type: ignore[misc]
    return Ratio("score_country_linear", costs[0], "a tenth of the cells", costs[1], "ns a cell")


def edit_one() -> Ratio:
    """One entry changed: the leaf, its unit's sums and the group's ranks; against all anew."""
    data = sample(CLUSTER)
    sheets = [
        {leaf.code: {s.name: int(data.columns[leaf.code, s.name].values[unit])
                     for s in leaf.inputs} for leaf in data.criteria.leaves}
        for unit in range(CLUSTER)
    ]  # fmt: skip
    scores = [score_sheet(data.criteria, sheet) for sheet in sheets]
    changed = {**sheets[3], "l0": {"numerator": 70, "denominator": 90}}

    def edit() -> tuple[Graded, ...]:
        leaf = score_leaf(data.criteria.leaves[0], changed["l0"], criteria=data.criteria)
        sheet = sum_leaves(data.criteria, (leaf, *scores[3].leaves[1:]))
        return _ranked([*scores[:3], sheet, *scores[4:]])

    def anew() -> tuple[Graded, ...]:
        every = [*sheets[:3], changed, *sheets[4:]]
        return _ranked([score_sheet(data.criteria, sheet) for sheet in every])

    assert edit() == anew()
    best = in_turn(edit, anew, 200, 5)
    return Ratio("edit_one", best[0], "the whole group scored anew", best[1])


def _ranked(scores: list[SheetScore]) -> tuple[Graded, ...]:
    standings = [
        Standing(str(unit), "", score.total, score.maximum, ties=ties_of(score, GRADING))
        for unit, score in enumerate(scores)
    ]
    return grade(standings, GRADING)


def best_of(run: Callable[[], object], times: int) -> float:
    """The best time of several runs, in seconds."""
    found = []
    for _ in range(times):
        start = perf_counter()
        run()
        found.append(perf_counter() - start)
    return min(found)


def assert_decimal_same(data: Sample) -> None:
    """Ours and the Decimal program find the same everywhere."""
    found, theirs = ours(data), decimal_program(data)
    final, codes = found.stages.final, found.stages.final.branches
    assert final.ticks.T.tolist() == [[int(x * TICKS) for x in row] for row in theirs.points]
    named = np.array(codes, dtype=object)[final.branch.T].tolist()
    assert named == theirs.branches
    for row, code in enumerate(final.nodes):
        assert final.node_ticks[row].tolist() == [int(sums[code] * TICKS) for sums in theirs.nodes]
    assert found.stages.claimed.total.tolist() == [int(x * TICKS) for x in theirs.claimed]
    assert found.stages.appraised.total.tolist() == [int(x * TICKS) for x in theirs.appraised]
    assert _placed(found.graded) == _placed_decimal(theirs)


def _placed(graded: BatchGraded) -> list[tuple[int, int, str]]:
    labels = [band.label for band in GRADING.bands]
    rows = zip(graded.index.tolist(), graded.rank.tolist(), graded.band.tolist(), strict=True)
    return [(index, rank, labels[band]) for index, rank, band in rows]


def _placed_decimal(found: Program) -> list[tuple[int, int, str]]:
    rows = zip(found.index, found.rank, found.band, strict=True)
    return [(int(index * 100), rank, band) for index, rank, band in rows]


def assert_polars_same(data: Sample, found: Outcome, theirs: pl.DataFrame) -> None:
    """Ours and Polars find the same everywhere."""
    stages, final = found.stages, found.stages.final
    for row, leaf in enumerate(data.criteria.leaves):
        assert np.array_equal(final.ticks[row], theirs[f"{leaf.code}.ticks"].to_numpy())
        known = np.array([BRANCHES.index(b) if b in BRANCHES else 99 for b in final.branches])
        assert np.array_equal(known[final.branch[row]], theirs[f"{leaf.code}.branch"].to_numpy())
    for row, code in enumerate(final.nodes):
        assert np.array_equal(final.node_ticks[row], theirs[code].to_numpy())
    for stage, totals in (("claimed", stages.claimed), ("appraised", stages.appraised)):
        assert np.array_equal(totals.total, theirs[f"{stage}.total"].to_numpy())
        for row, domain in enumerate(data.criteria.domains):
            assert np.array_equal(totals.domains[row], theirs[f"{stage}.{domain.code}"].to_numpy())
    for name, ours_ in (("index", found.graded.index), ("rank", found.graded.rank),
                        ("band", found.graded.band)):  # fmt: skip
        assert np.array_equal(ours_, theirs[name].to_numpy())
