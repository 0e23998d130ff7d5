"""WCAG 2.2 AA by axe on every page that a link leads somebody to, light and dark; its weight."""

from __future__ import annotations

import gzip
import re
from collections import deque
from collections.abc import Iterator
from functools import cache
from pathlib import Path
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

RUN = """async ([tags, judged]) => {
  const said = (node) => `${node.html.slice(0, 160)} ${node.any.map((x) => x.message).join(" ")}`;
  const wrong = (found) =>
    found.violations.flatMap((item) => item.nodes.map((node) => `${item.id}: ${said(node)}`));

  const grounds = new Map([[null, ""]]);
  const ground = (one) => {
    if (!grounds.has(one)) {
      const style = getComputedStyle(one);
      const own = `${style.backgroundColor} ${style.backgroundImage} ${style.opacity}`;
      const below = ground(one.parentElement);
      grounds.set(one, own === "rgba(0, 0, 0, 0) none 1" ? below : `${own} / ${below}`);
    }
    return grounds.get(one);
  };
  const colours = (one) => {
    const style = getComputedStyle(one);
    return `${style.color} ${style.fontSize} ${style.fontWeight} on ${ground(one)}`;
  };
  const speaks = (one) => one.matches("input, select, textarea")
    || [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());

  const known = new Set(judged);
  const fresh = [...document.body.querySelectorAll("*")].filter(
    (one) => speaks(one) && one.checkVisibility() && !known.has(colours(one)));
  const contrast = fresh.length === 0 ? {passes: [], violations: []} : await axe.run(
    {include: fresh},
    {runOnly: ["color-contrast"], resultTypes: ["passes", "violations"], elementRef: true});
  const passed = contrast.passes.flatMap((item) => item.nodes.map((node) => colours(node.element)));
  const rest = tags.length === 0 ? {violations: []} : await axe.run(document, {
    runOnly: tags, rules: {"color-contrast": {enabled: false}}, resultTypes: ["violations"]});
  return [[...wrong(contrast), ...wrong(rest)], passed];
}"""
"""What axe finds by rules of these tags, and by contrast where colours are new; which passed."""

judged: set[str] = set()
"""Colours of letters and of all that lies below them, with their size, that axe found legible."""

seen: set[str] = set()
"""Templates that somebody's walk has come to: the next role looks at the others only."""


def kind(path: str) -> str:
    """What an address has in common with those of other rows of the same page."""
    place = path.partition("?")[0]
    named = re.sub(r"^/(phong-trao|cong-bo|khao-sat)/[^/]+", r"/\1/0", place)
    return re.sub(r"/[^/]*\d[^/]*", "/0", named)


def problems(page: Page, dark: bool = False) -> list[str]:
    """What axe finds on the page as it is shown; in the dark only what colours are about."""
    light = "dark" if dark else "light"
    page.evaluate(f"document.documentElement.dataset.bsTheme = '{light}'")
    found, passed = page.evaluate(RUN, [[] if dark else TAGS, list(judged)])
    judged.update(passed)
    return [f"{light} {item}" for item in found]


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
