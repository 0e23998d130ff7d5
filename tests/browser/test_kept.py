"""What is typed into a form of the desk is not lost when the server does not take it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

PUT_BACK = "Đã điền lại nội dung bạn nhập mà chưa gửi được."
TYPED = {"Trích yếu *": "Kế hoạch cải cách hành chính", "Số, ký hiệu": "77/KH-UBND"}


def test_a_form_not_taken_is_filled_in_again(visitor: Visitor) -> None:
    page, context = visitor.page, visitor.page.context
    visitor.sign_in("officer.angiang")
    visitor.go("Sổ minh chứng")
    page.get_by_text("Thêm tài liệu có số").click()
    for label, text in TYPED.items():
        page.get_by_label(label).fill(text)
    day, register = page.get_by_label("Ngày ban hành"), page.url

    def put_back() -> dict[str, str]:
        expect(page.get_by_text(PUT_BACK)).to_be_visible()
        return {label: page.get_by_label(label).input_value() for label in TYPED}

    day.fill("31/13/2026")
    visitor.press("Ghi vào sổ")  # refused
    assert put_back() == TYPED
    day.fill("20/11/2026")
    context.clear_cookies()
    visitor.press("Ghi vào sổ")  # signed out meanwhile
    assert visitor.title == "Chưa nhận được yêu cầu"
    visitor.open("/login")
    visitor.sign_in("officer.angiang")
    page.goto(register)
    assert put_back() == TYPED
    expect(day).to_have_value("20/11/2026")
    visitor.press("Ghi vào sổ")
    expect(page.get_by_role("link", name=TYPED["Trích yếu *"], exact=True)).to_be_visible()
    page.reload()
    assert page.get_by_text(PUT_BACK).count() == 0
    assert visitor.wrong == [
        "error: Failed to load resource: the server responded with a status of 400 (BAD REQUEST) "
        f"{register}"
    ]
    visitor.wrong.clear()
