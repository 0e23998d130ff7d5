"""What if: other inputs, a better leaf, so many points more; nothing is stored.

Points are asked for in ticks. What a unit's maximum is made of stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from thidua.scoring.grading import Graded, Order, Standing, band_of, grade, order_of, ties_of
from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import UNASSESSED, LeafScore, score_leaf
from thidua.scoring.sheet import SheetScore, sum_leaves
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading

Scored = Mapping[str, Mapping[str, int]]
"""Inputs by leaf code and input name, in stored units."""


@dataclass(frozen=True, slots=True)
class Move:
    """One unit whose index, rank or band changes."""

    before: Graded
    after: Graded


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The unit's new score, its place before and after, and every other unit that moves."""

    score: SheetScore
    own: Move
    others: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Distance:
    """``ticks`` more give the ``target``: a band's label, or the rank that it would be."""

    ticks: int
    target: str | int


@dataclass(frozen=True, slots=True)
class RankDistance:
    """What a unit lacks to the next place above.

    ``level``: to stand at least equal with it; ``above``: to stand ahead of it.
    """

    level: Distance
    above: Distance


@dataclass(frozen=True, slots=True)
class Loss:
    """What one leaf of one set costs: ticks below the maximum, over ``units`` that lose there.

    ``share`` is the part of everything that is lost, 0 to 1.
    """

    set: str
    code: str
    ticks: int
    units: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class Step:
    """What filling one leaf would bring: ``ticks`` more, and the place that follows."""

    code: str
    ticks: int
    after: Graded


def recompute(
    standings: Sequence[Standing],
    grading: Grading,
    key: str,
    criteria: CriteriaSet,
    score: SheetScore,
    changes: Scored,
    *,
    kinds: Mapping[str, RuleKind] = {},
) -> Recomputed:
    """Score the leaves of ``changes`` again, with these inputs; the unit's others keep ``score``.

    ``standings`` are all units graded together. A leaf that is not assessed stays so.
    ``KeyError`` for a unit that is not among them.
    """
    leaves = tuple(
        score_leaf(leaf, changes[leaf.code], criteria=criteria, kinds=kinds)
        if leaf.code in changes and old.branch not in UNASSESSED
        else old
        for leaf, old in zip(criteria.leaves, score.leaves, strict=True)
    )
    new = sum_leaves(criteria, leaves)
    before = grade(standings, grading)
    after = grade(replaced(standings, grading, key, new), grading)
    moves = {a.key: Move(a, b) for a, b in zip(before, after, strict=True)}
    own = moves.pop(key)
    return Recomputed(new, own, tuple(m for m in moves.values() if m.before != m.after))


def replaced(
    standings: Sequence[Standing], grading: Grading, key: str, score: SheetScore
) -> list[Standing]:
    """The standings with another score of one unit."""
    ties = ties_of(score, grading)
    return [
        replace(item, points=score.total, maximum=score.maximum, ties=ties)
        if item.key == key
        else item
        for item in standings
    ]


def distance_to_band(item: Standing, grading: Grading, *, step: int = 1) -> Distance | None:
    """The fewest ticks more with which the unit reaches a better band, and that band.

    Ticks come by the ``step``, the last decimal to which leaves are rounded. None in the best band,
    and where points decide about nothing: no maximum, no points, no bands.
    """
    order = order_of(item, grading)
    if order is None or item.points is None or not grading.bands:
        return None
    labels = [band.label for band in grading.bands]
    now = band_of(order[0], grading)
    better = labels if now is None else labels[: labels.index(now)]
    if not better:
        return None
    ticks = _fewest(lambda more: band_of(_ahead(item, grading, more)[0], grading) in better, step)
    label = band_of(_ahead(item, grading, ticks)[0], grading)
    assert label is not None
    return Distance(ticks, label)


def distance_to_rank(
    standings: Sequence[Standing], grading: Grading, key: str, *, step: int = 1
) -> RankDistance | None:
    """What the unit lacks to those on the next place above, everything else as it is.

    Its tie-break indices stay too: which of them would grow depends on the leaf that is improved.
    ``step`` as for a band. None for the first, and for a unit that is not ranked by points.
    """
    item = next(other for other in standings if other.key == key)
    mine = order_of(item, grading)
    rivals = _rivals(standings, grading, item)
    higher = [order for order in rivals if mine is not None and order > mine]
    if not higher or item.points is None or not item.ranked:
        return None
    next_above = min(higher)
    level = _fewest(lambda more: _ahead(item, grading, more) >= next_above, step)
    above = _fewest(lambda more: _ahead(item, grading, more) > next_above, step)

    def reaching(ticks: int) -> Distance:
        order = _ahead(item, grading, ticks)
        return Distance(ticks, 1 + sum(other > order for other in rivals))

    return RankDistance(reaching(level), reaching(above))


def losses(sheets: Iterable[tuple[str, Sequence[LeafScore]]]) -> tuple[Loss, ...]:
    """Which leaves cost most, the dearest first: for one unit, a group or a whole campaign.

    Each sheet comes with the name of its criteria set. Bonus and penalty are left aside, and so
    is what is out of a unit's maximum.
    """
    lost: dict[tuple[str, str], list[int]] = {}
    for name, leaves in sheets:
        for leaf in leaves:
            if leaf.counts_as == "points" and leaf.ticks < leaf.maximum:
                lost.setdefault((name, leaf.code), []).append(leaf.maximum - leaf.ticks)
    everything = sum(map(sum, lost.values()))
    found = [
        Loss(name, code, sum(ticks), len(ticks), Fraction(sum(ticks), everything))
        for (name, code), ticks in lost.items()
    ]
    return tuple(sorted(found, key=lambda loss: -loss.ticks))


def cheapest_steps(
    standings: Sequence[Standing],
    grading: Grading,
    key: str,
    criteria: CriteriaSet,
    score: SheetScore,
) -> tuple[Step, ...]:
    """For each leaf of one unit that has points left: the place if that leaf alone were full.

    Those that lead furthest up come first (rank, then band), of equals the one that takes fewest
    points. Only leaves that count as points and are within the unit's maximum.
    """
    item = next(other for other in standings if other.key == key)
    rivals, labels = _rivals(standings, grading, item), [band.label for band in grading.bands]
    steps = []
    for leaf in score.leaves:
        if leaf.counts_as == "points" and leaf.ticks < leaf.maximum:
            (full,) = replaced([item], grading, key, _filled(criteria, score, leaf))
            steps.append(Step(leaf.code, leaf.maximum - leaf.ticks, _placed(full, grading, rivals)))

    def by_gain(step: Step) -> tuple[int, int, int]:
        band = step.after.band
        return step.after.rank or 0, labels.index(band) if band else len(labels), step.ticks

    return tuple(sorted(steps, key=by_gain))


def _filled(criteria: CriteriaSet, score: SheetScore, leaf: LeafScore) -> SheetScore:
    leaves = (replace(one, ticks=one.maximum) if one is leaf else one for one in score.leaves)
    return sum_leaves(criteria, tuple(leaves))


def _placed(item: Standing, grading: Grading, rivals: Sequence[Order]) -> Graded:
    """What ``grade`` gives the unit among its rivals, without grading them again."""
    (alone,) = grade([item], grading)
    order = order_of(item, grading)
    if alone.rank is None or order is None:
        return alone
    rank = 1 + sum(other > order for other in rivals)
    return replace(alone, rank=rank, tied=order in rivals)


def _rivals(standings: Sequence[Standing], grading: Grading, item: Standing) -> list[Order]:
    orders = (
        order_of(other, grading)
        for other in standings
        if other.key != item.key and other.group == item.group and other.ranked
    )
    return [order for order in orders if order is not None]


def _ahead(item: Standing, grading: Grading, more: int) -> Order:
    """What would decide about the unit with so many ticks more."""
    assert item.points is not None
    order = order_of(replace(item, points=item.points + more), grading)
    assert order is not None
    return order


def _fewest(enough: Callable[[int], bool], step: int) -> int:
    """The smallest multiple of ``step`` that is enough; what is enough stays so with more."""
    high = 1
    while not enough(high * step):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle * step) else (middle, high)
    return high * step
