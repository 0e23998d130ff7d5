"""The rule kinds that are scored leaf by leaf, over columns: one input value per unit.

The kinds that are scored several leaves at once stand in ``stacks``.
"""

from __future__ import annotations

from math import lcm

import numpy as np

from thidua.scoring.formula_columns import formula_column
from thidua.scoring.ints import Scored, Values, at, roomy, settled
from thidua.scoring.parts import worth
from thidua.scoring.survey_columns import indicator_column, officials_column, rating_column
from thidua.scoring.ticks import to_ticks
from thidua.spec.criteria import Leaf
from thidua.spec.rules import Formula, IndicatorRule, Officials, Rating, Sum


def score_column(leaf: Leaf, values: Values, decimals: int) -> Scored:
    """One leaf over all units, from inputs that ``check_inputs`` lets pass.

    ``TypeError`` for a kind that is not scored leaf by leaf.
    """
    match leaf.rule:
        case Sum() as rule:
            return _sum(leaf, rule, values, decimals)
        case Officials() as rule:
            return officials_column(leaf, rule, values, decimals)
        case Rating() as rule:
            return rating_column(leaf, rule, values, decimals)
        case IndicatorRule() as rule:
            return indicator_column(leaf, rule, values, decimals)
        case Formula() as rule:
            return formula_column(leaf, rule, values, decimals)
        case _:
            raise TypeError(f"{leaf.code}: {leaf.rule.kind} is not scored leaf by leaf")


def _sum(leaf: Leaf, rule: Sum, values: Values, decimals: int) -> Scored:
    top = to_ticks(leaf.max_points)
    exact = {item.name: worth(item.points, item.share, top) for item in rule.items}
    scale = lcm(*(earns.denominator for earns in exact.values()))
    most = top * scale + sum(int(earns * scale) for earns in exact.values())
    earned = np.sum(
        [roomy(most, values[name]) * int(earns * scale) for name, earns in exact.items()], axis=0
    )
    branch = np.where(earned > top * scale, at("capped"), at("items"))
    return settled(leaf, np.minimum(earned, top * scale), scale, decimals), branch
