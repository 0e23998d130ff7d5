"""Completeness and sign-off: what is owed, who signs, what is frozen, what the code stands for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import OPENED_AT, criteria, domain, leaf, open_small, person, small_spec, unit_id

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.store.actor import Actor
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.sheets import SignOff
from thidua.work.completeness import Completeness, completeness
from thidua.work.entries import save_entry
from thidua.work.schedule import set_windows
from thidua.work.signoff import (
    Paper,
    code_of,
    current_check_code,
    sign_off,
    withdraw_sign_off,
)
from thidua.work.windows import Window

PAPER = Paper(number="12/BC-SM", signed_on=date(2026, 1, 14), signer="Ông Một, Giám đốc")


def enter(
    session: Session, campaign: Campaign, code: str, inputs: Mapping[str, int], text: str = ""
) -> None:
    save_entry(
        session, campaign_id=campaign.id, unit_id=unit_id(session, "so-mot"), leaf_code=code,
        stage="self", inputs=inputs, explanation=text, by=COMMAND, at=OPENED_AT,
    )  # fmt: skip


def fill(session: Session, campaign: Campaign) -> None:
    enter(session, campaign, "1.1", {"numerator": 40, "denominator": 40})
    enter(session, campaign, "1.2", {"points": 400_000})


def owed(session: Session, campaign: Campaign) -> Completeness:
    return completeness(
        session, campaign_id=campaign.id, unit_id=unit_id(session, "so-mot"), by=COMMAND
    )


def sign(session: Session, campaign: Campaign, by: Actor, **more: Any) -> SignOff:
    asked = {"at": OPENED_AT, **more}
    unit = unit_id(session, "so-mot")
    return sign_off(session, campaign_id=campaign.id, unit_id=unit, by=by, **asked)


def withdraw(session: Session, campaign: Campaign, by: Actor, **more: Any) -> SignOff:
    asked = {"at": OPENED_AT, "reason": "Nhập nhầm", **more}
    unit = unit_id(session, "so-mot")
    return withdraw_sign_off(session, campaign_id=campaign.id, unit_id=unit, by=by, **asked)


def gaps(found: Completeness) -> list[tuple[str, str, bool]]:
    return [(gap.leaf, gap.kind, gap.blocks) for gap in found.gaps]


def test_what_is_owed_shrinks_as_lines_are_entered(inside: Session, campaign: Campaign) -> None:
    steps = [(gaps(owed(inside, campaign)), owed(inside, campaign).words)]
    enter(inside, campaign, "1.1", {"numerator": 30, "denominator": 40})
    steps.append((gaps(owed(inside, campaign)), owed(inside, campaign).words))
    enter(inside, campaign, "1.1", {"numerator": 30, "denominator": 40}, "Mười việc chưa đến hạn")
    enter(inside, campaign, "1.2", {"points": 400_000})
    steps.append((gaps(owed(inside, campaign)), owed(inside, campaign).words))
    survey = ("2.1", "survey", False)
    assert steps == [
        (
            [("1.1", "input", True), ("1.2", "input", True), survey],
            "Còn 2 dòng, 0 thiếu minh chứng.",
        ),
        (
            [("1.1", "explanation", True), ("1.2", "input", True), survey],
            "Còn 1 dòng, 0 thiếu minh chứng.",
        ),
        ([survey], "Đã nhập đủ 2 dòng."),
    ]


def test_evidence_that_the_set_asks_for_is_owed_until_it_is_explained(
    sessions: sessionmaker[Session],
) -> None:
    asked = leaf("1.1", "Kế hoạch", 100, {"kind": "yes_no"}, evidence="Kế hoạch")
    one = criteria(
        domains=[domain("1", "Một", asked)], declared={}, exemption_groups=[], bonus_cap=0
    )
    with sessions() as session:
        campaign = open_small(session, small_spec(criteria_sets=[one]))
        enter(session, campaign, "1.1", {"value": 1})
        before = owed(session, campaign)
        enter(session, campaign, "1.1", {"value": 1}, "Công văn thay kế hoạch")
        after = owed(session, campaign)
    assert (gaps(before), gaps(after)) == (
        [("1.1", "evidence", True)], [("1.1", "evidence", False)],
    )  # fmt: skip
    assert (before.words, before.unevidenced) == (
        "Đã nhập đủ các dòng; 1 dòng thiếu minh chứng.", 1,
    )  # fmt: skip


def test_an_exempt_line_is_not_owed(inside: Session, campaign: Campaign) -> None:
    found = completeness(
        inside, campaign_id=campaign.id, unit_id=unit_id(inside, "so-ba"), by=COMMAND
    )
    assert gaps(found) == [("1.2", "input", True), ("2.1", "survey", False)]


def test_signed_figures_do_not_change_until_the_signature_is_withdrawn(
    inside: Session, campaign: Campaign
) -> None:
    fill(inside, campaign)
    officer = person(inside, "officer", "so-mot")
    row = sign(inside, campaign, officer)
    assert (row.how, row.signer, row.number, row.withdrawn_at) == ("click", officer.name, "", None)
    with pytest.raises(Conflict, match="đã được ký xác nhận nên không sửa được"):
        enter(inside, campaign, "1.2", {"points": 1})
    with pytest.raises(Conflict, match="Hãy rút xác nhận trước khi ký lại"):
        sign(inside, campaign, officer)
    save_entry(
        inside, campaign_id=campaign.id, unit_id=unit_id(inside, "so-mot"), leaf_code="1.2",
        stage="appraised", inputs={"points": 1}, by=COMMAND, at=OPENED_AT,
    )  # fmt: skip
    with pytest.raises(Invalid, match="Hãy ghi lý do rút xác nhận"):
        withdraw(inside, campaign, officer, reason=" ")
    withdraw(inside, campaign, officer)
    enter(inside, campaign, "1.2", {"points": 1}, "Chưa có trang riêng")
    again = sign(inside, campaign, officer)
    assert again.check_code != row.check_code
    rows = inside.scalars(select(SignOff).order_by(SignOff.id)).all()
    assert [(r.withdrawal, r.withdrawn_at) for r in rows] == [("Nhập nhầm", OPENED_AT), ("", None)]
    acts = inside.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("sheet.")))
    assert list(acts) == ["sheet.sign_off", "sheet.withdraw_sign_off", "sheet.sign_off"]


def test_what_is_owed_is_named_and_a_reason_lets_it_be_signed(
    inside: Session, campaign: Campaign
) -> None:
    enter(inside, campaign, "1.2", {"points": 400_000})
    officer = person(inside, "officer", "so-mot")
    with pytest.raises(Invalid) as refusal:
        sign(inside, campaign, officer)
    assert [(p.place, p.reason) for p in refusal.value.problems] == [
        ("1.1", "Chưa nhập: Số nhiệm vụ đã hoàn thành, Số nhiệm vụ được giao."),
        ("Lý do", "Hãy bổ sung, hoặc ghi lý do ký khi chưa đủ."),
    ]
    assert inside.scalars(select(SignOff)).all() == []
    assert sign(inside, campaign, officer, reason="Chờ số liệu quý IV").reason == (
        "Chờ số liệu quý IV"
    )


def test_only_the_unit_signs_and_the_secretariat_enters_papers(
    inside: Session, campaign: Campaign
) -> None:
    fill(inside, campaign)
    staff = person(inside, "secretariat")
    for other, words in (
        (person(inside, "officer", "so-hai"), "phiếu của đơn vị mình"),
        (staff, "Thường trực chỉ nhập văn bản đã ký"),
        (person(inside, "appraiser", "so-mot"), "Bạn không có quyền ký xác nhận"),
        (person(inside, "leader"), "Bạn không có quyền ký xác nhận"),
    ):
        with pytest.raises(NotAllowed, match=words):
            sign(inside, campaign, other)
    row = sign(inside, campaign, staff, paper=PAPER)
    assert (row.how, row.number, row.signed_on, row.signer) == (
        "paper", "12/BC-SM", date(2026, 1, 14), "Ông Một, Giám đốc",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("paper", "places"),
    [
        (Paper("", date(2026, 1, 14), " "), ["Số văn bản", "Người ký"]),
        (Paper("1", date(2026, 1, 16), "Ông Một"), ["Ngày ký"]),
    ],
)
def test_a_paper_without_number_signer_or_day_is_refused(
    inside: Session, campaign: Campaign, paper: Paper, places: list[str]
) -> None:
    fill(inside, campaign)
    with pytest.raises(Invalid) as refusal:
        sign(inside, campaign, COMMAND, paper=paper)
    assert [problem.place for problem in refusal.value.problems] == places
    assert inside.scalars(select(SignOff)).all() == []


def test_the_code_on_the_paper_must_be_the_code_on_the_screen(
    inside: Session, campaign: Campaign
) -> None:
    fill(inside, campaign)
    unit = unit_id(inside, "so-mot")
    code = current_check_code(inside, campaign_id=campaign.id, unit_id=unit, by=COMMAND)
    wrong = Paper(PAPER.number, PAPER.signed_on, PAPER.signer, "AAAA-AAAA")
    with pytest.raises(Conflict) as refusal:
        sign(inside, campaign, COMMAND, paper=wrong)
    assert str(refusal.value) == (
        f"Mã kiểm tra trên bản ký (AAAA-AAAA) khác mã của số liệu đang lưu ({code}). "
        "Hãy in lại bảng và trình ký lại."
    )
    typed = Paper(PAPER.number, PAPER.signed_on, PAPER.signer, code.lower().replace("-", " "))
    assert sign(inside, campaign, COMMAND, paper=typed).check_code == code


def test_after_the_term_only_the_secretariat_enters_a_paper(
    inside: Session, campaign: Campaign
) -> None:
    fill(inside, campaign)
    opens = OPENED_AT + timedelta(days=1)
    window = Window("self", opens, opens + timedelta(days=10))
    set_windows(inside, campaign_id=campaign.id, windows=[window], by=COMMAND, at=OPENED_AT)
    late, officer = opens + timedelta(days=10), person(inside, "officer", "so-mot")
    with pytest.raises(Conflict, match=r"^Chưa đến hạn tự đánh giá"):
        sign(inside, campaign, officer)
    sign(inside, campaign, officer, at=opens)
    with pytest.raises(Conflict, match=r"^Đã hết hạn tự đánh giá từ"):
        withdraw(inside, campaign, officer, at=late)
    withdraw(inside, campaign, person(inside, "secretariat"), at=late)
    with pytest.raises(Conflict, match=r"^Đã hết hạn tự đánh giá từ"):
        sign(inside, campaign, officer, at=late)
    sign(inside, campaign, person(inside, "secretariat"), at=late, paper=PAPER)
    with pytest.raises(NotFound, match="chưa được ký"):
        withdraw_sign_off(
            inside, campaign_id=campaign.id, unit_id=unit_id(inside, "so-ba"), reason="Thử",
            by=COMMAND, at=opens,
        )  # fmt: skip


ENTRIES = st.dictionaries(
    st.sampled_from(["1.1", "1.2", "2.2"]),
    st.tuples(st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 3)), st.text(max_size=2)),
)


@settings(max_examples=60)
@given(ENTRIES, ENTRIES)
def test_a_code_stands_for_the_figures_alone(one: Any, two: Any) -> None:
    shuffled = dict(reversed([*one.items()]))
    assert code_of([2026, "so", one]) == code_of([2026, "so", shuffled])
    assert (code_of([2026, "so", one]) == code_of([2026, "so", two])) == (one == two)
    assert len(code_of(one)) == 9
