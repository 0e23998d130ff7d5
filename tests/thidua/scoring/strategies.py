"""Criteria sets and sheets as nasty as the spec allows: thresholds hit, halves, ties, 2**63."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import gcd
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from thidua.scoring.grading import Standing
from thidua.scoring.kinds import RuleKind
from thidua.spec import rules as spec
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Band, Grading, RankRule

SOAK = bool(os.environ.get("SOAK"))
"""The long form: 10 000 criteria sets instead of a small slice."""

Inputs = dict[str, dict[str, int]]


def law(*, usual: int, soak: int = 10_000) -> settings:
    """Settings of one property: ``usual`` examples in ``make test``, ``soak`` in ``make soak``."""
    return settings(
        max_examples=soak if SOAK else usual,
        deadline=None,
        derandomize=False,
        print_blob=True,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )


ROUND = {0, 1, 1250, 2500, 3333, 10_000, 15_000, 20_000, 30_000, 100_000}
HALVES = {odd * step for odd in range(1, 10, 2) for step in (5, 50, 500, 5000)}
"""Ticks that are a half at some number of decimals."""


@cache
def points(lowest: int, highest: int) -> st.SearchStrategy[Decimal]:
    """Points with up to four decimals between two bounds, in ticks; round figures often."""
    usual = [sign * tick for sign in (1, -1) for tick in sorted(ROUND | HALVES)]
    allowed = [tick for tick in usual if lowest <= tick <= highest]
    ticks = st.sampled_from(allowed) | st.integers(lowest, highest)
    return ticks.map(lambda tick: Decimal(tick) / 10_000)


SHARES = points(0, 10_000)
THRESHOLDS = (
    st.sampled_from([Decimal(cut) / 100 for cut in (57, 20, 29, 30, 50, 60, 80, 85, 90, 100)])
    | SHARES
)
AMOUNTS = st.tuples(st.booleans(), SHARES)
COSTS = st.tuples(st.sampled_from(["share", "points"]), SHARES, st.sampled_from([1, 1, 10**6]))
LEVEL_AMOUNTS = st.lists(AMOUNTS, min_size=2, max_size=4)
CUTS = st.lists(points(-10_000, 1_000_000), min_size=1, max_size=4, unique=True)
HUGE = st.sampled_from([Decimal(1_000_000), Decimal("999999.9999"), Decimal(100)])
MAXIMA = st.one_of(points(0, 100_000), points(1, 30_000), HUGE)


# Rules


@st.composite
def choices(draw: st.DrawFn) -> spec.Choice:
    """Two to four levels in any order, as points (below zero too) or as shares."""
    amounts = draw(LEVEL_AMOUNTS)
    low = draw(points(-30_000, 30_000))
    levels = [
        spec.Level(label=str(at), share=amount)
        if share
        else spec.Level(label=str(at), points=amount + low)
        for at, (share, amount) in enumerate(amounts)
    ]
    return spec.Choice(kind="choice", levels=tuple(levels))


@st.composite
def ratios(draw: st.DrawFn, maximum: Decimal) -> spec.Ratio:
    """Floor and full in order; inputs up to a bound that may pass 2**63 when multiplied."""
    low, high = sorted((draw(THRESHOLDS), draw(THRESHOLDS)))
    edge = 2**63 // max(2, int(2 * maximum * 10_000))
    near = [min(10**18, max(1, edge + step)) for step in (-1, 0, 1)]
    return spec.Ratio(
        kind="ratio",
        numerator="b",
        denominator="a",
        floor=draw(st.sampled_from([low, low, low, Decimal(0)])),
        full=draw(st.sampled_from([high or Decimal(1), Decimal(1)])),
        zero_denominator=draw(st.sampled_from(["full", "zero", "not_applicable", None])),
        largest=draw(st.sampled_from([100, 10**9, 10**18, *near])),
    )


@st.composite
def staircases(draw: st.DrawFn) -> spec.Bands:
    """One to four steps going down."""
    cuts = draw(CUTS)
    steps = []
    for cut in sorted(cuts, reverse=True):
        share, amount = draw(AMOUNTS)
        earned: dict[str, Any] = {"share": amount} if share else {"points": amount * 4 - 1}
        steps.append(spec.Step(**{"from": cut}, inclusive=draw(st.booleans()), **earned))
    return spec.Bands(kind="bands", value="v", steps=tuple(steps))


@st.composite
def deductions(draw: st.DrawFn) -> spec.Deduction:
    """One to three kinds of fault, down to zero or below; some cost a million points."""
    faults = [
        spec.Fault(name=f"f{at}", label="f", **{by: cost if by == "share" else cost * times})
        for at, (by, cost, times) in enumerate(draw(st.lists(COSTS, min_size=1, max_size=3)))
    ]
    least = draw(st.just(Decimal(0)) | points(-50_000, 0))
    return spec.Deduction(kind="deduction", faults=tuple(faults), least=least, largest=10**9)


def thirds(
    settings: Mapping[str, Any], maximum: int, inputs: Mapping[str, int]
) -> tuple[Fraction | int, str]:
    """A province's own kind: parts of the maximum, over it as well."""
    ticks = Fraction(maximum * inputs["x"], settings["parts"])
    return ticks, "some" if ticks else "none"


def plain(
    settings: Mapping[str, Any], maximum: int, inputs: Mapping[str, int]
) -> tuple[Fraction | int, str]:
    """A province's own kind that answers in whole ticks."""
    return inputs["x"] * 5, "plain"


KINDS = {
    "thirds": RuleKind(name="thirds", score=thirds, sentences={"some": "{x}", "none": "{x}"}),
    "plain": RuleKind(name="plain", score=plain, sentences={"plain": "{x}"}),
}


@st.composite
def customs(draw: st.DrawFn) -> spec.Custom:
    """One of the two kinds above."""
    takes = (spec.InputSpec(name="x", label="x", minimum=-1000, maximum=1000),)
    parts = draw(st.sampled_from([1, 2, 3, 8, 200]))
    return spec.Custom(
        kind="custom",
        name=draw(st.sampled_from(sorted(KINDS))),
        takes=takes,
        settings={"parts": parts},
    )


SCALES = st.sampled_from([Decimal(1_000_000), Decimal(100), Decimal("0.0003")])
EACH = points(1, 20_000) | HUGE
SIGNED = points(-20_000, 20_000)

RULES: Mapping[str, st.SearchStrategy[spec.Rule]] = {
    "yes_no": SIGNED.map(lambda no: spec.YesNo(kind="yes_no", no_points=no)),
    "choice": choices(),
    "bands": staircases(),
    "count": EACH.map(lambda each: spec.Count(kind="count", item="i", each=each, largest=10**9)),
    "deduction": deductions(),
    "survey": st.just(spec.Survey(kind="survey", survey="sipas")),
    "indicator": SCALES.map(
        lambda scale: spec.IndicatorRule(kind="indicator", indicator="ddci", scale=scale)
    ),
    "manual": st.just(spec.Manual(kind="manual")),
    "custom": customs(),
}
RULE_KINDS = ("ratio", *RULES)


def rules(kind: str, maximum: Decimal) -> st.SearchStrategy[spec.Rule]:
    """Any rule of a kind, for a leaf with this maximum."""
    return ratios(maximum) if kind == "ratio" else RULES[kind]


# Inputs of one leaf


@st.composite
def ratio_inputs(draw: st.DrawFn, rule: spec.Ratio) -> dict[str, int]:
    """Nothing over nothing, exactly on floor or full, one off, a simple half, or anything."""
    how = draw(st.integers(0, 4))
    if how == 0:
        bottom = draw(st.integers(0, min(3, rule.largest)))
        top = draw(st.integers(0, min(10, rule.largest)))
        return {"numerator": top, "denominator": bottom}
    if how == 1:
        bottom = draw(st.sampled_from([n for n in (1, 8, 16, 80, 200, 2000) if n <= rule.largest]))
        return {"numerator": draw(st.integers(0, bottom)), "denominator": bottom}
    if how < 4:
        return draw(on_the_line(rule))
    anything = st.integers(0, rule.largest) | st.just(rule.largest)
    return {"numerator": draw(anything), "denominator": draw(anything)}


@st.composite
def on_the_line(draw: st.DrawFn, rule: spec.Ratio) -> dict[str, int]:
    """A ratio exactly on floor or full, or as near as the bound allows."""
    share = int(draw(st.sampled_from([rule.floor, rule.full])) * 10_000)
    top, bottom = share // gcd(share, 10_000), 10_000 // gcd(share, 10_000)
    most = rule.largest // bottom
    times = draw(st.sampled_from([most, 1]) | st.integers(1, max(1, most)))
    step = draw(st.sampled_from([0, 0, 0, -1, 1]))
    return {
        "numerator": min(rule.largest, max(0, top * times + step)),
        "denominator": min(rule.largest, bottom * times),
    }


@cache
def amounts(declared: spec.InputSpec, *marks: int) -> st.SearchStrategy[int]:
    """Any allowed value of an input; the marks, their neighbours and the bounds often."""
    near = {mark + step for mark in marks for step in (-1, 0, 1)}
    usual = {declared.minimum, declared.maximum, *range(8), 125_000, 333_333, *near}
    allowed = sorted(value for value in usual if declared.minimum <= value <= declared.maximum)
    return st.sampled_from(allowed) | st.integers(declared.minimum, declared.maximum)


def rule_inputs(rule: spec.Rule, maximum: Decimal) -> st.SearchStrategy[dict[str, int]]:
    """Complete inputs of one leaf, within their declared bounds."""
    if isinstance(rule, spec.Ratio):
        return ratio_inputs(rule)
    marks: list[int] = []
    if isinstance(rule, spec.Bands):
        marks = [int(step.from_ * 10_000) for step in rule.steps]
    elif isinstance(rule, spec.Manual):
        marks = [int(maximum * 10_000)]
    elif isinstance(rule, spec.Count):
        marks = [int(maximum / rule.each)]
    return st.fixed_dictionaries({one.name: amounts(one, *marks) for one in rule.inputs()})


# Sets


@dataclass(frozen=True)
class Case:
    """A criteria set and some units' sheets: inputs and exempt nodes, unit by unit."""

    criteria: CriteriaSet
    units: Sequence[Inputs]
    exempt: Sequence[frozenset[str]]


@st.composite
def leaf_fields(draw: st.DrawFn, kinds: Sequence[str] = RULE_KINDS) -> dict[str, Any]:
    """What makes a node a leaf, with a rule of one of these kinds."""
    maximum = draw(MAXIMA)
    return {
        "max_points": maximum,
        "rule": draw(rules(draw(st.sampled_from(kinds)), maximum)),
        "counts_as": draw(st.sampled_from(["points", "points", "points", "bonus", "penalty"])),
        "supplier": draw(st.sampled_from([None, None, None, *spec.Supplier])),
    }


SHAPES = (
    ((),), ((0,),), ((2,),), ((), ()), ((0, 2),), ((0,), (), ()), ((2,), (0, 1), ()),
    ((2, 2), (), (0, 0)), ((), (3, 0), (1,), ()), ((0, 0, 0), (2, 1), (), (2,)),
)  # fmt: skip
"""Domains as sizes of their criteria; without criteria, sub-criteria, they are leaves."""

LEAF = leaf_fields()


@st.composite
def trees(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Domains with leaves at all three levels."""
    domains = []
    for d, below in enumerate(draw(st.sampled_from(SHAPES)), 1):
        criteria = []
        for c, size in enumerate(below, 1):
            subs = [{"code": f"{d}.{c}.{s}", "name": "s", **draw(LEAF)} for s in range(1, size + 1)]
            own = {"sub_criteria": subs} if subs else draw(LEAF)
            criteria.append({"code": f"{d}.{c}", "name": "c", **own})
        held = {"criteria": criteria} if criteria else draw(LEAF)
        domains.append({"code": str(d), "name": "d", **held})
    return domains


@st.composite
def criteria_sets(draw: st.DrawFn, domains: st.SearchStrategy[list[dict[str, Any]]]) -> CriteriaSet:
    """Any set: what is pending, the caps and the decimals drawn too."""
    fields: dict[str, Any] = {
        "leaf_decimals": draw(st.integers(0, 4)),
        "pending": draw(st.sampled_from(["out_of_maximum", "zero"])),
        "bonus_cap": draw(points(0, 50_000)),
        "penalty_cap": draw(st.none() | points(0, 50_000)),
        "bonus_capped": draw(st.sampled_from(["before_penalty", "after_penalty"])),
        "domains": draw(domains),
    }
    return CriteriaSet(
        code="set", version="1", title="t", kinds=("kind",), grading="grading", **fields
    )


@st.composite
def sheets(draw: st.DrawFn, variants: Mapping[str, Sequence[dict[str, int]]]) -> Inputs:
    """One unit's inputs: of each leaf a variant that others have too, nothing, or a part."""
    picks = draw(st.binary(min_size=len(variants), max_size=len(variants)))
    filled: Inputs = {}
    for pick, (code, offered) in zip(picks, variants.items(), strict=True):
        if pick % 8 < 6:
            filled[code] = dict(offered[pick % len(offered)])
        elif pick % 8 == 7:
            filled[code] = dict(list(offered[0].items())[1:])
    return filled


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A set with up to six units, many of them alike in most leaves."""
    criteria = draw(criteria_sets(trees()))
    variants = {
        leaf.code: [draw(rule_inputs(leaf.rule, leaf.max_points)) for _ in range(2)]
        for leaf in criteria.leaves
    }
    units = [draw(sheets(variants)) for _ in range(draw(st.sampled_from([6, 5, 4, 3, 1, 0])))]
    codes = st.frozensets(st.sampled_from([node.code for node in criteria.nodes()]), max_size=2)
    exempt = [draw(codes) if draw(st.booleans()) else frozenset() for _ in units]
    return Case(criteria, units, exempt)


@st.composite
def single_leaf_cases(draw: st.DrawFn, kind: str) -> Case:
    """A set of one leaf with a rule of this kind, and twelve complete inputs of it."""
    domains = leaf_fields([kind]).map(lambda fields: [{"code": "1", "name": "d", **fields}])
    criteria = draw(criteria_sets(domains))
    (leaf,) = criteria.leaves
    given = rule_inputs(leaf.rule, leaf.max_points)
    units = [{leaf.code: draw(given)} for _ in range(12)]
    return Case(criteria, units, [frozenset()] * len(units))


# Grading


@st.composite
def gradings(
    draw: st.DrawFn, figures: Sequence[Fraction] = (), codes: Sequence[str] = ()
) -> Grading:
    """Any grading; many of its cut-offs lie exactly on one of ``figures`` (per cent)."""
    exact = {Decimal(int(figure * 10_000)) / 10_000 for figure in figures}
    near = sorted(cut for cut in exact if abs(cut) <= 1_000_000)
    usual = st.sampled_from([Decimal(90), Decimal(80), Decimal("66.6667"), Decimal(0)])
    cuts = st.sampled_from(near) if near else usual
    chosen = sorted(draw(st.lists(cuts, max_size=4, unique=True)), reverse=True)
    lowest = [None] if draw(st.booleans()) else []
    bands = tuple(
        Band(label=str(at), inclusive=draw(st.booleans()), **{"from": cut})
        for at, cut in enumerate([*chosen, *lowest])
    )
    ties = draw(st.lists(st.sampled_from(codes), max_size=2, unique=True)) if codes else []
    return Grading(
        bands=bands,
        rank=RankRule(ties=tuple(ties)),
        decide_on=draw(st.sampled_from(["published", "exact"])),
        index_decimals=draw(st.integers(0, 6)),
    )


GROUPS = st.sampled_from(["a", "a", "a", "b"])
RANKED = st.sampled_from([True, True, True, False])
TIES = st.tuples(*[st.integers(0, 3).map(lambda n: Fraction(n, 300))] * 2)
COMPUTED = st.fixed_dictionaries(
    {
        "points": st.integers(-3, 12) | st.integers(-30_000, 1_500_000),
        "maximum": st.integers(0, 9) | st.integers(0, 1_000_000) | st.just(3 * 10_000),
    }
)
AS_POINTS = st.fixed_dictionaries({"points": st.integers(0, 9) | st.integers(-9, 10**7)})
PRINTED = st.integers(0, 5).map(lambda n: Decimal(n * 125) / 6400)
AS_PRINTED = st.fixed_dictionaries(
    {"index": PRINTED}, optional={"maximum": st.sampled_from([10_000, 0])}
)


@st.composite
def tables(draw: st.DrawFn) -> list[Standing]:
    """Up to nine units, all computed, all by points or all by a printed index; ties abound."""
    what = draw(st.sampled_from([COMPUTED, COMPUTED, AS_POINTS, AS_PRINTED]))
    rows = draw(st.lists(st.tuples(what, GROUPS, RANKED, TIES), max_size=9))
    return [
        Standing(key=str(at), group=group, ranked=ranked, ties=ties, **fields)
        for at, (fields, group, ranked, ties) in enumerate(rows)
    ]
