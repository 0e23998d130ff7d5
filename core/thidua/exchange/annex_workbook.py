"""A criteria set as an annex in the layout that offices use; read again it is the same set."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from thidua.exchange.annex_columns import TITLES
from thidua.exchange.annex_data import HEADINGS, NOTES, data_rows, level_of, printed_agencies
from thidua.exchange.annex_file import DATA_SHEET
from thidua.exchange.office import (
    Cell,
    add_header,
    add_heading,
    add_line,
    add_notes,
    add_title,
    lay_out,
    new_sheet,
    saved,
)
from thidua.scoring.ticks import written
from thidua.spec.criteria import CriteriaSet, Domain, Leaf, Node
from thidua.work.rule_words import rule_words

COMPUTED = "Phần mềm tính"
"""The heading of the last column, which an import leaves out."""

_WIDTHS = (9, 46, 10, 44, 34, 22, 24, 40)
_DATA_WIDTHS = (12, 16, 40, 44, 70)


def annex_workbook(
    criteria: CriteriaSet, *, agencies: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """The .xlsx of a set: the annex, and on a sheet beside it what an annex does not print.

    ``agencies`` are the names of units by key.
    """
    printed = printed_agencies(criteria, agencies)
    book, sheet = new_sheet("Bộ tiêu chí")
    basis = [f"({item.title}{_number(item.number)})" for item in criteria.legal_basis]
    lines = ["PHỤ LỤC", criteria.title, f"Phiên bản {criteria.version}", *basis[:1]]
    add_title(sheet, lines, len(_WIDTHS), illustrative=criteria.illustrative)
    add_header(sheet, [*TITLES.values(), COMPUTED], _WIDTHS)
    for node in criteria.nodes():
        add_line(sheet, _cells(node, printed), _WIDTHS, bold=node.rule is None)
        name = sheet.cell(sheet.max_row, 2)
        name.alignment = Alignment(indent=level_of(node) - 1, vertical="center", wrap_text=True)
        if isinstance(node, Domain):
            name.font = Font(name="Times New Roman", size=12, bold=True)
    add_line(sheet, ["", "Tổng cộng", _total(criteria), *[""] * 5], _WIDTHS, bold=True)
    add_notes(sheet, [item.text for item in criteria.contradictions])
    lay_out(sheet, _WIDTHS)
    _add_data(book, criteria, printed)
    return saved(book)


def _add_data(book: Workbook, criteria: CriteriaSet, printed: Mapping[str, str]) -> None:
    sheet = book.create_sheet(DATA_SHEET)
    for note in NOTES:
        add_heading(sheet, note, len(HEADINGS), boxed=False)
    add_header(sheet, HEADINGS, _DATA_WIDTHS)
    for row in data_rows(criteria, printed):
        add_line(sheet, row, _DATA_WIDTHS)
    lay_out(sheet, _DATA_WIDTHS)


def annex_template() -> bytes:
    """An annex to fill in: the layout, lines that show each way of scoring, and what to know.

    Read as it is it makes a set; its lines say what is to be written there.
    """
    book, sheet = new_sheet("Bộ tiêu chí")
    heading = ["PHỤ LỤC", "Tên bộ tiêu chí", "(kèm theo Quyết định số …)"]
    add_title(sheet, heading, len(TITLES), illustrative=False)
    widths = _WIDTHS[: len(TITLES)]
    add_header(sheet, list(TITLES.values()), widths)
    for line in _SAMPLE:
        add_line(sheet, line, widths, bold=line[0] in {"1", "1.1"})
    add_line(sheet, ["", "Tổng cộng", Decimal(10), *[""] * 4], widths, bold=True)
    lay_out(sheet, widths)
    notes = book.create_sheet("Hướng dẫn")
    notes.column_dimensions["A"].width = 110
    add_notes(notes, _NOTES)
    return saved(book)


_SAMPLE: tuple[tuple[Cell, ...], ...] = (
    ("1", "Tên lĩnh vực", Decimal(9), "", "", "", ""),
    ("1.1", "Tên tiêu chí", Decimal(9), "", "", "", ""),
    (
        "1.1.1", "Tên tiêu chí thành phần có hoặc không", Decimal(2),
        "Có ban hành: 2 điểm; không ban hành: 0 điểm", "Tên tài liệu cần có", "", "",
    ),
    (
        "1.1.2", "Tên tiêu chí thành phần tính theo bậc", Decimal(3),
        "Từ 90% trở lên: 3 điểm; từ 70% đến dưới 90%: 1,5 điểm; dưới 70%: 0 điểm", "", "", "",
    ),
    (
        "1.1.3", "Tên tiêu chí thành phần tính theo tỷ lệ", Decimal(4),
        "(b/a) × điểm tối đa; a là tổng số hồ sơ; b là số hồ sơ đúng hạn", "", "", "",
    ),
    ("2", "Tên lĩnh vực không chia tiêu chí", Decimal(1), "Chấm trực tiếp", "", "", ""),
)  # fmt: skip

_NOTES = (
    "Thay các dòng mẫu bằng nội dung của phụ lục; giữ hàng tiêu đề. Thêm bao nhiêu dòng cũng được.",
    "Cột tên và cột điểm tối đa phải có; các cột khác để trống được.",
    "TT cho biết cấp: 1 là lĩnh vực, 1.1 là tiêu chí, 1.1.1 là tiêu chí thành phần. I, 1, 1.1 "
    "cũng đọc được.",
    "Cách chấm viết như mẫu thì phần mềm đề xuất được cách tính; câu khác được giữ làm hướng dẫn "
    "và tiêu chí ấy chấm trực tiếp.",
    "Điểm thưởng, điểm trừ: ghi +1 hoặc -1 ở cột điểm.",
    "Cơ quan thẩm định: ghi đúng tên đơn vị trong danh sách đơn vị của tỉnh.",
    "Điểm in ở lĩnh vực, tiêu chí và dòng Tổng cộng được so với phần cộng lại; lệch thì được báo.",
    "Công thức không được tính lại: phần mềm lấy kết quả đã lưu trong tệp.",
)


def _number(number: str) -> str:
    return f", số {number}" if number else ""


def _cells(node: Node, agencies: Mapping[str, str]) -> list[Cell]:
    leaf = Leaf(node) if node.rule is not None else None
    words = rule_words(leaf) if leaf else ""
    return [
        node.code,
        node.name,
        _signed(leaf) if leaf else _printed(node),
        node.guidance,
        node.evidence,
        agencies.get(node.appraiser, node.appraiser),
        node.note,
        words,
    ]


def _signed(leaf: Leaf) -> Cell:
    """Bonus and penalty points carry their sign."""
    sign = {"points": "", "bonus": "+", "penalty": "-"}[leaf.counts_as]
    return sign + written(leaf.max_points) if sign else leaf.max_points


def _printed(node: Node) -> Decimal:
    """What the source prints for a branch, else the sum of its leaves that count as it does."""
    if node.declared and node.declared.points is not None:
        return node.declared.points
    counted = (leaf for leaf in node.leaves() if leaf.counts_as == node.counts_as)
    return sum((leaf.max_points for leaf in counted), Decimal(0))


def _total(criteria: CriteriaSet) -> Decimal:
    if criteria.declared and criteria.declared.points is not None:
        return criteria.declared.points
    counted = (leaf for leaf in criteria.leaves if leaf.counts_as == "points")
    return sum((leaf.max_points for leaf in counted), Decimal(0))
