"""Opening a campaign freezes it; closing ends its entries; neither happens when it must not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Executable, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND, refusal
from tests.small import (
    NAMES,
    OPENED_AT,
    TIMEZONE,
    YEAR,
    compute,
    criteria,
    fill_all,
    grading,
    open_again,
    open_small,
    small_spec,
    unit_id,
)

from thidua.errors import Conflict, Invalid, NotFound, ThiduaError
from thidua.registry import load_province
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.document import document
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign, CampaignUnit, Exemption
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.documents import StoredGrading
from thidua.store.sheets import ScoreSheet
from thidua.store.tenancy import enter_province, province_of
from thidua.store.units import Cluster, UnitKind, UnitPeriod
from thidua.work.campaigns import (
    campaign_by_id,
    close_campaign,
    list_campaigns,
    scoring_sets,
)
from thidua.work.entries import save_entry
from thidua.work.opening import open_campaign
from thidua.work.provinces import apply_province
from thidua.work.tables import result_table
from thidua_tiengiang.plugin import province as tiengiang

GROUP = "Sở, ban, ngành / Khối 1"


def frozen(session: Session, campaign: Campaign) -> dict[str, Any]:
    """All that a campaign froze, as plain values."""
    session.expire_all()
    sets = scoring_sets(session, campaign)
    units = session.scalars(
        select(CampaignUnit)
        .where(CampaignUnit.campaign_id == campaign.id)
        .order_by(CampaignUnit.name)
    )
    exempt = session.scalars(select(Exemption).where(Exemption.campaign_id == campaign.id))
    return {
        "sets": {
            kind: (document(item.criteria), document(item.grading), item.row.frozen)
            for kind, item in sets.items()
        },
        "units": [(u.name, u.kind, u.cluster, u.group_label) for u in units],
        "exempt": [(e.unit_id, e.node, e.reason) for e in exempt],
    }


def test_opening_freezes_sets_gradings_units_and_exemptions(
    inside: Session, campaign: Campaign
) -> None:
    spec = small_spec()
    held = (document(spec.criteria_sets[0]), document(spec.grading[0]), True)
    assert frozen(inside, campaign) == {
        "sets": {"so": held, "xa": held},
        "units": [
            ("Sở Ba", "so", "khoi-1", GROUP),
            ("Sở Hai", "so", "khoi-1", GROUP),
            ("Sở Một", "so", "khoi-1", GROUP),
            ("Xã Một", "xa", None, "Cấp xã"),
        ],
        "exempt": [(unit_id(inside, "so-ba"), "1.1", "Năm nay không được giao nhiệm vụ")],
    }
    assert (campaign.year, campaign.title, campaign.stage) == (
        YEAR, "Chỉ số cải cách hành chính năm 2025", "open",
    )  # fmt: skip
    assert (campaign.opens_on, campaign.opened_at) == (date(2026, 1, 15), OPENED_AT)
    assert campaign.illustrative is True
    sheets = inside.scalars(select(ScoreSheet.unit_id)).all()
    assert set(sheets) == {unit_id(inside, key) for key in NAMES}
    event = inside.scalars(select(AuditEvent).where(AuditEvent.action == "campaign.open")).one()
    assert (event.subject_id, event.after) == (
        campaign.id, {"year": YEAR, "sets": {"so": "1", "xa": "1"}},
    )  # fmt: skip


def test_what_changes_afterwards_changes_nothing_in_the_campaign(
    inside: Session, campaign: Campaign
) -> None:
    fill_all(inside, campaign)
    first = result_table(inside, version_id=compute(inside, campaign).id, by=COMMAND)
    before = frozen(inside, campaign)
    inside.scalars(select(StoredGrading)).one().document = grading(bands=[{"label": "Đạt"}])
    for period in inside.scalars(select(UnitPeriod)):
        period.name = f"{period.name} (đổi tên)"
    inside.scalars(
        select(UnitPeriod).where(UnitPeriod.name.startswith("Sở Một"))
    ).one().during = Range(date(2025, 7, 1), date(2026, 1, 16))
    inside.scalars(select(UnitKind).where(UnitKind.code == "xa")).one().name = "Xã, phường"
    inside.scalars(select(Cluster)).one().name = "Khối khác"
    newer = small_spec(criteria_sets=[criteria(), criteria(version="2", exemption_groups=[])])
    apply_province(inside, spec=newer, by=COMMAND)
    inside.flush()
    assert frozen(inside, campaign) == before
    second = result_table(inside, version_id=compute(inside, campaign).id, by=COMMAND)
    same = [[(row.name, row.points, row.band) for row in group.rows] for group in first.groups]
    assert [[(r.name, r.points, r.band) for r in g.rows] for g in second.groups] == same
    assert (second.notes, [g.label for g in second.groups]) == (first.notes, [GROUP, "Cấp xã"])


def test_the_database_itself_refuses_to_change_what_opening_froze(
    inside: Session, campaign: Campaign
) -> None:
    attempts: dict[str, Executable] = {
        "bộ tiêu chí": text("UPDATE criteria_set SET document = '{}'"),
        "tiêu chí lá": text("UPDATE leaf SET code = code || '.9'"),
        "cách xếp loại": text("UPDATE campaign_set SET grading = '{}'"),
        "đơn vị": text("UPDATE campaign_unit SET name = 'Khác'"),
        "không đánh giá": text("DELETE FROM exemption"),
        "ngày mở": text("UPDATE campaign SET opened_at = now()"),
        "xóa": text("DELETE FROM campaign"),
    }
    refused = {what: refusal(inside, attempt) for what, attempt in attempts.items()}
    assert [what for what, words in refused.items() if words == "allowed"] == []
    inside.scalars(select(StoredCriteriaSet)).one().title = "Khác"
    with pytest.raises(DBAPIError, match="Bộ tiêu chí này đã được một kỳ đánh giá sử dụng"):
        inside.flush()


def refused(sessions: sessionmaker[Session], spec: ProvinceSpec, **asked: Any) -> str:
    """The sentence with which opening is refused; nothing of it may remain."""
    with sessions.begin() as session:
        apply_province(session, spec=spec, by=COMMAND)
        province = province_of(session)
    opening = {"year": YEAR, "at": OPENED_AT, "timezone": TIMEZONE, "by": COMMAND, **asked}
    with sessions() as session:
        enter_province(session, province)
        with pytest.raises(ThiduaError) as told:
            open_campaign(session, spec=spec, **opening)
    with sessions() as session:
        enter_province(session, province)
        assert session.scalars(select(Campaign)).all() == []
        assert session.scalars(select(StoredCriteriaSet.frozen)).all() == [False] * len(
            spec.criteria_sets
        )
    return str(told.value)


def test_opening_is_refused_once_the_province_has_ended(sessions: sessionmaker[Session]) -> None:
    spec = load_province("tiengiang", tiengiang).spec
    assert refused(sessions, spec, year=2026) == (
        "Tỉnh Tiền Giang đã kết thúc ngày 30/06/2025 và được Đồng Tháp kế tục; "
        "dữ liệu chỉ để xem, không mở được kỳ đánh giá mới."
    )


@pytest.mark.parametrize(
    ("at", "opens_on"),
    [
        (datetime(2025, 6, 30, 16, 59, tzinfo=UTC), date(2025, 6, 30)),
        (datetime(2024, 12, 31, 17, 0, tzinfo=UTC), date(2025, 1, 1)),
    ],
)
def test_the_opening_day_is_the_offices(
    sessions: sessionmaker[Session], at: datetime, opens_on: date
) -> None:
    spec = load_province("tiengiang", tiengiang).spec
    with sessions.begin() as session:
        apply_province(session, spec=spec, by=COMMAND)
        campaign = open_campaign(
            session, spec=spec, year=2025, at=at, by=COMMAND, timezone=TIMEZONE
        )
        assert (campaign.opens_on, len(campaign.units)) == (opens_on, 28)


def test_the_day_after_the_end_is_too_late_by_the_offices_clock(
    sessions: sessionmaker[Session],
) -> None:
    spec = load_province("tiengiang", tiengiang).spec
    at = datetime(2025, 6, 30, 17, 0, tzinfo=UTC)
    assert "đã kết thúc ngày 30/06/2025" in refused(sessions, spec, at=at)


def test_opening_before_the_province_began_is_refused(sessions: sessionmaker[Session]) -> None:
    at = datetime(2025, 6, 1, tzinfo=UTC)
    assert refused(sessions, small_spec(), at=at) == (
        "Ngày 01/06/2025 tỉnh Nhỏ chưa được thành lập."
    )


def test_opening_without_a_set_is_refused(sessions: sessionmaker[Session]) -> None:
    assert refused(sessions, small_spec(criteria_sets=[])) == (
        "Chưa có bộ tiêu chí nào cho năm 2025. Hãy nhập bộ tiêu chí trước khi mở kỳ."
    )


def test_opening_takes_no_set_meant_for_another_year(sessions: sessionmaker[Session]) -> None:
    (only,) = small_spec().criteria_sets
    past = only.model_copy(update={"last_year": 2024})
    assert refused(sessions, small_spec(criteria_sets=[past])) == (
        "Chưa có bộ tiêu chí nào cho năm 2025. Hãy nhập bộ tiêu chí trước khi mở kỳ."
    )


def test_opening_without_a_unit_of_that_day_is_refused(sessions: sessionmaker[Session]) -> None:
    ended = {"valid_from": "2025-07-01", "valid_to": "2026-01-14", "provenance": "illustrative"}
    units = [{"key": "so-mot", "name": "Sở Một", "kind": "so", **ended}]
    domains = criteria()["domains"]
    sets = [criteria(exemption_groups=[], domains=domains)]
    assert refused(sessions, small_spec(units=units, criteria_sets=sets)) == (
        "Không có đơn vị nào để chấm vào ngày mở. Hãy khai đơn vị trước."
    )


def test_only_the_units_of_the_opening_day_take_part(sessions: sessionmaker[Session]) -> None:
    unit = {"kind": "so", "provenance": "illustrative"}
    units = [
        {"key": "so-mot", "name": "Sở Một", "valid_to": "2026-01-14", **unit},
        {"key": "so-mot", "name": "Sở Một mới", "valid_from": "2026-01-15", **unit},
        {"key": "so-ba", "name": "Sở Ba", "valid_from": "2026-01-16", **unit},
        {"key": "xa-mot", "name": "Xã Một", "valid_to": "2020-01-01", **unit},
        {"key": "so-hai", "name": "Sở Hai", "valid_to": "2026-01-15", **unit},
    ]
    with sessions.begin() as session:
        campaign = open_small(session, small_spec(units=units))
        assert {unit.name for unit in campaign.units} == {"Sở Hai", "Sở Một mới"}


WRONG = {"domains": 2, "criteria": 5, "points": 100, "survey_points": 20}
KNOWN = {"finding": "declared-criteria", "note": "Nguồn in 5.", "source": "Quyết định mẫu"}


def test_opening_with_an_open_contradiction_is_refused(sessions: sessionmaker[Session]) -> None:
    assert refused(sessions, small_spec(criteria_sets=[criteria(declared=WRONG)])) == (
        "Bộ tiêu chí nhỏ: nguồn ghi 5 tiêu chí, cộng trong bộ được 4. "
        "Sửa bộ tiêu chí cho khớp; nếu nguồn in như vậy thì ghi nhận kèm nguồn."
    )


def test_opening_with_an_acknowledged_contradiction_is_possible(
    sessions: sessionmaker[Session],
) -> None:
    sets = [criteria(declared=WRONG, acknowledged=[KNOWN])]
    with sessions.begin() as session:
        assert open_small(session, small_spec(criteria_sets=sets)).stage == "open"


def test_all_contradictions_are_named_at_once(sessions: sessionmaker[Session]) -> None:
    sets = [
        criteria(kinds=["so"], declared=WRONG),
        criteria(code="bo-xa", kinds=["xa"], declared={**WRONG, "points": 99}),
    ]
    sentence = refused(sessions, small_spec(criteria_sets=sets))
    assert [line.partition(":")[0] for line in sentence.splitlines()] == [
        *["Bộ tiêu chí nhỏ"] * 3,
    ]  # fmt: skip


def test_a_year_is_open_once(inside: Session, campaign: Campaign) -> None:
    with pytest.raises(Conflict) as told:
        open_again(inside, small_spec())
    assert str(told.value) == ("Kỳ đánh giá năm 2025 đang mở. Hãy đóng kỳ đó trước khi mở kỳ mới.")
    other = open_again(inside, small_spec(), year=2026)
    close_campaign(inside, campaign_id=campaign.id, by=COMMAND)
    again = open_again(inside, small_spec())
    listed = [(item.id, item.stage) for item in list_campaigns(inside, by=COMMAND)]
    assert listed == [(other.id, "open"), (again.id, "open"), (campaign.id, "closed")]


def test_two_who_open_a_year_at_once_open_it_once(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        apply_province(session, spec=small_spec(), by=COMMAND)
        province = province_of(session)

    def attempt(_: int) -> str:
        with sessions.begin() as session:
            enter_province(session, province)
            return open_again(session, small_spec()).stage

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(attempt, at) for at in range(4)]
    outcomes = [str(each.exception() or each.result()) for each in done]
    refused = "Kỳ đánh giá năm 2025 đang mở. Hãy đóng kỳ đó trước khi mở kỳ mới."
    assert sorted(outcomes) == [refused] * 3 + ["open"]


def test_the_newest_version_of_a_set_is_taken(sessions: sessionmaker[Session]) -> None:
    spec = small_spec(criteria_sets=[criteria(), criteria(version="2", kinds=["xa"])])
    with sessions.begin() as session:
        campaign = open_small(session, spec)
        sets = scoring_sets(session, campaign)
        assert {kind: item.row.version for kind, item in sets.items()} == {"so": "1", "xa": "2"}


def test_a_set_serves_its_own_years(sessions: sessionmaker[Session]) -> None:
    spec = small_spec(
        criteria_sets=[
            criteria(last_year=2025),
            criteria(version="2", kinds=["so"], first_year=2026, last_year=2027),
        ]
    )
    with sessions.begin() as session:
        apply_province(session, spec=spec, by=COMMAND)
        versions = {
            year: {
                kind: item.row.version
                for kind, item in scoring_sets(session, open_again(session, spec, year)).items()
            }
            for year in (2024, 2025, 2026, 2027)
        }
        assert versions == {
            2024: {"so": "1", "xa": "1"},
            2025: {"so": "1", "xa": "1"},
            2026: {"so": "2"},
            2027: {"so": "2"},
        }
        with pytest.raises(Conflict, match=r"^Chưa có bộ tiêu chí nào cho năm 2028\."):
            open_again(session, spec, 2028)


def test_closing_ends_the_campaign_for_good(inside: Session, campaign: Campaign) -> None:
    closed = close_campaign(inside, campaign_id=campaign.id, by=COMMAND)
    assert closed.stage == "closed"
    with pytest.raises(Conflict, match=r"^Kỳ đánh giá năm 2025 đã đóng\.$"):
        close_campaign(inside, campaign_id=campaign.id, by=COMMAND)
    with pytest.raises(Conflict, match=r"^Kỳ đánh giá năm 2025 đã đóng, không nhập được nữa\.$"):
        save_entry(
            inside, campaign_id=campaign.id, unit_id=unit_id(inside, "so-mot"), leaf_code="1.2",
            stage="self", inputs={"points": 1}, by=COMMAND, at=OPENED_AT,
        )  # fmt: skip
    events = inside.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert events == ["province.apply", "campaign.open", "campaign.close"]


def test_a_campaign_that_is_not_there_is_not_found(inside: Session) -> None:
    for unknown in (0, -1, 10**9, 2**63, 10**30):
        with pytest.raises(NotFound, match="Không có kỳ đánh giá này"):
            campaign_by_id(inside, campaign_id=unknown)


def test_opening_refuses_a_title_that_cannot_be_kept(inside: Session) -> None:
    with pytest.raises(Invalid, match=r"^Tên kỳ đánh giá: "):
        open_campaign(
            inside, spec=small_spec(), year=2026, by=COMMAND, at=OPENED_AT, timezone=TIMEZONE,
            title="Kỳ\0 2026",
        )  # fmt: skip
