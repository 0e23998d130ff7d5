"""A province on its first day: every list is empty and says what comes next, or who sees to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from tests.factories import COMMAND
from tests.small import unit_id
from tests.thidua_admin.conftest import PASSWORD, Web
from tests.thidua_admin.desk.year import on_web, plain, year_spec

from thidua.store.embedded import Server
from thidua.store.people import ROLES
from thidua.work.accounts import FOR_A_UNIT, create_user, grant_membership
from thidua.work.provinces import apply_province
from thidua_admin.security import password_hash

EMPTY = re.compile(r'<div class="empty-state">(.*?)</div>', re.DOTALL)

TO_PLAN = "Chưa mở kỳ đánh giá nào: Lập kế hoạch năm mới"
TO_DESK = "Chưa có kết quả nào: Đến mục Thường trực"
WAITS = ["Chưa có kết quả nào", "Chưa mở kỳ đánh giá nào"]
NO_SHEET = "Chưa có phiếu nào đang mở: Xem kết quả"
NO_PETITION = "Chưa có kỳ đánh giá nào"
PAGES = {
    "officer": {
        "/": WAITS, "/phieu": [NO_SHEET], "/minh-chung": [NO_SHEET], "/ket-qua": WAITS[:1],
        "/kien-nghi": [NO_PETITION], "/phong-trao": ["Chưa có phong trào nào"],
        "/khen-thuong": ["Chưa có đợt xét khen nào"],
    },
    "appraiser": {"/": WAITS, "/tham-dinh": ["Chưa có việc thẩm định"]},
    "secretariat": {
        "/": [TO_DESK, TO_PLAN], "/ket-qua": [TO_DESK],
        "/thuong-truc": ["Chưa có kỳ đánh giá nào đang thực hiện: Lập kế hoạch năm mới"],
        "/quan-tri/ky-danh-gia/": ["Chưa mở kỳ đánh giá nào: Mở kỳ đánh giá"],
        "/quan-tri/ban-ket-qua/": ["Chưa có bản kết quả nào"],
    },
    "leader": {"/": WAITS, "/thuong-truc": ["Chưa có kỳ đánh giá nào đang thực hiện"]},
}  # fmt: skip
"""What is empty on each page, and the button that leads on."""


@pytest.fixture(scope="module")
def first_day(server: Server, web_home: Path) -> Iterator[Web]:
    """A province with its data applied and an account of each role; nothing has been done."""
    name = f"test_{uuid4().hex}"
    server.clone(name)
    with on_web(server, name, web_home) as web:
        with web.app.app_context():
            hashed = password_hash(PASSWORD)
        with web.runtime.sessions.begin() as session:
            apply_province(session, spec=year_spec("nho"), by=COMMAND)
            for role in ROLES:
                user = create_user(
                    session, username=role, name=role, password_hash=hashed, by=COMMAND
                )
                unit = unit_id(session, "so-mot") if role in FOR_A_UNIT else None
                grant_membership(session, user_id=user.id, role=role, unit_id=unit, by=COMMAND)
        yield web
    server.drop(name)


def empties(page: str) -> list[str]:
    """The heading of each empty place, with its button; each has a sentence too."""
    found = []
    for box in EMPTY.findall(page):
        heading, sentence, button = (
            plain(" ".join(re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", box, re.DOTALL)))
            for tag in ("h2", "p", "a")
        )
        assert sentence.endswith((".", "apply", "add")), sentence
        found.append(f"{heading}: {button}" if button else heading)
    return found


@pytest.mark.parametrize("role", PAGES)
def test_empty_pages_say_what_comes_next(first_day: Web, role: str) -> None:
    client = first_day.client(role)
    shown = {page: empties(client.get(page, follow_redirects=True).text) for page in PAGES[role]}
    assert shown == PAGES[role]
