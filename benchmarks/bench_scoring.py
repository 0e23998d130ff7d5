"""How fast a batch is scored, as a ratio to copying the same columns; run by ``make bench``.

Milliseconds move with the neighbours of a machine, ratios to a yardstick in the same run much
less.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.ratio import Ratio, seconds
from thidua.scoring.sheet import score_sheet
from thidua.scoring.vector import Column, score_batch, score_columns
from thidua.spec.criteria import CriteriaSet

LEAVES = 100
RULES: tuple[tuple[dict[str, Any], dict[str, int]], ...] = (
    ({"kind": "ratio", "numerator": "a", "denominator": "b", "floor": "0.5", "full": "0.95"},
     {"numerator": 100, "denominator": 120}),
    ({"kind": "yes_no"}, {"value": 2}),
    ({"kind": "choice", "levels": [{"label": "a", "share": "1"}, {"label": "b", "share": "0.5"}]},
     {"level": 2}),
    ({"kind": "bands", "value": "v", "steps": [{"from": "80", "share": "1"},
                                               {"from": "50", "share": "0.5"}]},
     {"value": 1_000_000}),
    ({"kind": "deduction", "faults": [{"name": "late", "label": "f", "points": "0.25"}]},
     {"late": 9}),
    ({"kind": "survey", "survey": "sipas"}, {"percent": 1_000_000}),
)  # fmt: skip
"""Rules in turn, with the end of the range of each input."""


def criteria_set() -> CriteriaSet:
    """A set of ``LEAVES`` leaves of one point, the rules in turn."""
    domains = [
        {"code": str(i), "name": "lá", "max_points": "1", "rule": RULES[i % len(RULES)][0]}
        for i in range(LEAVES)
    ]
    head = {"code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "grading"}
    return CriteriaSet.model_validate({**head, "pending": "zero", "domains": domains})


def columns_of(units: int) -> dict[tuple[str, str], Column]:
    """Random dense inputs for ``criteria_set``."""
    random = np.random.default_rng(7)
    present = np.ones(units, dtype=np.bool_)
    return {
        (str(i), name): Column(random.integers(0, end, units), present)
        for i in range(LEAVES)
        for name, end in RULES[i % len(RULES)][1].items()
    }


def ratios() -> list[Ratio]:
    """Dense columns against copying them; a batch against one sheet after another."""
    return [columns_against_copy(200, 20), columns_against_copy(40_000, 3), batch_against_sheets()]


def columns_against_copy(units: int, times: int) -> Ratio:
    """Scoring dense columns of so many units, in the time of a plain memory copy of them."""
    criteria, columns = criteria_set(), columns_of(units)
    exempt = np.zeros((LEAVES, units), dtype=np.bool_)
    ours = seconds(lambda: score_columns(criteria, columns, exempt=exempt), times)
    theirs = seconds(lambda: [column.values.copy() for column in columns.values()], times)
    return Ratio(f"score_columns_{units}", ours, "plain copy of the columns", theirs)


def batch_against_sheets() -> Ratio:
    """200 units of 100 leaves from dictionaries: the batch, and the scalar path 200 times."""
    criteria, sheets = criteria_set(), sheets_of(200)
    exempt: list[tuple[str, ...]] = [()] * len(sheets)
    ours = seconds(lambda: score_batch(criteria, sheets, exempt=exempt), 5)
    theirs = seconds(lambda: [score_sheet(criteria, sheet) for sheet in sheets], 3)
    return Ratio("score_batch_200", ours, "one sheet after another", theirs)


def sheets_of(units: int) -> list[dict[str, dict[str, int]]]:
    """The same inputs as dictionaries, one sheet for each unit."""
    sheets: list[dict[str, dict[str, int]]] = [{} for _ in range(units)]
    for (code, name), column in columns_of(units).items():
        for unit, sheet in enumerate(sheets):
            sheet.setdefault(code, {})[name] = int(column.values[unit])
    return sheets
