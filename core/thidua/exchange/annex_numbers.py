"""The numbering of an annex (TT): how deep each line stands, and what its code is.

A style of numbering that is open already continues its level, a new one opens the level below:
``I, 1, 1.1`` and ``A, I, 1, a`` and ``1, 1.1, 1.1.1`` need no list of styles in their order. Where
a line has no number, its look (indentation, bold, capitals) is its style.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from thidua.exchange.annex_file import Look, Written

_LABEL = re.compile(r"^(?:lĩnh vực|phần|mục|nhóm|tiêu chí)\s+", re.IGNORECASE)
_ROMAN = re.compile(r"(?=[IVXLC])C?(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_CODE = re.compile(r"[a-z0-9][a-z0-9._-]*")
_INLINE = re.compile(
    r"^(?:(?:lĩnh vực|phần|mục|tiêu chí)\s+)?([IVXLC]+|[A-ZĐ]|\d+(?:\.\d+)*)\s*[.:)]\s+(\S.*)$",
    re.IGNORECASE | re.DOTALL,
)

Style = tuple[str, int] | Look
"""A way of numbering with the count of its parts; or the look of an unnumbered line."""


@dataclass(frozen=True, slots=True)
class Number:
    """A TT as read: its parts as codes, and the styles that it may be, the likeliest first.

    ``depth`` from 0 is set where the code of an exported node stands there, whatever its style.
    """

    parts: tuple[str, ...]
    styles: tuple[Style, ...]
    depth: int | None = None


def read_number(cell: Written) -> Number | None:
    """The number that a cell holds ("I.", "1.2", "a)", "Lĩnh vực 3"); None if it is none."""
    text = _LABEL.sub("", cell.text).replace(",", ".").strip(" .):;-(")
    parts = text.split(".")
    if all(part.isdecimal() and len(part) < 4 for part in parts):
        return Number(tuple(str(int(part)) for part in parts), ((f"số {len(parts)}", len(parts)),))
    if len(parts) == 1 and len(text) == 1 and text.isalpha():
        return _letter(text)
    if len(parts) == 1 and _ROMAN.fullmatch(text):
        return Number((str(_roman(text)),), (("La Mã", 1),))
    if _ROMAN.fullmatch(parts[0]) and all(part.isdecimal() for part in parts[1:]):
        tail = tuple(str(int(part)) for part in parts[1:])
        return Number((str(_roman(parts[0])), *tail), (("La Mã", len(parts)),))
    if len(text) > 1 and _CODE.fullmatch(text):
        return Number((text,), (("mã", 0),))
    return None


def split_number(text: str) -> tuple[str, str] | None:
    """Number and name of a line that holds both in one cell: "I. CẢI CÁCH THỂ CHẾ"."""
    match = _INLINE.match(text)
    return (match[1], match[2]) if match else None


def _letter(text: str) -> Number:
    letter = {"đ": "dd", "Đ": "dd"}.get(text, text.lower())
    if text.islower():
        return Number((letter,), (("chữ thường", 1),))
    styles: tuple[Style, ...] = (("chữ hoa", 1),)
    if text in _ROMAN_VALUES:
        return Number((letter,), (("La Mã", 1), *styles))
    return Number((letter,), styles)


def _roman(text: str) -> int:
    values = [_ROMAN_VALUES[char] for char in text]
    return sum(
        -value if value < max(values[at + 1 :], default=0) else value
        for at, value in enumerate(values)
    )


def restore_tens(numbers: Sequence[Number | None], cells: Sequence[Written]) -> list[Number | None]:
    """Numbers whose last zero a workbook dropped: 1.1 in a number cell behind 1.9 is 1.10."""
    last: dict[tuple[str, ...], int] = {}
    restored: list[Number | None] = []
    for number, cell in zip(numbers, cells, strict=True):
        found = number
        if number and len(number.parts) == 2 and number.parts[1].isdecimal():
            before, value = last.get(number.parts[:1], 0), int(number.parts[1])
            if cell.value is not None and before == value * 10 - 1:
                found = replace(number, parts=(number.parts[0], str(value * 10)))
        if found and found.parts[-1].isdecimal():
            last[found.parts[:-1]] = int(found.parts[-1])
        restored.append(found)
    return restored


@dataclass(frozen=True, slots=True)
class Placed:
    """How deep a line stands, from 0, and its number's parts (none for an unnumbered line)."""

    depth: int
    parts: tuple[str, ...]
    absolute: bool = False


def place_lines(lines: Iterable[tuple[Number | None, Look]]) -> list[Placed]:
    """The depth of each line, by its number or else by its look."""
    open_: list[Style] = []
    letter = ""
    placed = []
    for number, look in lines:
        style: Style = look
        parts: tuple[str, ...] = ()
        if number is not None and number.styles not in {(), (("mã", 0),)}:
            style, parts = _chosen(number, open_, letter)
            letter = parts[-1] if style == ("chữ hoa", 1) else letter
        if number is not None and number.depth is not None:
            open_ = [*open_[: number.depth], style]
            parts = ()
        elif style in open_:
            del open_[open_.index(style) + 1 :]
        else:
            open_.append(style)
        own_code = number is not None and not parts
        placed.append(
            Placed(len(open_) - 1, number.parts if number and own_code else parts, own_code)
        )
    return placed


def _chosen(number: Number, open_: Sequence[Style], letter: str) -> tuple[Style, tuple[str, ...]]:
    """A single capital that could be Roman is a letter only right behind the letter before it."""
    style, parts = number.styles[0], number.parts
    if len(number.styles) == 1:
        return style, parts
    follows = len(letter) == 1 and ord(parts[0]) in {ord(letter) + 1, ord(letter) + 2}
    if ("chữ hoa", 1) in open_ and follows and ("La Mã", 1) not in open_:
        return ("chữ hoa", 1), parts
    return style, (str(_ROMAN_VALUES[parts[0].upper()]),)


def codes_of(placed: Sequence[Placed]) -> list[str]:
    """The code of each line: the numbers from the top down, each part once ("1.2.3").

    What repeats the number above it ("1.2" below "1") does not double it; an unnumbered line
    gets its place among its siblings.
    """
    above: list[tuple[str, ...]] = []
    seen: dict[tuple[str, ...], int] = {}
    codes = []
    for item in placed:
        del above[item.depth :]
        parent = above[-1] if above else ()
        seen[parent] = seen.get(parent, 0) + 1
        own = item.parts or (str(seen[parent]),)
        path = own if item.absolute else (*parent, *_tail(parent, own))
        above.append(path)
        codes.append(".".join(path))
    return codes


def _tail(parent: tuple[str, ...], own: tuple[str, ...]) -> tuple[str, ...]:
    """``own`` without the end of ``parent`` that it repeats."""
    for length in range(min(len(parent), len(own) - 1), 0, -1):
        if parent[-length:] == own[:length]:
            return own[length:]
    return own
