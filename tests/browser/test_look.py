"""Every page at both sizes: nothing juts out, nothing from elsewhere.

With ``PICTURES=1`` what was seen, in the dark too, lies in ``tests/browser/out/`` afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.browser.visitor import (
    OFFICE,
    PHONE,
    PICTURES,
    TITLE_2020,
    TITLE_2023,
    TITLE_2024,
    TITLE_OF_MOVEMENT,
    Visitor,
)

pytestmark = pytest.mark.browser

OUT = Path(__file__).parent / "out"
DESK_PAGES = {
    "trang-chu": (),
    "ket-qua": ("Kết quả",),
    "bang-2020": ("Kết quả", TITLE_2020),
    "bang-2023": ("Kết quả", TITLE_2023),
    "bang-dang-cham": ("Kết quả", TITLE_2024),
    "mot-don-vi": ("Kết quả", TITLE_2023, "Sở Nội vụ"),
    "phong-trao": ("Phong trào thi đua",),
    "mot-phong-trao": ("Phong trào thi đua", TITLE_OF_MOVEMENT),
}
"""How to come to each page: an entry of the sidebar, then links."""


SCREENS = (("dien-thoai", PHONE), ("may-tinh", OFFICE))


def look(visitor: Visitor, name: str) -> None:
    """At both sizes nothing may jut out sideways; the larger one stays."""
    for screen, viewport in SCREENS:
        visitor.page.set_viewport_size(viewport)
        visitor.page.wait_for_function(f"innerWidth === {viewport['width']}")
        assert visitor.page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
        if PICTURES:
            keep(visitor, f"{name}-{screen}")
    if PICTURES:
        visitor.page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
        visitor.page.wait_for_timeout(150)  # colours fade over
        keep(visitor, f"{name}-toi")


def keep(visitor: Visitor, name: str) -> None:
    """A picture of the whole page."""
    OUT.mkdir(exist_ok=True)
    visitor.page.screenshot(path=OUT / f"{name}.png", full_page=True)


def walk(visitor: Visitor, steps: Sequence[str]) -> None:
    """Come to a page as its reader would."""
    for entry in steps[:1]:
        visitor.go(entry)
    for link in steps[1:]:
        visitor.follow(link)


@pytest.mark.parametrize("name", DESK_PAGES)
def test_desk_page_fits_every_screen(leader: Visitor, name: str) -> None:
    walk(leader, DESK_PAGES[name])
    look(leader, name)


def test_sign_in_page_fits_every_screen(visitor: Visitor) -> None:
    look(visitor, "dang-nhap")


def test_missing_page_fits_every_screen(leader: Visitor) -> None:
    leader.open("/khong-co")
    assert leader.title == "Không tìm thấy trang này"
    look(leader, "khong-co")
    assert leader.wrong == [
        "error: Failed to load resource: the server responded with a status of 404 (NOT FOUND) "
        f"{leader.demo.address}/khong-co"
    ]
    leader.wrong.clear()


def test_console_fits_every_screen(visitor: Visitor) -> None:
    visitor.sign_in("admin.tiengiang")
    links = visitor.page.get_by_role("navigation").get_by_role("link")
    paths = links.evaluate_all("links => links.map(link => new URL(link.href).pathname)")
    console = [path for path in paths if path.startswith("/quan-tri/")]
    for path in dict.fromkeys(console):
        visitor.open(path)
        look(visitor, f"quan-tri{path.removeprefix('/quan-tri').replace('/', '-').rstrip('-')}")


def test_keyboard_goes_past_the_frame_to_the_rows(leader: Visitor) -> None:
    leader.open("/ket-qua")
    focused = "document.activeElement.innerText.trim()"
    leader.page.keyboard.press("Tab")
    assert leader.page.evaluate(focused) == "Đến nội dung chính"
    leader.page.keyboard.press("Enter")
    leader.page.keyboard.press("Tab")
    first = leader.page.locator("tbody .row-link").first.inner_text()
    assert leader.page.evaluate(focused) == first
    with leader.page.expect_navigation(url=re.compile(r"/ket-qua/\d+$")):
        leader.page.keyboard.press("Enter")
    assert leader.title == first


def test_dark_light_stays_from_page_to_page(leader: Visitor) -> None:
    theme = "document.documentElement.dataset.bsTheme"
    ground = "getComputedStyle(document.body).backgroundColor"
    assert leader.page.evaluate(theme) == "light"
    leader.page.get_by_role("button", name="Đổi nền sáng hoặc tối").click()
    leader.open("/ket-qua")
    assert leader.page.evaluate(theme) == "dark"
    assert leader.page.evaluate(ground) == "rgb(21, 26, 33)"


@pytest.mark.parametrize("name", ["bang-2020", "bang-2023"])
def test_result_prints_on_two_sheets(leader: Visitor, name: str) -> None:
    walk(leader, DESK_PAGES[name])
    printed = leader.page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2
