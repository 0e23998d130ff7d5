"""From a file to grids. CSV says neither its encoding nor its delimiter: every plausible reading
is offered, and the one whose header is recognised wins (``thidua.exchange.tables``).
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell as WorkbookCell
from openpyxl.cell.cell import MergedCell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from thidua.errors import Invalid
from thidua.exchange.tables.cells import EMPTY, Cell, Grid, clean, grid
from thidua.exchange.tables.formats import shown

MAX_BYTES = 20_000_000
MAX_INFLATED = 200_000_000
MAX_ROWS = 5_000
MAX_COLUMNS = 200
DELIMITERS = ",;\t|"

OTHERS = {
    b"\xd0\xcf\x11\xe0": "tệp .xls cũ hoặc có mật khẩu; hãy mở bằng Excel rồi lưu lại dạng .xlsx",
    b"%PDF": "tệp là PDF; hãy chép bảng kết quả sang Excel rồi lưu dạng .xlsx",
}
"""What offices often hold for a table, by its first bytes, and what to do with it."""

Reading = tuple[Grid, ...]
"""One way to read a file: its sheets."""


def readings(path: Path) -> Iterator[Reading]:
    """Every plausible reading of the file, the likeliest first; ``Invalid`` if there is none."""
    data = content_of(path)
    for magic, what in OTHERS.items():
        if data.startswith(magic):
            raise _unusable(path.name, what)
    if data.startswith(b"PK"):
        yield _workbook(data, path.name)
        return
    for text in _texts(data, path.name):
        for delimiter in DELIMITERS:
            yield (_csv_grid(text, delimiter, path.name),)


def content_of(path: Path) -> bytes:
    """The bytes of the file; ``Invalid`` if it cannot be read, is empty or too large."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _unusable(path.name, "tệp lớn quá 20 MB; hãy chỉ giữ lại bảng kết quả")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise _unusable(path.name, "không mở được tệp; hãy kiểm tra lại đường dẫn") from error
    if not data.strip():
        raise _unusable(path.name, "tệp rỗng; hãy chọn tệp có bảng kết quả")
    return data


def _unusable(name: str, reason: str) -> Invalid:
    return Invalid.one(clean(name.encode("utf-8", "replace").decode()), f"{reason}.")


def _too_long(name: str) -> Invalid:
    return _unusable(name, f"bảng dài quá {MAX_ROWS} dòng; hãy chỉ giữ lại bảng kết quả")


def _texts(data: bytes, name: str) -> Sequence[str]:
    """The text under every encoding that fits; several only when nothing decides."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif 10 * data.count(0) > len(data):
        encodings = ["utf-16-le", "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1258", "cp1252"]
    texts = [text for encoding in encodings if (text := _decoded(data, encoding)) is not None]
    if encodings[0] == "utf-8-sig" and _decoded(data, "utf-8-sig") is not None:
        texts = texts[:1]
    if not texts:
        raise _unusable(
            name, "tệp không phải bảng CSV hay .xlsx; hãy lưu bảng lại dưới một trong hai dạng đó"
        )
    return texts


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    strange = sum(char < " " and char not in "\t\r\n\f" for char in text)
    return text if 100 * strange <= len(text) and "\0" not in text else None


def _csv_grid(text: str, delimiter: str, name: str) -> Grid:
    lines = text.split("\n", 1)
    if lines[0].strip().lower().startswith("sep=") and len(lines) > 1:
        text = lines[1]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[Cell]] = []
    try:
        for row in reader:
            rows.append([Cell(clean(field)) for field in row[:MAX_COLUMNS]])
            if len(rows) > MAX_ROWS:
                raise _too_long(name)
    except csv.Error:
        return Grid("", ())
    return grid("", rows)


def open_workbook(data: bytes, name: str) -> Workbook:
    """The workbook, with what formulas last gave in their place; ``Invalid`` if it is none."""
    again = "hãy mở bằng Excel rồi lưu lại dạng .xlsx"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_INFLATED:
                raise _unusable(name, "tệp giải nén quá lớn; hãy chỉ giữ lại bảng kết quả")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and charts it leaves out
            return openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except Invalid:
        raise
    except Exception as error:  # a damaged workbook fails anywhere inside openpyxl
        raise _unusable(name, f"không đọc được như một bảng tính; {again}") from error


def _workbook(data: bytes, name: str) -> Reading:
    book = open_workbook(data, name)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return tuple(_sheet_grid(sheet, name) for sheet in sheets)


def _sheet_grid(sheet: Worksheet, name: str) -> Grid:
    width = min(sheet.max_column, MAX_COLUMNS)
    rows = sheet.iter_rows(max_row=min(sheet.max_row, MAX_ROWS), max_col=width)
    cells = [[_cell(item) for item in row] for row in rows]
    if sheet.max_row > MAX_ROWS and any(item.text for item in cells[-1]):
        raise _too_long(name)
    _fill_down(sheet, cells)
    hidden = {
        column - 1
        for letter, shape in sheet.column_dimensions.items()
        if shape.hidden
        for column in range(shape.min or 0, (shape.max or 0) + 1)
    }
    keep = [place for place in range(width) if place not in hidden]
    return grid(
        clean(sheet.title),
        [
            [row[place] for place in keep]
            for number, row in enumerate(cells, start=1)
            if not sheet.row_dimensions[number].hidden
        ],
    )


def _fill_down(sheet: Worksheet, cells: list[list[Cell]]) -> None:
    """A cell merged over several rows of one column holds for all of them."""
    for area in sheet.merged_cells.ranges:
        if area.min_col != area.max_col or area.min_col > MAX_COLUMNS:
            continue
        for row in range(area.min_row, min(area.max_row, len(cells))):
            cells[row][area.min_col - 1] = cells[area.min_row - 1][area.min_col - 1]


def _cell(item: WorkbookCell | MergedCell) -> Cell:
    value = item.value
    if value is None:
        return EMPTY
    if isinstance(value, bool | date):
        return Cell(clean(str(value)))
    if isinstance(value, int | float):
        return shown(value, item.number_format or "General")
    return Cell(clean(str(value)))
