"""An annex from the office, looked through and kept; two sets compared and mapped."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.thidua_admin.conftest import Web, said, token
from tests.thidua_admin.console.test_criteria import LIST, SET, plain, put
from werkzeug.test import TestResponse

from thidua.exchange.annex_workbook import annex_template
from thidua.spec.criteria import Domain
from thidua.spec.document import document
from thidua.spec.rules import YesNo
from thidua.store.criteria import StoredCriteriaSet
from thidua.work.sets import parsed

HEAD = {
    "code": "so-moi", "version": "1", "title": "Bộ mới", "kind": "so", "grading": "chung",
    "pending": "zero", "basis_number": "QĐ 5", "first_year": "2027",
}  # fmt: skip
CSV = "TT,Tiêu chí,Điểm tối đa\n1,Chỉ đạo,\n1.1,Kế hoạch,hai\n1.2,Báo cáo,3\n"


def send(client: FlaskClient, content: bytes, name: str, **changed: Any) -> TestResponse:
    fields = {**HEAD, **changed, "file": (BytesIO(content), name)}
    return client.post(f"{LIST}nhap/", data={"csrf_token": token(client), **fields})


def sets(web: Web) -> list[StoredCriteriaSet]:
    with web.inside() as session:
        rows = session.scalars(select(StoredCriteriaSet).order_by(StoredCriteriaSet.id)).all()
        session.expunge_all()
        return list(rows)


def test_annex_is_looked_through_and_kept_as_seen(web: Web) -> None:
    client = web.client("secretariat")
    form = client.get(f"{LIST}mau-phu-luc.xlsx")
    assert form.data[:2] == b"PK"
    before = web.rows()
    page = send(client, annex_template(), "phu-luc.xlsx").text
    assert web.rows() == before
    text = plain(page)
    assert "10 điểm, 4 tiêu chí được chấm" in text
    assert "3 do phần mềm đề xuất từ câu chữ, hãy xem lại; còn lại chấm trực tiếp" in text
    assert "1.1.2 Tên tiêu chí thành phần tính theo bậc cách chấm đề xuất" in text
    packed = re.findall(r'name="packed" value="([^"]+)"', page)[0]
    for tampered in (packed[:-1], ""):
        data = {"csrf_token": token(client), "packed": tampered}
        client.post(f"{LIST}nhap/ghi/", data=data)
        assert said(client.get(LIST).text) == ["Tệp: Hãy chọn lại tệp rồi xem trước."]
    assert web.rows() == before
    for words in ("thành một phiên bản mới.", "không có gì thay đổi."):
        data = {"csrf_token": token(client), "packed": packed}
        kept = client.post(f"{LIST}nhap/ghi/", data=data, follow_redirects=True)
        assert said(kept.text)[0].endswith(words)
    row = sets(web)[-1]
    made = parsed(row)
    assert (made.code, made.first_year, made.legal_basis[0].number) == ("so-moi", 2027, "QĐ 5")
    assert [leaf.rule.kind for leaf in made.leaves] == ["yes_no", "bands", "ratio", "manual"]
    again = client.get(f"{LIST}phu-luc.xlsx?id={row.id}")
    assert again.headers["Content-Disposition"].startswith("attachment; filename=so-moi-1-")


def test_problems_are_told_by_line_and_nothing_is_kept(web: Web) -> None:
    client = web.client("secretariat")
    before = web.rows()
    page = send(client, CSV.encode(), "pl.csv", code="Sở", first_year="27", version=" ").text
    found = re.findall(r"<li>([^<]+)</li>", page.split('role="alert"')[1].split("</section>")[0])
    assert found[:3] == [
        "Mã bộ: ghi chữ thường không dấu, số, dấu gạch nối, ví dụ so-2027.",
        "Phiên bản: hãy ghi.",
        "Dùng từ năm: ghi năm bốn chữ số.",
    ]
    assert [line for line in found if line.startswith("pl.csv, dòng 3: ")]
    assert 'name="title" value="Bộ mới"' in page
    assert web.rows() == before


def edited(file: bytes, agency: str | None = None) -> bytes:
    """The exported annex with other points for one leaf, other name and agency for the other."""
    book = load_workbook(BytesIO(file))
    rows = {row[0].value: row for row in book.worksheets[0].iter_rows()}
    rows["1.1.1"][2].value, rows["1.2"][1].value = 3, "Sáng kiến mới"
    rows["1.2"][5].value = agency
    book.save(out := BytesIO())
    return out.getvalue()


def test_export_taken_in_again_is_the_same_version_until_it_is_edited(web: Web) -> None:
    with web.inside() as session:
        stored = put(session)
    client = web.client("secretariat")
    file = client.get(f"{LIST}phu-luc.xlsx?id={stored}").data
    empty: dict[str, Any] = {**dict.fromkeys(HEAD, ""), "kind": []}
    same = plain(send(client, file, "bo-2.xlsx", **empty).text)
    assert "Đúng như phiên bản đã lưu; không có gì thay đổi. Xem phiên bản đã lưu" in same
    other = plain(send(client, edited(file), "bo-2.xlsx", **empty).text)
    assert "Chưa lưu được: phiên bản 2 đã lưu với nội dung khác." in other
    assert "Lưu phiên bản này" not in same + other
    anew = {**empty, "version": "3"}
    lost = send(client, edited(file, "khong-con"), "bo-2.xlsx", **anew).text
    assert "cơ quan thẩm định: tỉnh không có đơn vị khóa “khong-con”." in lost
    page = send(client, edited(file), "bo-2.xlsx", **anew).text
    told = plain(page.split('id="changes">')[1].split("</section>")[0])
    assert told == (
        "Khác phiên bản 2 đã lưu 3 1.1.1 Ban hành: điểm tối đa 2,5 → 3. 1.2 Sáng kiến mới: tên cũ "
        "“Sáng kiến”, tên mới “Sáng kiến mới”. 1.2 Sáng kiến mới: cơ quan thẩm định: khong-con → "
        "(không có)."
    )
    packed = re.findall(r'name="packed" value="([^"]+)"', page)[0]
    client.post(f"{LIST}nhap/ghi/", data={"csrf_token": token(client), "packed": packed})
    expected = document(SET) | {"version": "3"}
    plan, bonus = expected["domains"][0]["criteria"]
    plan["sub_criteria"][0]["max_points"], bonus["name"] = "3", "Sáng kiến mới"
    del bonus["appraiser"]
    assert document(parsed(sets(web)[-1])) == expected


def changed_set(session: Session) -> int:
    """A later version: the plan gives more, a domain is new, the bonus is gone."""
    first = SET.domains[0]
    plan = first.criteria[0]
    leaf = plan.sub_criteria[0].model_copy(
        update={"max_points": Decimal(4), "guidance": "Xem bản số."}
    )
    kept = first.model_copy(
        update={"criteria": (plan.model_copy(update={"sub_criteria": (leaf,)}),)}
    )
    new = Domain(code="2", name="Số hóa", max_points=Decimal(1), rule=YesNo(kind="yes_no"))
    return put(session, version="3", domains=(kept, new), kinds=("so", "xa"))


def test_difference_and_mapping_of_two_versions(web: Web) -> None:
    with web.inside() as session:
        old, new = put(session), changed_set(session)
    client = web.client("secretariat")
    text = plain(client.get(f"{LIST}so-sanh/?id={new}").text)
    for words in (
        "Chỉ đạo 2,5 4 +1,5 Số hóa – 1 +1 Tổng cộng 2,5 5 +2,5",
        "Thêm 1 Tiêu chí Điểm 2 Số hóa 1",
        "Bỏ 1 Tiêu chí Điểm 1.2 Sáng kiến 0",
        "1.1.1 Ban hành Điểm tối đa 2,5 4",
        "Hướng dẫn Xem bản ký. Xem bản số.",
        "Quy định chung của bộ Loại đơn vị",
    ):
        assert words in text
    address = f"{LIST}doi-chieu/?id={new}"
    page = client.get(f"{address}&voi={old}&bo=1").text
    fields = dict(re.findall(r'name="(tc-[^"]+)" maxlength="300" value="([^"]*)"', page))
    assert fields == {"tc-1.1.1": "1.1.1", "tc-2": ""}
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    form = {"csrf_token": token(client), "id": new, "seen": seen, "to": "bo", "title": "Với bản 2"}
    client.post(f"{LIST}doi-chieu/", data={**form, "tc-1.1.1": "1.1.1, 1.2"})
    page = client.get(address).text
    assert said(page) == ["Đã ghi bảng đối chiếu."]
    assert "1.1.1 Ban hành 1.1.1, 1.2" in plain(page)
    client.post(f"{LIST}doi-chieu/", data={**form, "tc-1.1.1": "1.1"})
    assert said(client.get(address).text) == [
        "Bộ tiêu chí vừa được người khác sửa. Hãy tải lại trang, xem lại rồi ghi lại."
    ]
