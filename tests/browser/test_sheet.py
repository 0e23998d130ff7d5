"""The sheet while the connection drops and while two tabs are open: nothing typed is lost."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

EXPECTED = ("ERR_INTERNET_DISCONNECTED", "409 (CONFLICT)")
"""What Chromium notes of its own when the connection is gone, or a save meets another's."""


@dataclass(frozen=True)
class Line:
    """One line of the sheet in one tab: its first number."""

    page: Page
    code: str

    @property
    def place(self) -> Locator:
        return self.page.locator(f'[id="dong-{self.code}"]')

    @property
    def field(self) -> Locator:
        return self.place.locator("input[inputmode=decimal]").first

    def fill(self, value: int) -> None:
        self.field.fill(str(value))

    def is_(self, state: str) -> None:
        expect(self.place).to_have_attribute("data-state", state)

    def has(self, value: int) -> None:
        expect(self.field).to_have_value(str(value))

    def solve(self, *, mine: int, theirs: int, button: str) -> None:
        """See both figures of a conflict and choose one."""
        self.is_("conflict")
        conflict = self.place.get_by_role("group", name="Xung đột")
        expect(conflict.locator("[data-mine]")).to_contain_text(str(mine))
        expect(conflict.locator("[data-theirs]")).to_contain_text(str(theirs))
        conflict.get_by_role("button", name=button).click()
        self.is_("saved")

    def in_new_tab(self) -> Line:
        page = self.page.context.new_page()
        page.goto(self.page.url)
        return Line(page, self.code)


def test_nothing_typed_is_lost(visitor: Visitor) -> None:
    line = opened(visitor)
    value = int(line.field.input_value() or 0) + 3
    line.fill(value)
    line.field.press("Enter")
    line.is_("saved")

    first, second = kept_until_the_connection_is_back(line, value + 1)
    told_of_each_other(first, second, value)
    last = told_of_what_both_kept(first, second, value + 3)

    kept = last.page.evaluate("Object.keys(localStorage).filter((key) => key.includes('unsaved'))")
    assert kept == []
    unexpected = [said for said in visitor.wrong if not any(part in said for part in EXPECTED)]
    assert unexpected == []
    visitor.wrong.clear()


def test_keys_walk_the_fields_and_the_filter_finds_what_needs_explaining(visitor: Visitor) -> None:
    line = opened(visitor)
    page = line.page
    number = page.locator("input[inputmode=decimal]")
    lines = page.locator("[data-line]").filter(has=number)
    first, second = lines.nth(0).locator(number), lines.nth(1).locator(number)
    line.field.focus()
    for key, aim in (
        ("Enter", first.nth(1)), ("Shift+Enter", first.nth(0)), ("ArrowDown", second.nth(0)),
        ("ArrowUp", first.nth(0)),
    ):  # fmt: skip
        page.keyboard.press(key)
        expect(aim).to_be_focused()
    short = page.locator('[data-line][data-gaps~="explanation"]')
    page.get_by_label("Cần giải trình", exact=True).check()
    assert short.count() > 0
    expect(page.locator(".line:visible")).to_have_count(short.count())
    expect(short.first).to_be_visible()


def opened(visitor: Visitor) -> Line:
    """The first line with a number, of the officer's sheet."""
    page = visitor.page
    visitor.sign_in("officer.angiang")
    visitor.go("Phiếu tự chấm")
    page.locator(".sheet-card a").first.click()
    lines = page.locator("[data-line]").filter(has=page.locator("input[inputmode=decimal]"))
    return Line(page, (lines.first.get_attribute("id") or "").removeprefix("dong-"))


def kept_until_the_connection_is_back(line: Line, value: int) -> tuple[Line, Line]:
    """Typed without a connection, the tab closed: saved by the first of two tabs opened later."""
    page, context = line.page, line.page.context
    context.set_offline(True)
    line.fill(value)
    line.is_("kept")
    expect(page.locator("[data-saving-state]")).to_have_text(
        "Mất kết nối – đã giữ 1 dòng trên máy này"
    )
    page.on("dialog", lambda dialog: dialog.accept())
    page.close(run_before_unload=False)
    context.set_offline(False)
    first = line.in_new_tab()
    first.is_("saved")
    first.has(value)
    second = line.in_new_tab()
    second.has(value)
    return first, second


def told_of_each_other(first: Line, second: Line, value: int) -> None:
    """Both type: the second is shown what the first saved, and saves its own over it."""
    for line, more, state in ((first, 2, "saved"), (second, 3, "conflict")):
        line.fill(value + more)
        line.page.keyboard.press("Control+s")
        line.is_(state)
    second.solve(mine=value + 3, theirs=value + 2, button="Lưu bản của tôi")
    first.page.reload()
    first.has(value + 3)


def told_of_what_both_kept(first: Line, second: Line, value: int) -> Line:
    """Both type without a connection and are closed: the next tab asks which one is kept."""
    context = first.page.context
    context.set_offline(True)
    for line, more in ((first, 1), (second, 2)):
        line.fill(value + more)
        line.is_("kept")
    for line in (first, second):
        line.page.close(run_before_unload=False)
    context.set_offline(False)
    third = first.in_new_tab()
    third.solve(mine=value + 2, theirs=value + 1, button="Lấy bản đang lưu")
    return third
