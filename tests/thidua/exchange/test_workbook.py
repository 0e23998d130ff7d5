"""The workbook of a result table, read back: figures are figures, text is never a formula."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from thidua.exchange.office import FORMULA_STARTS, safe_text
from thidua.exchange.workbook import results_workbook
from thidua.work.tables import ResultTable, TableGroup, TableRow


def row(name: str, rank: int | None, points: str, maximum: str, index: str, band: str) -> TableRow:
    return TableRow(
        unit_id=1, row_id=1, name=name, rank=rank, tied=False, points=Decimal(points),
        maximum=Decimal(maximum), index=Decimal(index), band=band, position=None, warning="",
    )  # fmt: skip


TABLE = ResultTable(
    version_id=7,
    province="Tỉnh Nhỏ",
    authority="Sở Nội vụ tỉnh Nhỏ",
    title="Chỉ số cải cách hành chính năm 2025",
    year=2025,
    number=2,
    kind="final",
    published=True,
    illustrative=False,
    has_index=True,
    bands_illustrative=False,
    groups=[
        TableGroup(
            label="Sở, ban, ngành / Khối 1",
            rows=[
                row("Sở Hai", 1, "102.5001", "100", "102.50", "Tốt"),
                row("Sở Ba", 2, "45", "60", "75.00", "Khá"),
            ],
        ),
        TableGroup(label="", rows=[row("Xã Một", None, "0", "100", "0.00", "Trung bình")]),
    ],
    notes=["Xếp loại: Tốt từ 80.", "Tính bằng Thi đua 1."],
    findings=["Sở Ba: 1 dòng chưa nhập số liệu, tính 0 điểm."],
)
SEAL = "Nhật ký kiểm toán khi in bảng này: chưa niêm phong dòng nào."
HEADINGS = ["Hạng", "Đơn vị", "Điểm", "Điểm tối đa", "Chỉ số (%)", "Xếp loại", "Ghi chú"]


def read(table: ResultTable) -> Worksheet:
    book = load_workbook(BytesIO(results_workbook(table, SEAL)))
    assert book.sheetnames == ["Kết quả 2025"]
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return sheet


def values(sheet: Worksheet) -> list[list[Any]]:
    """What each row holds, without the empty cells behind the last value."""
    found = []
    for cells in sheet.iter_rows(values_only=True):
        line = list(cells)
        while line and line[-1] is None:
            line.pop()
        found.append(line)
    return found


def test_the_whole_table_is_read_back() -> None:
    sheet = read(TABLE)
    assert values(sheet) == [
        ["SỞ NỘI VỤ TỈNH NHỎ"],
        ["Chỉ số cải cách hành chính năm 2025"],
        ["Kết quả chính thức năm 2025, bản số 2"],
        HEADINGS,
        ["Sở, ban, ngành / Khối 1"],
        [1, "Sở Hai", 102.5001, 100, 102.5, "Tốt"],
        [2, "Sở Ba", 45, 60, 75, "Khá"],
        ["Tất cả các đơn vị"],
        [None, "Xã Một", 0, 100, 0, "Trung bình"],
        [],
        ["Sở Ba: 1 dòng chưa nhập số liệu, tính 0 điểm."],
        ["Xếp loại: Tốt từ 80."],
        ["Tính bằng Thi đua 1."],
        [SEAL],
    ]
    kinds = [[cell.data_type for cell in line[:6]] for line in sheet["A6:F6"]]
    assert kinds == [["n", "s", "n", "n", "n", "s"]]
    assert [sheet.cell(6, column).number_format for column in (3, 5)] == ["#,##0.0000", "#,##0.00"]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A5", "$4:$4")


def test_figures_are_written_digit_by_digit() -> None:
    exact = replace(TABLE.groups[0].rows[0], points=Decimal("987654321.1234"))
    table = replace(TABLE, groups=[TableGroup(label="", rows=[exact])])
    with zipfile.ZipFile(BytesIO(results_workbook(table, SEAL))) as file:
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>987654321.1234</v>" in sheet
    assert "<v>102.5</v>" in sheet


def test_a_table_of_points_alone_has_no_columns_for_an_index() -> None:
    points = replace(TABLE.groups[0].rows[0], maximum=None, index=None)
    table = replace(TABLE, has_index=False, groups=[TableGroup(label="Khối", rows=[points])])
    lines = values(read(table))
    assert lines[3:6] == [
        ["Hạng", "Đơn vị", "Điểm", "Xếp loại", "Ghi chú"],
        ["Khối"],
        [1, "Sở Hai", 102.5001, "Tốt"],
    ]


def test_invented_figures_are_marked() -> None:
    lines = values(read(replace(TABLE, illustrative=True)))
    assert lines[3] == ["SỐ LIỆU MINH HỌA"]
    assert ["SỐ LIỆU MINH HỌA"] not in values(read(TABLE))


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_text_is_never_a_formula(start: str) -> None:
    text = f'{start}HYPERLINK("http://x","y")'
    first = replace(TABLE.groups[0].rows[0], name=text, band=text, warning=text)
    table = replace(
        TABLE, title=text, groups=[TableGroup(label=text, rows=[first])], notes=[text],
        findings=[text],
    )  # fmt: skip
    sheet = read(table)
    same = text.replace("\r", "\n")  # as XML reads a carriage return
    found = [cell for line in sheet.iter_rows() for cell in line if cell.value == same]
    assert len(found) == 7
    assert {(cell.data_type, cell.quotePrefix) for cell in found} == {("s", True)}
    with zipfile.ZipFile(BytesIO(results_workbook(table, SEAL))) as file:
        assert "<f>" not in file.read("xl/worksheets/sheet1.xml").decode()
    assert safe_text(text) == f"'{text}"


def test_plain_text_is_left_alone() -> None:
    assert [safe_text(text) for text in ("", "Sở 1", "1 = 1")] == ["", "Sở 1", "1 = 1"]
    assert {cell.quotePrefix for line in read(TABLE).iter_rows() for cell in line} == {False}


def test_what_no_workbook_can_hold_becomes_a_blank() -> None:
    first = replace(TABLE.groups[0].rows[0], name="Sở\x0bHai\x00", warning="#N/A")
    sheet = read(replace(TABLE, groups=[TableGroup(label="", rows=[first])]))
    assert (sheet["B6"].value, sheet["G6"].value, sheet["G6"].data_type) == (
        "Sở Hai ", "#N/A", "s",
    )  # fmt: skip
