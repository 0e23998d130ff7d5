"""The list and the forms of units."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from io import BytesIO

from flask.testing import FlaskClient
from sqlalchemy import select
from tests.thidua_admin.conftest import COMMAND, MAU, Web, post, said, token
from werkzeug.test import TestResponse

from thidua.store.audit_rows import AuditEvent
from thidua.store.units import Unit, UnitPeriod
from thidua.work.units import days_of, end_unit, register_unit

LIST = "/quan-tri/don-vi/"
FORM = {
    "name": "Xã Thái Mỹ",
    "kind": "xa",
    "cluster": "xa/xa-phuong",
    "official_code": "27001",
    "parent": "",
    "valid_from": "01/07/2025",
    "valid_to": "",
    "succeeds": "",
}
ALL = [
    "Đặc khu Ba", "Phường Hai", "Sở Nội vụ", "Sở Tài chính", "Văn phòng UBND tỉnh", "Xã Kín Mẫu",
    "Xã Một",
]  # fmt: skip


def names(client: FlaskClient, asked: str = "") -> list[str]:
    """The first column, in order."""
    page = client.get(LIST + asked).text
    return re.findall(r'row-title[^>]*>\s*<a class="row-link"[^>]*>([^<]+)', page)


def period(web: Web, name: str) -> UnitPeriod:
    with web.inside() as session:
        session.expire_on_commit = False
        return session.scalars(select(UnitPeriod).where(UnitPeriod.name == name)).one()


def facts(web: Web, name: str) -> tuple[object, ...]:
    row = period(web, name)
    return row.kind, row.cluster, row.official_code, *days_of(row), row.row_version


def hidden(page: str) -> dict[str, list[str]]:
    """The values that the form of a page carries on."""
    form = page[page.rindex('<form method="post"') :] if "<form method" in page else page
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    carried: dict[str, list[str]] = {}
    for name, value in found:
        if name != "csrf_token":
            carried.setdefault(name, []).append(unescape(value))
    return carried


def done(client: FlaskClient, asked: TestResponse) -> list[str]:
    """What the next page says after the question of this one was answered with yes."""
    answer = post(client, asked.request.full_path, **hidden(asked.text), confirmed="1")
    return said(client.get(answer.headers["Location"]).text)


def again(client: FlaskClient, asked: TestResponse) -> TestResponse:
    """The form once more, with what was typed."""
    return post(client, asked.request.full_path, **hidden(asked.text), again="1")


def sentences_of(page: str, heading: str) -> list[str]:
    """The lines below a heading."""
    part = page[page.index(f"{heading}</h2>") :]
    found = re.findall(r"<li>(.*?)</li>", part[: part.index("</section>")], re.DOTALL)
    return [" ".join(unescape(text).split()) for text in found]


def upload(client: FlaskClient, text: str) -> str:
    """The page after a CSV of units was handed in."""
    file = (BytesIO(text.encode()), "don-vi.csv")
    return client.post(f"{LIST}nhap/", data={"csrf_token": token(client), "file": file}).text


def submit(client: FlaskClient, path: str, **changed: str) -> list[str]:
    """What the next page says after the form was sent."""
    answer = post(client, LIST + path, **{**FORM, **changed})
    if answer.status_code == 302:
        answer = client.get(answer.headers["Location"])
    errors = re.findall(r'<ul class="field-errors">\s*<li>(.*?)</li>', answer.text)
    return said(answer.text) + errors


def test_list_shows_units_of_today_in_vietnamese_order(web: Web) -> None:
    with web.inside() as session:
        unit = period(web, "Xã Một")
        end_unit(session, unit_id=unit.unit_id, on=date(2025, 12, 31), by=COMMAND, reason="Thử")
    client = web.client("secretariat")
    assert names(client) == ALL[:-1]
    assert names(client, "?thoi-gian=tat-ca") == ALL
    assert names(client, "?sort=0&desc=1") == ALL[-2::-1]
    assert names(client, "?loai=so") == ["Sở Nội vụ", "Sở Tài chính", "Văn phòng UBND tỉnh"]
    assert names(client, "?loai=so&search=tai") == ["Sở Tài chính"]


def test_search_does_not_care_about_marks(web: Web) -> None:
    client = web.client("secretariat")
    submit(client, "new/")
    for term in ("thai", "Thái", "THÁI MY", "mỹ thai", "27001"):
        assert names(client, f"?search={term}") == ["Xã Thái Mỹ"], term
    assert names(client, "?search=dac+khu") == ["Đặc khu Ba"]
    page = client.get(f"{LIST}?search=khong").text
    assert "Không có dòng nào khớp" in page
    assert names(client, "?search=%25") == []


def test_empty_list_says_where_the_units_are(web: Web) -> None:
    with web.inside() as session:
        for row in session.scalars(select(UnitPeriod)).all():
            end_unit(session, unit_id=row.unit_id, on=date(2025, 12, 31), by=COMMAND, reason="Hết")
    page = web.client("secretariat").get(LIST).text
    assert "Ngày này không có đơn vị nào hoạt động" in page
    assert '<option value="tat-ca">Mọi thời gian</option>' in page


def test_new_unit_is_registered(web: Web) -> None:
    client = web.client("secretariat")
    assert submit(client, "new/") == ["Đã thêm."]
    assert facts(web, "Xã Thái Mỹ") == ("xa", "xa-phuong", "27001", date(2025, 7, 1), None, 1)
    with web.inside() as session:
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert last is not None
        assert (last.action, last.actor_name) == ("unit.register", "Bà secretariat")
    (twice,) = submit(client, "new/")
    assert twice.startswith("Đã có “Xã Thái Mỹ” cùng loại, cùng cấp trên trong thời gian này.")


def test_new_name_of_a_unit_continues_its_history(web: Web) -> None:
    client = web.client("secretariat")
    old = period(web, "Xã Một")
    sentence = (
        "Thời gian này chồng lên một thời gian khác của cùng đơn vị. Hãy sửa ngày, "
        "hoặc ghi ngày kết thúc của thời gian kia trước."
    )
    again = {"succeeds": "xa-mot", "valid_from": "01/02/2026"}
    assert submit(client, "new/", **again) == [sentence]
    end = {"on": "31/01/2026", "reason": "NQ 01 đổi tên xã", "row_version": "1"}
    asked = post(client, f"{LIST}ket-thuc/?id={old.id}", **end)
    assert done(client, asked) == ["Đã ghi ngày kết thúc hoạt động."]
    assert submit(client, "new/", **again) == ["Đã thêm."]
    assert period(web, "Xã Thái Mỹ").unit_id == old.unit_id
    assert names(client) == ["Đặc khu Ba", *ALL[1:-1], "Xã Thái Mỹ"]


def test_form_says_what_is_wrong_and_keeps_what_was_typed(web: Web) -> None:
    client = web.client("secretariat")
    before = web.rows()
    marked = "Chưa thêm được. Hãy sửa các mục được đánh dấu bên dưới."
    assert submit(client, "new/", name="", valid_from="31/02/2026") == [
        marked,
        "Mục này bắt buộc nhập.",
        "Hãy ghi ngày/tháng/năm, ví dụ 01/07/2025.",
    ]
    assert submit(client, "new/", kind="khong-co")[0] == marked
    assert submit(client, "new/", kind="so") == [
        "Khối, cụm: Khối, cụm này không thuộc loại đơn vị đã chọn. Hãy chọn lại."
    ]
    assert submit(client, "new/", valid_from="01/07/2026", valid_to="2026-06-30") == [
        "Đến ngày: Phải từ ngày bắt đầu trở đi."
    ]
    kept = post(client, f"{LIST}new/", **{**FORM, "kind": "so"}).text
    assert 'value="Xã Thái Mỹ"' in kept
    assert 'value="01/07/2025"' in kept
    assert web.rows() == before


def test_edit_form_shows_and_changes_what_is_said(web: Web) -> None:
    client = web.client("admin")
    row = period(web, "Xã Một")
    page = client.get(f"{LIST}edit/?id={row.id}").text
    assert "Đính chính: Xã Một" in page
    shown = re.findall(r'id="(name|valid_from|valid_to)"[^>]*value="([^"]*)"', page)
    assert shown == [("name", "Xã Một"), ("valid_from", "01/07/2025"), ("valid_to", "")]
    assert re.findall(r'<option selected value="([^"]*)"', page) == ["xa", "xa/xa-phuong", ""]
    changed = {"row_version": "1", "cluster": "", "valid_to": "30/06/2026"}
    assert submit(client, f"edit/?id={row.id}", **changed) == ["Đã lưu."]
    assert facts(web, "Xã Thái Mỹ") == (
        "xa", None, "27001", date(2025, 7, 1), date(2026, 6, 30), 2,
    )  # fmt: skip


def test_stale_edit_is_refused(web: Web) -> None:
    first, second = web.client("admin"), web.client("secretariat")
    path = f"edit/?id={period(web, 'Xã Một').id}"
    assert submit(first, path, name="Xã A", row_version="1") == ["Đã lưu."]
    for stale in ({"row_version": "1"}, {"row_version": "x"}, {}):
        assert submit(second, path, name="Xã B", **stale) == [
            "Dòng này đã được người khác sửa sau khi bạn mở. Hãy tải lại trang rồi sửa lại."
        ]
    # a field in error does not smuggle the new version in
    page = post(second, LIST + path, **{**FORM, "name": "", "row_version": "1"}).text
    assert re.findall(r'name="row_version"[^>]*value="(\d+)"', page) == ["1"]
    assert facts(web, "Xã A")[-1] == 2


def test_end_form_refuses_what_cannot_be(web: Web) -> None:
    client = web.client("admin")
    path = f"{LIST}ket-thuc/?id={period(web, 'Xã Một').id}"
    before = web.rows()
    page = post(client, path, on="30/06/2025", reason="Sáp nhập", row_version="1").text
    assert said(page) == ["Ngày kết thúc: Phải từ 01/07/2025, ngày bắt đầu."]
    assert "Kết thúc hoạt động: Xã Một" in page
    page = post(client, path, on="", reason="").text
    assert page.count("Mục này bắt buộc nhập.") == 2
    stale = post(client, path, on="30/06/2026", reason="Sáp nhập", row_version="0")
    assert said(client.get(stale.headers["Location"]).text)[0].startswith("Dòng này đã được người")
    assert web.rows() == before


def test_delete_asks_first_and_refuses_a_unit_in_use(web: Web) -> None:
    client = web.client("admin")
    page = client.get(LIST).text
    assert page.count('data-confirm="Xóa đơn vị khai nhầm này?"') == len(ALL)
    before = web.rows()
    used = period(web, "Xã Một")
    answer = post(client, f"{LIST}delete/", id=used.id, url=LIST)
    assert said(client.get(answer.headers["Location"]).text) == [
        "Đơn vị đã có trong một kỳ đánh giá nên không xóa được. Nếu đơn vị không còn nữa, "
        "hãy dùng “Kết thúc hoạt động”."
    ]
    assert web.rows() == before
    with web.inside() as session:
        fresh = register_unit(
            session, name="Xã Nhầm", kind="xa", cluster=None, official_code="",
            valid_from=None, valid_to=None, by=COMMAND,
        ).id  # fmt: skip
    answer = post(client, f"{LIST}delete/", id=fresh, url=LIST)
    assert said(client.get(answer.headers["Location"]).text) == ["Đã xóa 1 dòng."]
    with web.inside() as session:
        assert session.scalar(select(Unit.id).where(Unit.key == "xa-nham")) is None


def test_page_after_a_form_stays_on_this_site(web: Web) -> None:
    client = web.client("admin")
    row = period(web, f"Xã {MAU}")
    answer = post(client, f"{LIST}delete/", id=row.id, url="https://xau.example/")
    assert answer.headers["Location"].startswith("/quan-tri/")
    assert "xau.example" not in client.get(f"{LIST}ket-thuc/?id={row.id}&url=//xau.example/").text


def test_list_as_of_a_day_tells_twins_apart(web: Web) -> None:
    with web.inside() as session:
        for parent in ("so-noi-vu", "so-tai-chinh"):
            register_unit(
                session, name="Chi cục", kind="so", cluster=None, official_code="", parent=parent,
                valid_from=date(2020, 1, 1), valid_to=date(2024, 12, 31), by=COMMAND,
            )  # fmt: skip
    client = web.client("secretariat")
    assert names(client, "?search=chi+cuc") == []
    twins = ["Chi cục (Sở Nội vụ)", "Chi cục (Sở Tài chính)"]
    assert names(client, "?search=chi+cuc&thoi-gian=tat-ca") == twins
    assert names(client, "?ngay=31/12/2024&loai=so&search=chi") == [
        "Chi cục (chi-cuc)", "Chi cục (chi-cuc-2)",
    ]  # fmt: skip
    page = client.get(f"{LIST}?ngay=31/13/2024").text
    assert 'value="31/13/2024"' in page
    assert page.count("Hãy ghi ngày/tháng/năm, ví dụ 01/07/2025.") == 2
    file = client.get(f"{LIST}export/csv/?ngay=31/12/2024&search=chi").text
    assert file.count("Chi cục") == 2


def test_unit_is_called_otherwise_from_a_day_on(web: Web) -> None:
    client = web.client("admin")
    old = period(web, "Xã Một")
    path = f"{LIST}doi/?id={old.id}"
    new = {
        "on": "01/02/2026", "name": "Xã Mốt", "kind": "xa", "cluster": "xa/xa-phuong",
        "basis_number": "5/NQ", "basis_on": "20/01/2026", "row_version": "1",
    }  # fmt: skip
    before = web.rows()
    asked = post(client, path, **new)
    assert sentences_of(asked.text, "Sẽ làm") == [
        "“Xã Một” giữ nguyên đến hết ngày 31/01/2026.",
        "Từ ngày 01/02/2026, tên đơn vị: “Xã Một” đổi thành “Xã Mốt”.",
        "Ghi việc đổi tên, căn cứ 5/NQ, 20/01/2026.",
    ]
    assert sentences_of(asked.text, "Cần lưu ý") == [
        f"Kỳ {MAU} đang mở vẫn giữ tên, khối của đơn vị như lúc mở."
    ]
    assert web.rows() == before, "only asked"
    assert 'value="Xã Mốt"' in again(client, asked).text
    assert done(client, asked) == ["Đã ghi thay đổi."]
    assert facts(web, "Xã Mốt") == ("xa", "xa-phuong", "", date(2026, 2, 1), None, 2)
    assert said(post(client, path, **new, confirmed="1").text) == []
    life = client.get(f"{LIST}details/?don-vi={old.unit_id}").text
    heads = re.findall(r"<li class=\"life-(\w+)\">\s*<h2>(?:<a[^>]*>)?([^<]+)", life)
    assert heads == [
        ("event", "Xã Một đổi tên thành Xã Mốt"), ("period", "Xã Mốt"), ("period", "Xã Một"),
    ]  # fmt: skip


def test_file_is_looked_through_and_taken_in_whole(web: Web) -> None:
    client = web.client("admin")
    file = client.get(f"{LIST}danh-sach.csv")
    assert file.data.startswith(b"\xef\xbb\xbfKh\xc3\xb3a,")
    rows = file.data.decode("utf-8-sig")
    fixed = rows.replace(",Xã Một,", ",Xã Một Mới,") + ",Xã Thêm,xa,,,,01/07/2025,,\r\n"
    before = web.rows()
    page = upload(client, fixed)
    assert "Sẽ thêm 1, sửa 1, giữ nguyên" in page
    assert "<del>Xã Một</del> → <strong>Xã Một Mới</strong>" in page
    assert web.rows() == before
    first = hidden(page)
    ended = period(web, f"Xã {MAU}").unit_id
    with web.inside() as session:
        end_unit(session, unit_id=ended, on=date(2030, 1, 1), by=COMMAND, reason="Thử")
    stale = post(client, f"{LIST}nhap/ghi/", **first)
    assert said(client.get(stale.headers["Location"]).text) == [
        "Danh sách đơn vị đã được sửa sau khi bạn xem trước. Hãy chọn lại tệp để xem lại."
    ]
    taken = post(client, f"{LIST}nhap/ghi/", **hidden(upload(client, fixed)))
    (sentence,) = said(client.get(taken.headers["Location"]).text)
    assert sentence.startswith("Đã thêm 1, sửa 2, giữ nguyên")
    assert (facts(web, "Xã Một Mới")[0], facts(web, "Xã Thêm")[0]) == ("xa", "xa")


def test_file_with_a_problem_changes_nothing_and_names_its_line(web: Web) -> None:
    client = web.client("admin")
    before = web.rows()
    page = upload(client, "Tên đơn vị,Loại đơn vị,Từ ngày\nXã Tốt,xa,\nXã Sai,khong-co,\n")
    assert re.findall(r"<li>(Dòng.*?)</li>", page) == [
        "Dòng 3, Loại đơn vị: Hãy chọn một loại đơn vị của tỉnh."
    ]
    assert "Dòng 2" in upload(client, "Tên đơn vị,Loại đơn vị,Từ ngày\nXã,xa,32/01/2026\n")
    assert "Hãy chọn tệp" in client.post(
        f"{LIST}nhap/", data={"csrf_token": token(client)}
    ).text  # fmt: skip
    assert web.rows() == before


def test_renames_on_one_day_of_units_with_a_long_common_name_are_told_apart(web: Web) -> None:
    client = web.client("admin")
    common = "Ban Quản lý dự án đầu tư xây dựng các công trình dân dụng và công nghiệp khu vực"
    new = {
        "on": "01/02/2026", "kind": "so", "basis_number": "5/NQ", "row_version": "1",
        "confirmed": "1",
    }  # fmt: skip
    for place in ("Bắc", "Nam"):
        with web.inside() as session:
            register_unit(
                session, name=f"{common} {place}", kind="so", cluster=None, official_code="",
                valid_from=None, valid_to=None, by=COMMAND,
            )  # fmt: skip
        row = period(web, f"{common} {place}")
        answer = post(client, f"{LIST}doi/?id={row.id}", **new, name=f"Ban {place}")
        assert said(client.get(answer.headers["Location"]).text) == ["Đã ghi thay đổi."]
