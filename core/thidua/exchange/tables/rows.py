"""The rows below a header: units under their groups, mean rows, and what is neither."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from statistics import median
from typing import Any

from thidua.exchange.tables.cells import EMPTY, Cell, plain
from thidua.exchange.tables.figures import (
    Figure,
    as_percent,
    column_places,
    decimal_marks,
    read_figure,
    read_rank,
)
from thidua.exchange.tables.headers import starts_with, words
from thidua.exchange.tables.layout import Column, Header, is_numbering, is_repeated

RATIO_LIMIT = Decimal("1.5")
"""A column of indices whose middle is below holds ratios (0.8945), above per cents (89.45)."""

MAX_HEADING = 160
"""A longer text alone in its row is a remark."""

_ARABIC = re.compile(r"0*\d{1,4}[.)]?")
_MARKER = re.compile(r"^\s*([IVX]{1,6}|[A-HĐ]|\d{1,2})\s*[.)\-:/]\s*(?=\S)")
_WORD_ROLES = ("unit", "group", "order", "rank", "overall", "band")
_FIGURE_ROLES = ("maximum", "part", "total", "index")


@dataclass(frozen=True, slots=True)
class Row:
    """One unit as printed. ``parts`` in the order of the part columns; absent figures are None.

    ``groups``: the group column's text or the headings above, outermost first. ``run`` counts how
    often the printed order began again at 1, ``line`` is the row in its sheet, from 1.
    """

    line: int
    unit: str
    groups: tuple[str, ...] = ()
    run: int = 0
    maximum: Figure | None = None
    parts: tuple[Figure | None, ...] = ()
    total: Figure | None = None
    index: Figure | None = None
    rank: int | None = None
    overall: int | None = None
    band: str | None = None

    @property
    def group(self) -> str:
        """The groups in one text; empty if there are none."""
        return " – ".join(self.groups)


@dataclass(frozen=True, slots=True)
class MeanRow:
    """A printed row of means. ``after``: how many units stand above it."""

    line: int
    label: str
    groups: tuple[str, ...]
    after: int
    maximum: Figure | None
    parts: tuple[Figure | None, ...]
    total: Figure | None
    index: Figure | None


@dataclass
class Body:
    """What the rows below the header hold. ``stated``: a printed row of maxima, by column."""

    rows: list[Row] = field(default_factory=list)
    means: list[MeanRow] = field(default_factory=list)
    stated: dict[int, Decimal] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    """One row of the sheet with what its columns say, before it is known what it is."""

    number: int
    cells: Sequence[Cell]
    label: str
    order: str
    figures: Mapping[int, Figure]
    other: bool
    """Whether it holds a rank or a band."""
    dashed: bool
    """Whether it marks a figure as absent: "-", "x"."""

    @property
    def empty(self) -> bool:
        return not self.figures and not self.other


def read_body(rows: Sequence[Sequence[Cell]], header: Header, columns: Sequence[Column]) -> Body:
    """All rows below the header (``rows`` is the whole sheet), each as what it is."""
    lines = [
        (number, _unrepeated(row))
        for number, row in enumerate(rows[header.end :], start=header.end + 1)
        if any(cell.text for cell in row) and not is_repeated(row, header)
        if not (number <= header.end + 2 and is_numbering(row))
    ]
    reader = _Reader(columns, [row for _, row in lines])
    body = Body()
    if reader.ratio:
        body.notes.append("Cột chỉ số ghi tỷ số (0,8945), được đổi ra phần trăm (89,45).")
    for number, row in lines:
        reader.take(reader.line(number, row), body)
    return body


class _Reader:
    """Goes down the rows and remembers headings and the printed order."""

    def __init__(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
        self.columns = columns
        self.places = {role: _places(columns, role) for role in (*_WORD_ROLES, *_FIGURE_ROLES)}
        figures = [place for role in _FIGURE_ROLES for place in self.places[role]]
        self.marks = {place: _marks([row[place] for row in rows], rows) for place in figures}
        self.ratio = self._is_ratio(rows)
        self.known: dict[int, int] = {}
        for place in figures:
            read = [self._figure(row, place) for row in rows]
            self.known[place] = column_places(item for item in read if item)
        self.arabic = any(_ARABIC.fullmatch(self._order(row)) for row in rows)
        self.headings: list[tuple[str, str]] = []
        self.fresh = False
        self.first = True
        self.run = 0
        self.last_order = 0
        self.last_group = ""
        self.silent: list[_Line] = []

    def line(self, number: int, row: Sequence[Cell]) -> _Line:
        """What the columns of one row say."""
        figures = {
            place: figure
            for place in self.marks
            if (figure := self._figure(row, place)) is not None
        }
        other = any(
            row[place].text and any(char.isalnum() for char in row[place].text)
            for role in ("rank", "overall", "band")
            for place in self.places[role]
        )
        dashed = any(row[place].text for place in self.marks)
        return _Line(number, row, self._label(row), self._order(row), figures, other, dashed)

    def take(self, line: _Line, body: Body) -> None:
        """Put the line where it belongs."""
        numbered = bool(_ARABIC.fullmatch(line.order))
        if not line.label:
            self._nameless(line, body)
        elif not numbered and self._special(line, body):
            return
        elif self._is_heading(line, numbered):
            self._head(line)
        elif line.empty and not line.dashed and not numbered:
            self.silent.append(line)
        else:
            # a name alone is a unit without figures only if other units follow
            body.rows.extend(self._unit(item) for item in (*self.silent, line))
            self.silent.clear()

    def _nameless(self, line: _Line, body: Body) -> None:
        if line.figures:
            body.notes.append(f"Dòng {line.number} có số nhưng không có tên đơn vị; không đọc.")

    def _special(self, line: _Line, body: Body) -> bool:
        kinds = words()["rows"]
        if starts_with(line.label, kinds["mean"]) and line.figures:
            body.means.append(self._mean(line, len(body.rows)))
        elif starts_with(line.label, kinds["maximum"]) and line.figures:
            body.stated.update({place: item.value for place, item in line.figures.items()})
        elif line.figures:
            bare = re.sub(r"[\d ]+$", "", plain(line.label))
            return bare in kinds["other"] or starts_with(line.label, kinds["other_start"])
        else:
            return line.empty and starts_with(line.label, kinds["note"])
        return True

    def _is_heading(self, line: _Line, numbered: bool) -> bool:
        known = starts_with(line.label, words()["headings"])
        if line.empty:
            titled = known or line.label.isupper() or bool(_MARKER.match(line.label))
            alone = not numbered and not line.dashed and len(line.label) <= MAX_HEADING
            return known or (alone and (titled or self.arabic or self.first))
        marked = bool(re.fullmatch(r"([IVX]+|[A-HĐ])\W?", line.order))
        return self.arabic and not numbered and (marked or (known and not line.order))

    def _head(self, line: _Line) -> None:
        """A heading closes those of its own style; one right below another stands inside it."""
        style = _style(line)
        styles = [known for _, known in self.headings]
        if style in styles:
            del self.headings[styles.index(style) :]
        elif not self.fresh:
            self.headings.clear()
        self.headings.append((_MARKER.sub("", line.label), style))
        self.fresh, self.last_order = True, 0

    def _unit(self, line: _Line) -> Row:
        self.fresh = self.first = False
        self._count(line.order)
        cells = line.cells
        ranks = {role: _first(self.places[role]) for role in ("rank", "overall", "band")}
        rank, overall, band = ranks["rank"], ranks["overall"], ranks["band"]
        return Row(
            line=line.number,
            unit=line.label,
            groups=self._groups(line),
            run=self.run,
            rank=read_rank(cells[rank]) if rank is not None else None,
            overall=read_rank(cells[overall]) if overall is not None else None,
            band=_word(cells[band].text) if band is not None else None,
            **self._figures(line),
        )

    def _mean(self, line: _Line, after: int) -> MeanRow:
        groups = tuple(text for text, _ in self.headings)
        return MeanRow(line.number, line.label, groups, after, **self._figures(line))

    def _figures(self, line: _Line) -> dict[str, Any]:
        one = {role: self._one(line, role) for role in ("maximum", "total", "index")}
        return {**one, "parts": tuple(line.figures.get(place) for place in self.places["part"])}

    def _one(self, line: _Line, role: str) -> Figure | None:
        place = _first(self.places[role])
        return None if place is None else line.figures.get(place)

    def _count(self, order: str) -> None:
        digits = re.sub(r"\D", "", order)
        number = int(digits) if _ARABIC.fullmatch(order) else 0
        if number == 1 and self.last_order > 1:
            self.run += 1
        self.last_order = number or self.last_order

    def _groups(self, line: _Line) -> tuple[str, ...]:
        own = tuple(line.cells[place].text for place in self.places["group"])
        headings = tuple(text for text, _ in self.headings)
        if not own:
            return headings
        self.last_group = " – ".join(filter(None, own)) or self.last_group
        return (*headings, self.last_group) if self.last_group else headings

    def _order(self, row: Sequence[Cell]) -> str:
        place = _first(self.places["order"])
        return row[place].text if place is not None else ""

    def _label(self, row: Sequence[Cell]) -> str:
        """The unit's name; where that cell is empty, a text further left (merged cells)."""
        place = self.places["unit"][0]
        if row[place].text:
            return row[place].text
        left = (row[at].text for at in range(place) if at not in self.places["group"])
        texts = [text for text in left if len(plain(text)) > 2 and not _ARABIC.fullmatch(text)]
        return texts[0] if texts else ""

    def _figure(self, row: Sequence[Cell], place: int) -> Figure | None:
        figure = read_figure(row[place], self.marks[place])
        if figure and place in self.places["index"] and self.ratio and not figure.percent:
            figure = as_percent(figure)
        return figure and replace(figure, known=self.known.get(place, 0))

    def _is_ratio(self, rows: Sequence[Sequence[Cell]]) -> bool:
        place = _first(self.places["index"])
        if place is None:
            return False
        read = [read_figure(row[place], self.marks[place]) for row in rows]
        values = [figure.value for figure in read if figure and not figure.percent]
        return bool(values) and median(values) <= RATIO_LIMIT


def _unrepeated(row: Sequence[Cell]) -> Sequence[Cell]:
    """A row that says one text in all its cells (merged before it was exported) says it once."""
    filled = [cell for cell in row if cell.text]
    if len(filled) < 3 or len({cell.text for cell in filled}) > 1 or filled[0].text.isdigit():
        return row
    first = row.index(filled[0])
    return [cell if place == first else EMPTY for place, cell in enumerate(row)]


def _marks(cells: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> frozenset[str]:
    """The decimal marks of a column; if it does not tell, those of the whole table."""
    own = decimal_marks(cells)
    return own if len(own) == 1 else decimal_marks(cell for row in rows for cell in row)


def _places(columns: Sequence[Column], role: str) -> tuple[int, ...]:
    return tuple(item.place for item in columns if item.role == role)


def _first(places: Sequence[int]) -> int | None:
    return places[0] if places else None


def _word(text: str) -> str | None:
    return text if any(char.isalnum() for char in text) and plain(text) != "x" else None


def _style(line: _Line) -> str:
    """How a heading is marked: I., A., 1., or by its first word."""
    match = _MARKER.match(f"{line.order}. {line.label}" if line.order else line.label)
    marker = match[1] if match else ""
    if re.fullmatch(r"[IVX]+", marker):
        return "roman"
    if marker:
        return "number" if marker.isdigit() else "letter"
    return next(iter(plain(line.label).split()), "")
