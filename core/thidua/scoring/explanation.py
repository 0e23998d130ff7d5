"""What an explanation is, and what a unit's explanations rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from thidua.scoring.figures import point_text
from thidua.scoring.kinds import RuleKind
from thidua.scoring.sheet import SheetScore
from thidua.spec.criteria import CriteriaSet

Subject = Literal["leaf", "criterion", "domain", "cap", "total", "index", "band", "rank"]
POINTS: tuple[Subject, ...] = ("leaf", "criterion", "domain", "cap", "total")
"""The subjects whose value is in ticks."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One number, why it is so, and the numbers that it is made of.

    ``value``: signed ticks of a leaf, node, cap or total (what a penalty takes is below zero), so
    that the values of the ``parts`` add up to it exactly; the index in per cent as published; the
    band's label; the rank. None where there is none. ``words`` are short lines in Vietnamese,
    the first of which says the value. ``data`` is JSON-ready; points, indices and exact fractions
    are strings there.
    """

    subject: Subject
    code: str
    title: str
    value: int | Decimal | str | None
    words: tuple[str, ...]
    data: Mapping[str, Any]
    parts: tuple[Explanation, ...] = ()

    def document(self) -> dict[str, Any]:
        """JSON-ready, parts within parts; points and indices as decimal strings."""
        return {
            "subject": self.subject,
            "code": self.code,
            "title": self.title,
            "value": self._value(),
            "words": list(self.words),
            "data": dict(self.data),
            "parts": [part.document() for part in self.parts],
        }

    def walk(self) -> Iterator[Explanation]:
        """This explanation, then all below it in printed order."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def _value(self) -> int | str | None:
        if self.subject in POINTS and isinstance(self.value, int):
            return point_text(self.value)
        return str(self.value) if isinstance(self.value, Decimal) else self.value


@dataclass(frozen=True, slots=True)
class Origin:
    """Who set the inputs of a leaf, at which stage of ``STAGE_WORDS``."""

    stage: str
    by: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What one unit's points rest on: its set, its score, and what was scored.

    ``inputs`` (stored units) and ``origins`` are by leaf code, ``reasons`` say by node code why a
    node is exempt. ``claims`` are the signed ticks of the unit's own assessment, where something
    else counts. ``kept`` are sentences of leaves that were stored with the score, which hold
    whatever the rule says now. ``decimals`` are those of a sub-index in per cent.
    """

    criteria: CriteriaSet
    score: SheetScore
    inputs: Mapping[str, Mapping[str, int]]
    reasons: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    claims: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, RuleKind] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    decimals: int = 2
