"""Leaves of one kind with different numbers are scored together as each alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from tests.thidua.scoring.strategies import law
from tests.thidua.scoring.test_vector import (
    HEAD,
    choices,
    deductions,
    leaf_inputs,
    of_batch,
    of_sheet,
    points,
    ratios,
    staircases,
)

from thidua.scoring import plan
from thidua.scoring.plan import TALLEST, plan_of
from thidua.scoring.stacks import Numbers
from thidua.scoring.vector import score_batch
from thidua.spec.criteria import CriteriaSet

KINDS: dict[str, SearchStrategy[dict[str, Any]]] = {
    "yes_no": st.builds(lambda no: {"kind": "yes_no", "no_points": no}, points(-3, 3)),
    "choice": choices(),
    "ratio": ratios(),
    "bands": staircases(),
    "count": st.builds(lambda each: {"kind": "count", "item": "c", "each": each}, points(1, 3)),
    "deduction": deductions(),
    "indicator": st.builds(
        lambda top: {"kind": "indicator", "indicator": "x", "scale": top}, points(1, 200)
    ),
    "manual": st.just({"kind": "manual"}),
}


def set_of(rules: list[dict[str, Any]], maxima: list[str], decimals: int) -> CriteriaSet:
    """One leaf for each rule."""
    leaves = [
        {"code": str(at), "name": "lá", "max_points": top, "rule": rule}
        for at, (rule, top) in enumerate(zip(rules, maxima, strict=True))
    ]
    head = {**HEAD, "pending": "zero", "leaf_decimals": decimals}
    return CriteriaSet.model_validate({**head, "domains": leaves})


@pytest.mark.parametrize("kind", KINDS)
@law(usual=25, soak=2_000)
@given(data=st.data())
def test_a_stack_scores_as_its_leaves_alone(kind: str, data: st.DataObject) -> None:
    rules = data.draw(st.lists(KINDS[kind], min_size=2, max_size=5))
    maxima = [data.draw(points(0, 4)) for _ in rules]
    criteria = set_of(rules, maxima, data.draw(st.integers(0, 4)))
    units = [
        {leaf.code: data.draw(leaf_inputs(leaf)) for leaf in criteria.leaves}
        for _ in range(data.draw(st.integers(1, 4)))
    ]
    batch = score_batch(criteria, units, exempt=[()] * len(units))
    got = [of_batch(batch, criteria, unit) for unit in range(len(units))]
    assert got == [of_sheet(criteria, unit, []) for unit in units]


def test_a_set_is_planned_once_and_in_stacks_of_one_kind() -> None:
    ratio = {"kind": "ratio", "numerator": "a", "denominator": "b"}
    rules: list[dict[str, Any]] = [{"kind": "manual"}, ratio, {**ratio, "largest": 10**15}]
    criteria = set_of([*rules, *[{"kind": "yes_no"}] * (TALLEST + 1)], ["1"] * (TALLEST + 4), 4)
    planned = plan_of(criteria)
    tall = [*range(3, 3 + TALLEST)]
    assert [[*stack.rows] for stack in planned.stacks] == [[0], [1], [2], tall, [3 + TALLEST]]
    assert plan_of(criteria) is planned


def test_a_plan_is_forgotten_with_its_set() -> None:
    def plan_once() -> None:
        plan_of(set_of([{"kind": "manual"}], ["1"], 4))

    before = len(plan._plans)
    plan_once()
    assert len(plan._plans) == before


def test_numbers_that_agree_are_one_number() -> None:
    same, other = Numbers([7, 7], [1, 2]).of(np.int64, None)
    assert (same, other.tolist()) == (7, [[1], [2]])
    cells = Numbers([7, 7], [1, 2]).of(np.int64, np.array([1, 0, 1]))
    assert (cells[0], cells[1].tolist()) == (7, [2, 1, 2])
