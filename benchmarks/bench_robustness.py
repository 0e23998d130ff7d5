"""How fast a ranking is shaken, against a plain loop over draws; run by ``make bench``.

Both count the same law: every leaf moves by a whole number of ticks, all equally likely, within
0 and its maximum; index in hundredths of a per cent, competition ranks. Fed the same random
numbers, they give the same counts, which is looked at before anything is timed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.ratio import Ratio, seconds
from thidua.scoring.draws import Source
from thidua.scoring.field import Sheets
from thidua.scoring.robustness import BLOCK, rank_robustness
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading
from thidua.spec.robustness import Uncertainty

UNITS, LEAVES, DRAWS, PLACES = 200, 100, 10_000, 20
TOP, SPREAD = 10_000, 2_500
"""A leaf's maximum, and how far it is moved: 1 and 0.25 points."""

GRADING = Grading.model_validate({"bands": [{"label": "Tốt", "from": 80}, {"label": "Khá"}]})
UNCERTAINTY = Uncertainty.model_validate({"title": "Đo tốc độ", "leaves": [{"points": "0.25"}]})

Steps = NDArray[np.int64]


def criteria_set() -> CriteriaSet:
    """100 leaves of one point."""
    leaf = {"name": "lá", "max_points": "1", "rule": {"kind": "manual"}}
    domains = [{"code": str(number), **leaf} for number in range(LEAVES)]
    head = {"code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "grading"}
    return CriteriaSet.model_validate({**head, "pending": "zero", "domains": domains})


def sheets() -> Sheets:
    """200 units of 100 leaves of one point; one leaf in three has full marks."""
    random = np.random.default_rng(7)
    ticks = np.minimum(random.integers(0, 3 * TOP // 2, (LEAVES, UNITS)), TOP)
    return Sheets(
        criteria=criteria_set(),
        keys=tuple(map(str, range(UNITS))),
        groups=("so",) * UNITS,
        ticks=ticks,
        maximum=np.full((LEAVES, UNITS), TOP),
        scored=np.ones((LEAVES, UNITS), np.bool_),
    )


def plain_loop(ticks: Steps, moves: Iterable[Steps]) -> tuple[Steps, Steps, Steps]:
    """The same by one draw after another: counts of ranks, of places inside, of the first band."""
    ranks, inside, first = np.zeros((UNITS, UNITS), int), np.zeros(UNITS, int), np.zeros(UNITS, int)
    everyone, maximum = np.arange(UNITS), LEAVES * TOP
    for move in moves:
        points = np.clip(ticks + move, 0, TOP).sum(axis=0)
        index = (points * 20_000 + maximum) // (2 * maximum)
        ordered = np.sort(-index)
        rank = np.searchsorted(ordered, -index, side="left")
        ranks[everyone, rank] += 1
        inside += rank < PLACES
        first += index >= 8_000
    return ranks, inside, first


def loop_moves() -> Iterator[Steps]:
    """The loop's own random numbers, by NumPy's usual generator."""
    random = np.random.default_rng(1)
    for _ in range(DRAWS):
        yield random.integers(-SPREAD, SPREAD + 1, (LEAVES, UNITS))


def same_moves(seed: int, draws: int) -> Iterator[Steps]:
    """The random numbers that ``rank_robustness`` draws from this seed, draw by draw."""
    for block in range(-(-draws // BLOCK)):
        source = Source(seed, block, BLOCK * UNITS)
        leaves = [source.uniform(2 * SPREAD + 1, (BLOCK, UNITS)).copy() for _ in range(LEAVES)]
        moves = np.stack(leaves, axis=1).astype(np.int64) - SPREAD
        yield from moves[: draws - block * BLOCK]


def assert_equal_law(draws: int = 300) -> None:
    """Fed the same random numbers, the loop and ours count the same."""
    data = sheets()
    ours = rank_robustness([data], UNCERTAINTY, GRADING, places=PLACES, draws=draws, seed=1)
    ranks, inside, first = plain_loop(data.ticks, same_moves(1, draws))
    assert [unit.ranks for unit in ours.units] == [tuple(row) for row in ranks.tolist()]
    assert [unit.inside for unit in ours.units] == inside.tolist()
    assert [unit.bands["Tốt"] for unit in ours.units] == first.tolist()


def ratios() -> list[Ratio]:
    """10 000 draws over 200 units of 100 leaves, all of them uncertain."""
    assert_equal_law()
    data = sheets()
    ours = seconds(
        lambda: rank_robustness(
            [data], UNCERTAINTY, GRADING, places=PLACES, draws=DRAWS, seed=1
        ),
        3,
    )  # fmt: skip
    theirs = seconds(lambda: plain_loop(data.ticks, loop_moves()), 2)
    return [Ratio("robustness", ours, "NumPy, one draw after another", theirs)]
