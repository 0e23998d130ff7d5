"""Published result tables (CSV, xlsx) as offices print them: which column is what, which row a
unit. What a file contains is data: formulas are never evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from thidua.errors import Invalid
from thidua.exchange.tables.cells import Grid, plain
from thidua.exchange.tables.columns import NAMES, assign_roles, option
from thidua.exchange.tables.figures import added
from thidua.exchange.tables.files import Reading, readings
from thidua.exchange.tables.headers import ROLES, meaning
from thidua.exchange.tables.layout import Column, Header, find_header, loose_headings
from thidua.exchange.tables.rows import MeanRow, Row, read_body

__all__ = ["Column", "MeanRow", "Row", "Table", "named_columns", "read_table"]

SETTABLE = (*(role for role in ROLES if role != "overall"), "overall", "ignore")


@dataclass(frozen=True, slots=True)
class Table:
    """A published table. ``columns`` holds every column with a header, in printed order.

    ``Row.parts`` and ``MeanRow.parts`` go with the columns of role ``part``. ``stated`` maps the
    place of a column to its maximum where a row of maxima is printed. ``notes`` are sentences
    about how the table was read.
    """

    file: str
    sheet: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    means: tuple[MeanRow, ...] = ()
    stated: Mapping[int, Decimal] | None = None
    notes: tuple[str, ...] = ()

    def column(self, role: str) -> Column | None:
        """The column with this role, if there is one."""
        return next((item for item in self.columns if item.role == role), None)

    @property
    def parts(self) -> tuple[Column, ...]:
        """The part columns, in printed order."""
        return tuple(item for item in self.columns if item.role == "part")


def read_table(path: Path, named: Mapping[str, str] | None = None) -> Table:
    """The result table in a CSV or xlsx file.

    ``named`` (header → role, see ``named_columns``) decides where the words of a header do not.
    ``Invalid`` with a sentence that says what to do when the file is no usable table.
    """
    wanted = {plain(text): role for text, role in (named or {}).items()}
    best: tuple[int, int, Grid, Header, Reading] | None = None
    seen: list[Reading] = []
    for reading in readings(path):
        seen.append(reading)
        for place, sheet in enumerate(reading):
            header = find_header(sheet, wanted)
            if header and (best is None or header.score > best[0]):
                best = header.score, place, sheet, header, reading
            if header:
                break
    if best is None:
        raise _no_header(path, seen)
    _, _, sheet, header, reading = best
    _refuse_unknown(wanted, named or {}, header)
    return _table(path, sheet, header, reading)


def named_columns(text: str) -> dict[str, str]:
    """``"Tên đơn vị=unit,Điểm=total"`` as header → role; a header may itself contain commas."""
    roles = "|".join(SETTABLE)
    pattern = re.compile(rf"\s*(.+?)\s*=\s*({roles})\s*(?:[,;]|$)")
    found: dict[str, str] = {}
    position = 0
    while position < len(text.rstrip(" ,;")):
        match = pattern.match(text, position)
        if not match:
            raise Invalid.one(
                "--columns",
                f"không hiểu “{text[position:]}”. Hãy viết dạng tiêu đề=vai trò, cách nhau dấu "
                f"phẩy; vai trò là một trong: {', '.join(SETTABLE)}.",
            )
        found[match[1]] = match[2]
        position = match.end()
    return found


def _table(path: Path, sheet: Grid, header: Header, reading: Reading) -> Table:
    _refuse_torn(path, sheet, header)
    columns = assign_roles(header.headings, sheet.rows[header.end :])
    body = read_body(sheet.rows, header, columns)
    if not any(_has_figures(row) for row in body.rows):
        raise Invalid.one(
            path.name,
            "không có đơn vị nào có điểm, chỉ số hay thứ hạng dưới hàng tiêu đề; nếu các ô là công "
            "thức, hãy mở bằng Excel, lưu lại rồi kiểm tra lại. " + _ask(columns),
        )
    others = [grid.name for grid in reading if grid is not sheet and find_header(grid, {})]
    if others:
        names = ", ".join(f"“{name}”" for name in others)
        body.notes.append(f"Chỉ đọc trang “{sheet.name}”; chưa đọc các trang khác: {names}.")
    body.notes.extend(_unknown_columns(columns))
    table = Table(
        path.name, sheet.name, columns, tuple(body.rows), tuple(body.means), body.stated,
        tuple(body.notes),
    )  # fmt: skip
    return _with_totals(table)


def _with_totals(table: Table) -> Table:
    """Where only parts are printed, neither a total nor an index, the points are their sum."""
    if table.column("total") or table.column("index") or len(table.parts) < 2:
        return table
    signs = [-1 if column.part == "penalty" else 1 for column in table.parts]
    rows = tuple(replace(row, total=added(row.parts, signs)) for row in table.rows)
    note = "Bảng không có cột tổng và chỉ số; điểm là tổng các phần."
    return replace(table, rows=rows, notes=(*table.notes, note))


def _refuse_torn(path: Path, sheet: Grid, header: Header) -> None:
    """Rows with more cells than the header: decimal commas taken for delimiters."""
    last = header.headings[-1].place
    rows = [row for row in sheet.rows[header.end :] if any(cell.text for cell in row)]
    torn = [row for row in rows if any(cell.text for cell in row[last + 1 :])]
    if not sheet.name and 2 * len(torn) > len(rows):
        raise Invalid.one(
            path.name,
            "các dòng có nhiều ô hơn hàng tiêu đề, có lẽ vì dấu phẩy thập phân; hãy đặt các số "
            "như 90,5 trong dấu nháy kép hoặc ngăn cột bằng dấu chấm phẩy.",
        )


def _has_figures(row: Row) -> bool:
    figures = (row.total, row.index, row.rank, *row.parts)
    return any(item is not None for item in figures)


def _unknown_columns(columns: Sequence[Column]) -> Iterator[str]:
    unknown = [item.header for item in columns if item.role is None]
    if unknown:
        names = ", ".join(f"“{text}”" for text in unknown)
        yield (
            f"Chưa nhận ra cột {names}; nếu cần, hãy thêm {option({unknown[0]: 'part'})} "
            f"(vai trò: {', '.join(SETTABLE)})."
        )


def _ask(columns: Sequence[Column]) -> str:
    known = ", ".join(f"“{item.header}” là {NAMES[item.role]}" for item in columns)
    return f"Các cột đã nhận: {known}."


def _refuse_unknown(wanted: Mapping[str, str], named: Mapping[str, str], header: Header) -> None:
    known = {plain(item.text) for item in header.headings} | header.texts
    missing = [text for text in named if plain(text) not in known]
    if missing and wanted:
        texts = ", ".join(f"“{item.text}”" for item in header.headings)
        raise Invalid.one(
            "--columns", f"bảng không có cột “{missing[0]}”. Các cột của bảng: {texts}."
        )


def _no_header(path: Path, seen: Sequence[Reading]) -> Invalid:
    candidates = [loose_headings(sheet) for reading in seen for sheet in reading]
    texts = max(candidates, key=len, default=())
    if len(texts) < 2:
        return Invalid.one(
            path.name,
            "không tìm thấy bảng nào; tệp cần một hàng tiêu đề có cột tên đơn vị và cột điểm, "
            "chỉ số hoặc thứ hạng.",
        )
    shown = ", ".join(f"“{text}”" for text in texts[:12])
    free = [text for text in texts if meaning(text).kind not in {"order", "total3"}]
    example = option({free[0] if free else "Tên cột": "unit", texts[-1]: "total"})
    return Invalid.one(
        path.name,
        f"không nhận ra cột tên đơn vị hoặc cột điểm trong hàng {shown}. Hãy chỉ rõ, ví dụ: "
        f"{example} (vai trò: {', '.join(SETTABLE)}).",
    )
