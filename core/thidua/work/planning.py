"""A campaign before it opens: its draft with windows, and what stands in the way of opening."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.lint import Finding, lint
from thidua.store.actor import Actor
from thidua.store.appraisal import Assignment, SubstituteAgency
from thidua.store.audit import record
from thidua.store.campaigns import Campaign
from thidua.store.schedules import STEPS, CampaignWindow
from thidua.store.units import Cluster, UnitKind
from thidua.work.access import STAFF, require
from thidua.work.campaigns import units_on
from thidua.work.criteria import leaves_without_guidance
from thidua.work.duties import duties_of
from thidua.work.given import words
from thidua.work.opening import (
    LONGEST_TITLE,
    Frozen,
    default_title,
    found_at,
    living_campaign,
    mark_drafts,
    refuse_ended,
    refuse_open,
    to_freeze,
    unsubstituted,
)
from thidua.work.schedule import add_windows, locked_campaign, refuse_unfit, said, schedule_of
from thidua.work.versions import wait_turn
from thidua.work.windows import STEP_NAMES, Window, local_day

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Years that can be assessed; beyond them it is a slip of the keyboard."""


def plan_campaign(
    session: Session,
    *,
    year: int,
    windows: Sequence[Window] = (),
    by: Actor,
    at: datetime,
    title: str = "",
) -> Campaign:
    """Make the draft of a year's campaign with its windows; nothing is frozen, nobody enters.

    ``Invalid`` with every problem of the windows, or of the year; ``Conflict`` when the year has a
    draft already or is open. Opening it is ``open_campaign``; ``set_windows`` changes its windows.
    """
    require(session, by, STAFF, "lập kế hoạch kỳ đánh giá")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        reason = f"Hãy ghi một năm từ {FIRST_YEAR} đến {LAST_YEAR}."
        raise Invalid.one("Năm đánh giá", reason)
    refuse_unfit(windows)
    title = words("Tên kỳ đánh giá", title, longest=LONGEST_TITLE)
    wait_turn(session)
    living = living_campaign(session, year)
    refuse_open(living)
    if living is not None:
        raise Conflict(f"Năm {year} đã có kỳ đang chuẩn bị. Hãy sửa thời hạn của kỳ đó.")
    campaign = Campaign(
        year=year,
        title=title or default_title(year),
        stage="draft",
        opens_on=local_day(min((item.opens_at for item in windows), default=at)),
        illustrative=False,
    )
    session.add(campaign)
    session.flush()
    mark_drafts(session)
    add_windows(session, campaign, windows)
    record(
        session, actor=by, action="campaign.plan", subject=("campaign", campaign.id),
        after={"year": year, "windows": said(windows)},
    )  # fmt: skip
    session.flush()
    return campaign


def drop_plan(session: Session, *, campaign_id: int, by: Actor) -> None:
    """Drop a draft with its windows. ``Conflict`` once the campaign has opened."""
    require(session, by, STAFF, "bỏ kỳ đánh giá đang chuẩn bị")
    wait_turn(session)
    campaign = locked_campaign(session, campaign_id)
    if campaign.stage != "draft":
        raise Conflict("Chỉ bỏ được kỳ đang chuẩn bị. Kỳ đã mở thì đóng lại.")
    record(
        session, actor=by, action="campaign.drop", subject=("campaign", campaign.id),
        before={"year": campaign.year, "windows": said(schedule_of(session, campaign).plan)},
    )  # fmt: skip
    for table in (CampaignWindow, Assignment, SubstituteAgency):
        session.execute(delete(table).where(table.campaign_id == campaign.id))
    session.delete(campaign)
    session.flush()


def opening_check(
    session: Session, *, spec: ProvinceSpec, year: int, by: Actor, at: datetime, timezone: ZoneInfo
) -> list[Finding]:
    """All that keeps a year from opening at this time (``error``), and what is worth a look.

    Each finding says what to do. Without an ``error`` that is not acknowledged ``open_campaign``
    goes through. Nothing is written.
    """
    require(session, by, STAFF, "kiểm tra trước khi mở kỳ đánh giá")
    day = at.astimezone(timezone).date()
    living = living_campaign(session, year)
    found = [*_refused(spec, living, day)]
    try:
        frozen = to_freeze(session, year, day)
    except Conflict as told:
        return [*found, _error("empty", "kỳ đánh giá", told)]
    campaign = living or Campaign(year=year)
    found += _of_sets(session, campaign, frozen)
    found += _of_agencies(session, campaign, frozen)
    found += _of_units(session, frozen, day)
    return [*found, *_of_windows(session, living)]


def _refused(spec: ProvinceSpec, living: Campaign | None, day: date) -> Iterator[Finding]:
    try:
        refuse_ended(spec, day)
    except Conflict as told:
        yield _error("ended", "tỉnh", told)
    try:
        refuse_open(living)
    except Conflict as told:
        yield _error("open", "kỳ đánh giá", told)


def _error(code: str, place: str, told: Conflict) -> Finding:
    message, _, remedy = str(told).rstrip(".").partition(". ")
    return Finding(code, place, "error", message, remedy and f"{remedy}.")


def _of_sets(session: Session, campaign: Campaign, frozen: Frozen) -> Iterator[Finding]:
    items = {item.row.id: item for item in frozen.sets.values()}.values()
    for item in items:
        criteria = item.criteria
        agencies = duties_of(session, campaign, criteria).agencies
        for found in lint(criteria, item.grading):
            assigned = found.code == "no-appraiser" and found.place in agencies
            if found.acknowledged is None and not assigned:
                yield replace(found, place=found_at(criteria, found))
        bare = [leaf.code for leaf in leaves_without_guidance(criteria)]
        if bare:
            yield Finding(
                "guidance", criteria.title, "warning",
                f"{len(bare)} tiêu chí chưa có hướng dẫn chấm: {_some(bare)}",
                "Đề nghị cơ quan thẩm định soạn hướng dẫn trước khi mở kỳ.",
            )  # fmt: skip


def _of_agencies(session: Session, campaign: Campaign, frozen: Frozen) -> Iterator[Finding]:
    for name in unsubstituted(session, campaign, frozen):
        yield Finding(
            "substitute", name, "error",
            "vừa thẩm định vừa được chấm mà chưa có cơ quan thẩm định thay",
            "Phân công cơ quan thẩm định thay cho phiếu của đơn vị này.",
        )  # fmt: skip


def _of_units(session: Session, frozen: Frozen, day: date) -> Iterator[Finding]:
    kinds = {row.code: row.name for row in session.scalars(select(UnitKind))}
    grouped = set(session.scalars(select(Cluster.kind)))
    units = units_on(session, day=day)
    left_out = Counter(unit.kind for unit in units if unit.kind not in frozen.sets)
    for kind, count in sorted(left_out.items()):
        yield Finding(
            "kind", kinds[kind], "warning",
            f"{count} đơn vị không có bộ tiêu chí nên không được chấm",
            "Nhập bộ tiêu chí cho loại đơn vị này, nếu năm nay có chấm.",
        )  # fmt: skip
    alone = [unit.name for unit in frozen.units if unit.kind in grouped and not unit.cluster]
    if alone:
        yield Finding(
            "cluster", "cụm, khối thi đua", "warning",
            f"{len(alone)} đơn vị chưa xếp vào cụm, khối nào: {_some(alone)}",
            "Xếp cụm, khối cho đơn vị; nếu không, các đơn vị này xếp hạng riêng.",
        )  # fmt: skip


def _of_windows(session: Session, campaign: Campaign | None) -> Iterator[Finding]:
    there = schedule_of(session, campaign).windows if campaign else {}
    missing = [STEP_NAMES[step] for step in STEPS if step not in there]
    if missing:
        yield Finding(
            "windows", "thời hạn", "warning",
            f"các bước chưa có thời hạn, để mở suốt kỳ: {', '.join(missing)}",
            "Đặt thời hạn cho từng bước, nếu kế hoạch có.",
        )  # fmt: skip


def _some(names: Sequence[str], most: int = 5) -> str:
    more = f" và {len(names) - most} nữa" if len(names) > most else ""
    return ", ".join(names[:most]) + more
