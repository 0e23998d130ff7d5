"""An official answers the survey on a phone: scans a slip, answers, sends, and may not twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect
from tests.browser.test_accessible import AXE, problems
from tests.browser.visitor import PHONE, WATCH_POLICY
from tests.factories import COMMAND
from tests.thidua_admin.conftest import Web
from tests.thidua_admin.desk.year import CAMPAIGN, START, make_template, on_web
from werkzeug.serving import make_server

from thidua.store.embedded import Server
from thidua.work.answers import NO_CODE, make_codes
from thidua.work.questionnaires import open_survey

FINGER = 44
"""Pixels that a finger needs."""


@pytest.fixture
def small(server: Server, tmp_path: Path) -> Iterator[tuple[Web, str]]:
    """The two small provinces, served for real, and where."""
    name = f"phone_{uuid4().hex}"
    make_template(server, name, tmp_path)
    with on_web(server, name, tmp_path) as web:
        serving = make_server("127.0.0.1", 0, web.app, threaded=True)
        thread = Thread(target=serving.serve_forever)
        thread.start()
        yield web, f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()
        thread.join()
        serving.server_close()
    server.drop(name)


@pytest.fixture
def slip(small: tuple[Web, str]) -> str:
    """What the QR code of a leader's slip says: all units are judged."""
    web, address = small
    with web.inside("nho") as session:
        form = open_survey(
            session, campaign_id=CAMPAIGN, survey="can-bo", about={"ld": "all", "cc": "own"},
            by=COMMAND, at=START,
        )  # fmt: skip
        made = make_codes(session, form_id=form.id, group="ld", count=1, by=COMMAND)
        return f"{address}/khao-sat/nho/{form.id}#{made.codes[0]}"


@pytest.fixture
def phone(chromium: Browser, small: tuple[Web, str]) -> Iterator[tuple[Page, list[str]]]:
    """A phone, and what must not happen on it."""
    context = chromium.new_context(viewport=PHONE, locale="vi-VN", has_touch=True)
    page, wrong = context.new_page(), list[str]()
    page.add_init_script(WATCH_POLICY)
    ours = (small[1], "about:")
    page.on("request", lambda r: None if r.url.startswith(ours) else wrong.append(r.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda m: wrong.append(m.text) if m.text.startswith("CSP") else None)
    page.add_init_script(path=AXE)
    page.emulate_media(reduced_motion="reduce")
    yield page, wrong
    assert (wrong, context.cookies()) == ([], [])
    context.close()


def test_official_answers_once_on_a_phone(slip: str, phone: tuple[Page, list[str]]) -> None:
    page, _ = phone
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.on("dialog", agree)
    page.goto(slip)
    expect(page.get_by_role("heading", level=2)).to_have_text(
        ["Sở Ba 1/4", "Sở Hai 2/4", "Sở Một 3/4", "Xã Một 4/4"]
    )
    assert page.url == slip.partition("#")[0]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    heights = page.locator(".survey-answer, .survey-button").evaluate_all(
        "found => found.map(one => one.getBoundingClientRect().height)"
    )
    assert (len(heights), min(heights) >= FINGER) == (25, True)
    assert [*problems(page), *problems(page, dark=True)] == []
    for group in page.get_by_role("group").all()[:6]:
        group.get_by_text("Khá").tap()
    expect(page.get_by_text("Đã trả lời 6/8")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Gửi phiếu").tap()
    expect(page.get_by_role("alert")).to_have_text(re.compile("^Chưa gửi được vì mất kết nối."))
    page.context.set_offline(False)
    page.get_by_role("button", name="Gửi phiếu").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nhận phiếu. Cảm ơn bạn.")
    assert asked == ["Còn 2 câu chưa trả lời. Vẫn gửi phiếu?"] * 2
    page.goto("about:blank")
    page.goto(slip)
    expect(page.get_by_role("alert")).to_have_text(re.compile(re.escape(NO_CODE)))
    assert [*problems(page), *problems(page, dark=True)] == []
