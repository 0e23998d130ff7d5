"""Which node of one criteria set is which of another: by code and name, else by the name alone.

Sure ones first: the same code and name, then the same name. Then what only looks alike, with the
share of words in common: half of them under the same code, four fifths under another. Nodes are
matched level by level, and none twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from thidua.spec.criteria import CriteriaSet, Node
from thidua.store.vietnamese import nfc

How = Literal["same", "name", "alike"]
HOW_WORDS: dict[How, str] = {
    "same": "cùng mã, cùng tên",
    "name": "cùng tên, khác mã",
    "alike": "tên gần giống",
}
SAME_CODE, OTHER_CODE = Fraction(1, 2), Fraction(4, 5)
"""From which share of common words on names are alike, under one code and under two."""


@dataclass(frozen=True)
class Match:
    """A node of the first set and one of the second, and what speaks for it."""

    old: Node
    new: Node
    how: How
    likeness: Fraction


def match_nodes(old: CriteriaSet, new: CriteriaSet) -> tuple[Match, ...]:
    """Every pair of nodes that belong together, in the printed order of ``old``."""
    found: dict[str, Match] = {}
    for olds, news in zip(_levels(old), _levels(new), strict=True):
        for match in _match_level(olds, news):
            found[match.old.code] = match
    return tuple(found[node.code] for node in old.nodes() if node.code in found)


def _levels(criteria: CriteriaSet) -> tuple[list[Node], list[Node]]:
    """Branches and leaves: what is scored never answers to what is only summed."""
    nodes = list(criteria.nodes())
    branches = [node for node in nodes if node.rule is None]
    return branches, [node for node in nodes if node.rule is not None]


def _match_level(olds: Sequence[Node], news: Sequence[Node]) -> Iterator[Match]:
    left, right = list(olds), list(news)
    for key, how in ((_code_and_name, "same"), (_name, "name")):
        for one, other in _unique_pairs(left, right, key):
            left.remove(one)
            right.remove(other)
            yield Match(one, other, "same" if how == "same" else "name", Fraction(1))
    for one, other, likeness in _alike(left, right):
        yield Match(one, other, "alike", likeness)


def _unique_pairs(
    left: Sequence[Node], right: Sequence[Node], key: Callable[[Node], Hashable]
) -> list[tuple[Node, Node]]:
    """Pairs of a key that each side has exactly once."""
    counts = Counter(map(key, left)), Counter(map(key, right))
    by_key = {key(node): node for node in right}
    return [
        (node, by_key[key(node)])
        for node in left
        if counts[0][key(node)] == 1 and counts[1][key(node)] == 1
    ]


def _alike(left: Sequence[Node], right: Sequence[Node]) -> Iterator[tuple[Node, Node, Fraction]]:
    """The likeliest pairs first; each node once."""
    candidates = [
        (likeness, one, other)
        for one in left
        for other in right
        if (likeness := _likeness(one, other))
        >= (SAME_CODE if one.code == other.code else OTHER_CODE)
    ]
    candidates.sort(key=lambda item: (item[0], item[1].code == item[2].code), reverse=True)
    used: set[tuple[str, str]] = set()
    for likeness, one, other in candidates:
        if not used & {("old", one.code), ("new", other.code)}:
            used |= {("old", one.code), ("new", other.code)}
            yield one, other, likeness


def _likeness(one: Node, other: Node) -> Fraction:
    """The share of words that two names have in common, 0 to 1."""
    words, others = set(_name(one).split()), set(_name(other).split())
    return Fraction(len(words & others), len(words | others) or 1)


def _name(node: Node) -> str:
    return " ".join(nfc(node.name).casefold().replace(",", " ").split())


def _code_and_name(node: Node) -> tuple[str, str]:
    return node.code, _name(node)
