"""A measured ratio, and the times of two calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True)
class Ratio:
    """Ours against a yardstick in the same run; both in seconds, unless ``unit`` says otherwise."""

    name: str
    ours: float
    against: str
    theirs: float
    unit: str = "ms"

    def row(self) -> dict[str, str | float]:
        """As ``latest.json`` lists it: how often ours fits into theirs; seconds as milliseconds."""
        scale = 1000 if self.unit == "ms" else 1
        return {
            "name": self.name,
            "ours": round(self.ours * scale, 3),
            "unit": self.unit,
            "against": self.against,
            "theirs": round(self.theirs * scale, 3),
            "ratio": round(self.theirs / self.ours, 3),
        }


def seconds(run: Callable[[], object], times: int) -> float:
    """The best of several runs."""
    best = float("inf")
    for _ in range(times):
        start = perf_counter()
        run()
        best = min(best, perf_counter() - start)
    return best


def in_turn(
    ours: Callable[[], object], theirs: Callable[[], object], times: int, their_times: int
) -> tuple[float, float]:
    """The best time of each, taken in turn so that both meet the same neighbours."""
    each = -(-times // their_times)
    best = other = float("inf")
    for _ in range(their_times):
        best, other = min(best, seconds(ours, each)), min(other, seconds(theirs, 1))
    return best, other
