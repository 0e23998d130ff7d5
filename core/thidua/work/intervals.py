"""Rank intervals of a stored version under an analyst's assumption; internal, never published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, Problem
from thidua.scoring.robustness import Robustness, UnitRobustness, rank_robustness
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading
from thidua.spec.robustness import Uncertainty, uncertainty_of
from thidua.store.actor import Actor
from thidua.work.access import OVERSEERS, require
from thidua.work.results import visible_version
from thidua.work.sides import Row, VersionName, name_of, rows_of, sheets_of

MOST_DRAWS = 1_000_000
LARGEST_SEED = 2**63 - 1

Progress = Callable[[int, int], object]
"""Told how many draws are done, and of how many."""


@dataclass(frozen=True)
class RankIntervals:
    """What an assumption means for the ranking of a version.

    ``parts`` are the units of each grading; ``names`` are units by key. ``notes`` say in
    Vietnamese what is assumed and that the figures are internal.
    """

    version: VersionName
    uncertainty: Uncertainty
    parts: tuple[Robustness, ...]
    names: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def units(self) -> Iterator[tuple[str, Robustness, UnitRobustness]]:
        """Name, part and figures of every unit, group by group, best first."""
        for part in self.parts:
            for unit in sorted(part.units, key=_in_table):
                yield self.names[unit.key], part, unit


def rank_intervals(
    session: Session,
    *,
    version_id: int,
    uncertainty: Uncertainty,
    quota: int,
    draws: int,
    seed: int,
    by: Actor,
    progress: Progress = lambda _done, _all: None,
) -> RankIntervals:
    """Rank intervals, and the probability of a place within a quota of each group.

    The units of each grading are drawn for themselves. ``Invalid`` for figures out of range, an
    assumption that hits no leaf, and a table that printed only totals.
    """
    version = visible_version(session, version_id=version_id, by=by)
    require(session, by, OVERSEERS, "xem khoảng hạng")
    rows = [row for row in rows_of(session, version) if row.detail]
    _refuse_unusable(rows, uncertainty, quota, draws, seed)
    by_grading = _by_grading(rows)
    told = _Told(progress, draws * len(by_grading))
    parts = []
    for grading, members in by_grading:
        part = rank_robustness(
            sheets_of(members), uncertainty, grading, places=quota, draws=draws, seed=seed,
            progress=told,
        )  # fmt: skip
        _refuse_other_ranks(part, members)
        parts.append(part)
    return RankIntervals(
        version=name_of(version),
        uncertainty=uncertainty,
        parts=tuple(parts),
        names={str(row.unit_id): row.name for row, _ in rows},
        notes=tuple(_notes(uncertainty, parts)),
    )


class _Told:
    """Adds up what the gradings report one after another."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def __call__(self, more: int) -> None:
        self._done += more
        self._progress(self._done, self._total)


def _by_grading(rows: Sequence[Row]) -> list[tuple[Grading, list[Row]]]:
    found: dict[Grading, list[Row]] = {}
    for one in rows:
        if one.detail:
            found.setdefault(one.detail.grading, []).append(one)
    return list(found.items())


def _refuse_unusable(
    rows: Sequence[Row], uncertainty: Uncertainty, quota: int, draws: int, seed: int
) -> None:
    problems = [
        Problem(place, f"phải từ {least} đến {most}")
        for place, value, least, most in (
            ("Số suất", quota, 1, LARGEST_SEED),
            ("Số lần thử", draws, 1, MOST_DRAWS),
            ("Số khởi đầu", seed, 0, LARGEST_SEED),
        )
        if not least <= value <= most
    ]
    if not rows:
        problems.append(Problem("", "Bảng đã công bố chỉ in tổng điểm nên không thử được."))
    else:
        sets = {one.detail.criteria.code: one.detail.criteria for one in rows if one.detail}
        problems += _missed(uncertainty, list(sets.values()))
    if problems:
        raise Invalid(problems)


def _missed(uncertainty: Uncertainty, sets: Sequence[CriteriaSet]) -> Iterator[Problem]:
    """Codes that no set has, and entries that hit no leaf of any."""
    known = {node.code for criteria in sets for node in criteria.nodes()}
    for number, item in enumerate(uncertainty.leaves):
        unknown = sorted(set(item.nodes) - known)
        if unknown:
            yield Problem(f"leaves.{number}", f"bộ tiêu chí không có mã {', '.join(unknown)}")
            continue
        alone = uncertainty.model_copy(update={"leaves": (item,)})
        if not any(uncertainty_of(alone, criteria) for criteria in sets):
            yield Problem(f"leaves.{number}", "không tiêu chí nào có cách chấm (kinds) này")


def _refuse_other_ranks(part: Robustness, rows: Sequence[Row]) -> None:
    """What is shaken must be the ranking that the version holds."""
    held = {str(row.unit_id): row.rank for row, _ in rows}
    if any(unit.rank != held[unit.key] for unit in part.units):
        raise Conflict(
            "Hạng trong bản kết quả không trùng với hạng tính lại từ điểm từng tiêu chí. "
            "Hãy tính một bản mới rồi thử lại."
        )


def _in_table(unit: UnitRobustness) -> tuple[str, bool, int]:
    return unit.group or "", unit.rank is None, unit.rank or 0


def _notes(uncertainty: Uncertainty, parts: Sequence[Robustness]) -> Iterator[str]:
    yield "Nội bộ, không công bố: khoảng hạng không làm thay đổi kết quả."
    source = f" Nguồn: {uncertainty.source}." if uncertainty.source else ""
    yield f"Giả định của người phân tích, không phải quy định: {uncertainty.title}.{source}"
    if uncertainty.note:
        yield uncertainty.note
    leaves = sorted({code for part in parts for codes in part.uncertain.values() for code in codes})
    if leaves:
        yield f"Tiêu chí được coi là chưa chắc chắn: {', '.join(leaves)}."
    if uncertainty.weights:
        yield "Trọng số cũng dao động theo giả định, dù văn bản đã ấn định."
    outside = "đều tính ngoài khi không đủ suất cho tất cả"
    inside = "đều tính trong" if uncertainty.line_ties == "inside" else outside
    yield f"Đồng hạng ngay vạch suất thì {inside}."
