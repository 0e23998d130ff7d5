"""Rows of an annex as lines of a tree: levels, codes, points, and texts that run on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from thidua.exchange.annex_columns import Columns
from thidua.exchange.annex_data import KeptNode
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
_TEXTS = ("method", "evidence", "agency", "note")
_TOTALS = ("tong cong", "tong diem", "tong so", "tong", "cong")

Level = Literal[1, 2, 3]


@dataclass(frozen=True)
class AnnexLine:
    """One domain (level 1), criterion (2) or sub-criterion (3) and the line where it stands.

    ``points`` are what the line prints, of a branch too. ``rule`` is only a proposal, read from
    the words of ``guidance``; None: nothing was recognised. ``kept`` is what an export says beside
    the annex of a node that it knows; None: an annex of the office, or a line added to an export.
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
    kept: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class AnnexProblem:
    """What is wrong at a line, or (not ``fatal``) what a person should look at there."""

    line: int
    reason: str
    fatal: bool = True


Nodes = Mapping[str, KeptNode]
"""The nodes of an exported set by code; none of them in an office's own annex."""

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

    @property
    def known(self) -> bool:
        """Whether its TT is the code of an exported node."""
        return self.number is not None and self.number.depth is not None


def read_rows(columns: Columns, nodes: Nodes) -> Read:
    """The lines below the heading up to the total, if one is printed."""
    problems: list[AnnexProblem] = []
    rows, total = _until_total(columns, nodes, problems)
    drafts = _drafts(columns, rows, nodes, problems)
    drafts = _with_restored(columns, drafts)
    drafts, placed = _levelled(drafts, columns, problems)
    return _lines(drafts, placed, columns, nodes, problems), problems, total


def points_of(text: str, value: Decimal | None) -> Decimal | None:
    """The points that a cell holds ("2,5", "0.5đ", "-1"); None if it holds something else."""
    if value is not None:
        return value
    match = _POINTS.fullmatch(text.strip())
    if match is None:
        return None
    return Decimal(match[2].replace(",", ".")) * (-1 if match[1] not in {"", "+"} else 1)


def _until_total(
    columns: Columns, nodes: Nodes, problems: list[AnnexProblem]
) -> tuple[list[Row], tuple[int, Decimal] | None]:
    """The rows above the total; below that of an export stand notes, told only where they score."""
    places = columns.places
    for at, row in enumerate(columns.rows):
        number, name = (row.at(places.get(part)).text for part in ("number", "name"))
        if number not in nodes and (_is_total(number) or _is_total(name)):
            points = row.at(places["points"])
            total = points_of(points.text, points.value)
            below = columns.rows[at + 1 :]
            after = [x.line for x in below if (_has_points(x, places) if nodes else _any_text(x))]
            if after:
                words = f"các dòng sau dòng tổng cộng không được đọc (từ dòng {after[0]})"
                problems.append(AnnexProblem(row.line, words, fatal=False))
            return list(columns.rows[:at]), None if total is None else (row.line, total)
    return list(columns.rows), None


def _is_total(text: str) -> bool:
    words = plain(text)
    return words in _TOTALS or words.startswith(("tong cong ", "tong diem ", "tong so diem"))


def _any_text(row: Row) -> bool:
    return any(cell.text for cell in row.cells)


def _drafts(
    columns: Columns, rows: Sequence[Row], nodes: Nodes, problems: list[AnnexProblem]
) -> list[_Draft]:
    """One draft for each row that opens a line; the others run on in the one above."""
    places = columns.places
    numbered = "number" in places and any(read_number(row.at(places["number"])) for row in rows)
    drafts: list[_Draft] = []
    for row in rows:
        opened = _known(row, places, nodes) or _opened(row, places, numbered, problems)
        if opened is not None:
            drafts.append(opened)
        elif drafts and _any_text(row):
            _run_on(drafts[-1], row, places, problems)
    return drafts


def _known(row: Row, places: Mapping[str, int], nodes: Nodes) -> _Draft | None:
    """The line that an exported node opens: its code stands as TT, its texts are kept as they are.

    Without a name it is none: the reason is told as of any other line.
    """
    cell, name = row.at(places.get("number")), row.at(places["name"]).text
    if cell.text not in nodes or not name or len(name) > LONGEST_NAME:
        return None
    found = read_number(cell)
    styles = found.styles if found else ()
    number = Number(tuple(cell.text.split(".")), styles, nodes[cell.text].level - 1)
    return _Draft(row, number, cell.text, name, _texts(row, places))


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
    return _Draft(row, number, written, " ".join(name.split()), _texts(row, places))


def _texts(row: Row, places: Mapping[str, int]) -> dict[str, list[str]]:
    return {part: [text] for part in _TEXTS if (text := row.at(places.get(part)).text)}


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
    for part, found in _texts(row, places).items():
        draft.texts.setdefault(part, []).extend(found)
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
        case = lettered and not draft.known and not _has_points(draft.row, places)
        if kept and item.depth and case and not below:
            cases = [f"{draft.written.rstrip('.)')}) {draft.name}", *draft.texts.get("method", [])]
            kept[-1].texts.setdefault("method", []).extend(cases)
        else:
            kept.append(draft)
    placed = _placed(kept, places)
    exported = any(draft.known for draft in kept)
    if max((item.depth for item in placed), default=0) == len(LEVELS) and not exported:
        kept, placed = _without_sections(kept, placed, problems)
    for draft, item in zip(kept, placed, strict=True):
        if item.depth >= len(LEVELS):
            words = "sâu hơn tiêu chí thành phần; hãy chuyển dòng này vào cách chấm của dòng trên"
            problems.append(AnnexProblem(draft.row.line, words))
    return kept, placed


def _placed(drafts: Sequence[_Draft], places: Mapping[str, int]) -> list[Placed]:
    return place_lines((draft.number, draft.row.at(places["name"]).look) for draft in drafts)


def _has_points(row: Row, places: Mapping[str, int]) -> bool:
    return bool(row.at(places["points"]).text)


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
    nodes: Nodes,
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
        data = nodes[code].data if code in nodes else None
        counted.append(_counts_as(draft, columns.places, counted, data))
        lines.append(replace(_line(draft, item, code, leaf, points, counted[-1]), kept=data))
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


def _counts_as(
    draft: _Draft,
    places: Mapping[str, int],
    above: Sequence[CountsAs],
    kept: Mapping[str, Any] | None,
) -> CountsAs:
    """Điểm thưởng, điểm trừ by the sign of the points, by what an export keeps, or by the name.

    What stands below one does alike.
    """
    written, words = draft.row.at(places["points"]).text, plain(draft.name)
    if written[:1] in {"-", "−", "–"}:
        return "penalty"
    if written[:1] == "+":
        return "bonus"
    if kept is not None:
        said: CountsAs = kept.get("counts_as", "points")
        return said
    if words.startswith("diem tru"):
        return "penalty"
    if words.startswith(("diem thuong", "diem cong")):
        return "bonus"
    return above[-1] if above else "points"
