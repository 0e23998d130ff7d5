"""The register of evidence in the web: entering, attaching, reading files under their names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tests.thidua.evidence.samples import JPEG, docx, pdf
from tests.thidua_admin.conftest import COMMAND, Web, post, said, token
from werkzeug.test import TestResponse

from thidua.store.campaigns import Campaign
from thidua.store.evidence import EvidenceItem, EvidenceUse
from thidua.store.people import User
from thidua.store.units import Unit
from thidua.work.accounts import grant_membership

NAME = "Kế hoạch số 12 – đã ký.pdf"
SCRIPT = {"Accept": "application/json"}


@dataclass
class Desk:
    """The officer of Sở Nội vụ at the register."""

    web: Web
    client: FlaskClient
    campaign: int
    unit: int

    @property
    def register(self) -> str:
        return f"/minh-chung/{self.campaign}/{self.unit}"

    def add(self, name: str = NAME, content: bytes = b"", **facts: str) -> TestResponse:
        """What the register's script sends for a file."""
        form: dict[str, object] = {"summary": "Kế hoạch", **facts}
        if name:
            form["file"] = (BytesIO(content or pdf()), name)
        headers = {**SCRIPT, "X-CSRFToken": token(self.client)}
        return self.client.post(self.register, data=form, headers=headers)

    def items(self) -> list[EvidenceItem]:
        with self.web.inside() as session:
            found = list(session.scalars(select(EvidenceItem).order_by(EvidenceItem.id)))
            session.expunge_all()
            return found

    def uses(self) -> list[tuple[int, str, str, str]]:
        with self.web.inside() as session:
            rows = session.scalars(select(EvidenceUse).order_by(EvidenceUse.id))
            return [(row.item_id, row.leaf_code, row.section, row.page) for row in rows]

    def read(self, path: str) -> str:
        """What somebody reads on a page."""
        html = self.client.get(path).text
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture
def desk(web: Web) -> Desk:
    with web.inside() as session:
        user = session.scalars(select(User.id).where(User.username == "officer")).one()
        unit = session.scalars(select(Unit.id).where(Unit.key == "so-noi-vu")).one()
        campaign = session.scalars(select(Campaign.id).where(Campaign.stage == "open")).one()
        grant_membership(session, user_id=user, role="officer", unit_id=unit, by=COMMAND)
    return Desk(web, web.client("officer"), campaign, unit)


def test_dropped_file_is_in_the_register_and_on_its_row(desk: Desk) -> None:
    answer = desk.add(leaf="1.1", section="II", page="3")
    assert (answer.status_code, answer.get_json()) == (
        200,
        {"state": "done", "sentence": "Đã ghi tài liệu vào sổ."},
    )
    (item,) = desk.items()
    assert (item.summary, item.file_name, item.file_type) == ("Kế hoạch", NAME, "pdf")
    assert desk.uses() == [(item.id, "1.1", "II", "3")]
    for path in (desk.register, f"{desk.register}/danh-muc", f"{desk.register}/dong/1.1"):
        shown = desk.read(path)
        assert NAME in shown
        assert "mục II, trang 3" in shown
    row = desk.client.get(f"{desk.register}/dong/1.1").text
    assert 'data-count="1"' in row
    assert 'data-gaps="input"' in row


def test_refusals_come_in_words(desk: Desk) -> None:
    exe = desk.add("chay.exe", b"MZ" + b"\0" * 64)
    fake = desk.add("gia.pdf", b"<html>")
    empty = desk.add("", summary=" ", link="ftp://x", issued_on="31/02/2026")
    bad = desk.add("", summary=" ", link="ftp://x")
    words = [answer.get_json()["sentence"] for answer in (exe, fake, empty, bad)]
    assert [answer.status_code for answer in (exe, fake, empty, bad)] == [400] * 4
    assert words[0].startswith("chay.exe: nội dung không phải là PDF, DOCX")
    assert words[1].startswith("gia.pdf: ")
    assert words[2:] == [
        "Ngày ban hành: Hãy ghi ngày/tháng/năm, ví dụ 01/07/2025.",
        "Trích yếu: Hãy ghi trích yếu nội dung tài liệu.\n"
        "Đường dẫn: Phải bắt đầu bằng http:// hoặc https:// và không có dấu cách.",
    ]
    assert desk.items() == []


def test_document_is_corrected_attached_and_withdrawn(desk: Desk) -> None:
    desk.add("", link="https://angiang.gov.vn/ke-hoach", issued_on="05/01/2020")
    (item,) = desk.items()
    there = f"/minh-chung/tai-lieu/{item.id}"
    shown = desk.read(there)
    for words in (
        "Ngày 05/01/2020 không thuộc năm đánh giá 2026.",
        "Đường dẫn chưa ghi ngày truy cập.",
        "Chưa dùng cho tiêu chí nào.",
    ):
        assert words in shown
    facts = {"summary": "Kế hoạch năm", "reference": "12/KH", "issued_on": "2026-01-05"}
    post(desk.client, there, **facts, version=1)
    assert said(desk.client.get(there).text) == ["Đã sửa tài liệu."]
    stale = post(desk.client, there, **facts, version=1)
    assert said(desk.client.get(stale.headers["Location"]).text) == [
        "Tài liệu này vừa được người khác sửa. Hãy tải lại rồi sửa tiếp."
    ]
    for leaf in ("1.1", "1.2.1"):
        post(desk.client, f"{there}/dung", leaf=leaf, section="I", page="1")
    post(desk.client, f"{there}/bo", leaf="1.1")
    assert desk.uses() == [(item.id, "1.2.1", "I", "1")]
    post(desk.client, f"{there}/rut", reason="Nhầm")
    assert "Đã rút : Nhầm" in desk.read(there).replace("rút:", "rút :")
    assert "Tài liệu đã rút (1)" in desk.read(desk.register)
    assert 'data-count="0"' in desk.client.get(f"{desk.register}/dong/1.2.1").text


def test_file_keeps_its_name_and_can_do_nothing(desk: Desk) -> None:
    desk.add()
    desk.add("Ảnh.jpg", JPEG, summary="Ảnh")
    desk.add("Báo cáo.docx", docx(), summary="Báo cáo")
    shown, image, word = (f"/minh-chung/tai-lieu/{item.id}/tep" for item in desk.items())
    answer = desk.client.get(shown)
    assert answer.data == pdf()
    headers = ("Content-Type", "X-Content-Type-Options", "Content-Disposition", "Cache-Control")
    assert [answer.headers[name] for name in headers] == [
        "application/pdf",
        "nosniff",
        "inline; filename=\"ke-hoach-so-12-da-ky.pdf\"; filename*=UTF-8''"
        "K%E1%BA%BF%20ho%E1%BA%A1ch%20s%E1%BB%91%2012%20%E2%80%93%20%C4%91%C3%A3%20k%C3%BD.pdf",
        "private, no-store",
    ]
    policies = [desk.client.get(path).headers["Content-Security-Policy"] for path in (shown, image)]
    base = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    assert policies == [base, f"{base}; sandbox"]
    kinds = [desk.client.get(path).headers["Content-Disposition"][:10] for path in (image, word)]
    assert kinds == ["inline; fi", "attachment"]
    assert desk.client.get(f"{shown}?tai").headers["Content-Disposition"][:10] == "attachment"
    part = desk.client.get(shown, headers={"Range": "bytes=0-4"})
    assert (part.status_code, part.data) == (206, b"%PDF-")


def test_register_and_files_are_not_for_others(desk: Desk) -> None:
    desk.add()
    (item,) = desk.items()
    with desk.web.inside() as session:
        other = session.scalars(select(Unit.id).where(Unit.key == "so-tai-chinh")).one()
        user = session.scalars(select(User.id).where(User.username == "kin")).one()
        grant_membership(session, user_id=user, role="officer", unit_id=other, by=COMMAND)
    there = f"/minh-chung/{desk.campaign}/{other}"
    assert [
        desk.client.get(path).status_code
        for path in (there, f"{there}/danh-muc", f"{there}/dong/1.1")
    ] == [403] * 3
    stranger = desk.web.client("tg")
    paths = (
        desk.register,
        f"/minh-chung/tai-lieu/{item.id}",
        f"/minh-chung/tai-lieu/{item.id}/tep",
    )
    assert [stranger.get(path).status_code for path in paths] == [404] * 3
    assert post(stranger, f"/minh-chung/tai-lieu/{item.id}/rut", reason="x").status_code == 302
    assert desk.items()[0].withdrawn_at is None


def test_register_asks_the_same_few_things_for_many_documents(desk: Desk) -> None:
    desk.add(leaf="1.1")
    one = desk.web.count_queries(lambda: desk.client.get(desk.register))
    for number in range(5):
        desk.add("", summary=f"Tài liệu {number}", leaf="1.2.1")
    assert desk.web.count_queries(lambda: desk.client.get(desk.register)) == one
    assert one <= 18


def test_own_register_is_one_click_away(desk: Desk) -> None:
    assert desk.client.get("/minh-chung").headers["Location"] == "/phieu"
    leader = desk.web.client("leader")
    assert leader.get("/minh-chung").headers["Location"] == "/phieu"
