"""The errors of the core: one base, few kinds, each with a sentence for its reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class ThiduaError(Exception):
    """Something a person can act on; its text is a Vietnamese sentence saying what to do."""


class NotFound(ThiduaError):
    """What was asked for does not exist, or not for this person."""


class NotAllowed(ThiduaError):
    """The person may not do this."""


class Conflict(ThiduaError):
    """The state of things forbids it now: already done, changed by another, in use."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with what was given: where, and why. ``file`` is empty for typed input."""

    place: str
    reason: str
    file: str = ""

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.file, self.place) if part)
        return f"{where}: {self.reason}" if where else self.reason


class Invalid(ThiduaError):
    """What was given is not usable. Carries every problem found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    @classmethod
    def one(cls, place: str, reason: str) -> Invalid:
        """An ``Invalid`` with a single problem."""
        return cls([Problem(place=place, reason=reason)])


class ProvinceRefused(ThiduaError):
    """A province plugin that does not keep the contract; it is left out and named."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"Tỉnh “{name}” bị từ chối: {reason}")
