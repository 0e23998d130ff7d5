"""Accounts and roles in the console."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO

from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from sqlalchemy import select
from tests.thidua_admin.conftest import PASSWORD, Web, post, said

from thidua.store.people import Membership, User
from thidua.store.units import UnitPeriod

LIST = "/quan-tri/tai-khoan/"
FORM = {
    "username": " Lan.SNV ",
    "name": "Bà  Nguyễn Thị Lan",
    "role": "secretariat",
    "unit": "",
}
OWN = "thuyền bến gạo nâu"
"""A password that somebody chooses for themselves."""


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


def slips(page: str) -> dict[str, str]:
    """The one-time passwords on a page of slips, by user name."""
    found = re.findall(r"nhập: <code>(.*?)</code></p><p>.*?: <code>(.*?)</code>", page)
    return dict(found)


def test_new_account_signs_in_with_its_slip_and_chooses_a_password(web: Web) -> None:
    made = post(web.client("admin"), f"{LIST}new/", **FORM)
    assert made.status_code == 200
    assert "Mật khẩu chỉ hiện lần này" in made.text
    password = slips(made.text)["lan.snv"]
    assert roles(web, "lan.snv") == [("secretariat", None)]
    client = web.app.test_client()
    answer = post(client, "/login", username="LAN.snv", password=password)
    assert answer.status_code == 302
    assert client.get("/quan-tri/don-vi/").headers["Location"] == "/tai-khoan/mat-khau"
    chosen = {"password": OWN, "repeated": OWN}
    assert post(client, "/tai-khoan/mat-khau", **chosen).headers["Location"] == "/"
    assert "Bà Nguyễn Thị Lan" in client.get("/quan-tri/don-vi/").text
    again = post(web.app.test_client(), "/login", username="lan.snv", password=password)
    assert again.status_code == 200, "the slip is void"


def test_account_of_a_unit_needs_the_unit(web: Web) -> None:
    client = web.client("admin")
    before = web.rows()
    assert submit(client, "new/", **{**FORM, "role": "officer"}) == [
        "Đơn vị: Hãy chọn đơn vị cho vai trò này."
    ]
    assert submit(client, "new/", **{**FORM, "unit": unit(web)}) == [
        "Đơn vị: Vai trò này không gắn với đơn vị nào."
    ]
    assert submit(client, "new/", **{**FORM, "domains": "1"}) == [
        "Lĩnh vực: Chỉ vai trò Cơ quan thẩm định giới hạn theo lĩnh vực."
    ]
    unknown = {**FORM, "role": "appraiser", "unit": unit(web), "domains": "zz, 1"}
    assert submit(client, "new/", **unknown) == [
        "Lĩnh vực: Không có lĩnh vực mang mã “zz” trong các bộ tiêu chí."
    ]
    assert submit(client, "new/", **{**FORM, "name": ""}) == ["Mục này bắt buộc nhập."]
    assert web.rows() == before, "neither role nor account"
    known = {**unknown, "domains": " 1 "}
    slip = post(client, f"{LIST}new/", **known).text
    assert "lan.snv" in slips(slip)
    assert "<p>Cơ quan thẩm định: Đặc khu Ba</p>" in slip
    assert roles(web, "lan.snv") == [("appraiser", unit(web))]
    assert "(lĩnh vực 1)" in client.get(LIST).text


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
    assert submit(client, "new/", **asked)  # one sentence at the field
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


def test_administrator_helps_somebody_to_sign_in_again(web: Web) -> None:
    admin, leader = web.client("admin"), web.client("leader")
    with web.inside() as session:
        user = session.scalars(select(User).where(User.username == "leader")).one()
        user.failed_count, user.locked_until = 5, datetime.now(UTC) + timedelta(minutes=5)
        user.tf_primary_method, user.tf_totp_secret = "authenticator", "{}"
        user.mf_recovery_codes, user.sso_identity = ["a"], "https://sso 1"
    row = membership(web, "leader")
    assert "Tạm khóa vì nhập sai" in admin.get(LIST).text
    assert submit(admin, "mo-khoa/", id=row) == ["Đã mở khóa tài khoản."]
    assert "Dùng được, hai bước" in admin.get(LIST).text
    assert leader.get("/").status_code == 200
    assert submit(admin, "dang-xuat/", id=row) == ["Đã đăng xuất người này khỏi mọi nơi."]
    assert leader.get("/").headers["Location"].startswith("/login")
    assert submit(admin, "bo-hai-buoc/", id=row) == ["Đã bỏ đăng nhập hai bước."]
    assert submit(admin, "bo-dung-chung/", id=row) == ["Đã bỏ gắn với tài khoản dùng chung."]
    password = slips(post(admin, f"{LIST}cap-lai-mat-khau/", id=row).text)["leader"]
    with web.inside() as session:
        user = session.scalars(select(User).where(User.username == "leader")).one()
        kept = (user.locked_until, user.tf_totp_secret, user.mf_recovery_codes, user.sso_identity)
        assert (*kept, user.must_change_password) == (None, None, [], None, True)
    client = web.app.test_client()
    assert post(client, "/login", username="leader", password=PASSWORD).status_code == 200
    assert post(client, "/login", username="leader", password=password).status_code == 302


def test_account_of_another_province_too_is_not_reset_here(web: Web) -> None:
    client = web.client("admin")
    refused = "Tài khoản này còn làm việc ở tỉnh khác."
    before = web.rows()
    for path in ("cap-lai-mat-khau/", "bo-hai-buoc/", "mo-khoa/", "dang-xuat/", "bo-dung-chung/"):
        (sentence,) = submit(client, path, id=membership(web, "hai"))
        assert sentence.startswith(refused)
        assert submit(client, path, id=0) == ["Không có tài khoản này trong tỉnh đang làm việc."]
    assert web.rows() == before


def test_workbook_is_filled_in_looked_through_and_made(web: Web) -> None:
    client = web.client("admin")
    book = load_workbook(BytesIO(client.get(f"{LIST}mau-nhap.xlsx").data))
    sheet = book.worksheets[0]
    named = [row[3].value for row in sheet.iter_rows(min_row=2)]
    assert len(named) > 1
    sheet["A2"], sheet["B2"], sheet["F2"] = "Bà Lan", "lan", 912345678
    sheet["A3"], sheet["B3"] = "Ông Hoà", "hoa"
    before = web.rows()
    preview = upload(client, book)
    assert "Sẽ lập 2 tài khoản mới, giao 2 vai trò, ghi 1 số điện thoại." in preview
    assert web.rows() == before
    found = re.findall(r'name="packed" value="(.*?)">', preview)
    made = post(client, f"{LIST}nhap/ghi/", packed=unescape(found[0])).text
    passwords = slips(made)
    assert set(passwords) == {"lan", "hoa"}
    assert str(named[0]) in made
    assert [len(roles(web, name)) for name in passwords] == [1, 1]
    answer = post(web.app.test_client(), "/login", username="lan", password=passwords["lan"])
    assert answer.status_code == 302
    assert "Mọi dòng đều đã có" in upload(client, book)
    sheet["A4"], sheet["B4"], sheet["C4"] = "Bà Sai", "sai", "Giám đốc"
    before = web.rows()
    assert "Dòng 4, Vai trò: Không có vai trò “Giám đốc”." in upload(client, book)
    assert submit(client, "nhap/ghi/", packed="{}") == ["Tệp: Hãy chọn lại tệp rồi xem trước."]
    assert web.rows() == before


def test_what_was_looked_through_is_made_in_no_other_province(web: Web) -> None:
    client = web.client("hai")
    book = load_workbook(BytesIO(client.get(f"{LIST}mau-nhap.xlsx").data))
    sheet = book.worksheets[0]
    sheet["A2"], sheet["B2"], sheet["C2"], sheet["D2"] = "Bà Lan", "lan", "Lãnh đạo", None
    packed = re.findall(r'name="packed" value="(.*?)">', upload(client, book))[0]
    post(client, "/tinh", code="tiengiang")
    before = web.rows("tiengiang")
    refused = submit(client, "nhap/ghi/", packed=unescape(packed))
    assert refused == ["Tệp: Hãy chọn lại tệp rồi xem trước."]
    assert web.rows("tiengiang") == before


def upload(client: FlaskClient, book: Workbook) -> str:
    """What is said of a file."""
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return post(client, f"{LIST}nhap/", file=(file, "tài khoản.xlsx")).text


def test_number_is_kept_with_the_account_and_by_its_owner(web: Web) -> None:
    admin, officer = web.client("admin"), web.client("officer")
    assert submit(admin, "new/", **FORM, phone="3852") == [
        "Điện thoại: Hãy ghi đủ số điện thoại, ví dụ 0296 3852 123."
    ]
    post(admin, f"{LIST}new/", **FORM, phone="0296 3852 123")
    post(officer, "/tai-khoan/dien-thoai", phone="912345678")
    page = admin.get(f"{LIST}?search=nguyen+thi+lan").text
    assert ("0296 3852 123" in page, "0912345678" in page) == (True, False)
    assert 'value="0912345678"' in officer.get("/tai-khoan").text


def test_list_is_searched_by_unit_and_the_audit_names_the_person(web: Web) -> None:
    client = web.client("admin")
    with web.inside() as session:
        row = session.scalars(select(Membership).where(Membership.role == "officer")).one()
        name = session.scalars(
            select(UnitPeriod.search_text).where(UnitPeriod.unit_id == row.unit_id)
        ).first()
    page = client.get(f"{LIST}?search={name}").text
    assert re.findall(r"row-title[^>]*>\s*(\w+)", page) == ["appraiser", "officer"]
    post(client, f"{LIST}new/", **FORM)
    assert "Vai trò: Bà Nguyễn Thị Lan (lan.snv)" in client.get("/quan-tri/nhat-ky/").text
