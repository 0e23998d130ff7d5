"""What the benchmarks score: a criteria set of 100 leaves and random columns for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.cells import Column, Override
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading
from thidua.spec.parts import LATE_SUPPLIERS

LEAVES, DOMAINS, CLUSTER = 100, 8, 25
"""Leaves of a set, its domains, and how many units are ranked together."""

RULES: tuple[tuple[dict[str, Any], dict[str, int]], ...] = (
    ({"kind": "ratio", "numerator": "a", "denominator": "b", "floor": "0.5", "full": "0.95",
      "zero_denominator": "full"}, {"numerator": 100, "denominator": 120}),
    ({"kind": "yes_no"}, {"value": 2}),
    ({"kind": "choice", "levels": [{"label": "a", "share": "1"}, {"label": "b", "share": "0.5"},
                                   {"label": "c", "share": "0"}]}, {"level": 3}),
    ({"kind": "bands", "value": "v", "steps": [{"from": "80", "share": "1"},
                                               {"from": "50", "share": "0.5"}]},
     {"value": 1_000_000}),
    ({"kind": "deduction", "faults": [{"name": "late", "label": "f", "points": "0.25"}]},
     {"late": 9}),
    ({"kind": "survey", "survey": "sipas"}, {"percent": 1_000_000}),
)  # fmt: skip
"""Rules in turn, with the end of the range of each input."""

GRADING = Grading.model_validate(
    {
        "bands": [
            {"label": "Xuất sắc", "from": 75},
            {"label": "Tốt", "from": 60},
            {"label": "Khá", "from": 50},
            {"label": "Trung bình"},
        ],
        "rank": {"ties": ["d1"]},
    }
)


def criteria_set() -> CriteriaSet:
    """100 leaves of one point, the rules in turn, in 8 domains of criteria with 4 leaves each."""
    leaves = [
        {"code": f"l{i}", "name": "lá", "max_points": "1", "rule": RULES[i % len(RULES)][0]}
        for i in range(LEAVES)
    ]
    criteria = [
        {"code": f"c{i}", "name": "tiêu chí", "sub_criteria": leaves[i : i + 4]}
        for i in range(0, LEAVES, 4)
    ]
    size = -(-len(criteria) // DOMAINS)
    domains = [
        {"code": f"d{i}", "name": "lĩnh vực", "criteria": criteria[i * size : (i + 1) * size]}
        for i in range(DOMAINS)
        if criteria[i * size : (i + 1) * size]
    ]
    head = {"code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "grading"}
    return CriteriaSet.model_validate({**head, "pending": "zero", "domains": domains})


Dense = Mapping[tuple[str, str], NDArray[np.int32]]
"""One value for each unit, by leaf and input."""


@dataclass(frozen=True)
class Sample:
    """Units of one set in columns: what they claimed, what surveys found, what was appraised.

    One claim in ten is appraised otherwise. ``groups`` are within which a unit is ranked.
    """

    criteria: CriteriaSet
    columns: Mapping[tuple[str, str], Column]
    appraised: Mapping[str, Override]
    groups: NDArray[np.intp]
    exempt: NDArray[np.bool_]


def dense(data: Sample) -> Dense:
    """What was appraised as whole columns, which mostly repeat the claims."""
    found = {}
    for code, (units, named, _) in data.appraised.items():
        for name, values in named.items():
            column = data.columns[code, name].values.copy()
            column[units] = values
            found[code, name] = column
    return found


def sparse(data: Sample, appraised: Dense) -> dict[str, Override]:
    """Where those columns differ from the claims."""
    found = {}
    for leaf in data.criteria.leaves:
        names = [spec.name for spec in leaf.inputs]
        if (leaf.code, names[0]) in appraised:
            rows = _unlike(
                [(appraised[leaf.code, n], data.columns[leaf.code, n].values) for n in names]
            )
            found[leaf.code] = Override(rows, {n: appraised[leaf.code, n][rows] for n in names})
    return found


def _unlike(pairs: Sequence[tuple[NDArray[np.int32], NDArray[np.int32]]]) -> NDArray[np.intp]:
    """Where any of these columns differs from the other."""
    size = len(pairs[0][0])
    # of many marks NumPy collects the positions twice as fast as of a few: a tail of marks makes
    # them many
    marks = np.ones(size + size // 8 + 1, np.bool_)
    found = marks[:size]
    np.not_equal(*pairs[0], out=found)
    for pair in pairs[1:]:
        found |= np.not_equal(*pair)
    return np.flatnonzero(marks)[: size - len(marks)]


def sample(units: int) -> Sample:
    """So many units, always the same."""
    random, criteria = np.random.default_rng(7), criteria_set()
    ends = [RULES[i % len(RULES)][1] for i in range(LEAVES)]

    def values(leaf: int, name: str, size: int) -> NDArray[np.int32]:
        return random.integers(0, ends[leaf][name], size, dtype=np.int32)

    columns = {
        (leaf.code, spec.name): Column(values(i, spec.name, units))
        for i, leaf in enumerate(criteria.leaves)
        for spec in leaf.inputs
    }
    appraised = {}
    for i, leaf in enumerate(criteria.leaves):
        if leaf.supplier not in LATE_SUPPLIERS:
            rows = np.flatnonzero(random.random(units) < 0.1)
            named = {spec.name: values(i, spec.name, len(rows)) for spec in leaf.inputs}
            appraised[leaf.code] = Override(rows, named)
    nobody = np.zeros((LEAVES, units), np.bool_)
    return Sample(criteria, columns, appraised, np.arange(units) // CLUSTER, nobody)
