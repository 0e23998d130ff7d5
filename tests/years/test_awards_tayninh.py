"""Tây Ninh's awards: three guidances of the movements to 2025, yearly and closing.

Figures, places of Châu Thành and numbers are invented, but for the two offices that the plan names.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import outcomes
from tests.factories import COMMAND
from tests.years.awarded import agreed, choose, decide, followed_back, prove, put, why_not
from tests.years.scored import score

from thidua.errors import Conflict
from thidua.registry import load_province
from thidua.spec.awards import AwardScheme
from thidua.spec.document import document
from thidua.spec.loading import parse
from thidua.store.awards import AwardRound
from thidua.work.award_page import round_page
from thidua.work.awards import add_scheme, open_round, propose_awards
from thidua.work.provinces import apply_province
from thidua_tayninh.plugin import province

SPEC = load_province("tayninh", province).spec
BODIES, DISTRICT, PROVINCE = SPEC.award_schemes
WEAK = {"huyen-chau-thanh": 2, "thi-xa-hoa-thanh": 0, "huyen-go-dau": 14, "so-noi-vu": 0}
DOSSIER = ["thanh-tich-xuat-sac", "hoan-thanh-nhiem-vu", "khong-ky-luat"]
OTHER = "thanh-tich-khac"
HAD = (
    "đã được tặng Giấy khen của Chủ tịch UBND huyện năm 2024 của “Phong trào thi đua thực hiện "
    "nhiệm vụ cải cách hành chính và kiểm soát thủ tục hành chính trên địa bàn huyện Châu Thành "
    "đến năm 2025” theo Quyết định số 30/QĐ-UBND ngày 10/03/2025. Hồ sơ chưa trả lời điều kiện "
    "“thành tích này chưa được khen ở lần khác”."
)
ENDED = "đã kết thúc hoạt động ngày 30/06/2025, trước ngày xét 20/01/2026"


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Tây Ninh with a published result of 2024."""
    with sessions() as session:
        apply_province(session, spec=SPEC, by=COMMAND)
        score(session, SPEC, 2024, WEAK, others=5)
        yield session


def opened(session: Session, scheme: AwardScheme, year: int, on: date) -> AwardRound:
    return open_round(session, scheme=scheme.code, year=year, decides_on=on, by=COMMAND)


def the_district_honours_by_its_own_index(session: Session) -> None:
    round_ = opened(session, DISTRICT, 2024, date(2025, 2, 20))
    rooms = [put(session, round_, f"{key}-chau-thanh") for key in ("phong-noi-vu", "van-phong")]
    commune = put(session, round_, "xa-chau-thanh-minh-hoa-01")
    stranger = put(session, round_, "so-noi-vu")
    person = put(session, round_, "van-phong-chau-thanh", "Người minh họa 1")
    waiting = put(session, round_, "xa-chau-thanh-minh-hoa-02", "Người minh họa 2")
    for nomination in (*rooms, commune):
        prove(session, nomination, DOSSIER[:1])
    prove(session, person, DOSSIER)
    prove(session, waiting, DOSSIER[:2])
    made = propose_awards(session, round_id=round_.id, by=COMMAND).document
    assert outcomes(made) == [
        ("UBND xã minh họa 01 huyện Châu Thành", "chosen", ["xa-thi-tran"]),
        ("Phòng Nội vụ huyện Châu Thành", "tied", ["phong-ban"]),
        ("Văn phòng HĐND và UBND huyện Châu Thành", "tied", ["phong-ban"]),
        ("Sở Nội vụ", "refused", []),
        ("Người minh họa 1", "chosen", ["ca-nhan-huyen"]),
        ("Người minh họa 2", "verify", []),
    ]
    assert made["ties"][0]["words"] == (
        "Phòng Nội vụ huyện Châu Thành, Văn phòng HĐND và UBND huyện Châu Thành bằng nhau (chỉ số "
        "94,00%) và tranh suất phòng, ban, ngành huyện: Hội đồng chọn 01 trong 02."
    )
    assert why_not(session, round_, waiting, "ca-nhan-huyen") == [
        "Hồ sơ chưa trả lời điều kiện “không bị kỷ luật, không đang bị xem xét kỷ luật”."
    ]
    assert why_not(session, round_, stranger, "xa-thi-tran")[0] == (
        "Sở Nội vụ không thuộc đối tượng được khen: phòng, ban, ngành huyện, đơn vị trực thuộc, "
        "UBND xã, thị trấn."
    )
    assert followed_back(session, made) == 10
    meeting = agreed(session, round_, date(2025, 3, 3))
    choose(session, meeting, rooms[0], "phong-ban")
    choose(session, meeting, rooms[1], "")
    choose(session, meeting, waiting, "")
    granted = decide(session, round_, "30/QĐ-UBND", date(2025, 3, 10))
    assert [(item.name, item.money) for item in granted] == [
        ("UBND xã minh họa 01 huyện Châu Thành", 600_000),
        ("Phòng Nội vụ huyện Châu Thành", 600_000),
        ("Người minh họa 1", 300_000),
    ]


def bodies_and_the_province_honour_too(session: Session) -> None:
    own = opened(session, BODIES, 2024, date(2025, 2, 20))
    people = [
        put(session, own, f"xa-chau-thanh-minh-hoa-0{number}", f"Người minh họa {number}")
        for number in (1, 2)
    ]
    prove(session, people[0], ["thanh-tich"])
    made = propose_awards(session, round_id=own.id, by=COMMAND).document
    assert [line["outcome"] for line in made["lines"]] == ["chosen", "verify"]
    round_ = opened(session, PROVINCE, 2024, date(2025, 2, 20))
    for key in ("so-noi-vu", "thi-xa-hoa-thanh", "huyen-chau-thanh", "huyen-go-dau"):
        put(session, round_, key)
    made = propose_awards(session, round_id=round_.id, by=COMMAND).document
    assert outcomes(made) == [
        ("Sở Nội vụ", "chosen", ["so-nganh"]),
        ("UBND thị xã Hòa Thành", "chosen", ["cap-huyen"]),
        ("UBND huyện Châu Thành", "chosen", ["cap-huyen"]),
        ("UBND huyện Gò Dầu", "refused", []),
    ]


def the_closing_award_finds_a_district_that_is_gone(session: Session) -> None:
    closing = opened(session, DISTRICT, 2025, date(2026, 1, 20))
    assert (
        "Phòng Nội vụ huyện đã kết thúc hoạt động ngày 30/06/2025; cần xác định nơi nhận, trình hồ "
        "sơ thay trước khi xét."
    ) in round_page(session, round_id=closing.id, by=COMMAND).notes
    room = put(session, closing, "phong-noi-vu-chau-thanh")
    person = put(session, closing, "van-phong-chau-thanh", "Người minh họa 1")
    prove(session, room, DOSSIER[:1])
    prove(session, person, DOSSIER)
    assert why_not(session, closing, room, "phong-ban") == [
        f"Phòng Nội vụ huyện Châu Thành {ENDED}; không khen đơn vị đã giải thể.",
        f"Phòng Nội vụ huyện Châu Thành {HAD}",
    ]
    assert why_not(session, closing, person, "ca-nhan-huyen") == [
        f"Văn phòng HĐND và UBND huyện Châu Thành {ENDED}; cần xác minh nơi công tác hiện nay.",
        f"Người minh họa 1 {HAD}",
    ]
    assert round_page(session, round_id=closing.id, by=COMMAND).conditions[OTHER] == (
        "thành tích này chưa được khen ở lần khác"
    )
    prove(session, person, [OTHER])
    assert why_not(session, closing, person, "ca-nhan-huyen") == [
        f"Văn phòng HĐND và UBND huyện Châu Thành {ENDED}; cần xác minh nơi công tác hiện nay."
    ]
    round_ = opened(session, PROVINCE, 2025, date(2026, 1, 20))
    district = put(session, round_, "huyen-chau-thanh")
    assert why_not(session, round_, district, "cap-huyen") == [
        f"UBND huyện Châu Thành {ENDED}; không khen đơn vị đã giải thể."
    ]
    made = propose_awards(session, round_id=round_.id, by=COMMAND).document
    assert [gap["words"] for gap in made["gaps"]] == [
        "Còn trống 02 suất sở, ban, ngành tỉnh: không còn đề nghị nào đủ điều kiện.",
        "Còn trống 02 suất UBND cấp huyện: không còn đề nghị nào đủ điều kiện.",
    ]


def a_guidance_may_come_while_the_movement_runs(session: Session) -> None:
    later = {**document(DISTRICT), "code": "huong-dan-bo-sung", "title": "Khen đột xuất"}
    made = add_scheme(session, scheme=parse(AwardScheme, later), by=COMMAND)
    assert (made.code, made.version) == ("huong-dan-bo-sung", "1")
    with pytest.raises(Conflict, match="huong-dan-bo-sung đã có"):
        add_scheme(session, scheme=parse(AwardScheme, later), by=COMMAND)


def test_three_guidances_honour_yearly_and_at_the_close(session: Session) -> None:
    the_district_honours_by_its_own_index(session)
    bodies_and_the_province_honour_too(session)
    the_closing_award_finds_a_district_that_is_gone(session)
    a_guidance_may_come_while_the_movement_runs(session)
