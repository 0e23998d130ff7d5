"""Cells of a sheet as printed, before anybody asks what they mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. ``text`` is what a reader sees.

    ``value`` is set where a workbook holds a number (in per cent when ``percent``); ``decimals``
    is then how many the cell shows. Text that looks like a number has no ``value``: what it means
    is decided for a whole column.
    """

    text: str = ""
    value: Decimal | None = None
    decimals: int = 0
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: its name (empty for CSV) and its rows, all equally long."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


EMPTY = Cell()


def clean(text: str) -> str:
    """Text on one line: composed (NFC), without control or invisible characters."""
    composed = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return _CONTROL.sub(" ", composed).strip()


def grid(name: str, rows: Sequence[Sequence[Cell]]) -> Grid:
    """A grid of ``rows``, the short ones filled up with empty cells."""
    width = max((len(row) for row in rows), default=0)
    return Grid(name, tuple((*row, *(EMPTY,) * (width - len(row))) for row in rows))


def plain(text: str) -> str:
    """Lower case without accents, only letters and digits, single spaces: to compare words."""
    lowered = unicodedata.normalize("NFKD", text).casefold().replace("đ", "d")
    bare = "".join(char for char in lowered if not unicodedata.combining(char))
    return " ".join(re.findall(r"[a-z0-9]+", bare))
