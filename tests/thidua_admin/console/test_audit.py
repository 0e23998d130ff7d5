"""The audit in the console."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select
from tests.factories import seal_all
from tests.thidua_admin.conftest import COMMAND, MAU, Web

import thidua
from thidua.store.audit import record
from thidua.store.sheets import ScoreSheet
from thidua.store.units import Unit, UnitPeriod
from thidua_admin.console.audit_words import ACTIONS, SUBJECTS
from thidua_admin.console.lookups import today

LIST = "/quan-tri/nhat-ky/"


def column(client: FlaskClient, label: str, asked: str = "") -> list[str]:
    """One column of the list, top down."""
    page = client.get(LIST + asked).text
    cells = re.findall(rf'data-label="{label}">(.*?)</td>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


def test_every_action_and_subject_of_the_core_has_its_words() -> None:
    said: set[str] = set()
    subjects: set[str] = set()
    for path in (Path(thidua.__file__).parent / "work").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        said |= set(re.findall(r'action="([\w.]+)"', text))
        subjects |= set(re.findall(r'subject=\("(\w+)"', text))
    assert said == set(ACTIONS)
    assert subjects == set(SUBJECTS)


def test_event_about_invented_figures_is_marked(web: Web) -> None:
    with web.inside() as session:
        sheet = session.scalars(select(ScoreSheet.id)).first() or 0
        about = ("score_sheet", sheet), ("campaign", 1)
        ids = [
            record(session, actor=COMMAND, action="entries.save", subject=subject)
            for subject in about
        ]
    client = web.client("auditor")
    pages = [client.get(f"{LIST}details/?id={id_}").text for id_ in ids]
    assert ["SỐ LIỆU MINH HỌA" in page for page in pages] == [True, False]


def test_newest_comes_first(web: Web) -> None:
    with web.inside() as session:
        record(session, actor=COMMAND, action="campaign.close", subject=("campaign", 1))
    found = column(web.client("auditor"), "Việc làm")
    assert found[:2] == ["Đóng kỳ đánh giá", "Tính kết quả"]
    assert "Áp dụng dữ liệu của tỉnh" in found[-2:]


def test_list_is_narrowed_by_action_and_person(web: Web) -> None:
    client = web.client("auditor")
    with web.inside() as session:
        by = COMMAND.because("Đóng thử")
        record(session, actor=by, action="campaign.close", subject=("campaign", 1))
    assert column(client, "Lý do", "?viec=campaign.close") == ["Đóng thử"]
    assert column(client, "Lý do", "?viec=unit.change") == [f"Lý do {MAU}"]
    assert column(client, "Lý do", "?viec=unit.end") == []
    page = client.get(f"{LIST}?viec=unit.end").text
    assert "Không có dòng nào khớp" in page
    names = re.findall(r'<select[^>]*name="nguoi".*?</select>', page, re.DOTALL)[0]
    assert re.findall(r'value="([^"]*)"', names) == ["", f"lệnh {MAU}"]
    assert len(column(client, "Thời điểm", f"?nguoi=lệnh {MAU}")) == len(
        column(client, "Thời điểm")
    )


def test_list_is_searched_and_narrowed_by_subject_and_day(web: Web) -> None:
    client = web.client("auditor")
    with web.inside() as session:
        by = COMMAND.because("Sửa tên theo Nghị quyết Thái Bình")
        unit = session.scalars(select(Unit.id).where(Unit.key == "xa-mot")).one()
        record(session, actor=by, action="unit.change", subject=("unit", unit))
        record(
            session, actor=COMMAND, action="unit.change", subject=("unit", unit),
            after={"name": "Xã Thái Hòa"},
        )  # fmt: skip
        record(session, actor=COMMAND, action="campaign.close", subject=("campaign", 1))
    for term, found in (("thai binh", 1), ("THÁI", 2), ("quyet thai", 1), ("thái hoà", 1)):
        assert len(column(client, "Lý do", f"?search={term}")) == found, term
    assert column(client, "Đối tượng", "?ve=unit&search=thai") == ["Xã Một", "Xã Một"]
    assert column(client, "Đối tượng", "?ve=campaign")[0] == "Kỳ đánh giá số 1"
    with web.app.app_context():
        day = today()
    here, after = f"{day:%d/%m/%Y}", f"{day + timedelta(days=1):%d/%m/%Y}"
    whole = len(column(client, "Lý do"))
    assert len(column(client, "Lý do", f"?tu={here}&den={here}")) == whole
    assert column(client, "Lý do", f"?tu={after}") == []
    assert column(client, "Lý do", f"?den={day - timedelta(days=1):%d/%m/%Y}") == []
    assert "Hãy ghi ngày/tháng/năm" in client.get(f"{LIST}?tu=hôm qua").text


def test_subject_leads_to_its_page_for_who_may_open_it(web: Web) -> None:
    with web.inside() as session:
        unit = session.scalars(select(Unit.id).where(Unit.key == "xa-mot")).one()
        record(session, actor=COMMAND, action="unit.change", subject=("unit", unit))
    link = f'<a href="/quan-tri/don-vi/details/?don-vi={unit}">Xã Một</a>'
    staff = web.client("secretariat")
    assert link in staff.get(f"{LIST}?ve=unit").text
    assert "Xã Một" in staff.get(f"/quan-tri/don-vi/details/?don-vi={unit}").text
    assert link not in web.client("auditor").get(f"{LIST}?ve=unit").text


def test_imports_stand_in_a_list_of_their_own(web: Web) -> None:
    with web.inside() as session:
        said = {"added": 2, "changed": 1, "unchanged": 7}
        record(session, actor=COMMAND, action="units.import", subject=("province", 1), after=said)
        record(session, actor=COMMAND, action="unit.change", subject=("unit", 1))
    page = web.client("auditor").get("/quan-tri/lich-su-nhap/").text
    cells = re.findall(r'data-label="Nội dung nhập">(.*?)</td>', page, re.DOTALL)
    told = [" ".join(text.split()) for text in cells]
    assert told[0] == "thêm 2, sửa 1, giữ nguyên 7 dòng"
    assert re.fullmatch(r"phiên bản \S+, \d+ thay đổi", told[-1])
    assert len(re.findall("Áp dụng dữ liệu của tỉnh</a>", page)) == 1
    assert "Sửa đơn vị" not in page


def test_list_says_what_is_sealed(web: Web) -> None:
    client = web.client("auditor")
    assert set(column(client, "Niêm phong")) == {"Chờ niêm phong"}
    seal_all(web.runtime.sessions, web.runtime.province_id("mau"))
    with web.inside() as session:
        record(session, actor=COMMAND, action="campaign.close", subject=("campaign", 1))
    found = column(client, "Niêm phong")
    assert (found[0], set(found[1:])) == ("Chờ niêm phong", {"Đã niêm phong"})


def test_details_show_before_and_after(web: Web) -> None:
    with web.inside() as session:
        unit = session.scalars(select(UnitPeriod).order_by(UnitPeriod.id)).first()
        assert unit is not None
        before = {"name": "<b>Sở A</b>", "from": "2026-02-01", "parent_id": None}
        after = {
            "role": "officer", "units": [unit.unit_id], "accepted": True,
            "inputs": {"1.1": {"value": 3}}, "lạ": "giữ nguyên",
        }  # fmt: skip
        number = record(
            session, actor=COMMAND, action="unit.change", subject=("unit", 999), before=before,
            after=after,
        )  # fmt: skip
        name = unit.name
    page = web.client("auditor").get(f"{LIST}details/?id={number}").text
    shown = dict(re.findall(r"<dt>([^<]+)</dt><dd>(.*?)</dd>", page, re.DOTALL))
    assert shown["Việc làm"] == "Sửa đơn vị"
    assert shown["Đối tượng"] == "Đơn vị số 999"
    assert shown["Thực hiện bằng"] == "Lệnh trên máy chủ"
    assert shown["Trước"] == (
        "<div>Từ: 01/02/2026</div><div>Tên: &lt;b&gt;Sở A&lt;/b&gt;</div>"
        "<div>Đơn vị cấp trên: –</div>"
    )
    assert shown["Sau"] == (
        f"<div>lạ: giữ nguyên</div><div>Vai trò: Cán bộ của đơn vị</div><div>Đơn vị: {name}</div>"
        "<div>Số liệu: 1.1: Giá trị: 3</div><div>Chấp nhận: có</div>"
    )
