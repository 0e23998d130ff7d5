"""``thidua campaign``: open, list, close."""

from __future__ import annotations

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
