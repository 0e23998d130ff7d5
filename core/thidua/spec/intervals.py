"""Exact intervals of numbers, ends included: between which bounds a value must lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

End = Fraction | None
"""An end of an interval; None: no bound on that side."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers from ``low`` to ``high``, and, if ``nonzero``, none of them 0."""

    low: End = None
    high: End = None
    nonzero: bool = False

    @property
    def may_be_zero(self) -> bool:
        """Whether 0 lies in it."""
        below = self.low is None or self.low <= 0
        return not self.nonzero and below and (self.high is None or self.high >= 0)

    @property
    def empty(self) -> bool:
        """Whether no number lies in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.nonzero and self.low == self.high == 0)


def point(value: Fraction | int) -> Interval:
    """Exactly this number."""
    return Interval(Fraction(value), Fraction(value))


def negative(x: Interval) -> Interval:
    """−x."""
    low = None if x.high is None else -x.high
    return Interval(low, None if x.low is None else -x.low, x.nonzero)


def total(x: Interval, y: Interval) -> Interval:
    """x + y."""
    return Interval(_sum(x.low, y.low), _sum(x.high, y.high))


def times(x: Interval, y: Interval) -> Interval:
    """x × y; where an end is missing and the signs are open, anything."""
    nonzero = not x.may_be_zero and not y.may_be_zero
    if x.low is None or x.high is None or y.low is None or y.high is None:
        return replace(_unbounded(x, y), nonzero=nonzero)
    corners = [a * b for a in (x.low, x.high) for b in (y.low, y.high)]
    return Interval(min(corners), max(corners), nonzero)


def reciprocal(x: Interval) -> Interval:
    """1 ÷ x, 0 left out of x."""
    if x.low is not None and x.low >= 0 and x.high != 0:
        low = Fraction(0) if x.high is None else 1 / x.high
        return Interval(low, 1 / x.low if x.low else None, nonzero=True)
    if x.high is not None and x.high <= 0 and x.low != 0:
        return negative(reciprocal(negative(x)))
    return Interval(nonzero=True)


def least(parts: Sequence[Interval]) -> Interval:
    """The least of one or more values."""
    lows = [part.low for part in parts if part.low is not None]
    highs = [part.high for part in parts if part.high is not None]
    low = min(lows) if len(lows) == len(parts) else None
    nonzero = not any(part.may_be_zero for part in parts)
    return Interval(low, min(highs, default=None), nonzero)


def either(x: Interval, y: Interval) -> Interval:
    """One of the two, whichever."""
    low = None if x.low is None or y.low is None else min(x.low, y.low)
    high = None if x.high is None or y.high is None else max(x.high, y.high)
    return Interval(low, high, not x.may_be_zero and not y.may_be_zero)


def both(x: Interval, y: Interval) -> Interval:
    """What lies in x and in y."""
    lows = [end for end in (x.low, y.low) if end is not None]
    highs = [end for end in (x.high, y.high) if end is not None]
    nonzero = x.nonzero or y.nonzero
    return Interval(max(lows, default=None), min(highs, default=None), nonzero)


def on_grid(x: Interval, places: int) -> Interval:
    """x rounded to so many decimals, either way."""
    scale = 10**places
    low = None if x.low is None else Fraction(floor(x.low * scale), scale)
    return Interval(low, None if x.high is None else Fraction(ceil(x.high * scale), scale))


def below(x: Interval, limit: End, step: Fraction | None, *, strictly: bool) -> Interval:
    """What of x is at most, or strictly less than, ``limit``; x holds multiples of ``step``.

    Without a step the limit itself stays in, unless it is 0.
    """
    if limit is None:
        return x
    if strictly and step is not None:
        return both(x, Interval(None, (ceil(limit / step) - 1) * step))
    if strictly and x.low is not None and x.low >= limit:
        return Interval(Fraction(1), Fraction(0))
    return both(x, Interval(None, limit, nonzero=strictly and limit == 0))


def without(x: Interval, value: Fraction, step: Fraction | None) -> Interval:
    """x but for one value; ends move only where x holds multiples of ``step``."""
    if value == 0:
        x = replace(x, nonzero=True)
    if x.low == x.high == value:
        return Interval(Fraction(1), Fraction(0))
    if step is not None and x.low == value:
        x = replace(x, low=x.low + step)
    if step is not None and x.high == value:
        x = replace(x, high=x.high - step)
    return x


def _sum(x: End, y: End) -> End:
    return None if x is None or y is None else x + y


def _unbounded(x: Interval, y: Interval) -> Interval:
    """x × y where an end is missing."""
    signs = _sign(x), _sign(y)
    if 0 in signs:
        return Interval()
    far_x, far_y = (z if sign > 0 else negative(z) for z, sign in zip((x, y), signs, strict=True))
    away = Interval((far_x.low or Fraction(0)) * (far_y.low or Fraction(0)), None)
    return away if signs[0] == signs[1] else negative(away)


def _sign(x: Interval) -> int:
    """1 where nothing in x is below 0, −1 where nothing is above, else 0."""
    if x.low is not None and x.low >= 0:
        return 1
    return -1 if x.high is not None and x.high <= 0 else 0
