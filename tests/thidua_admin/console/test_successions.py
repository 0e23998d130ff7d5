"""Reorganisations in the console: recorded in two steps, shown, removed."""

from __future__ import annotations

import re
from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import func, select
from tests.thidua_admin.conftest import COMMAND, Web, post, said
from tests.thidua_admin.console.test_units import (
    again,
    done,
    facts,
    hidden,
    period,
    sentences_of,
)
from werkzeug.test import TestResponse

from thidua.store.successions import Succession
from thidua.work.units import change_unit, days_of

LIST = "/quan-tri/sap-xep-don-vi/"
HEAD = {
    "title": "Sáp nhập Xã Một", "effective_on": "01/07/2026", "basis_title": "Nghị quyết sáp nhập",
    "basis_number": "9/NQ-HĐND", "basis_on": "01/06/2026", "seen": "",
}  # fmt: skip


def fill(client: FlaskClient, kind: str, *lines: tuple[str, ...], **more: str) -> TestResponse:
    """The answer to the form of this kind; a line: before, after, share, what."""
    columns = zip(*((*line, "", "", "")[:4] for line in lines), strict=True)
    said = dict(zip(("before", "after", "share", "what"), map(list, columns), strict=True))
    return post(client, f"{LIST}ghi/?hinh-thuc={kind}", **{**HEAD, **said, **more})


def columns(page: str) -> list[str]:
    """The headings of the table of lines."""
    return [text.strip() for text in re.findall(r'<th scope="col">(.*?)</th>', page)]


def test_unit_goes_into_another_after_a_question(web: Web) -> None:
    client = web.client("admin")
    before = web.rows()
    asked = fill(client, "absorb", ("xa mot", "Phường Hai"), ("", ""))
    assert sentences_of(asked.text, "Sẽ làm") == [
        "Từ ngày 01/07/2026, ghi việc sáp nhập “Sáp nhập Xã Một”.",
        "Xã Một → Phường Hai.",
        "“Xã Một” kết thúc hoạt động, ngày cuối cùng là 30/06/2026.",
    ]
    (note,) = sentences_of(asked.text, "Cần lưu ý")
    assert note.startswith("Xã Một: Đơn vị có phiếu trong Kỳ Kín Mẫu đang mở;")
    assert web.rows() == before, "only asked"
    assert 'value="xa mot"' in again(client, asked).text
    assert done(client, asked) == ["Đã ghi việc sắp xếp."]
    assert days_of(period(web, "Xã Một")) == (date(2025, 7, 1), date(2026, 6, 30))
    page = client.get(LIST).text
    for sentence in ("Xã Một", "Phường Hai", "9/NQ-HĐND", "Sáp nhập"):
        assert sentence in page
    life = client.get(f"/quan-tri/don-vi/details/?id={period(web, 'Phường Hai').id}").text
    assert "Nghị quyết sáp nhập, số 9/NQ-HĐND, ngày 01/06/2026" in life
    link = re.findall(r'href="([^"]+)">Xã Một</a>', life)
    assert "Đã kết thúc hoạt động" in client.get(link[0]).text


def test_each_kind_asks_for_what_it_needs(web: Web) -> None:
    client = web.client("secretariat")
    whole = ["Đơn vị trước", "Đơn vị kế tục"]
    wanted = {
        "merge": whole, "absorb": whole, "split": [*whole, "Phần chuyển, %"],
        "transfer": [*whole, "Phần chuyển, %", "Nội dung chuyển"], "rename": ["Đơn vị"],
        "dissolve": ["Đơn vị"], "function": [*whole, "Nội dung chuyển"],
    }  # fmt: skip
    kinds = re.findall(r"hinh-thuc=(\w+)", client.get(f"{LIST}ghi/?truoc=xa-mot").text)
    assert kinds == list(wanted)
    for kind, found in wanted.items():
        page = client.get(f"{LIST}ghi/?hinh-thuc={kind}&truoc=xa-mot").text
        assert columns(page) == found
        assert page.count('name="before" value="') == 4
        assert page.count('name="before" value="Xã Một"') == 1
    longer = fill(client, "merge", ("Xã Một", "Xã"), more="1").text
    assert longer.count('name="before" value="') == 5


def test_unclear_lines_are_named_and_nothing_is_written(web: Web) -> None:
    client = web.client("admin")
    before = web.rows()
    assert said(fill(client, "split", ("Xã Lạ", "", "nhiều")).text) == [
        "Dòng 1, đơn vị trước: không có đơn vị “Xã Lạ”; hãy chọn trong danh sách",
        "Dòng 1, đơn vị kế tục: hãy ghi tên đơn vị",
        "Dòng 1, phần chuyển: hãy ghi số phần trăm, ví dụ 60",
    ]
    assert said(fill(client, "dissolve", ("", "")).text) == ["Đơn vị: Hãy ghi ít nhất một dòng."]
    (sentence,) = said(fill(client, "merge", ("Xã Một", "Phường Hai")).text)
    assert "ít nhất hai đơn vị trước" in sentence
    late = fill(client, "dissolve", ("Xã Một",), effective_on="01/07/2020").text
    assert "không hoạt động vào ngày 30/06/2020" in said(late)[0]
    assert web.rows() == before


def test_titles_with_a_long_common_beginning_are_told_apart(web: Web) -> None:
    client = web.client("admin")
    common = "Sắp xếp các đơn vị hành chính cấp xã thuộc địa bàn huyện Mẫu trước đây: "
    for name in ("Xã Một", "Phường Hai"):
        asked = fill(client, "dissolve", (name,), title=f"{common}{name}")
        assert done(client, asked) == ["Đã ghi việc sắp xếp."]


def test_stale_question_is_refused(web: Web) -> None:
    client = web.client("admin")
    asked = fill(client, "split", ("Xã Một", "Phường Hai", "60"), ("Xã Một", "Đặc khu Ba", "40"))
    assert "Xã Một → Phường Hai, 60 %." in sentences_of(asked.text, "Sẽ làm")
    row = period(web, "Xã Một")
    with web.inside() as session:
        change_unit(
            session, period_id=row.id, name="Xã Mốt", kind="xa", cluster=row.cluster,
            official_code="", valid_from=date(2025, 7, 1), valid_to=None, parent=None,
            expected_version=1, by=COMMAND,
        )  # fmt: skip
    lines = [("Xã Mốt", "Phường Hai", "60"), ("Xã Mốt", "Đặc khu Ba", "40")]
    stale = fill(client, "split", *lines, seen=hidden(asked.text)["seen"][0], confirmed="1")
    assert said(stale.text) == [
        "Dòng này đã được người khác sửa sau khi bạn mở. Hãy tải lại trang rồi sửa lại."
    ]
    assert facts(web, "Xã Mốt")[-1] == 2
    with web.inside() as session:
        assert session.scalars(select(Succession.code)).all() == ["kin"]


def test_one_recorded_by_mistake_is_removed_for_a_reason(web: Web) -> None:
    client = web.client("admin")
    done(client, fill(client, "dissolve", ("Xã Một",)))
    with web.inside() as session:
        number = session.scalars(select(func.max(Succession.id))).one()
    refused = post(client, f"{LIST}xoa/?id={number}", reason=" ")
    assert said(refused.text) == ["Lý do: Hãy ghi lý do xóa."]
    removed = post(client, f"{LIST}xoa/?id={number}", reason="Ghi nhầm năm")
    assert said(client.get(removed.headers["Location"]).text) == ["Đã xóa việc sắp xếp ghi nhầm."]
