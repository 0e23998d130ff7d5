"""Coming in and going out."""

from __future__ import annotations

import hmac
import time
from base64 import b32decode

import pytest
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

REFUSED = (
    "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy nhập lại; sai 5 lần liên tiếp thì tài khoản tạm "
    "khóa 15 phút."
)


STEP = 30
"""Seconds for which a code is shown."""


def said(visitor: Visitor) -> str:
    """What the sign-in page answers."""
    return visitor.page.get_by_role("alert").inner_text().strip()


def test_wrong_password_and_unknown_name_get_the_same_sentence(visitor: Visitor) -> None:
    visitor.sign_in("council.tiengiang", "không phải mật khẩu")
    wrong = said(visitor)
    visitor.sign_in("khong.co.ai", "không phải mật khẩu")
    assert (wrong, said(visitor)) == (REFUSED, REFUSED)


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(visitor: Visitor) -> None:
    for _ in range(5):
        visitor.sign_in("auditor.tiengiang", "không phải mật khẩu")
    visitor.sign_in("auditor.tiengiang")
    assert said(visitor) == REFUSED


def test_signing_in_leads_to_the_page_asked_for(visitor: Visitor) -> None:
    visitor.open("/phong-trao")
    visitor.sign_in("council.tiengiang")
    assert visitor.title == "Phong trào thi đua"


def test_after_signing_out_the_back_button_shows_nothing(visitor: Visitor) -> None:
    visitor.sign_in("council.tiengiang")
    visitor.go("Kết quả")
    visitor.page.locator(".person-menu summary").click()
    visitor.press("Đăng xuất")
    assert visitor.title == "Đăng nhập"
    visitor.page.go_back()
    assert visitor.title == "Đăng nhập"
    visitor.open("/ket-qua")
    assert visitor.title == "Đăng nhập"


def test_second_step_is_set_up_and_asked_for(visitor: Visitor) -> None:
    visitor.sign_in("council.mau")
    visitor.open("/tai-khoan")
    visitor.follow("Bật đăng nhập hai bước")
    key = visitor.page.locator(".account-key").inner_text()
    assert visitor.page.locator(".account-qr svg").bounding_box() is not None
    while time.time() % STEP > STEP - 10:  # a code of the step before is soon two steps old
        time.sleep(0.5)
    visitor.page.get_by_label("Mã 6 chữ số").fill(code_of(key, ago=1))
    visitor.press("Bật đăng nhập hai bước")
    recovery = visitor.page.locator(".account-codes code").all_inner_texts()
    assert len(recovery) == 8
    visitor.follow("Tôi đã cất mã")
    visitor.page.locator(".person-menu summary").click()
    visitor.press("Đăng xuất")
    visitor.sign_in("council.mau")
    assert visitor.title == "Nhập mã từ điện thoại"
    visitor.page.get_by_label("Mã 6 chữ số").fill(code_of(key))
    visitor.press("Tiếp tục")
    assert visitor.title != "Nhập mã từ điện thoại"
    visitor.open("/tai-khoan")
    assert visitor.page.get_by_text("Còn 8 mã khôi phục chưa dùng.").is_visible()


def code_of(key: str, ago: int = 0) -> str:
    """What an app shows for a key (RFC 6238), or showed some steps of 30 seconds ago."""
    step = int(time.time()) // STEP - ago
    digest = hmac.digest(b32decode(key.replace("-", "")), step.to_bytes(8, "big"), "sha1")
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
