"""How a criteria set is scored in columns: which leaves go together, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import ref

import numpy as np

from thidua.scoring.columns import score_column
from thidua.scoring.formula import least_of
from thidua.scoring.ints import Ints, Scored
from thidua.scoring.stacks import (
    Form,
    Pick,
    choice_form,
    count_form,
    deduction_form,
    entered_form,
    ratio_form,
    share_form,
    staircase_form,
    yes_no_form,
)
from thidua.scoring.ticks import TICKS, to_ticks
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.parts import LATE_SUPPLIERS, Worth
from thidua.spec.rules import (
    Bands,
    Choice,
    Count,
    Custom,
    Deduction,
    Formula,
    IndicatorRule,
    Manual,
    Ratio,
    Survey,
    YesNo,
)

UNHELD = frozenset({"survey", "indicator", "formula", "custom"})
"""Kinds that do not hold themselves to the maximum, as a bonus then is not held at all."""

TALLEST = 16
"""The most leaves in a stack: what is computed on the way has to fit the processor's cache."""


@dataclass(frozen=True)
class Stack:
    """Leaves that are scored together; ``rows`` are their positions in the set.

    ``form`` is None for a province's own kind, which is scored cell by cell.
    """

    rows: Sequence[int]
    leaves: Sequence[Leaf]
    form: Form | None

    @cached_property
    def alone(self) -> bool:
        """Whether it is a single leaf."""
        return len(self.rows) == 1

    @cached_property
    def place(self) -> Any:
        """The rows as an index: a slice where possible, which copies nothing."""
        return slice(self.rows[0], self.rows[0] + 1) if self.alone else self.rows


@dataclass(frozen=True)
class Plan:
    """What scoring in columns needs to know of a set; leaves are positions.

    ``tops`` are what the leaves add to a unit's maximum. ``nodes`` are those that are no leaves,
    ``node_tops`` what they add, ``above`` which of them each leaf is below.
    Sums are heaps: one for each node, then for all together, for bonus and for penalty. ``heaps``
    says to which a leaf is added, ``parents`` to which the heap of a node is. ``own_heaps`` says
    the same of what is self-assessed: one for each domain, for bonus and for penalty.
    ``bounded``: ticks and their sums surely fit int32.
    """

    stacks: Sequence[Stack]
    decimals: int
    tops: Sequence[int]
    nodes: Sequence[str]
    node_tops: Sequence[int]
    above: Sequence[Sequence[int]]
    heaps: Sequence[Sequence[int]]
    parents: Sequence[int]
    own_heaps: Sequence[Sequence[int]]
    penalty: Sequence[bool]
    bounded: bool

    @cached_property
    def single(self) -> Sequence[Stack]:
        """Every leaf as a stack of its own, in printed order: for so many units that no more
        fit the processor's cache."""
        found = [
            (row, leaf)
            for stack in self.stacks
            for row, leaf in zip(stack.rows, stack.leaves, strict=True)
        ]
        return [_stack([row], [leaf], self.decimals) for row, leaf in sorted(found, key=_row)]


def _row(found: tuple[int, Leaf]) -> int:
    return found[0]


_plans: dict[int, tuple[ref[CriteriaSet], Plan]] = {}


def plan_of(criteria: CriteriaSet) -> Plan:
    """The plan of a set, made once for as long as the set is there."""
    key = id(criteria)
    found = _plans.get(key)
    if found is not None and found[0]() is criteria:
        return found[1]
    plan = _planned(criteria)
    _plans[key] = ref(criteria, lambda _: _plans.pop(key, None)), plan
    return plan


def _planned(criteria: CriteriaSet) -> Plan:
    leaves, spans = criteria.leaves, criteria.spans
    most = [_most(leaf) for leaf in leaves]
    nodes = [node.code for node in criteria.nodes() if node.rule is None]
    parent = {
        child.code: nodes.index(node.code)
        for node in criteria.nodes()
        if node.rule is None
        for child in node.children
    }
    tops = [to_ticks(leaf.max_points) * (leaf.counts_as == "points") for leaf in leaves]
    everything = len(nodes)
    return Plan(
        stacks=_stacks(criteria),
        decimals=criteria.leaf_decimals,
        tops=tops,
        nodes=nodes,
        node_tops=[sum(tops[slice(*spans[code])]) for code in nodes],
        above=[_above(leaf.code, nodes, parent) for leaf in leaves],
        heaps=[_heaps(leaf, parent.get(leaf.code, everything), everything + 1) for leaf in leaves],
        parents=[parent.get(code, everything) for code in nodes],
        own_heaps=[
            [] if leaf.supplier in LATE_SUPPLIERS else _heaps(leaf, at, len(criteria.domains))
            for at, domain in enumerate(criteria.domains)
            for leaf in domain.leaves()
        ],
        penalty=[leaf.counts_as == "penalty" for leaf in leaves],
        bounded=sum(2**31 if each is None else each for each in most) < 2**31,
    )


def _heaps(leaf: Leaf, heap: int, bonus: int) -> list[int]:
    """The heap of its parent and, behind those of the nodes, that of what it counts as."""
    return {"points": [heap], "bonus": [heap, bonus], "penalty": [heap, bonus + 1]}[leaf.counts_as]


def _above(code: str, nodes: Sequence[str], parent: Mapping[str, int]) -> list[int]:
    """The nodes that a node is below."""
    if code not in parent:
        return []
    return [parent[code], *_above(nodes[parent[code]], nodes, parent)]


def _most(leaf: Leaf) -> int | None:
    """The largest magnitude of the leaf's ticks, None where it is not known beforehand."""
    high = to_ticks(leaf.max_points)
    if leaf.counts_as == "bonus":
        if leaf.rule.kind in UNHELD:
            return None
        high += TICKS  # rounding may lift a bonus above its maximum
    match leaf.rule:
        case YesNo() as rule:
            return max(high, abs(to_ticks(rule.no_points)))
        case Deduction() as rule:
            return max(high, -to_ticks(rule.least))
        case Formula() as rule:
            return max(high, -int(TICKS * least_of(rule)))
        case Choice() as rule:
            return _dearest(high, rule.levels)
        case Bands() as rule:
            return _dearest(high, rule.steps)
        case IndicatorRule() as rule:
            return _dearest(high, [*rule.steps, *rule.between, *rule.ranks])
        case Custom():
            return None
        case _:
            return high  # nothing below zero comes out


def _dearest(high: int, parts: Iterable[Worth]) -> int:
    return max([high, *(abs(to_ticks(part.points)) for part in parts if part.points is not None)])


def _stacks(criteria: CriteriaSet) -> list[Stack]:
    groups: dict[Any, list[int]] = {}
    for row, leaf in enumerate(criteria.leaves):
        groups.setdefault(_likeness(leaf, row), []).append(row)
    chunks = [
        rows[i : i + TALLEST] for rows in groups.values() for i in range(0, len(rows), TALLEST)
    ]
    return [
        _stack(rows, [criteria.leaves[row] for row in rows], criteria.leaf_decimals)
        for rows in chunks
    ]


def _likeness(leaf: Leaf, row: int) -> Any:
    """Leaves of which this is the same can be stacked."""
    match leaf.rule:
        case Ratio() as rule:
            # large figures need wider numbers, from which the others are kept apart
            return "ratio", rule.largest < 2**31
        case Deduction() as rule:
            return "deduction", len(rule.faults)
        case Survey():
            return "share"
        case IndicatorRule() as rule if not (rule.ranks or rule.between):
            return "bands" if rule.steps else "share"
        case YesNo() | Choice() | Bands() | Count() | Manual():
            return leaf.rule.kind
        case _:
            return row


def _stack(rows: Sequence[int], leaves: Sequence[Leaf], decimals: int) -> Stack:
    own = isinstance(leaves[0].rule, Custom)
    form = None if own else _form(leaves, [leaf.rule for leaf in leaves], decimals)
    return Stack(rows, leaves, form)


def _form(leaves: Sequence[Leaf], rules: Sequence[Any], decimals: int) -> Form:
    match rules[0]:
        case YesNo():
            return yes_no_form(leaves, rules, decimals)
        case Choice():
            return choice_form(leaves, rules, decimals)
        case Ratio():
            return ratio_form(leaves, rules, decimals)
        case Count():
            return count_form(leaves, rules, decimals)
        case Deduction():
            return deduction_form(leaves, rules, decimals)
        case Manual():
            return entered_form(leaves, decimals)
        case Bands() | IndicatorRule(steps=(_, *_)):
            return staircase_form(leaves, [rule.steps for rule in rules], decimals)
        case Survey() | IndicatorRule(ranks=(), between=()):
            scales = [100 * TICKS if isinstance(x, Survey) else to_ticks(x.scale) for x in rules]
            return share_form(leaves, scales, decimals)
        case _:
            return _single(leaves[0], decimals)


def _single(leaf: Leaf, decimals: int) -> Form:
    """The form of a kind that is scored leaf by leaf."""
    names = [spec.name for spec in leaf.inputs]

    def score(values: Sequence[Ints], pick: Pick) -> Scored:
        flat = [value.ravel().astype(object if value.dtype == object else np.int64)
                for value in values]  # fmt: skip
        ticks, branch = score_column(leaf, dict(zip(names, flat, strict=True)), decimals)
        return ticks.reshape(values[0].shape), branch.reshape(values[0].shape)

    return score
