"""A command line that does not fit is told in Vietnamese, with exit status 2."""

from __future__ import annotations

import pytest
from tests.thidua.cli.conftest import Shell

CASES = [
    (("khong-co",), "Không có lệnh “khong-co”.", "thidua"),
    (("--khong-co",), "Không có tùy chọn --khong-co.", "thidua"),
    (("province", "khong-co"), "Không có lệnh “khong-co”.", "thidua province"),
    (("province", "apply"), "Thiếu MÃ.", "thidua province apply"),
    (("province", "apply", "a", "--sai"), "Không có tùy chọn --sai.", "thidua province apply"),
    (("province", "list", "nho"), "Câu lệnh có thừa tham số.", "thidua province list"),
    (
        ("campaign", "open", "nho", "1999"),
        "NĂM phải là số nguyên từ 2000 đến 2100.",
        "thidua campaign open",
    ),
    (
        ("campaign", "open", "nho", "nay"),
        "NĂM phải là số nguyên từ 2000 đến 2100.",
        "thidua campaign open",
    ),
    (
        ("campaign", "extend", "nho", "1", "self", "mai", "--reason", "Bão"),
        "ĐẾN phải là ngày, giờ như 2026-11-30T17:00.",
        "thidua campaign extend",
    ),
    (
        ("campaign", "plan", "nho", "2026", "--window", "self", "mai", "kia"),
        "--window phải viết như ví dụ trong cách dùng.",
        "thidua campaign plan",
    ),
    (("campaign", "close", "nho", "một"), "KỲ phải là số nguyên.", "thidua campaign close"),
    (("results", "publish", "a", "1", "--reason"), "Tùy chọn --reason chưa đúng cách dùng.", ""),
    (
        ("results", "export", "nho", "1", "a.csv"),
        "TỆP.xlsx phải kết thúc bằng .xlsx.",
        "thidua results export",
    ),
    (
        ("results", "export", "nho", "1", "/"),
        "TỆP.xlsx phải là tên một tệp đọc, ghi được.",
        "thidua results export",
    ),
]


@pytest.mark.parametrize(("words", "sentence", "command"), CASES)
def test_a_wrong_command_line_is_a_sentence(
    no_database: Shell, words: tuple[str, ...], sentence: str, command: str
) -> None:
    more = [f"Xem cách dùng: {command} --help"] if command else []
    assert no_database.refuses(*words).split("\n") == [sentence, *more]


def test_help_lists_the_commands(no_database: Shell) -> None:
    lines = no_database.says("--help")
    named = [line.split()[0] for line in lines if line.startswith("  ")]
    for command in ("audit", "campaign", "criteria", "migrate", "province", "results", "status"):
        assert command in named
