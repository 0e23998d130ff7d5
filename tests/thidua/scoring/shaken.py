"""Robustness the slow way: the same random numbers, one sheet and one draw after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from thidua.scoring.draws import Source
from thidua.scoring.field import Sheets
from thidua.scoring.grading import Graded, Standing, grade, ties_of
from thidua.scoring.robustness import BLOCK
from thidua.scoring.rules import LeafScore
from thidua.scoring.sheet import SheetScore, sum_leaves
from thidua.scoring.ticks import to_ticks
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading
from thidua.spec.robustness import LeafUncertainty, Uncertainty

Cells = Mapping[str, Sequence[int | None]]
"""Ticks by leaf code, for each unit; None where the leaf was not scored."""


def sheets_of(
    criteria: CriteriaSet, cells: Cells, groups: Sequence[str | None] | None = None
) -> Sheets:
    """Units "0", "1"… of one group (or of ``groups``) with these ticks."""
    rows = [cells[leaf.code] for leaf in criteria.leaves]
    units = len(rows[0])
    tops = [
        to_ticks(leaf.max_points) if leaf.counts_as == "points" else 0 for leaf in criteria.leaves
    ]
    return Sheets(
        criteria=criteria,
        keys=tuple(map(str, range(units))),
        groups=tuple(groups or ["so"] * units),
        ticks=np.array([[cell or 0 for cell in row] for row in rows], np.int64),
        maximum=np.array(
            [[0 if c is None else top for c in row] for top, row in zip(tops, rows, strict=True)],
            np.int64,
        ),
        scored=np.array([[cell is not None for cell in row] for row in rows]),
    )


def reach(criteria: CriteriaSet, item: LeafUncertainty, maximum: int) -> int:
    """Steps to either side."""
    spread = Fraction(
        to_ticks(item.points) if item.points is not None else maximum * Fraction(item.share or 0)
    )
    rounded = int(spread + Fraction(1, 2))
    return int(rounded // 10 ** (4 - criteria.leaf_decimals))


def outcome(
    sheets: Sheets, moves: Mapping[str, Any], weights: Mapping[str, Fraction], grading: Grading
) -> tuple[Graded, ...]:
    """One draw: ``moves`` are steps by leaf code, for each unit; ``weights`` factors by code."""
    standings = []
    for unit, (key, group) in enumerate(zip(sheets.keys, sheets.groups, strict=True)):
        score = _score(sheets, unit, moves, weights)
        standings.append(
            Standing(
                key, group or "", score.total, score.maximum,
                ties=ties_of(score, grading), ranked=group is not None,
            )
        )  # fmt: skip
    return grade(standings, grading)


def _score(
    sheets: Sheets, unit: int, moves: Mapping[str, Any], weights: Mapping[str, Fraction]
) -> SheetScore:
    criteria = sheets.criteria
    step = 10 ** (4 - criteria.leaf_decimals)
    leaves = []
    for row, leaf in enumerate(criteria.leaves):
        ticks, maximum = int(sheets.ticks[row, unit]), int(sheets.maximum[row, unit])
        top = to_ticks(leaf.max_points)
        if sheets.scored[row, unit] and leaf.code in moves:
            moved = ticks + step * int(moves[leaf.code][unit])
            ticks = max(min(0, ticks), min(moved, max(top, ticks)))
        weight = weights.get(leaf.code, Fraction(1))
        earned: Any = ticks * weight  # whole only without weights; sums take fractions as well
        most: Any = maximum * weight
        leaves.append(LeafScore(leaf.code, earned, most, "entered", leaf.counts_as))
    return sum_leaves(criteria, tuple(leaves))


def shaken(
    sheets: Sheets, uncertainty: Uncertainty, grading: Grading, *, draws: int, seed: int
) -> list[tuple[Graded, ...]]:
    """Every draw of one set, from the random numbers that the seed gives."""
    criteria, outcomes = sheets.criteria, []
    shape = (BLOCK, len(sheets.keys))
    for block in range(-(-draws // BLOCK)):
        source = Source(seed, block, BLOCK * 100)
        counted = min(BLOCK, draws - block * BLOCK)
        weights = _weights(source, criteria, uncertainty, counted)
        moves: dict[str, Any] = {}
        for row, leaf in enumerate(criteria.leaves):
            item = next((i for i in uncertainty.leaves if _names(i, criteria, leaf.code)), None)
            size = reach(criteria, item, to_ticks(leaf.max_points)) if item else 0
            if item and size and sheets.scored[row].any():
                drawn = (
                    source.triangular(size, shape)
                    if item.shape == "triangular"
                    else source.uniform(2 * size + 1, shape)
                )
                moves[leaf.code] = drawn.astype(np.int64) - size
        for at in range(counted):
            here = {code: steps[at] for code, steps in moves.items()}
            outcomes.append(outcome(sheets, here, weights[at], grading))
    return outcomes


def _names(item: LeafUncertainty, criteria: CriteriaSet, code: str) -> bool:
    kinds = {leaf.code: leaf.rule.kind for leaf in criteria.leaves}
    under = any(
        leaf.code == code
        for node in criteria.nodes() if node.code in item.nodes for leaf in node.leaves()
    )  # fmt: skip
    return (under or not item.nodes) and (not item.kinds or kinds[code] in item.kinds)


def _weights(
    source: Source, criteria: CriteriaSet, uncertainty: Uncertainty, draws: int
) -> list[dict[str, Fraction]]:
    wide = to_ticks(uncertainty.weights)
    if not wide:
        return [{}] * draws
    codes = [leaf.code for leaf in criteria.leaves if leaf.counts_as == "points"]
    drawn = source.uniform(2 * wide + 1, (BLOCK, len(codes))).astype(int)
    return [
        {code: Fraction(10_000 + int(x) - wide, 10_000) for code, x in zip(codes, row, strict=True)}
        for row in drawn[:draws]
    ]
