"""Accounts and roles in the console."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy import select
from tests.thidua_admin.conftest import PASSWORD, Web, post, said

from thidua.store.people import Membership, User

LIST = "/quan-tri/tai-khoan/"
FORM = {
    "username": " Lan.SNV ",
    "name": "Bà  Nguyễn Thị Lan",
    "password": "mười ký tự trở lên",
    "repeated": "mười ký tự trở lên",
    "role": "secretariat",
    "unit": "",
}


def submit(client: FlaskClient, path: str, **fields: object) -> list[str]:
    """What is said after a form was sent, errors at fields included."""
    answer = post(client, LIST + path, **fields)
    if answer.status_code == 302:
        answer = client.get(answer.headers["Location"])
    errors = re.findall(r'<ul class="field-errors">\s*<li>(.*?)</li>', answer.text)
    return said(answer.text) + errors


def roles(web: Web, username: str) -> list[tuple[str, int | None]]:
    with web.inside() as session:
        rows = session.scalars(
            select(Membership).join(User).where(User.username == username).order_by(Membership.id)
        )
        return [(row.role, row.unit_id) for row in rows]


def membership(web: Web, username: str) -> int:
    with web.inside() as session:
        return session.scalars(
            select(Membership.id).join(User).where(User.username == username)
        ).one()


def unit(web: Web) -> int:
    ((_, found),) = roles(web, "officer")
    assert found is not None
    return found


def test_new_account_signs_in_with_its_password(web: Web) -> None:
    assert submit(web.client("admin"), "new/", **FORM) == ["Đã thêm."]
    assert roles(web, "lan.snv") == [("secretariat", None)]
    client = web.app.test_client()
    answer = post(client, "/login", username="LAN.snv", password=FORM["password"])
    assert answer.status_code == 302
    assert "Bà Nguyễn Thị Lan" in client.get("/quan-tri/don-vi/").text


def test_account_of_a_unit_needs_the_unit(web: Web) -> None:
    client = web.client("admin")
    before = web.rows()
    assert submit(client, "new/", **{**FORM, "role": "officer"}) == [
        "Đơn vị: Hãy chọn đơn vị cho vai trò này."
    ]
    assert submit(client, "new/", **{**FORM, "unit": unit(web)}) == [
        "Đơn vị: Vai trò này không gắn với đơn vị nào."
    ]
    assert web.rows() == before, "neither role nor account"
    assert submit(client, "new/", **{**FORM, "role": "officer", "unit": unit(web)}) == ["Đã thêm."]
    assert roles(web, "lan.snv") == [("officer", unit(web))]


def test_form_states_and_keeps_the_rules_of_passwords(web: Web) -> None:
    client = web.client("admin")
    assert "Ít nhất 10 ký tự." in client.get(f"{LIST}new/").text
    before = web.rows()
    marked = "Chưa thêm được. Hãy sửa các mục được đánh dấu bên dưới."
    short = {**FORM, "password": "ngắn", "repeated": "ngắn"}
    assert submit(client, "new/", **short)[0] == marked
    assert submit(client, "new/", **{**FORM, "repeated": "khác"}) == [
        marked,
        "Hai lần nhập mật khẩu chưa giống nhau.",
    ]
    page = post(client, f"{LIST}new/", **{**FORM, "name": ""}).text
    assert FORM["password"] not in page
    assert web.rows() == before


def test_taken_name_is_refused_with_its_sentence(web: Web) -> None:
    before = web.rows()
    assert submit(web.client("admin"), "new/", **{**FORM, "username": "TG"}) == [
        "Tên đăng nhập “tg” đã có người dùng. Hãy chọn tên khác."
    ]
    assert web.rows() == before


def test_unit_of_another_province_cannot_be_chosen(web: Web) -> None:
    client = web.client("tg")
    foreign = unit(web)
    before = web.rows("tiengiang")
    asked = {**FORM, "role": "officer", "unit": foreign}
    assert submit(client, "new/", **asked)[0].startswith("Chưa thêm được.")
    assert web.rows("tiengiang") == before


def test_known_account_gets_a_further_role(web: Web) -> None:
    client = web.client("admin")
    asked = {"username": "TG", "role": "leader", "unit": ""}
    assert submit(client, "giao-vai-tro/", **asked) == ["Đã giao vai trò."]
    assert roles(web, "tg") == [("leader", None)]
    assert submit(client, "giao-vai-tro/", **asked) == ["Tài khoản này đã có vai trò đó."]
    assert submit(client, "giao-vai-tro/", **{**asked, "username": "khong.co"}) == [
        "Không có tài khoản “khong.co”. Hãy kiểm tra tên, hoặc lập tài khoản mới."
    ]
    assert roles(web, "tg") == [("leader", None)]


def test_list_does_not_name_accounts_without_a_role_here(web: Web) -> None:
    client = web.client("admin")
    for path in (LIST, f"{LIST}new/", f"{LIST}giao-vai-tro/"):
        page = client.get(path).text
        assert "Ông Ngoài" not in page
        assert ">tg<" not in page


def test_revoking_takes_the_right_away_at_once(web: Web) -> None:
    admin, officer = web.client("admin"), web.client("officer")
    assert officer.get("/").status_code == 200
    page = admin.get(LIST).text
    question = "Thu hồi vai trò này? Người đó mất quyền ngay lập tức."
    assert page.count(f'data-confirm="{question}"') == page.count("row-title")
    assert submit(admin, "delete/", id=membership(web, "officer")) == ["Đã xóa 1 dòng."]
    assert officer.get("/").headers["Location"] == "/login"


def test_administrator_does_not_revoke_their_own_right(web: Web) -> None:
    before = web.rows()
    assert submit(web.client("admin"), "delete/", id=membership(web, "admin")) == [
        "Bạn không tự thu hồi được quyền quản trị của mình."
    ]
    assert web.rows() == before


def test_list_is_searched_and_narrowed(web: Web) -> None:
    client = web.client("admin")

    def names(asked: str) -> list[str]:
        found = re.findall(r'row-title[^"]*"[^>]*>([^<]+)', client.get(LIST + asked).text)
        return [name.strip() for name in found]

    assert names("?vai-tro=admin") == ["admin", "hai", "kin"]
    assert names("?search=ong+kin") == ["kin"]
    assert names("?search=AUDIT") == ["auditor"]
    assert names("?vai-tro=admin&sort=0&desc=1") == ["kin", "hai", "admin"]
    locked = web.app.test_client()
    for _ in range(5):
        post(locked, "/login", username="leader", password=PASSWORD + "x")
    assert "Tạm khóa vì nhập sai" in client.get(f"{LIST}?vai-tro=leader").text
