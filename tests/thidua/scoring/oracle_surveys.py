"""The oracle's sums and deductions, surveys, ratings and indices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from thidua.spec import rules as spec
from thidua.spec.parts import Worth

ZERO = Fraction(0)

Reaches = Callable[[Fraction, Fraction, bool], bool]
"""Whether a value is over a cut, or on it where that suffices."""


def part(item: Worth, maximum: Fraction) -> Fraction:
    """The points of a level, step, fault… said outright or as a share of the maximum."""
    if item.points is not None:
        return Fraction(item.points)
    assert item.share is not None
    return Fraction(item.share) * maximum


def first_step(
    steps: Sequence[spec.Step], value: Fraction, maximum: Fraction, reaches: Reaches
) -> Fraction:
    """The first step that the value reaches, else 0."""
    for step in steps:
        if reaches(value, Fraction(step.from_), step.inclusive):
            return part(step, maximum)
    return ZERO


def officials(
    rule: spec.Officials, maximum: Fraction, given: Mapping[str, int]
) -> Fraction | Literal["pending"] | None:
    """The groups' mean answers by weight; what becomes of a group with too few is declared."""
    above = below = ZERO
    for group in rule.groups:
        count = sum(given[f"{group.code}.{answer.code}"] for answer in rule.answers)
        if count < group.minimum and rule.too_few == "pending":
            return "pending"
        if count < group.minimum and rule.too_few == "leave_out":
            continue
        below += Fraction(group.weight)
        if count >= group.minimum:
            for a in rule.answers:
                said = Fraction(given[f"{group.code}.{a.code}"], count)
                above += Fraction(group.weight) * Fraction(a.share) * said
    return maximum * above / below if below else None


def rating(rule: spec.Rating, maximum: Fraction, given: Mapping[str, int]) -> Fraction:
    """Each rating's part of the scale, by weight."""
    whole = sum((Fraction(r.weight) for r in rule.raters), ZERO)
    return sum(
        (
            maximum * Fraction(r.weight) / whole * Fraction(given[r.name], 10_000)
            / Fraction(rule.scale)
            for r in rule.raters
        ),
        ZERO,
    )  # fmt: skip


def indicator(
    rule: spec.IndicatorRule, maximum: Fraction, given: Mapping[str, int], reaches: Reaches
) -> Fraction:
    """By rank, by steps, on the line between two knots, or by the value's part of the scale."""
    if rule.by == "rank":
        fitting = [places for places in rule.ranks if given["rank"] <= places.to]
        return part(fitting[0], maximum) if fitting else ZERO
    value = Fraction(given["value"], 10_000)
    if rule.steps:
        return first_step(rule.steps, value, maximum, reaches)
    if rule.between:
        points = [(Fraction(knot.at), part(knot, maximum)) for knot in rule.between]
        return on_line(points, value)
    return value / Fraction(rule.scale) * maximum


def on_line(knots: Sequence[tuple[Fraction, Fraction]], x: Fraction) -> Fraction:
    """The height at ``x`` of the line through the knots, level before and behind them."""
    x = min(max(x, knots[0][0]), knots[-1][0])
    (left, low), (right, high) = next(
        pair for pair in pairwise(knots) if pair[0][0] <= x <= pair[1][0]
    )
    return (low * (right - x) + high * (x - left)) / (right - left)


def survey(rule: spec.Survey, maximum: Fraction, given: Mapping[str, int]) -> Fraction:
    """Per cent of the maximum."""
    return Fraction(given["percent"], 10_000) / 100 * maximum


def total_of_items(rule: spec.Sum, maximum: Fraction, given: Mapping[str, int]) -> Fraction:
    """What every item that is met earns, up to the maximum."""
    return min(sum((part(i, maximum) for i in rule.items if given[i.name]), ZERO), maximum)


def deduction(rule: spec.Deduction, maximum: Fraction, given: Mapping[str, int]) -> Fraction:
    """The maximum less every fault, down to ``least``."""
    taken = sum((given[fault.name] * part(fault, maximum) for fault in rule.faults), ZERO)
    return max(maximum - taken, Fraction(rule.least))


def count(rule: spec.Count, maximum: Fraction, given: Mapping[str, int]) -> Fraction:
    """So much for each, up to the maximum."""
    return min(given["count"] * Fraction(rule.each), maximum)
