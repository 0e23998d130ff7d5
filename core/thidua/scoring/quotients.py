"""Columns of exact quotients: what formulas are computed with over many units.

Of every column the largest magnitudes are known beforehand in Python integers; where a product
could reach 2**63 it is computed in Python integers (dtype object). Nothing is rounded unless asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.formula import HOLDS
from thidua.scoring.ints import LIMIT, Ints, peak
from thidua.spec.formula_tree import Relation

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Quotients:
    """``over`` ÷ ``under`` (> 0) over units, or without dimension: one for all.

    ``zero``: where a division by zero was met, so that the quotient means nothing. No magnitude
    in ``over`` is beyond ``most_over`` (> 0), none in ``under`` beyond ``most_under``.
    """

    over: Ints
    under: Ints
    zero: Mask
    most_over: int
    most_under: int


def constant(value: Fraction | int) -> Quotients:
    """The same number for all units."""
    return column(np.asarray(value.numerator, dtype=object), value.denominator)


def column(values: Ints, scale: int) -> Quotients:
    """``values`` ÷ ``scale``."""
    most = max(peak(values), 1)
    return Quotients(_ints(values, most), _ints(scale, scale), np.asarray(False), most, scale)


def added(a: Quotients, b: Quotients, sign: int = 1) -> Quotients:
    """a + b, or a − b with ``sign`` −1."""
    both = _aligned(a, b)
    over = _ints(both.a + sign * both.b, both.most)
    return Quotients(over, both.under, a.zero | b.zero, both.most, both.most_under)


def multiplied(a: Quotients, b: Quotients) -> Quotients:
    """a × b."""
    over, most_over = _product(a.over, a.most_over, b.over, b.most_over)
    under, most_under = _product(a.under, a.most_under, b.under, b.most_under)
    return Quotients(over, under, a.zero | b.zero, most_over, most_under)


def divided(a: Quotients, b: Quotients) -> Quotients:
    """a ÷ b; ``zero`` where b is 0."""
    none, size = b.over == 0, _ints(np.abs(b.over), b.most_over)
    turned = Quotients(
        _ints(b.under * np.where(b.over < 0, -1, 1), b.most_under),
        np.where(none, _ints(1, b.most_over), size),
        b.zero | none,
        b.most_under,
        b.most_over,
    )
    return multiplied(a, turned)


def compared(a: Quotients, relation: Relation, b: Quotients) -> Mask:
    """Where a stands so to b; means nothing where either met a division by zero."""
    both = _aligned(a, b)
    holds: Mask = np.asarray(HOLDS[relation](both.a, both.b), dtype=np.bool_)
    return holds


def picked(where: Mask, a: Quotients, b: Quotients) -> Quotients:
    """a where ``where``, else b."""
    most_over = max(a.most_over, b.most_over)
    most_under = max(a.most_under, b.most_under)
    return Quotients(
        np.where(where, _ints(a.over, most_over), _ints(b.over, most_over)),
        np.where(where, _ints(a.under, most_under), _ints(b.under, most_under)),
        np.where(where, a.zero, b.zero),
        most_over,
        most_under,
    )


def rounded(a: Quotients, places: int) -> Quotients:
    """a rounded half away from zero."""
    scale = 10**places
    room = 2 * a.most_over * scale + 2 * a.most_under
    over, under = _ints(a.over, room), _ints(a.under, room)
    most = a.most_over * scale + 1
    size = _ints((2 * np.abs(over) * scale + under) // (2 * under), most)
    signed = np.where(over < 0, -size, size)
    return Quotients(_ints(signed, most), _ints(scale, scale), a.zero, most, scale)


@dataclass(frozen=True, slots=True)
class _Aligned:
    """Two columns over one denominator; ``most`` bounds their sum and difference too."""

    a: Ints
    b: Ints
    under: Ints
    most: int
    most_under: int


def _aligned(a: Quotients, b: Quotients) -> _Aligned:
    if a.under.ndim == b.under.ndim == 0:
        common = lcm(int(a.under), int(b.under))
        by_a, by_b = (np.asarray(common // int(x.under), dtype=object) for x in (a, b))
        most_a, most_b = a.most_over * int(by_a), b.most_over * int(by_b)
        under, most_under = _ints(common, common), common
    else:
        by_a, by_b = b.under, a.under
        most_a, most_b = a.most_over * b.most_under, b.most_over * a.most_under
        under, most_under = _product(a.under, a.most_under, b.under, b.most_under)
    most = most_a + most_b
    left = _ints(_ints(a.over, most) * _ints(by_a, most), most)
    return _Aligned(
        left, _ints(_ints(b.over, most) * _ints(by_b, most), most), under, most, most_under
    )


def _product(a: Ints, most_a: int, b: Ints, most_b: int) -> tuple[Ints, int]:
    most = most_a * most_b
    return _ints(_ints(a, most) * _ints(b, most), most), most


def _ints(values: Ints | int, most: int) -> Ints:
    """``values`` with room for magnitudes up to ``most``."""
    return np.asarray(values, dtype=np.int64 if most < LIMIT else object)
