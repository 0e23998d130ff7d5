"""The figures of awards as a workbook: every line, the sum, and whose layout it is."""

from __future__ import annotations

from io import BytesIO

from openpyxl import load_workbook

from thidua.exchange.statistics_workbook import COUNTED, OWN_LAYOUT, statistics_workbook
from thidua.work.award_history import AwardCount

ROWS = [
    AwardCount(2024, "Phong trào", "Bằng khen", 4, 6, 1, 1_500_000, False),
    AwardCount(2025, "Phong trào", "Cờ thi đua", 1, 0, 0, 6_000_000, False),
]


def test_figures_are_summed_and_the_layout_is_said_to_be_ours() -> None:
    book = statistics_workbook(ROWS, authority="Sở Nội vụ", first=2024, last=2025)
    sheet = load_workbook(BytesIO(book)).worksheets[0]
    rows = [[cell for cell in row if cell not in (None, "")] for row in sheet.values]
    assert rows[:2] == [["SỞ NỘI VỤ"], ["SỐ LIỆU KHEN THƯỞNG TỪ NĂM 2024 ĐẾN NĂM 2025"]]
    assert rows[3:6] == [
        [1, 2024, "Phong trào", "Bằng khen", 4, 6, 1, 1_500_000],
        [2, 2025, "Phong trào", "Cờ thi đua", 1, 0, 0, 6_000_000],
        ["Cộng", 5, 6, 1, 7_500_000],
    ]
    assert rows[-2:] == [[OWN_LAYOUT], [COUNTED]]


def test_one_year_is_named_once_and_what_is_invented_is_marked() -> None:
    invented = [AwardCount(2025, "Phong trào", "Bằng khen", 1, 0, 0, 0, True)]
    book = statistics_workbook(invented, authority="Sở Nội vụ", first=2025, last=2025)
    sheet = load_workbook(BytesIO(book)).worksheets[0]
    said = [row[0] for row in sheet.values]
    assert said[1:3] == ["SỐ LIỆU KHEN THƯỞNG NĂM 2025", "SỐ LIỆU MINH HỌA"]
