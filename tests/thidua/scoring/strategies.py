"""Criteria sets, sheets and tables as nasty as the spec allows: all levels, caps, ties."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from tests.thidua.scoring.rule_strategies import KINDS as KINDS
from tests.thidua.scoring.rule_strategies import (
    MAXIMA,
    RULE_KINDS,
    SURVEYS,
    points,
    rule_inputs,
    rules,
)

from thidua.scoring.grading import Standing
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


# Sets


@dataclass(frozen=True)
class Case:
    """A criteria set, surveys not held, and units' sheets: inputs and exempt nodes by unit."""

    criteria: CriteriaSet
    units: Sequence[Inputs]
    exempt: Sequence[frozenset[str]]
    not_held: frozenset[str] = frozenset()


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
    held = st.sampled_from([(), (), (), ("sipas",), SURVEYS])
    return Case(criteria, units, exempt, frozenset(draw(held)))


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
