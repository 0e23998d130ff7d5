"""WCAG 2.2 AA by axe on every page that a link leads somebody to, light and dark; its weight."""

from __future__ import annotations

import gzip
import re
from collections import deque
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from tests.browser.visitor import Visitor

from thidua_admin.shell import STATIC

AXE = Path(__file__).parent / "axe" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ROLES = ("admin", "secretariat", "officer", "appraiser", "council", "leader", "auditor")

MOST_BYTES = 200_000
"""Of the first load of a page, compressed, apart from the font."""

OPEN_PAGES = ("/cong-bo", "/khao-sat/angiang/1", "/khao-sat/angiang/cam-on")
"""No link of somebody's leads to them."""

RUN = """async ([tags, rules]) => {
  const only = rules.length ? {type: "rule", values: rules} : {type: "tag", values: tags};
  const found = await axe.run(document, {runOnly: only, resultTypes: ["violations"]});
  const said = (node) => `${node.html.slice(0, 160)} ${node.any.map((x) => x.message).join(" ")}`;
  return found.violations.flatMap((item) => item.nodes.map((node) => `${item.id}: ${said(node)}`));
}"""

seen: set[str] = set()
"""Templates that somebody's walk has come to: the next role looks at the others only."""


def kind(path: str) -> str:
    """What an address has in common with those of other rows of the same page."""
    place = path.partition("?")[0]
    named = re.sub(r"^/(phong-trao|cong-bo|khao-sat)/[^/]+", r"/\1/0", place)
    return re.sub(r"/[^/]*\d[^/]*", "/0", named)


def problems(page: Page, dark: bool = False) -> list[str]:
    """What axe finds on the page as it is shown; in the dark only what colours are about."""
    page.evaluate(f"document.documentElement.dataset.bsTheme = '{'dark' if dark else 'light'}'")
    page.wait_for_timeout(60)
    found: list[Any] = page.evaluate(RUN, [TAGS, ["color-contrast"] if dark else []])
    return [f"{'dark' if dark else 'light'} {item}" for item in found]


def links(page: Page) -> Iterator[str]:
    """The addresses of the app that the page leads to, one of each kind."""
    hrefs = page.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
    here = urlsplit(page.url).netloc
    for href in dict.fromkeys(hrefs):
        parts = urlsplit(href)
        if parts.netloc == here and not re.search(r"\.\w+$|/tep$|/shell/|export", parts.path):
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


@cache
def packed(file: str) -> int:
    """Bytes of a file of ours, compressed; the font travels once and is not counted."""
    return 0 if file.endswith(".woff2") else len(gzip.compress((STATIC / file).read_bytes()))


def weight(page: Page, body: bytes) -> int:
    """Bytes of the first load of the page: itself and what it asks for, compressed."""
    names = page.evaluate("performance.getEntriesByType('resource').map(item => item.name)")
    files = {urlsplit(name).path.partition("/shell/")[2] for name in names} - {""}
    return len(gzip.compress(body)) + sum(map(packed, files))


@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing_on_any_page(visitor: Visitor, role: str) -> None:
    visitor.page.emulate_media(reduced_motion="reduce")  # no colour fades over meanwhile
    visitor.page.add_init_script(path=AXE)
    visitor.sign_in(f"{role}.angiang")
    found: dict[str, list[str]] = {}
    waiting = deque([*OPEN_PAGES, *links(visitor.page)])
    while waiting:
        path = waiting.popleft()
        if kind(path) in seen:
            continue
        seen.add(kind(path))
        answer = visitor.page.goto(f"{visitor.demo.address}{path}")
        assert answer is not None
        if "text/html" not in (answer.headers.get("content-type") or ""):
            continue
        bytes_loaded = weight(visitor.page, answer.body())
        bad = [f"{bytes_loaded} bytes"] if bytes_loaded >= MOST_BYTES else []
        bad += [*problems(visitor.page), *problems(visitor.page, dark=True)]
        if bad:
            found[path] = bad
        waiting.extend(links(visitor.page))
    assert "\n".join(f"{path} {item}" for path in found for item in found[path]) == ""
