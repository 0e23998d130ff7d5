"""Index, rank and band: what makes an order out of points, by the province's own declaration.

``decide_on`` says whether band, rank and tie-break look at the index as published (rounded half
away from zero to ``index_decimals``) or at the exact one; it changes outcomes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from thidua.scoring.sheet import SheetScore
from thidua.scoring.ticks import TICKS, divide_half_away, to_percent
from thidua.spec.grading import Grading


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit as it comes to be graded.

    ``points`` and ``maximum`` in ticks, ``index`` (as printed) in per cent. Without a maximum the
    points themselves are ranked and banded, without points the printed index, both as they are. A
    maximum of 0 gives neither index nor rank nor band. ``group`` is the label within which the
    unit is ranked. ``ties`` are indices in per cent, compared in order between equals (all of a
    group have equally many). A unit that is not ``ranked`` still has index and band.
    """

    key: str
    group: str
    points: int | None = None
    maximum: int | None = None
    index: Decimal | None = None
    ties: tuple[Fraction, ...] = ()
    ranked: bool = True


@dataclass(frozen=True, slots=True)
class Graded:
    """One unit's index (per cent, as published), its rank within its group and its band.

    ``index`` is None without a maximum and without a printed index. ``tied``: another unit of the
    group has the same rank.
    """

    key: str
    index: Decimal | None
    rank: int | None
    band: str | None
    tied: bool


Order = tuple[Fraction, ...]
"""What decides: the value (per cent or points), then the tie-breaks."""


def grade(standings: Sequence[Standing], grading: Grading) -> tuple[Graded, ...]:
    """Index, rank and band of every unit, in the order given.

    Ranks are competition ranks (1, 2, 2, 4) within ``group``; units equal in all tie-breaks stay
    tied.
    """
    orders = [order_of(item, grading) for item in standings]
    ranked: dict[str, list[Order]] = {}
    for item, order in zip(standings, orders, strict=True):
        if order is not None and item.ranked:
            ranked.setdefault(item.group, []).append(order)
    places = {group: _places(members) for group, members in ranked.items()}
    return tuple(
        _graded(item, order, places, grading) for item, order in zip(standings, orders, strict=True)
    )


def _graded(
    item: Standing,
    order: Order | None,
    places: dict[str, dict[Order, tuple[int, bool]]],
    grading: Grading,
) -> Graded:
    if order is None:
        return Graded(item.key, None, None, None, False)
    rank, tied = places[item.group][order] if item.ranked else (None, False)
    return Graded(item.key, _index(item, grading), rank, band_of(order[0], grading), tied)


def _places(orders: Sequence[Order]) -> dict[Order, tuple[int, bool]]:
    """For each order its competition rank, and whether several share it."""
    places: dict[Order, tuple[int, bool]] = {}
    rank = 1
    counts = Counter(orders)
    for order in sorted(counts, reverse=True):
        places[order] = rank, counts[order] > 1
        rank += counts[order]
    return places


def order_of(item: Standing, grading: Grading) -> Order | None:
    """What decides about one unit: greater is better; None where nothing does."""
    value = _value(item, grading)
    if value is None:
        return None
    return value, *(_decisive(tie, grading) for tie in item.ties)


def _value(item: Standing, grading: Grading) -> Fraction | None:
    """What is ranked and banded: index in per cent, points, or the printed index."""
    if item.maximum == 0:
        return None
    if item.points is None:
        return None if item.index is None else Fraction(item.index)
    if item.maximum is None:
        return Fraction(item.points, TICKS)
    if grading.decide_on == "exact":
        return Fraction(100 * item.points, item.maximum)
    scale = 10**grading.index_decimals
    return Fraction(divide_half_away(100 * scale * item.points, item.maximum), scale)


def _index(item: Standing, grading: Grading) -> Decimal | None:
    if item.points is None:
        return item.index
    if item.maximum is None:
        return None
    scale = 10**grading.index_decimals
    return to_percent(
        divide_half_away(100 * scale * item.points, item.maximum), grading.index_decimals
    )


def _decisive(percent: Fraction, grading: Grading) -> Fraction:
    if grading.decide_on == "exact":
        return percent
    scale = 10**grading.index_decimals
    return Fraction(divide_half_away(percent.numerator * scale, percent.denominator), scale)


def ties_of(score: SheetScore, grading: Grading) -> tuple[Fraction, ...]:
    """The indices (per cent, exact) of the nodes that break ties, as ``Standing.ties`` takes them.

    A node that has no maximum for this unit counts 0.
    """
    nodes = [score.nodes[code] for code in grading.rank.ties]
    return tuple(
        Fraction(100 * node.ticks, node.maximum) if node.maximum else Fraction(0) for node in nodes
    )


def band_of(value: Fraction, grading: Grading) -> str | None:
    """The highest band whose cut-off ``value`` (per cent) reaches; None below the last one."""
    for band in grading.bands:
        if band.from_ is None:
            return band.label
        cut = Fraction(band.from_)
        if value > cut or (band.inclusive and value == cut):
            return band.label
    return None


def order_breakers(values: Sequence[Fraction]) -> tuple[int, ...]:
    """The fewest positions whose removal leaves ``values`` non-increasing.

    Where several choices are equally small, the one that keeps the earlier positions is taken.
    """
    levels = {value: level for level, value in enumerate(sorted(set(values)))}
    row = [levels[value] for value in values]
    follow = _run_lengths(row)
    kept: set[int] = set()
    left, above = max(follow, default=0), len(levels)
    for position, level in enumerate(row):
        if follow[position] == left and level <= above:
            kept.add(position)
            left, above = left - 1, level
    return tuple(position for position in range(len(row)) if position not in kept)


def _run_lengths(row: Sequence[int]) -> list[int]:
    """For each position the length of the longest non-increasing run that starts there."""
    lengths = [1] * len(row)
    for i in reversed(range(len(row))):
        later = (lengths[j] for j in range(i + 1, len(row)) if row[j] <= row[i])
        lengths[i] = 1 + max(later, default=0)
    return lengths


def rank_group(kind: str, cluster: str, grading: Grading) -> str:
    """The label within which a unit of this kind and cluster (or printed group) is ranked."""
    within = grading.rank.within
    parts = [kind if "kind" in within else "", cluster if {"cluster", "group"} & {*within} else ""]
    if parts[1].startswith(parts[0]):  # a cluster may carry its kind's name
        return parts[1]
    return " / ".join(part for part in parts if part)
