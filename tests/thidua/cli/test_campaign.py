"""``thidua campaign``: plan, open, list, status, extend, late, adopt, petitions, close."""

from __future__ import annotations

import json

import pytest
from tests.thidua.cli.conftest import Shell


def test_a_campaign_is_opened_listed_and_closed(shell: Shell) -> None:
    shell.says("province", "apply", "nho", "--yes")
    assert shell.says("campaign", "list", "nho") == [
        "Chưa có kỳ đánh giá nào. Mở một kỳ: thidua campaign open nho NĂM"
    ]
    title = "Chỉ số cải cách hành chính năm 2025"
    assert shell.says("campaign", "open", "nho", "2025") == [
        f"Đã mở kỳ đánh giá 1: {title}, 4 đơn vị."
    ]
    assert shell.says("campaign", "list", "nho") == [f"   1  2025  đang mở   {title}"]
    assert shell.says("campaign", "close", "nho", "1") == ["Đã đóng kỳ đánh giá năm 2025."]
    assert shell.says("campaign", "list", "nho") == [f"   1  2025  đã đóng   {title}"]
    assert shell.json("campaign", "list", "nho") == [
        {"id": 1, "year": 2025, "stage": "closed", "title": title}
    ]


def test_a_province_that_has_ended_opens_nothing(shell: Shell) -> None:
    shell.says("province", "apply", "tiengiang", "--yes")
    assert shell.refuses("campaign", "open", "tiengiang", "2026") == (
        "Tỉnh Tiền Giang đã kết thúc ngày 30/06/2025 và được Đồng Tháp kế tục; "
        "dữ liệu chỉ để xem, không mở được kỳ đánh giá mới."
    )
    assert shell.json("campaign", "list", "tiengiang") == []


def test_what_cannot_be_is_a_sentence(opened: Shell) -> None:
    assert opened.refuses("campaign", "open", "nho", "2025") == (
        "Kỳ đánh giá năm 2025 đang mở. Hãy đóng kỳ đó trước khi mở kỳ mới."
    )
    for unknown in ("0", "999", "9" * 30):
        assert opened.refuses("campaign", "close", "nho", unknown) == (
            "Không có kỳ đánh giá này trong tỉnh đang làm việc."
        )
    assert opened.refuses("campaign", "open", "tiengiang", "2025") == (
        "Tỉnh “tiengiang” chưa có trong cơ sở dữ liệu. Hãy chạy: thidua province apply tiengiang"
    )
    opened.says("campaign", "close", "nho", "1")
    assert opened.refuses("campaign", "close", "nho", "1") == "Kỳ đánh giá năm 2025 đã đóng."


def test_a_survey_is_declared_not_held_and_held_again(opened: Shell) -> None:
    declare = ("campaign", "survey-not-held", "nho", "1", "sipas", "--reason", "Dịch bệnh")
    assert opened.says(*declare) == [
        "Cuộc điều tra sipas không tổ chức. Hãy tính lại kết quả của kỳ."
    ]
    assert opened.refuses(*declare) == "Cuộc điều tra sipas đã được khai là không tổ chức."
    assert opened.refuses("campaign", "survey-held", "nho", "1", "khac") == (
        "Cuộc điều tra khac chưa được khai là không tổ chức."
    )
    assert opened.says("campaign", "survey-held", "nho", "1", "sipas") == [
        "Cuộc điều tra sipas có tổ chức. Hãy tính lại kết quả của kỳ."
    ]
    assert opened.refuses("campaign", "survey-held", "nho", "1", "sipas") == (
        "Cuộc điều tra sipas chưa được khai là không tổ chức."
    )


SELF = ("--window", "self", "2020-01-01T08:00", "2099-11-30T17:00")
BOARD = ("--window", "adoption", "01/12/2020 08:00", "31/12/2099 17:00")


@pytest.fixture
def planned(shell: Shell) -> Shell:
    """Tỉnh Nhỏ applied, and campaign 1 of 2025 opened as it was planned."""
    shell.says("province", "apply", "nho", "--yes")
    assert shell.says("campaign", "plan", "nho", "2025", *SELF, *BOARD) == [
        "Đã lập kế hoạch kỳ đánh giá 1: Chỉ số cải cách hành chính năm 2025."
    ]
    shell.says("campaign", "open", "nho", "2025")
    return shell


def test_a_draft_is_checked_changed_and_dropped(shell: Shell) -> None:
    shell.says("province", "apply", "nho", "--yes")
    shell.says("campaign", "plan", "nho", "2025", "--title", "Kỳ thử")
    assert shell.says("campaign", "windows", "nho", "1", *SELF) == [
        "tự đánh giá: 8 giờ 00 ngày 01/01/2020 đến 17 giờ 00 ngày 30/11/2099"
    ]
    assert shell.says("campaign", "status", "nho", "1") == [
        "Kỳ thử: đang chuẩn bị",
        "  —        tự đánh giá: 8 giờ 00 ngày 01/01/2020 đến 17 giờ 00 ngày 30/11/2099",
    ]
    assert shell.says("campaign", "list", "nho") == ["   1  2025  đang chuẩn bị Kỳ thử"]
    said = shell.says("campaign", "check", "nho", "2025")
    assert (said[0][:7], said[-1]) == ("lưu ý  ", "Mở được kỳ.")
    assert shell.says("campaign", "drop", "nho", "1") == ["Đã bỏ kỳ đang chuẩn bị."]
    assert shell.json("campaign", "list", "nho") == []


def test_the_check_says_why_a_year_does_not_open(planned: Shell) -> None:
    result = planned.run("campaign", "check", "nho", "2025")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (1, "Chưa mở được kỳ.")
    told = json.loads(planned.run("campaign", "check", "nho", "2025", "--json").stdout)
    assert (told["opens"], told["findings"][0]) == (
        False,
        {
            "severity": "error", "code": "open", "place": "kỳ đánh giá",
            "message": "Kỳ đánh giá năm 2025 đang mở",
            "remedy": "Hãy đóng kỳ đó trước khi mở kỳ mới.",
        },
    )  # fmt: skip


def test_a_step_is_extended_and_the_extension_withdrawn(planned: Shell) -> None:
    extend = ("campaign", "extend", "nho", "1", "self", "2099-12-05T17:00", "--reason", "Bão")
    assert planned.says(*extend, "--kind", "xa") == [
        "Đã gia hạn 1: tự đánh giá, loại xa, đến 17 giờ 00 ngày 05/12/2099: Bão."
    ]
    assert planned.refuses(*extend, "--kind", "xa") == (
        "Gia hạn đến: Phải sau 17 giờ 00 ngày 05/12/2099."
    )
    withdraw = ("campaign", "withdraw-extension", "nho", "1", "--reason", "Nhầm")
    assert planned.says(*withdraw) == ["Đã rút lại gia hạn."]
    assert planned.says(*extend, "--unit", "1") == [
        "Đã gia hạn 2: tự đánh giá, đơn vị 1, đến 17 giờ 00 ngày 05/12/2099: Bão."
    ]
    assert planned.says("campaign", "status", "nho", "1") == [
        "Chỉ số cải cách hành chính năm 2025: đang mở",
        "  đang mở  tự đánh giá: 8 giờ 00 ngày 01/01/2020 đến 17 giờ 00 ngày 30/11/2099",
        "  đang mở  Hội đồng thẩm định thông qua: 8 giờ 00 ngày 01/12/2020 đến 17 giờ 00 ngày "
        "31/12/2099",
        "  gia hạn 1: tự đánh giá, loại xa, đến 17 giờ 00 ngày 05/12/2099: Bão (đã rút)",
        "  gia hạn 2: tự đánh giá, đơn vị 1, đến 17 giờ 00 ngày 05/12/2099: Bão",
    ]
    told = planned.json("campaign", "status", "nho", "1")
    assert (told["windows"][0], told["extensions"][1]) == (
        {
            "step": "self", "opens_at": "2020-01-01T01:00:00+00:00",
            "closes_at": "2099-11-30T10:00:00+00:00", "open": True,
        },
        {
            "id": 2, "step": "self", "kind": None, "unit": 1,
            "until": "2099-12-05T10:00:00+00:00", "reason": "Bão", "withdrawn": False,
        },
    )  # fmt: skip


def test_who_is_late_is_listed_and_written_to(planned: Shell) -> None:
    limit = "hạn 17 giờ 00 ngày 30/11/2099"
    lines = planned.says("campaign", "late", "nho", "1")
    assert lines[0] == (f"Sở Ba: tự đánh giá chưa bắt đầu, còn 1 dòng, chưa ký xác nhận; {limit}")
    assert len(lines) == 4
    first = planned.json("campaign", "late", "nho", "1")[0]
    assert first == {
        "step": "self", "unit": first["unit"], "name": "Sở Ba", "lines": 1, "begun": False,
        "unsigned": True, "until": "2099-11-30T10:00:00+00:00", "overdue": False,
    }  # fmt: skip
    letter = planned.says("campaign", "late", "nho", "1", "--text", "--unit", str(first["unit"]))
    assert (letter[0], letter[4]) == (
        "Kính gửi: Sở Ba.",
        f"1. Sở Ba: tự đánh giá chưa bắt đầu, còn 1 dòng, chưa ký xác nhận; {limit}.",
    )
    assert planned.says("campaign", "late", "nho", "1", "--unit", "999") == [
        "Không đơn vị nào chậm."
    ]


def test_the_board_adopts_and_petitions_are_answered(planned: Shell) -> None:
    planned.says("results", "compute", "nho", "1")
    adopt = ("campaign", "adopt", "nho", "1", "--minutes", "12/BB", "--on", "01/12/2025")
    assert planned.refuses(*adopt) == "Thành viên: Hãy ghi các thành viên Hội đồng dự họp."
    assert planned.says(*adopt, "--member", "Bà Mẫu") == [
        "Đã ghi việc thông qua theo biên bản 12/BB, 01/12/2025."
    ]
    assert planned.says("campaign", "unadopt", "nho", "1", "--reason", "Nhầm") == [
        "Đã rút việc thông qua."
    ]
    assert planned.says("campaign", "petitions", "nho", "1") == ["Chưa có kiến nghị nào."]
    assert planned.json("campaign", "petitions", "nho", "1") == []
    answer = ("campaign", "answer", "nho", "1", "--accept", "--because", "Đúng")
    assert planned.refuses(*answer) == "Không có kiến nghị này trong tỉnh đang làm việc."
    assert planned.says("campaign", "close", "nho", "1", "--reason", "Hết năm") == [
        "Đã đóng kỳ đánh giá năm 2025."
    ]
