"""The console's first page and the page of the provinces."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.thidua_admin.conftest import Web

from thidua_admin.console.index import Counts, next_step

NOTHING = Counts(units=0, sets=0, campaigns_open=0, results=0, unpublished=0)
READY = replace(NOTHING, units=3, sets=1)


@pytest.mark.parametrize(
    ("counts", "endpoint", "begins"),
    [
        (NOTHING, "", "Chưa có bộ tiêu chí."),
        (replace(NOTHING, sets=1), "units.create_view", "Chưa có đơn vị nào để chấm."),
        (READY, "campaigns.create_view", "Chưa có kỳ đánh giá nào đang mở."),
        (replace(READY, campaigns_open=1), "campaigns.index_view", "Kỳ đánh giá đang mở."),
        (
            replace(READY, campaigns_open=1, results=2, unpublished=2),
            "results.index_view", "Có 2 bản kết quả chưa công bố.",
        ),
    ],
)  # fmt: skip
def test_next_step_follows_the_year(web: Web, counts: Counts, endpoint: str, begins: str) -> None:
    with web.app.test_request_context():
        step = next_step(counts, ended="")
        ended = next_step(counts, ended="Tỉnh đã kết thúc.")
    assert (step.endpoint, step.text.startswith(begins)) == (endpoint, True)
    assert (ended.text, ended.endpoint) == ("Tỉnh đã kết thúc.", "desk.results")


def cards(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<strong>([^<]+)</strong><br><span class="muted">([^<]+)', page)


def test_index_counts_what_is_there(web: Web) -> None:
    page = web.client("admin").get("/quan-tri/").text
    assert cards(page) == [
        ("Đơn vị", "7 đơn vị đang hoạt động hôm nay"),
        ("Sắp xếp đơn vị", "1 việc đã ghi"),
        ("Bộ tiêu chí", "3 bộ tiêu chí"),
        ("Kỳ đánh giá", "1 kỳ đang mở"),
        ("Bản kết quả", "2 bản, 2 chưa công bố"),
        ("Kế hoạch phong trào", "1 phong trào"),
        ("Cách xét khen", "1 cách xét khen, có phiên bản"),
        ("Tài khoản và vai trò", "9 người có vai trò trong tỉnh"),
        ("Nhật ký kiểm toán", "26 việc đã ghi, 0 đã niêm phong"),
        ("Lịch sử nhập dữ liệu", "1 lần nhập"),
        ("Văn bản căn cứ", "Nơi viện dẫn và hiệu lực của từng văn bản"),
        ("Các tỉnh", "Các phần mở rộng đã cài và bị từ chối"),
    ]
    assert "Có 2 bản kết quả chưa công bố." in page
    assert 'href="/quan-tri/ban-ket-qua/">Xem các bản kết quả</a>' in page


def test_index_of_an_auditor_has_what_is_only_read(web: Web) -> None:
    page = web.client("auditor").get("/quan-tri/").text
    assert [title for title, _ in cards(page)] == [
        "Kế hoạch phong trào", "Cách xét khen", "Nhật ký kiểm toán", "Lịch sử nhập dữ liệu",
        "Văn bản căn cứ",
    ]  # fmt: skip
    assert "Việc tiếp theo" not in page


def test_index_of_an_ended_province_says_so(web: Web) -> None:
    page = web.client("tg").get("/quan-tri/").text
    assert "Tỉnh Tiền Giang đã kết thúc ngày 30/06/2025 và được Đồng Tháp kế tục" in page


def test_provinces_are_listed_with_the_refused_and_why(web: Web) -> None:
    page = web.client("admin").get("/quan-tri/cac-tinh/").text
    cells = [
        " ".join(re.sub(r"<[^>]+>", " ", cell).split())
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL)
    ]
    assert cells == [
        "Tỉnh Mẫu", "mau", "1", "2", "Đang làm việc, đã áp dụng",
        "Tỉnh Tiền Giang", "tiengiang", "1", "2", "Đã cài",
        "hong", "info() thiếu dấu @hookimpl",
    ]  # fmt: skip
