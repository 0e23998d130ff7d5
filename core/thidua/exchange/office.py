"""A sheet as an office prints it: Times New Roman, boxed lines, A4 across, text never a formula."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from math import ceil

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

ILLUSTRATIVE = "SỐ LIỆU MINH HỌA"
_FONT = "Times New Roman"
_THIN = Side(style="thin", color="999999")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_SHADE = PatternFill("solid", fgColor="EEF2F7")
_LINE_HEIGHT = 16.5
_HIGHEST = 409.0
"""No row of a workbook is higher."""

Cell = str | int | Decimal | None

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""Text that begins so could be taken for a formula."""


def safe_text(text: str) -> str:
    """Text that no spreadsheet program takes for a formula, where a file knows no types (CSV)."""
    return f"'{text}" if text[:1] in FORMULA_STARTS else text


def new_sheet(title: str) -> tuple[Workbook, Worksheet]:
    """A workbook of one sheet."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    return book, sheet


def saved(book: Workbook) -> bytes:
    """The .xlsx."""
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def add_title(sheet: Worksheet, lines: Sequence[str], width: int, *, illustrative: bool) -> None:
    """The lines above a table of ``width`` columns, and the mark of invented figures."""
    for text in [*lines, *([ILLUSTRATIVE] if illustrative else [])]:
        add_heading(sheet, text, width, boxed=False)
        warning = text == ILLUSTRATIVE
        font = Font(name=_FONT, bold=True, size=13, color="B42318" if warning else "000000")
        sheet.cell(sheet.max_row, 1).font = font
        sheet.cell(sheet.max_row, 1).alignment = Alignment(horizontal="center", wrap_text=True)


def add_header(sheet: Worksheet, headings: Sequence[str], widths: Sequence[int]) -> None:
    """The headings of the columns; they stay in sight and are printed on every page."""
    add_line(sheet, headings, widths, bold=True, fill=True)
    sheet.freeze_panes = f"A{sheet.max_row + 1}"
    sheet.print_title_rows = f"{sheet.max_row}:{sheet.max_row}"


def add_heading(sheet: Worksheet, text: str, width: int, *, boxed: bool = True) -> None:
    """A line over the whole width of the table."""
    row = _append(sheet, [text])
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    sheet.cell(row, 1).font = Font(name=_FONT, bold=True, size=12)
    if boxed:
        sheet.cell(row, 1).border = _BOX


def add_line(
    sheet: Worksheet,
    values: Sequence[Cell],
    widths: Sequence[int],
    *,
    bold: bool = False,
    fill: bool = False,
) -> None:
    """One line of the table, high enough for its longest text."""
    for cell in sheet[_append(sheet, values)]:
        cell.font = Font(name=_FONT, size=12, bold=bold)
        cell.border = _BOX
        number = isinstance(cell.value, (int, Decimal))
        cell.alignment = Alignment(
            horizontal="right" if number else None, vertical="center", wrap_text=True
        )
        if fill:
            cell.fill = _SHADE
    sheet.row_dimensions[sheet.max_row].height = _height(values, widths)


def add_notes(sheet: Worksheet, notes: Sequence[str]) -> None:
    """What stands below the table."""
    sheet.append([])
    for note in notes:
        sheet.cell(_append(sheet, [note]), 1).font = Font(name=_FONT, size=11, italic=True)


def lay_out(sheet: Worksheet, widths: Sequence[int]) -> None:
    """Widths of the columns, and A4 across, as wide as the page."""
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _append(sheet: Worksheet, values: Sequence[Cell]) -> int:
    """A new row, and its number. Text stays text, whatever it begins with."""
    sheet.append([ILLEGAL_CHARACTERS_RE.sub(" ", v) if isinstance(v, str) else v for v in values])
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type = "s"
            cell.quotePrefix = cell.value[:1] in FORMULA_STARTS
    return int(sheet.max_row)


def _height(cells: Sequence[Cell], widths: Sequence[int]) -> float:
    """Enough for the longest text once it is wrapped: not every program finds it by itself."""
    texts = [(v, width) for v, width in zip(cells, widths, strict=True) if isinstance(v, str)]
    lines = max([1, *(_lines(text, width) for text, width in texts)])
    return min(_LINE_HEIGHT * lines, _HIGHEST)


def _lines(text: str, width: int) -> int:
    return sum(ceil(len(line) / width) or 1 for line in text.split("\n"))
