"""The sheets of an annex as they are written: text line by line, and how each cell looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openpyxl.cell.cell import Cell as WorkbookCell
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from thidua.errors import Invalid
from thidua.exchange.tables.cells import clean
from thidua.exchange.tables.files import (
    MAX_COLUMNS,
    MAX_ROWS,
    content_of,
    open_workbook,
    readings,
)
from thidua.exchange.tables.formats import shown

DATA_SHEET = "Dữ liệu bộ tiêu chí"
"""The sheet that an export carries beside the annex (``annex_data``)."""

Look = tuple[int, bool, bool]
"""Indentation, bold, capitals: how a line shows its level where it has no number."""


@dataclass(frozen=True, slots=True)
class Written:
    """One cell: its text, its value where the cell holds a number, how it looks."""

    text: str = ""
    value: Decimal | None = None
    look: Look = (0, False, False)


@dataclass(frozen=True, slots=True)
class Row:
    """One row and its number in the file, from 1."""

    line: int
    cells: tuple[Written, ...]

    def at(self, place: int | None) -> Written:
        """The cell of a column; an empty one where there is none."""
        return self.cells[place] if place is not None and place < len(self.cells) else Written()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A visible sheet (its name is empty for CSV) and its visible rows."""

    name: str
    rows: tuple[Row, ...]


def annex_sheets(path: Path) -> Iterator[Sheet]:
    """Every visible sheet of the workbook, or every plausible reading of the CSV.

    A workbook that was exported (it has a ``DATA_SHEET``) is read to the letter: no text of it is
    tidied, and hidden rows of that sheet count.

    Formulas are data: what they last gave counts, and nothing is evaluated. ``Invalid`` when the
    file cannot be read or is longer than an annex can be.
    """
    data = content_of(path)
    if not data.startswith(b"PK"):
        for reading in readings(path):
            for grid in reading:
                rows = enumerate(grid.rows, start=1)
                lines = [Row(at, tuple(Written(c.text) for c in cells)) for at, cells in rows]
                yield Sheet(grid.name, tuple(lines))
        return
    book = open_workbook(data, path.name)
    exact = DATA_SHEET in book.sheetnames
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible" or sheet.title == DATA_SHEET:
            yield _sheet(sheet, path.name, exact)


def _sheet(sheet: Worksheet, file: str, exact: bool) -> Sheet:
    width = min(sheet.max_column, MAX_COLUMNS)
    rows = [
        Row(line, tuple(_written(cell, exact) for cell in cells))
        for line, cells in enumerate(
            sheet.iter_rows(max_row=min(sheet.max_row, MAX_ROWS + 1), max_col=width), start=1
        )
        if sheet.title == DATA_SHEET or not sheet.row_dimensions[line].hidden
    ]
    if rows and rows[-1].line > MAX_ROWS and any(cell.text for cell in rows[-1].cells):
        raise Invalid.one(
            file, f"bảng dài quá {MAX_ROWS} dòng; hãy chỉ giữ lại phụ lục bộ tiêu chí."
        )
    return Sheet(clean(sheet.title), tuple(rows))


def _written(cell: WorkbookCell | MergedCell, exact: bool) -> Written:
    value = cell.value
    if value is None:
        return Written()
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = shown(value, cell.number_format or "General")
        return Written(number.text, number.value, _look(cell, ""))
    text = str(value)
    if not exact or not text.strip():
        text = "\n".join(line for item in text.splitlines() if (line := clean(item)))
    return Written(text, look=_look(cell, str(value)))


def _look(cell: WorkbookCell | MergedCell, text: str) -> Look:
    blanks = len(text) - len(text.lstrip(" \t\u00a0"))
    indent = round(cell.alignment.indent or 0) if cell.alignment else 0
    return indent + blanks, bool(cell.font and cell.font.bold), text.isupper()
