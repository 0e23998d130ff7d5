"""What the rule kinds share when computed: an exact answer, what a part is worth, a staircase."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from thidua.scoring.ticks import TICKS, to_ticks
from thidua.spec.formula import Formula
from thidua.spec.parts import Step
from thidua.spec.rules import Ratio

Exact = tuple[Fraction | int, str]
"""Ticks, exact and not yet rounded, and the branch taken."""


def worth(points: Decimal | None, share: Decimal | None, maximum: int) -> Fraction:
    """A level's, step's or fault's exact ticks: its points, or its share of the maximum."""
    if points is not None:
        return Fraction(to_ticks(points))
    return Fraction(maximum * to_ticks(share or Decimal(0)), TICKS)


def reached(steps: Sequence[Step], value: int) -> Step | None:
    """The first step that ``value`` (ticks) reaches, its inclusive side honoured; or None."""
    for step in steps:
        start = to_ticks(step.from_)
        if value > start or (step.inclusive and value == start):
            return step
    return None


def staircase(steps: Sequence[Step], value: int, maximum: int) -> Exact:
    """What the step that ``value`` (ticks) reaches earns; below all of them 0."""
    step = reached(steps, value)
    return (0, "below") if step is None else (worth(step.points, step.share, maximum), "step")


def zero_denominator(rule: Ratio | Formula, maximum: int) -> tuple[int, str]:
    """What a division by zero earns, as declared, and its branch; undeclared it earns nothing."""
    match rule.zero_denominator:
        case "full":
            return maximum, "zero_full"
        case "zero":
            return 0, "zero_zero"
        case "not_applicable":
            return 0, "not_applicable"
        case None:
            return 0, "zero_denominator"
