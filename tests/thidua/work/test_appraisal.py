"""Appraising: who appraises what, one criterion across units, two rounds, explanations between."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.factories import COMMAND, make_membership
from tests.small import OPENED_AT, compute, person, unit_id

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.store.actor import Actor
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.people import Role, User
from thidua.store.sheets import EntryStage, ScoreEntry
from thidua.store.units import Unit
from thidua.work.appraisal import appraise_many
from thidua.work.assignments import assign, list_duties, name_substitute, node_duty
from thidua.work.campaigns import close_campaign
from thidua.work.criterion_page import CriterionPage, criterion_page, standing_out
from thidua.work.detail import Source, read_detail
from thidua.work.entries import save_entry
from thidua.work.explanations import answer_explanation, request_explanation
from thidua.work.schedule import set_windows
from thidua.work.sheet_page import SheetPage, SheetRow, sheet_page
from thidua.work.windows import Window

HALF, ALL = {"numerator": 20, "denominator": 40}, {"numerator": 40, "denominator": 40}


def save(
    session: Session,
    campaign: Campaign,
    unit: str,
    inputs: Mapping[str, int] = HALF,
    stage: EntryStage = "self",
    *,
    leaf: str = "1.1",
    text: str = "",
    by: Actor = COMMAND,
) -> ScoreEntry:
    return save_entry(
        session, campaign_id=campaign.id, unit_id=unit_id(session, unit), leaf_code=leaf,
        stage=stage, inputs=inputs, explanation=text, by=by, at=OPENED_AT,
    )  # fmt: skip


def sheet(
    session: Session, campaign: Campaign, by: Actor, unit: str = "so-mot", **more: Any
) -> SheetPage:
    asked: dict[str, Any] = {"at": OPENED_AT, **more}
    return sheet_page(
        session, campaign_id=campaign.id, unit_id=unit_id(session, unit), by=by, **asked
    )


def rows(page: SheetPage) -> dict[str, SheetRow]:
    return {row.code: row for domain in page.domains for row in domain.rows}


def across(session: Session, campaign: Campaign, by: Actor, leaf: str = "1.1") -> CriterionPage:
    return criterion_page(session, campaign_id=campaign.id, leaf_code=leaf, by=by)


def ask(session: Session, campaign: Campaign, by: Actor = COMMAND, **more: Any) -> int:
    asked: dict[str, Any] = {
        "leaf_code": "1.1",
        "question": "Vì sao một nửa?",
        "at": OPENED_AT,
        **more,
    }
    unit = unit_id(session, asked.pop("unit", "so-mot"))
    return request_explanation(session, campaign_id=campaign.id, unit_id=unit, by=by, **asked).id


# -- Who appraises ------------------------------------------------------------------------------


def test_duties_come_from_the_set_until_the_campaign_says_otherwise(
    inside: Session, campaign: Campaign
) -> None:
    def agencies() -> list[tuple[str, str, tuple[str, ...]]]:
        found = list_duties(inside, campaign_id=campaign.id, by=COMMAND)
        return [(duty.leaf, duty.agency, duty.people) for duty in found.duties]

    hai = "Sở Hai"
    by_set = [("1.1", hai, ()), ("1.2", hai, ()), ("2.1", "", ()), ("2.2", "", ())]
    assert agencies() == by_set
    xa = unit_id(inside, "xa-mot")
    asked: dict[str, Any] = {"campaign_id": campaign.id, "set_code": "bo-nho", "by": COMMAND}
    member = person(inside, "appraiser", "xa-mot")
    assign(inside, node="1", agency_id=xa, **asked)
    assign(inside, node="1.2", agency_id=xa, user_ids=[member.id or 0], **asked)
    xa_name = "Xã Một"
    assert agencies() == [
        ("1.1", xa_name, ()), ("1.2", xa_name, (member.name,)), ("2.1", "", ()), ("2.2", "", ()),
    ]  # fmt: skip
    for node in ("1", "1.2"):
        assign(inside, node=node, agency_id=None, **asked)
    assert agencies() == by_set


def test_only_the_named_people_of_an_agency_appraise(inside: Session, campaign: Campaign) -> None:
    named, other = person(inside, "appraiser", "so-hai"), person(inside, "appraiser", "so-hai")
    assign(
        inside, campaign_id=campaign.id, set_code="bo-nho", node="1.1",
        agency_id=unit_id(inside, "so-hai"), user_ids=[named.id or 0], by=COMMAND,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match=r"Tiêu chí 1\.1 do cơ quan khác thẩm định"):
        save(inside, campaign, "so-mot", stage="appraised", by=other)
    save(inside, campaign, "so-mot", stage="appraised", by=named)
    save(inside, campaign, "so-mot", {"points": 1}, "appraised", leaf="1.2", by=other)


def test_people_who_all_belong_to_a_unit_are_not_named_alone(
    inside: Session, campaign: Campaign
) -> None:
    both, other = person(inside, "appraiser", "so-hai"), person(inside, "appraiser", "so-hai")
    user, ba = inside.get_one(User, both.id), inside.get_one(Unit, unit_id(inside, "so-ba"))
    make_membership(inside, "officer", unit=ba, user=user)
    hai = unit_id(inside, "so-hai")
    asked: dict[str, Any] = {"campaign_id": campaign.id, "set_code": "bo-nho", "by": COMMAND}
    given = {**asked, "node": "1.1", "agency_id": hai}
    with pytest.raises(Invalid, match="Sở Ba là đơn vị của chính người được giao"):
        assign(inside, user_ids=[both.id or 0], **given)
    assign(inside, user_ids=[both.id or 0, other.id or 0], **given)
    said = node_duty(inside, node="1.1", **asked)
    assert (said.agency_id, said.user_ids) == (hai, frozenset({both.id or 0, other.id or 0}))
    assert {id_ for id_, _ in said.appraisers[hai]} >= {both.id, other.id}
    below = node_duty(inside, node="1.2", **asked)
    assert (below.agency_id, below.user_ids) == (None, frozenset())
    with pytest.raises(NotFound, match="không có mã 9"):
        node_duty(inside, node="9", **asked)


def test_the_own_sheet_of_an_agency_is_its_substitutes(inside: Session, campaign: Campaign) -> None:
    own, mot = person(inside, "appraiser", "so-hai"), person(inside, "appraiser", "so-mot")
    ba = person(inside, "appraiser", "so-ba")
    ids = {key: unit_id(inside, key) for key in ("so-mot", "so-hai", "so-ba")}
    asked: dict[str, Any] = {"campaign_id": campaign.id, "agency_id": ids["so-hai"], "by": COMMAND}
    save(inside, campaign, "so-hai", stage="appraised", by=ba)
    name_substitute(inside, by_id=ids["so-mot"], **asked)
    for refused in (own, ba):
        with pytest.raises(NotAllowed):
            save(inside, campaign, "so-hai", stage="appraised", by=refused)
    save(inside, campaign, "so-hai", stage="appraised", by=mot)
    with pytest.raises(NotAllowed, match=r"Tiêu chí 1\.1 do cơ quan khác thẩm định"):
        save(inside, campaign, "so-ba", stage="appraised", by=mot, leaf="1.1")
    name_substitute(inside, by_id=None, **asked)
    save(inside, campaign, "so-hai", stage="appraised", by=ba)
    with pytest.raises(Invalid, match="Không cơ quan nào tự thẩm định"):
        name_substitute(inside, by_id=ids["so-hai"], **asked)
    listed = list_duties(inside, campaign_id=campaign.id, by=COMMAND).substitutes
    assert listed == (("Sở Hai", "Sở Ba"),)


def test_without_a_substitute_nobody_appraises_the_agency(
    inside: Session, campaign: Campaign
) -> None:
    other = person(inside, "appraiser", "so-ba")
    assign(
        inside, campaign_id=campaign.id, set_code="bo-nho", node="1.1",
        agency_id=unit_id(inside, "so-mot"), by=COMMAND,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="chưa có cơ quan thẩm định thay"):
        save(inside, campaign, "so-mot", stage="appraised", by=other)
    assert rows(sheet(inside, campaign, COMMAND))["1.1"].appraiser == (
        "Chưa có cơ quan thẩm định thay"
    )
    assert list_duties(inside, campaign_id=campaign.id, by=COMMAND).alone == ("Sở Một",)


def test_what_cannot_be_assigned_is_told(inside: Session, campaign: Campaign) -> None:
    hai = unit_id(inside, "so-hai")
    stranger = person(inside, "officer", "so-hai")
    good: dict[str, Any] = {"set_code": "bo-nho", "node": "1", "agency_id": hai, "by": COMMAND}
    for changed, error, words in (
        ({"set_code": "la"}, NotFound, "không dùng bộ tiêu chí “la”"),
        ({"node": "9"}, NotFound, "không có mã 9"),
        ({"agency_id": 10**6}, NotFound, "Không có cơ quan này"),
        ({"user_ids": [stranger.id]}, Invalid, "không phải cán bộ thẩm định"),
    ):
        with pytest.raises(error, match=words):
            assign(inside, campaign_id=campaign.id, **{**good, **changed})
    close_campaign(inside, campaign_id=campaign.id, by=COMMAND)
    with pytest.raises(Conflict, match="đã đóng, không phân công lại được"):
        assign(inside, campaign_id=campaign.id, **good)


# -- Two rounds ---------------------------------------------------------------------------------


def test_both_rounds_are_kept_and_the_last_counts(inside: Session, campaign: Campaign) -> None:
    with pytest.raises(Conflict, match=r"Tiêu chí 1\.1 chưa được thẩm định lần 1"):
        save(inside, campaign, "so-mot", stage="reappraised")
    points = {}
    for stage, inputs in (("self", ALL), ("appraised", HALF), ("reappraised", ALL)):
        save(inside, campaign, "so-mot", inputs, stage, text=stage)  # type: ignore[arg-type]
        version = compute(inside, campaign)
        [row] = [item for item in version.rows if item.name == "Sở Một"]
        points[stage] = row.points
    assert points == {"self": 400_000, "appraised": 200_000, "reappraised": 400_000}
    read = read_detail(inside, row=row)
    assert read is not None
    assert read.sources["1.1"] == Source("reappraised", None, ALL)
    assert {code: claim[1] for code, claim in read.claims.items()} == {
        "1.1": Source("self", None, ALL)
    }
    cells = rows(sheet(inside, campaign, COMMAND))["1.1"].cells
    assert {stage: (cell.ticks, cell.text) for stage, cell in cells.items()} == {
        "self": (400_000, "self"), "appraised": (200_000, "appraised"),
        "reappraised": (400_000, "reappraised"),
    }  # fmt: skip


def test_a_unit_is_told_after_the_first_round_or_when_asked_to_explain(
    inside: Session, campaign: Campaign
) -> None:
    end = OPENED_AT + timedelta(days=5)
    window = Window("appraisal_1", OPENED_AT + timedelta(hours=1), end)
    set_windows(inside, campaign_id=campaign.id, windows=[window], by=COMMAND, at=OPENED_AT)
    during = OPENED_AT + timedelta(days=1)
    officer = person(inside, "officer", "so-mot")
    for leaf, inputs in (("1.1", HALF), ("1.2", {"points": 1})):
        for stage in ("self", "appraised"):
            save_entry(
                inside, campaign_id=campaign.id, unit_id=unit_id(inside, "so-mot"),
                leaf_code=leaf, stage=stage, inputs=inputs, by=COMMAND, at=during,
            )  # fmt: skip

    def seen(by: Actor, at: Any) -> dict[str, list[str]]:
        page = sheet(inside, campaign, by, at=at)
        return {code: [*row.cells] for code, row in rows(page).items() if row.cells}

    both, own = ["self", "appraised"], ["self"]
    assert seen(officer, during) == {"1.1": own, "1.2": own}
    assert seen(person(inside, "appraiser", "so-mot"), during) == {"1.1": own, "1.2": own}
    assert seen(person(inside, "secretariat"), during) == {"1.1": both, "1.2": both}
    ask(inside, campaign, at=during)
    assert seen(officer, during) == {"1.1": both, "1.2": own}
    assert seen(officer, end) == {"1.1": both, "1.2": both}


def test_an_explanation_is_asked_answered_and_stands_beside_the_line(
    inside: Session, campaign: Campaign
) -> None:
    save(inside, campaign, "so-mot")
    officer, appraiser = person(inside, "officer", "so-mot"), person(inside, "appraiser", "so-hai")
    request = ask(inside, campaign, appraiser)
    with pytest.raises(Conflict, match="đã có yêu cầu giải trình chưa được trả lời"):
        ask(inside, campaign, appraiser)
    with pytest.raises(NotAllowed, match="cho đơn vị mình"):
        answer_explanation(
            inside, request_id=request, answer="Không", by=person(inside, "officer", "so-hai"),
            at=OPENED_AT,
        )  # fmt: skip
    first = answer_explanation(
        inside, request_id=request, answer="Hai mươi việc chưa đến hạn", by=officer, at=OPENED_AT,
        expected_version=1,
    )  # fmt: skip
    with pytest.raises(Conflict, match="vừa được người khác sửa"):
        answer_explanation(
            inside, request_id=first.id, answer="Đè", by=officer, at=OPENED_AT, expected_version=1
        )
    [asked] = rows(sheet(inside, campaign, officer))["1.1"].asked
    assert (asked.question, asked.answer, asked.answered_at, asked.version) == (
        "Vì sao một nửa?", "Hai mươi việc chưa đến hạn", OPENED_AT, 2,
    )  # fmt: skip
    ask(inside, campaign, appraiser, question="Còn việc nào?")
    acts = inside.scalars(
        select(AuditEvent.action).where(AuditEvent.action.startswith("explanation"))
    )
    assert list(acts) == ["explanation.request", "explanation.answer", "explanation.request"]


def test_who_does_not_appraise_the_line_does_not_ask(inside: Session, campaign: Campaign) -> None:
    for role, unit in (("appraiser", "so-ba"), ("appraiser", "so-mot"), ("secretariat", "")):
        with pytest.raises(NotAllowed):
            ask(inside, campaign, person(inside, role, unit))  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="Hãy ghi đơn vị cần giải trình điều gì"):
        ask(inside, campaign, question=" ")
    with pytest.raises(NotFound, match="không có mã 9"):
        ask(inside, campaign, leaf_code="9")


# -- One criterion across units -----------------------------------------------------------------


def test_an_appraiser_sees_its_criterion_across_units_and_its_own_without_the_others_words(
    inside: Session, campaign: Campaign
) -> None:
    for unit in ("so-mot", "so-hai", "xa-mot"):
        save(inside, campaign, unit, ALL)
        save(inside, campaign, unit, HALF, "appraised")
    page = across(inside, campaign, person(inside, "appraiser", "so-hai"))
    found = {
        row.unit: ([*row.cells], row.share, row.may_appraise, row.appraiser, row.out != "")
        for row in page.rows
    }
    both, half = ["self", "appraised"], Fraction(1, 2)
    assert found == {
        "Sở Một": (both, half, True, "Sở Hai", False),
        "Sở Hai": (["self"], Fraction(1), False, "Sở Ba", False),
        "Sở Ba": ([], None, True, "Sở Hai", True),
        "Xã Một": (both, half, True, "Sở Hai", False),
    }
    substitute = across(inside, campaign, person(inside, "appraiser", "so-ba"))
    assert {row.unit: row.may_appraise for row in substitute.rows} == {
        "Sở Hai": True, "Sở Ba": False,
    }  # fmt: skip
    assert len(across(inside, campaign, person(inside, "leader")).rows) == 4
    refused: tuple[tuple[Role, str], ...] = (
        ("officer", "so-mot"), ("council", ""), ("appraiser", "xa-mot"), ("appraiser", "so-mot"),
    )  # fmt: skip
    for role, unit in refused:
        with pytest.raises(NotAllowed):
            across(inside, campaign, person(inside, role, unit))
    with pytest.raises(NotFound, match=r"không có mã 9\.9"):
        across(inside, campaign, COMMAND, "9.9")


SHARES = st.lists(st.fractions(0, 1, max_denominator=40), max_size=12)


@settings(max_examples=150)
@given(SHARES, st.fractions(1, 5, max_denominator=7))
def test_who_stands_out_does_not_depend_on_order_or_scale(
    shares: list[Fraction], scale: Fraction
) -> None:
    found = dict(zip(shares, standing_out(shares), strict=True))
    assert [found[share] for share in reversed(shares)] == standing_out(shares[::-1])
    assert standing_out([share * scale for share in shares]) == standing_out(shares)
    assert 2 * sum(standing_out(shares)) <= len(shares)


@pytest.mark.parametrize(
    ("shares", "out"),
    [
        ([1, 1, 1, 0], []),
        ([1] * 9 + [0], [9]),
        ([1] * 4 + [0] * 2, []),
        ([90, 91, 92, 93, 94, 20], [5]),
        ([90, 80, 70, 60, 50], []),
        ([50] * 7, []),
    ],
)
def test_one_far_from_the_others_stands_out(shares: list[int], out: list[int]) -> None:
    found = standing_out([Fraction(share, 100) for share in shares])
    assert [at for at, far in enumerate(found) if far] == out


# -- Many at once -------------------------------------------------------------------------------


def many(session: Session, campaign: Campaign, *units: str, **more: Any) -> int:
    asked: dict[str, Any] = {
        "leaf_code": "1.1",
        "stage": "appraised",
        "by": COMMAND,
        "at": OPENED_AT,
        **more,
    }
    ids = [unit_id(session, unit) for unit in units]
    return appraise_many(session, campaign_id=campaign.id, unit_ids=ids, **asked)


def appraised(session: Session, stage: str = "appraised") -> list[tuple[dict[str, int], str]]:
    session.expire_all()
    query = select(ScoreEntry).where(ScoreEntry.stage == stage).order_by(ScoreEntry.sheet_id)
    return [(row.inputs, row.explanation) for row in session.scalars(query)]


def test_many_units_are_accepted_with_one_comment(inside: Session, campaign: Campaign) -> None:
    save(inside, campaign, "so-mot", ALL)
    save(inside, campaign, "xa-mot", HALF)
    assert many(inside, campaign, "so-mot", "xa-mot", comment="Đủ hồ sơ") == 2
    assert appraised(inside) == [(ALL, "Đủ hồ sơ"), (HALF, "Đủ hồ sơ")]
    assert many(inside, campaign, "xa-mot", inputs=ALL) == 1
    assert appraised(inside) == [(ALL, "Đủ hồ sơ"), (ALL, "Đủ hồ sơ")]
    many(inside, campaign, "xa-mot", stage="reappraised", comment="Giữ nguyên")
    assert appraised(inside, "reappraised") == [(ALL, "Giữ nguyên")]
    acts = inside.scalars(select(AuditEvent.action).where(AuditEvent.action == "appraisal.many"))
    assert len(list(acts)) == 3


def test_many_are_appraised_whole_or_not_at_all(inside: Session, campaign: Campaign) -> None:
    save(inside, campaign, "so-mot", ALL)
    with (
        pytest.raises(Invalid, match=r"^Xã Một: chưa có số liệu để thẩm định$"),
        inside.begin_nested(),
    ):
        many(inside, campaign, "so-mot", "xa-mot", comment="Đủ")
    hai = person(inside, "appraiser", "so-hai")
    with pytest.raises(NotAllowed, match="của chính mình"), inside.begin_nested():
        many(inside, campaign, "so-mot", "so-hai", inputs=ALL, by=hai)
    with pytest.raises(Invalid, match="Chọn thẩm định lần 1 hoặc lần 2"):
        many(inside, campaign, "so-mot", stage="self")
    with pytest.raises(NotFound, match="không có mã 9"):
        many(inside, campaign, "so-mot", leaf_code="9", inputs={})
    assert appraised(inside) == []


def test_an_officer_of_two_units_is_no_stranger_to_either(
    inside: Session, campaign: Campaign
) -> None:
    officer = person(inside, "officer", "so-mot")
    ba = inside.get_one(Unit, unit_id(inside, "so-ba"))
    make_membership(inside, "officer", user=inside.get_one(User, officer.id), unit=ba)
    assert {sheet(inside, campaign, officer, unit).unit for unit in ("so-mot", "so-ba")} == {
        "Sở Một", "Sở Ba",
    }  # fmt: skip
    with pytest.raises(NotAllowed, match="không được xem phiếu"):
        sheet(inside, campaign, officer, "so-hai")
