"""An Giang's awards: the rounds of 2023 to 2029, the closing award, and procedure control in 2021.

Figures, persons and what dossiers say are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import outcomes
from tests.factories import COMMAND
from tests.years.awarded import agreed, choose, decide, followed_back, invent, prove, put, why_not
from tests.years.scored import score

from thidua.errors import Conflict
from thidua.registry import load_province
from thidua.spec.awards import AwardScheme
from thidua.spec.base import Provenance
from thidua.spec.document import document
from thidua.spec.loading import parse
from thidua.store.awards import AwardRound
from thidua.work.award_displaced import if_added
from thidua.work.award_page import list_rounds, round_page
from thidua.work.awards import amend_scheme, open_round, propose_awards
from thidua.work.intake import take_in
from thidua.work.legal import enter_regime
from thidua.work.provinces import apply_province
from thidua_angiang.plugin import province

SPEC = load_province("angiang", province).spec
YEARLY, PROCEDURES, CLOSING = SPEC.award_schemes
DECIDES_ON = date(2025, 3, 31)
RESERVED = ["hoan-thanh-xuat-sac", "dong-gop-tich-cuc", "ban-chi-dao-chon"]
WEAK = {"so-noi-vu": 0, "so-tu-phap": 1, "so-tai-chinh": 1, "so-ngoai-vu": 14}
AMENDMENT = {"title": "Văn bản điều chỉnh (minh họa)", "provenance": "illustrative"}


@pytest.fixture
def applied(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """An Giang as its data say it."""
    with sessions() as session:
        apply_province(session, spec=SPEC, by=COMMAND)
        yield session


def opened(session: Session, scheme: AwardScheme, year: int, on: date) -> AwardRound:
    return open_round(session, scheme=scheme.code, year=year, decides_on=on, by=COMMAND)


def the_round_of_2024_is_decided(scored: Session) -> None:
    """Filled as far as can be, the rest said; the council takes one of equals; decided."""
    round_ = opened(scored, YEARLY, 2024, DECIDES_ON)
    put(scored, round_, "so-noi-vu")
    tied = [put(scored, round_, key) for key in ("so-tu-phap", "so-tai-chinh")]
    for key in ("so-ngoai-vu", "huyen-minh-hoa-01"):
        put(scored, round_, key)
    people = {
        key: put(scored, round_, key, f"Người minh họa {number}")
        for number, key in enumerate(
            ["so-y-te", "so-xay-dung", "so-noi-vu", "so-tu-phap", "so-cong-thuong", "van-phong"], 1
        )
    }
    prove(scored, people["so-noi-vu"], RESERVED)
    invent(scored, people["so-noi-vu"], "Bộ Nội vụ", "ministry")
    prove(scored, people["so-y-te"], RESERVED[:2])
    made = propose_awards(scored, round_id=round_.id, by=COMMAND)
    assert outcomes(made.document) == [
        ("Sở Nội vụ", "chosen", ["tap-the-cap-tinh"]),
        ("Sở Tư pháp", "tied", ["tap-the-cap-tinh"]),
        ("Sở Tài chính", "tied", ["tap-the-cap-tinh"]),
        ("Huyện minh họa 01", "verify", []),
        ("Sở Ngoại vụ", "refused", []),
        ("Người minh họa 3", "chosen", ["ca-nhan-ban-chi-dao"]),
        ("Người minh họa 4", "chosen", ["ca-nhan-khac"]),
        ("Người minh họa 1", "chosen", ["ca-nhan-khac"]),
        ("Người minh họa 2", "chosen", ["ca-nhan-khac"]),
        ("Người minh họa 5", "chosen", ["ca-nhan-khac"]),
        ("Người minh họa 6", "verify", []),
    ]
    assert [(tie["pick"], tie["slots"]) for tie in made.document["ties"]] == [
        (1, ["tap-the-cap-tinh"])
    ]
    assert [gap["words"] for gap in made.document["gaps"]] == [
        "Còn trống 02 suất tập thể cấp huyện, cấp xã: 01 đề nghị còn phải xác minh.",
        "Còn trống 01 suất cá nhân do Ban Chỉ đạo cải cách hành chính tỉnh chọn: "
        "05 đề nghị còn phải xác minh.",
    ]
    assert followed_back(scored, made.document) == 18
    page = round_page(scored, round_id=round_.id, by=COMMAND)
    assert (page.form, page.illustrative) == ("Bằng khen của Chủ tịch UBND tỉnh", True)
    assert any("nguồn không nói dùng chỉ số năm nào" in note for note in page.notes)
    assert any("Luật Thi đua, khen thưởng số 06/2022/QH15" in note for note in page.notes)
    held_up = people["van-phong"].id
    added = if_added(scored, round_id=round_.id, nomination_id=held_up, by=COMMAND)
    assert (added.slots, added.words) == (
        ("ca-nhan-ban-chi-dao",), "Thêm Người minh họa 6 thì không ai bị thay: còn suất trống."
    )  # fmt: skip
    meeting = agreed(scored, round_, date(2025, 4, 2))
    choose(scored, meeting, tied[1], "tap-the-cap-tinh")
    choose(scored, meeting, tied[0], "")
    granted = decide(scored, round_, "500/QĐ-UBND", date(2025, 4, 10))
    assert [item.name for item in granted] == [
        "Sở Nội vụ", "Sở Tài chính", *(f"Người minh họa {number}" for number in (3, 4, 1, 2, 5))
    ]  # fmt: skip


def whoever_breaks_a_rule_is_told_which(scored: Session) -> None:
    round_ = opened(scored, YEARLY, 2024, DECIDES_ON)

    def said(key: str, slot: str, name: str = "", **more: Any) -> list[str]:
        return why_not(scored, round_, put(scored, round_, key, name, **more), slot)

    assert said("so-ngoai-vu", "tap-the-cap-tinh") == [
        "Sở Ngoại vụ chỉ số 35,00%, hạng 17 trong Sở, ban, ngành tỉnh, xếp loại Yếu, theo kết quả "
        "chính thức năm 2024, bản số 1: chưa đạt xếp loại từ Khá trở lên."
    ]
    assert said("so-noi-vu", "tap-the-huyen-xa") == [
        "Sở Nội vụ thuộc cấp tỉnh; suất này dành cho cấp huyện, cấp xã."
    ]
    assert said("so-y-te", "ca-nhan-khac", "Người minh họa 2") == []
    assert said("so-y-te", "ca-nhan-khac", "Người minh họa 3") == [
        "Sở Y tế đề nghị 02 cá nhân, vượt quá 01; phải rút bớt 01 rồi mới xét."
    ]
    official = put(scored, round_, "so-xay-dung", "Người minh họa 4", category="vien_chuc")
    prove(scored, official, RESERVED[:1], answer=False)
    prove(scored, official, RESERVED[1:])
    invent(scored, official, "UBND tỉnh", "province")
    take_in(
        scored, dossier_id=official.dossier_id, number="1", received_on=date(2025, 2, 1),
        by=COMMAND, at=official.made_at,
    )  # fmt: skip
    assert why_not(scored, round_, official, "ca-nhan-ban-chi-dao") == [
        "Người minh họa 4 là viên chức; suất này dành cho cán bộ, công chức.",
        "Đã xác nhận không cho điều kiện “hoàn thành xuất sắc nhiệm vụ” (Văn bản minh họa).",
        "Hồ sơ không có sáng kiến do Bộ Nội vụ công nhận: chỉ có “Sáng kiến minh họa” (UBND tỉnh "
        "công nhận, số 12/QĐ ngày 06/05/2021).",
    ]
    late = opened(scored, YEARLY, 2023, date(2025, 7, 1))
    assert why_not(scored, late, put(scored, late, "so-noi-vu"), "tap-the-cap-tinh")[0] == (
        "Sở Nội vụ đã kết thúc hoạt động ngày 30/06/2025, trước ngày xét 01/07/2025; không khen "
        "đơn vị đã giải thể."
    )
    commune = put(scored, late, "xa-minh-hoa-01")
    assert why_not(scored, late, commune, "tap-the-huyen-xa")[0] == (
        "Xã minh họa 01 không thuộc diện đề nghị: sở, ban, ngành tỉnh, UBND cấp huyện."
    )


def test_a_round_is_filled_and_whoever_breaks_a_rule_is_told(applied: Session) -> None:
    score(applied, SPEC, 2024, WEAK, others=3)
    with applied.begin_nested() as kept:
        whoever_breaks_a_rule_is_told_which(applied)
        kept.rollback()
    with pytest.raises(Conflict, match="chưa quy định cách bỏ phiếu"), applied.begin_nested():
        the_round_of_2024_is_decided(applied)
    old = document(YEARLY)
    vote = {"threshold": 70, "base": "members", "provenance": "illustrative"}
    basis = [*old["legal_basis"], AMENDMENT]
    voting = {**old, "version": "1a", "voting": vote, "legal_basis": basis}
    amend_scheme(applied, scheme=parse(AwardScheme, voting), by=COMMAND)
    the_round_of_2024_is_decided(applied)


def later_rounds_are_held_until_the_plan_is_amended(applied: Session) -> None:
    for year in range(2025, 2030):
        with pytest.raises(Conflict, match=f"Đợt năm {year} đang tạm dừng: Kế hoạch dành 02 suất"):
            opened(applied, YEARLY, year, date(2026, 3, 1))
    old = document(YEARLY)
    rounds = [{**item, "held": ""} for item in old["rounds"]]
    basis = [*old["legal_basis"], AMENDMENT]
    amended = {**old, "version": "2", "rounds": rounds, "legal_basis": basis}
    amend_scheme(applied, scheme=parse(AwardScheme, amended), by=COMMAND)
    for year in range(2025, 2030):
        page = round_page(
            applied, round_id=opened(applied, YEARLY, year, date(2026, 3, 1)).id, by=COMMAND
        )
        assert (page.scheme_version, page.illustrative) == ("2", True)


def the_closing_award_goes_by_the_law_of_the_day_it_is_considered(applied: Session) -> None:
    with pytest.raises(Conflict, match="Hình thức và số lượng khen tổng kết theo Luật Thi đua"):
        opened(applied, CLOSING, 2029, date(2029, 12, 1))
    old = document(CLOSING)
    quota = {"recipient": "collective", "count": 1, "slots": [
        {"code": "tong-ket", "label": "tập thể", "count": 1}
    ]}  # fmt: skip
    rounds = [{**old["rounds"][0], "held": ""}]
    basis = [*old["legal_basis"], AMENDMENT]
    told = {"version": "2", "rounds": rounds, "legal_basis": basis, "form": "bang-khen-chu-tich"}
    amend_scheme(applied, scheme=parse(AwardScheme, {**old, **told, "quotas": [quota]}), by=COMMAND)
    round_ = opened(applied, CLOSING, 2029, date(2029, 12, 1))
    nomination = put(applied, round_, "so-minh-hoa-01")
    [doubt] = why_not(applied, round_, nomination, "tong-ket")
    assert doubt.startswith(
        "Văn bản có hiệu lực vào ngày xét 01/12/2029: Luật Thi đua, khen thưởng số 06/2022/QH15; "
        "Luật sửa đổi, bổ sung Luật Thi đua, khen thưởng số 06/2026/QH16; "
    )
    assert "Chưa kiểm chứng: Luật sửa đổi, bổ sung" in doubt
    [amending] = [item for item in SPEC.legal_regimes if item.code == "luat-2026"]
    checked = amending.model_copy(update={"provenance": Provenance.OFFICIAL})
    enter_regime(applied, regime=checked, by=COMMAND)
    assert why_not(applied, round_, nomination, "tong-ket") == []


def procedure_control_of_2021_honours_results_or_an_initiative(applied: Session) -> None:
    round_ = opened(applied, PROCEDURES, 2021, date(2022, 1, 14))
    people = [
        put(applied, round_, key, f"Người minh họa {number}", by="van-phong")
        for number, key in enumerate(["so-y-te", "so-tu-phap", "so-xay-dung"], 1)
    ]
    prove(applied, people[0], ["thanh-tich-tthc"])
    prove(applied, people[1], ["thanh-tich-tthc"], answer=False)
    invent(applied, people[1], "UBND tỉnh", "province")
    prove(applied, people[2], ["thanh-tich-tthc"], answer=False)
    for person in people:
        if person.dossier.received_on is None:
            take_in(
                applied, dossier_id=person.dossier_id, number="1", received_on=date(2021, 12, 20),
                by=COMMAND, at=person.made_at,
            )  # fmt: skip
    made = propose_awards(applied, round_id=round_.id, by=COMMAND)
    assert (made.result_version_id, made.document["illustrative"]) == (None, True)
    assert outcomes(made.document) == [
        ("Người minh họa 1", "chosen", ["ca-nhan-tthc"]),
        ("Người minh họa 2", "chosen", ["ca-nhan-tthc"]),
        ("Người minh họa 3", "refused", []),
    ]
    assert made.document["lines"][1]["words"].endswith(
        "Có sáng kiến cấp tỉnh: “Sáng kiến minh họa” (UBND tỉnh công nhận, số 12/QĐ ngày "
        "06/05/2021)."
    )
    assert made.document["lines"][2]["words"] == (
        "Không đạt điều kiện “có thành tích trong thực hiện, kiểm soát thủ tục hành chính hoặc có "
        "sáng kiến” theo cách nào. Đã xác nhận không cho điều kiện “có thành tích trong thực hiện "
        "hoặc kiểm soát thủ tục hành chính” (Văn bản minh họa). Hồ sơ không có sáng kiến cấp tỉnh: "
        "không khai sáng kiến nào."
    )
    law = made.document["lines"][0]["findings"]["ca-nhan-tthc"]
    assert [item["facts"] for item in law if item["condition"] == "law"] == [
        {"luat-2003": "15/2003/QH11"}
    ]
    [line] = [item for item in list_rounds(applied, by=COMMAND) if item.round_id == round_.id]
    assert (line.year, line.index_year, line.proposals) == (2021, None, 1)


def test_rounds_wait_for_their_documents_and_go_by_their_law(applied: Session) -> None:
    later_rounds_are_held_until_the_plan_is_amended(applied)
    the_closing_award_goes_by_the_law_of_the_day_it_is_considered(applied)
    procedure_control_of_2021_honours_results_or_an_initiative(applied)
