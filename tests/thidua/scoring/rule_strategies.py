"""Rules and their inputs as nasty as the spec allows: thresholds hit, halves, 2**63."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import gcd
from typing import Any

from hypothesis import strategies as st
from tests.thidua.scoring.formula_strategies import formulas

from thidua.scoring.kinds import RuleKind
from thidua.spec import rules as spec
from thidua.spec.surveys import Answer, Rater, Respondents

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
WEIGHTS = st.sampled_from([Decimal(1), Decimal(2), Decimal("0.3333"), Decimal(1_000_000)])
SURVEYS = ("sipas", "cong-chuc")
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
def sums(draw: st.DrawFn) -> spec.Sum:
    """One to four items; some earn a million points."""
    items = [
        spec.Item(name=f"i{at}", label="i", **{by: cost if by == "share" else cost * times})
        for at, (by, cost, times) in enumerate(draw(st.lists(COSTS, min_size=1, max_size=4)))
    ]
    return spec.Sum(kind="sum", items=tuple(items))


@st.composite
def officials(draw: st.DrawFn) -> spec.Officials:
    """One to three groups that may need many answers, two to four answers."""
    shares = draw(st.lists(SHARES, min_size=2, max_size=4))
    groups = draw(
        st.lists(st.tuples(WEIGHTS, st.sampled_from([1, 1, 2, 30])), min_size=1, max_size=3)
    )
    return spec.Officials(
        kind="officials",
        survey=draw(st.sampled_from(SURVEYS)),
        answers=tuple(Answer(code=f"a{n}", label="a", share=x) for n, x in enumerate(shares)),
        groups=tuple(
            Respondents(code=f"g{n}", label="g", weight=weight, minimum=least)
            for n, (weight, least) in enumerate(groups)
        ),
        too_few=draw(st.sampled_from(["leave_out", "zero", "pending"])),
    )


@st.composite
def ratings(draw: st.DrawFn) -> spec.Rating:
    """One to three raters on a large or a tiny scale."""
    raters = [
        Rater(name=f"r{at}", label="r", weight=weight)
        for at, weight in enumerate(draw(st.lists(WEIGHTS, min_size=1, max_size=3)))
    ]
    return spec.Rating(kind="rating", raters=tuple(raters), scale=draw(SCALES))


@st.composite
def indicators(draw: st.DrawFn) -> spec.IndicatorRule:
    """Any of the four forms; points below zero too."""
    form = draw(st.sampled_from(["value", "steps", "between", "ranks"]))
    scale = draw(SCALES)
    parts: list[dict[str, Any]] = [
        {"share": amount} if share else {"points": amount * 4 - 1}
        for share, amount in draw(st.lists(AMOUNTS, min_size=2, max_size=4))
    ]
    fields: dict[str, Any] = {}
    if form == "steps":
        cuts = draw(distinct(points(-10_000, 1_000_000), len(parts)))
        fields["steps"] = [
            {"from": cut, "inclusive": draw(st.booleans()), **part}
            for cut, part in zip(reversed(cuts), parts, strict=True)
        ]
    elif form == "between":
        top = min(int(scale * 10_000) + 20_000, 10**10)
        cuts = draw(distinct(points(0, top), len(parts)))
        fields["between"] = [{"at": c, **part} for c, part in zip(cuts, parts, strict=True)]
    elif form == "ranks":
        last = draw(distinct(st.integers(1, 12), len(parts)))
        fields |= {
            "by": "rank",
            "ranks": [{"to": n, **p} for n, p in zip(last, parts, strict=True)],
        }
    return spec.IndicatorRule.model_validate(
        {"kind": "indicator", "indicator": "ddci", "scale": scale, **fields}
    )


def distinct(values: st.SearchStrategy[Any], size: int) -> st.SearchStrategy[list[Any]]:
    """So many different values, rising."""
    return st.lists(values, min_size=size, max_size=size, unique=True).map(sorted)


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
    "yes_no": st.builds(
        lambda no, third: spec.YesNo(kind="yes_no", no_points=no, not_applicable=third),
        SIGNED,
        st.booleans(),
    ),
    "choice": choices(),
    "bands": staircases(),
    "count": EACH.map(lambda each: spec.Count(kind="count", item="i", each=each, largest=10**9)),
    "deduction": deductions(),
    "sum": sums(),
    "survey": st.sampled_from([spec.Survey(kind="survey", survey=code) for code in SURVEYS]),
    "officials": officials(),
    "rating": ratings(),
    "indicator": indicators(),
    "formula": formulas(),
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
    elif isinstance(rule, spec.IndicatorRule):
        cuts = [*(s.from_ for s in rule.steps), *(knot.at for knot in rule.between)]
        marks = [*(int(cut * 10_000) for cut in cuts), *(places.to for places in rule.ranks)]
    elif isinstance(rule, spec.Officials):
        marks = [group.minimum for group in rule.groups]
    elif isinstance(rule, spec.Manual):
        marks = [int(maximum * 10_000)]
    elif isinstance(rule, spec.Count):
        marks = [int(maximum / rule.each)]
    return st.fixed_dictionaries({one.name: amounts(one, *marks) for one in rule.inputs()})
