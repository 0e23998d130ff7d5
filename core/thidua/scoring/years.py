"""Two years beside each other: by index, and by the criteria that both years have.

Sets change from year to year, and units with them. A unit is compared along its succession; where
it is no longer one to one, predecessors stand beside it, and no average is made up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from thidua.scoring.comparison import UnitSide, difference
from thidua.spec.criteria import CriteriaSet


class Link(NamedTuple):
    """A unit of the first year and one of the second that carries ``share`` of it on (1: all)."""

    first: str
    second: str
    share: Fraction = Fraction(1)


class Part(NamedTuple):
    """Points and maximum of some leaves together, in ticks."""

    ticks: int
    maximum: int

    @property
    def percent(self) -> Fraction | None:
        """The sub-index, exactly; None without a maximum."""
        return Fraction(100 * self.ticks, self.maximum) if self.maximum else None


@dataclass(frozen=True, slots=True)
class MappedPair:
    """Leaves of both years that are about the same; codes of leaves on either side."""

    title: str
    first: frozenset[str]
    second: frozenset[str]


Pairs = Mapping[tuple[str, str], Sequence[MappedPair]]
"""What is mapped, by the labels of the first and the second set."""


@dataclass(frozen=True, slots=True)
class PairChange:
    """One mapped pair in both years."""

    title: str
    first: Part
    second: Part

    @property
    def percent(self) -> Fraction | None:
        """The change of the sub-index, exactly; None where a side has no maximum."""
        before, after = self.first.percent, self.second.percent
        return None if before is None or after is None else after - before


@dataclass(frozen=True, slots=True)
class YearChange:
    """A unit of the second year beside one of the first that it carries on.

    A side is None where there is no counterpart. ``whole``: neither has another counterpart, and
    all of it was carried on; only then is one a year's change of the other. ``pairs`` are the
    mapped parts, ``mapped`` all of them together; None where nothing is mapped.
    """

    first: UnitSide | None
    second: UnitSide | None
    share: Fraction
    whole: bool
    pairs: tuple[PairChange, ...]
    mapped: PairChange | None

    @property
    def index(self) -> Decimal | None:
        """The change of the published index, in per cent."""
        return difference(self.first, self.second, lambda side: side.index)

    @property
    def places(self) -> int | None:
        """By how many places the unit rose; None unless it is the whole unit, ranked twice."""
        if not self.whole:
            return None
        return difference(self.second, self.first, lambda side: side.rank)


def mapped_pairs(first: CriteriaSet, second: CriteriaSet) -> tuple[MappedPair, ...]:
    """What two years' sets have in common, as the second declares it of the first.

    Without a declaration, leaves of the same set, or of a later version of it, go together by
    code and name.
    """
    declared = next((one for one in second.mappings if one.to == first.code), None)
    if declared is None:
        return _namesakes(first, second) if first.code == second.code else ()
    before = {node.code: node for node in first.nodes()}
    after = {node.code: node for node in second.nodes()}
    return tuple(
        MappedPair(
            title=after[pair.node].name,
            first=frozenset(leaf.code for to in pair.to for leaf in before[to].leaves()),
            second=frozenset(leaf.code for leaf in after[pair.node].leaves()),
        )
        for pair in declared.pairs
        if pair.node in after and all(to in before for to in pair.to)
    )


def _namesakes(first: CriteriaSet, second: CriteriaSet) -> tuple[MappedPair, ...]:
    there = {(leaf.code, leaf.name) for leaf in first.leaves}
    return tuple(
        MappedPair(leaf.name, frozenset({leaf.code}), frozenset({leaf.code}))
        for leaf in second.leaves
        if (leaf.code, leaf.name) in there
    )


def compare_years(
    first: Sequence[UnitSide],
    second: Sequence[UnitSide],
    *,
    links: Sequence[Link] | None = None,
    pairs: Pairs | None = None,
) -> tuple[YearChange, ...]:
    """Every unit of the second year beside its predecessors, then those that nobody carries on.

    Without ``links`` a unit is compared with itself, by key. Links to units that are in neither
    year are left out.
    """
    before, after = {side.key: side for side in first}, {side.key: side for side in second}
    if links is None:
        links = [Link(key, key) for key in after if key in before]
    known = [link for link in links if link.first in before and link.second in after]
    heirs, origins = Counter(x.first for x in known), Counter(x.second for x in known)
    places = {key: place for place, key in enumerate(after)}
    found = [
        _change(
            before[link.first],
            after[link.second],
            link.share,
            whole=link.share == 1 and heirs[link.first] == origins[link.second] == 1,
            pairs=pairs or {},
        )
        for link in known
    ]
    found += [_alone(None, side) for key, side in after.items() if key not in origins]
    found.sort(key=lambda change: places[change.second.key] if change.second else 0)
    return (*found, *(_alone(side, None) for key, side in before.items() if key not in heirs))


def _alone(first: UnitSide | None, second: UnitSide | None) -> YearChange:
    return YearChange(first, second, share=Fraction(0), whole=False, pairs=(), mapped=None)


def _change(
    first: UnitSide, second: UnitSide, share: Fraction, *, whole: bool, pairs: Pairs
) -> YearChange:
    changes = tuple(
        PairChange(pair.title, _part(first, pair.first), _part(second, pair.second))
        for pair in pairs.get((first.set, second.set), ())
    )
    return YearChange(first, second, share, whole, changes, _together(changes) if changes else None)


def _part(side: UnitSide, codes: frozenset[str]) -> Part:
    leaves = [leaf for code, leaf in side.leaves.items() if code in codes]
    return Part(sum(leaf.ticks for leaf in leaves), sum(leaf.maximum for leaf in leaves))


def _together(changes: Sequence[PairChange]) -> PairChange:
    """All pairs that count on both sides, on the same basis: what only one side has is left out."""
    both = [one for one in changes if one.first.maximum and one.second.maximum]
    return PairChange("", _sum([one.first for one in both]), _sum([one.second for one in both]))


def _sum(parts: Sequence[Part]) -> Part:
    return Part(sum(part.ticks for part in parts), sum(part.maximum for part in parts))
