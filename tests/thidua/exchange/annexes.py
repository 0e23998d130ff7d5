"""Annexes as offices lay them out, written by the test that reads them. All of it illustrative."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

Value = str | float | None
HEADINGS = (
    "TT", "Lĩnh vực/Tiêu chí/Tiêu chí thành phần", "Điểm tối đa", "Cách chấm điểm",
    "Tài liệu kiểm chứng", "Cơ quan thẩm định", "Ghi chú",
)  # fmt: skip

NAMES = (
    "CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH",
    "XÂY DỰNG VÀ TỔ CHỨC THỰC HIỆN VĂN BẢN QUY PHẠM PHÁP LUẬT",
    "CẢI CÁCH THỦ TỤC HÀNH CHÍNH",
    "CẢI CÁCH TỔ CHỨC BỘ MÁY",
    "CẢI CÁCH CHẾ ĐỘ CÔNG VỤ",
    "CẢI CÁCH TÀI CHÍNH CÔNG",
    "XÂY DỰNG CHÍNH QUYỀN ĐIỆN TỬ",
    "TÁC ĐỘNG CỦA CẢI CÁCH HÀNH CHÍNH",
)
YES = "Có ban hành: {0} điểm; không ban hành: 0 điểm"
STEPS = "Từ 90% trở lên: {0} điểm\nTừ 70% đến dưới 90%: 1 điểm\nDưới 70%: 0 điểm"


def nine_domains() -> list[list[Value]]:
    """Nine domains of An Giang's shape: eight of 9.5 points each, the survey alone of 24."""
    rows: list[list[Value]] = []
    for roman, name in zip(("I", "II", "III", "IV", "V", "VI", "VII", "VIII"), NAMES, strict=True):
        rows += [
            [roman, name, "9,5"],
            ["1", f"Kế hoạch thuộc {name.lower()}", 4.5],
            ["1.1", "Ban hành kế hoạch", "2,5đ", YES.format("2,5"), "Kế hoạch", "Sở Nội vụ"],
            ["1.2", "Mức độ hoàn thành", "2 điểm", STEPS.format(2), "Báo cáo", "Sở Nội vụ"],
            ["2", f"Kết quả thuộc {name.lower()}", 5, "Xem phụ lục", "Báo cáo năm", "Sở Tư pháp"],
        ]
    rows.append(["IX", "SỰ HÀI LÒNG CỦA NGƯỜI DÂN", 24, "Theo kết quả điều tra xã hội học"])
    rows.append(["", "Tổng cộng", 100])
    return rows


def sheet_of(
    rows: Sequence[Sequence[Value]], headings: Sequence[str] = HEADINGS
) -> tuple[Workbook, Worksheet]:
    """A title, an empty row, the headings in row 3 and the rows below."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["PHỤ LỤC BỘ TIÊU CHÍ (MINH HỌA)"])
    sheet.append([])
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    return book, sheet


def write(
    folder: Path, rows: Sequence[Sequence[Value]], headings: Sequence[str] = HEADINGS
) -> Path:
    """The workbook in ``folder``."""
    path = folder / "phu-luc.xlsx"
    sheet_of(rows, headings)[0].save(path)
    return path


def write_looks(folder: Path, rows: Sequence[tuple[int, str, Value]]) -> Path:
    """A workbook without numbers, whose levels show by indentation: (indent, name, points)."""
    book, sheet = sheet_of([], ("Nội dung tiêu chí", "Điểm chuẩn"))
    for indent, name, points in rows:
        sheet.append([name, points])
        cell = sheet.cell(sheet.max_row, 1)
        cell.alignment, cell.font = Alignment(indent=indent), Font(bold=indent == 0)
    path = folder / "phu-luc.xlsx"
    book.save(path)
    return path
