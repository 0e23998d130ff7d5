"""Run the benchmarks, print their ratios, write ``benchmarks/out/latest.json``.

``python -m benchmarks [NAME…]`` runs those of these names; the others keep their last figures.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import bench_database, bench_entries, bench_robustness, bench_scoring, bench_web
from benchmarks.ratio import Ratio

OUT = Path(__file__).parent / "out" / "latest.json"


def main() -> None:
    """A list of rows: name, ours, unit, against, theirs, ratio (theirs ÷ ours)."""
    names = frozenset(sys.argv[1:])
    known = json.loads(OUT.read_text()) if names and OUT.exists() else []
    rows = {row["name"]: row for row in known}
    OUT.parent.mkdir(exist_ok=True)
    for ratio in _ratios(names):
        row = rows[ratio.name] = ratio.row()
        print(
            f"{row['name']:<24}{row['ours']:>10} {row['unit']:<13}"
            f"{row['ratio']:>9} × {row['against']}",
            flush=True,
        )
        OUT.write_text(json.dumps([*rows.values()], indent=2) + "\n")


def _ratios(names: frozenset[str]) -> Iterator[Ratio]:
    yield from bench_scoring.ratios(names)
    if not names or "robustness" in names:
        yield from bench_robustness.ratios()
    if not names or "campaign_from_database" in names:
        yield from bench_database.ratios()
    if not names or "save_entry" in names:
        yield from bench_entries.ratios()
    yield from bench_web.ratios(names)


if __name__ == "__main__":
    main()
