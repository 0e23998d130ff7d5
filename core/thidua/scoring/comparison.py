"""What changed between two results of the same units, by how much, and why.

Also the unit's own assessment against the appraisal: that is a comparison of two results too.
Changes are always second minus first, so that exchanging the sides negates them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeVar

from thidua.scoring.sheet import SheetScore
from thidua.spec.criteria import CriteriaSet

Reason = Literal["added", "removed", "inputs", "rule"]
"""Why a leaf counts otherwise: it came, it went, other inputs; or, with the same inputs, another
rule, set or exemption."""


@dataclass(frozen=True, slots=True)
class LeafSide:
    """One leaf of one result: ``ticks`` are what it adds (a penalty's are below zero).

    ``maximum`` is the unit's own. ``words`` say how the points came about.
    """

    code: str
    name: str
    ticks: int
    maximum: int
    branch: str
    inputs: Mapping[str, int]
    words: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class UnitSide:
    """One unit in one result: points and maximum in ticks, the index in per cent as published.

    ``set`` is the criteria set's label, ``leaves`` are by code in printed order; both are empty
    where a published table printed no more than totals.
    """

    key: str
    name: str
    points: int | None
    maximum: int | None
    index: Decimal | None
    rank: int | None
    band: str | None
    set: str = ""
    leaves: Mapping[str, LeafSide] = field(default_factory=dict)

    @property
    def caps(self) -> int:
        """What the caps of bonus and penalty change, in ticks: total less the sum of leaves."""
        if self.points is None or not self.leaves:
            return 0
        return self.points - sum(leaf.ticks for leaf in self.leaves.values())


N = TypeVar("N", int, Decimal)


def difference(
    first: UnitSide | None, second: UnitSide | None, figure: Callable[[UnitSide], N | None]
) -> N | None:
    """A figure of the second side less that of the first; None where either is missing."""
    before = figure(first) if first else None
    after = figure(second) if second else None
    return None if before is None or after is None else after - before


@dataclass(frozen=True, slots=True)
class LeafChange:
    """One leaf that counts otherwise; a side is None where the leaf is not there."""

    first: LeafSide | None
    second: LeafSide | None

    @property
    def either(self) -> LeafSide:
        """The second side, or the first where there is no second."""
        side = self.second or self.first
        assert side is not None
        return side

    @property
    def ticks(self) -> int:
        """The change of the points."""
        return (self.second.ticks if self.second else 0) - (self.first.ticks if self.first else 0)

    @property
    def reason(self) -> Reason:
        """Why."""
        if self.first is None or self.second is None:
            return "added" if self.first is None else "removed"
        return "inputs" if self.first.inputs != self.second.inputs else "rule"


@dataclass(frozen=True, slots=True)
class UnitChange:
    """One unit whose result differs; a side is None where the unit is not there.

    ``leaves`` are those that count otherwise, in printed order. Where both sides have leaves,
    their changes and that of ``caps`` add up to ``points``.
    """

    first: UnitSide | None
    second: UnitSide | None
    leaves: tuple[LeafChange, ...]

    @property
    def either(self) -> UnitSide:
        """The second side, or the first where there is no second."""
        side = self.second or self.first
        assert side is not None
        return side

    @property
    def points(self) -> int | None:
        """The change of the points, in ticks; None where a side has none."""
        return difference(self.first, self.second, lambda side: side.points)

    @property
    def index(self) -> Decimal | None:
        """The change of the published index, in per cent."""
        return difference(self.first, self.second, lambda side: side.index)

    @property
    def places(self) -> int | None:
        """By how many places the unit rose; below zero when it fell."""
        return difference(self.second, self.first, lambda side: side.rank)

    @property
    def caps(self) -> int:
        """The change of what the caps take or leave, in ticks."""
        return (self.second.caps if self.second else 0) - (self.first.caps if self.first else 0)


@dataclass(frozen=True, slots=True)
class LeafGap:
    """One leaf over all units: how far the sides are apart.

    ``ticks`` adds up the changes, ``distance`` their magnitudes; ``units`` have one.
    """

    set: str
    code: str
    name: str
    ticks: int
    distance: int
    units: int


def leaf_sides(
    criteria: CriteriaSet,
    score: SheetScore,
    inputs: Mapping[str, Mapping[str, int]],
    words: Mapping[str, str],
) -> dict[str, LeafSide]:
    """The leaves of one scored sheet; ``inputs`` and ``words`` by leaf code."""
    return {
        leaf.code: LeafSide(
            code=leaf.code,
            name=leaf.name,
            ticks=-one.ticks if one.counts_as == "penalty" else one.ticks,
            maximum=one.maximum,
            branch=one.branch,
            inputs=inputs.get(leaf.code, {}),
            words=words.get(leaf.code, ""),
        )
        for leaf, one in zip(criteria.leaves, score.leaves, strict=True)
    }


def compare_results(
    first: Sequence[UnitSide], second: Sequence[UnitSide]
) -> tuple[UnitChange, ...]:
    """The units, by key, whose result differs: those of ``second`` in its order, then the gone."""
    before, after = {side.key: side for side in first}, {side.key: side for side in second}
    changes = [
        UnitChange(before.get(key), after.get(key), _changed(before.get(key), after.get(key)))
        for key in [*after, *(key for key in before if key not in after)]
    ]
    return tuple(
        one for one in changes if one.leaves or _figures(one.first) != _figures(one.second)
    )


def _figures(side: UnitSide | None) -> tuple[object, ...]:
    if side is None:
        return ()
    return side.points, side.maximum, side.index, side.rank, side.band


def _changed(first: UnitSide | None, second: UnitSide | None) -> tuple[LeafChange, ...]:
    """The leaves that count otherwise, or for other reasons."""
    if not first or not second or not first.leaves or not second.leaves:
        return ()
    return tuple(
        LeafChange(first.leaves.get(code), second.leaves.get(code))
        for code in [*second.leaves, *(code for code in first.leaves if code not in second.leaves)]
        if first.leaves.get(code) != second.leaves.get(code)
    )


def by_size(changes: Sequence[UnitChange]) -> tuple[UnitChange, ...]:
    """The changes with the biggest change of points first, and so within each its leaves."""
    ordered = sorted(changes, key=lambda change: -abs(change.points or 0))
    return tuple(
        UnitChange(one.first, one.second, tuple(sorted(one.leaves, key=lambda x: -abs(x.ticks))))
        for one in ordered
    )


def leaf_gaps(changes: Sequence[UnitChange]) -> tuple[LeafGap, ...]:
    """Over all units, the leaves on which the sides are furthest apart, furthest first."""
    found: dict[tuple[str, str], list[LeafChange]] = {}
    for label, change in _leaves(changes):
        found.setdefault((label, change.either.code), []).append(change)
    gaps = [
        LeafGap(
            set=label,
            code=code,
            name=parts[0].either.name,
            ticks=sum(part.ticks for part in parts),
            distance=sum(abs(part.ticks) for part in parts),
            units=len(parts),
        )
        for (label, code), parts in found.items()
    ]
    return tuple(sorted(gaps, key=lambda gap: -gap.distance))


def _leaves(changes: Sequence[UnitChange]) -> Iterator[tuple[str, LeafChange]]:
    for change in changes:
        for leaf in change.leaves:
            if leaf.ticks:
                yield change.either.set, leaf
