"""A result table as an office's workbook: ranks, bands, notes; text is never a formula."""

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

from thidua.work.tables import ResultTable, TableRow

ILLUSTRATIVE = "SỐ LIỆU MINH HỌA"
_FONT = "Times New Roman"
_THIN = Side(style="thin", color="999999")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_SHADE = PatternFill("solid", fgColor="EEF2F7")
_LINE_HEIGHT = 16.5
_NOTE_WIDTH = 48
_WIDTHS = {"Hạng": 8, "Đơn vị": 56, "Điểm": 12, "Điểm tối đa": 12, "Chỉ số (%)": 12}

Cell = str | int | Decimal | None

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""Text that begins so could be taken for a formula."""


def safe_text(text: str) -> str:
    """Text that no spreadsheet program takes for a formula, where a file knows no types (CSV)."""
    return f"'{text}" if text[:1] in FORMULA_STARTS else text


def results_workbook(table: ResultTable) -> bytes:
    """The .xlsx of a result table, one sheet, ready to print on A4."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = f"Kết quả {table.year}"
    headings = _headings(table)
    widths = [*(_WIDTHS.get(heading, 16) for heading in headings[:-1]), _NOTE_WIDTH]
    _title(sheet, table, len(headings))
    _line(sheet, headings, bold=True, fill=True)
    sheet.row_dimensions[sheet.max_row].height = _height(headings, widths)
    sheet.freeze_panes = f"A{sheet.max_row + 1}"
    sheet.print_title_rows = f"{sheet.max_row}:{sheet.max_row}"
    for group in table.groups:
        _heading(sheet, group.label or "Tất cả các đơn vị", len(headings))
        for row in group.rows:
            cells = _cells(table, row)
            _line(sheet, cells)
            sheet.row_dimensions[sheet.max_row].height = _height(cells, widths)
    _decimals(sheet, table)
    _notes(sheet, [*table.findings, *table.notes])
    _layout(sheet, widths)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _headings(table: ResultTable) -> list[str]:
    index = ["Điểm tối đa", "Chỉ số (%)"] if table.has_index else []
    bands = "Xếp loại (ngưỡng minh họa)" if table.bands_illustrative else "Xếp loại"
    return ["Hạng", "Đơn vị", "Điểm", *index, bands, "Ghi chú"]


def _cells(table: ResultTable, row: TableRow) -> list[Cell]:
    index = [row.maximum, row.index] if table.has_index else []
    return [row.rank, row.name, row.points, *index, row.band, row.warning]


def _title(sheet: Worksheet, table: ResultTable, width: int) -> None:
    lines = [table.authority.upper(), table.title, table.caption]
    for text in [*lines, *([ILLUSTRATIVE] if table.illustrative else [])]:
        _heading(sheet, text, width, plain=True)
        warning = text == ILLUSTRATIVE
        font = Font(name=_FONT, bold=True, size=13, color="B42318" if warning else "000000")
        sheet.cell(sheet.max_row, 1).font = font
        sheet.cell(sheet.max_row, 1).alignment = Alignment(horizontal="center", wrap_text=True)


def _heading(sheet: Worksheet, text: str, width: int, *, plain: bool = False) -> None:
    """A line over the whole width of the table."""
    row = _append(sheet, [text])
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    sheet.cell(row, 1).font = Font(name=_FONT, bold=True, size=12)
    if not plain:
        sheet.cell(row, 1).border = _BOX


def _line(
    sheet: Worksheet, values: Sequence[Cell], *, bold: bool = False, fill: bool = False
) -> None:
    for cell in sheet[_append(sheet, values)]:
        cell.font = Font(name=_FONT, size=12, bold=bold)
        cell.border = _BOX
        number = isinstance(cell.value, (int, Decimal))
        cell.alignment = Alignment(
            horizontal="right" if number else None, vertical="center", wrap_text=True
        )
        if fill:
            cell.fill = _SHADE


def _append(sheet: Worksheet, values: Sequence[Cell]) -> int:
    """A new row, and its number. Text stays text, whatever it begins with."""
    sheet.append([ILLEGAL_CHARACTERS_RE.sub(" ", v) if isinstance(v, str) else v for v in values])
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type = "s"
            cell.quotePrefix = cell.value[:1] in FORMULA_STARTS
    return int(sheet.max_row)


def _notes(sheet: Worksheet, notes: Sequence[str]) -> None:
    sheet.append([])
    for note in notes:
        sheet.cell(_append(sheet, [note]), 1).font = Font(name=_FONT, size=11, italic=True)


def _height(cells: Sequence[Cell], widths: Sequence[int]) -> float:
    """Enough for the longest text once it is wrapped: not every program finds it by itself."""
    texts = [(len(v), width) for v, width in zip(cells, widths, strict=True) if isinstance(v, str)]
    return _LINE_HEIGHT * max(ceil(length / width) for length, width in [(1, 1), *texts])


def _decimals(sheet: Worksheet, table: ResultTable) -> None:
    """Each column of figures with as many decimals as its finest figure, at least two."""
    for column in range(3, 6 if table.has_index else 4):
        cells = [row[0] for row in sheet.iter_rows(min_col=column, max_col=column)]
        figures = {cell: cell.value for cell in cells if isinstance(cell.value, Decimal)}
        places = max([2, *(-int(value.as_tuple().exponent) for value in figures.values())])
        for cell in figures:
            cell.number_format = f"#,##0.{'0' * places}"


def _layout(sheet: Worksheet, widths: Sequence[int]) -> None:
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
