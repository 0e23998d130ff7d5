"""The rule kinds of ``surveys`` over columns: what is scored leaf by leaf."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import gcd, lcm, prod

import numpy as np

from thidua.scoring.ints import (
    LIMIT,
    Ints,
    Scored,
    Values,
    at,
    everywhere,
    peak,
    roomy,
    settled,
    table,
)
from thidua.scoring.surveys import part
from thidua.scoring.ticks import TICKS, to_ticks
from thidua.spec.criteria import Leaf
from thidua.spec.surveys import IndicatorRule, Knot, Officials, Places, Rating


def officials_column(leaf: Leaf, rule: Officials, values: Values, decimals: int) -> Scored:
    """The weighted mean of the groups' mean answers; the groups' fractions are added exactly."""
    top, weights = to_ticks(leaf.max_points), _reduced([to_ticks(g.weight) for g in rule.groups])
    *shares, whole = _reduced([*(to_ticks(answer.share) for answer in rule.answers), TICKS])
    named = [[values[f"{g.code}.{a.code}"] for a in rule.answers] for g in rule.groups]
    answered: list[Ints] = [np.sum(counts, axis=0) for counts in named]
    most = max(top, 1) * whole * sum(weights) * prod(max(1, peak(count)) for count in answered)
    enough = [count >= group.minimum for count, group in zip(answered, rule.groups, strict=True)]
    above: Ints = np.zeros(len(answered[0]), dtype=np.int64)
    below = above + 1
    weight = above if rule.too_few == "leave_out" else above + sum(weights)
    for counts, count, there, own in zip(named, answered, enough, weights, strict=True):
        size = roomy(most, np.where(there, count, 1))
        worths = sum(roomy(most, c) * s for c, s in zip(counts, shares, strict=True))
        above = above * size + np.where(there, own * worths * below, 0)
        below = below * size
        weight = weight + there * own if rule.too_few == "leave_out" else weight
    ticks = settled(leaf, above * top, np.maximum(weight, 1) * whole * below, decimals)
    return _with_too_few(rule, ticks, np.array(enough))


def _with_too_few(rule: Officials, ticks: Ints, enough: Ints) -> Scored:
    """Branches from which groups (rows) have enough answers; ticks 0 where the leaf waits."""
    short = ~enough.all(axis=0)
    if rule.too_few == "pending":
        return np.where(short, 0, ticks), np.where(short, at("pending"), at("all_groups"))
    branch = np.where(short, at("part_groups"), at("all_groups"))
    nobody = ~enough.any(axis=0) & (rule.too_few == "leave_out")
    return ticks, np.where(nobody, at("not_applicable"), branch)


def rating_column(leaf: Leaf, rule: Rating, values: Values, decimals: int) -> Scored:
    """The weighted mean of all ratings on the scale, of the maximum."""
    top, weights = to_ticks(leaf.max_points), _reduced([to_ticks(r.weight) for r in rule.raters])
    whole = sum(weights) * to_ticks(rule.scale)
    given = [roomy(top * whole, values[rater.name]) for rater in rule.raters]
    rated = sum(value * weight for value, weight in zip(given, weights, strict=True))
    ticks = settled(leaf, np.asarray(rated) * top, whole, decimals)
    return ticks, everywhere(given[0], "rated")


def indicator_column(leaf: Leaf, rule: IndicatorRule, values: Values, decimals: int) -> Scored:
    """The index by rank or between knots."""
    if rule.ranks:
        return _ranks(leaf, rule.ranks, values["rank"], decimals)
    return _knots(leaf, rule.between, values["value"], decimals)


def _ranks(leaf: Leaf, ranks: Sequence[Places], rank: Ints, decimals: int) -> Scored:
    top = to_ticks(leaf.max_points)
    line = np.searchsorted([places.to for places in ranks], rank)
    earned = table(leaf, [*(part(places, top) for places in ranks), 0], decimals)
    return earned[line], np.where(line == len(ranks), at("beyond"), at("rank"))


def _knots(leaf: Leaf, knots: Sequence[Knot], value: Ints, decimals: int) -> Scored:
    """Between knot i and i + 1: (worth_i × span + rise × (value − at_i)) ÷ span."""
    top, ats = to_ticks(leaf.max_points), [to_ticks(knot.at) for knot in knots]
    exact = [part(knot, top) for knot in knots]
    scale = lcm(*(each.denominator for each in exact))
    worths = [int(each * scale) for each in exact]
    rises = [0, *(b - a for a, b in pairwise(worths)), 0]
    spans = [1, *(b - a for a, b in pairwise(ats)), 1]
    most = max(spans) * (max(map(abs, worths)) + max(map(abs, rises)))
    kind = np.int64 if most < LIMIT else object
    line = np.searchsorted(ats, value, side="right")
    start, low, rise, span = (
        np.array(row, dtype=kind)[line]
        for row in ([ats[0], *ats], [worths[0], *worths], rises, spans)
    )
    inside = (line > 0) & (line < len(knots)) & (value != start)
    # outside the knots the distance would overflow for nothing: the rise there is 0
    along = np.where(inside, value - start, 0) * rise
    ticks = settled(leaf, low * span + along, span * scale, decimals)
    return ticks, np.where(inside, at("between"), at("knot"))


def _reduced(parts: Sequence[int]) -> list[int]:
    """The same proportions in the smallest whole numbers; smaller products stay in int64."""
    common = gcd(*parts) or 1
    return [part // common for part in parts]
