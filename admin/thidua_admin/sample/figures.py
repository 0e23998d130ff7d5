"""Invented inputs for any leaf: plausible, inside their bounds, the same in every demo."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import check_inputs, score_leaf
from thidua.scoring.ticks import TICKS, to_ticks
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.rules import Bands, InputSpec

TRIES = 40
NEAR = 50
"""A figure this near to the wanted one, in thousandths of the maximum, will do."""

POOR = 8
"""Of so many figures a weak unit has the worst."""

Inputs = dict[str, int]


@dataclass(frozen=True)
class Figures:
    """The inventor of figures for one criteria set; ``kinds`` are the province's own rules."""

    criteria: CriteriaSet
    kinds: Mapping[str, RuleKind]

    def of(self, leaf: Leaf, unit: str, seed: str) -> Inputs:
        """Inputs that ``check_inputs`` lets pass; ``seed`` says for what of the unit's they are."""
        chance = _chance(f"{unit}:{seed}:{leaf.code}")
        if leaf.counts_as == "penalty":
            return {spec.name: max(0, spec.minimum) for spec in leaf.inputs}
        if chance.random() > weakness(unit):
            return self._usual(leaf, chance)
        drawn = [self._usual(leaf, chance) for _ in range(POOR)]
        return min(drawn, key=lambda inputs: self.share(leaf, inputs))

    def _usual(self, leaf: Leaf, chance: random.Random) -> Inputs:
        known = KNOWN.get(leaf.rule.kind)
        return known(leaf, chance) if known else self._searched(leaf, chance)

    def _searched(self, leaf: Leaf, chance: random.Random) -> Inputs:
        """Inputs of any rule that earn about what units usually earn, found by trying."""
        wanted = chance.randint(780, 1000)
        best = {spec.name: _drawn(spec, chance) for spec in leaf.inputs}
        miss = self._miss(leaf, best, wanted)
        for _ in range(TRIES):
            if miss <= NEAR:
                break
            spec = chance.choice(leaf.inputs)
            tried = {**best, spec.name: _drawn(spec, chance)}
            if (missed := self._miss(leaf, tried, wanted)) <= miss:
                best, miss = tried, missed
        return best

    def _miss(self, leaf: Leaf, inputs: Inputs, wanted: int) -> int:
        """How far from ``wanted`` thousandths of the maximum they score; far when unusable."""
        if check_inputs(leaf, inputs):
            return 10**9
        return abs(self.share(leaf, inputs) - wanted)

    def share(self, leaf: Leaf, inputs: Inputs) -> int:
        """What they earn, in thousandths of the maximum."""
        score = score_leaf(leaf, inputs, criteria=self.criteria, kinds=self.kinds)
        return score.ticks * 1000 // (to_ticks(leaf.max_points) or 1)


def weakness(unit: str) -> float:
    """How often a unit's figures are poor, 0 to 1: most units are good, some are not."""
    return _chance(unit).betavariate(1, 3)


def _chance(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311 (no secret: sample figures)


def _drawn(spec: InputSpec, chance: random.Random) -> int:
    """Some value inside the bounds: small numbers as likely as large ones."""
    span = spec.maximum - spec.minimum
    if span < 2 * spec.scale:
        return spec.minimum + chance.randint(0, span)
    digits = chance.randint(1, min(len(str(span // spec.scale)), 4))
    return spec.minimum + min(span, chance.randint(0, 10**digits) * spec.scale)


def _level(leaf: Leaf, chance: random.Random) -> Inputs:
    """The first levels of a choice are the best ones and the usual ones."""
    return {spec.name: min(int(chance.expovariate(1.2)), spec.maximum) for spec in leaf.inputs}


def _yes(leaf: Leaf, chance: random.Random) -> Inputs:
    return {spec.name: int(chance.random() < 0.9) for spec in leaf.inputs}


def _ratio(leaf: Leaf, chance: random.Random) -> Inputs:
    whole = chance.randint(40, 400)
    return {"denominator": whole, "numerator": whole - chance.randint(0, whole // 6)}


def _faults(leaf: Leaf, chance: random.Random) -> Inputs:
    return {spec.name: int(chance.random() < 0.2) for spec in leaf.inputs}


def _items(leaf: Leaf, chance: random.Random) -> Inputs:
    return {spec.name: min(chance.randint(1, 5), spec.maximum) for spec in leaf.inputs}


def _percent(leaf: Leaf, chance: random.Random) -> Inputs:
    """78 to 100 per cent of the largest value, with two decimals."""
    share = chance.randint(7800, 10_000)
    return {spec.name: spec.maximum * share // 10_000 // 100 * 100 for spec in leaf.inputs}


def _steps(leaf: Leaf, chance: random.Random) -> Inputs:
    """Halfway up one of the first steps."""
    assert isinstance(leaf.rule, Bands)
    steps = [int(step.from_ * TICKS) for step in leaf.rule.steps]
    at = min(int(chance.expovariate(1.5)), len(steps) - 1)
    above = steps[at - 1] if at else steps[0] * 11 // 10
    (spec,) = leaf.inputs
    value = (steps[at] + above) // 2 // TICKS * TICKS
    return {spec.name: min(max(value, steps[at], spec.minimum), spec.maximum)}


def _points(leaf: Leaf, chance: random.Random) -> Inputs:
    """78 to 100 per cent of the leaf's points, by quarters of a point."""
    whole = to_ticks(leaf.max_points)
    earned = whole * chance.randint(78, 100) // 100 // 2500 * 2500
    return {spec.name: earned or whole for spec in leaf.inputs}


KNOWN: Mapping[str, Callable[[Leaf, random.Random], Inputs]] = {
    "yes_no": _yes,
    "choice": _level,
    "ratio": _ratio,
    "count": _items,
    "deduction": _faults,
    "survey": _percent,
    "bands": _steps,
    "manual": _points,
}
"""Rules whose usual figures are known without trying."""
