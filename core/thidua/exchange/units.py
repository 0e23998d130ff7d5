"""The register of units as a workbook or CSV, out and in; in both the same columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from thidua.errors import Invalid, Problem
from thidua.exchange.office import safe_text
from thidua.exchange.tables.cells import Cell, Grid, plain
from thidua.exchange.tables.files import readings
from thidua.work.register import UnitLine

COLUMNS: Mapping[str, str] = {
    "key": "Khóa",
    "name": "Tên đơn vị",
    "kind": "Loại đơn vị",
    "cluster": "Khối, cụm",
    "parent": "Đơn vị cấp trên",
    "official_code": "Mã hành chính",
    "valid_from": "Từ ngày",
    "valid_to": "Đến ngày",
    "told": "Tên phân biệt khi trùng",
}
"""Field of ``UnitLine`` and heading; kinds and clusters stand as codes, units as keys."""

NEEDED = ("name", "kind")
_WIDTHS = (28, 48, 14, 18, 28, 16, 14, 14, 48)
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?: 00:00:00)?")


def units_csv(lines: Sequence[UnitLine]) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads Vietnamese; text is never a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS.values())
    writer.writerows([safe_text(text) for text in _texts(line)] for line in lines)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def units_workbook(lines: Sequence[UnitLine]) -> bytes:
    """An .xlsx of one sheet; every cell is text, so that codes keep their zeros."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Đơn vị"
    for number, texts in enumerate([list(COLUMNS.values()), *map(_texts, lines)], start=1):
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(number, column)
            cell.value, cell.data_type, cell.number_format = text, "s", "@"
            cell.font = Font(name="Times New Roman", size=12, bold=number == 1)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read_units(path: Path) -> tuple[UnitLine, ...]:
    """The lines of a file with the headings of ``COLUMNS``, in any order, empty rows left out.

    ``Invalid`` when no such headings are found, or with every unreadable day and its line.
    """
    found = next(_found(path), None)
    if found is None:
        names = ", ".join(f"“{COLUMNS[name]}”" for name in NEEDED)
        raise Invalid.one(path.name, f"không có hàng tiêu đề với các cột {names}; hãy thêm vào.")
    sheet, at, places = found
    problems: list[Problem] = []
    lines = [
        _line(row, number, places, problems)
        for number, row in enumerate(sheet.rows[at + 1 :], start=at + 2)
        if any(cell.text for cell in row)
    ]
    if problems:
        raise Invalid(problems)
    return tuple(lines)


def _texts(line: UnitLine) -> list[str]:
    values = [getattr(line, name) for name in COLUMNS]
    return [
        f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value or "") for value in values
    ]


def _found(path: Path) -> Iterator[tuple[Grid, int, dict[str, int]]]:
    """A sheet, the place of its heading row, and the place of each column."""
    names = {plain(heading): name for name, heading in COLUMNS.items()}
    for reading in readings(path):
        for sheet in reading:
            for at, row in enumerate(sheet.rows):
                places = {
                    names[plain(cell.text)]: place
                    for place, cell in enumerate(row)
                    if plain(cell.text) in names
                }
                if all(name in places for name in NEEDED):
                    yield sheet, at, places


def _line(
    row: Sequence[Cell], number: int, places: Mapping[str, int], problems: list[Problem]
) -> UnitLine:
    texts = {name: row[place].text.removeprefix("'") for name, place in places.items()}
    days = {name: texts.pop(name, "") for name in ("valid_from", "valid_to")}
    known: dict[str, date | None] = {}
    for name, text in days.items():
        known[name] = _day(text)
        if text and known[name] is None:
            reason = f"“{text}” không phải là ngày; hãy ghi như 01/07/2025"
            problems.append(Problem(place=f"Dòng {number}, {COLUMNS[name]}", reason=reason))
    return UnitLine(
        **texts,
        valid_from=known["valid_from"],
        valid_to=known["valid_to"],
        line=number,
    )


def _day(text: str) -> date | None:
    written, iso = _DAY.fullmatch(text), _ISO.fullmatch(text)
    try:
        if written:
            day, month, year = map(int, written.groups())
            return date(year, month, day)
        return date(*map(int, iso.groups())) if iso else None
    except ValueError:
        return None
