"""How fast a batch is scored, as a ratio to copying the same columns; run by ``make bench``.

Milliseconds move with the neighbours of a machine, ratios to a yardstick in the same run much
less. Prints one line a size and returns the figures for ``benchmarks/out/latest.json``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from thidua.scoring.sheet import score_sheet
from thidua.scoring.vector import Column, score_batch, score_columns
from thidua.spec.criteria import CriteriaSet

OUT = Path(__file__).parent / "out" / "latest.json"
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


def seconds(run: Callable[[], object], times: int) -> float:
    """The best of several runs."""
    best = float("inf")
    for _ in range(times):
        start = perf_counter()
        run()
        best = min(best, perf_counter() - start)
    return best


def measure(units: int, times: int) -> dict[str, float]:
    """Scoring dense columns of so many units against copying them."""
    criteria, columns = criteria_set(), columns_of(units)
    exempt = np.zeros((LEAVES, units), dtype=np.bool_)
    scoring = seconds(lambda: score_columns(criteria, columns, exempt=exempt), times)
    copying = seconds(lambda: [column.values.copy() for column in columns.values()], times)
    return {"cells": LEAVES * units, "ms": scoring * 1000, "times_copy": scoring / copying}


def measure_sheets(units: int) -> dict[str, float]:
    """Dictionaries of 100 leaves: the batch against one scalar sheet after another."""
    criteria, columns = criteria_set(), columns_of(units)
    sheets: list[dict[str, dict[str, int]]] = [{} for _ in range(units)]
    for (code, name), column in columns.items():
        for unit, sheet in enumerate(sheets):
            sheet.setdefault(code, {})[name] = int(column.values[unit])
    one = seconds(lambda: score_sheet(criteria, sheets[0]), 20)
    batch = seconds(lambda: score_batch(criteria, sheets, exempt=[()] * units), 5)
    return {"one_sheet_ms": one * 1000, "batch_ms": batch * 1000, "sheets_a_batch": batch / one}


def main() -> None:
    """Measure, print, write."""
    found = {f"columns_{units}": measure(units, times) for units, times in ((200, 20), (40_000, 3))}
    found["sheets_200"] = measure_sheets(200)
    for name, figures in found.items():
        print(name, " ".join(f"{key}={value:,.2f}" for key, value in figures.items()))
    OUT.parent.mkdir(exist_ok=True)
    written = json.loads(OUT.read_text()) if OUT.exists() else {}
    OUT.write_text(json.dumps({**written, "scoring": found}, indent=2) + "\n")


if __name__ == "__main__":
    main()
