"""The appraiser's desk: duties, one criterion across units, one unit, one line with evidence."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select
from tests.thidua_admin.conftest import COMMAND, Web, said
from tests.thidua_admin.desk.appraising import (
    ALL,
    HALF,
    TASKS,
    Desk,
    attributes,
    desk_of,
    lines,
    text,
)
from werkzeug.test import TestResponse

from thidua.evidence.files import Upload
from thidua.store.appraisal import ExplanationRequest
from thidua.store.campaigns import Campaign
from thidua.work.campaigns import close_campaign
from thidua.work.evidence import add_evidence, use_evidence
from thidua.work.evidence_facts import EvidenceFacts
from thidua.work.opening import open_campaign
from thidua.work.schedule import set_windows
from thidua.work.units import register_unit
from thidua.work.windows import Window
from thidua_admin.desk.moment import now

DAY = timedelta(days=1)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32 + b"IEND\xaeB`\x82"


@pytest.fixture
def desk(web: Web) -> Desk:
    """Sở Nội vụ's appraiser; Sở Tài chính and Văn phòng have entered their tasks."""
    found = desk_of(web, unit="so-noi-vu")
    found.enter("so-tai-chinh", "1.2.1", TASKS, text="Theo báo cáo 12")
    found.enter("van-phong", "1.2.1", ALL)
    found.enter("so-noi-vu", "1.2.1", TASKS)
    return found


def test_duties_say_what_is_left_and_who_has_the_own_sheet(desk: Desk) -> None:
    desk.enter("van-phong", "1.2.1", TASKS, "appraised")
    page = desk.client.get("/tham-dinh").text
    rows = re.findall(r"<tr>\s*(<td.*?)</tr>", page, re.DOTALL)
    assert [text(row) for row in rows] == [
        "1.1 Ban hành kế hoạch năm đúng hạn 10 0/2 – – –",
        "1.2.1 Mức độ hoàn thành nhiệm vụ 40 1/2 – – –",
        "2 Cải cách thủ tục hành chính 50 0/1 – – –",
        "1 Chỉ đạo, điều hành cải cách hành chính 40 0/4 – – –",
    ]
    assert (
        "Phiếu của Sở Nội vụ: tiêu chí 1.1, 1.2.1 – thẩm định thay: Văn phòng UBND tỉnh."
    ) in text(page)
    assert "Còn 8 dòng chưa thẩm định." in text(page)
    units = re.findall(r"<li>(<a[^>]*don-vi.*?)</li>", page, re.DOTALL)
    assert [text(unit) for unit in units][:2] == ["Sở Tài chính 0/2", "Văn phòng UBND tỉnh 1/3"]


def test_duties_end_with_the_campaign(desk: Desk) -> None:
    with desk.web.inside() as session:
        close_campaign(session, campaign_id=desk.campaign, by=COMMAND)
    assert "Chưa có việc thẩm định" in desk.client.get("/tham-dinh").text


def test_a_criterion_shows_all_units_side_by_side(desk: Desk) -> None:
    desk.enter("van-phong", "1.2.1", HALF, "appraised", text="Thiếu hồ sơ")
    page = desk.get("tieu-chi/1.2.1?xep=don-vi")
    assert lines(page) == [
        ["Sở Nội vụ Sở, ban, ngành Thẩm định: Văn phòng UBND tỉnh", "30", "40", "30",
         "–", "–", "–", "0", "", "Cơ quan khác thẩm định"],
        ["Sở Tài chính Sở, ban, ngành", "30", "40", "30", "–", "–", "–", "0", "", "Chờ thẩm định"],
        ["Văn phòng UBND tỉnh Sở, ban, ngành Thiếu hồ sơ", "40", "40", "40",
         "20", "40", "20", "0", "", "Đã thẩm định"],
    ]  # fmt: skip
    assert attributes(page, "data-standing") == ["other", "waiting", "done"]
    down = desk.get("tieu-chi/1.2.1?xep=self.numerator&chieu=giam")
    assert lines(down)[0][0].startswith("Văn phòng")
    for state, unit in (("cho", "Sở Tài chính"), ("khac", "Văn phòng UBND tỉnh")):
        [row] = lines(desk.get(f"tieu-chi/1.2.1?loc={state}"))
        assert row[0].startswith(unit)
    assert desk.refused("tieu-chi/2?loai=xa") == 403
    assert desk.refused("tieu-chi/9") == 404


def test_the_own_line_offers_nothing_to_enter(desk: Desk) -> None:
    page = desk.get("tieu-chi/1.2.1?xep=don-vi")
    places = [f"/phieu/{desk.campaign}/{desk.units[key]}/1.2.1/appraised"
              for key in ("so-tai-chinh", "van-phong")]  # fmt: skip
    assert attributes(page, "data-line") == places
    own = desk.get(f"dong/{desk.units['so-noi-vu']}/1.2.1")
    assert (attributes(own, "data-line"), "data-accept" in own) == ([], False)
    assert "Cơ quan thẩm định: Văn phòng UBND tỉnh." in text(own)


def test_what_is_accepted_is_what_the_unit_said(desk: Desk) -> None:
    page = desk.get(f"dong/{desk.units['so-tai-chinh']}/1.2.1")
    [address] = attributes(page, "data-line")
    accepted = dict(zip(attributes(page, "data-input"), attributes(page, "data-accepted"),
                        strict=True))  # fmt: skip
    assert accepted == {"numerator": "30", "denominator": "40"}
    assert desk.send(address, accepted)["points"] == "30"
    assert desk.stored("appraised") == [("so-tai-chinh", "1.2.1", TASKS, "")]
    assert "Theo báo cáo 12" in page
    assert "đã thẩm định" in text(desk.get("tieu-chi/1.2.1?loc=xong")).lower()


def test_many_are_appraised_alike_once_confirmed(desk: Desk) -> None:
    picked = [desk.units[key] for key in ("so-noi-vu", "so-tai-chinh", "van-phong")]
    asked = {"don-vi": picked, "quyet-dinh": "chap-nhan", "nhan-xet": "Số liệu khớp"}
    page = desk.post("nhieu/1.2.1", **asked)
    assert "Thẩm định 2 đơn vị cùng lúc" in page.text
    assert desk.stored("appraised") == []
    done = desk.post("nhieu/1.2.1", **asked, **{"xac-nhan": "1"})
    assert said(done.text) == ["Đã thẩm định 2 đơn vị."]
    assert desk.stored("appraised") == [
        ("so-tai-chinh", "1.2.1", TASKS, "Số liệu khớp"),
        ("van-phong", "1.2.1", ALL, "Số liệu khớp"),
    ]
    same = {"don-vi": picked[1:], "quyet-dinh": "so-lieu", "xac-nhan": "1"}
    figures = {"so-numerator": "1", "so-denominator": "2"}
    desk.post("nhieu/1.2.1", **same, **figures)
    half = {"numerator": 1, "denominator": 2}
    assert [row[2:] for row in desk.stored("appraised")] == [(half, "Số liệu khớp")] * 2


def test_what_many_cannot_be_given_is_told(desk: Desk) -> None:
    number = "hãy ghi như 1.250 hoặc 12,5."
    for changed, sentence in (
        ({"don-vi": []}, "Hãy chọn ít nhất một đơn vị mà bạn được thẩm định."),
        (
            {"so-numerator": "hai"},
            f"numerator: “Số nhiệm vụ đã hoàn thành”: “hai” không phải là số; {number}",
        ),
        ({"so-numerator": ""}, "Hãy nhập đủ số liệu cho các đơn vị đã chọn."),
    ):
        asked = {
            "don-vi": [desk.units["van-phong"]],
            "quyet-dinh": "so-lieu",
            "so-numerator": "1",
            "so-denominator": "2",
            **changed,
        }
        assert said(desk.post("nhieu/1.2.1", **asked).text) == [sentence]
    assert desk.stored("appraised") == []


def test_who_has_nothing_to_accept_is_left_out(desk: Desk) -> None:
    picked = [desk.units[key] for key in ("so-tai-chinh", "van-phong")]
    asked = {"don-vi": picked, "quyet-dinh": "chap-nhan"}
    assert said(desk.post("nhieu/1.1", **asked).text) == [
        "Các đơn vị đã chọn chưa có số liệu để chấp nhận. Hãy nhập cùng một số liệu."
    ]
    desk.enter("van-phong", "1.1", {"value": 1})
    page = text(desk.post("nhieu/1.1", **asked).text)
    assert "Thẩm định 1 đơn vị cùng lúc" in page
    assert "Bỏ qua, chưa có số liệu để chấp nhận 1 đơn vị Sở Tài chính" in page
    desk.post("nhieu/1.1", **asked, **{"xac-nhan": "1"})
    assert [row[:3] for row in desk.stored("appraised")] == [("van-phong", "1.1", {"value": 1})]


def ask(desk: Desk, unit: str, question: str, back: str = "") -> TestResponse:
    fields = {"don-vi": desk.units[unit], "tieu-chi": "1.2.1", "noi-dung": question, "ve": back}
    return desk.post("giai-trinh", **fields)


def test_who_is_asked_to_explain_is_seen_in_the_grid(desk: Desk) -> None:
    tai_chinh = desk.units["so-tai-chinh"]
    grid = f"/tham-dinh/{desk.campaign}/tieu-chi/1.2.1"
    page = ask(desk, "so-tai-chinh", "Vì sao 30?", grid)
    assert said(page.text) == ["Đã gửi yêu cầu giải trình."]
    [row] = [row for row in lines(page.text) if row[0].startswith("Sở Tài chính")]
    assert row[-2:] == ["Chờ", "Chờ thẩm định"]
    assert "Vì sao 30?" in page.text
    again = ask(desk, "so-tai-chinh", "Nữa", "//la.vn")
    assert said(again.text) == ["Tiêu chí 1.2.1 đã có yêu cầu giải trình chưa được trả lời."]
    assert again.request.path == f"/tham-dinh/{desk.campaign}/dong/{tai_chinh}/1.2.1"
    ask(desk, "so-noi-vu", "Tự hỏi")
    with desk.web.inside() as session:
        asked = session.scalars(select(ExplanationRequest.question)).all()
    assert asked == ["Vì sao 30?"]


def workbook() -> bytes:
    written = BytesIO()
    Workbook().save(written)
    return written.getvalue()


def test_a_line_stands_beside_its_documents(desk: Desk) -> None:
    unit, at, files = desk.units["so-tai-chinh"], now(), desk.web.runtime.files
    ids = []
    with desk.web.inside() as session:
        for name, data in (("bao-cao.pdf", PDF), ("anh.png", PNG), ("so.xlsx", workbook())):
            facts = EvidenceFacts(name, reference="12/BC", issued_on=date(2026, 3, 1))
            upload = Upload(name, BytesIO(data), len(data))
            item = add_evidence(
                session, campaign_id=desk.campaign, unit_id=unit, facts=facts, by=COMMAND, at=at,
                files=files, file=upload,
            )  # fmt: skip
            use_evidence(
                session, item_id=item.id, leaf_code="1.2.1", by=COMMAND, at=at,
                section="Mục II", page="trang 14",
            )  # fmt: skip
            ids.append(item.id)
    path = f"dong/{unit}/1.2.1"
    page = desk.get(path)
    assert text(page).count("Mục II, trang 14") == 4
    files_of = [f"/minh-chung/tai-lieu/{id_}/tep" for id_ in ids]
    assert f'src="{files_of[0]}#page=14&' in page
    assert f'src="{files_of[1]}"' in desk.get(f"{path}?tai-lieu={ids[1]}")
    assert "Tệp này không xem được trong trang" in desk.get(f"{path}?tai-lieu={ids[2]}")
    row = lines(desk.get("tieu-chi/1.2.1?xep=don-vi"))[1]
    assert row[-3] == "3"


def test_next_means_the_order_of_the_grid(desk: Desk) -> None:
    path = f"dong/{desk.units['so-tai-chinh']}/1.2.1?xep=don-vi"
    hrefs = re.findall(r'href="([^"]+)" data-way-(\w+)', desk.get(path))
    lines_of = {word: f"/tham-dinh/{desk.campaign}/dong/{desk.units[key]}/1.2.1?xep=don-vi"
                for word, key in (("before", "so-noi-vu"), ("after", "van-phong"),
                                  ("waiting", "van-phong"))}  # fmt: skip
    grid = f"/tham-dinh/{desk.campaign}/tieu-chi/1.2.1?xep=don-vi"
    anchor = f"#dong-{desk.units['so-tai-chinh']}-1.2.1"
    assert {word: href for href, word in hrefs} == {"back": grid + anchor, **lines_of}
    along = desk.get(f"dong/{desk.units['so-tai-chinh']}/1.1?theo=don-vi")
    after = f"/tham-dinh/{desk.campaign}/dong/{desk.units['so-tai-chinh']}/1.2.1?theo=don-vi"
    assert after in along


def test_a_unit_is_shown_across_the_criteria_of_the_agency(desk: Desk) -> None:
    page = desk.get(f"don-vi/{desk.units['so-tai-chinh']}")
    said_of_tasks = "Số nhiệm vụ đã hoàn thành 30 Số nhiệm vụ trong kế hoạch 40"
    assert lines(page) == [
        ["Ban hành kế hoạch năm đúng hạn", "–", "–", "–", "–", "0", "", "Chờ thẩm định"],
        ["Mức độ hoàn thành nhiệm vụ", said_of_tasks, "30", "–", "–", "0", "", "Chờ thẩm định"],
    ]
    assert len(attributes(page, "data-line")) == 2
    own = desk.get(f"don-vi/{desk.units['so-noi-vu']}")
    assert attributes(own, "data-line") == []


def windows(desk: Desk, at: datetime) -> None:
    plan = (Window("appraisal_1", at - 9 * DAY, at - DAY), Window("appraisal_2", at, at + DAY))
    with desk.web.inside() as session:
        set_windows(session, campaign_id=desk.campaign, windows=plan, by=COMMAND, at=at - 10 * DAY)


def test_the_second_round_looks_at_the_first_kept_apart(desk: Desk) -> None:
    desk.enter("van-phong", "1.2.1", HALF, "appraised", text="Thiếu")
    windows(desk, now())
    page = desk.get("tieu-chi/1.2.1?xep=don-vi")
    assert [row[4:10] for row in lines(page)][2] == ["20", "40", "20", "–", "–", "–"]
    assert attributes(page, "data-accepted") == ["20", "40"]
    [address] = attributes(page, "data-line")
    assert desk.send(address, {"numerator": "30", "denominator": "40"})["state"] == "saved"
    tasks = [("van-phong", "1.2.1", TASKS, "")]
    assert desk.stored("reappraised") == tasks
    assert desk.stored("appraised")[0][2] == HALF
    first = desk.get("tieu-chi/1.2.1?lan=1")
    assert attributes(first, "data-line") == []
    assert "Đã hết hạn thẩm định lần 1" in text(first)
    assert "data-ask>" in first  # explaining has no term here


def test_what_stands_out_comes_first_and_lists_stay_cheap(desk: Desk) -> None:
    few = desk.web.count_queries(lambda: desk.get("tieu-chi/1.2.1"))
    with desk.web.inside() as session:
        for number in range(30):
            register_unit(
                session, name=f"Sở thứ {number}", kind="so", cluster=None, official_code="",
                valid_from=date(2026, 1, 1), valid_to=None, by=COMMAND,
            )  # fmt: skip
        spec = desk.web.runtime.registry.province("mau").spec
        desk.campaign = open_campaign(
            session, spec=spec, year=2027, by=COMMAND, at=now(), timezone=desk.web.runtime.timezone
        ).id
        campaign = session.get_one(Campaign, desk.campaign)
        names = {unit.name: unit.unit_id for unit in campaign.units}
    for number in range(12):
        desk.units = {**desk.units, "neu": names[f"Sở thứ {number}"]}
        done = 4 if number == 7 else 36 + number % 3
        desk.enter("neu", "1.2.1", {"numerator": done, "denominator": 40})
    assert desk.web.count_queries(lambda: desk.get("tieu-chi/1.2.1")) == few
    first, *others = lines(desk.get("tieu-chi/1.2.1"))
    assert (
        first[0] == "Sở thứ 7 Sở, ban, ngành Khác biệt lớn: đạt 0% điểm tối đa, mức giữa là 92,5%"
    )
    waiting = [row[1] for row in others if row[-1] == "Chờ thẩm định"]
    assert waiting.index("–") == 11, "nothing to look at comes last"
    assert set(waiting[11:]) == {"–"}
    assert desk.web.count_queries(lambda: desk.client.get("/tham-dinh")) < 60


def test_the_paper_to_sign_is_the_agencys_alone(desk: Desk) -> None:
    desk.enter("van-phong", "1.2.1", TASKS, "appraised", text="Thiếu hồ sơ")
    own = f"ket-qua/{desk.units['so-noi-vu']}"
    page = text(desk.get(own))
    assert "2 Văn phòng UBND tỉnh 40 30 – Thiếu hồ sơ" in page
    assert "THỦ TRƯỞNG CƠ QUAN THẨM ĐỊNH" in page
    book = desk.client.get(f"/tham-dinh/{desk.campaign}/{own}.xlsx")
    sheet = load_workbook(BytesIO(book.data)).worksheets[0]
    assert "Thiếu hồ sơ" in {cell for row in sheet.values for cell in row}
    assert desk.refused(f"ket-qua/{desk.units['van-phong']}") == 403


def test_the_desk_is_the_appraisers(web: Web) -> None:
    for role in ("officer", "secretariat", "leader", "council", "auditor"):
        found = desk_of(web, role)
        unit = found.units["xa-mot"]
        pages = ("tieu-chi/1.2.1", f"don-vi/{unit}", f"dong/{unit}/1", "so-lieu")
        assert [found.refused(page) for page in pages] == [403] * 4
        assert found.client.get("/tham-dinh").status_code == 403
        assert '"/tham-dinh"' not in found.client.get("/").text
