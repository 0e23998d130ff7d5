"""Run every benchmark, print its ratios, write ``benchmarks/out/latest.json``."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks import bench_scoring

OUT = Path(__file__).parent / "out" / "latest.json"


def main() -> None:
    """A list of rows: name, ours, unit, against, theirs, ratio (theirs ÷ ours)."""
    rows = [ratio.row() for ratio in bench_scoring.ratios()]
    for row in rows:
        print(f"{row['name']:<24} {row['ours']:>10} ms   {row['ratio']:>8} × {row['against']}")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=2) + "\n")


main()
