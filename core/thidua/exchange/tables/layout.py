"""Where a table begins in its sheet, and what each of its columns is.

A header has one to three rows. In a header of several rows a text stands over all columns to its
right that have a text of their own below it and none beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from thidua.exchange.tables.cells import Cell, Grid, plain
from thidua.exchange.tables.headers import Meaning, meaning

MAX_TITLE_ROWS = 60
MAX_HEADER_ROWS = 3
COLUMN_NUMBER = re.compile(r"[(\[]?\s*(\d{1,2}|[A-Za-z])\s*[)\]]?\s*(=.*)?")
FIGURES = frozenset(
    {"total", "total1", "total2", "total3", "result", "index", "index1", "index2", "index3"}
    | {"maximum", "part", "appraised", "stage", "domain", "bonus", "penalty", "self"}
    | {"rank", "overall", "band"}
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The header of one column: its words, what they say, and what the words above them say.

    ``text`` tells it from all other columns; ``texts`` are the words, from top to bottom.
    """

    place: int
    text: str
    said: Meaning
    above: Meaning
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """A header found in a sheet: its first row, the first row behind it, one heading a column."""

    start: int
    end: int
    headings: tuple[Heading, ...]
    texts: frozenset[str]

    @property
    def score(self) -> int:
        """How many columns it explains; a bare number counts only below other words.

        A text repeated over several columns counts once: it stands above the real headers.
        """
        sure = [item for item in self.headings if item.said.strength > 0 or len(item.texts) > 1]
        return len({(item.said.kind, item.texts) for item in sure if item.said.kind})


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its role (None: not recognised) and, for a part, its class.

    ``stated`` is a number in brackets beside the words, "(65)"; ``weight`` one in per cent.
    """

    place: int
    header: str
    role: str | None
    part: str = ""
    stated: Decimal | None = None
    weight: Decimal | None = None


def find_header(sheet: Grid, named: Mapping[str, str]) -> Header | None:
    """The header that explains most columns; with ``named`` (plain text → role) also those.

    None if no row names a unit and a figure.
    """
    found: Header | None = None
    for start in range(min(len(sheet.rows), MAX_TITLE_ROWS)):
        if len({cell.text for cell in sheet.rows[start] if cell.text}) < 2:
            continue
        for end in range(start + 1, min(start + MAX_HEADER_ROWS, len(sheet.rows)) + 1):
            if end > start + 1 and not _continues(sheet.rows[end - 1], sheet.rows[start]):
                break
            header = _header(sheet, start, end, named)
            if _usable(header) and (found is None or header.score > found.score):
                found = header
    return found


def loose_headings(sheet: Grid) -> tuple[str, ...]:
    """The texts of the row that looks most like a header, to ask about when none is usable."""
    rows = [[cell.text for cell in row if cell.text] for row in sheet.rows[:MAX_TITLE_ROWS]]
    best: list[str] = max(rows, key=lambda row: (len(row) > 1) * _wordiness(row), default=[])
    return tuple(best)


def headings(rows: Sequence[Sequence[Cell]], named: Mapping[str, str]) -> tuple[Heading, ...]:
    """The header of every column that has one, from the rows of the header."""
    if not rows:
        return ()
    found: dict[str, Heading] = {}
    for place in range(len(rows[0])):
        texts = list(dict.fromkeys(text for text in _stack(rows, place) if text))
        if texts:
            text = _unused(" – ".join(texts), found)
            found[text] = _heading(place, text, texts, named)
    return tuple(found.values())


def is_repeated(row: Sequence[Cell], header: Header) -> bool:
    """Whether ``row`` prints (a row of) the header again, as on a new page."""
    texts = [plain(cell.text) for cell in row if cell.text]
    return len(texts) > 1 and all(text in header.texts for text in texts)


def is_numbering(row: Sequence[Cell]) -> bool:
    """Whether ``row`` numbers the columns: (1) (2) (3)=(1)/(2), or A B 1 2."""
    texts = [cell.text for cell in row if cell.text]
    if len(texts) < 2 or not all(COLUMN_NUMBER.fullmatch(text) for text in texts):
        return False
    numbers = [int(match[0]) for text in texts if (match := re.search(r"\d+", text))]
    return len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _header(sheet: Grid, start: int, end: int, named: Mapping[str, str]) -> Header:
    rows = sheet.rows[start:end]
    texts = frozenset(plain(cell.text) for row in rows for cell in row if cell.text)
    return Header(start, end, headings(rows, named), texts)


def _wordiness(row: Sequence[str]) -> int:
    return sum(bool(re.search(r"[^\W\d_]", text)) for text in row)


def _continues(row: Sequence[Cell], first: Sequence[Cell]) -> bool:
    """Whether ``row`` can be part of the header that begins with ``first``.

    Its leading column is done with; the others hold words, or number the columns above: 1, 2, 3
    or years. So no row of figures is taken for a header.
    """
    lead = next(place for place, cell in enumerate(first) if cell.text)
    own = [
        cell.text
        for cell, above in zip(row, first, strict=True)
        if cell.text not in {"", above.text}
    ]
    if row[lead].text not in {"", first[lead].text} or len(own) < 2:
        return False
    numbers = [str(number + 1) for number in range(len(own))]
    years = all(re.fullmatch(r"20\d\d", text) for text in own)
    return own == numbers or years or all(re.search(r"[^\W\d_]|[(%]", text) for text in own)


def _usable(header: Header) -> bool:
    worded = [item.said for item in header.headings if item.said.strength > 0]
    kinds = {(said.kind or "").removeprefix("=") for said in worded}
    return "unit" in kinds and bool(kinds & FIGURES)


def _stack(rows: Sequence[Sequence[Cell]], place: int) -> list[str]:
    """The texts over one column, from top to bottom; "" where there is none."""
    own = [row[place].text for row in rows]
    if not any(own):
        return []
    last = max(level for level, text in enumerate(own) if text)
    above = [text or _spanning(rows, level, place) for level, text in enumerate(own[:last])]
    return [*above, own[last]]


def _spanning(rows: Sequence[Sequence[Cell]], level: int, place: int) -> str:
    """The text to the left at this level, if it stands over several columns."""
    if any(rows[upper][place].text for upper in range(level)):
        return ""
    for left in range(place - 1, -1, -1):
        if text := rows[level][left].text:
            below = {rows[lower][left].text for lower in range(level + 1, len(rows))}
            return text if below - {"", text} else ""
    return ""


def _unused(text: str, found: Mapping[str, Heading]) -> str:
    """``text``, with a number where another column has the same: "Điểm (2)"."""
    names = [text, *(f"{text} ({number})" for number in range(2, len(found) + 3))]
    return next(name for name in names if name not in found)


def _heading(place: int, text: str, texts: list[str], named: Mapping[str, str]) -> Heading:
    role = next((named[plain(word)] for word in (text, *texts) if plain(word) in named), None)
    above = meaning(" ".join(texts[:-1]))
    if role:
        return Heading(place, text, Meaning(f"={role}", strength=9), above, tuple(texts))
    own = meaning(texts[-1])
    said = own if own.kind and own.strength > 1 else _joined(own, texts)
    return Heading(place, text, said, above, tuple(texts))


def _joined(own: Meaning, texts: list[str]) -> Meaning:
    """What the lowest words say together with those above them, or those alone."""
    both = meaning(" ".join(texts))
    kind = own.kind
    if len(texts) > 1 and own.kind in {None, "result"}:
        kind = both.kind or own.kind
    strength = own.strength if own.kind else both.strength
    return Meaning(kind, own.year or both.year, own.stated, own.weight, strength)
