"""The workbook of accounts out and in; slips."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from thidua.errors import Invalid
from thidua.exchange.accounts import AccountSlip, accounts_form, read_accounts, slips_page
from thidua.work.account_import import AccountLine


def test_form_holds_a_line_for_each_unit_and_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "tai-khoan.xlsx"
    book = load_workbook(BytesIO(accounts_form(["Sở A", "Xã =B"], {"1": "Chỉ đạo"})))
    sheet = book.worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Họ và tên", "Tên đăng nhập", "Vai trò", "Đơn vị", "Lĩnh vực", "Điện thoại"],
        [None, None, "Cán bộ của đơn vị", "Sở A", None, None],
        [None, None, "Cán bộ của đơn vị", "Xã =B", None, None],
    ]
    assert "Lĩnh vực 1: Chỉ đạo" in [row[0].value for row in book.worksheets[1].iter_rows()]
    sheet["A3"], sheet["B3"], sheet["F3"] = "Bà Lan", "lan", 912345678
    book.save(file)
    assert read_accounts(file) == (
        AccountLine("Bà Lan", "lan", "Cán bộ của đơn vị", "Xã =B", phone="912345678", line=3),
    )


def test_columns_may_stand_in_any_order_below_a_title(tmp_path: Path) -> None:
    file = tmp_path / "danh sách.csv"
    file.write_text("Danh sách;;\n;;\nVAI TRÒ;tên đăng nhập;Họ và tên\nLãnh đạo;hoa;Ông Hoà\n;;\n")
    assert read_accounts(file) == (AccountLine("Ông Hoà", "hoa", "Lãnh đạo", line=4),)


def test_file_without_the_headings_is_refused_with_their_names(tmp_path: Path) -> None:
    file = tmp_path / "khac.csv"
    file.write_text("Tên,Tuổi\nLan,30\n")
    with pytest.raises(Invalid) as refusal:
        read_accounts(file)
    assert str(refusal.value) == (
        "khac.csv: không có hàng tiêu đề với các cột “Họ và tên”, “Tên đăng nhập”, “Vai trò”; "
        "hãy thêm vào."
    )


def test_slip_says_what_is_needed_and_nothing_is_markup() -> None:
    slip = AccountSlip("Bà <Lan>", "lan&hoa", "kx7m-2pqr-t9hw", "Cán bộ của đơn vị: Sở A")
    page = slips_page([slip], address="https://thidua.mau.vn").decode()
    assert page.count('<article class="slip">') == 1
    for text in (
        "Bà &lt;Lan&gt;", "<code>lan&amp;hoa</code>", "<code>kx7m-2pqr-t9hw</code>",
        "Cán bộ của đơn vị: Sở A", "Địa chỉ: https://thidua.mau.vn",
    ):  # fmt: skip
        assert text in page
    assert "src=" not in page
