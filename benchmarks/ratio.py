"""A measured ratio, and the time of a call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True)
class Ratio:
    """Ours against a yardstick in the same run; both in seconds."""

    name: str
    ours: float
    against: str
    theirs: float

    def row(self) -> dict[str, str | float]:
        """As ``latest.json`` lists it: milliseconds, and how often ours fits into theirs."""
        return {
            "name": self.name,
            "ours": round(self.ours * 1000, 3),
            "unit": "ms",
            "against": self.against,
            "theirs": round(self.theirs * 1000, 3),
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
