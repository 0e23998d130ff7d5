"""Integers over units: the arithmetic that every rule kind's column form is made of.

NumPy wraps silently. Every product here is bounded beforehand in Python integers; where it could
reach 2**63 the column is computed in Python integers (dtype object) by the same expressions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.rules import ANY_KIND, BRANCHES, OUTSIDE, bounds, settle
from thidua.spec.base import POINT_DECIMALS
from thidua.spec.criteria import Leaf

LIMIT = 2**63
"""int64 holds the integers below this."""

FLOAT_LIMIT = 2**53
"""float64 holds the integers up to this."""

SHORT_LIMIT = 2**31
"""int32 holds the integers below this."""

KNOWN = tuple(dict.fromkeys(chain(sorted(OUTSIDE), ["pending"], ANY_KIND, *BRANCHES.values())))
"""The branches of the built-in kinds; columns of branches hold positions in it. First those that
always leave the unit's maximum, then the one that may."""

Ints = NDArray[Any]
"""Integers over units: int32 or int64, Python integers where int64 could overflow, or float64 where
it is exact."""

Values = Mapping[str, Ints]
"""Complete inputs of one leaf by name, each over units."""

Scored = tuple[Ints, Ints]
"""Ticks and branches of one leaf over units."""


def table(leaf: Leaf, exact: Sequence[Fraction | int], decimals: int) -> NDArray[np.int64]:
    """Each of these exact ticks as ``settle`` gives it, to be picked from by position."""
    return np.array([settle(leaf, ticks, decimals) for ticks in exact], dtype=np.int64)


def settled(leaf: Leaf, numerator: Ints, denominator: Ints | int, decimals: int) -> Ints:
    """``settle`` of the quotients: rounded half away from zero, then within the leaf's bounds.

    The denominators are positive.
    """
    step = 10 ** (POINT_DECIMALS - decimals)
    below, (low, high) = np.asarray(denominator), bounds(leaf)
    kind = number_type(2 * peak(numerator) + 3 * peak(below) * step + (high or 0) - (low or 0))
    signed = bool(numerator.min(initial=0) < 0)
    ticks = rounded(numerator.astype(kind), below.astype(kind), step, signed=signed)
    ticks = ticks if high is None else np.minimum(ticks, high)
    return ticks if low is None else np.maximum(ticks, low)


def rounded(numerator: Ints, denominator: Ints | int, step: int, *, signed: bool) -> Ints:
    """The quotients to a multiple of ``step``, half away from zero; ``signed`` if any is negative.

    Denominators are positive and of the same type of number, for which 2n + 3d is not too large:
    in float64, floor((2n + d) ÷ 2d) is then exact, as p ÷ q with p + q < 2**53 is never rounded
    up to an integer that it does not reach. It also divides int32 by int32 quicker than these do.
    """
    size = denominator * step
    ticks: Ints = 2 * (np.abs(numerator) if signed else numerator)
    ticks += size
    if ticks.dtype == np.float64:
        ticks /= 2 * size
        np.floor(ticks, out=ticks)
    elif ticks.dtype == np.int32 and np.ndim(size):
        ticks = (ticks / (2 * size)).astype(np.int32)
    else:
        ticks //= 2 * size
    if step != 1:
        ticks *= step
    return np.where(numerator < 0, -ticks, ticks) if signed else ticks


def roomy(most: int, values: Ints) -> Ints:
    """``values``, as Python integers if the magnitude ``most`` is beyond int64."""
    return values if most < LIMIT else values.astype(object)


def number_type(most: int) -> type:
    """The fastest type of number that is exact up to this magnitude."""
    if most < FLOAT_LIMIT:
        return np.int32 if most < SHORT_LIMIT else np.float64
    return np.int64 if most < LIMIT else object


def peak(values: Ints) -> int:
    """The largest magnitude, as a Python integer."""
    low, high = ends(values)
    return max(-low, high)


def ends(values: Ints) -> tuple[int, int]:
    """The least of the values and 0, and the greatest of them and 0, as Python integers."""
    if values.dtype == np.int32:
        # seen without their sign, numbers below zero are greater than all others
        high = int(np.maximum.reduce(values.view(np.uint32), axis=None, initial=0))
        if high < SHORT_LIMIT:
            return 0, high
    low = np.minimum.reduce(values, axis=None, initial=0)
    return int(low), int(np.maximum.reduce(values, axis=None, initial=0))


def at(branch: str) -> int:
    """The position of a branch in ``KNOWN``."""
    return KNOWN.index(branch)


def everywhere(like: Ints, branch: str) -> Ints:
    """The same branch for all units."""
    return np.full(len(like), at(branch))
