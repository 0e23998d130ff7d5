"""Filling places: the best allocation under a declared priority, and where it is not decided.

Who can be placed together is a transversal matroid, and so is what can be filled together. The
best set of places and the best set of candidates, each found greedily with augmenting paths, are
held by one and the same allocation (Mendelsohn and Dulmage). Candidates of equal standing form a
class; once the better classes are placed, some of a class are in every best choice, some in none,
and the rest are tied: how many of which of them, is said and not decided.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import TypeVar

Left = TypeVar("Left", bound=Hashable)
Right = TypeVar("Right", bound=Hashable)
Place = tuple[str, int]
Options = Mapping[int, Sequence[Place]]


Slots = Mapping[int, tuple[str, ...]]


@dataclass(frozen=True)
class TieSet:
    """Equal candidates of whom ``pick`` are placed, whatever becomes of other ties.

    ``limits``: of these members at most so many; together they say exactly what may be picked.
    """

    members: tuple[int, ...]
    pick: int
    limits: tuple[tuple[tuple[int, ...], int], ...]


@dataclass(frozen=True)
class Allocation:
    """The best allocation.

    ``filled``: places filled, by slot. ``chosen``: who is placed, however the ties are decided.
    ``slots``: what is open to the chosen and the tied; for a chosen one a single slot when it is
    settled. ``behind``: who could be placed but is not, with all those they come after.
    """

    filled: Mapping[str, int]
    chosen: tuple[int, ...]
    ties: tuple[TieSet, ...]
    slots: Mapping[int, tuple[str, ...]]
    behind: Mapping[int, tuple[int, ...]]


@dataclass(frozen=True)
class _Selection:
    """Who is placed, before anybody is told where."""

    chosen: tuple[int, ...]
    ties: tuple[TieSet, ...]
    behind: Mapping[int, tuple[int, ...]]


def allocate(
    *,
    capacity: Mapping[str, int],
    classes: Sequence[Collection[int]],
    choices: Mapping[int, Collection[str]],
) -> Allocation:
    """The lexicographically best allocation, the same for any order of candidates in a class.

    ``capacity``: places by slot, in the order in which slots are to be filled. ``classes``:
    candidates by number, best class first. ``choices``: the slots that each may take. Best means:
    as many places filled as can be, then the earlier slots, then the better classes. A chosen
    candidate gets the earliest slot that leaves all of this and every tie as it is, the better
    candidate first.
    """
    slots = {key: tuple(s for s in capacity if s in choices[key]) for key in choices}
    filled = filled_places(capacity, slots)
    ordered = [sorted(key for key in group if slots[key]) for group in classes]
    selection = _select(ordered, slots, filled)
    settled = _settle(ordered, slots, filled, selection)
    left = {slot: count - [*settled.values()].count(slot) for slot, count in filled.items()}
    tied = [key for tie in selection.ties for key in tie.members]
    return Allocation(
        filled=filled,
        chosen=selection.chosen,
        ties=selection.ties,
        slots={
            key: (settled[key],) if key in settled else tuple(s for s in slots[key] if left[s])
            for key in [*selection.chosen, *tied]
        },
        behind=selection.behind,
    )


def filled_places(
    capacity: Mapping[str, int], slots: Mapping[int, Collection[str]]
) -> dict[str, int]:
    """How many places of each slot are filled in the best set of places."""
    takers = {slot: sorted(key for key in slots if slot in slots[key]) for slot in capacity}
    places = [(slot, number) for slot in capacity for number in range(capacity[slot])]
    options = {place: takers[place[0]] for place in places}
    held: dict[int, Place] = {}
    there = [place for place in places if _place(place, options, held, set())]
    return {slot: sum(place[0] == slot for place in there) for slot in capacity}


def _place(
    node: Left, options: Mapping[Left, Sequence[Right]], held: dict[Right, Left], seen: set[Right]
) -> bool:
    """Give ``node`` one of its options; those who hold one may move, but all keep one."""
    for option in options[node]:
        if option not in seen:
            seen.add(option)
            if option not in held or _place(held[option], options, held, seen):
                held[option] = node
                return True
    return False


def _options(slots: Slots, left: Mapping[str, int]) -> Options:
    return {
        key: [(slot, number) for slot in slots[key] for number in range(left[slot])]
        for key in slots
    }


def _select(classes: Sequence[Sequence[int]], slots: Slots, left: Mapping[str, int]) -> _Selection:
    """Class by class: who is in every best choice, in some, in none.

    Who cannot be placed beside a basis could be in the stead of those whose places are reached
    from there; candidates with the same slots are alike in this, now and later.
    """
    options = _options(slots, left)
    chosen: list[int] = []
    ties: list[TieSet] = []
    behind: dict[int, tuple[int, ...]] = {}
    held: dict[Place, int] = {}
    before: list[int] = []
    full: dict[tuple[str, ...], set[int]] = {}
    for group in classes:
        prior, basis = dict(held), list[int]()
        for key in group:
            seen: set[Place] = set()
            if slots[key] not in full and _place(key, options, held, seen):
                basis.append(key)
            else:
                full.setdefault(slots[key], {held[place] for place in seen})
        stead = {key: full[slots[key]] for key in group if key not in basis}
        tied = _components({key: who.intersection(basis) for key, who in stead.items()})
        ties += [_tie(members, basis, prior, slots, options) for members in tied]
        for key, who in stead.items():
            if who.isdisjoint(basis):
                behind[key] = _whole((other for other in before if other in who), ties)
        chosen += [key for key in basis if not any(key in members for members in tied)]
        before += basis
    return _Selection(tuple(chosen), tuple(ties), behind)


def _components(stead: Mapping[int, Collection[int]]) -> list[set[int]]:
    """Who is tied with whom: sets that have nothing to do with each other."""
    parts: list[set[int]] = []
    for key, others in stead.items():
        if others:
            part = {key, *others}
            touching = [other for other in parts if not other.isdisjoint(part)]
            parts = [*(p for p in parts if p.isdisjoint(part)), part.union(*touching)]
    return sorted(parts, key=min)


def _tie(
    members: set[int],
    basis: Sequence[int],
    prior: Mapping[Place, int],
    slots: Slots,
    options: Options,
) -> TieSet:
    pick = len(members.intersection(basis))
    codes = sorted({slot for key in members for slot in slots[key]})
    limits = set()
    for some in chain.from_iterable(combinations(codes, size) for size in range(1, len(codes))):
        confined = tuple(key for key in sorted(members) if {*slots[key]} <= {*some})
        most = _rank(confined, prior, slots, options)
        if most < min(len(confined), pick):
            limits.add((confined, most))
    return TieSet(members=tuple(sorted(members)), pick=pick, limits=tuple(sorted(limits)))


def _rank(keys: Sequence[int], prior: Mapping[Place, int], slots: Slots, options: Options) -> int:
    """How many of ``keys`` can be placed at once beside those that hold places already."""
    held = dict(prior)
    full: set[tuple[str, ...]] = set()
    count = 0
    for key in keys:
        if slots[key] not in full:
            if _place(key, options, held, set()):
                count += 1
            else:
                full.add(slots[key])
    return count


def _whole(keys: Iterable[int], ties: Sequence[TieSet]) -> tuple[int, ...]:
    """``keys``, with everybody who is tied with one of them."""
    found: dict[int, None] = {}
    for key in keys:
        tie = next((tie for tie in ties if key in tie.members), None)
        found |= dict.fromkeys(tie.members if tie else (key,))
    return tuple(found)


def _settle(
    classes: Sequence[Sequence[int]],
    slots: Slots,
    filled: Mapping[str, int],
    selection: _Selection,
) -> dict[int, str]:
    """The slot of each chosen candidate to whom one can be given without deciding a tie."""
    placed = {*selection.chosen, *(key for tie in selection.ties for key in tie.members)}
    left, settled = dict(filled), dict[int, str]()
    for slot in filled:
        for key in selection.chosen:
            if key in settled or not left[slot] or slot not in slots[key]:
                continue
            trial = {**left, slot: left[slot] - 1}
            others = [[k for k in g if k in placed and k not in {*settled, key}] for g in classes]
            found = _select(others, slots, trial)
            if ({*found.chosen}, found.ties) == (
                {*selection.chosen} - {*settled, key}, selection.ties
            ):  # fmt: skip
                left, settled[key] = trial, slot
    return settled
