"""The guide from the pages: each page leads to the chapter that helps with it."""

from __future__ import annotations

import re

from tests.thidua_admin.conftest import Web

from thidua_admin.desk.guide import CHAPTERS

HELP = re.compile(r'<a class="quiet-button" href="(/huong-dan[^"]*)" aria-label="Hướng dẫn"')

HELPS = {
    "/": "/huong-dan",
    "/tai-khoan": "/huong-dan/hoi-dap",
    "/thuong-truc": "/huong-dan/thuong-truc",
    "/khen-thuong": "/huong-dan/thi-dua-khen-thuong",
    "/kien-nghi": "/huong-dan/thuong-truc",
    "/quan-tri/ky-danh-gia/": "/huong-dan/thuong-truc",
    "/quan-tri/tai-khoan/": "/huong-dan/quan-tri",
    "/quan-tri/don-vi/": "/huong-dan/quan-tri",
}


def test_each_page_leads_to_the_chapter_that_helps(web: Web) -> None:
    admin, officer, appraiser = (web.client(role) for role in ("admin", "officer", "appraiser"))
    pages = {page: admin.get(page, follow_redirects=True).text for page in HELPS}
    assert {page: HELP.findall(text) for page, text in pages.items()} == {
        page: [chapter] for page, chapter in HELPS.items()
    }
    of_officer = officer.get("/kien-nghi", follow_redirects=True).text
    assert HELP.findall(of_officer) == ["/huong-dan/can-bo-don-vi"]
    assert HELP.findall(appraiser.get("/tham-dinh").text) == ["/huong-dan/tham-dinh"]


def test_every_chapter_is_shown_and_nothing_else(web: Web) -> None:
    client = web.client("officer")
    for name in CHAPTERS:
        assert ' aria-current="page"' in client.get(f"/huong-dan/{name}").text, name
    for name in ("contents", "README", "../desk/home", "khong-co"):
        assert client.get(f"/huong-dan/{name}").status_code == 404, name
