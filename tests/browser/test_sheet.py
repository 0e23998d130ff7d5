"""The sheet while the connection drops and while two tabs are open: nothing typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

EXPECTED = ("ERR_INTERNET_DISCONNECTED", "409 (CONFLICT)")
"""What Chromium notes of its own when the connection is gone, or a save meets another's."""


def line_of(page: Page, code: str) -> Locator:
    return page.locator(f'[id="dong-{code}"]')


def field_of(line: Locator) -> Locator:
    return line.locator("input[inputmode=decimal]").first


def state_of(line: Locator, state: str) -> None:
    expect(line).to_have_attribute("data-state", state)


def test_nothing_typed_is_lost(visitor: Visitor) -> None:
    page, context = visitor.page, visitor.page.context
    visitor.sign_in("officer.angiang")
    visitor.go("Phiếu tự chấm")
    page.locator(".sheet-card a").first.click()
    lines = page.locator("[data-line]").filter(has=page.locator("input[inputmode=decimal]"))
    code = (lines.first.get_attribute("id") or "").removeprefix("dong-")
    address = page.url

    field = field_of(line_of(page, code))
    value = int(field.input_value() or 0) + 3
    field.fill(str(value))
    field.press("Enter")
    state_of(line_of(page, code), "saved")

    context.set_offline(True)
    field.fill(str(value + 1))
    state_of(line_of(page, code), "kept")
    expect(page.locator("[data-saving-state]")).to_have_text(
        "Mất kết nối – đã giữ 1 dòng trên máy này"
    )
    page.on("dialog", lambda dialog: dialog.accept())
    page.close(run_before_unload=False)
    context.set_offline(False)
    first, second = context.new_page(), context.new_page()
    first.goto(address)
    state_of(line_of(first, code), "saved")
    expect(field_of(line_of(first, code))).to_have_value(str(value + 1))
    second.goto(address)
    expect(field_of(line_of(second, code))).to_have_value(str(value + 1))

    for tab, more in ((first, 2), (second, 3)):
        field_of(line_of(tab, code)).fill(str(value + more))
        tab.keyboard.press("Control+s")
        state_of(line_of(tab, code), "saved" if more == 2 else "conflict")
    conflict = line_of(second, code).get_by_role("group", name="Xung đột")
    expect(conflict.locator("[data-mine]")).to_contain_text(str(value + 3))
    expect(conflict.locator("[data-theirs]")).to_contain_text(str(value + 2))
    conflict.get_by_role("button", name="Lưu bản của tôi").click()
    state_of(line_of(second, code), "saved")
    first.reload()
    expect(field_of(line_of(first, code))).to_have_value(str(value + 3))

    context.set_offline(True)
    for tab, more in ((first, 4), (second, 5)):
        field_of(line_of(tab, code)).fill(str(value + more))
        state_of(line_of(tab, code), "kept")
    first.close(run_before_unload=False)
    second.close(run_before_unload=False)
    context.set_offline(False)
    third = context.new_page()
    third.goto(address)
    state_of(line_of(third, code), "conflict")
    conflict = line_of(third, code).get_by_role("group", name="Xung đột")
    expect(conflict.locator("[data-mine]")).to_contain_text(str(value + 5))
    expect(conflict.locator("[data-theirs]")).to_contain_text(str(value + 4))
    conflict.get_by_role("button", name="Lấy bản đang lưu").click()
    state_of(line_of(third, code), "saved")
    kept = third.evaluate("Object.keys(localStorage).filter((key) => key.includes('unsaved'))")
    assert kept == []
    unexpected = [said for said in visitor.wrong if not any(part in said for part in EXPECTED)]
    assert unexpected == []
    visitor.wrong.clear()
