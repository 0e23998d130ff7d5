"""Figures as the sentences of an explanation write them, in Vietnamese."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from thidua.scoring.ticks import TICKS, to_points, written


def number(ticks: int) -> str:
    """Ticks as points: ``1.234,5``."""
    return written(to_points(ticks))


def point_words(ticks: int) -> str:
    """Ticks as points: ``1,5 điểm``."""
    return f"{number(ticks)} điểm"


def point_text(ticks: int) -> str:
    """Ticks as a decimal string of points, as a program reads it."""
    return str(to_points(ticks))


def exact_words(value: Fraction, decimals: int) -> str:
    """``value`` cut (not rounded) after ``decimals``, with dots where it goes on: ``1,66666…``."""
    scaled = abs(value) * 10**decimals
    digits = Decimal((0, tuple(map(int, str(int(scaled)))), -decimals))
    more = "…" if scaled.denominator != 1 else ""
    shown = written(digits) if more else written(_short(digits))
    return f"{'-' if value < 0 else ''}{shown}{more}"


def sum_words(terms: Sequence[int], total: int) -> str:
    """Ticks added up: ``1,8 + 2 − 0,5 = 3,3 điểm``; one term alone needs no sum."""
    if len(terms) < 2:
        return point_words(total)
    first, *others = terms
    rest = "".join(f" {'−' if term < 0 else '+'} {number(abs(term))}" for term in others)
    return f"{number(first)}{rest} = {point_words(total)}"


def percent_words(ticks: int, maximum: int) -> str:
    """The exact quotient in per cent, cut after five decimals: ``3,8 ÷ 5 = 76%``."""
    quotient = Fraction(100 * ticks, maximum)
    return f"{number(ticks)} ÷ {number(maximum)} = {exact_words(quotient, 5)}%"


def rounding_words(exact: Fraction, rounded: Decimal, decimals: int, unit: str = "") -> str:
    """What rounding changed: ``1,66666… làm tròn 4 số lẻ thành 1,6667``; else nothing."""
    if exact == Fraction(rounded):
        return ""
    before = f"{exact_words(exact, max(decimals + 1, 5))}{unit}"
    place = f"{decimals} số lẻ" if decimals else "đến số nguyên"
    return f"{before} làm tròn {place} thành {written(rounded)}{unit}"


def points_of(exact_ticks: Fraction) -> Fraction:
    """Exact ticks as exact points."""
    return exact_ticks / TICKS


def _short(value: Decimal) -> Decimal:
    """Without needless zeros behind the comma."""
    return value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()
