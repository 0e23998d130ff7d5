"""The unit's desk: its sheets, one sheet with its rows, signing it, its printed form."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tests.small import unit_id
from tests.thidua.evidence.samples import pdf
from tests.thidua_admin.conftest import COMMAND, Web, post, said
from tests.thidua_admin.desk.year import DAY, START, campaign_of, read

import thidua_admin
from thidua.store.campaigns import Campaign
from thidua.store.people import User
from thidua.store.sheets import SignOff
from thidua.store.units import Unit
from thidua.work.accounts import grant_membership
from thidua.work.entries import save_entries, save_entry
from thidua.work.explanations import request_explanation
from thidua.work.schedule import extend, set_windows
from thidua.work.sheet_page import sheet_page
from thidua.work.windows import Window, hour
from thidua_admin.desk.sheet_rows import domain_views

STATIC = Path(thidua_admin.__file__).parent / "static"
FIRST_LOAD = 200_000
"""Bytes, compressed, of all that a sheet loads besides the font."""


@dataclass
class Desk:
    """The officer of Sở Nội vụ at the sheet of the open campaign."""

    web: Web
    client: FlaskClient
    campaign: int
    unit: int

    @property
    def sheet(self) -> str:
        return f"/phieu/{self.campaign}/{self.unit}"

    def save(self, leaf: str, stage: str = "self", text: str = "", **inputs: int) -> None:
        with self.web.inside() as session:
            save_entry(
                session, campaign_id=self.campaign, unit_id=self.unit, leaf_code=leaf,
                stage=stage, inputs=inputs, explanation=text,  # type: ignore[arg-type]
                by=COMMAND, at=datetime.now(UTC),
            )  # fmt: skip

    def row(self, leaf: str) -> str:
        """The HTML of one row."""
        page = self.client.get(self.sheet).text
        return page.partition(f'id="dong-{leaf}"')[2].partition("</article>")[0]


@pytest.fixture
def desk(web: Web) -> Desk:
    """Sở Nội vụ, whose officer has just signed in."""
    with web.inside() as session:
        user = session.scalars(select(User.id).where(User.username == "officer")).one()
        unit = session.scalars(select(Unit.id).where(Unit.key == "so-noi-vu")).one()
        campaign = session.scalars(select(Campaign.id).where(Campaign.stage == "open")).one()
        grant_membership(session, user_id=user, role="officer", unit_id=unit, by=COMMAND)
    return Desk(web, web.client("officer"), campaign, unit)


def text_of(html: str) -> str:
    """What somebody reads."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def fields(html: str) -> dict[str, str]:
    """What stands in the fields to type into, by name."""
    texts = re.findall(r'<input [^>]*value="([^"]*)" data-input="([\w-]+)" [^>]*maxlength', html)
    chosen = re.findall(r'value="(\d+)" data-input="([\w-]+)"[^>]* checked>', html)
    return {name: unescape(value) for value, name in [*texts, *chosen]}


def test_list_says_what_is_left_until_when(desk: Desk) -> None:
    now = datetime.now(UTC)
    until = now + timedelta(days=3)
    with desk.web.inside() as session:
        planned = [Window("self", now + timedelta(minutes=1), until)]
        set_windows(session, campaign_id=desk.campaign, windows=planned, by=COMMAND, at=now)
    shown = text_of(desk.client.get("/phieu").text)
    assert "Sở Nội vụ" in shown
    assert "Còn 2 dòng, 0 thiếu minh chứng." in shown
    assert "Chưa đến hạn tự đánh giá: bắt đầu từ" in shown
    later = until + timedelta(days=1)
    with desk.web.inside() as session:
        extend(
            session, campaign_id=desk.campaign, step="self", until=later, reason="Bão",
            unit_id=desk.unit, by=COMMAND, at=now,
        )  # fmt: skip
    assert f"đến {hour(later)}" in text_of(desk.client.get(desk.sheet).text)


def test_who_belongs_to_no_unit_is_told_what_will_be_here(web: Web) -> None:
    shown = text_of(web.client("leader").get("/phieu").text)
    assert "Chưa có phiếu nào đang mở" in shown


def test_row_shows_fields_points_words_and_what_it_lacks(desk: Desk) -> None:
    desk.save("1.2.1", numerator=1250, denominator=2500)
    desk.save("1.1", value=1)
    ratio, yes = desk.row("1.2.1"), desk.row("1.1")
    assert fields(ratio) == {"numerator": "1250", "denominator": "2500"}
    assert 'data-version="1"' in ratio
    assert 'data-gaps="explanation"' in ratio
    words = "1.250/2.500 = 50% của 40 điểm → 20 điểm"
    assert words in text_of(ratio)
    assert "20 /40" in text_of(ratio)
    assert (fields(yes), 'data-gaps="evidence"' in yes) == ({"value": "1"}, True)
    assert "Minh chứng cần có: Kế hoạch đã ban hành" in text_of(yes)
    left = "Đã nhập đủ các dòng; 1 dòng thiếu minh chứng."
    assert left in text_of(desk.client.get(desk.sheet).text)


def test_rows_of_others_are_read_only_with_who_supplies_them(desk: Desk) -> None:
    desk.save("2", "agency", value=95_0000)
    row = desk.row("2")
    assert (fields(row), "data-line" in row.partition("data-line-state")[0]) == ({}, False)
    assert "Tỷ lệ hồ sơ đúng hạn (%) (Cơ quan thẩm định nhập) 95" in text_of(row)
    assert "30 /50" in text_of(row)


def test_exempted_row_says_why_and_adds_nothing(desk: Desk) -> None:
    desk.save("1.1", value=1)
    with desk.web.inside() as session, desk.web.app.test_request_context():
        page = sheet_page(
            session, campaign_id=desk.campaign, unit_id=desk.unit, by=COMMAND,
            at=datetime.now(UTC),
        )  # fmt: skip
        first = page.domains[0]
        rows = [row._replace(out="Vì <thử>", may_enter=False) for row in first.rows]
        changed = replace(page, domains=(replace(first, rows=tuple(rows)),))
        html = domain_views(changed)[0].rows[0].html()
    assert text_of(html).startswith("1.1 Ban hành kế hoạch năm đúng hạn Không đánh giá: Vì <thử>")
    assert (fields(html), "Vì &lt;thử&gt;" in html) == ({}, True)
    assert 'data-earned=""' in html


def test_typed_text_is_never_markup(desk: Desk) -> None:
    desk.save("1.2.1", text="<b>đậm</b>", numerator=1, denominator=2)
    row = desk.row("1.2.1")
    assert "&lt;b&gt;đậm&lt;/b&gt;</textarea>" in row
    assert "<b>đậm" not in row


def test_request_is_answered_on_the_row(desk: Desk) -> None:
    desk.save("1.1", value=0)
    with desk.web.inside() as session:
        asked = request_explanation(
            session, campaign_id=desk.campaign, unit_id=desk.unit, leaf_code="1.1",
            question="Vì sao chưa ban hành?", by=COMMAND, at=datetime.now(UTC),
        ).id  # fmt: skip
    row = desk.row("1.1")
    notice = "Cơ quan thẩm định yêu cầu giải trình 1 dòng: 1.1 ."
    assert notice in text_of(desk.client.get(desk.sheet).text)
    assert "Vì sao chưa ban hành?" in row
    assert " data-asked" in row
    answer = post(
        desk.client, f"{desk.sheet}/giai-trinh/{asked}", leaf="1.1", answer="Chậm.", version=1
    )
    assert answer.headers["Location"].endswith("#dong-1.1")
    page = desk.client.get(desk.sheet).text
    assert said(page) == ["Đã ghi giải trình cho tiêu chí 1.1."]
    assert 'id="kept-model"' in page  # forgets what was taken, keeps what is corrected
    row = desk.row("1.1")
    assert (">Chậm.</textarea>" in row, " data-asked" in row) == (True, False)
    late = post(
        desk.client, f"{desk.sheet}/giai-trinh/{asked}", leaf="1.1", answer="Khác", version=1
    )
    assert said(desk.client.get(late.headers["Location"]).text) == [
        "Giải trình này vừa được người khác sửa. Hãy tải lại rồi nhập tiếp."
    ]


def test_appraisal_stands_beside_the_self_assessment_once_told(desk: Desk) -> None:
    desk.save("1.2.1", numerator=4, denominator=4)
    desk.save("1.2.1", "appraised", "Chỉ tính hai nhiệm vụ.", numerator=2, denominator=4)
    assert "Thẩm định lần 1" not in desk.row("1.2.1")
    with desk.web.inside() as session:
        session.get_one(Campaign, desk.campaign).stage = "closed"
    row = text_of(desk.row("1.2.1"))
    assert "Thẩm định lần 1: 20 /40 · giảm 20" in row
    assert "Chỉ tính hai nhiệm vụ." in row
    assert "đã đóng" in text_of(desk.client.get(desk.sheet).text)


def test_signing_lists_gaps_asks_a_reason_and_locks(desk: Desk) -> None:
    page = text_of(desk.client.get(f"{desk.sheet}/ky").text)
    assert "1.1 Ban hành kế hoạch năm đúng hạn Chưa nhập: Kết quả." in page
    refused = post(desk.client, f"{desk.sheet}/ky", how="click")
    assert said(desk.client.get(refused.headers["Location"]).text) == [
        "1.1: Chưa nhập: Kết quả.",
        "1.2.1: Chưa nhập: Số nhiệm vụ đã hoàn thành, Số nhiệm vụ trong kế hoạch.",
        "Lý do: Hãy bổ sung, hoặc ghi lý do ký khi chưa đủ.",
    ]
    post(desk.client, f"{desk.sheet}/ky", how="click", reason="Chưa có số liệu")
    with desk.web.inside() as session:
        signed = session.scalars(select(SignOff)).one()
        assert (signed.how, signed.signer, signed.reason) == (
            "click", "Bà officer", "Chưa có số liệu",
        )  # fmt: skip
        code = signed.check_code
    page = desk.client.get(desk.sheet).text
    assert f"Mã kiểm tra {code}" in text_of(page)
    assert fields(page) == {}
    assert code in text_of(desk.client.get(f"{desk.sheet}/ban-in").text)
    post(desk.client, f"{desk.sheet}/rut", reason="Sửa")
    assert "data-version" in desk.client.get(desk.sheet).text


def test_signed_paper_is_entered_with_its_facts(desk: Desk) -> None:
    facts = {"how": "paper", "number": "12/BC-SNV", "signer": "Ông Giám đốc", "reason": "Thử"}
    answer = post(desk.client, f"{desk.sheet}/ky", **facts, signed_on="31/02/2026")
    assert said(desk.client.get(answer.headers["Location"]).text) == [
        "Ngày ký: Hãy ghi ngày/tháng/năm, ví dụ 01/07/2025."
    ]
    signed = (BytesIO(pdf()), "Bảng đã ký.pdf")
    post(desk.client, f"{desk.sheet}/ky", **facts, signed_on="01/03/2026", file=signed)
    register = desk.client.get(f"/minh-chung/{desk.campaign}/{desk.unit}").text
    assert "Phiếu tự chấm điểm đã ký, Ông Giám đốc" in register
    assert "Bảng đã ký.pdf" in register
    page = text_of(desk.client.get(f"{desk.sheet}/ky").text)
    assert "12/BC-SNV, 01/03/2026" in page
    assert "Ông Giám đốc" in page


def test_sheet_of_another_unit_is_not_for_this_officer(desk: Desk) -> None:
    with desk.web.inside() as session:
        other = session.scalars(select(Unit.id).where(Unit.key == "so-tai-chinh")).one()
    there = f"/phieu/{desk.campaign}/{other}"
    paths = (there, f"{there}/ban-in", f"{there}/ky", f"{there}/kem")
    assert [desk.client.get(path).status_code for path in paths] == [403] * 4
    assert desk.client.get(f"/phieu/{desk.campaign}/999999").status_code == 404
    assert desk.web.client("tg").get(desk.sheet).status_code == 404


def test_printed_table_has_its_code_and_places_to_sign(desk: Desk) -> None:
    desk.save("1.2.1", "self", "Vì bão", numerator=1250, denominator=2500)
    page = text_of(desk.client.get(f"{desk.sheet}/ban-in").text)
    assert re.search(r"Mã kiểm tra [2-9A-Z]{4}-[2-9A-Z]{4}", page)
    line = "Số nhiệm vụ đã hoàn thành: 1.250; Số nhiệm vụ trong kế hoạch: 2.500 20"
    for words in (line, "Tổng các lĩnh vực 100 20", "Vì bão", "THỦ TRƯỞNG", "SỐ LIỆU MINH HỌA"):
        assert words in page


def test_total_counts_the_bonus_up_to_its_cap(year: Web) -> None:
    own = {
        "1.1": {"numerator": 30, "denominator": 40},
        "1.2": {"points": 20_0000},
        "2.2": {"count": 5},
    }
    with year.inside("nho") as session:
        campaign = campaign_of(session)
        campaign_id, unit = campaign.id, unit_id(session, "so-mot")
        save_entries(
            session, campaign_id=campaign_id, unit_id=unit, stage="self", inputs=own, by=COMMAND,
            at=START - 10 * DAY,
        )  # fmt: skip
    path = f"/phieu/{campaign_id}/{unit}"
    client = year.client("officer")
    total = "Điểm thưởng được tính 1 Điểm trừ 0 Tổng điểm tự chấm 51"
    assert f"Tổng các lĩnh vực 100 50 {total}" in read(client, f"{path}/ban-in")
    assert "Tổng các lĩnh vực 50 /100" in read(client, path)


def test_sheet_asks_the_same_few_things_however_much_is_entered(desk: Desk) -> None:
    desk.client.get(desk.sheet)
    before = desk.web.count_queries(lambda: desk.client.get(desk.sheet))
    desk.save("1.1", value=1)
    desk.save("1.2.1", numerator=1, denominator=2)
    desk.save("2", "agency", value=95_0000)
    assert desk.web.count_queries(lambda: desk.client.get(desk.sheet)) == before
    assert before <= 6


def test_first_load_is_small(desk: Desk) -> None:
    page = desk.client.get(desk.sheet)
    assets = set(re.findall(r'(?:href|src)="(/shell/[^"]+)"', page.text))
    assert "/shell/saving.js" in {asset.partition("?")[0] for asset in assets}
    sizes = [len(gzip.compress(page.data))] + [
        len(gzip.compress((STATIC / asset.partition("?")[0].removeprefix("/shell/")).read_bytes()))
        for asset in assets
        if "icons.svg#" not in asset
    ]
    assert sum(sizes) < FIRST_LOAD
