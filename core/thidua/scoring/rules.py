"""One leaf from its inputs: one function for each rule kind, to exact ticks and the branch taken.

The law: inside a rule everything is exact (integers or ``Fraction``, thresholds tested before
anything is rounded); the result is rounded once, half away from zero, to the set's
``leaf_decimals``. No leaf but a bonus exceeds its maximum. Below zero go only a deduction with
``least`` < 0, declared negative points (levels, steps, ``no_points``), a province's own kinds
and penalty leaves.

A penalty leaf's ticks are a positive magnitude; the sheet subtracts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from thidua.errors import Invalid, Problem
from thidua.scoring.formula import formula
from thidua.scoring.kinds import RuleKind
from thidua.scoring.parts import Exact, staircase, worth, zero_denominator
from thidua.scoring.surveys import indicator, officials, rating
from thidua.scoring.ticks import TICKS, round_ticks, to_points, to_ticks, written
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.parts import LATE_SUPPLIERS
from thidua.spec.rules import (
    Bands,
    Choice,
    Count,
    Custom,
    Deduction,
    Formula,
    IndicatorRule,
    InputSpec,
    Manual,
    Officials,
    Rating,
    Ratio,
    Sum,
    Survey,
    YesNo,
)

BRANCHES: Mapping[str, tuple[str, ...]] = {
    "yes_no": ("yes", "no", "not_applicable"),
    "choice": ("level",),
    "ratio": (
        "below_floor", "share", "full",
        "zero_full", "zero_zero", "not_applicable", "zero_denominator",
    ),
    "bands": ("step", "below"),
    "count": ("items", "capped"),
    "sum": ("items", "capped"),
    "deduction": ("no_fault", "faults", "least"),
    "survey": ("share",),
    "officials": ("all_groups", "part_groups", "not_applicable"),
    "rating": ("rated",),
    "indicator": ("share", "step", "below", "knot", "between", "rank", "beyond"),
    "formula": (
        "value", "capped", "floored",
        "zero_full", "zero_zero", "not_applicable", "zero_denominator",
    ),
    "manual": ("entered",),
    "custom": (),
}  # fmt: skip
"""The branches of each rule kind, besides those of any kind; a custom rule names its own."""

ANY_KIND = ("missing", "pending", "exempt", "not_held")
"""Branches that every leaf can take: a unit's or agency's input absent, a survey's, leader's or
index's input absent (or too few answers), the leaf taken out of the unit's sheet, its survey not
held."""

UNASSESSED = frozenset({"exempt", "not_held"})
"""Branches that no input changes."""

OUTSIDE = UNASSESSED | {"not_applicable"}
"""Branches that take the leaf out of the unit's maximum, whatever it earned."""

_SIGNED = ("yes_no", "choice", "bands", "deduction", "indicator", "formula", "custom")


@dataclass(frozen=True, slots=True)
class LeafScore:
    """What one leaf earned, in ticks.

    ``maximum`` is this unit's maximum of the leaf: 0 when exempt, not applicable, pending and out
    of the maximum, bonus or penalty. A penalty's ``ticks`` are positive and will be subtracted.
    """

    code: str
    ticks: int
    maximum: int
    branch: str
    counts_as: str


def score_leaf(
    leaf: Leaf,
    inputs: Mapping[str, int | None],
    *,
    criteria: CriteriaSet,
    kinds: Mapping[str, RuleKind] = {},
) -> LeafScore:
    """Score one leaf of ``criteria`` from its inputs in stored units (None: not yet there).

    The inputs are those that ``check_inputs`` lets pass. ``Invalid`` where the rule is a custom
    kind that ``kinds`` lacks, or the level does not exist.
    """
    names = [spec.name for spec in leaf.inputs]
    given = {name: value for name in names if (value := inputs.get(name)) is not None}
    if len(given) < len(names):
        ticks, branch = 0, absent_branch(leaf)
    else:
        exact, branch = evaluate(leaf, given, kinds)
        ticks = 0 if branch in OUTSIDE else settle(leaf, exact, criteria.leaf_decimals)
    return LeafScore(leaf.code, ticks, maximum_of(leaf, branch, criteria), branch, leaf.counts_as)


def absent_branch(leaf: Leaf) -> str:
    """The branch of a leaf that lacks an input: ``pending`` if a late supplier brings it."""
    return "pending" if leaf.supplier in LATE_SUPPLIERS else "missing"


def maximum_of(leaf: Leaf, branch: str, criteria: CriteriaSet) -> int:
    """What the leaf adds to its unit's maximum, in ticks, having taken ``branch``."""
    waits = branch == "pending" and criteria.pending == "out_of_maximum"
    out = waits or branch in OUTSIDE or leaf.counts_as != "points"
    return 0 if out else to_ticks(leaf.max_points)


def settle(leaf: Leaf, exact: Fraction | int, decimals: int) -> int:
    """Exact ticks rounded once and held within what the leaf may bring."""
    ticks = round_ticks(exact, decimals)
    low, high = bounds(leaf)
    ticks = ticks if high is None else min(ticks, high)
    return ticks if low is None else max(ticks, low)


def bounds(leaf: Leaf) -> tuple[int | None, int | None]:
    """The lowest and the highest ticks of the leaf, whatever its rule says; None: no such bound."""
    signed = leaf.rule.kind in _SIGNED or leaf.counts_as == "penalty"
    return None if signed else 0, None if leaf.counts_as == "bonus" else to_ticks(leaf.max_points)


def evaluate(leaf: Leaf, inputs: Mapping[str, int], kinds: Mapping[str, RuleKind]) -> Exact:
    """The rule of ``leaf`` on complete inputs, before bounds and rounding."""
    maximum = to_ticks(leaf.max_points)
    match leaf.rule:
        case YesNo() as rule:
            return _yes_no(rule, maximum, inputs)
        case Choice() as rule:
            return _choice(rule, maximum, inputs, leaf.code)
        case Ratio() as rule:
            return _ratio(rule, maximum, inputs)
        case Bands() as rule:
            return staircase(rule.steps, inputs["value"], maximum)
        case Count() as rule:
            return _count(rule, maximum, inputs)
        case Sum() as rule:
            return _sum(rule, maximum, inputs)
        case Deduction() as rule:
            return _deduction(rule, maximum, inputs)
        case Survey():
            return Fraction(maximum * inputs["percent"], 100 * TICKS), "share"
        case Officials() as rule:
            return officials(rule, maximum, inputs)
        case Rating() as rule:
            return rating(rule, maximum, inputs)
        case IndicatorRule() as rule:
            return indicator(rule, maximum, inputs)
        case Formula() as rule:
            return formula(leaf, rule, inputs)
        case Manual():
            return min(inputs["points"], maximum), "entered"
        case Custom() as rule:
            return _custom(rule, maximum, inputs, kinds, leaf.code)
        case _ as unknown:
            assert_never(unknown)


def _yes_no(rule: YesNo, maximum: int, inputs: Mapping[str, int]) -> Exact:
    match inputs["value"]:
        case 1:
            return maximum, "yes"
        case 2:
            return 0, "not_applicable"
        case _:
            return to_ticks(rule.no_points), "no"


def _choice(rule: Choice, maximum: int, inputs: Mapping[str, int], code: str) -> Exact:
    position = inputs["level"]
    if not 0 <= position < len(rule.levels):
        raise no_such_level(code)
    level = rule.levels[position]
    return worth(level.points, level.share, maximum), "level"


def no_such_level(code: str) -> Invalid:
    """The error for a level that the choice ``code`` does not have."""
    return Invalid.one(code, "mức đã chọn không có trong tiêu chí; hãy chọn lại")


def _ratio(rule: Ratio, maximum: int, inputs: Mapping[str, int]) -> Exact:
    numerator, denominator = inputs["numerator"], inputs["denominator"]
    if denominator == 0:
        return zero_denominator(rule, maximum)
    if numerator * TICKS < to_ticks(rule.floor) * denominator:
        return 0, "below_floor"
    if numerator * TICKS >= to_ticks(rule.full) * denominator:
        return maximum, "full"
    return Fraction(maximum * numerator * TICKS, denominator * to_ticks(rule.full)), "share"


def _count(rule: Count, maximum: int, inputs: Mapping[str, int]) -> Exact:
    earned = to_ticks(rule.each) * inputs["count"]
    return (maximum, "capped") if earned > maximum else (earned, "items")


def _sum(rule: Sum, maximum: int, inputs: Mapping[str, int]) -> Exact:
    met = (item for item in rule.items if inputs[item.name] == 1)
    earned = sum(worth(item.points, item.share, maximum) for item in met)
    return (maximum, "capped") if earned > maximum else (earned, "items")


def _deduction(rule: Deduction, maximum: int, inputs: Mapping[str, int]) -> Exact:
    taken = sum(worth(f.points, f.share, maximum) * inputs[f.name] for f in rule.faults)
    if taken == 0:
        return maximum, "no_fault"
    least = to_ticks(rule.least)
    return (least, "least") if maximum - taken < least else (maximum - taken, "faults")


def _custom(
    rule: Custom, maximum: int, inputs: Mapping[str, int], kinds: Mapping[str, RuleKind], code: str
) -> Exact:
    if rule.name not in kinds:
        raise Invalid.one(
            code, f"tỉnh chưa đăng ký cách chấm “{rule.name}”; hãy cài đúng phiên bản của tỉnh"
        )
    return kinds[rule.name].score(rule.settings, maximum, inputs)


def check_inputs(leaf: Leaf, inputs: Mapping[str, int]) -> list[Problem]:
    """Every input that the leaf cannot take, with a Vietnamese reason; empty when all may be kept.

    Unknown names, values that are no whole numbers in stored units, values outside the declared
    bounds, points entered above the leaf's maximum. A numerator may exceed its denominator, and
    inputs may be absent.
    """
    specs = {spec.name: spec for spec in leaf.inputs}
    problems = []
    for name, value in inputs.items():
        reason = _reason(leaf, specs.get(name), value)
        if reason:
            problems.append(Problem(place=f"{leaf.code}.{name}", reason=reason))
    return problems


def _reason(leaf: Leaf, spec: InputSpec | None, value: object) -> str:
    if spec is None:
        return "tiêu chí này không có số liệu như vậy; hãy bỏ đi"
    if not isinstance(value, int) or isinstance(value, bool):
        return f"“{spec.label}” phải là số; hãy nhập lại"
    top = spec.maximum
    if isinstance(leaf.rule, Manual):
        top = to_ticks(leaf.max_points)
    if spec.minimum <= value <= top:
        return ""
    if spec.options:
        return f"“{spec.label}” không có lựa chọn này; hãy chọn lại"
    low, high = _shown(spec.minimum, spec.scale), _shown(top, spec.scale)
    return f"“{spec.label}” phải từ {low} đến {high}; hãy nhập lại"


def _shown(value: int, scale: int) -> str:
    return written(value if scale == 1 else to_points(value))
