"""One demo and one Chromium for all browser tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from tests.browser.visitor import OFFICE, Visitor
from tests.demo_process import Demo, started

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OUTSIDER = Path(__file__).parent.parent / "outsider" / "thidua_mau"


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests go to one worker, so that one demo serves them."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo of two provinces and the stranger's sample, as pip would have installed it."""
    site = tmp_path_factory.mktemp("site")
    shutil.copytree(OUTSIDER, site / "thidua_mau")
    facts = site / "thidua_mau-0.1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: thidua-mau\nVersion: 0.1.0\n")
    points = "[thidua.provinces]\nmau = thidua_mau.plugin:province\n"
    (facts / "entry_points.txt").write_text(points)
    path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
    home = tmp_path_factory.mktemp("demo") / "home"
    environment = {"PYTHONPATH": path, "THIDUA_PROVINCES": "angiang,tiengiang,mau"}
    with started(home, environment=environment) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a screen."""
    if CHROMIUM is None:
        pytest.skip("Không có Chromium. Cài gói chromium của Debian để chạy kiểm thử trình duyệt.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, demo: Demo) -> Iterator[Visitor]:
    """Somebody on the sign-in page at an office screen; nothing wrong may happen to them."""
    context = chromium.new_context(viewport=OFFICE, locale="vi-VN", color_scheme="light")
    visitor = Visitor(context.new_page(), demo)
    visitor.watch()
    visitor.open("/login")
    yield visitor
    context.close()
    assert visitor.wrong == []


@pytest.fixture(scope="session")
def leading(chromium: Browser, demo: Demo) -> Iterator[BrowserContext]:
    """The browser of the province's leader, signed in, for all tests that only look."""
    context = chromium.new_context(viewport=OFFICE, locale="vi-VN", color_scheme="light")
    page = context.new_page()
    visitor = Visitor(page, demo)
    visitor.open("/login")
    visitor.sign_in("leader.tiengiang")
    page.close()
    yield context
    context.close()


@pytest.fixture
def leader(leading: BrowserContext, demo: Demo) -> Iterator[Visitor]:
    """The province's leader on the first page; nothing that they chose before is remembered."""
    page = leading.new_page()
    leader = Visitor(page, demo)
    leader.watch()
    leader.open("/")
    yield leader
    page.evaluate("localStorage.clear()")
    page.close()
    assert leader.wrong == []
