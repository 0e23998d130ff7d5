"""How far a ranking can be trusted: Monte-Carlo over a declared uncertainty of leaf points.

Each draw moves every uncertain leaf of every unit by a whole number of the set's rounding steps,
keeps it within 0 and its maximum, and ranks and grades anew by the declared rules. Results are
counts over draws; a seed gives the same counts on every machine, and more draws only add to them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from thidua.scoring.draws import Source
from thidua.scoring.field import Field, Sheets
from thidua.scoring.orders import Quotient
from thidua.scoring.tally import Frame, Tally, frame_of
from thidua.spec.grading import Grading
from thidua.spec.robustness import Uncertainty

BLOCK = 256
"""Draws that are made at once; each block has random numbers of its own."""

RUN = 4 * BLOCK
"""Draws that one thread makes before it hands over its counts."""


@dataclass(frozen=True, slots=True)
class UnitRobustness:
    """One unit's standing over all draws, as counts of draws.

    ``rank`` and ``band`` are the unit's without any uncertainty, ``ranks`` how often it had rank
    1, 2, 3… of its group, ``inside`` how often it stood within the quota, ``bands`` how often it
    reached each band. ``interval``: the least and greatest rank that remain when equal parts of
    the draws are left out at both ends, as declared by ``coverage``. A unit that is not ranked
    has ``rank``, ``inside`` and ``interval`` None and no ``ranks``.
    """

    key: str
    group: str | None
    rank: int | None
    band: str | None
    ranks: tuple[int, ...]
    inside: int | None
    bands: Mapping[str, int]
    interval: tuple[int, int] | None

    @property
    def extremes(self) -> tuple[int, int] | None:
        """The best and the worst rank of all draws."""
        seen = [rank for rank, count in enumerate(self.ranks, start=1) if count]
        return (seen[0], seen[-1]) if seen else None

    @property
    def stable(self) -> bool:
        """Whether the interval holds no rank but the unit's own."""
        return self.rank is not None and self.interval == (self.rank, self.rank)


@dataclass(frozen=True, slots=True)
class Robustness:
    """What ``draws`` draws from ``seed`` say of every unit, for a quota of ``places`` a group.

    ``uncertain`` are the codes of the leaves that were moved, by set.
    """

    draws: int
    seed: int
    places: int
    uncertain: Mapping[str, tuple[str, ...]]
    units: tuple[UnitRobustness, ...]

    def probability(self, count: int) -> Fraction:
        """A count of draws as a probability."""
        return Fraction(count, self.draws)


def rank_robustness(
    sheets: Sequence[Sheets],
    uncertainty: Uncertainty,
    grading: Grading,
    *,
    places: int,
    draws: int,
    seed: int,
    progress: Callable[[int], object] = lambda _: None,
) -> Robustness:
    """Rank intervals, probability of a place and of every band, for units of one grading.

    ``places`` is the quota of each group, at least 1. ``progress`` is told now and then how many
    more draws are done. ``Invalid`` where a spread is wider than can be drawn.
    """
    fields = [Field(item, uncertainty, grading) for item in sheets]
    inside = uncertainty.line_ties == "inside"
    frame = frame_of(fields, grading, places=places, ties_inside=inside)
    base, tally = Tally(frame), Tally(frame)
    base.add(_joined([field.base() for field in fields], 1))
    for size, part in _counted(fields, frame, draws, seed):
        tally.merge(part)
        progress(size)
    tail = draws * (1 - Fraction(uncertainty.coverage)) / 2
    return Robustness(
        draws=draws,
        seed=seed,
        places=places,
        uncertain={field.sheets.criteria.code: field.codes for field in fields},
        units=tuple(_unit(frame, number, base, tally, tail) for number in range(len(frame.keys))),
    )


def _counted(
    fields: Sequence[Field], frame: Frame, draws: int, seed: int
) -> Iterator[tuple[int, Tally]]:
    """The counts of all draws in runs, made on all processors: NumPy lets others in meanwhile."""

    def run(start: int) -> tuple[int, Tally]:
        tally, end = Tally(frame), min(start + RUN, draws)
        for at in range(start, end, BLOCK):
            tally.add(_drawn(fields, seed, at // BLOCK, min(BLOCK, end - at)))
        return end - start, tally

    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        yield from pool.map(run, range(0, draws, RUN))
    finally:
        pool.shutdown(cancel_futures=True)


def _drawn(fields: Sequence[Field], seed: int, block: int, size: int) -> list[Quotient]:
    """One block, of which the first ``size`` draws count: it is always drawn whole."""
    cells = BLOCK * max(max(field.sheets.ticks.shape) for field in fields)
    source = Source(seed, block, cells)
    return _joined([field.draw(source, BLOCK) for field in fields], size)


def _joined(parts: Sequence[Sequence[Quotient]], size: int) -> list[Quotient]:
    """The quotients of all sets side by side, of the first ``size`` draws."""
    return [
        Quotient(
            np.concatenate([part.points[:size] for part in side], axis=1),
            np.concatenate([part.maximum[:size] for part in side], axis=1),
        )
        for side in zip(*parts, strict=True)
    ]


def _unit(frame: Frame, number: int, base: Tally, tally: Tally, tail: Fraction) -> UnitRobustness:
    """What was counted for one unit, beside what it has for certain."""
    counts, own = tally.ranks_of(number), base.ranks_of(number)
    bands = base.bands_of(number)
    return UnitRobustness(
        key=frame.keys[number],
        group=frame.groups[number],
        rank=own.index(1) + 1 if own else None,
        band=next((label for label, count in bands.items() if count), None),
        ranks=counts,
        inside=int(tally.inside[number]) if counts else None,
        bands=tally.bands_of(number),
        interval=_interval(counts, tail) if counts else None,
    )


def _interval(counts: Sequence[int], tail: Fraction) -> tuple[int, int]:
    """The ranks between which all but at most ``tail`` draws at either end lie."""
    ranks = range(1, len(counts) + 1)
    low = next(rank for rank in ranks if sum(counts[:rank]) > tail)
    high = next(rank for rank in reversed(ranks) if sum(counts[rank - 1 :]) > tail)
    return low, high
