"""A command line that cannot be run is refused in one Vietnamese sentence."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from thidua.cli import cli


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("lam-gi-do", "Không có lệnh lam-gi-do. Xem cách dùng: thidua --help"),
        ("province check", "Thiếu MÃ. Xem cách dùng: thidua province check --help"),
        (
            "province check a b",
            "Thừa từ: b. Xem cách dùng: thidua province check --help",
        ),
        (
            "province list --all",
            "Không có tùy chọn --all. Xem cách dùng: thidua province list --help",
        ),
        (
            "results check a.csv --grading",
            "Tùy chọn --grading cần một giá trị. Xem cách dùng: thidua --help",
        ),
        (
            "results compute tiengiang mot",
            "Giá trị của KỲ không dùng được: phải là số nguyên. "
            "Xem cách dùng: thidua results compute --help",
        ),
        (
            "campaign open tiengiang 3000",
            "Giá trị của NĂM không dùng được: phải là số nguyên từ 2000 đến 2100. "
            "Xem cách dùng: thidua campaign open --help",
        ),
    ],
)
def test_cli_refuses_in_a_sentence(words: str, sentence: str) -> None:
    result = CliRunner().invoke(cli, words.split(), prog_name="thidua")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", sentence + "\n")


def test_cli_alone_says_what_there_is() -> None:
    result = CliRunner().invoke(cli, [], prog_name="thidua")
    assert result.exit_code == 2
    assert "province" in result.output
