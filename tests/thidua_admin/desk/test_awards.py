"""Rounds of awards on the desk: who may do what there, what is said, what stays."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from tests.awarding import HELD
from tests.thidua_admin.conftest import COMMAND, MAU, NOW, Web, post, said

from thidua.store.awards import AwardProposal, AwardRound, Nomination
from thidua.store.councils import CouncilMeeting, CouncilMember
from thidua.store.people import Membership, Role, User
from thidua.store.results import ResultVersion
from thidua.work.councils import MemberFacts, set_up_council
from thidua.work.papers import PaperFacts

ROUND = "/khen-thuong/1"


@pytest.fixture
def unit_id(web: Web) -> int:
    """The unit of the officer."""
    with web.inside() as session:
        query = select(Membership.unit_id).join(User).where(User.username == "officer")
        return session.scalars(query).one() or 0


def nominations(web: Web) -> list[Nomination]:
    """All of the first province, oldest first."""
    with web.inside() as session:
        found = session.scalars(select(Nomination).order_by(Nomination.id)).all()
        session.expunge_all()
    return list(found)


def read(client: FlaskClient, path: str) -> str:
    """What is read on a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", client.get(path).text)).split())


def told(client: FlaskClient, path: str, **fields: object) -> list[str]:
    """What the page says after a form was sent."""
    answer = post(client, path, **fields)
    assert answer.status_code == 302
    return said(client.get(answer.headers["Location"]).text)


def test_rounds_say_whether_they_are_open_and_why_one_is_held(web: Web) -> None:
    page = read(web.client("leader"), "/khen-thuong")
    assert f"Khen thưởng {MAU}" in page
    assert "Năm 2025 Năm 2025 Đang nhận đề nghị 1" in page
    assert f"Năm 2026 Năm 2026 Tạm dừng {HELD} –" in page


def test_round_shows_places_and_nominations_marked(web: Web) -> None:
    page = read(web.client("council"), ROUND)
    assert "Tập thể sở Tập thể 01" in page
    assert "Cá nhân được chọn suất dành riêng, xét trước Cá nhân 01" in page
    assert f"Bà {MAU}" in page
    assert "Chưa công bố kết quả chính thức năm 2025." in page


def test_held_round_is_not_opened_and_says_why(web: Web) -> None:
    client = web.client("secretariat")
    fields = {"scheme": "khen-cchc", "year": 2026, "decides_on": "15/03/2027"}
    assert told(client, "/khen-thuong", **fields) == [
        f"Đợt năm 2026 đang tạm dừng: {HELD} Khi đã có văn bản điều chỉnh, hãy nhập cách xét khen "
        "sửa đổi rồi mở lại."
    ]
    assert told(client, "/khen-thuong", **{**fields, "decides_on": "mai"}) == [
        "Ngày xét: Hãy ghi ngày/tháng/năm, ví dụ 01/07/2025."
    ]
    with web.inside() as session:
        assert [row.year for row in session.scalars(select(AwardRound))] == [2025]


def test_officer_puts_the_own_unit_forward_and_withdraws(web: Web, unit_id: int) -> None:
    client = web.client("officer")
    fields = {"nominator": unit_id, "unit": unit_id}
    assert told(client, f"{ROUND}/tap-the", **fields) == ["Đã ghi đề nghị khen tập thể."]
    made = nominations(web)[-1]
    assert (made.recipient, made.unit_id, made.nominator_id) == ("collective", unit_id, unit_id)
    page = read(client, ROUND)
    assert ("Bạn thấy đề nghị của đơn vị mình." in page, MAU in page) == (True, True)
    assert f"Bà {MAU}" not in page
    assert told(client, f"{ROUND}/rut", nomination=made.id, reason="Nhầm") == [
        "Đã rút đề nghị; đề nghị vẫn được lưu."
    ]
    assert nominations(web)[-1].withdrawn_at is not None


def test_officer_is_refused_for_others_with_a_sentence(web: Web, unit_id: int) -> None:
    other = nominations(web)[0]
    client = web.client("officer")
    fields = {"nominator": other.nominator_id, "unit": other.unit_id, "name": "Ông Ai"}
    assert other.nominator_id != unit_id
    assert told(client, f"{ROUND}/ca-nhan", **fields) == [
        "Bạn chỉ đề nghị khen thưởng thay mặt đơn vị mình."
    ]
    assert told(client, f"{ROUND}/rut", nomination=other.id, reason="x") == [
        "Không có đề nghị này, hoặc đề nghị do đơn vị khác lập."
    ]
    assert told(client, f"{ROUND}/de-xuat") == [
        "Bạn không có quyền lập đề xuất khen thưởng. Việc này dành cho: Thường trực (Sở Nội vụ), "
        "Quản trị của tỉnh."
    ]
    assert [item.id for item in nominations(web)] == [other.id]


def test_secretariat_nominates_answers_and_proposes(web: Web) -> None:
    first = nominations(web)[0]
    client = web.client("secretariat")
    fields = {"nominator": first.unit_id, "unit": first.unit_id, "name": "Bà Hai", "title": "Bậc 2"}
    assert told(client, f"{ROUND}/ca-nhan", **fields, category="cong_chuc") == [
        "Đã ghi đề nghị khen cá nhân."
    ]
    made = nominations(web)[-1]
    assert (made.person_name, made.person_title, made.person_category) == (
        "Bà Hai", "Bậc 2", "cong_chuc",
    )  # fmt: skip
    answer = {"nomination": made.id, "version": made.row_version, "code": "sang-kien"}
    assert told(client, f"{ROUND}/tra-loi", **answer, answer="co", basis="QĐ 5") == [
        "Trả lời: Hãy chọn có hoặc không."
    ]
    assert told(client, f"{ROUND}/tra-loi", **answer, answer="yes", basis="QĐ 5") == [
        "Đã ghi câu trả lời."
    ]
    assert nominations(web)[-1].answers == {
        "sang-kien": {"answer": True, "basis": "QĐ 5", "by": "Bà secretariat", "confirmed": True}
    }
    assert told(client, f"{ROUND}/tra-loi", **answer, answer="no", basis="QĐ 5") == [
        "Đề nghị này vừa được người khác sửa. Hãy tải lại rồi trả lời tiếp."
    ]
    assert told(client, f"{ROUND}/de-xuat") == [
        "Chưa công bố kết quả chính thức năm 2025. Hãy công bố kết quả rồi lập đề xuất."
    ]


def vote_here(web: Web) -> int:
    """A meeting in which the council's member votes here on the one nominee; the nominee's id."""
    with web.inside() as session:
        nominee = session.scalars(select(Nomination)).one()
        user = session.scalars(select(User.id).where(User.username == "council")).one()
        council = set_up_council(
            session, name="Hội đồng", paper=PaperFacts("1/QĐ", date(2026, 1, 2)), by=COMMAND,
            members=[MemberFacts("Bà Mẫu", "Chủ tịch", user_id=user)], at=NOW,
        )  # fmt: skip
        line = {
            "nomination": nominee.id, "name": nominee.person_name, "unit": "Xã", "title": "",
            "nominator": "Xã", "recipient": "person", "outcome": "chosen", "slots": ["cn-khac"],
            "words": "", "findings": {},
        }  # fmt: skip
        proposal = AwardProposal(
            round_id=nominee.round_id, number=1, scheme_hash="", engine_version="1", made_by="Bà",
            document={"lines": [line], "ties": [], "gaps": [], "moved": [], "illustrative": True},
        )  # fmt: skip
        session.add(proposal)
        session.flush()
        ids = list(session.scalars(select(CouncilMember.id)))
        meeting = CouncilMeeting(
            council_id=council.id, round_id=nominee.round_id, proposal_id=proposal.id,
            held_on=date(2026, 1, 3), how="here", members=ids, present=ids, opened_at=NOW,
        )  # fmt: skip
        session.add(meeting)
        return nominee.id


def test_a_member_of_the_council_votes_once(web: Web) -> None:
    ballot = f"{ROUND}/phieu-bau"
    client = web.client("council")
    assert "Không có phiếu để bỏ" in read(client, ballot)
    nominee = vote_here(web)
    assert f'href="{ballot}"' in client.get(ROUND).text
    assert f"Bà {MAU}, Xã (Đề xuất khen) Đồng ý Không đồng ý" in read(client, ballot)
    [meeting] = re.findall(r'name="meeting" value="(\d+)"', client.get(ballot).text)
    assert told(client, ballot, meeting=meeting) == [
        "Phiếu: Hãy trả lời mọi đề nghị trên phiếu, mỗi đề nghị một lựa chọn."
    ]
    choice = {f"phieu-{nominee}": "disagree"}
    assert told(client, ballot, meeting=int(meeting) + 1, **choice) == [
        "Không có phiên họp này trong tỉnh đang làm việc."
    ]
    assert told(client, ballot, meeting=meeting, **choice) == [
        "Đã bỏ phiếu. Phiếu không sửa được và không ai xem được."
    ]
    assert "Bạn đã bỏ phiếu" in read(client, ballot)
    assert f'href="{ballot}"' not in client.get(ROUND).text
    with web.inside() as session:
        meeting = session.scalars(select(CouncilMeeting)).one()
        assert meeting.tally == {str(nominee): {"agree": 0, "disagree": 1, "blank": 0}}


def _publish(web: Web) -> None:
    """A final result of the round's index year without a line."""
    with web.inside() as session:
        session.add(
            ResultVersion(
                campaign_id=1, year=2025, number=1, kind="final", title="Kết quả", reason="",
                illustrative=True, engine_version="1", rules_version="1", plugin_version="1",
                grading={}, published_at=session.get_one(AwardRound, 1).opened_at,
            )
        )  # fmt: skip


def test_proposal_is_shown_with_its_reasons_and_goes_stale(web: Web) -> None:
    _publish(web)
    client = web.client("secretariat")
    assert told(client, f"{ROUND}/de-xuat") == ["Đã lập đề xuất từ các đề nghị đang có."]
    page = read(client, ROUND)
    assert "Đề xuất số 1" in page
    assert "SỐ LIỆU MINH HỌA" in page
    assert "Cần xác minh Chưa xét vào suất cá nhân khác" in page
    assert "Còn trống 01 suất tập thể sở: không còn đề nghị nào đủ điều kiện." in page
    assert "Hãy lập đề xuất mới" not in page
    first = nominations(web)[0]
    told(client, f"{ROUND}/rut", nomination=first.id, reason="Xin rút")
    assert "Hãy lập đề xuất mới" in read(client, ROUND)
    with web.inside() as session:
        assert session.scalars(select(AwardProposal.number)).all() == [1]


def test_workbook_says_what_the_page_says(web: Web) -> None:
    _publish(web)
    client = web.client("secretariat")
    told(client, f"{ROUND}/de-xuat")
    sheet = load_workbook(BytesIO(client.get(f"{ROUND}.xlsx").data)).active
    assert sheet is not None
    rows = [[cell for cell in row if cell] for row in sheet.iter_rows(values_only=True)]
    assert ["SỐ LIỆU MINH HỌA"] in rows
    assert [row[:2] for row in rows if row and row[0] == 1] == [[1, f"Bà {MAU}"]]
    assert [row[0] for row in rows if row and str(row[0]).startswith("Còn trống")] == [
        "Còn trống 01 suất tập thể sở: không còn đề nghị nào đủ điều kiện.",
        "Còn trống 01 suất tập thể xã: không còn đề nghị nào đủ điều kiện.",
        "Còn trống 01 suất cá nhân khác: 01 đề nghị còn phải xác minh.",
        "Còn trống 01 suất cá nhân được chọn: 01 đề nghị còn phải xác minh.",
    ]


@pytest.mark.parametrize("role", ["leader", "council", "auditor"])
def test_readers_see_all_and_no_form(web: Web, role: Role) -> None:
    page = web.client(role).get(ROUND).text
    assert f"Bà {MAU}" in page
    assert 'action="/khen-thuong' not in page


def test_appraiser_does_not_see_awards_in_the_sidebar(web: Web) -> None:
    assert "Xét khen thưởng" not in web.client("appraiser").get("/").text
    assert "Xét khen thưởng" in web.client("leader").get("/").text


def test_pages_ask_as_often_for_many_nominations_as_for_one(web: Web) -> None:
    client = web.client("secretariat")
    pages = ["/khen-thuong", ROUND]
    before = [web.count_queries(lambda path=path: client.get(path)) for path in pages]  # type: ignore[misc]
    first = nominations(web)[0]
    with web.inside() as session:
        for number in range(30):
            session.add(
                Nomination(
                    round_id=1, nominator_id=first.nominator_id, unit_id=first.unit_id,
                    dossier_id=first.dossier_id, recipient="person",
                    person_name=f"Ông Số {number}", person_title="", answers={},
                )
            )  # fmt: skip
    assert [web.count_queries(lambda path=path: client.get(path)) for path in pages] == before  # type: ignore[misc]
    assert client.get(ROUND).text.count('<details class="nomination">') == 31
