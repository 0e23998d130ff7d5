"""A result table as an office's workbook: ranks, bands, notes."""

from __future__ import annotations

from decimal import Decimal

from openpyxl.worksheet.worksheet import Worksheet

from thidua.exchange.office import (
    Cell,
    add_header,
    add_heading,
    add_line,
    add_notes,
    add_title,
    lay_out,
    new_sheet,
    saved,
)
from thidua.work.tables import ResultTable, TableRow

_NOTE_WIDTH = 48
_WIDTHS = {"Hạng": 8, "Đơn vị": 56, "Điểm": 12, "Điểm tối đa": 12, "Chỉ số (%)": 12}


def results_workbook(table: ResultTable, seal: str) -> bytes:
    """The .xlsx of a result table, one sheet, ready to print on A4.

    ``seal`` is the last note: where the audit stood when it was printed.
    """
    book, sheet = new_sheet(f"Kết quả {table.year}")
    headings = _headings(table)
    widths = [*(_WIDTHS.get(heading, 16) for heading in headings[:-1]), _NOTE_WIDTH]
    lines = [table.authority.upper(), table.title, table.caption]
    add_title(sheet, lines, len(headings), illustrative=table.illustrative)
    add_header(sheet, headings, widths)
    for group in table.groups:
        add_heading(sheet, group.label or "Tất cả các đơn vị", len(headings))
        for row in group.rows:
            add_line(sheet, _cells(table, row), widths)
    _decimals(sheet, table)
    add_notes(sheet, [*table.findings, *table.notes, seal])
    lay_out(sheet, widths)
    return saved(book)


def _headings(table: ResultTable) -> list[str]:
    index = ["Điểm tối đa", "Chỉ số (%)"] if table.has_index else []
    bands = "Xếp loại (ngưỡng minh họa)" if table.bands_illustrative else "Xếp loại"
    return ["Hạng", "Đơn vị", "Điểm", *index, bands, "Ghi chú"]


def _cells(table: ResultTable, row: TableRow) -> list[Cell]:
    index = [row.maximum, row.index] if table.has_index else []
    return [row.rank, row.name, row.points, *index, row.band, row.warning]


def _decimals(sheet: Worksheet, table: ResultTable) -> None:
    """Each column of figures with as many decimals as its finest figure, at least two."""
    for column in range(3, 6 if table.has_index else 4):
        cells = [row[0] for row in sheet.iter_rows(min_col=column, max_col=column)]
        figures = {cell: cell.value for cell in cells if isinstance(cell.value, Decimal)}
        places = max([2, *(-int(value.as_tuple().exponent) for value in figures.values())])
        for cell in figures:
            cell.number_format = f"#,##0.{'0' * places}"
