"""Surveys that were not held, and units outside the common ranking, in results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import (
    OPENED_AT,
    compute,
    criteria,
    domain,
    enter,
    fill_all,
    leaf,
    open_small,
    small_spec,
    unit_id,
)
from tests.surveying import open_form, open_surveyed

from thidua.errors import Conflict, Invalid, NotFound
from thidua.store.audit_rows import AuditEvent
from thidua.store.base import Json
from thidua.store.campaigns import Campaign, SurveyNotHeld
from thidua.store.results import ResultVersion
from thidua.work.campaigns import close_campaign
from thidua.work.detail import read_detail
from thidua.work.questionnaires import close_survey
from thidua.work.results import publish_results
from thidua.work.surveys import declare_survey_not_held, restore_survey
from thidua.work.tables import result_row, result_table

REASON = "Không có kinh phí"
SPECIAL = {"units": ["so-hai"], "reason": "Cơ quan đặc thù"}


def declare(session: Session, campaign: Campaign, survey: str = "sipas") -> SurveyNotHeld:
    return declare_survey_not_held(
        session, campaign_id=campaign.id, survey=survey, reason=f" {REASON} ", by=COMMAND
    )


def declared(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(SurveyNotHeld))
    return [(row.survey, row.reason) for row in rows]


def audited(session: Session) -> list[tuple[str, Json | None, Json | None]]:
    rows = session.scalars(
        select(AuditEvent).where(AuditEvent.action.like("survey.%")).order_by(AuditEvent.id)
    )
    return [(row.action, row.before, row.after) for row in rows]


def figures(version: ResultVersion) -> dict[str, tuple[int | None, int | None, str]]:
    """Points, maximum and index of every row by name."""
    return {r.name: (r.points, r.maximum, f"{r.index_percent}") for r in version.rows}


def said(version: ResultVersion) -> Sequence[tuple[str, str, str]]:
    return [(item["kind"], item["unit"], item["message"]) for item in version.findings]


def test_results_without_the_survey_are_of_what_remains(
    inside: Session, campaign: Campaign
) -> None:
    fill_all(inside, campaign)
    declare(inside, campaign)
    assert declared(inside) == [("sipas", REASON)]
    version = compute(inside, campaign)
    # 30 + 35 of 80; 30 + 35.0001 of 80; 30 of 40; 20 + 30 and half a bonus of 80
    assert figures(version) == {
        "Sở Một": (650_000, 800_000, "81.25"),
        "Sở Hai": (650_001, 800_000, "81.25"),
        "Sở Ba": (300_000, 400_000, "75.00"),
        "Xã Một": (505_000, 800_000, "63.13"),
    }
    note = ("not_held", "Điều tra sipas", f"Không tổ chức, đã bỏ khỏi điểm tối đa: {REASON}")
    assert said(version) == [note]
    table = result_table(inside, version_id=version.id, by=COMMAND)
    assert table.findings == [f"{note[1]}: {note[2]}"]


def test_the_leaf_of_a_survey_not_held_says_so(inside: Session, campaign: Campaign) -> None:
    declare(inside, campaign)
    version = compute(inside, campaign)
    detail = read_detail(inside, row=version.rows[0])
    assert detail is not None
    assert detail.words()["2.1"] == "Không tổ chức điều tra sipas, đã bỏ khỏi điểm tối đa"


def test_a_year_without_survey_becomes_final(inside: Session, campaign: Campaign) -> None:
    for key in ("so-mot", "so-hai", "so-ba", "xa-mot"):
        own = {"1.1": {"numerator": 4, "denominator": 4}, "1.2": {"points": 10_000}}
        enter(inside, campaign, key, own, "self")
        enter(inside, campaign, key, own, "appraised")
    waiting = compute(inside, campaign)
    declare(inside, campaign)
    version = compute(inside, campaign)
    assert {kind for kind, _, _ in said(waiting)} == {"pending"}
    assert publish_results(inside, version_id=version.id, by=COMMAND).kind == "final"


def test_the_declaration_can_be_taken_back(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    before = figures(compute(inside, campaign))
    declare(inside, campaign)
    restore_survey(inside, campaign_id=campaign.id, survey="sipas", by=COMMAND)
    assert declared(inside) == []
    assert figures(compute(inside, campaign)) == before
    assert audited(inside) == [
        ("survey.not_held", None, {"survey": "sipas"}),
        ("survey.held", {"survey": "sipas", "reason": REASON}, None),
    ]


def test_what_cannot_be_declared_is_said(inside: Session, campaign: Campaign) -> None:
    with pytest.raises(NotFound, match=r"không có cuộc điều tra “khac”\. Đang có: sipas\.$"):
        declare(inside, campaign, "khac")
    with pytest.raises(Invalid, match="Hãy ghi lý do"):
        declare_survey_not_held(
            inside, campaign_id=campaign.id, survey="sipas", reason="  ", by=COMMAND
        )
    with pytest.raises(NotFound, match=r"^Cuộc điều tra sipas chưa được khai"):
        restore_survey(inside, campaign_id=campaign.id, survey="sipas", by=COMMAND)
    declare(inside, campaign)
    with pytest.raises(Conflict, match=r"^Cuộc điều tra sipas đã được khai"):
        declare(inside, campaign)
    assert declared(inside) == [("sipas", REASON)]


def test_a_survey_that_takes_answers_is_ended_before_it_is_declared(
    sessions: sessionmaker[Session],
) -> None:
    with sessions() as session:
        campaign = open_surveyed(session)
        form = open_form(session, campaign)
        with pytest.raises(Conflict, match=r"can-bo đang nhận trả lời\. Hãy kết thúc khảo sát"):
            declare(session, campaign, "can-bo")
        close_survey(session, form_id=form.id, by=COMMAND, at=OPENED_AT)
        assert declare(session, campaign, "can-bo").survey == "can-bo"


def test_nothing_is_declared_after_the_end(inside: Session, campaign: Campaign) -> None:
    close_campaign(inside, campaign_id=campaign.id, by=COMMAND)
    with pytest.raises(Conflict, match="đã đóng, không khai báo được nữa"):
        declare(inside, campaign)
    with pytest.raises(Conflict, match="đã đóng, không khai báo được nữa"):
        restore_survey(inside, campaign_id=campaign.id, survey="sipas", by=COMMAND)


def test_nothing_is_declared_after_the_official_result(inside: Session, campaign: Campaign) -> None:
    publish_results(inside, version_id=compute(inside, campaign).id, by=COMMAND)
    declare(inside, campaign)  # what was published was provisional
    fill_all(inside, campaign)
    publish_results(inside, version_id=compute(inside, campaign).id, by=COMMAND)
    with pytest.raises(Conflict, match="đã có kết quả chính thức"):
        restore_survey(inside, campaign_id=campaign.id, survey="sipas", by=COMMAND)
    assert declared(inside) == [("sipas", REASON)]


# Units outside the common ranking


@pytest.fixture
def unentered(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session that has entered no province yet."""
    with sessions() as opened:
        yield opened


def test_an_unranked_unit_has_index_and_band_but_no_rank(unentered: Session) -> None:
    campaign = open_small(unentered, small_spec(criteria_sets=[criteria(unranked=[SPECIAL])]))
    fill_all(unentered, campaign)
    version = compute(unentered, campaign)
    rows = {row.name: (row.index_percent, row.rank, row.band) for row in version.rows}
    assert rows == {
        "Sở Một": (Decimal("80.00"), 1, "Tốt"),
        "Sở Hai": (Decimal("80.00"), None, "Tốt"),
        "Sở Ba": (Decimal("75.00"), 2, "Khá"),
        "Xã Một": (Decimal("65.50"), 1, "Khá"),
    }
    assert said(version) == [("unranked", "Sở Hai", "Không xếp hạng chung: Cơ quan đặc thù")]
    table, _ = result_row(unentered, row_id=version.rows[1].id, by=COMMAND)
    lines = {row.name: row.warning for group in table.groups for row in group.rows}
    assert lines["Sở Hai"] == "Không xếp hạng chung: Cơ quan đặc thù"
    assert lines["Sở Một"] == ""
    assert [row.name for row in table.groups[0].rows] == ["Sở Một", "Sở Ba", "Sở Hai"]
    assert publish_results(unentered, version_id=version.id, by=COMMAND).kind == "final"


def test_a_unit_is_unranked_by_the_set_of_its_own_kind_alone(unentered: Session) -> None:
    sets = [
        criteria(kinds=["so"]),
        criteria(code="bo-xa", kinds=["xa"], unranked=[SPECIAL], exemption_groups=[]),
    ]
    campaign = open_small(unentered, small_spec(criteria_sets=sets))
    fill_all(unentered, campaign)
    version = compute(unentered, campaign)
    assert [row.rank for row in version.rows if row.unit_id == unit_id(unentered, "so-hai")] == [1]
    assert said(version) == []


def test_an_unknown_unranked_unit_is_a_problem_of_the_province() -> None:
    unknown = {"units": ["so-la"], "reason": "Lạ"}
    (problem,) = small_spec(criteria_sets=[criteria(unranked=[unknown])]).problems()
    assert (problem.place, problem.reason) == (
        "criteria_sets.bo-nho",
        "không có đơn vị không xếp hạng chung “so-la”",
    )


# Leaders


def test_a_leaders_rating_is_entered_with_the_surveys(unentered: Session) -> None:
    rating = {
        "kind": "rating", "scale": 10,
        "raters": [{"name": "ct", "label": "Chủ tịch"}],
    }  # fmt: skip
    rule = leaf("1.1", "Lãnh đạo đánh giá", 20, rating)
    spec = small_spec(
        criteria_sets=[criteria(domains=[domain("1", "Lãnh đạo", rule)], exemption_groups=[],
                                declared=None, bonus_cap=0)]
    )  # fmt: skip
    campaign = open_small(unentered, spec)
    enter(unentered, campaign, "so-mot", {"1.1": {"ct": 85_000}}, "survey")
    version = compute(unentered, campaign)
    assert figures(version) == {
        "Sở Một": (170_000, 200_000, "85.00"),
        **dict.fromkeys(("Sở Hai", "Sở Ba", "Xã Một"), (0, 0, "None")),
    }
    words = "1 dòng chưa có kết quả điều tra, chỉ số, đánh giá của lãnh đạo."
    assert ("pending", "Sở Hai", words) in said(version)
