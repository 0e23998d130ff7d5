"""Reading a stored result closely: why a figure is so, what is missing, what would be if.

Whoever may see a version sees the figures that it publishes. Inputs, points of leaves and what
is made of them are for those who see results before publication, for the council, and for the
people of the unit itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Invalid, NotAllowed, NotFound, Problem
from thidua.scoring.explain import explain
from thidua.scoring.explain_place import Table
from thidua.scoring.explanation import Explanation
from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import check_inputs
from thidua.scoring.whatif import (
    Distance,
    Loss,
    RankDistance,
    Recomputed,
    Scored,
    Step,
    cheapest_steps,
    distance_to_band,
    distance_to_rank,
    losses,
    recompute,
)
from thidua.scoring.whatif_words import band_distance_words, gain_words, rank_distance_words
from thidua.spec.base import POINT_DECIMALS
from thidua.store.actor import Actor
from thidua.store.results import ResultRow, ResultVersion
from thidua.work.access import READ_ALL, require, rights_of
from thidua.work.detail import SheetDetail, read_detail, read_details
from thidua.work.given import find
from thidua.work.rank_groups import basis_of, key_of, table_of
from thidua.work.results import visible_version


@dataclass(frozen=True)
class RowExplained:
    """One unit's figures, explained.

    ``total`` has the whole tree of domains, criteria and leaves below it; it is None where the
    actor may see no more than what is published, and where a published table printed only totals.
    ``versions`` are those of the engine, its rules and the province that computed the figures.
    """

    total: Explanation | None
    index: Explanation
    band: Explanation
    rank: Explanation
    versions: Mapping[str, str]

    def document(self) -> dict[str, object]:
        """JSON-ready; points and indices are decimal strings."""
        named = {"total": self.total, "index": self.index, "band": self.band, "rank": self.rank}
        said = {name: found and found.document() for name, found in named.items()}
        return {**said, "versions": dict(self.versions)}


@dataclass(frozen=True)
class RowDistance:
    """What a unit lacks to the next band and the next place, and where it lost its points.

    ``losses`` and ``steps`` are empty for who may not see the unit's leaves. ``titles`` are the
    names of the leaves by code. ``words`` say band and place in Vietnamese lines, ``gains`` what
    each of the ``steps`` brings.
    """

    band: Distance | None
    rank: RankDistance | None
    losses: tuple[Loss, ...]
    steps: tuple[Step, ...]
    titles: Mapping[str, str]
    words: tuple[str, ...]
    gains: tuple[str, ...]


@dataclass(frozen=True)
class CampaignLosses:
    """Which leaves cost a whole version, and each of its rank groups, most.

    ``titles`` are the names of leaves by set and code.
    """

    whole: tuple[Loss, ...]
    groups: Mapping[str, tuple[Loss, ...]]
    titles: Mapping[tuple[str, str], str]


class WhatIf(NamedTuple):
    """A sheet with other inputs, and whom it would move; ``names`` by the key of a place."""

    found: Recomputed
    names: Mapping[str, str]


class _Open(NamedTuple):
    """A row that the actor may see; ``detail`` only if its leaves may be seen too."""

    row: ResultRow
    version: ResultVersion
    table: Table
    detail: SheetDetail | None
    inside: bool


def explain_row(
    session: Session, *, row_id: int, by: Actor, kinds: Mapping[str, RuleKind] = {}
) -> RowExplained:
    """Total, index, band and rank of one row; ``NotFound`` when the actor may not see it.

    ``kinds``, the province's own as they are now, add the value before rounding where they still
    give what was stored.
    """
    row, version, table, detail, _ = _open(session, row_id, by)
    basis = basis_of(session, detail, kinds) if detail else None
    key = key_of(row)
    return RowExplained(
        total=explain(table, key, "total", basis=basis) if basis else None,
        index=explain(table, key, "index"),
        band=explain(table, key, "band"),
        rank=explain(table, key, "rank"),
        versions={
            "engine": version.engine_version,
            "rules": version.rules_version,
            "province": version.plugin_version,
        },
    )


def row_distance(session: Session, *, row_id: int, by: Actor) -> RowDistance:
    """How far one unit is from the next band and rank, and what would bring it there."""
    row, _, table, detail, _ = _open(session, row_id, by)
    key, grading = key_of(row), table.grading
    standing, place = table.standing(key), table.place(key)
    step = _last_decimal(session, row)
    band = distance_to_band(standing, grading, step=step)
    rank = distance_to_rank(table.standings, grading, key, step=step)
    steps: tuple[Step, ...] = ()
    if detail:
        steps = cheapest_steps(table.standings, grading, key, detail.criteria, detail.score)
    return RowDistance(
        band=band,
        rank=rank,
        losses=losses([(detail.criteria.code, detail.score.leaves)]) if detail else (),
        steps=steps,
        titles={leaf.code: leaf.name for leaf in detail.criteria.leaves} if detail else {},
        words=_distance_words(table, key, band, rank),
        gains=tuple(gain_words(step, place) for step in steps),
    )


def campaign_losses(session: Session, *, version_id: int, by: Actor) -> CampaignLosses:
    """Where the units of a version lost their points: all together, and group by group."""
    version = visible_version(session, version_id=version_id, by=by)
    require(session, by, READ_ALL, "xem điểm mất của tất cả các đơn vị")
    rows = session.scalars(
        select(ResultRow).where(ResultRow.version_id == version.id).order_by(ResultRow.id)
    ).all()
    details = read_details(session, rows=rows)
    found = [(row.group_label, one) for row, one in zip(rows, details, strict=True) if one]
    return CampaignLosses(
        whole=losses((one.criteria.code, one.score.leaves) for _, one in found),
        groups={
            label: losses(
                (one.criteria.code, one.score.leaves) for group, one in found if group == label
            )
            for label in dict.fromkeys(label for label, _ in found)
        },
        titles={
            (one.criteria.code, leaf.code): leaf.name
            for one in {detail.criteria.code: detail for _, detail in found}.values()
            for leaf in one.criteria.leaves
        },
    )


def what_if(
    session: Session,
    *,
    row_id: int,
    changes: Mapping[str, Mapping[str, Decimal]],
    by: Actor,
    kinds: Mapping[str, RuleKind] = {},
) -> WhatIf:
    """The row with other inputs for the leaves in ``changes``, by leaf code; nothing is stored.

    Inputs are numbers as people write them. ``Invalid`` for codes and inputs that the set does not
    take, and for a table that printed only totals; ``NotAllowed`` for who may not see the unit's
    inputs.
    """
    row, _, table, detail, inside = _open(session, row_id, by)
    if not inside:
        raise NotAllowed("Bạn không có quyền tính thử cho đơn vị khác. Hãy chọn đơn vị của mình.")
    if detail is None:
        raise Invalid.one("", "Bảng đã công bố chỉ in tổng điểm nên không tính thử được.")
    found = recompute(
        table.standings, table.grading, key_of(row), detail.criteria, detail.score,
        _usable(detail, changes), kinds=kinds,
    )  # fmt: skip
    return WhatIf(found, table.names)


def _open(session: Session, row_id: int, by: Actor) -> _Open:
    row = find(session, ResultRow, row_id)
    if row is None:
        raise NotFound("Không có dòng kết quả này trong tỉnh đang làm việc.")
    version = visible_version(session, version_id=row.version_id, by=by)
    rights = rights_of(session, by)
    inside = rights.any_of(READ_ALL) or row.unit_id in rights.units
    detail = read_detail(session, row=row) if inside else None
    return _Open(row, version, table_of(session, row), detail, inside)


def _last_decimal(session: Session, row: ResultRow) -> int:
    """In ticks, to what the leaves of the row's set are rounded; 1 where only totals are known."""
    detail = read_detail(session, row=row)
    return 10 ** (POINT_DECIMALS - detail.criteria.leaf_decimals) if detail else 1


def _distance_words(
    table: Table, key: str, band: Distance | None, rank: RankDistance | None
) -> tuple[str, ...]:
    words = []
    if band:
        words.append(band_distance_words(band))
    if rank:
        above = explain(table, key, "rank").data["above"]
        words.append(rank_distance_words(rank, [other["unit"] for other in above]))
    return tuple(words)


def _usable(detail: SheetDetail, changes: Mapping[str, Mapping[str, Decimal]]) -> Scored:
    """Written inputs in stored units; ``Invalid`` with all that the set does not take."""
    leaves = {leaf.code: leaf for leaf in detail.criteria.leaves}
    stored: dict[str, dict[str, int]] = {}
    problems: list[Problem] = []
    for code, written in changes.items():
        if code not in leaves:
            problems.append(Problem(place=code, reason="bộ tiêu chí không có mã này; hãy chọn lại"))
            continue
        scales = {spec.name: spec.scale for spec in leaves[code].inputs}
        figures = {name: value * scales.get(name, 1) for name, value in written.items()}
        stored[code] = {name: int(value) for name, value in figures.items()}
        problems += check_inputs(leaves[code], stored[code])
        problems += [
            Problem(place=f"{code}.{name}", reason="có quá nhiều số lẻ; hãy nhập lại")
            for name, value in figures.items()
            if value != int(value)
        ]
    if problems:
        raise Invalid(problems)
    return stored
