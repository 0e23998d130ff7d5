"""Index, rank and band of many units at once, in integer arrays: the same results as ``grade``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.grading import Graded
from thidua.scoring.ints import Ints, peak, roomy
from thidua.scoring.orders import Quotient, band_numbers, decisive, order_keys
from thidua.scoring.ticks import to_percent
from thidua.scoring.vector import BatchScore
from thidua.spec.grading import Grading

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class BatchGraded:
    """Index, rank and band per unit.

    ``index`` is in the last printed decimal of a per cent (8050 is 80.50 at two decimals) and
    means nothing unless ``graded``. ``rank`` 0 is none. ``band`` is a position in the grading's
    bands; their number is none.
    """

    graded: Mask
    index: Ints
    rank: NDArray[np.int32]
    tied: Mask
    band: NDArray[np.int8]

    def unit(self, key: str, at: int, grading: Grading) -> Graded:
        """One unit, as ``grade`` gives it."""
        if not self.graded[at]:
            return Graded(key, None, None, None, False)
        labels = [*(band.label for band in grading.bands), None]
        return Graded(
            key=key,
            index=to_percent(int(self.index[at]), grading.index_decimals),
            rank=int(self.rank[at]) or None,
            band=labels[self.band[at]],
            tied=bool(self.tied[at]),
        )


def quotients_of(score: BatchScore, grading: Grading) -> list[Quotient]:
    """The totals, then what breaks ties: what ``grade_batch`` decides on."""
    ties = [score.node(code) for code in grading.rank.ties]
    return [
        Quotient(score.total, score.maximum_total),
        *(Quotient(ticks.astype(np.int64), maximum.astype(np.int64)) for ticks, maximum in ties),
    ]


def grade_batch(
    quotients: Sequence[Quotient],
    groups: NDArray[np.intp],
    grading: Grading,
    *,
    ranked: Mask | None = None,
) -> BatchGraded:
    """Grade units by their total (first of the ``quotients``, [unit]) and the tie-breaks behind it.

    Ranks are competition ranks (1, 2, 2, 4) among the units of equal ``groups`` (0, 1, 2…) that
    are ``ranked``. A unit with a maximum of 0 gets nothing.
    """
    total, *ties = quotients
    graded: Mask = total.maximum != 0
    value = decisive(total, grading)
    index = value if grading.decide_on == "published" else decisive(total, _published(grading))
    among = np.flatnonzero(graded if ranked is None else graded & ranked)
    rank, tied = np.zeros(len(graded), np.int32), np.zeros(len(graded), np.bool_)
    if len(among):
        keys = order_keys(value, ties, grading)
        rank[among], tied[among] = _ranks(keys[among], groups[among])
    band = band_numbers(value, total, grading)
    return BatchGraded(
        graded=graded,
        index=index,
        rank=rank,
        tied=tied,
        band=np.where(graded, band, len(grading.bands)).astype(np.int8),
    )


def _published(grading: Grading) -> Grading:
    return grading.model_copy(update={"decide_on": "published"})


def _ranks(keys: Ints, groups: NDArray[np.intp]) -> tuple[Ints, Mask]:
    """Rank within the group by key, greater being better, and whether another has the same."""
    best = int(keys.max())
    width = best - int(keys.min()) + 1
    reach = max((int(groups.max()) + 1) * width, peak(keys) + abs(best))
    packed = roomy(reach, groups) * width + (best - roomy(reach, keys))
    order = np.argsort(packed)
    packed, group = packed[order], groups[order]
    starts = np.r_[True, packed[1:] != packed[:-1], True]
    place = np.arange(len(keys))
    first = np.maximum.accumulate(np.where(starts[:-1], place, 0))
    head = np.maximum.accumulate(np.where(np.r_[True, group[1:] != group[:-1]], place, 0))
    rank, tied = np.empty_like(place), np.empty(len(keys), np.bool_)
    rank[order] = first - head + 1
    tied[order] = ~(starts[:-1] & starts[1:])
    return rank, tied
