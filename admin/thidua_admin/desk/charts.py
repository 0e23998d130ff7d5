"""Figures for the bar charts beside the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from thidua.work.tables import ResultTable, TableRow
from thidua_admin.formats import number

Bar = tuple[str, Decimal, str]
"""Label, value to draw, figure as published."""


def bars(table: ResultTable) -> Mapping[str, Sequence[Bar]]:
    """One bar for each graded unit, by group, best first."""
    return {
        group.label: [_bar(row) for row in group.rows if _figure(row) is not None]
        for group in table.groups
    }


def _bar(row: TableRow) -> Bar:
    figure = _figure(row) or Decimal(0)
    return row.name, figure, number(figure)


def _figure(row: TableRow) -> Decimal | None:
    return row.points if row.index is None else row.index


def top(table: ResultTable) -> Decimal:
    """The value of a full bar: 100, or the highest figure where totals exceed it."""
    figures = [_figure(row) or Decimal(0) for group in table.groups for row in group.rows]
    return max([Decimal(100), *figures])
