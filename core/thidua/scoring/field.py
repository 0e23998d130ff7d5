"""The units of one criteria set, ready to be drawn: what each draw adds up to, in ticks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from thidua.errors import Invalid
from thidua.scoring.draws import WIDEST, Draws, Source
from thidua.scoring.ints import Ints
from thidua.scoring.orders import Quotient
from thidua.scoring.ticks import TICKS, divide_half_away, to_ticks
from thidua.spec.base import POINT_DECIMALS
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.grading import Grading
from thidua.spec.robustness import LeafUncertainty, Uncertainty, uncertainty_of

Ticks = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sheets:
    """Units of one set as they were scored.

    ``ticks``, ``maximum`` (the unit's own) and ``scored`` are [leaf, unit], leaves in printed
    order. Where not ``scored`` (exempt, not applicable, nothing entered) nothing is uncertain.
    ``groups``: within which each unit is ranked, None for one that is not.
    """

    criteria: CriteriaSet
    keys: tuple[str, ...]
    groups: tuple[str | None, ...]
    ticks: Ticks
    maximum: Ticks
    scored: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Moved:
    """One uncertain leaf: by ``reach`` steps to either side, within ``least`` and ``most``.

    ``least`` and ``most`` count steps from the lowest draw, per unit. ``sums`` are the sums that
    the leaf belongs to with its sign.
    """

    leaf: int
    reach: int
    triangular: bool
    least: NDArray[np.uint32]
    most: NDArray[np.uint32]
    sums: tuple[tuple[int, int], ...]

    def draw(self, source: Source, draws: int) -> NDArray[np.integer]:
        """Steps from the lowest draw, [draw, unit]."""
        shape = (draws, len(self.least))
        steps: Draws = (
            source.triangular(self.reach, shape)
            if self.triangular
            else source.uniform(2 * self.reach + 1, shape)
        )
        kept = np.maximum(steps, self.least.astype(steps.dtype))
        np.minimum(kept, self.most.astype(steps.dtype), out=kept)
        return kept.view(np.int32) if kept.dtype == np.uint32 else kept


class Field:
    """The sums of one set that decide: the total of every unit, then each tie-breaking node."""

    def __init__(self, sheets: Sheets, uncertainty: Uncertainty, grading: Grading) -> None:
        self.sheets = sheets
        self.maximum = sheets.maximum.sum(axis=0)
        self._wobble = to_ticks(uncertainty.weights)
        self._signs = _signs(sheets.criteria, grading)
        self._moved = _moved(sheets, uncertainty, self._signs)
        self._step: int = 10 ** (POINT_DECIMALS - sheets.criteria.leaf_decimals)
        self._unmoved = np.ones((1, len(sheets.ticks)), np.int64)
        self._scored = self._weighted(self._unmoved)

    @property
    def codes(self) -> tuple[str, ...]:
        """The leaves that any draw moves."""
        return tuple(self.sheets.criteria.leaves[item.leaf].code for item in self._moved)

    def base(self) -> list[Quotient]:
        """The quotients as scored, in a single draw."""
        return self._quotients(self._scored, self._unmoved, 1)

    def draw(self, source: Source, draws: int) -> list[Quotient]:
        """The quotients of so many draws."""
        if self._wobble:
            return self._draw_weighted(source, draws)
        moved = self._moves(source, draws).astype(np.int64)
        moved *= self._step
        moved += self._scored
        return self._quotients(moved, self._unmoved, 1)

    def _moves(self, source: Source, draws: int) -> NDArray[np.signedinteger]:
        """By how many steps each sum moves, [sum, draw, unit]."""
        far = sum(2 * item.reach for item in self._moved)
        size = len(self._signs), draws, len(self.sheets.keys)
        sums = np.zeros(size, np.int32 if far < 2**31 else np.int64)
        lowest = np.zeros((len(self._signs), 1, 1), sums.dtype)
        for item in self._moved:
            steps = item.draw(source, draws)
            for number, sign in item.sums:
                target = sums[number]
                (np.add if sign > 0 else np.subtract)(target, steps, out=target)
                lowest[number] += sign * item.reach
        return sums - lowest

    def _draw_weighted(self, source: Source, draws: int) -> list[Quotient]:
        """With the weights of points leaves moved too, one for all units in each draw."""
        leaves = self.sheets.criteria.leaves
        weights = np.full((draws, len(leaves)), TICKS, np.int64)
        counts = [leaf.counts_as == "points" for leaf in leaves]
        wobble = source.uniform(2 * self._wobble + 1, (draws, sum(counts)))
        weights[:, counts] += wobble.astype(np.int64) - self._wobble
        sums = self._weighted(weights)
        for item in self._moved:
            steps = item.draw(source, draws).astype(np.int64) - item.reach
            moved = steps * (self._step * weights[:, item.leaf, None])
            for number, sign in item.sums:
                sums[number] += sign * moved
        return self._quotients(sums, weights, TICKS)

    def _weighted(self, weights: Ticks) -> Ticks:
        """The sums of the points as scored, under these weights, [sum, draw, unit]."""
        return np.stack([weights @ (signs[:, None] * self.sheets.ticks) for signs in self._signs])

    def _quotients(self, sums: Ticks, weights: Ticks, scale: int) -> list[Quotient]:
        maximum = self.sheets.maximum
        points, bonus, penalty = sums[:3]
        total = Quotient(points + _net(self.sheets.criteria, bonus, penalty, scale),
                         weights @ maximum)  # fmt: skip
        ties = zip(sums[3:], self._signs[3:], strict=True)
        return [total, *(Quotient(s, weights @ (np.abs(m)[:, None] * maximum)) for s, m in ties)]


def _net(criteria: CriteriaSet, bonus: Ints, penalty: Ints, scale: int) -> Ints:
    """What bonus and penalty add after their caps; see ``sheet.counted``."""
    if criteria.penalty_cap is not None:
        penalty = np.minimum(penalty, to_ticks(criteria.penalty_cap) * scale)
    cap = to_ticks(criteria.bonus_cap) * scale
    after = penalty if criteria.bonus_capped == "after_penalty" else 0
    net: Ints = np.minimum(bonus, cap + after) - penalty
    return net


def _signs(criteria: CriteriaSet, grading: Grading) -> Ticks:
    """[sum, leaf]: points, bonus and penalty apart, then every tie-breaking node."""
    leaves = criteria.leaves
    kinds = [[int(leaf.counts_as == what) for leaf in leaves]
             for what in ("points", "bonus", "penalty")]  # fmt: skip
    nodes: Mapping[str, set[str]] = {
        node.code: {leaf.code for leaf in node.leaves()} for node in criteria.nodes()
    }
    ties = [
        [(leaf.code in nodes[code]) * (-1 if leaf.counts_as == "penalty" else 1) for leaf in leaves]
        for code in grading.rank.ties
    ]
    return np.array([*kinds, *ties], np.int64)


def _moved(sheets: Sheets, uncertainty: Uncertainty, signs: Ticks) -> list[_Moved]:
    """The leaves that move, in printed order."""
    entries = uncertainty_of(uncertainty, sheets.criteria)
    found = []
    for row, leaf in enumerate(sheets.criteria.leaves):
        reach = _reach(*entries[leaf.code], sheets.criteria) if leaf.code in entries else 0
        if reach and sheets.scored[row].any():
            shape = entries[leaf.code][1].shape
            least, most = _kept(sheets, row, reach)
            sums = tuple((n, int(s)) for n, s in enumerate(signs[:, row]) if s)
            found.append(_Moved(row, reach, shape == "triangular", least, most, sums))
    return found


def _reach(leaf: Leaf, entry: LeafUncertainty, criteria: CriteriaSet) -> int:
    """How many of the set's rounding steps the declared spread of a leaf holds."""
    step: int = 10 ** (POINT_DECIMALS - criteria.leaf_decimals)
    part = to_ticks(leaf.max_points) * to_ticks(entry.share or Decimal(0))
    spread = divide_half_away(part, TICKS) if entry.points is None else to_ticks(entry.points)
    if 2 * (spread // step) >= WIDEST:
        raise Invalid.one(leaf.code, "biên độ quá rộng so với bước làm tròn của bộ tiêu chí")
    return spread // step


def _kept(sheets: Sheets, row: int, reach: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The steps from the lowest draw that keep a leaf between 0 and its maximum, per unit.

    What was scored is always within reach, even if it lies outside.
    """
    criteria = sheets.criteria
    step: int = 10 ** (POINT_DECIMALS - criteria.leaf_decimals)
    ticks, top = sheets.ticks[row], to_ticks(criteria.leaves[row].max_points)
    down = np.clip(ticks // step, 0, reach)
    up = np.clip((top - ticks) // step, 0, reach)
    live = sheets.scored[row]
    return tuple(  # type: ignore[return-value]
        np.where(live, steps, reach).astype(np.uint32) for steps in (reach - down, reach + up)
    )
