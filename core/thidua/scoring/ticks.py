"""Points as whole ticks: one point is 10 000 ticks. Exact at the edges, half away from zero within.

Nothing here touches a float. Rounding is always half *away from zero* (DESIGN, "law of numbers").
"""

from __future__ import annotations

from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation
from fractions import Fraction

from thidua.spec.base import POINT_DECIMALS, TICKS_PER_POINT

TICKS = TICKS_PER_POINT
"""Ticks in one point."""

_STEP = Decimal(1).scaleb(-POINT_DECIMALS)
_EXACT = Context(prec=60, traps=[Inexact, InvalidOperation])


def to_ticks(points: Decimal) -> int:
    """Points in ticks, exactly; ``ValueError`` if they are no whole number of ticks."""
    try:
        return int(points.quantize(_STEP, context=_EXACT).scaleb(POINT_DECIMALS, _EXACT))
    except (DecimalException, ValueError) as error:
        raise ValueError(f"“{points}” không phải là số có tối đa {POINT_DECIMALS} số lẻ") from error


def to_points(ticks: int) -> Decimal:
    """Ticks in points, exactly, without needless zeros and never in exponents: ``8.5``, ``100``."""
    sign = "-" if ticks < 0 else ""
    whole, rest = divmod(abs(ticks), TICKS)
    return Decimal(f"{sign}{whole}.{rest:0{POINT_DECIMALS}d}".rstrip("0").rstrip("."))


def divide_half_away(numerator: int, denominator: int) -> int:
    """The nearest integer to the quotient, half away from zero; ``denominator`` > 0."""
    nearest = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -nearest if numerator < 0 else nearest


def round_ticks(value: Fraction | int, decimals: int) -> int:
    """Exact ticks rounded to ``decimals`` (0 to 4) places of a point, in ticks."""
    step: int = 10 ** (POINT_DECIMALS - decimals)
    return step * divide_half_away(value.numerator, value.denominator * step)


def round_percent(value: Fraction, decimals: int) -> Decimal:
    """A ratio (1 is 100 %) in per cent, with exactly ``decimals`` decimals: ``98.50``."""
    return to_percent(
        divide_half_away(value.numerator * 100 * 10**decimals, value.denominator), decimals
    )


def to_percent(scaled: int, decimals: int) -> Decimal:
    """A percentage from a whole number of its last decimal: ``98.50`` from 9850."""
    return Decimal(scaled).scaleb(-decimals, _EXACT)


def written(value: Decimal | int) -> str:
    """A number as Vietnamese text: ``1.234.567,5``; decimals as they are."""
    return f"{Decimal(value):,f}".translate(str.maketrans(",.", ".,"))
