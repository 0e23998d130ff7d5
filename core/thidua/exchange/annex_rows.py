"""Rows of an annex as lines of a tree: levels, codes, points, and texts that run on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from thidua.exchange.annex_columns import Columns
from thidua.exchange.annex_file import Row
from thidua.exchange.annex_numbers import (
    Number,
    Placed,
    codes_of,
    place_lines,
    read_number,
    restore_tens,
    split_number,
)
from thidua.exchange.tables.cells import plain
from thidua.spec.base import POINT_DECIMALS
from thidua.spec.criteria import CountsAs

LEVELS = ("lĩnh vực", "tiêu chí", "tiêu chí thành phần")
LONGEST_NAME = 2000
_POINTS = re.compile(
    r"(?:tối đa\s*)?([-−–+]?)\s*(\d{1,6}(?:[.,]\d+)?)\s*(?:điểm|đ)?\.?", re.IGNORECASE
)
_TOTALS = ("tong cong", "tong diem", "tong so", "tong", "cong")

Level = Literal[1, 2, 3]


@dataclass(frozen=True)
class AnnexLine:
    """One domain (level 1), criterion (2) or sub-criterion (3) and the line where it stands.

    ``points`` are what the line prints, of a branch too. ``rule`` is only a proposal, read from
    the words of ``guidance``; None: nothing was recognised.
    """

    line: int
    level: Level
    code: str
    number: str
    name: str
    points: Decimal | None
    is_leaf: bool
    guidance: str = ""
    evidence: str = ""
    agency: str = ""
    note: str = ""
    counts_as: CountsAs = "points"
    rule: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class AnnexProblem:
    """What is wrong at a line, or (not ``fatal``) what a person should look at there."""

    line: int
    reason: str
    fatal: bool = True


Read = tuple[list[AnnexLine], list[AnnexProblem], tuple[int, Decimal] | None]
"""Lines, problems, and the line and value of the total where one is printed."""


@dataclass
class _Draft:
    """A line while the rows below may still run on in it."""

    row: Row
    number: Number | None
    written: str
    name: str
    texts: dict[str, list[str]] = field(default_factory=dict)


def read_rows(columns: Columns) -> Read:
    """The lines below the heading up to the total, if one is printed."""
    problems: list[AnnexProblem] = []
    rows, total = _until_total(columns, problems)
    drafts = _drafts(columns, rows, problems)
    drafts = _with_restored(columns, drafts)
    drafts, placed = _levelled(drafts, columns, problems)
    return _lines(drafts, placed, columns, problems), problems, total


def points_of(text: str, value: Decimal | None) -> Decimal | None:
    """The points that a cell holds ("2,5", "0.5đ", "-1"); None if it holds something else."""
    if value is not None:
        return value
    match = _POINTS.fullmatch(text.strip())
    if match is None:
        return None
    return Decimal(match[2].replace(",", ".")) * (-1 if match[1] not in {"", "+"} else 1)


def _until_total(
    columns: Columns, problems: list[AnnexProblem]
) -> tuple[list[Row], tuple[int, Decimal] | None]:
    places = columns.places
    for at, row in enumerate(columns.rows):
        texts = [row.at(places.get(part)).text for part in ("number", "name")]
        if any(plain(text) in _TOTALS or _is_total(text) for text in texts):
            points = row.at(places["points"])
            total = points_of(points.text, points.value)
            after = [item.line for item in columns.rows[at + 1 :] if _any_text(item)]
            if after:
                words = f"các dòng sau dòng tổng cộng không được đọc (từ dòng {after[0]})"
                problems.append(AnnexProblem(row.line, words, fatal=False))
            return list(columns.rows[:at]), None if total is None else (row.line, total)
    return list(columns.rows), None


def _is_total(text: str) -> bool:
    return plain(text).startswith(("tong cong ", "tong diem ", "tong so diem"))


def _any_text(row: Row) -> bool:
    return any(cell.text for cell in row.cells)


def _drafts(columns: Columns, rows: Sequence[Row], problems: list[AnnexProblem]) -> list[_Draft]:
    """One draft for each row that opens a line; the others run on in the one above."""
    places = columns.places
    numbered = "number" in places and any(read_number(row.at(places["number"])) for row in rows)
    drafts: list[_Draft] = []
    for row in rows:
        opened = _opened(row, places, numbered, problems)
        if opened is not None:
            drafts.append(opened)
        elif drafts and _any_text(row):
            _run_on(drafts[-1], row, places, problems)
    return drafts


def _opened(
    row: Row, places: Mapping[str, int], numbered: bool, problems: list[AnnexProblem]
) -> _Draft | None:
    """The line that a row opens; None when it runs on in the one above."""
    cell, name = row.at(places.get("number")), row.at(places["name"]).text
    number, written = read_number(cell), cell.text
    if number is None and cell.text and not name:
        split = split_number(cell.text)
        inline = replace(cell, text=split[0] if split else "", value=None)
        number, name = read_number(inline), split[1] if split else cell.text
    elif number is None and not cell.text and numbered and (split := split_number(name)):
        number = read_number(replace(cell, text=split[0]))
        written, name = split if number else ("", name)
    elif number is None and cell.text:
        words = f"không hiểu số thứ tự “{cell.text}”; hãy ghi như I, 1, 1.1 hoặc a dưới dạng chữ"
        problems.append(AnnexProblem(row.line, words))
    if (
        number is None
        and (numbered or not name)
        and not _points_alone(row, places, name, cell.text)
    ):
        return None
    if not name:
        problems.append(AnnexProblem(row.line, "thiếu tên; hãy ghi tên của lĩnh vực hay tiêu chí"))
    if len(name) > LONGEST_NAME:
        words = f"tên dài quá {LONGEST_NAME} ký tự; hãy chuyển phần cách chấm sang cột của nó"
        problems.append(AnnexProblem(row.line, words))
    texts = {
        part: [text]
        for part in ("method", "evidence", "agency", "note")
        if (text := row.at(places.get(part)).text)
    }
    return _Draft(row, number, written, " ".join(name.split()), texts)


def _points_alone(row: Row, places: Mapping[str, int], name: str, written: str) -> bool:
    """Whether an unnumbered row of a numbered table is a line all the same: bold, with points."""
    cell = row.at(places["name"])
    points = row.at(places["points"])
    bold = cell.look[1] and points_of(points.text, points.value) is not None
    return bool(name) and (bold or bool(written))


def _run_on(
    draft: _Draft, row: Row, places: Mapping[str, int], problems: list[AnnexProblem]
) -> None:
    """Texts of a row without a number belong to the line above; a case may carry its points."""
    for part in ("method", "evidence", "agency", "note"):
        if text := row.at(places.get(part)).text:
            draft.texts.setdefault(part, []).append(text)
    name, points = row.at(places["name"]).text, row.at(places["points"]).text
    case = ": ".join(filter(None, (name, f"{points} điểm" if points else "")))
    if case:
        draft.texts.setdefault("method", []).append(case)
        words = f"không có số thứ tự nên gộp vào cách chấm của dòng {draft.row.line}"
        problems.append(AnnexProblem(row.line, words, fatal=False))


def _with_restored(columns: Columns, drafts: Sequence[_Draft]) -> list[_Draft]:
    cells = [draft.row.at(columns.places.get("number")) for draft in drafts]
    restored = restore_tens([draft.number for draft in drafts], cells)
    return [replace(draft, number=number) for draft, number in zip(drafts, restored, strict=True)]


def _levelled(
    drafts: list[_Draft], columns: Columns, problems: list[AnnexProblem]
) -> tuple[list[_Draft], list[Placed]]:
    """Three levels at most: cases below a leaf run on in it, a fourth level above is a section."""
    places = columns.places
    placed = _placed(drafts, places)
    kept: list[_Draft] = []
    for at, (draft, item) in enumerate(zip(drafts, placed, strict=True)):
        below = at + 1 < len(placed) and placed[at + 1].depth > item.depth
        lettered = bool(item.parts) and item.parts[-1].isalpha() and len(item.parts[-1]) < 3
        if kept and item.depth and lettered and not below and not _has_points(draft, places):
            cases = [f"{draft.written.rstrip('.)')}) {draft.name}", *draft.texts.get("method", [])]
            kept[-1].texts.setdefault("method", []).extend(cases)
        else:
            kept.append(draft)
    placed = _placed(kept, places)
    if max((item.depth for item in placed), default=0) == len(LEVELS):
        kept, placed = _without_sections(kept, placed, problems)
    for draft, item in zip(kept, placed, strict=True):
        if item.depth >= len(LEVELS):
            words = "sâu hơn tiêu chí thành phần; hãy chuyển dòng này vào cách chấm của dòng trên"
            problems.append(AnnexProblem(draft.row.line, words))
    return kept, placed


def _placed(drafts: Sequence[_Draft], places: Mapping[str, int]) -> list[Placed]:
    return place_lines((draft.number, draft.row.at(places["name"]).look) for draft in drafts)


def _has_points(draft: _Draft, places: Mapping[str, int]) -> bool:
    return bool(draft.row.at(places["points"]).text)


def _without_sections(
    drafts: Sequence[_Draft], placed: Sequence[Placed], problems: list[AnnexProblem]
) -> tuple[list[_Draft], list[Placed]]:
    """The tree below the parts (phần A, phần B), whose lines only head the domains."""
    domains = [item.parts for item in placed if item.depth == 1]
    again = len(set(domains)) < len(domains)
    kept, moved = [], []
    section: tuple[str, ...] = ()
    for draft, item in zip(drafts, placed, strict=True):
        if item.depth == 0:
            section = item.parts
            words = f"“{draft.name}” là phần đứng trên lĩnh vực nên không thành một cấp của bộ"
            problems.append(AnnexProblem(draft.row.line, words, fatal=False))
            continue
        parts = (*section, *item.parts) if again and item.depth == 1 else item.parts
        kept.append(draft)
        moved.append(replace(item, depth=item.depth - 1, parts=parts))
    return kept, moved


def _lines(
    drafts: Sequence[_Draft],
    placed: Sequence[Placed],
    columns: Columns,
    problems: list[AnnexProblem],
) -> list[AnnexLine]:
    codes, first = codes_of(placed), dict[str, int]()
    counted: list[CountsAs] = []
    lines = []
    for at, (draft, item, code) in enumerate(zip(drafts, placed, codes, strict=True)):
        line = draft.row.line
        if code in first:
            words = f"số thứ tự “{draft.written or code}” trùng với dòng {first[code]}"
            problems.append(AnnexProblem(line, f"{words}; hãy đánh số lại một trong hai dòng"))
        first.setdefault(code, line)
        leaf = at + 1 == len(placed) or placed[at + 1].depth <= item.depth
        if item.depth >= len(LEVELS):
            continue
        points = _points(draft, columns, problems, leaf=leaf)
        del counted[item.depth :]
        written = draft.row.at(columns.places["points"]).text
        counted.append(_counts_as(draft.name, written, counted))
        lines.append(_line(draft, item, code, leaf, points, counted[-1]))
    return lines


def _line(
    draft: _Draft,
    item: Placed,
    code: str,
    leaf: bool,
    points: Decimal | None,
    counts_as: CountsAs,
) -> AnnexLine:
    level: Level = 1 if item.depth == 0 else 2 if item.depth == 1 else 3
    texts = {part: "\n".join(found) for part, found in draft.texts.items()}
    return AnnexLine(
        line=draft.row.line,
        level=level,
        code=code,
        number=draft.written,
        name=draft.name,
        points=None if points is None else abs(points),
        is_leaf=leaf,
        guidance=texts.get("method", ""),
        evidence=texts.get("evidence", ""),
        agency=texts.get("agency", ""),
        note=texts.get("note", ""),
        counts_as=counts_as,
    )


def _points(
    draft: _Draft, columns: Columns, problems: list[AnnexProblem], *, leaf: bool
) -> Decimal | None:
    cell = draft.row.at(columns.places["points"])
    points = points_of(cell.text, cell.value)
    reason = ""
    if points is None and cell.text:
        reason = f"không hiểu điểm “{cell.text}”; hãy ghi một con số, ví dụ 2,5"
    elif points is None and leaf:
        reason = "thiếu điểm tối đa; hãy ghi điểm, kể cả khi là 0"
    elif points is not None and points != round(points, POINT_DECIMALS):
        reason = f"điểm “{cell.text}” có quá {POINT_DECIMALS} số lẻ; hãy làm tròn"
    elif points is not None and abs(points) > 10**6:
        reason = f"điểm “{cell.text}” lớn quá; hãy kiểm tra lại"
    if reason:
        problems.append(AnnexProblem(draft.row.line, reason))
    return points


def _counts_as(name: str, written: str, above: Sequence[CountsAs]) -> CountsAs:
    """Điểm thưởng, điểm trừ by name or by the sign of the points; what stands below does alike."""
    words = plain(name)
    if words.startswith("diem tru") or written[:1] in {"-", "−", "–"}:
        return "penalty"
    if words.startswith(("diem thuong", "diem cong")) or written[:1] == "+":
        return "bonus"
    return above[-1] if above else "points"
