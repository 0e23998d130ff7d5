"""The calendar of a campaign: planning its windows, extending them, asking what is open now.

What is open is computed from windows and extensions and a time, whenever it is asked. Who enters
something holds the campaign's row (``FOR SHARE``), who changes the calendar takes it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound, Problem
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.base import Json
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.people import ROLES
from thidua.store.schedules import CampaignWindow, Extension, Step
from thidua.work.access import STAFF, require
from thidua.work.campaigns import campaign_by_id, refuse_draft
from thidua.work.given import find, is_id, needed, words
from thidua.work.windows import (
    STEP_NAMES,
    Extended,
    Schedule,
    Window,
    hour,
    window_problems,
)

_EXTENDED = tuple(item.name for item in fields(Extended))


def refuse_closed(
    session: Session,
    *,
    campaign: Campaign,
    unit_id: int | None,
    kind: str | None,
    step: Step,
    at: datetime,
) -> None:
    """``Conflict`` when nothing of ``step`` may be entered for the unit at ``at``: says since when.

    What belongs to the self-assessment may also be entered in the window ``following``, if the
    campaign has one. ``kind`` is the unit's kind; without a unit only what was extended for all
    counts. The caller holds the campaign's row, so that nobody closes it meanwhile.
    """
    refuse_draft(campaign)
    if campaign.stage == "closed":
        raise Conflict(f"Kỳ đánh giá năm {campaign.year} đã đóng, không nhập được nữa.")
    refusal = schedule_of(session, campaign).refusal(step, at=at, unit_id=unit_id, kind=kind)
    if refusal:
        raise Conflict(refusal)


def schedule_of(session: Session, campaign: Campaign) -> Schedule:
    """The windows and extensions of a campaign as they stand in the database now."""
    ours = CampaignWindow.campaign_id == campaign.id
    rows = session.execute(
        select(
            CampaignWindow.step, CampaignWindow.opens_at, CampaignWindow.closes_at,
            Extension.until, Extension.made_at, Extension.withdrawn_at,
            Extension.kind, Extension.unit_id,
        )
        .outerjoin(
            Extension,
            (Extension.campaign_id == CampaignWindow.campaign_id)
            & (Extension.step == CampaignWindow.step),
        )
        .where(ours)
        .order_by(CampaignWindow.opens_at, Extension.id)
    ).mappings()  # fmt: skip
    return schedule_in(rows.all())


def schedule_in(rows: Sequence[Mapping[Any, Any]]) -> Schedule:
    """Windows and extensions from rows that have both: a window for each of its extensions."""
    return Schedule(
        windows={
            row["step"]: Window(row["step"], row["opens_at"], row["closes_at"]) for row in rows
        },
        extensions=[
            Extended(**{name: row[name] for name in _EXTENDED}) for row in rows if row["until"]
        ],
    )


def campaign_schedule(
    session: Session, *, campaign_id: int, by: Actor
) -> tuple[Schedule, Sequence[Extension]]:
    """The calendar of a campaign, with the extensions as they were given; any role may read."""
    require(session, by, ROLES, "xem lịch của kỳ đánh giá")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    extensions = select(Extension).where(Extension.campaign_id == campaign.id)
    given = session.scalars(extensions.order_by(Extension.id)).all()
    return schedule_of(session, campaign), given


def set_windows(
    session: Session, *, campaign_id: int, windows: Sequence[Window], by: Actor, at: datetime
) -> Schedule:
    """Give a campaign its windows, in place of those it had; a step left out has none.

    ``Invalid`` with every problem of the plan. In an open campaign ``Conflict`` when a window that
    has begun would change or go, or one would begin in the past: a running step is extended; and
    always in a closed one.
    """
    require(session, by, STAFF, "đặt thời hạn các bước")
    campaign = locked_campaign(session, campaign_id)
    before = schedule_of(session, campaign)
    refuse_unfit(windows)
    if campaign.stage == "closed":
        raise Conflict(f"Kỳ đánh giá năm {campaign.year} đã đóng, không đặt lại thời hạn được.")
    if campaign.stage == "open":
        _refuse_begun(before, windows, at)
    ours = CampaignWindow.campaign_id == campaign.id
    session.execute(delete(CampaignWindow).where(ours))
    add_windows(session, campaign, windows)
    record(
        session, actor=by, action="campaign.windows", subject=("campaign", campaign.id),
        before=said(before.plan), after=said(windows),
    )  # fmt: skip
    session.flush()
    return schedule_of(session, campaign)


def extend(
    session: Session,
    *,
    campaign_id: int,
    step: Step,
    until: datetime,
    reason: str,
    by: Actor,
    at: datetime,
    kind: str | None = None,
    unit_id: int | None = None,
) -> Extension:
    """Lengthen a step, or open it again, for one unit, a kind of unit, or (neither named) all.

    ``Invalid`` without a reason or when ``until`` is not after now and after the end that holds
    for them; ``Conflict`` when the step has no window or the campaign is not open; ``NotFound``
    when no such unit or kind takes part.
    """
    require(session, by, STAFF, "gia hạn")
    campaign = locked_campaign(session, campaign_id)
    if campaign.stage != "open":
        raise Conflict("Chỉ gia hạn trong kỳ đánh giá đang mở.")
    kind_of_unit = _kind_asked(session, campaign, kind, unit_id)
    reason = words("Lý do", reason)
    schedule = schedule_of(session, campaign)
    end = schedule.end(step, at=at, unit_id=unit_id, kind=kind_of_unit)
    if end is None:
        raise Conflict(f"Bước {STEP_NAMES[step]} không có thời hạn nên không phải gia hạn.")
    _refuse_useless(reason, until, end, at)
    row = Extension(
        campaign_id=campaign.id, step=step, kind=kind, unit_id=unit_id, until=until,
        reason=reason, made_at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(
        session, actor=by.because(reason), action="campaign.extend", subject=("extension", row.id),
        before={"until": end.isoformat()},
        after={"campaign": campaign.id, "step": step, "kind": kind, "unit": unit_id,
               "until": until.isoformat()},
    )  # fmt: skip
    session.flush()
    return row


def withdraw_extension(
    session: Session, *, extension_id: int, by: Actor, at: datetime
) -> Extension:
    """Take an extension back: from now on the end before it holds again. Needs a reason.

    What was entered meanwhile stays. ``Conflict`` when it is over or was taken back already.
    """
    require(session, by, STAFF, "rút lại gia hạn")
    row = find(session, Extension, extension_id)
    if row is None:
        raise NotFound("Không có lần gia hạn này trong tỉnh đang làm việc.")
    locked_campaign(session, row.campaign_id)
    session.refresh(row)
    reason = needed("Lý do", by.reason, "Hãy ghi lý do rút lại gia hạn.")
    if row.withdrawn_at or row.until <= at:
        raise Conflict("Lần gia hạn này đã hết hoặc đã được rút lại.")
    row.withdrawn_at = max(at, row.made_at)
    record(
        session, actor=by.because(reason), action="campaign.extension_withdraw",
        subject=("extension", row.id), before={"until": row.until.isoformat()},
    )  # fmt: skip
    session.flush()
    return row


def end_step(
    session: Session, *, campaign_id: int, step: Step, by: Actor, at: datetime
) -> Schedule:
    """End a step that is running, now and for all: its term becomes the minute of ``at``.

    Its extensions that still run are taken back. Needs a reason. ``Conflict`` when the step does
    not run by a term or the campaign is not open, ``Invalid`` while a step above it runs. It is
    opened again by ``extend``.
    """
    require(session, by, STAFF, "kết thúc ngay một bước")
    campaign = locked_campaign(session, campaign_id)
    reason = needed("Lý do", by.reason, "Hãy ghi lý do kết thúc bước này trước hạn.")
    schedule = schedule_of(session, campaign)
    window, minute = schedule.windows.get(step), at.replace(second=0, microsecond=0)
    running = [item for item in _given(session, campaign, step) if item.until > at]
    if campaign.stage != "open" or window is None or window.opens_at >= minute:
        raise Conflict(f"Bước {STEP_NAMES[step]} không đang chạy theo thời hạn nào.")
    if window.closes_at <= at and not running:
        raise Conflict(f"Bước {STEP_NAMES[step]} đã hết hạn từ {hour(window.closes_at)}.")
    ended = replace(window, closes_at=min(window.closes_at, minute))
    refuse_unfit([ended if item is window else item for item in schedule.plan])
    for item in running:
        item.withdrawn_at = max(at, item.made_at)
    ours = CampaignWindow.campaign_id == campaign.id, CampaignWindow.step == step
    session.execute(update(CampaignWindow).where(*ours).values(closes_at=ended.closes_at))
    record(
        session, actor=by.because(reason), action="campaign.end_step",
        subject=("campaign", campaign.id),
        before={**said([window]), "extensions": [item.until.isoformat() for item in running]},
        after=said([ended]),
    )  # fmt: skip
    session.flush()
    return schedule_of(session, campaign)


def locked_campaign(session: Session, campaign_id: int) -> Campaign:
    """The campaign, held by this transaction alone: nobody enters or closes meanwhile."""
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    session.refresh(campaign, with_for_update=True)
    return campaign


def add_windows(session: Session, campaign: Campaign, windows: Iterable[Window]) -> None:
    """Store windows, as they were checked."""
    session.add_all(
        CampaignWindow(
            campaign_id=campaign.id, step=item.step, opens_at=item.opens_at,
            closes_at=item.closes_at,
        )
        for item in windows
    )  # fmt: skip


def said(windows: Iterable[Window]) -> Json:
    """What the audit keeps of windows."""
    return {item.step: [item.opens_at.isoformat(), item.closes_at.isoformat()] for item in windows}


def refuse_unfit(windows: Sequence[Window]) -> None:
    """``Invalid`` with all that is wrong with a plan of windows."""
    if problems := window_problems(windows):
        raise Invalid(problems)


def _given(session: Session, campaign: Campaign, step: Step) -> Sequence[Extension]:
    """The extensions of a step that were not taken back."""
    ours = Extension.campaign_id == campaign.id, Extension.step == step
    given = select(Extension).where(*ours, Extension.withdrawn_at.is_(None)).order_by(Extension.id)
    return session.scalars(given.execution_options(populate_existing=True)).all()


def _refuse_begun(before: Schedule, windows: Sequence[Window], at: datetime) -> None:
    """What has begun stays as it is; what is new begins later."""
    kept = {item.step: item for item in windows}
    begun = {step: item for step, item in before.windows.items() if item.opens_at <= at}
    for step, item in begun.items():
        if kept.get(step) != item:
            raise Conflict(
                f"Bước {STEP_NAMES[step]} đã bắt đầu nên không đổi được thời hạn. "
                "Hãy gia hạn hoặc kết thúc ngay, kèm lý do."
            )
    for item in windows:
        if item.step not in begun and item.opens_at <= at:
            raise Conflict(
                f"Kỳ đang mở: thời hạn mới của bước {STEP_NAMES[item.step]} phải bắt đầu "
                "sau lúc này."
            )


def _refuse_useless(reason: str, until: datetime, end: datetime, at: datetime) -> None:
    problems = [] if reason else [Problem("Lý do", "Hãy ghi lý do gia hạn.")]
    if until <= max(end, at):
        problems.append(Problem("Gia hạn đến", f"Phải sau {hour(max(end, at))}."))
    if problems:
        raise Invalid(problems)


def _kind_asked(
    session: Session, campaign: Campaign, kind: str | None, unit_id: int | None
) -> str | None:
    """The kind whose extensions count for those asked for; ``NotFound`` when none takes part."""
    if kind is not None and unit_id is not None:
        raise Invalid.one("Gia hạn cho", "Chọn một loại đơn vị hoặc một đơn vị, không chọn cả hai.")
    if kind is None and unit_id is None:
        return None
    if unit_id is not None:
        asked = CampaignUnit.unit_id == (unit_id if is_id(unit_id) else None)
    else:
        asked = CampaignUnit.kind == kind
    found = session.scalar(
        select(CampaignUnit.kind).where(CampaignUnit.campaign_id == campaign.id, asked).limit(1)
    )
    if found is None:
        raise NotFound("Không có đơn vị, loại đơn vị này trong kỳ đánh giá.")
    return found
