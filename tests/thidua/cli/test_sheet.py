"""``thidua sheet``: what is owed, the signed paper, the appraisal of an agency."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from tests.thidua.cli.conftest import Shell

SIGN = ("--number", "1/BC", "--date", "2026-01-02", "--signer", "Ông Một")


def test_a_sheet_is_shown_signed_and_opened_again(opened: Shell) -> None:
    ours = ("nho", "1", "so-mot")
    shown = opened.json("sheet", "show", *ours)
    code = shown.pop("check_code")
    assert shown == {
        "lines": 2, "left": 2, "unevidenced": 0,
        "gaps": [
            {"leaf": "1.1", "kind": "input", "blocks": True},
            {"leaf": "1.2", "kind": "input", "blocks": True},
            {"leaf": "2.1", "kind": "survey", "blocks": False},
        ],
    }  # fmt: skip
    assert opened.says("sheet", "show", *ours)[:2] == [
        f"Còn 2 dòng, 0 thiếu minh chứng. Mã kiểm tra: {code}",
        "  1.1  Chưa nhập: Số nhiệm vụ đã hoàn thành, Số nhiệm vụ được giao.",
    ]
    assert opened.refuses("sheet", "sign", *ours, *SIGN).splitlines()[-1] == (
        "Lý do: Hãy bổ sung, hoặc ghi lý do ký khi chưa đủ."
    )
    assert opened.says("sheet", "sign", *ours, *SIGN, "--reason", "Chờ số liệu") == [
        f"Đã ghi văn bản 1/BC. Mã kiểm tra: {code}"
    ]
    assert opened.says("sheet", "unsign", *ours, "--reason", "Nhầm") == ["Đã rút xác nhận."]
    assert opened.refuses("sheet", "unsign", *ours, "--reason", "Nhầm") == (
        "Phiếu này chưa được ký xác nhận."
    )
    assert opened.refuses("sheet", "show", "nho", "1", "la") == (
        "Không có đơn vị “la”. Xem khóa đơn vị bằng: thidua units export."
    )


def test_an_agency_prints_its_appraisal(opened: Shell, tmp_path: Path) -> None:
    file = tmp_path / "tham-dinh.xlsx"
    asked = ("sheet", "appraisal", "nho", "1", "so-hai", str(file))
    assert opened.says(*asked) == [f"Đã ghi {file}; còn 6 dòng chưa thẩm định."]
    cells = {row[0].value for row in load_workbook(file).worksheets[0].iter_rows()}
    assert {"Kết quả thẩm định của Sở Hai", "1. Chỉ đạo, điều hành"} <= cells
    assert opened.refuses(*asked).startswith(f"Tệp {file} đã có.")
