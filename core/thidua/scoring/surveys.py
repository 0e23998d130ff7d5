"""One leaf from what comes from outside: surveys of officials, ratings of leaders, indices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from thidua.scoring.parts import Exact, staircase, worth
from thidua.scoring.ticks import TICKS, to_ticks
from thidua.spec.surveys import IndicatorRule, Knot, Officials, Places, Rating, Respondents


def officials(rule: Officials, maximum: int, inputs: Mapping[str, int]) -> Exact:
    """The weighted mean of the groups' mean answers, of the maximum."""
    short = too_few(rule, inputs)
    if short and rule.too_few == "pending":
        return 0, "pending"
    asked = [group for group in rule.groups if group not in short]
    if not asked and rule.too_few == "leave_out":
        return 0, "not_applicable"
    counting = asked if rule.too_few == "leave_out" else rule.groups
    weights = sum(to_ticks(group.weight) for group in counting)
    means = sum(to_ticks(group.weight) * group_mean(rule, group, inputs) for group in asked)
    return Fraction(maximum) * means / weights, "part_groups" if short else "all_groups"


def too_few(rule: Officials, inputs: Mapping[str, int]) -> Sequence[Respondents]:
    """The groups with fewer answers than they need."""
    return [group for group in rule.groups if answers(rule, group, inputs) < group.minimum]


def answers(rule: Officials, group: Respondents, inputs: Mapping[str, int]) -> int:
    """How many of the group answered."""
    return sum(inputs[f"{group.code}.{answer.code}"] for answer in rule.answers)


def group_mean(rule: Officials, group: Respondents, inputs: Mapping[str, int]) -> Fraction:
    """Σ share × answers ÷ Σ answers of a group that has answers; 1 is everything."""
    worths = sum(
        to_ticks(answer.share) * inputs[f"{group.code}.{answer.code}"] for answer in rule.answers
    )
    return Fraction(worths, TICKS * answers(rule, group, inputs))


def rating(rule: Rating, maximum: int, inputs: Mapping[str, int]) -> Exact:
    """The weighted mean of all ratings on the scale, of the maximum."""
    rated = sum(to_ticks(rater.weight) * inputs[rater.name] for rater in rule.raters)
    weights = sum(to_ticks(rater.weight) for rater in rule.raters)
    return Fraction(maximum * rated, weights * to_ticks(rule.scale)), "rated"


def indicator(rule: IndicatorRule, maximum: int, inputs: Mapping[str, int]) -> Exact:
    """The index by rank, steps, knots, or plainly by value ÷ scale."""
    if rule.ranks:
        places = place_of(rule.ranks, inputs["rank"])
        return (0, "beyond") if places is None else (part(places, maximum), "rank")
    if rule.steps:
        return staircase(rule.steps, inputs["value"], maximum)
    if rule.between:
        return _interpolated(rule.between, inputs["value"], maximum)
    return Fraction(maximum * inputs["value"], to_ticks(rule.scale)), "share"


def place_of(ranks: Sequence[Places], rank: int) -> Places | None:
    """The first line whose ``to`` is not before ``rank``; None behind them all."""
    return next((places for places in ranks if rank <= places.to), None)


def neighbours(knots: Sequence[Knot], value: int) -> tuple[Knot, Knot]:
    """The two knots that ``value`` (ticks) lies between; twice the same on it or outside."""
    passed = [knot for knot in knots if to_ticks(knot.at) <= value]
    here = passed[-1] if passed else knots[0]
    inside = passed and here is not knots[-1] and to_ticks(here.at) < value
    return (here, knots[len(passed)]) if inside else (here, here)


def part(knot: Knot | Places, maximum: int) -> Fraction:
    """What a knot or a line of ranks earns, exactly."""
    return worth(knot.points, knot.share, maximum)


def _interpolated(knots: Sequence[Knot], value: int, maximum: int) -> Exact:
    below, above = neighbours(knots, value)
    if below is above:
        return part(below, maximum), "knot"
    start, stop = to_ticks(below.at), to_ticks(above.at)
    low, high = part(below, maximum), part(above, maximum)
    return low + (high - low) * Fraction(value - start, stop - start), "between"
