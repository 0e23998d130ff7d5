"""One unit's score sheet: its leaves, the sums of every branch, bonus and penalty, the total."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import LeafScore, score_leaf
from thidua.scoring.ticks import to_ticks
from thidua.spec.criteria import CriteriaSet


@dataclass(frozen=True, slots=True)
class NodeScore:
    """The sum of a node's leaves in ticks, before any cap; penalty leaves count negative.

    ``maximum`` is this unit's own: without exempt, inapplicable, bonus and penalty leaves.
    """

    code: str
    ticks: int
    maximum: int


@dataclass(frozen=True, slots=True)
class SheetScore:
    """One unit's result in ticks; index = ``total`` ÷ ``maximum``.

    ``earned`` sums the leaves that count as points. ``bonus`` and ``penalty`` are what counts of
    them after the caps, so that ``total == earned + bonus - penalty`` always holds. ``total`` may
    exceed ``maximum``. ``leaves`` and ``nodes`` stand in printed order.
    """

    leaves: tuple[LeafScore, ...]
    nodes: Mapping[str, NodeScore]
    earned: int
    bonus: int
    penalty: int
    total: int
    maximum: int


def score_sheet(
    criteria: CriteriaSet,
    inputs: Mapping[str, Mapping[str, int]],
    *,
    exempt: Collection[str] = (),
    not_held: Collection[str] = (),
    kinds: Mapping[str, RuleKind] = {},
) -> SheetScore:
    """Score one unit: ``inputs`` by leaf code and input name, in stored units.

    ``exempt`` names nodes of any level; their leaves leave both points and maximum. ``ValueError``
    for an exempt code that the set does not have. ``not_held`` names surveys that did not take
    place: their leaves leave too, whatever was entered.
    """
    out = {
        **{leaf.code: "not_held" for leaf in criteria.leaves if leaf.survey in not_held},
        **dict.fromkeys(exempt_leaves(criteria, exempt), "exempt"),
    }
    leaves = tuple(
        LeafScore(leaf.code, 0, 0, out[leaf.code], leaf.counts_as)
        if leaf.code in out
        else score_leaf(leaf, inputs.get(leaf.code, {}), criteria=criteria, kinds=kinds)
        for leaf in criteria.leaves
    )
    return sum_leaves(criteria, leaves)


def sum_leaves(criteria: CriteriaSet, leaves: tuple[LeafScore, ...]) -> SheetScore:
    """One unit's result from the scores of all leaves of its set, in printed order."""
    earned = _sum(leaves, "points")
    bonus, penalty = counted(criteria, _sum(leaves, "bonus"), _sum(leaves, "penalty"))
    return SheetScore(
        leaves=leaves,
        nodes=_nodes(criteria, leaves),
        earned=earned,
        bonus=bonus,
        penalty=penalty,
        total=earned + bonus - penalty,
        maximum=sum(leaf.maximum for leaf in leaves),
    )


def exempt_leaves(criteria: CriteriaSet, exempt: Collection[str]) -> frozenset[str]:
    """The codes of all leaves at or below the exempt nodes; ``ValueError`` for unknown codes."""
    nodes = {node.code: node for node in criteria.nodes()} if exempt else {}
    unknown = sorted(set(exempt) - set(nodes))
    if unknown:
        raise ValueError(f"bộ tiêu chí {criteria.code} không có mã {', '.join(unknown)}")
    return frozenset(leaf.code for code in exempt for leaf in nodes[code].leaves())


def counted(criteria: CriteriaSet, bonus: int, penalty: int) -> tuple[int, int]:
    """Bonus and penalty as they count, from their sums, all in ticks.

    The penalty is never more than its cap. The bonus is capped by itself (``before_penalty``), or
    it is what it exceeds the penalty by that is capped (``after_penalty``): with net = bonus -
    penalty the total is earned + min(net, cap), so bonus may first make good the penalty.
    """
    if criteria.penalty_cap is not None:
        penalty = min(penalty, to_ticks(criteria.penalty_cap))
    cap = to_ticks(criteria.bonus_cap)
    if criteria.bonus_capped == "after_penalty":
        cap += penalty
    return min(bonus, cap), penalty


def _sum(leaves: Iterable[LeafScore], counts_as: str) -> int:
    return sum(leaf.ticks for leaf in leaves if leaf.counts_as == counts_as)


def _nodes(criteria: CriteriaSet, leaves: Iterable[LeafScore]) -> dict[str, NodeScore]:
    """The leaves of a node stand next to each other: differences of running sums."""
    ticks, maximum = [0], [0]
    for leaf in leaves:
        ticks.append(ticks[-1] + _signed(leaf))
        maximum.append(maximum[-1] + leaf.maximum)
    return {
        code: NodeScore(code, ticks[end] - ticks[first], maximum[end] - maximum[first])
        for code, (first, end) in criteria.spans.items()
    }


def _signed(leaf: LeafScore) -> int:
    return -leaf.ticks if leaf.counts_as == "penalty" else leaf.ticks
