"""Somebody of a small year at a browser of their own: looked at on every page, and pictured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, ViewportSize, expect
from tests.browser.visitor import PHONE, PICTURES, Served, Visitor

SCREEN = ViewportSize(width=1280, height=800)
PAGE = """[
  document.documentElement.scrollWidth, document.querySelector("h1").innerText, document.title
]"""
"""How wide a page is, its heading and its title."""

OUT = Path(__file__).parent / "out" / "year"


@dataclass
class Person(Visitor):
    """A visitor for whom every page must fit the screen and say what it is."""

    phone: bool = False

    def open(self, path: str) -> None:
        """Go to a page and look at it."""
        super().open(path)
        self.look()

    def look(self, title: str = "") -> None:
        """Note a page wider than the screen or called otherwise than it is headed.

        ``title``: what the heading must be, which is waited for.
        """
        if title:
            expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        width, heading, name = self.page.evaluate(PAGE)
        if width > (PHONE if self.phone else SCREEN)["width"]:
            self.wrong.append(f"{width} pixels wide: {self.page.url}")
        if heading not in name:
            self.wrong.append(f"{name}, headed {heading}: {self.page.url}")

    def told(self, sentence: str) -> None:
        """The page says that something was done, or why not."""
        expect(self.page.locator(".flash-text").first).to_contain_text(sentence)

    def type(self, **fields: str) -> None:
        """Fill fields by their id; ``_`` stands for ``-``."""
        for name, value in fields.items():
            field = self.page.locator(f'[id="{name}"], [id="{name.replace("_", "-")}"]').first
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def unfold(self, name: str, place: Locator | None = None) -> Locator:
        """Open what a button unfolds; it stays the place to go on."""
        found = (place or self.page.get_by_role("main")).locator("details.unfold")
        details = found.filter(has=self.page.locator("summary", has_text=name)).first
        details.locator("summary").first.click()
        return details

    def agree(self, name: str) -> None:
        """Press a button that asks before it acts, and say yes."""
        self.agree_in(self.page.get_by_role("main"), name)

    def agree_in(self, place: Locator, name: str) -> None:
        """The same, of buttons with one name that of this place."""
        self.page.once("dialog", lambda dialog: dialog.accept())
        self._through(place.get_by_role("button", name=name, exact=True))

    def go(self, name: str) -> None:
        """Click an entry of the sidebar, which a phone keeps in a drawer."""
        if self.phone:
            self.page.locator("[data-sidebar-toggle]").click()
        super().go(name)

    def picture(self, name: str, at: Locator | None = None) -> None:
        """What is on the screen, with ``at`` near its top."""
        if not PICTURES:
            return
        if at is not None:
            at.evaluate("place => scrollTo(0, place.getBoundingClientRect().top + scrollY - 112)")
        OUT.mkdir(parents=True, exist_ok=True)
        suffix = "-phone" if self.phone else ""
        self.page.screenshot(path=OUT / f"{name}{suffix}.png", animations="disabled")

    def paper(self, name: str) -> None:
        """The page as it is printed."""
        if self.phone or not PICTURES:
            return
        OUT.mkdir(parents=True, exist_ok=True)
        self.page.pdf(path=OUT / f"{name}.pdf", format="A4", print_background=True)

    def paper_at(self, name: str, file: str) -> None:
        """The page behind a link as it is printed, and back."""
        back = self.page.url
        self.follow(name)
        self.paper(file)
        self.open(back.removeprefix(self.demo.address))

    def _through(self, way: Locator) -> None:
        super()._through(way)
        self.look()


@contextmanager
def at_screen(browser: Browser, site: Served, *, phone: bool) -> Iterator[Person]:
    """Somebody who has just switched on; in the end nothing wrong has happened to them."""
    context = browser.new_context(
        viewport=PHONE if phone else SCREEN, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh",
        has_touch=phone, is_mobile=phone, reduced_motion="reduce", color_scheme="light",
    )  # fmt: skip
    person = Person(context.new_page(), site, phone=phone)
    person.watch()
    try:
        yield person
    finally:
        context.close()
    assert person.wrong == [], "\n".join(person.wrong)
