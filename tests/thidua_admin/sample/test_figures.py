"""Invented figures fit every rule there is, and are the same each time."""

from __future__ import annotations

import pytest
import yaml

from thidua.registry import load_registry
from thidua.scoring.rules import check_inputs, score_leaf
from thidua.scoring.ticks import to_ticks
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.loading import parse
from thidua.testing.samples import QUICKER, SAMPLES, set_around
from thidua_admin.sample.figures import Figures

UNITS = ("Sở Một", "Sở Hai", "Xã Ba", "Xã Bốn")


def figures_of_samples() -> list[tuple[Figures, Leaf]]:
    """The only leaf of each rule kind's sample."""
    sets = [parse(CriteriaSet, yaml.safe_load(set_around(item))) for item in SAMPLES.values()]
    return [(Figures(item, {QUICKER.name: QUICKER}), item.leaves[0]) for item in sets]


@pytest.mark.parametrize("kind", SAMPLES)
def test_figures_of_each_rule_kind_are_usable_and_usually_good(kind: str) -> None:
    figures, leaf = dict(zip(SAMPLES, figures_of_samples(), strict=True))[kind]
    assert leaf.rule.kind == kind
    shares = []
    for unit in UNITS:
        inputs = figures.of(leaf, unit, "2026")
        assert check_inputs(leaf, inputs) == []
        assert figures.of(leaf, unit, "2026") == inputs
        score = score_leaf(leaf, inputs, criteria=figures.criteria, kinds=figures.kinds)
        shares.append(score.ticks / to_ticks(leaf.max_points))
    assert max(shares) > 0.5


def test_figures_fit_every_leaf_of_the_provinces() -> None:
    for province in load_registry().provinces.values():
        for criteria in province.spec.criteria_sets:
            figures = Figures(criteria, province.rule_kinds)
            for leaf in criteria.leaves:
                inputs = figures.of(leaf, "Sở Một", "2026")
                assert check_inputs(leaf, inputs) == [], (criteria.code, leaf.code)
