"""Which column of an annex holds what: headings in the words that offices use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from thidua.exchange.annex_file import Row, Sheet
from thidua.exchange.tables.cells import plain

SEARCHED = 80
"""In how many rows the heading is looked for."""


class _Words(NamedTuple):
    whole: tuple[str, ...]
    inside: tuple[str, ...] = ()


_HEADINGS: Mapping[str, _Words] = {
    "number": _Words(("tt", "stt", "so tt", "so thu tu", "ma", "ma so", "muc")),
    "points": _Words(
        ("diem", "so diem", "thang diem"),
        ("diem toi da", "diem chuan", "diem quy dinh", "thang diem toi da"),
    ),
    "agency": _Words(
        ("tham dinh",),
        (
            "co quan tham dinh", "don vi tham dinh", "co quan danh gia", "co quan theo doi",
            "don vi theo doi", "co quan chu tri", "don vi chu tri",
        ),
    ),
    "evidence": _Words((), ("kiem chung", "minh chung", "ho so chung minh", "tai lieu chung minh")),
    "note": _Words(("ghi chu",)),
    "method": _Words(
        (),
        (
            "cach cham", "cach tinh", "cach danh gia", "cach xac dinh", "phuong phap", "huong dan",
            "tieu chuan cham", "quy dinh cham",
        ),
    ),
    "name": _Words(("noi dung",), ("linh vuc", "tieu chi", "noi dung danh gia", "noi dung cham")),
}  # fmt: skip
"""What the plain form of a heading is or contains; the first that fits counts."""

NEEDED = ("name", "points")
TITLES: Mapping[str, str] = {
    "number": "TT",
    "name": "Lĩnh vực, tiêu chí, tiêu chí thành phần",
    "points": "Điểm tối đa",
    "method": "Cách chấm",
    "evidence": "Tài liệu kiểm chứng",
    "agency": "Cơ quan thẩm định",
    "note": "Ghi chú",
}
"""The columns of an annex in the order of the layout, as the export heads them."""


@dataclass(frozen=True)
class Columns:
    """Where each part stands, and the rows below the heading."""

    places: Mapping[str, int]
    rows: tuple[Row, ...]


def columns_of(sheet: Sheet) -> Columns | None:
    """The columns of a sheet; None when no row, nor two rows together, head an annex."""
    searched = range(min(SEARCHED, len(sheet.rows)))
    for depth in (1, 2):
        for at in searched:
            places = _places(sheet.rows[at : at + depth])
            if all(name in places for name in NEEDED):
                return Columns(places, _below(sheet, at, depth, places))
    return None


def _places(rows: Sequence[Row]) -> dict[str, int]:
    width = max((len(row.cells) for row in rows), default=0)
    places: dict[str, int] = {}
    for place in range(width):
        role = _role(plain(" ".join(row.at(place).text for row in rows)))
        if role:
            places.setdefault(role, place)
    return places


def _role(heading: str) -> str | None:
    for role, words in _HEADINGS.items():
        if heading in words.whole or any(f" {part} " in f" {heading} " for part in words.inside):
            return role
    return None


def _below(sheet: Sheet, at: int, depth: int, places: Mapping[str, int]) -> tuple[Row, ...]:
    """The rows of the table: neither the heading printed again nor the numbers of columns."""
    heading = [cell.text for cell in sheet.rows[at].cells]
    return tuple(
        row
        for row in sheet.rows[at + depth :]
        if [cell.text for cell in row.cells] != heading and not _numbered(row, places)
    )


def _numbered(row: Row, places: Mapping[str, int]) -> bool:
    """Whether the row only numbers the columns: (1), (2), (3)…"""
    texts = [cell.text.strip("()[] ") for cell in row.cells if cell.text]
    return bool(row.at(places["name"]).text) and all(text.isdigit() for text in texts)
