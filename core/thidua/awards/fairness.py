"""How proposals fall over kinds, levels, clusters and years, and how firm each of them is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from thidua.awards.allocation import Line, Outcome


@dataclass(frozen=True)
class Case:
    """One line of a proposal as fairness looks at it; ``kind`` and ``cluster`` in words."""

    year: int
    recipient: str
    level: str
    kind: str
    cluster: str
    outcome: Outcome


@dataclass(frozen=True)
class Share:
    """What fell to one group: nominated, able to be honoured, proposed, tied at the border."""

    group: str
    nominated: int
    able: int
    proposed: int
    tied: int

    @property
    def rate(self) -> Fraction | None:
        """Proposed of those that could be honoured; None where nobody could."""
        return Fraction(self.proposed, self.able) if self.able else None


def shares(cases: Iterable[Case], by: Callable[[Case], str]) -> tuple[Share, ...]:
    """The cases counted by a property of theirs, in the order of its words."""
    groups: dict[str, list[Outcome]] = {}
    for case in cases:
        groups.setdefault(by(case), []).append(case.outcome)
    return tuple(_share(group, groups[group]) for group in sorted(groups))


def _share(group: str, outcomes: list[Outcome]) -> Share:
    return Share(
        group=group,
        nominated=len(outcomes),
        able=sum(item in ("chosen", "tied", "not_chosen") for item in outcomes),
        proposed=outcomes.count("chosen"),
        tied=outcomes.count("tied"),
    )


@dataclass(frozen=True)
class Interval:
    """Between which ranks of its group a body may come under an assumption (robustness)."""

    group: str
    best: int
    worst: int


@dataclass(frozen=True)
class Firmness:
    """Whether a proposed one stays before all that were left out, whatever its figures may hide.

    ``holds`` None: it cannot be said, for want of an interval or of one common ranking.
    """

    key: int
    holds: bool | None
    words: str


def firmness(lines: Iterable[Line], intervals: Mapping[int, Interval]) -> tuple[Firmness, ...]:
    """How firm each chosen line is against those of equal or worse standing that got no place."""
    known = tuple(lines)
    left_out = [line.key for line in known if line.outcome in ("tied", "not_chosen")]
    return tuple(
        _firmness(line.key, left_out, intervals) for line in known if line.outcome == "chosen"
    )


def _firmness(key: int, left_out: list[int], intervals: Mapping[int, Interval]) -> Firmness:
    own = intervals.get(key)
    if own is None:
        return Firmness(key, None, "Không có khoảng hạng để nói mức chắc chắn.")
    rivals = [intervals[other] for other in left_out if other in intervals]
    same = [item.best for item in rivals if item.group == own.group]
    if not same:
        return Firmness(key, None, f"Không có ai cùng {own.group} bị loại vì hết suất để so.")
    said = f"hạng xấu nhất có thể có là {own.worst}, hạng tốt nhất của nơi bị loại là {min(same)}"
    if own.worst < min(same):
        return Firmness(key, True, f"Chắc chắn: {said}.")
    return Firmness(key, False, f"Chưa chắc chắn: {said}.")
