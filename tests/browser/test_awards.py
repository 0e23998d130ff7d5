"""The tour and the pages about awards: seen at every size, used by keyboard, without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.test_look import look
from tests.browser.visitor import Visitor
from tests.demo_process import Demo

pytestmark = pytest.mark.browser

TOUR = "Nên xem trước"


@pytest.fixture
def secretariat(visitor: Visitor) -> Visitor:
    """The standing office of the province with awards, on the first page."""
    visitor.sign_in("secretariat.angiang")
    return visitor


@pytest.fixture
def bare(chromium: Browser, demo: Demo) -> Iterator[Page]:
    """The same person in a browser that runs no script, on the round."""
    context = chromium.new_context(locale="vi-VN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{demo.address}/login?next=/khen-thuong")
    page.get_by_label("Tên đăng nhập").fill("secretariat.angiang")
    page.get_by_label("Mật khẩu", exact=True).fill(demo.password)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.get_by_role("link", name="Năm 2024", exact=True).click()
    yield page
    context.close()


def said(page: Page) -> str:
    """The sentence after a form was sent."""
    return page.locator(".flash-text").first.inner_text()


def test_tour_leads_to_the_round_and_is_put_away(secretariat: Visitor) -> None:
    look(secretariat, "xem-gi-truoc")
    secretariat.follow("Xét khen thưởng, đợt năm 2024")
    assert secretariat.title.endswith("đợt năm 2024")
    look(secretariat, "dot-khen-thuong")
    secretariat.open("/")
    secretariat.press("Ẩn mục này")
    assert secretariat.page.get_by_role("heading", name=TOUR).count() == 0


def test_rounds_fit_every_screen_and_say_why_some_are_held(secretariat: Visitor) -> None:
    secretariat.go("Xét khen thưởng")
    look(secretariat, "cac-dot")
    assert secretariat.page.locator(".held").count() == 1


def test_name_in_the_proposal_unfolds_the_nomination(secretariat: Visitor) -> None:
    secretariat.open("/khen-thuong/1")
    table = secretariat.page.locator(".proposal-table")
    name = table.locator(".row-link").first
    found = secretariat.page.locator(name.get_attribute("href") or "")
    assert not found.is_visible()
    name.click()
    assert found.is_visible()


def test_nomination_is_made_and_withdrawn_without_scripts(bare: Page) -> None:
    bare.locator("summary", has_text="Đề nghị cá nhân").click()
    form = bare.locator("form[action$='/ca-nhan']")
    form.get_by_label("Nơi đề nghị").select_option(label="Sở Y tế")
    form.get_by_label("Đơn vị công tác").select_option(label="Sở Y tế")
    form.get_by_label("Họ và tên").fill("Người Minh Họa")
    form.get_by_role("button", name="Ghi đề nghị").click()
    assert said(bare) == "Đã ghi đề nghị khen cá nhân."
    made = bare.locator("details.nomination", has_text="Người Minh Họa")
    made.locator("summary").first.click()
    made.locator("summary", has_text="Rút đề nghị").click()
    made.get_by_label("Lý do").fill("Chỉ để thử")
    made.get_by_role("button", name="Rút đề nghị").click()
    assert said(bare) == "Đã rút đề nghị; đề nghị vẫn được lưu."


def test_condition_is_answered_by_keyboard(secretariat: Visitor) -> None:
    secretariat.open("/khen-thuong/1")
    page = secretariat.page
    nomination = page.locator("details.nomination", has_text="Phạm Thị Bốn")
    nomination.locator("summary").first.focus()
    for key in ("Enter", "Tab", "Enter", "Tab", "Tab", "ArrowDown", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("Công văn minh họa")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert said(page) == "Đã ghi câu trả lời."
    assert page.get_by_text("Hãy lập đề xuất mới").count() == 1
    secretariat.press("Lập đề xuất")
    assert secretariat.page.get_by_role("heading", name="Đề xuất số 2").count() == 1
