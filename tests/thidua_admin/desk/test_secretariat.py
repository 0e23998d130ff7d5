"""The secretariat's desk: the year at a glance, its calendar, what comes in, what goes out."""

from __future__ import annotations

import re
from io import BytesIO

from flask.testing import FlaskClient
from sqlalchemy import select
from tests.factories import COMMAND
from tests.small import unit_id
from tests.thidua_admin.conftest import Web, said
from tests.thidua_admin.desk.year import (
    CAMPAIGN,
    DAY,
    KHAC,
    START,
    campaign_of,
    form_token,
    plain,
    read,
    told,
)

from thidua.store.campaigns import Campaign
from thidua.store.people import User
from thidua.store.publication import Adoption, Petition
from thidua.store.results import ResultVersion
from thidua.store.schedules import CampaignWindow, Extension
from thidua.store.surveys import FigureImport, SurveyCode, SurveyCount
from thidua.work.entries import save_entries
from thidua.work.results import compute_results
from thidua.work.windows import hour
from thidua_admin.desk.secretariat_fields import typed

DESK = f"/thuong-truc/{CAMPAIGN}"
OTHERS = "/thuong-truc/2"
LATER = START + 60 * DAY
CLOSED = START - DAY
TABLE = "Đơn vị;Mức độ hài lòng (%)\nSở Một;{}\nSở Hai;80\nUBND Xã Một;77,25\n"


def send(client: FlaskClient, path: str, table: str, **fields: str) -> str:
    """The page after a table was uploaded."""
    file = (BytesIO(table.encode()), "sipas.csv")
    data = {"csrf_token": form_token(client), "file": file, **fields}
    return client.post(path, data=data, content_type="multipart/form-data").text


def hidden(page: str, name: str) -> str:
    return str(re.findall(rf'name="{name}" value="([^"]*)"', page)[0])


def test_one_page_says_where_the_year_stands(year: Web) -> None:
    with year.inside("nho") as session:
        at = START - 10 * DAY
        for key, inputs in (
            ("so-ba", {"1.2": {"points": 1}}),
            ("so-mot", {"1.2": {"points": 1}}),
        ):
            save_entries(
                session, campaign_id=CAMPAIGN, unit_id=unit_id(session, key), stage="self",
                inputs=inputs, by=COMMAND, at=at,
            )  # fmt: skip
        session.scalars(select(User).where(User.name == "Bà officer")).one().phone = "0296 3852 123"
    html = year.client("secretariat").get(DESK).text
    assert '<a href="tel:02963852123">0296 3852 123</a>' in html
    page = plain(html)
    assert "4 cơ quan, đơn vị chưa hoàn thành" in page
    assert "0/2 điều tra, chỉ số đã có số liệu" in page
    assert f"Tự đánh giá Đã hết hạn {hour(START - 20 * DAY)} – {hour(CLOSED)} Mở lại" in page
    assert f"Thẩm định lần 1 Đang mở {hour(START - 5 * DAY)}" in page
    assert "Giải trình Không đặt thời hạn mở suốt kỳ" in page
    assert "Sở, ban, ngành 3 2/3 1/3 0/3 0/5 Cấp xã 1 0/1 0/1 0/1 0/2" in page
    assert f"Sở Ba chưa ký xác nhận {hour(CLOSED)} –" in page
    assert f"Sở Một còn 1 dòng, chưa ký xác nhận {hour(CLOSED)} Bà appraiser Bà officer, " in page
    assert f"Xã Một chưa bắt đầu, còn 2 dòng, chưa ký xác nhận {hour(CLOSED)} Bà xa" in page
    assert KHAC not in page


def test_only_those_who_follow_the_year_see_the_desk(year: Web) -> None:
    answer = year.client("officer").get(DESK)
    assert answer.status_code == 403
    assert "Việc này dành cho: Thường trực (Sở Nội vụ), Lãnh đạo" in answer.text
    leader = year.client("leader")
    page = leader.get(DESK).text
    assert ("Gia hạn</a>" in page, "<form" in page.partition("<main")[2]) == (False, False)
    assert leader.get(f"{DESK}/gia-han").status_code == 403
    client = year.client("secretariat")
    assert [client.get(OTHERS + end).status_code for end in ("", "/so-lieu")] == [404, 404]


def test_reminder_names_those_asked_for_and_what_they_owe(year: Web) -> None:
    client = year.client("secretariat")
    page = read(client, f"{DESK}/don-doc?kind=xa")
    assert "Kính gửi: Xã Một. Thực hiện kế hoạch xác định Chỉ số cải cách hành chính" in page
    assert "Danh sách cơ quan, đơn vị chưa hoàn thành 1" in page
    assert "1 Xã Một Tự đánh giá chưa bắt đầu, còn 2 dòng, chưa ký xác nhận; hạn" in page
    assert "Không có đơn vị nào cần đôn đốc" in read(client, f"{DESK}/don-doc?step=explanation")


def test_term_is_lengthened_for_one_unit_and_taken_back(year: Web) -> None:
    client = year.client("secretariat")
    with year.inside("nho") as session:
        unit = unit_id(session, "xa-mot")
    fields = {"step": "self", "whom": f"unit-{unit}", "reason": "Công văn 12", "until": "mai"}
    assert told(client, f"{DESK}/gia-han", **fields) == [
        "Gia hạn đến: Hãy ghi giờ và ngày, ví dụ 17:00 30/11/2026."
    ]
    assert told(client, f"{DESK}/gia-han", **{**fields, "until": typed_at(year)}) == ["Đã gia hạn."]
    line = f"Gia hạn đến {hour(LATER)} cho Xã Một: Công văn 12"
    assert line in read(client, DESK)
    with year.inside("nho") as session:
        extension = session.scalars(select(Extension)).one()
        assert (extension.step, extension.unit_id, extension.until) == ("self", unit, LATER)
        given = extension.id
    assert told(client, f"{DESK}/rut-gia-han", extension=given, reason="Nhầm") == [
        "Đã rút lại gia hạn; thời hạn trước đó có hiệu lực trở lại."
    ]
    assert line not in read(client, DESK)


def test_running_step_is_ended_at_once(year: Web) -> None:
    client, ended = year.client("secretariat"), f"{DESK}/ket-thuc-buoc"
    offered = re.findall(r'name="step" value="(\w+)"', client.get(DESK).text)
    assert offered[0] == "appraisal_1"
    assert told(client, ended, step="appraisal_1", reason=" ") == [
        "Lý do: Hãy ghi lý do kết thúc bước này trước hạn."
    ]
    assert told(client, ended, step="appraisal_1", reason="Đã đủ phiếu") == [
        "Đã kết thúc bước; từ lúc này không nhập được nữa."
    ]
    assert re.findall(r'name="step" value="(\w+)"', client.get(DESK).text) == offered[1:]


def typed_at(year: Web) -> str:
    with year.app.app_context():
        return typed(LATER)


def test_year_is_planned_checked_and_opened(year: Web) -> None:
    client = year.client("secretariat")
    shown = client.get("/thuong-truc/lap-ke-hoach").text
    assert 'name="year" value="2026"' in shown
    fields = {"year": 2026, "self-opens": "08:00 01/11/2030", "self-closes": "30/11/2030"}
    assert told(client, "/thuong-truc/lap-ke-hoach", **fields) == [
        "tự đánh giá: Hãy ghi giờ và ngày, ví dụ 17:00 30/11/2026."
    ]
    fields["self-closes"] = "17:00 30/11/2030"
    assert told(client, "/thuong-truc/lap-ke-hoach", **fields) == ["Đã lập kế hoạch năm 2026."]
    with year.inside("nho") as session:
        draft = session.scalars(select(Campaign).where(Campaign.stage == "draft")).one().id
    page = read(client, f"/thuong-truc/{draft}")
    assert "Tự đánh giá Sắp tới 8 giờ 00 ngày 01/11/2030 – 17 giờ 00 ngày 30/11/2030" in page
    assert "Nên xem thời hạn Các bước chưa có thời hạn" in page
    assert told(client, f"/thuong-truc/{draft}/thoi-han") == ["Đã đặt thời hạn các bước."]
    assert told(client, f"/thuong-truc/{draft}/mo") == ["Đã mở kỳ đánh giá năm 2026."]
    assert "Mở kỳ đánh giá" not in read(client, f"/thuong-truc/{draft}")
    with year.inside("nho") as session:
        assert session.get_one(Campaign, draft).stage == "open"
        ours = CampaignWindow.campaign_id == draft
        assert session.scalars(select(CampaignWindow).where(ours)).all() == []
    assert told(client, f"/thuong-truc/{draft}/dong") == ["Đã đóng kỳ đánh giá."]


def test_table_of_figures_is_looked_at_before_it_is_taken(year: Web) -> None:
    client = year.client("secretariat")
    path = f"{DESK}/so-lieu/sipas"
    wrong = send(
        client, f"{path}/xem-truoc", TABLE.format("85,5").replace("Hai", "Hay"), source="B"
    )
    assert "Dòng 3: không có đơn vị “Sở Hay” trong kỳ đánh giá. Gần giống: Sở Hai, Sở Ba." in wrong
    assert ("1 dòng chưa nhận ra" in wrong, "Ghi số liệu này" in wrong) == (True, False)
    for value in ("85,5", "88"):
        page = send(client, f"{path}/xem-truoc", TABLE.format(value), source="Báo cáo 1")
        assert f"2 Sở Một Sở Một {value} 3 Sở Hai Sở Hai 80 4 UBND Xã Một Xã Một 77,25" in plain(
            page
        )
        assert "Chưa có trong tệp (1 đơn vị):" in page
        sealed = hidden(page, "table")
        assert (
            "thay đổi. Hãy tính lại kết quả."
            in told(client, f"{path}/nhap", table=sealed, source="Báo cáo 1")[0]
        )
    assert (
        client.post(
            f"{path}/nhap", data={"csrf_token": form_token(client), "table": sealed + "x"}
        ).status_code
        == 400
    )
    with year.inside("nho") as session:
        first, second = session.scalars(select(FigureImport.id).order_by(FigureImport.number))
    page = read(client, f"{path}?truoc={first}&sau={second}")
    assert "Sở Một: Mức độ hài lòng (%) 85,5 → 88." in page
    assert told(client, f"{path}/quay-lai", **{"import": first, "reason": "Nhầm"}) == [
        "Đã nhập lần 3: 1 đơn vị thay đổi. Hãy tính lại kết quả."
    ]
    assert "Lần 3 đang dùng giống lần 1" in read(client, path)


def test_survey_that_is_not_held_says_why(year: Web) -> None:
    client = year.client("secretariat")
    path = f"{DESK}/so-lieu/sipas"
    assert told(client, f"{path}/khong-to-chuc") == ["Lý do: Hãy ghi lý do không tổ chức điều tra."]
    assert told(client, f"{path}/khong-to-chuc", reason="Chưa có kinh phí") == [
        "Đã khai là không tổ chức; hãy tính lại kết quả."
    ]
    assert "Mức độ hài lòng Điều tra xã hội học 2.1 Mức độ hài lòng 4 Không tổ chức " \
        "Chưa có kinh phí" in read(client, f"{DESK}/so-lieu")  # fmt: skip
    assert told(client, f"{path}/co-to-chuc") == ["Đã bỏ khai báo không tổ chức."]


def test_officials_survey_from_opening_to_its_figures(year: Web) -> None:
    client = year.client("secretariat")
    path = f"{DESK}/khao-sat/can-bo"
    assert told(client, path, **{"about-ld": "so"}) == [
        "Công chức: Hãy chọn nhóm này đánh giá những đơn vị nào."
    ]
    assert told(client, path, **{"about-ld": "so", "about-cc": "own"}) == [
        "Đã mở phiếu khảo sát. Hãy phát mã cho từng nhóm."
    ]
    form = "/thuong-truc/khao-sat/1"
    page = read(client, form)
    assert "Lãnh đạo 0/3 đơn vị đủ phiếu, tối thiểu 2" in page
    assert "Công chức 0/4 đơn vị đủ phiếu, tối thiểu 3" in page
    data = {"csrf_token": form_token(client), "group": "ld", "count": 3}
    slips = client.post(f"{form}/ma", data=data)
    codes = re.findall(r"<code>([A-Z0-9-]{11})</code>", slips.text)
    assert (len(codes), slips.headers["Cache-Control"]) == (3, "no-store")
    assert f"http://localhost/khao-sat/nho/1#{codes[0]}" not in slips.text  # drawn, not written
    assert "style-src 'sha256-" in slips.headers["Content-Security-Policy"]
    with year.inside("nho") as session:
        assert len(session.scalars(select(SurveyCode)).all()) == 3
        unit = unit_id(session, "so-mot")
    paper = f"{form}/phieu-giay?group=ld&unit={unit}"
    counted = {"version": hidden(client.get(paper).text, "version"), "forms": "2", "3.1.a": "2"}
    assert told(client, paper, **{**counted, "3.2.b": "hai"}) == [
        "3.2, Khá: Hãy ghi một số nguyên, ví dụ 12."
    ]
    assert told(client, paper, **{**counted, "3.2.b": "2"}) == ["Đã ghi phiếu giấy."]
    assert told(client, paper, **counted) == [
        "Phiếu giấy vừa được người khác nhập. Hãy tải lại rồi nhập tiếp."
    ]
    assert told(client, f"{form}/dong") == [
        "Khảo sát đã kết thúc; số phiếu đã thành số liệu của các tiêu chí."
    ]
    assert "Sở Một đã đủ 0 2" in read(client, form)
    with year.inside("nho") as session:
        rows = session.scalars(select(FigureImport)).one().rows
        figures = next(row["figures"] for row in rows if row["unit_id"] == unit)
        assert (figures["3.1/ld.a"], figures["3.2/ld.b"]) == (2, 2)
        assert len(session.scalars(select(SurveyCount)).all()) == 14
    assert told(client, f"{form}/mo-lai", reason="Còn phiếu") == [
        "Phiếu khảo sát nhận trả lời trở lại."
    ]


def fill(year: Web, points: int) -> None:
    """Everything that ``nho`` needs for a final result, 1.2 of Sở Một at so many points."""
    with year.inside("nho") as session:
        campaign = campaign_of(session)
        for unit in campaign.units:
            figures = {
                "1.1": {"numerator": 1, "denominator": 2},
                "1.2": {"points": points * 10_000},
            }
            if unit.name == "Sở Ba":
                del figures["1.1"]
            for stage in ("self", "appraised"):
                save_entries(
                    session, campaign_id=CAMPAIGN, unit_id=unit.unit_id, stage=stage,
                    inputs=figures, by=COMMAND, at=START - 3 * DAY,
                )  # fmt: skip
            answers = {f"{group}.{code}": 5 for group in ("ld", "cc") for code in "abc"}
            save_entries(
                session, campaign_id=CAMPAIGN, unit_id=unit.unit_id, stage="survey", by=COMMAND,
                inputs={"2.1": {"percent": 800_000}, "3.1": answers, "3.2": answers}, at=START,
            )  # fmt: skip


def test_result_is_adopted_published_petitioned_and_corrected(year: Web) -> None:
    fill(year, 10)
    client = year.client("secretariat")
    assert told(client, f"{DESK}/tinh") == ["Đã tính bản kết quả số 1."]
    version = version_of(year, 1)
    first = f"/thuong-truc/ban/{version}"
    page = read(client, first)
    now = "Nếu công bố bây giờ Kết quả tạm tính Chưa phải là kết quả chính thức vì: Hội đồng"
    assert now in page
    minutes = {"number": "5/BB", "held_on": "mai", "members": "Bà A\n\n Ông B "}
    assert told(client, f"{first}/thong-qua", **minutes) == [
        "Ngày họp: Hãy ghi ngày/tháng/năm, ví dụ 01/07/2025."
    ]
    minutes["held_on"] = f"{START - DAY:%d/%m/%Y}"
    assert told(client, f"{first}/thong-qua", **minutes) == ["Đã ghi việc Hội đồng thông qua."]
    with year.inside("nho") as session:
        assert session.scalars(select(Adoption.members)).one() == ["Bà A", "Ông B"]
    assert told(client, f"{first}/cong-bo") == ["Đã công bố: kết quả chính thức."]

    officer = year.client("officer")
    about = {"unit": mine(year), "leaf": "1.2", "text": "Đề nghị xem lại 1.2"}
    assert told(officer, f"/kien-nghi/{CAMPAIGN}", **about) == ["Đã gửi kiến nghị."]
    assert "tiêu chí 1.2" in read(client, f"/kien-nghi/{CAMPAIGN}")
    assert (
        "1.2" not in read(year.client("xa"), f"/kien-nghi/{CAMPAIGN}").partition("Kiến nghị đã")[2]
    )
    answer = {"petition": 1, "answer": "Tiếp thu, sửa 1.2"}
    assert told(client, f"/kien-nghi/{CAMPAIGN}/tra-loi", **answer) == [
        "Trả lời: Hãy chọn tiếp thu hoặc không tiếp thu."
    ]
    assert told(client, f"/kien-nghi/{CAMPAIGN}/tra-loi", **answer, accepted="yes") == [
        "Đã trả lời kiến nghị."
    ]

    fill(year, 12)
    told(client, f"{DESK}/tinh")
    second = f"/thuong-truc/ban/{version_of(year, 2)}"
    told(client, f"{second}/thong-qua", **minutes)
    page = read(client, second)
    assert "Nếu công bố bây giờ Kết quả điều chỉnh Trả lời 1 kiến nghị đã được tiếp thu." in page
    assert "Khác bản số 1 năm 2025, bản đã công bố trước đó 4" in page
    assert "1.2 Trang thông tin: 10 → 12 (+2 điểm), số liệu thay đổi." in page
    assert told(client, f"{second}/cong-bo") == [
        "Lý do: Năm này đã có kết quả chính thức; hãy ghi lý do điều chỉnh."
    ]
    assert told(client, f"{second}/cong-bo", reason="Theo kiến nghị") == [
        "Đã công bố: kết quả điều chỉnh."
    ]
    assert "Kết quả điều chỉnh, bản số 2" in read(officer, f"/kien-nghi/{CAMPAIGN}")
    assert "Toàn tỉnh" in read(year.client("leader"), f"{second}/diem-mat")
    compared = read(year.client("leader"), f"{second}/so-sanh?voi={version}")
    assert "bản số 1 năm 2025 → bản số 2 năm 2025 4" in compared
    shaken = f"{second}/khoang-hang?suat=1&lech="
    page = read(client, f"{shaken}5")
    assert "mỗi tiêu chí lệch tối đa 5% điểm tối đa" in page
    assert "1 Xã Một 1 1, 1 100,0 %" in page
    assert "2 Sở Hai 2–3 2, 3 0,0 %" in page
    assert "Mỗi tiêu chí lệch: Hãy ghi một số từ trên 0 đến 100" in read(client, f"{shaken}x")
    assert officer.get(second).status_code == 403


def version_of(year: Web, number: int) -> int:
    with year.inside("nho") as session:
        return session.scalars(select(ResultVersion.id).where(ResultVersion.number == number)).one()


def mine(year: Web) -> int:
    with year.inside("nho") as session:
        return unit_id(session, "so-mot")


def test_pages_ask_as_often_for_many_rows_as_for_few(year: Web) -> None:
    client = year.client("secretariat")
    with year.inside("nho") as session:
        version = compute_results(session, campaign_id=CAMPAIGN, by=COMMAND, plugin_version="1").id
        session.add(_petition(version, 0, unit_id(session, "so-hai")))
    pages = ["/thuong-truc", DESK, f"{DESK}/don-doc", f"{DESK}/ket-qua", f"/kien-nghi/{CAMPAIGN}"]
    before = [year.count_queries(lambda path=path: read(client, path)) for path in pages]  # type: ignore[misc]
    with year.inside("nho") as session:
        for number in range(5):
            session.add(
                Campaign(
                    year=1990 + number,
                    title="Cũ",
                    stage="closed",
                    opens_on=START.date(),
                    illustrative=False,
                )
            )
            compute_results(session, campaign_id=CAMPAIGN, by=COMMAND, plugin_version="1")
            session.add(_petition(version, number + 1, unit_id(session, "so-hai")))
    assert [year.count_queries(lambda path=path: read(client, path)) for path in pages] == before  # type: ignore[misc]
    assert client.get(f"/kien-nghi/{CAMPAIGN}").text.count('<article class="petition"') == 6
    assert said(client.get(DESK).text) == []


def _petition(version: int, number: int, unit: int) -> Petition:
    return Petition(
        campaign_id=CAMPAIGN, version_id=version, unit_id=unit, leaf=f"{number}", text="Thử",
        filed_at=START,
    )  # fmt: skip
