"""Công bố: what anybody may read of a province without an account.

Only what holds: of each year the version published last as final or corrected, or the historical
one where the engine computed none. Nothing provisional, no leaf, no finding about a unit but the
contradictions of a table that others had published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from thidua.errors import NotFound
from thidua.store.results import ResultVersion
from thidua.work.corrections import OFFICIAL
from thidua.work.tables import KIND_WORDS, ResultTable, TableGroup, TableRow, table_of

HOLDS = (*OFFICIAL, "historical")


def public_versions(session: Session) -> Sequence[ResultVersion]:
    """The version of each year that holds, the newest year first."""
    rank = ResultVersion.kind != "historical", ResultVersion.published_at, ResultVersion.number
    published = ResultVersion.kind.in_(HOLDS) & ResultVersion.published_at.is_not(None)
    rows = session.scalars(
        select(ResultVersion)
        .where(published)
        .order_by(ResultVersion.year.desc(), *(item.asc() for item in rank))
        .options(defer(ResultVersion.grading), defer(ResultVersion.findings))
    )
    return list({row.year: row for row in rows}.values())


def public_table(session: Session, *, year: int) -> tuple[ResultVersion, ResultTable]:
    """The year's version that holds, as a table. ``NotFound`` when nothing is published."""
    version = next((row for row in public_versions(session) if row.year == year), None)
    if version is None:
        raise NotFound(f"Chưa công bố kết quả chính thức năm {year}.")
    table = table_of(session, version)
    if version.kind != "historical":
        table = replace(table, groups=[_bare(group) for group in table.groups], findings=())
    return version, table


def public_document(version: ResultVersion, table: ResultTable) -> dict[str, object]:
    """JSON-ready; points and indices are decimal strings, indices in per cent.

    When others published a historical table is not known here.
    """
    at = version.published_at if version.kind != "historical" else None
    return {
        "province": table.province,
        "authority": table.authority,
        "year": table.year,
        "title": table.title,
        "kind": table.kind,
        "kind_words": KIND_WORDS[table.kind],
        "version": table.number,
        "published_at": at.isoformat() if at else None,
        "illustrative": table.illustrative,
        "bands_illustrative": table.bands_illustrative,
        "notes": list(table.notes),
        "groups": [
            {"label": group.label, "units": [_unit(row) for row in group.rows]}
            for group in table.groups
        ],
    }


def _bare(group: TableGroup) -> TableGroup:
    return replace(group, rows=[replace(row, warning="") for row in group.rows])


def _unit(row: TableRow) -> Mapping[str, object]:
    return {
        "name": row.name,
        "rank": row.rank,
        "tied": row.tied,
        "points": _text(row.points),
        "maximum": _text(row.maximum),
        "index_percent": _text(row.index),
        "band": row.band,
        "warning": row.warning,
    }


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else f"{figure:f}"
