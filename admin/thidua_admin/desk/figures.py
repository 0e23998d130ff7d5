"""What a page draws and gathers from a result table."""

from __future__ import annotations

from decimal import Decimal

from thidua.work.tables import ResultTable, TableRow

FULL = Decimal(100)


def shares(table: ResultTable) -> dict[int, Decimal]:
    """How much of its bar a row fills, in per cent, by row id; rows without a figure are left out.

    A full bar is 100, or the table's highest figure where totals exceed it.
    """
    figures = {row.row_id: _figure(row) for group in table.groups for row in group.rows}
    drawn = {row_id: figure for row_id, figure in figures.items() if figure is not None}
    full = max([FULL, *drawn.values()])
    return {row_id: max(figure, Decimal(0)) * 100 / full for row_id, figure in drawn.items()}


def point_decimals(table: ResultTable) -> int:
    """The decimals that the points of a table need, so that their commas stand in one line."""
    points = [row.points for group in table.groups for row in group.rows if row.points is not None]
    return max((-int(item.as_tuple().exponent) for item in points), default=0)


def warnings(table: ResultTable) -> dict[str, list[str]]:
    """Each warning of the table's rows with the names of the units that it concerns."""
    found: dict[str, list[str]] = {}
    for group in table.groups:
        for row in group.rows:
            if row.warning:
                found.setdefault(row.warning, []).append(row.name)
    return found


def _figure(row: TableRow) -> Decimal | None:
    return row.points if row.index is None else row.index
