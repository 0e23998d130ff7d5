"""Filling places, held against an exhaustive search over all allocations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod

from hypothesis import example, given, settings
from hypothesis import strategies as st

from thidua.awards.matching import Allocation, TieSet, allocate

SLOTS = "abc"


@dataclass(frozen=True)
class Case:
    """Places by slot in their order; the class of each candidate, 0 the best; what each may take"""

    capacity: Mapping[str, int]
    ranks: tuple[int, ...]
    choices: tuple[frozenset[str], ...]

    @property
    def classes(self) -> list[list[int]]:
        everybody = range(len(self.ranks))
        return [[k for k in everybody if self.ranks[k] == rank] for rank in range(4)]

    def solve(self, *, backwards: bool = False) -> Allocation:
        order = list(enumerate(self.choices))[:: -1 if backwards else 1]
        classes = [group[:: -1 if backwards else 1] for group in self.classes]
        return allocate(capacity=self.capacity, classes=classes, choices=dict(order))


def cases() -> st.SearchStrategy[Case]:
    candidate = st.tuples(st.integers(0, 3), st.frozensets(st.sampled_from(SLOTS)))
    return st.builds(
        lambda places, people: Case(
            dict(zip(SLOTS, places, strict=True)),
            tuple(rank for rank, _ in people),
            tuple(slots for _, slots in people),
        ),
        st.tuples(*[st.integers(1, 2)] * 3),
        st.lists(candidate, max_size=6),
    )


Placing = Mapping[int, str]


def placings(case: Case) -> Iterator[Placing]:
    """Every allocation there is."""
    for answer in product(*((None, *slots) for slots in case.choices)):
        placing = {key: slot for key, slot in enumerate(answer) if slot}
        if all([*placing.values()].count(s) <= case.capacity[s] for s in SLOTS):
            yield placing


def worth(case: Case, placing: Placing) -> tuple[Sequence[int], ...]:
    """What the declared priority compares, in its order."""
    slots = [[*placing.values()].count(slot) for slot in SLOTS]
    ranks = [sum(case.ranks[key] == rank for key in placing) for rank in range(4)]
    return [len(placing)], slots, ranks


def best(case: Case) -> tuple[tuple[Sequence[int], ...], list[Placing]]:
    every = list(placings(case))
    top = max(worth(case, placing) for placing in every)
    return top, [placing for placing in every if worth(case, placing) == top]


def picks(tie: TieSet) -> set[frozenset[int]]:
    """All that the council may pick of a tie."""
    return {
        frozenset(some)
        for some in combinations(tie.members, tie.pick)
        if all(len({*some} & {*members}) <= most for members, most in tie.limits)
    }


ONE_OF_TWO = Case({"a": 1, "b": 1, "c": 1}, (0, 1, 1), (frozenset("ab"), *[frozenset("b")] * 2))
EITHER = Case(
    {"a": 1, "b": 1, "c": 1}, (0, 1, 1), (frozenset("ab"), frozenset("a"), frozenset("b"))
)


@settings(max_examples=400, deadline=None)
@given(case=cases())
@example(case=ONE_OF_TWO)
@example(case=EITHER)
def test_no_allocation_is_better_and_ties_are_exact(case: Case) -> None:
    found = case.solve()
    (_, slots, ranks), optimal = best(case)
    assert [found.filled[slot] for slot in SLOTS] == slots
    sets = {frozenset(placing) for placing in optimal}
    assert {*found.chosen} == frozenset.intersection(*sets)
    tied = [set(tie.members) for tie in found.ties]
    assert set().union(*tied) == frozenset.union(*sets) - frozenset.intersection(*sets)
    assert sum(map(len, tied)) == len(set().union(*tied))
    ways = [picks(tie) for tie in found.ties]
    assert [{chosen & members for chosen in sets} for members in tied] == ways, (
        "of each tie exactly what best allocations hold"
    )
    assert len(sets) == prod(map(len, ways)), "ties are decided one apart from the other"
    assert sum(ranks) == len(found.chosen) + sum(tie.pick for tie in found.ties)


@settings(max_examples=200, deadline=None)
@given(case=cases())
@example(case=EITHER)
def test_settled_slots_hold_however_ties_are_decided(case: Case) -> None:
    found, (_, optimal) = case.solve(), best(case)
    settled = {key: found.slots[key][0] for key in found.chosen if len(found.slots[key]) == 1}
    for chosen in {frozenset(placing) for placing in optimal}:
        ways = [placing for placing in optimal if frozenset(placing) == chosen]
        assert any(all(way[key] == slot for key, slot in settled.items()) for way in ways)
    if not found.ties:
        assert settled.keys() == {*found.chosen}


@settings(max_examples=200, deadline=None)
@given(case=cases())
def test_no_tie_can_be_split(case: Case) -> None:
    for tie in case.solve().ties:
        ways = picks(tie)
        for size in range(1, len(tie.members)):
            for part in map(frozenset, combinations(tie.members, size)):
                rest = frozenset(tie.members) - part
                apart = len({way & part for way in ways}) * len({way & rest for way in ways})
                assert apart != len(ways)


@settings(max_examples=200, deadline=None)
@given(case=cases())
def test_who_is_left_out_comes_after_better_ones_that_hold_their_slots(case: Case) -> None:
    found = case.solve()
    placed = {*found.chosen, *(key for tie in found.ties for key in tie.members)}
    left_out = {key for key, slots in enumerate(case.choices) if slots} - placed
    assert {*found.behind} == left_out
    for key, others in found.behind.items():
        assert others
        assert {*others} <= placed
        assert all(case.ranks[other] < case.ranks[key] for other in others)


@settings(max_examples=200, deadline=None)
@given(case=cases())
def test_the_order_of_the_input_does_not_matter(case: Case) -> None:
    assert case.solve() == case.solve(backwards=True)


def test_a_tie_at_the_border_is_said_and_not_cut() -> None:
    found = ONE_OF_TWO.solve()
    assert found == Allocation(
        filled={"a": 1, "b": 1, "c": 0},
        chosen=(0,),
        ties=(TieSet(members=(1, 2), pick=1, limits=()),),
        slots={0: ("a",), 1: ("b",), 2: ("b",)},
        behind={},
    )


def test_where_a_tie_decides_the_slot_of_a_better_one_it_stays_open() -> None:
    found = EITHER.solve()
    assert (found.chosen, found.slots[0]) == ((0,), ("a", "b"))
    assert found.ties == (TieSet(members=(1, 2), pick=1, limits=()),)
