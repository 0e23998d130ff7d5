"""The figures of what was granted, by year, movement and form, as an office's workbook."""

from __future__ import annotations

from collections.abc import Sequence

from thidua.exchange.office import (
    Cell,
    add_header,
    add_line,
    add_notes,
    add_title,
    lay_out,
    new_sheet,
    saved,
)
from thidua.work.award_history import AwardCount

HEADINGS = (
    "TT", "Năm", "Phong trào", "Danh hiệu, hình thức", "Tập thể", "Cá nhân", "Đã hủy bỏ",
    "Tiền thưởng (đồng)",
)  # fmt: skip
_MONEY = "#,##0"
_WIDTHS = (6, 8, 60, 34, 10, 10, 12, 20)

OWN_LAYOUT = (
    "Bảng này do phần mềm tự trình bày, không phải mẫu của Bộ Nội vụ. Bố cục các biểu 01N, 02N, "
    "03N-BNV-TĐKT chưa có trong nguồn dữ liệu; hãy chuyển số liệu sang mẫu hiện hành khi báo cáo."
)
"""Said on the workbook and wherever the figures are shown."""

COUNTED = "Không tính những khen thưởng đã bị hủy bỏ; tiền thưởng là số đã tính theo quyết định."


def statistics_workbook(
    rows: Sequence[AwardCount], *, authority: str, first: int, last: int
) -> bytes:
    """The .xlsx: a line for each year, movement and form, with the sum of all."""
    book, sheet = new_sheet("Thống kê khen thưởng")
    years = f"NĂM {first}" if first == last else f"TỪ NĂM {first} ĐẾN NĂM {last}"
    lines = [authority.upper(), f"SỐ LIỆU KHEN THƯỞNG {years}"]
    illustrative = any(row.illustrative for row in rows)
    add_title(sheet, lines, len(HEADINGS), illustrative=illustrative)
    add_header(sheet, HEADINGS, _WIDTHS)
    for number, row in enumerate(rows, 1):
        add_line(sheet, [number, row.year, row.movement, row.form, *_figures([row])], _WIDTHS)
        sheet.cell(sheet.max_row, len(HEADINGS)).number_format = _MONEY
    add_line(sheet, [None, "", "Cộng", "", *_figures(rows)], _WIDTHS, bold=True)
    sheet.cell(sheet.max_row, len(HEADINGS)).number_format = _MONEY
    add_notes(sheet, [OWN_LAYOUT, COUNTED])
    lay_out(sheet, _WIDTHS)
    return saved(book)


def _figures(rows: Sequence[AwardCount]) -> list[Cell]:
    return [
        sum(row.collectives for row in rows),
        sum(row.persons for row in rows),
        sum(row.revoked for row in rows),
        sum(row.money for row in rows),
    ]
