"""The appraiser's desk: what is left, which round it is, what accepting a line would say."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import OPENED_AT, enter, person, unit_id

from thidua.errors import NotAllowed, NotFound
from thidua.store.campaigns import Campaign
from thidua.store.sheets import EntryStage
from thidua.work.agency_appraisal import agency_appraisal
from thidua.work.appraisal_desk import LineDesk, criterion_desk, line_desk
from thidua.work.appraisal_duties import HandedOver, Progress, my_duties
from thidua.work.explanations import request_explanation
from thidua.work.schedule import extend, set_windows
from thidua.work.windows import Window

DAY = timedelta(days=1)
HALF, ALL = {"numerator": 20, "denominator": 40}, {"numerator": 40, "denominator": 40}
FIRST = Window("appraisal_1", OPENED_AT, OPENED_AT + 10 * DAY)
BETWEEN = Window("explanation", OPENED_AT + 8 * DAY, OPENED_AT + 15 * DAY)
SECOND = Window("appraisal_2", OPENED_AT + 12 * DAY, OPENED_AT + 20 * DAY)


def line(session: Session, campaign: Campaign, unit: str = "so-mot", *, day: int = 1) -> LineDesk:
    return line_desk(
        session, campaign_id=campaign.id, unit_id=unit_id(session, unit), leaf_code="1.1",
        by=person(session, "appraiser", "so-hai"), at=OPENED_AT + day * DAY,
    )  # fmt: skip


def plan(session: Session, campaign: Campaign) -> None:
    windows = (FIRST, BETWEEN, SECOND)
    set_windows(
        session, campaign_id=campaign.id, windows=windows, by=COMMAND, at=OPENED_AT - 2 * DAY
    )


def test_duties_count_what_counts(inside: Session, campaign: Campaign) -> None:
    for unit in ("so-mot", "xa-mot"):
        enter(inside, campaign, unit, {"1.1": ALL}, "self")
    enter(inside, campaign, "xa-mot", {"1.1": HALF}, "appraised")
    request_explanation(
        inside, campaign_id=campaign.id, unit_id=unit_id(inside, "xa-mot"), leaf_code="1.1",
        question="Vì sao?", by=COMMAND, at=OPENED_AT,
    )  # fmt: skip
    by = person(inside, "appraiser", "so-hai")
    [found] = my_duties(inside, by=by, at=OPENED_AT)
    leaves = {leaf.code: leaf.progress for domain in found.domains for leaf in domain.leaves}
    assert leaves == {
        "1.1": Progress(lines=2, first=1, second=0, asked=1, answered=0, outliers=0),
        "1.2": Progress(lines=3, first=0, second=0, asked=0, answered=0, outliers=0),
        "2.2": Progress(lines=3, first=0, second=0, asked=0, answered=0, outliers=0),
    }
    assert found.progress == Progress(8, 1, 0, 1, 0, 0)
    assert {unit.name: unit.progress.lines for unit in found.units} == {
        "Sở Một": 3, "Sở Ba": 2, "Xã Một": 3,
    }  # fmt: skip
    assert found.own == (HandedOver("Sở Hai", "Sở Ba", ("1.1", "1.2")),)
    assert (found.agencies, found.supplies) == ({unit_id(inside, "so-hai"): "Sở Hai"}, False)
    paper = agency_appraisal(
        inside, campaign_id=campaign.id, agency_id=unit_id(inside, "so-hai"), by=by
    )
    printed = [leaf for domain in paper.domains for leaf in domain.leaves]
    assert {leaf.code: [row.unit for row in leaf.lines] for leaf in printed} == {
        "1.1": ["Sở Một", "Xã Một"], "1.2": ["Sở Ba", "Sở Một", "Xã Một"],
    }  # fmt: skip


CALENDAR: tuple[tuple[int, EntryStage, tuple[str, ...], str, str], ...] = (
    (-1, "appraised", ("coming", "coming", "coming"), "Chưa đến hạn", "Chưa đến hạn"),
    (1, "appraised", ("open", "coming", "coming"), "", ""),
    (11, "appraised", ("over", "open", "coming"), "Đã hết hạn thẩm định lần 1", ""),
    (13, "reappraised", ("over", "open", "open"), "", ""),
    (30, "reappraised", ("over", "over", "over"), "Đã hết hạn thẩm định lần 2", "Đã hết hạn"),
)
"""Day, round, steps, why nothing is entered, why nothing is asked."""


def test_the_calendar_says_which_round_it_is(inside: Session, campaign: Campaign) -> None:
    plan(inside, campaign)
    for day, stage, states, closed, unasked in CALENDAR:
        found = line(inside, campaign, day=day).round
        assert (found.stage, tuple(term.state for term in found.terms)) == (stage, states)
        for said, expected in ((found.closed, closed), (found.unasked, unasked)):
            assert said.get(unit_id(inside, "so-mot"), "").startswith(expected)
            assert bool(said) == bool(expected)


def test_an_extension_is_for_its_unit(inside: Session, campaign: Campaign) -> None:
    plan(inside, campaign)
    one, at = unit_id(inside, "so-mot"), OPENED_AT + 11 * DAY
    extend(
        inside, campaign_id=campaign.id, step="appraisal_1", until=at + DAY, reason="Thử",
        unit_id=one, by=COMMAND, at=OPENED_AT,
    )  # fmt: skip
    found = criterion_desk(
        inside, campaign_id=campaign.id, leaf_code="1.1", at=at,
        by=person(inside, "appraiser", "so-hai"),
    )  # fmt: skip
    assert one not in found.round.closed
    assert unit_id(inside, "xa-mot") in found.round.closed


def test_accepting_says_what_the_round_looks_at(inside: Session, campaign: Campaign) -> None:
    assert line(inside, campaign).accepted is None
    enter(inside, campaign, "so-mot", {"1.1": ALL}, "self")
    assert line(inside, campaign).accepted == ALL
    enter(inside, campaign, "so-mot", {"1.1": HALF}, "appraised")
    plan(inside, campaign)
    assert [line(inside, campaign, day=day).accepted for day in (1, 13)] == [ALL, HALF]


def test_a_line_of_others_is_not_shown(inside: Session, campaign: Campaign) -> None:
    at: datetime = OPENED_AT
    asked = {"campaign_id": campaign.id, "unit_id": unit_id(inside, "so-mot"), "at": at}
    by = person(inside, "appraiser", "so-ba")
    with pytest.raises(NotAllowed, match=r"Tiêu chí 1\.1 do cơ quan khác thẩm định"):
        line_desk(inside, leaf_code="1.1", by=by, **asked)  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="không có mã 9"):
        line_desk(inside, leaf_code="9", by=by, **asked)  # type: ignore[arg-type]
