"""The law of numbers a second time, deliberately naive: points are fractions, never ticks.

Written from the declarations alone; it shares nothing with the engine but the spec objects. What
a reader could get wrong (rounding, thresholds, caps, what is ranked) stands in ``Law``, so that
``test_mutants`` can break one piece at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import floor
from typing import Literal

from tests.thidua.scoring.oracle_formula import formula
from tests.thidua.scoring.oracle_surveys import (
    count,
    deduction,
    first_step,
    indicator,
    officials,
    part,
    rating,
    survey,
    total_of_items,
)

from thidua.scoring.kinds import RuleKind
from thidua.spec import rules as spec
from thidua.spec.criteria import CriteriaSet, Leaf, Node
from thidua.spec.grading import Grading

ZERO = Fraction(0)
SPECIAL = ("missing", "pending", "exempt", "not_held", "not_applicable")
"""The branches that every rule kind shares; the others are the engine's own words."""

Kinds = Mapping[str, RuleKind]
Inputs = Mapping[str, Mapping[str, int]]


def half_away(value: Fraction, decimals: int) -> Fraction:
    """``value`` at so many decimals; an exact half goes away from zero."""
    scaled = abs(value) * 10**decimals
    whole = floor(scaled)
    if scaled - whole >= Fraction(1, 2):
        whole += 1
    return Fraction(whole if value >= 0 else -whole, 10**decimals)


def unrounded(value: Fraction, decimals: int) -> Fraction:
    """``value`` itself."""
    return value


def reaches(value: Fraction, cut: Fraction, inclusive: bool) -> bool:
    """Whether ``value`` is over ``cut``, or on it where that suffices."""
    return value > cut or (inclusive and value == cut)


def guarded(points: Fraction, maximum: Fraction) -> Fraction:
    """Points of a leaf that is no bonus: never more than its maximum."""
    return min(points, maximum)


def total_points(
    criteria: CriteriaSet, earned: Fraction, bonus: Fraction, penalty: Fraction
) -> Fraction:
    """What is earned, with bonus and penalty under the caps that the set declares."""
    if criteria.penalty_cap is not None and penalty > criteria.penalty_cap:
        penalty = Fraction(criteria.penalty_cap)
    cap = Fraction(criteria.bonus_cap)
    if criteria.bonus_capped == "before_penalty":
        return earned + (cap if bonus > cap else bonus) - penalty
    rest = bonus - penalty
    return earned + (cap if rest > cap else rest)


def index_of(points: Fraction, maximum: Fraction) -> Fraction:
    """Points in per cent of the unit's own maximum."""
    return points / maximum * 100


def competition(values: Sequence[tuple[Fraction, ...]], mine: tuple[Fraction, ...]) -> int:
    """1, 2, 2, 4: one more than the number of those who are better."""
    return 1 + sum(other > mine for other in values)


def decides(grading: Grading) -> str:
    """Whether the published or the exact figure decides."""
    return grading.decide_on


@dataclass(frozen=True)
class Law:
    """The pieces that a wrong reading would change."""

    half: Callable[[Fraction, int], Fraction] = half_away
    round_leaf: Callable[[Fraction, int], Fraction] = half_away
    round_total: Callable[[Fraction, int], Fraction] = unrounded
    reaches: Callable[[Fraction, Fraction, bool], bool] = reaches
    guarded: Callable[[Fraction, Fraction], Fraction] = guarded
    total: Callable[[CriteriaSet, Fraction, Fraction, Fraction], Fraction] = total_points
    index: Callable[[Fraction, Fraction], Fraction] = index_of
    ranks: Callable[[Sequence[tuple[Fraction, ...]], tuple[Fraction, ...]], int] = competition
    decides: Callable[[Grading], str] = decides


LAW = Law()


# Rule kinds: points from inputs; None where the leaf does not apply.


def yes_no(rule: spec.YesNo, maximum: Fraction, given: Mapping[str, int]) -> Fraction | None:
    """Yes earns the maximum; the third answer takes the leaf away."""
    if given["value"] == 2:
        return None
    return maximum if given["value"] == 1 else Fraction(rule.no_points)


def choice(rule: spec.Choice, maximum: Fraction, given: Mapping[str, int]) -> Fraction:
    """The chosen level's points."""
    return part(rule.levels[given["level"]], maximum)


def ratio(
    rule: spec.Ratio, maximum: Fraction, given: Mapping[str, int], law: Law
) -> Fraction | None:
    """0 below the floor, the maximum from ``full`` on, in proportion between."""
    if given["denominator"] == 0:
        conventions = {"full": maximum, "zero": ZERO, "not_applicable": None, None: ZERO}
        return conventions[rule.zero_denominator]
    share = Fraction(given["numerator"], given["denominator"])
    if not law.reaches(share, Fraction(rule.floor), True):
        return ZERO
    if share >= Fraction(rule.full):
        return maximum
    return maximum * share / Fraction(rule.full)


def bands(rule: spec.Bands, maximum: Fraction, given: Mapping[str, int], law: Law) -> Fraction:
    """The first step that the value reaches, else 0."""
    return first_step(rule.steps, Fraction(given["value"], 10_000), maximum, law.reaches)


def manual(rule: spec.Manual, maximum: Fraction, given: Mapping[str, int]) -> Fraction:
    """The points entered, up to the maximum."""
    return min(Fraction(given["points"], 10_000), maximum)


def custom(
    rule: spec.Custom, maximum: Fraction, given: Mapping[str, int], kinds: Kinds
) -> Fraction:
    """What the province's own function says."""
    ticks, _branch = kinds[rule.name].score(rule.settings, int(maximum * 10_000), given)
    return Fraction(ticks) / 10_000


def rule_points(
    rule: spec.Rule, maximum: Fraction, given: Mapping[str, int], kinds: Kinds, law: Law
) -> Fraction | Literal["pending"] | None:
    """Exact points of any rule but a formula; None where the leaf does not apply."""
    if isinstance(rule, spec.Ratio):
        return ratio(rule, maximum, given, law)
    if isinstance(rule, spec.Bands):
        return bands(rule, maximum, given, law)
    if isinstance(rule, spec.IndicatorRule):
        return indicator(rule, maximum, given, law.reaches)
    if isinstance(rule, spec.Custom):
        return custom(rule, maximum, given, kinds)
    simple: Mapping[str, Callable[..., Fraction | Literal["pending"] | None]] = {
        "yes_no": yes_no, "choice": choice, "count": count, "sum": total_of_items,
        "deduction": deduction, "survey": survey, "officials": officials, "rating": rating,
        "manual": manual,
    }  # fmt: skip
    return simple[rule.kind](rule, maximum, given)


# Leaf, node, sheet


@dataclass(frozen=True)
class LeafPoints:
    """Points and maximum of one leaf; ``branch`` only where it is one of ``SPECIAL``."""

    points: Fraction
    maximum: Fraction
    branch: str = ""


@dataclass(frozen=True)
class SheetPoints:
    """A whole sheet: leaves by code, nodes by code as (points, maximum), the sums.

    ``bonus`` and ``penalty`` are what counts of them, so that total = earned + bonus - penalty.
    """

    leaves: Mapping[str, LeafPoints]
    nodes: Mapping[str, tuple[Fraction, Fraction]]
    earned: Fraction
    bonus: Fraction
    penalty: Fraction
    total: Fraction
    maximum: Fraction


def leaf_points(
    leaf: Leaf, inputs: Mapping[str, int], criteria: CriteriaSet, kinds: Kinds, law: Law = LAW
) -> LeafPoints:
    """One leaf that is not exempt."""
    full = Fraction(leaf.max_points)
    counted = full if leaf.counts_as == "points" else ZERO
    if any(one.name not in inputs for one in leaf.rule.inputs()):
        if leaf.supplier in (spec.Supplier.UNIT, spec.Supplier.AGENCY):
            return LeafPoints(ZERO, counted, "missing")
        return waiting(criteria, counted)
    exact = (
        formula(leaf.rule, full, inputs, bonus=leaf.counts_as == "bonus")
        if isinstance(leaf.rule, spec.Formula)
        else rule_points(leaf.rule, full, inputs, kinds, law)
    )
    if exact == "pending":
        return waiting(criteria, counted)
    if exact is None:
        return LeafPoints(ZERO, ZERO, "not_applicable")
    points = law.round_leaf(exact, criteria.leaf_decimals)
    return LeafPoints(points if leaf.counts_as == "bonus" else law.guarded(points, full), counted)


def waiting(criteria: CriteriaSet, counted: Fraction) -> LeafPoints:
    """A leaf whose result is still to come."""
    out = criteria.pending == "out_of_maximum"
    return LeafPoints(ZERO, ZERO if out else counted, "pending")


def exempt_leaves(criteria: CriteriaSet, exempt: Collection[str]) -> set[str]:
    """Codes of the leaves at or below an exempt node."""
    return {leaf.code for node in criteria.nodes() if node.code in exempt for leaf in node.leaves()}


def sheet_points(
    criteria: CriteriaSet,
    inputs: Inputs,
    exempt: Collection[str] = (),
    kinds: Kinds | None = None,
    law: Law = LAW,
    not_held: Collection[str] = (),
) -> SheetPoints:
    """All points of one unit's sheet."""
    out = exempt_leaves(criteria, exempt)
    leaves = {
        leaf.code: LeafPoints(ZERO, ZERO, "exempt")
        if leaf.code in out
        else LeafPoints(ZERO, ZERO, "not_held")
        if getattr(leaf.rule, "survey", None) in not_held
        else leaf_points(leaf, inputs.get(leaf.code, {}), criteria, kinds or {}, law)
        for leaf in criteria.leaves
    }
    earned, bonus, penalty = (
        sum((leaves[leaf.code].points for leaf in criteria.leaves if leaf.counts_as == what), ZERO)
        for what in ("points", "bonus", "penalty")
    )
    total = law.round_total(law.total(criteria, earned, bonus, penalty), criteria.leaf_decimals)
    if criteria.penalty_cap is not None:
        penalty = min(penalty, Fraction(criteria.penalty_cap))
    maximum = sum((leaf.maximum for leaf in leaves.values()), ZERO)
    nodes = {node.code: node_points(node, leaves) for node in criteria.nodes()}
    return SheetPoints(leaves, nodes, earned, total - earned + penalty, penalty, total, maximum)


def node_points(node: Node, leaves: Mapping[str, LeafPoints]) -> tuple[Fraction, Fraction]:
    """Points and maximum of everything at or below a node; a penalty takes away."""
    points = maximum = ZERO
    for leaf in node.leaves():
        mine = leaves[leaf.code]
        points += -mine.points if leaf.counts_as == "penalty" else mine.points
        maximum += mine.maximum
    return points, maximum


# Index, rank, band


@dataclass(frozen=True)
class Row:
    """A unit to be graded, in points and per cent. Without ``maximum`` its points are ranked as
    they are, without ``points`` the printed index is; a maximum of 0 gives nothing to rank.
    """

    key: str
    group: str
    points: Fraction | None = None
    maximum: Fraction | None = None
    index: Fraction | None = None
    ties: tuple[Fraction, ...] = ()
    ranked: bool = True


@dataclass(frozen=True)
class Place:
    """Where a unit stands: the published index, rank and band."""

    key: str
    index: Fraction | None
    rank: int | None
    band: str | None
    tied: bool


def figure(row: Row, grading: Grading, law: Law) -> Fraction | None:
    """What decides about a unit; None where nothing does."""
    if row.maximum == 0:
        return None
    if row.points is None:
        return row.index
    if row.maximum is None:
        return row.points
    exact = law.index(row.points, row.maximum)
    return law.half(exact, grading.index_decimals) if published(grading, law) else exact


def published(grading: Grading, law: Law) -> bool:
    """Whether the rounded index decides."""
    return law.decides(grading) == "published"


def printed(row: Row, grading: Grading, law: Law) -> Fraction | None:
    """The index as it is published, whatever decides."""
    if row.maximum == 0:
        return None
    if row.points is None:
        return row.index
    if row.maximum is None:
        return None
    return law.half(row.points / row.maximum * 100, grading.index_decimals)


def places(rows: Sequence[Row], grading: Grading, law: Law = LAW) -> list[Place]:
    """Index, rank and band of every unit, in the order given."""

    def standing(row: Row) -> tuple[Fraction, ...] | None:
        decisive = figure(row, grading, law)
        if decisive is None or not row.ranked:
            return None
        to = grading.index_decimals
        ties = [law.half(tie, to) if published(grading, law) else tie for tie in row.ties]
        return (decisive, *ties)

    def place(row: Row) -> Place:
        rivals = [standing(other) for other in rows if other.group == row.group]
        among = [other for other in rivals if other is not None]
        mine, value = standing(row), figure(row, grading, law)
        return Place(
            key=row.key,
            index=printed(row, grading, law),
            rank=None if mine is None else law.ranks(among, mine),
            band=None if value is None else band(value, grading, law),
            tied=mine is not None and among.count(mine) > 1,
        )

    return [place(row) for row in rows]


def tie_breakers(score: SheetPoints, grading: Grading) -> tuple[Fraction, ...]:
    """The indices of the nodes that break ties; 0 for one without a maximum."""
    pairs = [score.nodes[code] for code in grading.rank.ties]
    return tuple(points / maximum * 100 if maximum else ZERO for points, maximum in pairs)


def band(value: Fraction, grading: Grading, law: Law = LAW) -> str | None:
    """The highest band that the value reaches."""
    for each in grading.bands:
        if each.from_ is None or law.reaches(value, Fraction(each.from_), each.inclusive):
            return each.label
    return None


def order_breakers(values: Sequence[Fraction]) -> tuple[int, ...]:
    """The fewest positions that must go until the others never rise, by trying every choice;
    of equally small choices the one that keeps the earlier positions.
    """
    everywhere = range(len(values))
    for size in range(len(values) + 1):
        choices = [
            gone
            for gone in combinations(everywhere, size)
            if never_rises([values[at] for at in everywhere if at not in gone])
        ]
        if choices:
            return max(choices)
    raise AssertionError("an empty list never rises")


def never_rises(values: Sequence[Fraction]) -> bool:
    """Whether each value is at most the one before it."""
    return all(values[at] >= values[at + 1] for at in range(len(values) - 1))
