"""Figures inside the sentence of a rule, in Vietnamese; what is finer than a tick is rounded."""

from __future__ import annotations

from fractions import Fraction

from thidua.scoring.ticks import TICKS, round_percent, round_ticks, to_points, to_ticks, written
from thidua.spec.base import POINT_DECIMALS
from thidua.spec.parts import Step, Worth


def number(ticks: Fraction | int) -> str:
    """Ticks as written points: ``1,5``."""
    return written(to_points(round_ticks(ticks, POINT_DECIMALS)))


def points(ticks: Fraction | int) -> str:
    """Ticks as ``1,5 điểm``."""
    return f"{number(ticks)} điểm"


def percent(ratio: Fraction) -> str:
    """``= 56,999%`` where four decimals say it exactly, else ``≈ 66,67%``."""
    exact = (100 * TICKS * ratio).denominator == 1
    shown = round_percent(ratio, POINT_DECIMALS if exact else 2)
    return f"{'=' if exact else '≈'} {number(to_ticks(shown))}%"


def part(item: Worth, top: int) -> str:
    """A share of the maximum; points said outright already stand behind the arrow."""
    return (
        "" if item.share is None else f": {number(100 * to_ticks(item.share))}% của {points(top)}"
    )


def step_words(value: int, step: Step | None, top: int) -> str:
    """Which step of a staircase ``value`` (ticks) reached."""
    if step is None:
        return f"{number(value)}: chưa tới bậc nào"
    side = "từ" if step.inclusive else "trên"
    return f"{number(value)} thuộc bậc {side} {written(step.from_)}{part(step, top)}"
