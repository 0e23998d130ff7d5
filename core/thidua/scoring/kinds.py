"""A rule kind that a province brings along; ``work`` passes it into scoring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol


class ScoreFunction(Protocol):
    """Points of one leaf from its inputs, exactly."""

    def __call__(
        self, settings: Mapping[str, Any], maximum: int, inputs: Mapping[str, int]
    ) -> tuple[Fraction | int, str]:
        """Ticks (exact, not yet rounded) and the branch taken."""
        ...


@dataclass(frozen=True)
class RuleKind:
    """Cách chấm riêng của tỉnh: its name in the sets, its function, a sentence for each branch.

    ``score`` gets the rule's ``settings``, the leaf's maximum in ticks and the inputs in stored
    units; it is pure and exact. What it gives may be below zero, never above the maximum. The
    branch ``not_applicable`` takes the leaf out of the unit's maximum. ``sentences`` are format
    strings over the inputs as written Vietnamese ("1,5").
    """

    name: str
    score: ScoreFunction
    sentences: Mapping[str, str] = field(default_factory=dict)
