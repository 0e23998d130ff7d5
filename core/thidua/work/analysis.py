"""Results beside each other: two versions, two years, self against appraised, two sets.

Whoever may see both versions sees what they publish of it. Leaves are for those who may see
every unit's leaves, and for the people of the unit itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from thidua.errors import Invalid, NotFound
from thidua.scoring import years
from thidua.scoring.comparison import (
    LeafGap,
    UnitChange,
    UnitSide,
    by_size,
    compare_results,
    leaf_gaps,
)
from thidua.scoring.set_comparison import SetComparison, compare_sets
from thidua.scoring.years import Link, MappedPair, Part, YearChange, mapped_pairs
from thidua.spec.criteria import CriteriaSet
from thidua.store.actor import Actor
from thidua.store.results import ResultVersion
from thidua.work.access import OVERSEERS, READ_ALL, require, rights_of
from thidua.work.results import visible_version
from thidua.work.sides import Row, VersionName, name_of, rows_of, self_and_appraised, side_of
from thidua.work.successions import heirs_of


@dataclass(frozen=True)
class VersionsCompared:
    """The units whose result differs between two versions of a year."""

    first: VersionName
    second: VersionName
    changes: tuple[UnitChange, ...]


@dataclass(frozen=True)
class YearsCompared:
    """Every unit of two years, along what became of units in between."""

    first: VersionName
    second: VersionName
    changes: tuple[YearChange, ...]


@dataclass(frozen=True)
class SelfCompared:
    """What units had assessed themselves against what counts, biggest gaps first.

    ``units`` is how many units were looked at.
    """

    version: VersionName
    changes: tuple[UnitChange, ...]
    gaps: tuple[LeafGap, ...]
    units: int


def compare_versions(session: Session, *, first: int, second: int, by: Actor) -> VersionsCompared:
    """What changed from the first version to the second, unit by unit, with the reasons.

    ``NotFound`` unless the actor may see both; ``Invalid`` for versions of different years.
    """
    before, after = (visible_version(session, version_id=id_, by=by) for id_ in (first, second))
    if before.year != after.year:
        raise Invalid.one(
            "", f"Hai bản thuộc hai năm {before.year} và {after.year}. Hãy so sánh theo năm."
        )
    changes = compare_results(_sides(session, before, by), _sides(session, after, by))
    return VersionsCompared(name_of(before), name_of(after), changes)


def compare_years(session: Session, *, first: int, second: int, by: Actor) -> YearsCompared:
    """Two years by index and by mapped criteria, along successions; versions by id.

    ``NotFound`` unless the actor may see both; ``Invalid`` for versions of one year.
    """
    before, after = (visible_version(session, version_id=id_, by=by) for id_ in (first, second))
    if before.year >= after.year:
        raise Invalid.one("", "Hãy nêu bản của năm trước rồi đến bản của năm sau.")
    rows, later = _seen(session, before, by), _seen(session, after, by)
    changes = years.compare_years(
        [side_of(row) for row in rows],
        [side_of(row) for row in later],
        links=_links(session, rows, before.year, after.year),
        pairs=_pairs(_sets(rows), _sets(later)),
    )
    return YearsCompared(name_of(before), name_of(after), changes)


def self_against_appraised(
    session: Session, *, version_id: int, by: Actor, kinds: Sequence[str] = ()
) -> SelfCompared:
    """How far appraisals are from what units assessed themselves, per unit and per leaf.

    ``kinds`` are kinds of unit; all of them where none is named. ``Invalid`` for a table that
    printed only totals.
    """
    version = visible_version(session, version_id=version_id, by=by)
    require(session, by, OVERSEERS, "so sánh tự chấm với thẩm định")
    pairs = [
        self_and_appraised(row, detail)
        for row, detail in rows_of(session, version)
        if detail and (not kinds or row.kind in kinds)
    ]
    if not pairs:
        raise Invalid.one("", "Bản kết quả này không có điểm từng tiêu chí của loại đơn vị ấy.")
    changes = compare_results([own for own, _ in pairs], [counts for _, counts in pairs])
    return SelfCompared(name_of(version), by_size(changes), leaf_gaps(changes), len(pairs))


def compare_with_set(
    session: Session, *, version_id: int, to: str, figures: Mapping[str, Part], by: Actor
) -> SetComparison:
    """The version's units together beside another set's figures, domain by mapped domain.

    ``to`` is the other set as the version's set names it in its mappings, ``figures`` are points
    and maximum by the other set's codes. ``NotFound`` where no set of the version is mapped.
    """
    version = visible_version(session, version_id=version_id, by=by)
    require(session, by, READ_ALL, "đối chiếu với bộ tiêu chí khác")
    rows = rows_of(session, version)
    for criteria in _sets(rows):
        mapping = next((one for one in criteria.mappings if one.to == to), None)
        if mapping:
            units = [side_of(row) for row in rows if row.detail and row.detail.criteria == criteria]
            return compare_sets(criteria, mapping, units, figures)
    raise NotFound(
        f"Bộ tiêu chí của bản kết quả này chưa có bảng đối chiếu với “{to}”. "
        "Hãy ghi mappings trong bộ tiêu chí."
    )


def _sides(session: Session, version: ResultVersion, by: Actor) -> list[UnitSide]:
    return [side_of(row) for row in _seen(session, version, by)]


def _seen(session: Session, version: ResultVersion, by: Actor) -> list[Row]:
    """The rows of a version, with the sheets that the actor may see."""
    rights = rights_of(session, by)
    everything = rights.any_of(READ_ALL)
    return [
        Row(row, detail if everything or row.unit_id in rights.units else None)
        for row, detail in rows_of(session, version)
    ]


def _sets(rows: Sequence[Row]) -> list[CriteriaSet]:
    """The sets of the rows, each once."""
    sets = {(d.criteria.code, d.criteria.version): d.criteria for _, d in rows if d}
    return list(sets.values())


def _pairs(
    first: Sequence[CriteriaSet], second: Sequence[CriteriaSet]
) -> dict[tuple[str, str], Sequence[MappedPair]]:
    """What is mapped between the sets of two years, by their codes."""
    found = {(a.code, b.code): mapped_pairs(a, b) for a in first for b in second}
    return {codes: pairs for codes, pairs in found.items() if pairs}


def _links(session: Session, rows: Sequence[Row], first: int, second: int) -> list[Link]:
    """Who carries each unit of the first year's end on at the end of the second."""
    after, until = date(first, 12, 31), date(second, 12, 31)
    units = [row.unit_id for row, _ in rows]
    heirs = heirs_of(session, unit_ids=units, after=after, until=until)
    return [
        Link(str(unit), str(heir.unit_id), heir.share) for unit in units for heir in heirs[unit]
    ]
