"""Index, order, ranks and bands of many draws at once, in integers: what ``grading`` does to one.

Arrays are [draw, unit]. int64 where the figures fit, Python integers (dtype object) elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.ints import Ints, peak, roomy
from thidua.scoring.ticks import TICKS, to_ticks
from thidua.spec.grading import Band, Grading


class Quotient(NamedTuple):
    """Points over maxima, both in ticks (or both in parts of one): what an index is made of.

    ``maximum`` may be [1, unit]. Where it is 0 the index counts as 0.
    """

    points: Ints
    maximum: Ints


class Placed(NamedTuple):
    """The units of one group, best first in every draw.

    ``unit`` is a position within the group, ``place`` its competition rank from 0, ``value``
    what decides (less is better, equal is tied).
    """

    unit: NDArray[np.intp]
    place: NDArray[np.intp]
    value: Ints


def decisive(quotient: Quotient, grading: Grading) -> Ints:
    """Integers that stand in the order of the index that the grading decides on.

    Published: the index itself, in its last printed decimal. Exact: quotients of denominators up
    to M differ by 1/M² or more, so that floor(points × M² ÷ maximum) keeps every difference.
    """
    points, maximum = quotient.points, np.maximum(quotient.maximum, 1)
    points = np.where(quotient.maximum > 0, points, 0)
    if grading.decide_on == "exact":
        scale = peak(maximum) ** 2
        exact: Ints = roomy(scale * max(peak(points), 1), points) * scale // maximum
        return exact
    doubled = 2 * 100 * 10**grading.index_decimals
    points = roomy(doubled * peak(points) + peak(maximum), points)
    rounded: Ints = (np.abs(points) * doubled + maximum) // (2 * maximum)
    return np.where(points < 0, -rounded, rounded)


def order_keys(value: Ints, ties: Sequence[Quotient], grading: Grading) -> Ints:
    """One integer for the decisive ``value`` and the tie-breaks together, greater being better."""
    keys = value
    for quotient in ties:
        tie = decisive(quotient, grading)
        least = int(tie.min())
        width = int(tie.max()) - least + 1
        keys = roomy((peak(keys) + 1) * width, keys) * width + (roomy(width, tie) - least)
    return keys


def place(keys: Ints) -> Placed:
    """Rank the units of one group by their keys."""
    size = keys.shape[1]
    bits = (size - 1).bit_length()
    packed = (-roomy((peak(keys) + 1) << bits, keys) << bits) | np.arange(size)
    packed.sort(axis=1)
    value = packed >> bits
    behind = np.zeros(keys.shape, dtype=np.intp)
    behind[:, 1:] = np.where(value[:, 1:] != value[:, :-1], np.arange(1, size), 0)
    unit = (packed & ((1 << bits) - 1)).astype(np.intp)
    return Placed(unit, np.maximum.accumulate(behind, axis=1), value)


def within(placed: Placed, places: int, *, ties_inside: bool) -> NDArray[np.bool_]:
    """Which of the placed stand among the first ``places``.

    Units tied across the line are all inside, or all outside.
    """
    value = placed.value
    if places >= value.shape[1]:
        return np.ones(value.shape, dtype=np.bool_)
    if ties_inside:
        return np.asarray(value <= value[:, places - 1 : places], dtype=np.bool_)
    return np.asarray(value < value[:, places : places + 1], dtype=np.bool_)


def band_numbers(value: Ints, quotient: Quotient, grading: Grading) -> NDArray[np.intp]:
    """The position of each unit's band in the grading; their number where it reaches none.

    ``value`` is the decisive one of ``quotient``.
    """
    if grading.decide_on == "published":
        above, below = value, np.asarray(10**grading.index_decimals)
    else:
        above, below = roomy(100 * peak(quotient.points), quotient.points) * 100, quotient.maximum
    bands = np.full(np.broadcast(above, below).shape, len(grading.bands), dtype=np.intp)
    for number, band in reversed(list(enumerate(grading.bands))):
        bands[_reaches(above, below, band)] = number
    return bands


def _reaches(above: Ints, below: Ints, band: Band) -> NDArray[np.bool_]:
    """Whether ``above`` ÷ ``below`` per cent reaches the band."""
    if band.from_ is None:
        return np.ones(np.broadcast(above, below).shape, dtype=np.bool_)
    cut = to_ticks(band.from_)
    left = roomy(TICKS * peak(above), above) * TICKS
    right = roomy(abs(cut) * peak(below), below) * cut
    return np.asarray(left >= right if band.inclusive else left > right, dtype=np.bool_)
