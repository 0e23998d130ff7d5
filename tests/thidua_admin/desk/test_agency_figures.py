"""Figures of an agency for all units, given on its page."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook
from tests.thidua_admin.conftest import Web, said
from tests.thidua_admin.desk.appraising import Desk, desk_of, text

RATE, RIGHT, ALL = "2 Tỷ lệ hồ sơ đúng hạn (%)", "2 Số hồ sơ đúng hạn", "2 Số hồ sơ đã giải quyết"
PASTED = f"Đơn vị\t{RATE}\t{RIGHT}\t{ALL}\nSở Tài chính\t98,5\t\t\nXã Một\t\t1.200\t1.250\n"
WRITTEN = [
    ("so-tai-chinh", "2", {"value": 985_000}, ""),
    ("xa-mot", "2", {"numerator": 1200, "denominator": 1250}, ""),
]


@pytest.fixture
def desk(web: Web) -> Desk:
    """Văn phòng UBND tỉnh's appraiser."""
    return desk_of(web, unit="van-phong")


def stored(desk: Desk) -> list[tuple[str, str, dict[str, int], str]]:
    return sorted(desk.stored("agency"), key=lambda row: row[0])


def test_a_table_is_previewed_and_written_once_confirmed(desk: Desk) -> None:
    page = desk.post("so-lieu", bang=PASTED).text
    assert "Đơn vị có trong bảng 2" in text(page)
    assert "Xã Một – 1.200 1.250" in text(page)
    assert stored(desk) == []
    carried = page.split('name="bang" value="')[1].split('"')[0]
    done = desk.post("so-lieu", bang=carried, **{"xac-nhan": "1"})
    assert said(done.text) == ["Đã ghi 2 số liệu của 2 đơn vị."]
    assert stored(desk) == WRITTEN


def test_the_table_to_fill_in_is_read_back(desk: Desk) -> None:
    answer = desk.client.get(f"/tham-dinh/{desk.campaign}/so-lieu.xlsx")
    book = load_workbook(BytesIO(answer.data))
    rows = {str(row[0].value): row for row in book.worksheets[0].iter_rows()}
    assert [cell.value for cell in rows["Đơn vị"]] == ["Đơn vị", RATE, RIGHT, ALL]
    assert "Văn phòng UBND tỉnh" not in rows
    rows["Sở Tài chính"][1].value = 98.5
    rows["Xã Một"][2].value, rows["Xã Một"][3].value = 1200, 1250
    filled = BytesIO()
    book.save(filled)
    sent = {"tep": (BytesIO(filled.getvalue()), "Số liệu.xlsx"), "xac-nhan": "1"}
    assert said(desk.post("so-lieu", **sent).text) == ["Đã ghi 2 số liệu của 2 đơn vị."]
    assert stored(desk) == WRITTEN


def test_every_line_that_cannot_be_taken_is_named_and_nothing_is_written(desk: Desk) -> None:
    wrong = PASTED + "Sở Lạ\t90\t\t\nSở Tài chính\t90\t\t\nSở Nội vụ\t101\t\t\n"
    page = text(desk.post("so-lieu", bang=wrong).text)
    for words in (
        "Chưa ghi gì. Hãy sửa 3 chỗ rồi gửi lại",
        "Dòng 4: không có đơn vị “Sở Lạ” trong kỳ đánh giá.",
        "Dòng 5: “Sở Tài chính” đã có ở một dòng trên",
        "Dòng 6: ",
    ):
        assert words in page
    for bang, words in (
        ("", "Hãy chọn tệp hoặc dán bảng số liệu."),
        ("chỉ là chữ", "không có hàng tiêu đề"),
        (PASTED.replace("98,5", "nhiều"), "“nhiều” không phải là số; hãy sửa lại"),
    ):
        assert words in text(desk.post("so-lieu", bang=bang).text)
    assert stored(desk) == []


def test_an_agency_that_is_asked_for_nothing_is_told(web: Web) -> None:
    desk = desk_of(web, unit="so-tai-chinh")
    assert "Không có số liệu nào để nhập" in desk.get("so-lieu")
