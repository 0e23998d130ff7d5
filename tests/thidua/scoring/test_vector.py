"""The batch path gives what the scalar path gives, up to and beyond 2**63."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from thidua.errors import Invalid
from thidua.scoring.cells import Column
from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import LeafScore
from thidua.scoring.sheet import score_sheet
from thidua.scoring.vector import BatchScore, score_batch, score_columns
from thidua.spec.criteria import CriteriaSet, Leaf

HEAD = {"code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "grading"}


def thirds(settings: Mapping[str, Any], maximum: int, inputs: Mapping[str, int]) -> Any:
    """A third of so many points, positive or negative; 3 does not apply."""
    branch = "not_applicable" if inputs["n"] == 3 else f"n{inputs['n'] % 2}"
    return Fraction((inputs["n"] - 2) * 10_000 * settings["times"], 3), branch


KINDS = {"thirds": RuleKind("thirds", thirds)}


def points(low: int, high: int) -> SearchStrategy[str]:
    return st.decimals(low, high, places=4).map(str)


share = points(0, 1)


@st.composite
def worths(draw: DrawFn, low: int) -> dict[str, str]:
    """Points or a share, as levels, steps and faults have them."""
    return {"points": draw(points(low, 3))} if draw(st.booleans()) else {"share": draw(share)}


@st.composite
def ratios(draw: DrawFn) -> dict[str, Any]:
    floor, full = sorted(draw(st.tuples(st.integers(0, 10_000), st.integers(1, 10_000))))
    conventions = st.sampled_from([None, "full", "zero", "not_applicable"])
    return {
        "kind": "ratio",
        "numerator": "a",
        "denominator": "b",
        "floor": f"{floor / 10_000:.4f}",
        "full": f"{max(full, 1) / 10_000:.4f}",
        "zero_denominator": draw(conventions),
        "largest": 10**18,
    }


@st.composite
def staircases(draw: DrawFn) -> dict[str, Any]:
    cuts = draw(st.sets(st.integers(-3, 8), min_size=1, max_size=3))
    steps = [
        {"from": str(cut), "inclusive": draw(st.booleans()), **draw(worths(-3))}
        for cut in sorted(cuts, reverse=True)
    ]
    return {"kind": "bands", "value": "v", "steps": steps}


@st.composite
def deductions(draw: DrawFn) -> dict[str, Any]:
    faults = [
        {"name": name, "label": name, **draw(worths(0))}
        for name in draw(st.sampled_from(["f", "fg"]))
    ]
    return {"kind": "deduction", "faults": faults, "least": draw(points(-2, 0)), "largest": 10**9}


def choices() -> SearchStrategy[dict[str, Any]]:
    levels = st.lists(worths(-3), min_size=2, max_size=4)
    return levels.map(
        lambda found: {"kind": "choice", "levels": [{"label": "m", **each} for each in found]}
    )


rules: SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(lambda no: {"kind": "yes_no", "no_points": no}, points(-3, 3)),
    choices(),
    ratios(),
    staircases(),
    st.builds(lambda each: {"kind": "count", "item": "c", "each": each}, points(1, 3)),
    deductions(),
    st.just({"kind": "survey", "survey": "sipas"}),
    st.builds(lambda top: {"kind": "indicator", "indicator": "x", "scale": top}, points(1, 200)),
    st.just({"kind": "manual"}),
    st.builds(
        lambda times: {
            "kind": "custom",
            "name": "thirds",
            "takes": [{"name": "n", "label": "n", "maximum": 9}],
            "settings": {"times": times},
        },
        st.integers(1, 3),
    ),
)


@st.composite
def sets(draw: DrawFn) -> CriteriaSet:
    """One domain of leaves of every kind, and a leaf beside it."""
    leaves = [
        {
            "code": f"1.{number}",
            "name": "lá",
            "max_points": draw(points(0, 4)),
            "rule": draw(rules),
            "counts_as": draw(st.sampled_from(["points", "points", "bonus", "penalty"])),
        }
        for number in range(draw(st.integers(1, 4)))
    ]
    alone = {"code": "2", "name": "lá", "max_points": "3", "rule": draw(rules)}
    return CriteriaSet.model_validate(
        {
            **HEAD,
            "leaf_decimals": draw(st.integers(0, 4)),
            "pending": draw(st.sampled_from(["out_of_maximum", "zero"])),
            "bonus_cap": draw(points(0, 3)),
            "penalty_cap": draw(st.none() | points(0, 3)),
            "bonus_capped": draw(st.sampled_from(["before_penalty", "after_penalty"])),
            "domains": [{"code": "1", "name": "Một", "criteria": leaves}, alone],
        }
    )


@st.composite
def leaf_inputs(draw: DrawFn, leaf: Leaf) -> dict[str, int]:
    """Inputs within their bounds, small ones and the largest; some absent."""
    return {
        spec.name: draw(
            st.integers(spec.minimum, spec.maximum)
            | st.integers(spec.minimum, min(spec.maximum, spec.minimum + 9))
            | st.just(spec.maximum)
        )
        for spec in leaf.rule.inputs()
        if draw(st.integers(0, 7))
    }


@st.composite
def batches(draw: DrawFn) -> tuple[CriteriaSet, list[dict[str, dict[str, int]]], list[list[str]]]:
    criteria = draw(sets())
    codes = [node.code for node in criteria.nodes()]
    count = draw(st.integers(0, 4))
    units = [{leaf.code: draw(leaf_inputs(leaf)) for leaf in criteria.leaves} for _ in range(count)]
    exempt = [draw(st.lists(st.sampled_from(codes), max_size=1)) for _ in range(count)]
    return criteria, units, exempt


Unit = tuple[tuple[LeafScore, ...], tuple[int, ...]]


def of_batch(batch: BatchScore, criteria: CriteriaSet, unit: int) -> Unit:
    """One unit of a batch, to be compared."""
    leaves = tuple(
        LeafScore(
            leaf.code,
            int(batch.ticks[row, unit]),
            int(batch.maximum(row)[unit]),
            batch.branches[batch.branch[row, unit]],
            leaf.counts_as,
        )
        for row, leaf in enumerate(criteria.leaves)
    )
    sums = (batch.earned, batch.bonus, batch.penalty, batch.total, batch.maximum_total)
    return leaves, tuple(int(column[unit]) for column in sums)


def of_sheet(
    criteria: CriteriaSet, inputs: Mapping[str, Mapping[str, int]], exempt: list[str]
) -> Unit:
    """The same unit by the scalar path."""
    sheet = score_sheet(criteria, inputs, exempt=exempt, kinds=KINDS)
    sums = (sheet.earned, sheet.bonus, sheet.penalty, sheet.total, sheet.maximum)
    return sheet.leaves, sums


@given(batches())
def test_batch_equals_the_sheets(
    case: tuple[CriteriaSet, list[dict[str, dict[str, int]]], list[list[str]]],
) -> None:
    criteria, units, exempt = case
    batch = score_batch(criteria, units, exempt=exempt, kinds=KINDS)
    got = [of_batch(batch, criteria, unit) for unit in range(len(units))]
    assert got == [of_sheet(criteria, *pair) for pair in zip(units, exempt, strict=True)]


def one_leaf(rule: dict[str, Any], points_: str, decimals: int = 4, **more: str) -> CriteriaSet:
    leaf = {"code": "1", "name": "lá", "max_points": points_, "rule": rule, **more}
    document = {**HEAD, "pending": "zero", "leaf_decimals": decimals, "domains": [leaf]}
    return CriteriaSet.model_validate(document)


def one_ratio(points_: str, largest: int, full: str = "1", decimals: int = 4) -> CriteriaSet:
    rule = {"kind": "ratio", "numerator": "a", "denominator": "b", "floor": "0", "full": full}
    return one_leaf({**rule, "largest": largest}, points_, decimals)


STEPS = [{"from": "3", "share": "1"}, {"from": "2", "inclusive": False, "points": "-1"}]
FAULTS = [{"name": "f", "label": "f", "share": "0.5"}]
EDGES: list[tuple[dict[str, Any], str, dict[str, list[int]]]] = [
    # halves of a tick: 5 000 × 100 / 1 000 000, and of a point; -5 is out of bounds
    ({"kind": "survey", "survey": "s"}, "0.5", {"percent": [99, 100, 101, 300, -5]}),
    ({"kind": "manual"}, "3", {"points": [14_999, 15_000, 25_000, 30_001, -1]}),
    # 1 tick less n halves of it, down to -2 ticks exactly
    (
        {"kind": "deduction", "faults": FAULTS, "least": "-0.0002"},
        "0.0001",
        {"f": [0, 1, 2, 3, 4, 5, 6, 7]},
    ),
    ({"kind": "bands", "value": "v", "steps": STEPS}, "2", {"value": [29_999, 30_000, 20_000]}),
    ({"kind": "bands", "value": "v", "steps": STEPS}, "2", {"value": [20_001, 19_999, 30_001]}),
    ({"kind": "count", "item": "c", "each": "0.5"}, "2", {"count": [0, 3, 4, 5, 10**9]}),
    ({"kind": "count", "item": "c", "each": "0.3"}, "1", {"count": [3, 4]}),
    (
        {"kind": "ratio", "numerator": "a", "denominator": "b", "floor": "0.57", "full": "0.95"},
        "2",
        {"numerator": [57, 569, 95, 949, 0], "denominator": [100, 1_000, 100, 1_000, 0]},
    ),
]


@pytest.mark.parametrize(("rule", "points_", "inputs"), EDGES)
@pytest.mark.parametrize("decimals", [0, 2, 4])
@pytest.mark.parametrize("counts_as", ["points", "bonus", "penalty"])
def test_batch_equals_the_sheets_on_every_edge(
    rule: dict[str, Any],
    points_: str,
    inputs: dict[str, list[int]],
    decimals: int,
    counts_as: str,
) -> None:
    criteria = one_leaf(rule, points_, decimals, counts_as=counts_as)
    rows = [dict(zip(inputs, row, strict=True)) for row in zip(*inputs.values(), strict=True)]
    batch = score_batch(criteria, [{"1": row} for row in rows], exempt=[()] * len(rows))
    got = [of_batch(batch, criteria, unit) for unit in range(len(rows))]
    assert got == [of_sheet(criteria, {"1": row}, []) for row in rows]


# For 2 points 2·max·a + 2·b passes 2**63 where a is about 2**63 / 40 000.
EDGE = 2**63 // 40_000


@pytest.mark.parametrize("numerator", [1, *range(EDGE - 3, EDGE + 4), EDGE // 2, 10**18 - 1])
@pytest.mark.parametrize("more", [1, 2, 10**6, 10**15])
@pytest.mark.parametrize("decimals", [0, 4])
def test_ratio_is_exact_around_the_end_of_int64(numerator: int, more: int, decimals: int) -> None:
    criteria = one_ratio("2", 10**18, decimals=decimals)
    inputs = {"1": {"numerator": numerator, "denominator": numerator + more}}
    batch = score_batch(criteria, [inputs], exempt=[()])
    assert of_batch(batch, criteria, 0) == of_sheet(criteria, inputs, [])


@given(
    st.integers(0, 10**18),
    st.integers(0, 10**18),
    st.sampled_from(["0.0001", "2", "9.9999", "1000000"]),
    st.sampled_from(["0.9999", "0.95", "1"]),
    st.integers(0, 4),
)
def test_large_budgets_are_exact(a: int, b: int, points_: str, full: str, decimals: int) -> None:
    criteria = one_ratio(points_, 10**18, full, decimals)
    inputs = {"1": {"numerator": a, "denominator": b}}
    batch = score_batch(criteria, [inputs], exempt=[()])
    assert of_batch(batch, criteria, 0) == of_sheet(criteria, inputs, [])


def test_divisor_is_bounded_as_well_as_the_dividend() -> None:
    # at no decimals the divisor is the denominator · 10 000, and twice that passes 2**63
    criteria = one_ratio("2", 10**18, decimals=0)
    batch = score_batch(
        criteria, [{"1": {"numerator": 1, "denominator": 2**63 // 10_000}}], exempt=[()]
    )
    assert batch.ticks.tolist() == [[0]]


@pytest.mark.parametrize("mode", ["before_penalty", "after_penalty"])
@pytest.mark.parametrize("penalty_cap", [None, "1"])
def test_caps_hold_in_a_batch(mode: str, penalty_cap: str | None) -> None:
    leaves = [
        {
            "code": what,
            "name": "lá",
            "max_points": "4",
            "rule": {"kind": "manual"},
            "counts_as": what,
        }
        for what in ("points", "bonus", "penalty")
    ]
    caps = {"bonus_cap": "2", "bonus_capped": mode, "penalty_cap": penalty_cap}
    criteria = CriteriaSet.model_validate({**HEAD, "pending": "zero", **caps, "domains": leaves})
    pairs = [(0, 0), (15_000, 0), (30_000, 0), (30_000, 5_000), (30_000, 25_000), (0, 25_000)]
    units = [{"bonus": {"points": b}, "penalty": {"points": p}} for b, p in pairs]
    batch = score_batch(criteria, units, exempt=[()] * len(units))
    got = [of_batch(batch, criteria, unit) for unit in range(len(units))]
    assert got == [of_sheet(criteria, unit, []) for unit in units]


def test_one_large_value_does_not_disturb_the_others() -> None:
    criteria = one_ratio("2", 10**18)
    pairs = [(1, 2), (10**18 - 1, 10**18), (2, 3), (0, 0), (5, 4)]
    units = [{"1": {"numerator": a, "denominator": b}} for a, b in pairs]
    batch = score_batch(criteria, units, exempt=[()] * len(units))
    assert batch.ticks.tolist() == [[10_000, 20_000, 13_333, 0, 20_000]]
    assert batch.ticks.dtype == np.int32


def test_dense_columns_are_scored_as_they_are() -> None:
    criteria = one_ratio("2", 100)
    present = np.array([True, True, False])
    columns = {
        ("1", "numerator"): Column(np.array([1, 3, 77]), np.array([True, True, True])),
        ("1", "denominator"): Column(np.array([2, 3, -9]), present),
    }
    batch = score_columns(criteria, columns, exempt=np.array([[False, True, False]]))
    branches = [batch.branches[code] for code in batch.branch[0]]
    assert batch.total.tolist() == [10_000, 0, 0]
    assert batch.maximum_total.tolist() == [20_000, 0, 20_000]
    assert branches == ["share", "exempt", "missing"]


def test_a_column_that_is_not_there_is_missing_everywhere() -> None:
    batch = score_columns(one_ratio("2", 100), {}, exempt=np.zeros((1, 2), dtype=np.bool_))
    assert [batch.branches[code] for code in batch.branch[0]] == ["missing", "missing"]


def test_a_level_that_is_not_there_is_refused() -> None:
    levels = [{"label": "a", "share": "1"}, {"label": "b", "share": "0"}]
    leaf = {
        "code": "1",
        "name": "lá",
        "max_points": "1",
        "rule": {"kind": "choice", "levels": levels},
    }
    criteria = CriteriaSet.model_validate({**HEAD, "pending": "zero", "domains": [leaf]})
    with pytest.raises(Invalid, match="1: mức đã chọn không có"):
        score_batch(criteria, [{"1": {"level": 2}}], exempt=[()])


def test_totals_beyond_int64_are_refused_and_never_wrapped() -> None:
    rule = {"kind": "custom", "name": "huge", "takes": [{"name": "n", "label": "n"}]}
    leaves = [
        {"code": code, "name": "lá", "max_points": "1", "rule": rule, "counts_as": "bonus"}
        for code in ("1", "2")
    ]
    criteria = CriteriaSet.model_validate({**HEAD, "pending": "zero", "domains": leaves})
    huge = {"huge": RuleKind("huge", lambda settings, maximum, inputs: (2**62, "huge"))}
    with pytest.raises(OverflowError, match="beyond 64 bits"):
        score_batch(criteria, [{"1": {"n": 1}, "2": {"n": 1}}], exempt=[()], kinds=huge)
