"""How a criteria set is scored in columns: which leaves go together, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from weakref import ref

import numpy as np
from numpy.typing import NDArray

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
from thidua.spec.criteria import CriteriaSet, Leaf, Node
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

COUNTS_AS = ("points", "bonus", "penalty")
POINTS, BONUS, PENALTY = range(3)

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


class Below(NamedTuple):
    """The leaves and the other nodes right below a node, by position."""

    leaves: Sequence[int]
    nodes: Sequence[int]


@dataclass(frozen=True)
class Plan:
    """What scoring in columns needs to know of a set; leaves are positions.

    ``tops`` are what the leaves add to a unit's maximum. ``nodes`` are those that are no leaves,
    ``below`` what stands right below each (``top``: the domains), ``node_tops`` what they add, and
    ``above`` which of them each leaf is below, level by level.
    ``domain`` is that of each leaf, ``counts`` says which of ``COUNTS_AS`` it is. ``late``
    says of each whether it is not self-assessed. ``bounded``: ticks and their sums surely fit
    int32.
    """

    stacks: Sequence[Stack]
    tops: NDArray[np.int64]
    nodes: Sequence[str]
    below: Sequence[Below]
    top: Below
    node_tops: NDArray[np.int64]
    above: Sequence[NDArray[np.intp]]
    domains: Sequence[tuple[int, int]]
    domain: NDArray[np.intp]
    counts: NDArray[np.intp]
    late: NDArray[np.bool_]
    bounded: bool


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
    leaves = criteria.leaves
    most = [_most(leaf) for leaf in leaves]
    spans = criteria.spans
    domains = [spans[domain.code] for domain in criteria.domains]
    inner = {node.code: spans[node.code] for node in criteria.nodes() if node.rule is None}
    tops = np.array([to_ticks(x.max_points) * (x.counts_as == "points") for x in leaves], np.int64)
    return Plan(
        stacks=_stacks(criteria),
        tops=tops,
        nodes=[*inner],
        below=[_below(node.children, spans, inner) for node in criteria.nodes() if not node.rule],
        top=_below(criteria.domains, spans, inner),
        node_tops=np.array([tops[first:end].sum() for first, end in inner.values()], np.int64),
        above=_above([*inner.values()], len(leaves)),
        domains=domains,
        domain=np.repeat(np.arange(len(domains)), [end - first for first, end in domains]),
        counts=np.array([COUNTS_AS.index(leaf.counts_as) for leaf in leaves]),
        late=np.array([leaf.supplier in LATE_SUPPLIERS for leaf in leaves]),
        bounded=sum(2**31 if each is None else each for each in most) < 2**31,
    )


def _below(
    children: Sequence[Node], spans: Mapping[str, tuple[int, int]], inner: Iterable[str]
) -> Below:
    codes = [*inner]
    return Below(
        leaves=[spans[child.code][0] for child in children if child.rule is not None],
        nodes=[codes.index(child.code) for child in children if child.rule is None],
    )


def _above(spans: Sequence[tuple[int, int]], leaves: int) -> list[NDArray[np.intp]]:
    """For each level the node above each leaf, or the number of nodes where there is none."""
    chains = [
        [node for node, (first, end) in enumerate(spans) if first <= row < end]
        for row in range(leaves)
    ]
    levels = max(map(len, chains), default=0)
    return [
        np.array([chain[level] if level < len(chain) else len(spans) for chain in chains], np.intp)
        for level in range(levels)
    ]


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
    return [_stack(criteria, rows) for rows in chunks]


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


def _stack(criteria: CriteriaSet, rows: Sequence[int]) -> Stack:
    leaves = [criteria.leaves[row] for row in rows]
    form = None
    if not isinstance(leaves[0].rule, Custom):
        form = _form(leaves, [leaf.rule for leaf in leaves], criteria.leaf_decimals)
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
