"""What an annex does not print, on a sheet beside it: an export read again loses nothing.

A row for each field of the set and for each node: code, level, name, how it is scored in words, and
its data as a province's file says them (YAML). What the annex itself prints is not repeated here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from thidua.errors import Invalid, Problem
from thidua.exchange.annex_file import DATA_SHEET, Sheet
from thidua.spec.criteria import CriteriaSet, Criterion, Domain, Leaf, Node
from thidua.spec.document import document
from thidua.spec.loading import gather, read_plain_yaml
from thidua.work.rule_words import rule_words

LEVELS = ("Lĩnh vực", "Tiêu chí", "Tiêu chí thành phần")
SET, AGENCIES = "BỘ", "CƠ QUAN"
"""In the column of codes: a field of the set, the keys of the agencies. No code has capitals."""

HEADINGS = ("Mã", "Cấp", "Tên", "Cách chấm bằng lời", "Dữ liệu")
NOTES = (
    "Trang này giữ những điều phụ lục không in, để khi nhập lại không mất gì. Đừng xóa trang này.",
    "Tên, điểm, thứ tự, hướng dẫn chấm, tài liệu kiểm chứng, cơ quan thẩm định, ghi chú: sửa ở "
    "trang phụ lục. Giữ nguyên cột TT của dòng đã có; dòng thêm mới thì ghi số mới.",
    "Cách chấm và các điều khác: sửa ở cột “Dữ liệu” nếu biết định dạng dữ liệu của bộ tiêu chí; "
    "cột “Cách chấm bằng lời” chỉ để đọc.",
)

_PRINTED = frozenset(
    ("code", "name", "max_points", "guidance", "evidence", "note", "appraiser", "criteria",
     "sub_criteria")
)  # fmt: skip
_LONGEST = 30_000
"""Characters in a cell; a workbook holds 32 767."""


@dataclass(frozen=True)
class KeptNode:
    """A node of the exported set: its level, 1 to 3, and what the annex does not print of it."""

    level: int
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Kept:
    """What the sheet says: fields of the set, keys of agencies by printed name, nodes by code."""

    header: Mapping[str, Any]
    agencies: Mapping[str, str]
    nodes: Mapping[str, KeptNode]


def printed_agencies(criteria: CriteriaSet, names: Mapping[str, str]) -> dict[str, str]:
    """How each agency of the set is printed, by key: by its name, or key where two share a name."""
    used = dict.fromkeys(node.appraiser for node in criteria.nodes() if node.appraiser)
    said = [names.get(key, key) for key in used]
    return {
        key: name if said.count(name) == 1 else key for key, name in zip(used, said, strict=True)
    }


def data_rows(criteria: CriteriaSet, agencies: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The rows below ``HEADINGS``; ``agencies`` as printed, by key."""
    for field, value in document(criteria).items():
        if field != "domains":
            yield from _rows((SET, "", "", ""), {field: value})
    if agencies:
        yield from _rows((AGENCIES, "", "", ""), dict(agencies))
    for node in criteria.nodes():
        words = rule_words(Leaf(node)) if node.rule else ""
        kept = {name: value for name, value in document(node).items() if name not in _PRINTED}
        yield from _rows((node.code, LEVELS[level_of(node) - 1], node.name, words), kept)


def level_of(node: Node) -> int:
    """1 for a domain, 2 for a criterion, 3 for a sub-criterion."""
    return 1 if isinstance(node, Domain) else 2 if isinstance(node, Criterion) else 3


def read_data(sheet: Sheet, file: str) -> Kept:
    """What an exported sheet keeps; ``Invalid`` naming every row whose data cannot be read."""
    texts: dict[str, list[str]] = {}
    levels: dict[str, int] = {}
    lines: dict[str, int] = {}
    for row in sheet.rows:
        code, level, _, _, text = (row.at(place).text for place in range(len(HEADINGS)))
        if code in {SET, AGENCIES} or level in LEVELS:
            texts.setdefault(code, []).append(text)
            lines.setdefault(code, row.line)
            levels[code] = LEVELS.index(level) + 1 if level in LEVELS else 0
    read = gather(lambda code: (code, _mapping(texts[code], file, lines[code])), texts)
    found = dict(read)
    header, agencies = found.pop(SET, {}), found.pop(AGENCIES, {})
    nodes = {
        code: KeptNode(levels[code], {k: v for k, v in data.items() if k not in _PRINTED})
        for code, data in found.items()
    }
    return Kept(header, {str(name): key for key, name in agencies.items()}, nodes)


def _rows(head: tuple[str, ...], data: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The data as text, in as many rows as a cell's length needs."""
    text = yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=90) if data else ""
    piece = ""
    for line in text.splitlines(keepends=True):
        if piece and len(piece) + len(line) > _LONGEST:
            yield (*head, piece.rstrip("\n"))
            piece = ""
        piece += line
    yield (*head, piece.rstrip("\n"))


def _mapping(texts: list[str], file: str, line: int) -> dict[str, Any]:
    place = f"trang “{DATA_SHEET}”, ô E{line}"
    found = read_plain_yaml("\n".join(texts), file=f"{file}, {place}")
    if found is None or isinstance(found, dict):
        return found or {}
    raise Invalid([Problem(file=file, place=place, reason="phải là các dòng “tên: giá trị”")])
