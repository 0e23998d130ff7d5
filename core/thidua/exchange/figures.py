"""Tables of survey results and indices (CSV, xlsx): a unit a line, its figures in columns.

What a column is for is known by its heading: the names that the campaign's leaves give their
inputs, alone or after a leaf's code or name, also over several rows of a header.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from thidua.errors import Invalid, Problem
from thidua.exchange.tables.cells import Cell, Grid, plain
from thidua.exchange.tables.figures import decimal_marks, read_figure, read_rank
from thidua.exchange.tables.files import readings
from thidua.exchange.tables.headers import meaning, starts_with, words
from thidua.exchange.tables.layout import (
    MAX_HEADER_ROWS,
    MAX_TITLE_ROWS,
    Heading,
    headings,
    is_numbering,
)
from thidua.store.vietnamese import nfc
from thidua.work.figure_lines import FigureColumn, FigureLine

CODES = ("ma don vi", "ma hanh chinh", "ma dinh danh", "ma", "ma so")
MEANT = {"percent": ("index", "result", "total"), "value": ("index", "result", "total"),
         "rank": ("rank",)}  # fmt: skip
"""What the words of a heading may mean for an input that stands alone (``headers.yaml``)."""


@dataclass(frozen=True)
class FigureTable:
    """What a file holds, and its SHA-256."""

    file_name: str
    file_hash: str
    lines: tuple[FigureLine, ...]


@dataclass(frozen=True)
class _Layout:
    """Where things stand in a sheet: the first row below the header, columns by place."""

    sheet: Grid
    end: int
    unit: int | None
    code: int | None
    figures: dict[str, int] = field(default_factory=dict)


def read_figures(path: Path, columns: Sequence[FigureColumn]) -> FigureTable:
    """The lines of a file that name a unit and hold a figure of ``columns``.

    ``Invalid`` when no header names a unit and a figure, or with every cell that is no number.
    """
    found = max(_layouts(path, columns), key=lambda item: len(item.figures), default=None)
    if found is None:
        whole = [column for column in columns if "/" not in column.key] or columns
        wanted = ", ".join(f"“{column.label}”" for column in whole)
        raise Invalid.one(
            path.name,
            "không có hàng tiêu đề với cột tên đơn vị (hoặc mã đơn vị) và cột số liệu; "
            f"hãy đặt tên cột số liệu là {wanted}.",
        )
    problems: list[Problem] = []
    lines = tuple(_lines(found, {column.key: column for column in columns}, problems))
    if problems:
        raise Invalid(problems)
    return FigureTable(path.name, hashlib.sha256(path.read_bytes()).hexdigest(), lines)


def _layouts(path: Path, columns: Sequence[FigureColumn]) -> Iterator[_Layout]:
    for reading in readings(path):
        for sheet in reading:
            for start in range(min(len(sheet.rows), MAX_TITLE_ROWS)):
                for end in range(start + 1, min(start + MAX_HEADER_ROWS, len(sheet.rows)) + 1):
                    layout = _layout(sheet, end, headings(sheet.rows[start:end], {}), columns)
                    if layout.figures and (layout.unit, layout.code) != (None, None):
                        yield layout


def _layout(
    sheet: Grid, end: int, found: Sequence[Heading], columns: Sequence[FigureColumn]
) -> _Layout:
    code = next((item.place for item in found if plain(item.text) in CODES), None)
    units = [item for item in found if item.said.kind == "unit" and item.place != code]
    best = max(units, key=lambda item: item.said.strength, default=None)
    taken = {code, best.place if best else None}
    others = [item for item in found if item.place not in taken]
    return _Layout(sheet, end, best.place if best else None, code, _figures(others, columns))


def _figures(found: Sequence[Heading], columns: Sequence[FigureColumn]) -> dict[str, int]:
    """The place of each column by key: by its own names, else by what its words mean."""
    names = [(plain(name), column.key) for column in columns for name in column.names]
    keys = dict(reversed(names))
    places: dict[str, int] = {}
    for item in found:
        key = keys.get(plain(item.text))
        if key:
            places.setdefault(key, item.place)
    placed = {key.rpartition("/")[2] for key in places}
    for column in columns:
        free = [item for item in found if item.place not in places.values()]
        meant = [item for item in free if _means(item, column.key)]
        if column.key not in placed and len(meant) == 1:
            places[column.key] = meant[0].place
    return places


def _means(item: Heading, key: str) -> bool:
    return (meaning(item.text).kind or "").startswith(MEANT.get(key, ("-",)))


def _lines(
    layout: _Layout, columns: dict[str, FigureColumn], problems: list[Problem]
) -> Iterator[FigureLine]:
    body = layout.sheet.rows[layout.end :]
    marks = {
        key: decimal_marks(row[at] for row in body) if columns[key].scale > 1 else frozenset[str]()
        for key, at in layout.figures.items()
    }  # a count has no decimals: 1.200 is 1200
    for number, row in enumerate(body, start=layout.end + 1):
        unit, code = (
            "" if at is None else row[at].text.removeprefix("'")
            for at in (layout.unit, layout.code)
        )
        if not (unit or code) or is_numbering(row) or _sums_up(unit):
            continue
        values: dict[str, Decimal] = {}
        for key, at in layout.figures.items():
            value = _value(row[at], columns[key], marks[key])
            if value is not None:
                values[key] = value
            elif any(char.isalnum() for char in row[at].text):
                place = f"Dòng {number}, {columns[key].label}"
                problems.append(Problem(place, _unread(row[at].text, columns[key])))
        if values:
            yield FigureLine(unit=unit, code=code, values=values, line=number)


def _unread(text: str, column: FigureColumn) -> str:
    """Why a cell is not taken."""
    if column.options:
        return f"“{text}” không có trong các mức; hãy ghi một trong: {', '.join(column.options)}"
    return f"“{text}” không phải là số; hãy sửa lại"


def _value(cell: Cell, column: FigureColumn, marks: frozenset[str]) -> Decimal | None:
    if column.options:
        return _chosen(cell.text, column.options)
    if column.key.rpartition("/")[2] == "rank":
        rank = read_rank(cell)
        return None if rank is None else Decimal(rank)
    figure = read_figure(cell, marks)
    return None if figure is None else figure.value


def _chosen(text: str, options: Sequence[str]) -> Decimal | None:
    """The place of the option that is meant; accents and signs count where they tell apart."""
    for form in (_exactly, plain):
        places = [place for place, option in enumerate(options) if form(option) == form(text)]
        if text and len(places) == 1:
            return Decimal(places[0])
    return None


def _exactly(text: str) -> str:
    return "".join(nfc(text).casefold().split())


def _sums_up(name: str) -> bool:
    """Whether the line is a mean or a sum over units: it names none."""
    rows = words()["rows"]
    return plain(name) in rows["other"] or starts_with(name, rows["mean"])
