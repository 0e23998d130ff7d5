"""Stored rows as comparisons and robustness take them; units are named by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.scoring.comparison import LeafSide, UnitSide, leaf_sides
from thidua.scoring.field import Sheets
from thidua.scoring.rules import ANY_KIND, OUTSIDE
from thidua.scoring.sentences import explain_leaf
from thidua.scoring.sheet import SheetScore, sum_leaves
from thidua.scoring.ticks import round_percent
from thidua.spec.criteria import CriteriaSet
from thidua.store.results import ResultRow, ResultVersion
from thidua.work.detail import SheetDetail, read_details

UNSCORED = frozenset(ANY_KIND) | OUTSIDE
"""Branches of leaves that nobody gave points."""


NOT_ASSESSED = frozenset({"exempt", "not_held"})
"""Branches of leaves that are out of a unit's sheet, whatever it entered."""


class Row(NamedTuple):
    """A row with its sheet, if there is one and the actor may see it."""

    row: ResultRow
    detail: SheetDetail | None


@dataclass(frozen=True)
class VersionName:
    """Which version is spoken of."""

    id: int
    year: int
    number: int
    title: str
    kind: str
    illustrative: bool

    @property
    def words(self) -> str:
        """``bản số 2 năm 2025``."""
        return f"bản số {self.number} năm {self.year}"


def name_of(version: ResultVersion) -> VersionName:
    """The name of a version."""
    return VersionName(
        id=version.id, year=version.year, number=version.number, title=version.title,
        kind=version.kind, illustrative=version.illustrative,
    )  # fmt: skip


def rows_of(session: Session, version: ResultVersion) -> list[Row]:
    """Every row of a version with its sheet."""
    query = select(ResultRow).where(ResultRow.version_id == version.id).order_by(ResultRow.id)
    rows = session.scalars(query).all()
    return list(map(Row, rows, read_details(session, rows=rows)))


def side_of(one: Row) -> UnitSide:
    """The unit as the version has it; without leaves where there is no sheet."""
    row, detail = one
    return UnitSide(
        key=str(row.unit_id),
        name=row.name,
        points=row.points,
        maximum=row.maximum,
        index=row.index_percent,
        rank=row.rank,
        band=row.band,
        set=detail.criteria.code if detail else "",
        leaves=leaf_sides(detail.criteria, detail.score, detail.inputs, detail.words())
        if detail
        else {},
    )


def self_and_appraised(row: ResultRow, detail: SheetDetail) -> tuple[UnitSide, UnitSide]:
    """What the unit had assessed itself, and what counts; neither is ranked here.

    Leaves that the unit did not assess itself, or is not assessed on, count on both sides as they
    count.
    """
    out = {leaf.code for leaf in detail.score.leaves if leaf.branch in NOT_ASSESSED}
    claims = {code: claim for code, claim in detail.claims.items() if code not in out}
    own = sum_leaves(
        detail.criteria,
        tuple(
            claims[leaf.code][0] if leaf.code in claims else leaf for leaf in detail.score.leaves
        ),
    )
    inputs = {**detail.inputs, **{code: source.inputs for code, (_, source) in claims.items()}}
    words = detail.words()
    claimed = {
        leaf.code: explain_leaf(leaf, inputs[leaf.code], claims[leaf.code][0], detail.kinds)
        for leaf in detail.criteria.leaves
        if leaf.code in claims
    }
    return (
        _unplaced(row, detail, own, leaf_sides(detail.criteria, own, inputs, {**words, **claimed})),
        _unplaced(
            row, detail, detail.score,
            leaf_sides(detail.criteria, detail.score, detail.inputs, words),
        ),
    )  # fmt: skip


def _unplaced(
    row: ResultRow, detail: SheetDetail, score: SheetScore, leaves: Mapping[str, LeafSide]
) -> UnitSide:
    decimals = detail.grading.index_decimals
    return UnitSide(
        key=str(row.unit_id),
        name=row.name,
        points=score.total,
        maximum=score.maximum,
        index=round_percent(Fraction(score.total, score.maximum), decimals)
        if score.maximum
        else None,
        rank=None,
        band=None,
        set=detail.criteria.code,
        leaves=leaves,
    )


def sheets_of(rows: Sequence[Row]) -> list[Sheets]:
    """The rows that have a sheet, set by set."""
    sets: dict[tuple[str, str], list[tuple[ResultRow, SheetDetail]]] = {}
    for row, detail in rows:
        if detail:
            label = detail.criteria.code, detail.criteria.version
            sets.setdefault(label, []).append((row, detail))
    return [_sheets(found[0][1].criteria, found) for found in sets.values()]


def _sheets(criteria: CriteriaSet, found: Sequence[tuple[ResultRow, SheetDetail]]) -> Sheets:
    leaves = [detail.score.leaves for _, detail in found]
    return Sheets(
        criteria=criteria,
        keys=tuple(str(row.unit_id) for row, _ in found),
        groups=tuple(_group(row, detail) for row, detail in found),
        ticks=np.array([[leaf.ticks for leaf in sheet] for sheet in leaves], np.int64).T,
        maximum=np.array([[leaf.maximum for leaf in sheet] for sheet in leaves], np.int64).T,
        scored=np.array([[leaf.branch not in UNSCORED for leaf in sheet] for sheet in leaves]).T,
    )


def _group(row: ResultRow, detail: SheetDetail) -> str | None:
    if row.rank is None:
        return None
    return row.group_label if detail.grading.rank.within else ""
