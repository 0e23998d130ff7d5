"""Coming in and going out."""

from __future__ import annotations

import pytest
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

REFUSED = (
    "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy nhập lại; sai 5 lần liên tiếp thì tài khoản tạm "
    "khóa 15 phút."
)


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


def test_after_signing_out_the_back_button_shows_nothing(leader: Visitor) -> None:
    leader.go("Kết quả")
    leader.page.locator(".person-menu summary").click()
    leader.press("Đăng xuất")
    assert leader.title == "Đăng nhập"
    leader.page.go_back()
    assert leader.title == "Đăng nhập"
    leader.open("/ket-qua")
    assert leader.title == "Đăng nhập"
