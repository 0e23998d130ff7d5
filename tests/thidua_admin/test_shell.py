"""The frame around every page: no foreign host, a strict policy, its own icons, its errors."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import abort
from flask.testing import FlaskClient
from tests.thidua_admin.shell_app import OUR_TEMPLATES, PATHS, TEMPLATES, make_app

from thidua_admin.shell import ERROR_CODES, STATIC, NavGroup, NavItem, navigation

pytestmark = pytest.mark.xdist_group("shell")  # one app for all

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    app = make_app()
    with app.test_client() as client:
        yield client


@pytest.fixture(params=PATHS)
def page(request: pytest.FixtureRequest, client: FlaskClient) -> str:
    return client.get(PATHS[request.param]).text


def texts(folder: Path, *suffixes: str) -> dict[str, str]:
    found = (path for path in sorted(folder.rglob("*")) if path.suffix in suffixes)
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in found}


def our_templates() -> dict[str, str]:
    return {
        name: text
        for name, text in texts(TEMPLATES, ".html").items()
        if name.split("/")[0] in OUR_TEMPLATES
    }


# Nothing from outside


def test_page_loads_nothing_from_another_host(page: str) -> None:
    loaded = re.findall(r'<(?:script|link|img|use)\b[^>]*?(?:src|href)="([^"]+)"', page)
    assert loaded
    assert [address for address in loaded if not address.startswith("/")] == []
    assert re.findall(r"https?://", page) == []


def test_assets_name_no_other_host() -> None:
    allowed = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    words_of_popper = {"https://popper.js.org/docs/v2/"}
    for name, text in texts(STATIC, ".css", ".js", ".svg").items():
        code = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        found = set(re.findall(r"https?://[\w./-]+", code)) - allowed - words_of_popper
        assert (name, found) == (name, set())
        assert "sourceMappingURL" not in text


def test_stylesheets_load_only_their_own_files() -> None:
    for name, text in texts(STATIC, ".css").items():
        assert "@import" not in text
        for address in re.findall(r"url\(\s*[\"']?((?!data:)[^\"')]+)", text):
            path = (STATIC / name).parent / address.split("?")[0]
            assert path.is_file(), (name, address)


def test_font_address_carries_its_version() -> None:
    versions = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    used = re.findall(r"\.woff2\?v=([\d.]+)", (STATIC / "css/frame.css").read_text())
    assert used == [versions["@fontsource-variable/inter"]] * 2


def test_vendored_folder_has_its_licence_and_its_line() -> None:
    versions = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    document = (ROOT / "docs/vendored.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)/` \|.*\| ([\d.]+) \|.*\| `(.+)` \|$", document, re.MULTILINE)
    assert {package: version for _, version, package in rows} == versions
    folders = sorted(path.name for path in (STATIC / "vendor").iterdir())
    assert sorted(folder for folder, _, _ in rows) == folders
    for folder in folders:
        assert "ermission" in (STATIC / "vendor" / folder / "LICENSE").read_text(encoding="utf-8")


def test_task_page_weighs_less_than_200_kb(client: FlaskClient) -> None:
    page = client.get("/task").text
    loaded = set(re.findall(r'(?:src|href)="/shell/([^"?]+\.(?:css|js|svg))\?', page))
    assert "vendor/htmx/htmx.min.js" in loaded
    weight = sum(len(gzip.compress((STATIC / name).read_bytes())) for name in loaded)
    assert weight < 200_000


# The policy


def test_every_answer_carries_the_policy_with_a_new_nonce(client: FlaskClient) -> None:
    policies = [client.get("/task").headers["Content-Security-Policy"] for _ in range(2)]
    nonces = [re.findall(r"'nonce-([\w-]{20,})'", policy) for policy in policies]
    assert nonces[0] != nonces[1]
    assert policies[0] == (
        f"default-src 'self'; script-src 'self' 'nonce-{nonces[0][0]}'; style-src 'self'; "
        "img-src 'self' data:; font-src 'self'; object-src 'none'; frame-ancestors 'none'; "
        "base-uri 'self'; form-action 'self'"
    )


def test_page_is_neither_sniffed_nor_kept(client: FlaskClient) -> None:
    headers = client.get("/task").headers
    names = ("X-Content-Type-Options", "Referrer-Policy", "Cache-Control")
    assert [headers[name] for name in names] == ["nosniff", "same-origin", "no-store"]


def test_asset_is_kept_for_a_year_under_its_version(client: FlaskClient) -> None:
    address = re.findall(r'href="(/shell/css/frame\.css\?v=\w{10})"', client.get("/task").text)
    with client.get(address[0]) as kept, client.get("/shell/css/frame.css") as asked_again:
        headers = kept.headers, asked_again.headers
    assert headers[0]["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers[1]["Cache-Control"] == "no-cache"


def test_page_has_nothing_inline(page: str) -> None:
    assert re.findall(r"<[^>]+\s(?:on\w+|style)=", page) == []
    assert re.findall(r"<style|javascript:|<script(?![^>]*\ssrc=)[^>]*>", page) == []


def test_template_has_nothing_inline() -> None:
    for name, text in our_templates().items():
        assert (name, re.findall(r"\son\w+=|\sstyle=|<style|javascript:", text)) == (name, [])


def test_deletion_asks_first(client: FlaskClient) -> None:
    page = client.get("/admin/criterion/").text
    buttons = re.findall(r'<button type="submit"[^>]*data-confirm="([^"]+)">([^<]+)', page)
    assert buttons == [("Xóa dòng này?", "Xóa")] * 2


# Icons


def test_icon_of_every_template_is_in_the_sprite(client: FlaskClient) -> None:
    sprite = (STATIC / "vendor/icons/icons.svg").read_text()
    known = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    written = {
        name
        for text in our_templates().values()
        for call in re.findall(r"\bicon\(([^)]*)\)", text)
        for name in re.findall(r"(?<!=)(?<!= )'([a-z][a-z0-9-]+)'", call.split("class=")[0])
    }
    drawn = {
        name
        for path in PATHS.values()
        for name in re.findall(r"icons\.svg\?v=\w+#([\w-]+)", client.get(path).text)
    }
    assert len(known) > 30
    assert written | drawn <= known


# Navigation


def test_navigation_puts_console_views_into_the_groups_of_their_names() -> None:
    app = make_app()
    admin = app.extensions["test_admin"]
    nav = [
        ("", [("Việc cần làm", "/viec", "home", True)]),
        ("Chấm điểm", [("Kỳ đánh giá", "/ky", "calendar", False)]),
        ("Khen thưởng", []),
    ]
    with app.test_request_context():
        groups = navigation(admin, nav, admin.index_view)
    assert groups == [
        NavGroup("", (NavItem("Việc cần làm", "/viec", "home", True),)),
        NavGroup(
            "Chấm điểm",
            (
                NavItem("Kỳ đánh giá", "/ky", "calendar", False),
                NavItem("Tiêu chí", "/admin/criterion/", "checklist", False),
            ),
        ),
        NavGroup("Quản trị", (NavItem("Vai trò", "/admin/nothing/", "list-details", False),)),
    ]


# Parts of pages


def test_list_aligns_numbers_and_says_yes_or_no(client: FlaskClient) -> None:
    page = client.get("/admin/criterion/").text
    assert re.findall(r'<td class="col-points num[^>]*>\s*(\d+)', page) == ["150", "50"]
    assert re.findall(r'class="row-link" href="([^"&]+)', page) == [
        "/admin/criterion/details/?id=1",
        "/admin/criterion/details/?id=2",
    ]
    assert re.findall(r"<dd>([^<]*)</dd>", client.get("/admin/criterion/details/?id=2").text) == [
        "Thủ tục",
        "50",
        "Không",
    ]


def test_empty_list_says_what_to_do_next(client: FlaskClient) -> None:
    page = client.get("/admin/nothing/").text
    assert re.findall(r'<div class="empty-state">.*?<h2>(.*?)</h2>', page, re.DOTALL) == [
        "Chưa có dòng nào"
    ]
    assert re.findall(r'<a class="btn btn-primary" href="([^"?]+)', page) == ["/admin/nothing/new/"]


# Errors

HEADINGS = {
    400: "Chưa nhận được yêu cầu",
    403: "Bạn không có quyền xem trang này",
    404: "Không tìm thấy trang này",
    405: "Không tìm thấy trang này",
    409: "Dữ liệu vừa được người khác sửa",
    413: "Tệp quá lớn",
    429: "Bạn thao tác quá nhanh",
    500: "Hệ thống gặp lỗi",
}


@pytest.mark.parametrize("code", ERROR_CODES)
def test_error_page_says_what_happened_and_where_to_go(code: int, client: FlaskClient) -> None:
    answer = client.get(f"/boom/{code}")
    assert answer.status_code == code
    assert re.findall(r"<h1>(.*?)</h1>", answer.text) == [HEADINGS[code]]
    assert re.findall(r'<a class="btn btn-primary" href="([^"]+)"', answer.text) == ["/admin/"]


def test_error_page_shows_our_sentence_and_no_stock_or_inner_one(client: FlaskClient) -> None:
    assert "<p>Kỳ đánh giá đã khóa.</p>" in client.get("/boom/409").text
    assert "URL" not in client.get("/boom/404").text
    assert "secret detail" not in client.get("/boom/500").text
    assert "CSRF" not in client.post("/login").text


def test_error_page_needs_no_context_processor() -> None:
    app = make_app()
    app.context_processor(lambda: abort(500))
    answer = app.test_client().get("/boom/404")
    assert (answer.status_code, HEADINGS[404] in answer.text) == (404, True)
