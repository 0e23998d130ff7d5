"""A campaign before it opens: its draft, the check, and the draft that opens."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import (
    NAMES,
    OPENED_AT,
    TIMEZONE,
    YEAR,
    compute,
    criteria,
    domain,
    leaf,
    open_again,
    small_spec,
    unit_id,
)

from thidua.errors import Conflict, Invalid, NotFound
from thidua.registry import load_province
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.criteria import CriteriaSet
from thidua.spec.loading import parse
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.schedules import CampaignWindow
from thidua.work.campaigns import close_campaign, list_campaigns, scoring_sets
from thidua.work.entries import save_entry
from thidua.work.planning import drop_plan, opening_check, plan_campaign
from thidua.work.provinces import apply_province, store_set
from thidua.work.schedule import campaign_schedule, extend, set_windows
from thidua.work.windows import Window
from thidua_tiengiang.plugin import province as tiengiang

DAY = timedelta(days=1)
FOLLOWING = Window(
    "following", datetime(2025, 12, 31, 17, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
)
SELF = Window("self", FOLLOWING.closes_at, FOLLOWING.closes_at + 30 * DAY)


@pytest.fixture
def applied(sessions: sessionmaker[Session]) -> Any:
    """A session inside the small province, which has no campaign."""
    with sessions() as session:
        apply_province(session, spec=small_spec(), by=COMMAND)
        yield session


def plan(session: Session, *windows: Window, year: int = YEAR) -> Campaign:
    return plan_campaign(session, year=year, windows=windows, by=COMMAND, at=OPENED_AT)


def checked(session: Session, spec: ProvinceSpec, **asked: Any) -> list[tuple[str, str, str]]:
    """Severity, code and place of what the check finds."""
    given = {"year": YEAR, "by": COMMAND, "at": OPENED_AT, "timezone": TIMEZONE, **asked}
    found = opening_check(session, spec=spec, **given)
    return [(item.severity, item.code, item.place) for item in found]


def test_a_draft_has_windows_and_freezes_nothing(applied: Session) -> None:
    draft = plan(applied, SELF, FOLLOWING)
    assert (draft.stage, draft.title, draft.opens_on, draft.opened_at) == (
        "draft", "Chỉ số cải cách hành chính năm 2025", date(2026, 1, 1), None,
    )  # fmt: skip
    assert (draft.units, draft.sets) == ([], [])
    schedule, extensions = campaign_schedule(applied, campaign_id=draft.id, by=COMMAND)
    assert (schedule.plan, list(extensions)) == ([FOLLOWING, SELF], [])
    assert [item.stage for item in list_campaigns(applied, by=COMMAND)] == ["draft"]
    again = set_windows(
        applied, campaign_id=draft.id, windows=[SELF], by=COMMAND, at=SELF.opens_at + DAY
    )
    assert again.plan == [SELF]


def test_nothing_happens_in_a_draft_but_planning(applied: Session) -> None:
    draft = plan(applied, SELF)
    waits = r"^Kỳ đánh giá (năm 2025 )?đang chuẩn bị, chưa mở"
    with pytest.raises(Conflict, match=waits):
        compute(applied, draft)
    with pytest.raises(Conflict, match=waits):
        save_entry(
            applied, campaign_id=draft.id, unit_id=unit_id(applied, "so-mot"), leaf_code="1.2",
            stage="self", inputs={"points": 1}, by=COMMAND, at=OPENED_AT,
        )  # fmt: skip
    with pytest.raises(Conflict, match=r"^Chỉ gia hạn trong kỳ đánh giá đang mở\.$"):
        extend(
            applied, campaign_id=draft.id, step="self", until=SELF.closes_at + DAY, reason="Bão",
            by=COMMAND, at=OPENED_AT,
        )  # fmt: skip
    with pytest.raises(Conflict, match="đang chuẩn bị, chưa mở"):
        close_campaign(applied, campaign_id=draft.id, by=COMMAND)


def test_a_draft_is_opened_and_freezes_then(applied: Session) -> None:
    draft = plan(applied, FOLLOWING, SELF)
    opened = open_again(applied, small_spec())
    assert (opened.id, opened.stage, opened.opened_at, opened.opens_on, opened.illustrative) == (
        draft.id, "open", OPENED_AT, date(2026, 1, 15), True,
    )  # fmt: skip
    assert ({unit.name for unit in opened.units}, set(scoring_sets(applied, opened))) == (
        {*NAMES.values()}, {"so", "xa"},
    )  # fmt: skip
    schedule, _ = campaign_schedule(applied, campaign_id=opened.id, by=COMMAND)
    assert schedule.plan == [FOLLOWING, SELF]
    actions = applied.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == ["province.apply", "campaign.plan", "campaign.open"]


def test_a_draft_is_illustrative_while_the_set_that_it_would_open_with_is(
    applied: Session,
) -> None:
    draft = plan(applied)
    assert draft.illustrative is True
    stored = applied.scalars(select(StoredCriteriaSet).order_by(StoredCriteriaSet.id)).all()
    for row in stored:
        changed = {"version": "9", "provenance": "official", "source": "Quyết định"}
        text = json.dumps(row.document).replace('"illustrative"', '"official"')
        store_set(applied, criteria=parse(CriteriaSet, {**json.loads(text), **changed}))
    assert draft.illustrative is False


def test_a_year_has_one_draft_or_one_open_campaign(applied: Session) -> None:
    plan(applied)
    with pytest.raises(Conflict, match=r"^Năm 2025 đã có kỳ đang chuẩn bị\. Hãy sửa thời hạn"):
        plan(applied)
    opened = open_again(applied, small_spec())
    with pytest.raises(Conflict, match=r"^Kỳ đánh giá năm 2025 đang mở\."):
        plan(applied)
    close_campaign(applied, campaign_id=opened.id, by=COMMAND)
    assert (plan(applied).stage, plan(applied, year=2026).stage) == ("draft", "draft")


def test_a_plan_that_cannot_be_leaves_nothing(applied: Session) -> None:
    with pytest.raises(Invalid, match="Hãy ghi một năm từ 2000 đến 2100"):
        plan(applied, year=99999)
    with pytest.raises(Invalid, match=r"^tự đánh giá: Giờ kết thúc phải sau giờ bắt đầu\.$"):
        plan(applied, Window("self", SELF.opens_at, SELF.opens_at))
    with pytest.raises(Invalid, match=r"^Tên kỳ đánh giá: "):
        plan_campaign(applied, year=YEAR, by=COMMAND, at=OPENED_AT, title="Kỳ\0")
    assert applied.scalars(select(Campaign)).all() == []


def test_a_draft_is_dropped_and_an_open_campaign_is_not(applied: Session) -> None:
    draft = plan(applied, SELF).id
    drop_plan(applied, campaign_id=draft, by=COMMAND)
    assert applied.scalars(select(Campaign)).all() == []
    assert applied.scalars(select(CampaignWindow)).all() == []
    with pytest.raises(NotFound):
        drop_plan(applied, campaign_id=draft, by=COMMAND)
    opened = open_again(applied, small_spec()).id
    with pytest.raises(Conflict, match=r"^Chỉ bỏ được kỳ đang chuẩn bị\."):
        drop_plan(applied, campaign_id=opened, by=COMMAND)


# -- The check before opening --------------------------------------------------------------------

GUIDED = {"guidance": "Chấm theo báo cáo."}
READY = domain(
    "1", "Một", leaf("1.1", "Trang", 100, {"kind": "manual"}, **GUIDED), appraiser="so-hai"
)


def ready(**changed: Any) -> dict[str, Any]:
    """A set with which nothing is wrong, for departments and communes."""
    plain = {
        "domains": [READY], "exemption_groups": [], "bonus_cap": 0,
        "declared": {"domains": 1, "criteria": 1, "points": 100},
    }  # fmt: skip
    return criteria(**{**plain, **changed})


def test_a_province_that_is_ready_opens(sessions: sessionmaker[Session]) -> None:
    spec = small_spec(criteria_sets=[ready()])
    with sessions.begin() as session:
        apply_province(session, spec=spec, by=COMMAND)
        plan(session, SELF)
        (windows,) = opening_check(
            session, spec=spec, year=YEAR, by=COMMAND, at=OPENED_AT, timezone=TIMEZONE
        )
        assert (windows.severity, windows.message) == (
            "warning",
            "các bước chưa có thời hạn, để mở suốt kỳ: theo dõi, thẩm định lần 1, giải trình, "
            "thẩm định lần 2, Hội đồng thẩm định thông qua, kiến nghị",
        )
        assert open_again(session, spec).stage == "open"


def test_all_that_is_in_the_way_is_listed_at_once(sessions: sessionmaker[Session]) -> None:
    unit = {"valid_from": "2025-07-01", "provenance": "illustrative"}
    spec = small_spec(
        units=[
            {"key": "so-mot", "name": "Sở Một", "kind": "so", **unit},
            {"key": "xa-mot", "name": "Xã Một", "kind": "xa", **unit},
        ],
        criteria_sets=[
            ready(
                kinds=["so"],
                substitutes=[],
                declared={"domains": 1, "criteria": 2, "points": 100},
                domains=[{**READY, "appraiser": "so-mot"}],
            )
        ],
    )
    with sessions.begin() as session:
        apply_province(session, spec=spec, by=COMMAND)
        found = opening_check(
            session, spec=spec, year=YEAR, by=COMMAND, at=OPENED_AT, timezone=TIMEZONE
        )
        assert [(f.severity, f.code, f.place, f.message) for f in found[:-1]] == [
            (
                "error", "declared-criteria", "Bộ tiêu chí nhỏ",
                "nguồn ghi 2 tiêu chí, cộng trong bộ được 1",
            ),
            (
                "error", "substitute", "Sở Một",
                "vừa thẩm định vừa được chấm mà chưa có cơ quan thẩm định thay",
            ),
            (
                "warning", "kind", "Cấp xã",
                "1 đơn vị không có bộ tiêu chí nên không được chấm",
            ),
            (
                "warning", "cluster", "cụm, khối thi đua",
                "1 đơn vị chưa xếp vào cụm, khối nào: Sở Một",
            ),
        ]  # fmt: skip
        assert all(item.remedy for item in found)


def test_the_check_says_which_leaves_lack_guidance(applied: Session) -> None:
    """Nobody writes any for 2.1, a survey."""
    (found,) = [
        item
        for item in opening_check(
            applied, spec=small_spec(), year=YEAR, by=COMMAND, at=OPENED_AT, timezone=TIMEZONE
        )
        if item.code == "guidance"
    ]
    assert (found.place, found.message) == (
        "Bộ tiêu chí nhỏ", "3 tiêu chí chưa có hướng dẫn chấm: 1.1, 1.2, 2.2",
    )  # fmt: skip


def test_the_check_and_opening_refuse_for_the_same_reasons(
    sessions: sessionmaker[Session],
) -> None:
    own = domain("1", "Một", READY["criteria"][0], appraiser="so-mot")
    with sessions.begin() as session:
        spec = small_spec(criteria_sets=[ready(domains=[own], substitutes=[])])
        apply_province(session, spec=spec, by=COMMAND)
        assert ("error", "substitute", "Sở Một") in checked(session, spec)
        with pytest.raises(Conflict, match=r"^Chưa có cơ quan thẩm định thay cho: Sở Một\."):
            open_again(session, spec)


def test_the_check_of_an_open_year_an_ended_province_and_an_empty_one(
    sessions: sessionmaker[Session], applied: Session
) -> None:
    open_again(applied, small_spec())
    assert ("error", "open", "kỳ đánh giá") in checked(applied, small_spec())
    (found,) = [
        item
        for item in opening_check(
            applied, spec=small_spec(), year=2031, by=COMMAND, timezone=TIMEZONE,
            at=datetime(2025, 6, 1, tzinfo=UTC),
        )
        if item.code == "empty"
    ]  # fmt: skip
    assert (found.message, found.remedy) == (
        "Không có đơn vị nào để chấm vào ngày mở", "Hãy khai đơn vị trước.",
    )  # fmt: skip
    ended = load_province("tiengiang", tiengiang).spec
    with sessions.begin() as session:
        apply_province(session, spec=ended, by=COMMAND)
        assert checked(session, ended, year=2026) == [
            ("error", "ended", "tỉnh"), ("error", "empty", "kỳ đánh giá"),
        ]  # fmt: skip
