"""Numbers as offices print them: decimal comma or point, thousands, per cent, absent.

A mark that stands once with exactly three digits behind it ("1.234") may be either; the column
decides: where other cells show which mark is the decimal one, the other separates thousands.
Without such evidence it is the decimal mark, since scores rarely pass a thousand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from thidua.exchange.tables.cells import Cell

_NUMBER = re.compile(
    r"(?P<sign>[-+−–]?)\s*(?P<body>\d[\d.,\s]*)(?P<percent>%?)"
    r"(?:điểm|đ)?\s*(?:/\s*\d[\d.,]*)?\s*(?:[*†‡¹²³]+|[(\[][^)\]]*[)\]]\s*)*",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*")
_RANK = re.compile(r"\D{0,12}?0*(\d{1,6})(?:\s*[-–/]\s*\d+)?\s*(?:[*†‡]+|\([^)]*\))?")
MOST_PLACES = 4
"""More decimals are what a workbook computed, not what somebody chose to print."""

MAX_DIGITS = 15
"""Longer digit strings are codes or telephone numbers, not figures."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed number: its exact value, how many decimals it shows, its text.

    ``value`` may hold more decimals than shown: a workbook keeps what its format hides. ``known``:
    to how many decimals it is known, where a column drops zeros at the end ("92,5" beside
    "93,83" is 92,50). Per cents are in per cent (89.45).
    """

    value: Decimal
    decimals: int
    text: str
    percent: bool = False
    known: int = 0

    @property
    def exact(self) -> Fraction:
        """The value, for exact arithmetic."""
        return Fraction(self.value)

    @property
    def half_unit(self) -> Fraction:
        """Half a unit of the last decimal known: how far the true value may be away."""
        held = -int(self.value.as_tuple().exponent)
        return Fraction(1, 2 * 10 ** max(self.places, held))

    @property
    def places(self) -> int:
        """The decimals that count: those shown, or those its column is printed with."""
        return max(self.decimals, self.known)

    def printed(self) -> str:
        """As a decimal string with the decimals shown: ``98.60``, never an exponent."""
        return written(self.exact, self.decimals)


def written(value: Fraction, decimals: int) -> str:
    """``value`` rounded half away from zero, with exactly ``decimals`` decimals."""
    return format(rounded(value, decimals), "f")


def rounded(value: Fraction, decimals: int) -> Decimal:
    """``value`` rounded half away from zero to ``decimals`` (0 or more) decimals."""
    scaled = abs(value) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    sign = int(value < 0 and whole > 0)
    return Decimal((sign, tuple(map(int, str(whole))), -decimals))


def decimal_marks(cells: Iterable[Cell]) -> frozenset[str]:
    """The marks that a column evidently uses for decimals; both when nothing tells."""
    found = {mark for cell in cells if cell.value is None and (mark := _evident_mark(cell.text))}
    return frozenset(found or ".,")


def read_figure(cell: Cell, marks: frozenset[str]) -> Figure | None:
    """The number in ``cell`` ("62,5/70" is 62.5); None if it is empty, a dash, or no number."""
    if cell.value is not None:
        return Figure(cell.value, cell.decimals, cell.text, cell.percent)
    match = _NUMBER.fullmatch(cell.text)
    if not match:
        return None
    digits = _digits(match["body"].strip(), marks)
    if digits is None or len(digits) > MAX_DIGITS:
        return None
    value = Decimal(digits)
    decimals = -int(value.as_tuple().exponent)
    negative = match["sign"] in {"-", "−", "–"}
    return Figure(-value if negative else value, decimals, cell.text, bool(match["percent"]))


def read_rank(cell: Cell) -> int | None:
    """The rank in ``cell``: "3", "03", "Thứ 3", "13/63", "3-4"; None if there is none."""
    if cell.value is not None:
        return int(cell.value) if cell.value == int(cell.value) else None
    match = _RANK.fullmatch(cell.text)
    return int(match[1]) if match else None


def as_percent(figure: Figure) -> Figure:
    """A ratio (0.8945) in per cent (89.45); its text stays."""
    return replace(
        figure, value=figure.value.scaleb(2), decimals=max(figure.decimals - 2, 0), percent=True
    )


def column_places(figures: Iterable[Figure]) -> int:
    """The decimals a column is printed with; what a workbook shows unrounded does not count."""
    return max((item.decimals for item in figures if item.decimals <= MOST_PLACES), default=0)


def added(figures: Sequence[Figure | None], signs: Sequence[int]) -> Figure | None:
    """The sum of those figures that are there; None if none is."""
    there = [(item, sign) for item, sign in zip(figures, signs, strict=True) if item]
    if not there:
        return None
    value = sum((abs(item.value) * sign if sign < 0 else item.value for item, sign in there),
                Decimal(0))  # fmt: skip
    places = max(item.places for item, _ in there)
    return Figure(value, places, written(Fraction(value), places), known=places)


def _evident_mark(text: str) -> str | None:
    match = _NUMBER.fullmatch(text)
    body = match["body"].strip() if match else ""
    used = [char for char in body if char in ".,"]
    if not used or (len(used) > 1 and len(set(used)) == 1):
        return None
    head, tail = body.rsplit(used[-1], 1)
    evident = len(set(used)) == 2 or len(tail) != 3 or len(head) > 3 or head.startswith("0")
    return used[-1] if evident else None


def _digits(body: str, marks: frozenset[str]) -> str | None:
    """``body`` as Python writes a number, or None."""
    if body.isdigit():
        return body
    used = [char for char in body if char in ".,"]
    if len(set(used)) == 1 and len(used) == 1 and _is_decimal(body, used[0], marks):
        head, tail = body.split(used[0])
        return _joined(head, tail)
    if len(set(used)) == 2 and used.count(used[-1]) == 1:
        head, tail = body.rsplit(used[-1], 1)
        return _joined(head, tail)
    return re.sub(r"[., ]", "", body) if _GROUPED.fullmatch(body) else None


def _is_decimal(body: str, mark: str, marks: frozenset[str]) -> bool:
    return mark in marks or not _GROUPED.fullmatch(body) or body.startswith("0")


def _joined(head: str, tail: str) -> str | None:
    whole, part = head.strip(), tail.strip()
    if _GROUPED.fullmatch(whole):
        whole = re.sub(r"[., ]", "", whole)
    return f"{whole}.{part}" if whole.isdigit() and part.isdigit() else None
