"""Correct published tables, invented, in the many layouts that offices print.

Shares no arithmetic with the code under test: integers and ``Decimal`` only, in hundredths.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

BANDS = [("Tốt", 80), ("Khá", 65), ("Trung bình", 50), ("Kém", None)]
CENT = Decimal("0.01")
HEADERS = {
    "order": ["STT", "TT", "Stt", "Số TT"],
    "unit": ["Tên đơn vị", "TÊN CƠ QUAN", "Cơ quan/Đơn vị", "Sở, ban,\nngành", "don vi", "Đơn  vị"],
    "maximum": ["Điểm tối đa", "ĐIỂM TỐI ĐA", "Điểm chuẩn", "Tổng điểm tối đa"],
    "total": ["Tổng điểm", "TỔNG CỘNG", "Tổng điểm (100)", "tong diem", "Tổng điểm năm 2023"],
    "index": ["Chỉ số", "Tỷ lệ đạt (%)", "TỶ LỆ", "Chỉ số CCHC năm 2023", "Tỉ lệ %"],
    "band": ["Xếp loại", "Phân loại", "XẾP LOẠI"],
    "rank": ["Xếp hạng", "Vị thứ", "Hạng", "Thứ hạng", "Thứ tự xếp hạng", "Xếp hạng (theo khối)"],
    "group": ["Nhóm", "Khối", "Cụm", "group", "Khối thi đua"],
}
PARTS = {
    "none": [],
    "stages": ["Điểm thẩm định", "Điểm điều tra XHH"],
    "remarks": ["Điểm thẩm định (65)", "Điểm ĐTXHH (35)"],
    "domains": ["Lĩnh vực 1", "2. Cải cách thể chế", "TTHC", "Tài chính công"],
    "bonus": ["Điểm thẩm định", "Điểm ĐTXHH", "Điểm thưởng", "Điểm trừ"],
}


@dataclass(frozen=True)
class Unit:
    """One unit as it is printed: hundredths of points and of per cents."""

    name: str
    group: str
    parts: tuple[Decimal, ...]
    maximum: Decimal
    total: Decimal
    index: Decimal
    rank: int = 0
    band: str = ""


@dataclass(frozen=True)
class Layout:
    """How a table is printed."""

    columns: tuple[str, ...]
    headers: dict[str, str]
    parts: str
    groups: str
    """none, column, headings or roman: how groups are printed."""
    comma: bool
    file: str
    """csv, semicolon, tab, utf16, xlsx or text.xlsx."""
    ratio: str
    """percent, sign or ratio: how indices are printed."""
    means: str
    """none, last or groups."""
    titles: bool
    note: bool
    short: bool
    """Whether zeros at the end are dropped."""


@dataclass(frozen=True)
class Printed:
    """A table and its layout. ``means`` overrides printed means, by column."""

    units: tuple[Unit, ...]
    layout: Layout
    means: dict[str, Decimal] = field(default_factory=dict)


def half_up(value: Decimal) -> Decimal:
    """Rounded to hundredths, half away from zero."""
    return value.quantize(CENT, ROUND_HALF_UP)


def quotient(points: Decimal, maximum: Decimal) -> Decimal:
    """Per cent in hundredths, by integers: no precision can be lost."""
    top, bottom = int(points * 10_000) * 10_000, int(maximum * 10_000)
    return Decimal((2 * top + bottom) // (2 * bottom)) * CENT


def band_of(index: Decimal) -> str:
    """The label of BANDS."""
    return next(label for label, cut in BANDS if cut is None or index >= cut)


def value(unit: Unit, layout: Layout) -> Decimal:
    """What the unit is ranked by."""
    return unit.index if "maximum" in layout.columns else unit.total


@st.composite
def tables(draw: st.DrawFn, /, **fixed: Any) -> Printed:
    """A correct table in any layout; ``fixed`` fields of the layout are as given."""
    layout = draw(layouts(**fixed))
    names = {"none": [""]}.get(layout.groups, ["Khối sở, ban, ngành", "Khối UBND huyện"])
    units = [
        draw(units_of(layout, group, number))
        for group in names
        for number in range(1, draw(st.integers(5, 9)) + 1)
    ]
    return Printed(tuple(graded(units, layout, names)), layout)


@st.composite
def layouts(draw: st.DrawFn, /, **fixed: Any) -> Layout:
    """Any layout."""
    maximum = fixed.pop("maximum", draw(st.booleans()))
    optional = [name for name in ("order", "rank", "band") if draw(st.booleans())]
    optional += ["maximum", "index"] if maximum else []
    optional += fixed.pop("with_", [])
    drawn: dict[str, Any] = {
        "headers": {role: draw(st.sampled_from(texts)) for role, texts in HEADERS.items()},
        "parts": draw(st.sampled_from(sorted(PARTS))),
        "groups": draw(st.sampled_from(["none", "column", "headings", "roman"])),
        "comma": draw(st.booleans()),
        "file": draw(st.sampled_from(["csv", "semicolon", "tab", "utf16", "xlsx", "text.xlsx"])),
        "ratio": draw(st.sampled_from(["percent", "sign", "ratio"])),
        "means": draw(st.sampled_from(["none", "last", "groups"])),
        "titles": draw(st.booleans()),
        "note": draw(st.booleans()),
        "short": draw(st.booleans()),
    } | fixed
    if drawn["groups"] == "none" and drawn["means"] == "groups":
        drawn["means"] = "last"
    if drawn["groups"] == "roman":
        optional.append("order")
    if drawn["groups"] == "column":
        optional.append("group")
    names = [name for name in ("order", "unit", "group", "maximum", "parts", "total", "index",
             "band", "rank") if name in {*optional, "unit", "parts", "total"}]  # fmt: skip
    return Layout(columns=tuple(names), **drawn)


@st.composite
def units_of(draw: st.DrawFn, layout: Layout, group: str, number: int) -> Unit:
    """One unit with exact points in quarter hundredths."""
    maximum = draw(st.sampled_from([Decimal(100), Decimal("96.5"), Decimal("71.5")]))
    count = len(PARTS[layout.parts])
    total = Decimal(draw(st.integers(4000, 7000))) * CENT
    parts = split(draw, total, count, layout.parts) if count else ()
    kind = "Huyện" if "huyện" in group else "Sở"
    name = f"{kind} Mẫu {number:02d}"
    return Unit(name, group, parts, maximum, total, quotient(total, maximum))


def split(draw: st.DrawFn, total: Decimal, count: int, kind: str) -> tuple[Decimal, ...]:
    """``total`` as parts; bonus and penalty last where the kind has them."""
    extra: tuple[Decimal, ...] = ()
    if kind == "bonus":
        extra = (Decimal(draw(st.integers(0, 3))), Decimal(draw(st.integers(0, 2))))
        total, count = total - extra[0] + extra[1], count - 2
    if kind == "remarks":
        survey = Decimal(draw(st.integers(1500, 3000))) * CENT
        return (total - survey, survey) if total - survey <= 65 else (total - 30, Decimal(30))
    cuts = sorted(draw(st.lists(st.integers(1, 999), min_size=count - 1, max_size=count - 1)))
    edges = [Decimal(0), *(half_up(total * cut / 1000) for cut in cuts), total]
    return (*(high - low for low, high in pairwise(edges)), *extra)


def graded(units: Sequence[Unit], layout: Layout, groups: Sequence[str]) -> list[Unit]:
    """The units in falling order within their groups, with ranks and bands."""
    found = []
    for group in groups:
        members = [unit for unit in units if unit.group == group]
        members.sort(key=lambda unit: value(unit, layout), reverse=True)
        for unit in members:
            better = sum(value(other, layout) > value(unit, layout) for other in members)
            found.append(replace(unit, rank=better + 1, band=band_of(value(unit, layout))))
    return found


def write(table: Printed, folder: Path) -> Path:
    """The table as a file."""
    rows = lines(table)
    kind = table.layout.file
    path = folder / f"bang.{'xlsx' if 'xlsx' in kind else 'csv'}"
    if "xlsx" in kind:
        book = openpyxl.Workbook()
        sheet = book.active
        assert isinstance(sheet, Worksheet)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row, start=1):
                put(sheet, number, place, cell, table.layout, as_text=kind == "text.xlsx")
        book.save(path)
        return path
    text = io.StringIO()
    delimiter = {"semicolon": ";", "tab": "\t", "utf16": "\t"}.get(kind, ",")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([[shown(cell, table.layout) for cell in row] for row in rows])
    path.write_bytes(text.getvalue().encode("utf-16" if kind == "utf16" else "utf-8-sig"))
    return path


Cell = tuple[str, Decimal] | str | int
"""("figure" or "index", value), a text or a whole number."""


def lines(table: Printed) -> list[list[Cell]]:
    """All rows of the sheet."""
    layout = table.layout
    found: list[list[Cell]] = []
    if layout.titles:
        found += [["UBND TỈNH MẪU"], ["KẾT QUẢ CHỈ SỐ CẢI CÁCH HÀNH CHÍNH CÁC SỞ NĂM 2023"], []]
    found.append(header(layout))
    groups = list(dict.fromkeys(unit.group for unit in table.units))
    for number, group in enumerate(groups):
        members = [unit for unit in table.units if unit.group == group]
        if layout.groups == "headings":
            found.append([group])
        if layout.groups == "roman":
            found.append(["I" * (number + 1), group])
        found += [row_of(unit, place, layout) for place, unit in enumerate(members, start=1)]
        if layout.means == "groups":
            found.append(mean_row("Trung bình", members, table))
    if layout.means != "none":
        found.append(mean_row("Trung bình chung", table.units, table))
    if layout.note:
        found += [[], ["Ghi chú: bảng minh họa, số liệu không có thật."]]
    return found


def header(layout: Layout) -> list[Cell]:
    """The header row."""
    row: list[Cell] = []
    for name in layout.columns:
        row += PARTS[layout.parts] if name == "parts" else [layout.headers[name]]
    return row


def row_of(unit: Unit, place: int, layout: Layout) -> list[Cell]:
    """One unit."""
    cells: dict[str, list[Cell]] = {
        "order": [place],
        "unit": [unit.name],
        "group": [unit.group],
        "maximum": [("figure", unit.maximum)],
        "parts": [("figure", part) for part in unit.parts],
        "total": [("figure", unit.total)],
        "index": [("index", unit.index)],
        "band": [unit.band],
        "rank": [unit.rank],
    }
    return [cell for name in layout.columns for cell in cells[name]]


def mean_row(label: str, units: Sequence[Unit], table: Printed) -> list[Cell]:
    """A row of means over ``units``."""

    def mean(name: str, values: Sequence[Decimal]) -> Decimal:
        return table.means.get(name, half_up(sum(values, Decimal(0)) / len(values)))

    layout = table.layout
    cells: dict[str, list[Cell]] = {name: [""] for name in layout.columns}
    cells["unit"] = [label]
    cells["total"] = [("figure", mean("total", [unit.total for unit in units]))]
    cells["index"] = [("index", mean("index", [unit.index for unit in units]))]
    cells["parts"] = [
        ("figure", mean(f"part {at}", [unit.parts[at] for unit in units]))
        for at in range(len(PARTS[layout.parts]))
    ]
    return [cell for name in layout.columns for cell in cells[name]]


def shown(cell: Cell, layout: Layout) -> str:
    """A cell as text."""
    if not isinstance(cell, tuple):
        return str(cell)
    kind, figure = cell
    if kind == "index" and layout.ratio == "ratio":
        text = format(figure / 100, ".4f")
    else:
        text = format(figure, ".2f")
    if layout.short and "." in text:
        text = text.rstrip("0").rstrip(".")
    text = text.replace(".", ",") if layout.comma else text
    return text + ("%" if kind == "index" and layout.ratio == "sign" else "")


def put(
    sheet: Worksheet, row: int, column: int, cell: Cell, layout: Layout, *, as_text: bool
) -> None:
    """A cell into a workbook: as text, or as a number with its format."""
    target = sheet.cell(row, column)
    if isinstance(cell, tuple) and not as_text:
        kind, figure = cell
        as_ratio = kind == "index" and layout.ratio != "percent"
        target.value = float(figure / 100) if as_ratio else float(figure)
        sign = kind == "index" and layout.ratio == "sign"
        target.number_format = "0.00%" if sign else "General" if layout.short else "0.00"
        if as_ratio and not sign:
            target.number_format = "0.0000"
    else:
        target.value = shown(cell, layout) if isinstance(cell, tuple) else cell
