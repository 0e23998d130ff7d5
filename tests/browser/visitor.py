"""Somebody at a browser, watched for what must not happen to them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Protocol

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, ViewportSize

PHONE = ViewportSize(width=390, height=844)
OFFICE = ViewportSize(width=1366, height=768)
PICTURES = bool(os.environ.get("PICTURES"))
"""Whether what is seen is kept below ``tests/browser/out/``."""

TITLE_2020 = "Điểm Chỉ số cải cách hành chính năm 2020 của các cơ quan, đơn vị tỉnh Tiền Giang"
TITLE_2023 = "Chỉ số cải cách hành chính năm 2023"
"""Published, of invented figures; that of 2024 is being scored."""
TITLE_2024 = "Chỉ số cải cách hành chính năm 2024"
TITLE_OF_MOVEMENT = "Chuyên đề thi đua “Đẩy mạnh cải cách hành chính” năm 2023"

WITHIN = ("data:", "chrome://", "chrome-extension://")
"""Addresses that lead nowhere outside: the browser shows a PDF by pages of its own."""

WATCH_POLICY = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


class Served(Protocol):
    """Where pages are: the demo, or a site of a test's own."""

    @property
    def address(self) -> str:
        """Without a path."""

    @property
    def password(self) -> str:
        """Of all accounts."""


@dataclass
class Visitor:
    """A person at a browser of their own, on the demo."""

    page: Page
    demo: Served
    wrong: list[str] = field(default_factory=list)
    """What must not be: requests to other hosts, errors of scripts, violations of the policy."""

    def watch(self) -> None:
        """Note from now on what must not be."""
        self.page.add_init_script(WATCH_POLICY)
        self.page.on("request", self._note_request)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("console", self._note_console)

    def open(self, path: str) -> None:
        """Go to a page of the demo."""
        self.page.goto(f"{self.demo.address}{path}")

    def sign_in(self, username: str, password: str = "") -> None:
        """Type a name and a password, by default the printed one."""
        self.page.get_by_label("Tên đăng nhập").fill(username)
        self.page.get_by_label("Mật khẩu", exact=True).fill(password or self.demo.password)
        self.press("Đăng nhập")

    def follow(self, name: str) -> None:
        """Click the first link of this name in the content of the page."""
        links = self.page.get_by_role("main").get_by_role("link", name=name, exact=True)
        self._through(links.first)

    def go(self, name: str) -> None:
        """Click an entry of the sidebar."""
        links = self.page.get_by_role("navigation").get_by_role("link", name=name, exact=True)
        self._through(links)

    def press(self, name: str) -> None:
        """Click the button of this name, which leads to another page."""
        self._through(self.page.get_by_role("button", name=name, exact=True))

    @property
    def title(self) -> str:
        """The heading of the page."""
        return self.page.get_by_role("heading", level=1).inner_text()

    def _through(self, way: Locator) -> None:
        with self.page.expect_navigation():
            way.click()

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.demo.address}/", *WITHIN)):
            self.wrong.append(f"request: {request.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            at = message.location["url"].partition("?")[0]
            self.wrong.append(f"{message.type}: {message.text} {at}")


def cells(rows: Locator) -> list[list[str]]:
    """What is written in the cells of table rows, those of bars left out."""
    found: list[list[str]] = rows.evaluate_all(
        "rows => rows.map(row => [...row.cells].filter(cell => !cell.matches('.col-bar'))"
        ".map(cell => cell.innerText.trim()))"
    )
    return found
