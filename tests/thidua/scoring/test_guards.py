"""What no rule may do, whatever is declared and entered: earn above the maximum, sink below."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.thidua.scoring.rule_strategies import KINDS, RULE_KINDS
from tests.thidua.scoring.strategies import law, single_leaf_cases

from thidua.scoring.rules import score_leaf
from thidua.scoring.ticks import round_ticks, to_ticks
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.rules import Deduction

NEVER_NEGATIVE = ("ratio", "count", "sum", "survey", "officials", "rating", "manual")


def least(leaf: Leaf, criteria: CriteriaSet) -> int | None:
    """The lowest ticks that the leaf may earn; None where its own declarations say."""
    if isinstance(leaf.rule, Deduction):
        return round_ticks(to_ticks(leaf.rule.least), criteria.leaf_decimals)
    return 0 if leaf.rule.kind in NEVER_NEGATIVE else None


@pytest.mark.parametrize("kind", RULE_KINDS)
@law(usual=25, soak=1000)
@given(data=st.data())
def test_no_rule_leaves_its_bounds(kind: str, data: st.DataObject) -> None:
    case = data.draw(single_leaf_cases(kind))
    (leaf,) = case.criteria.leaves
    low, high = least(leaf, case.criteria), to_ticks(leaf.max_points)
    whole = high if leaf.counts_as == "points" else 0
    for inputs in case.units:
        score = score_leaf(leaf, inputs[leaf.code], criteria=case.criteria, kinds=KINDS)
        assert leaf.counts_as == "bonus" or score.ticks <= high
        assert low is None or score.ticks >= low
        gone = score.branch == "not_applicable"
        waits = score.branch == "pending" and case.criteria.pending == "out_of_maximum"
        assert score.maximum == (0 if gone or waits else whole)
        assert not (gone or score.branch == "pending") or score.ticks == 0
