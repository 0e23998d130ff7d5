"""The appraiser's desk by keyboard: accept, ask, next, beside the evidence, many at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

LEFT = """rows => rows.map(row => {
  const [done, all] = row.querySelector(".progress-pair").innerText.split("/");
  return all - done;
})"""


@pytest.fixture
def grid(visitor: Visitor) -> Visitor:
    """An appraiser before the department's criterion of which most lines wait."""
    campaign = duties(visitor).get_attribute("id") or ""
    reopen(visitor, campaign.removeprefix("ky-"))
    table = duties(visitor).locator("xpath=ancestor::section").locator(".duty-table")
    rows = table.locator("tr").filter(has=visitor.page.locator('a[href*="loai=so"]'))
    left = rows.evaluate_all(LEFT)
    assert max(left) >= 2
    with visitor.page.expect_navigation():
        rows.nth(left.index(max(left))).get_by_role("link").click()
    return visitor


def duties(visitor: Visitor) -> Locator:
    """The heading of the campaign that a new appraiser at this browser works in."""
    visitor.page.context.clear_cookies()
    visitor.open("/login")
    visitor.sign_in("appraiser.tiengiang")
    visitor.go("Thẩm định")
    return visitor.page.locator(".duty-head h2").first


def reopen(visitor: Visitor, campaign: str) -> None:
    """The first round, which is over in the demo, goes on for the departments."""
    visitor.page.context.clear_cookies()
    visitor.open("/login")
    visitor.sign_in("secretariat.tiengiang")
    visitor.open(f"/thuong-truc/{campaign}/gia-han")
    visitor.page.locator("#step").select_option("appraisal_1")
    visitor.page.locator("#whom").select_option("kind-so")
    visitor.page.get_by_label("Gia hạn đến").fill("17:00 31/12/2030")
    visitor.page.get_by_label("Lý do").fill("Cơ quan thẩm định đề nghị")
    visitor.page.once("dialog", lambda dialog: dialog.accept())
    visitor.press("Gia hạn")


def current(visitor: Visitor) -> Locator:
    """The row that the keys are about."""
    return visitor.page.locator(".grid-row.current")


def counts(visitor: Visitor) -> tuple[int, int]:
    """How many lines wait and how many are done, as the page says."""
    waiting, done = (visitor.page.locator(f"[data-count={name}]") for name in ("cho", "xong"))
    return int(waiting.inner_text()), int(done.inner_text())


def keys(visitor: Visitor, *pressed: str) -> None:
    for key in pressed:
        visitor.page.keyboard.press(key)


def test_lines_are_accepted_asked_passed_and_chosen_by_keyboard(grid: Visitor) -> None:
    waiting, done = counts(grid)
    keys(grid, "t")
    row = grid.page.locator(f'[id="{current(grid).get_attribute("id")}"]')
    keys(grid, "c")
    expect(row).to_have_attribute("data-standing", "done")
    expect(grid.page.locator("[data-saving-state]")).to_contain_text("Đã lưu")
    assert counts(grid) == (waiting - 1, done + 1)
    expect(current(grid)).to_have_attribute("data-standing", "waiting")

    name = current(grid).get_attribute("data-title") or ""
    keys(grid, "h")
    grid.page.keyboard.type("Vì sao thấp hơn năm trước?")
    with grid.page.expect_navigation():
        grid.page.get_by_role("button", name="Gửi yêu cầu").click()
    expect(grid.page.locator(".flash")).to_contain_text("Đã gửi yêu cầu giải trình.")
    expect(current(grid)).to_have_attribute("data-title", name)
    expect(current(grid)).to_contain_text("Vì sao thấp hơn năm trước?")

    keys(grid, "s")
    expect(current(grid).locator("[data-input]").first).to_be_focused()
    keys(grid, "Escape")
    for heading in (name, None):
        with grid.page.expect_navigation():
            keys(grid, "m")
        if heading:
            assert grid.title == heading
    expect(current(grid)).to_have_attribute("data-title", name)

    keys(grid, "x", "t")
    other = "j" if current(grid).get_attribute("data-title") == name else ""
    keys(grid, *other, "x")
    chosen = int(grid.page.locator("[data-picked]").inner_text())
    grid.page.get_by_label("Nhận xét chung").fill("Đã đối chiếu báo cáo.")
    grid.press("Xem lại rồi ghi")
    assert grid.title == f"Thẩm định {chosen} đơn vị cùng lúc"
    grid.press(f"Ghi cho {chosen} đơn vị")
    expect(grid.page.locator(".flash")).to_contain_text(f"Đã thẩm định {chosen} đơn vị.")
    assert counts(grid)[0] <= waiting - 2
