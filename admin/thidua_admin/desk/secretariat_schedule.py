"""What the secretariat decides about a campaign's calendar: plan, open, extend, close."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import get_args

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from thidua.errors import Invalid
from thidua.store.schedules import STEPS, Step
from thidua.work.access import STAFF, require
from thidua.work.campaigns import campaign_by_id, campaign_units, close_campaign, list_campaigns
from thidua.work.opening import open_campaign
from thidua.work.planning import drop_plan, plan_campaign
from thidua.work.schedule import (
    campaign_schedule,
    end_step,
    extend,
    set_windows,
    withdraw_extension,
)
from thidua.work.windows import STEP_NAMES, Window
from thidua_admin.console.lookups import kind_names, loaded_province, runtime
from thidua_admin.console.verbs import through
from thidua_admin.desk.moment import now
from thidua_admin.desk.pages import desk
from thidua_admin.desk.secretariat import capital
from thidua_admin.desk.secretariat_fields import (
    done,
    moment,
    number,
    text,
    typed_windows,
    windows,
)
from thidua_admin.security import actor, db_session


@desk.route("/thuong-truc/lap-ke-hoach", methods=("GET", "POST"))
def secretariat_plan() -> ResponseReturnValue:
    """Plan a year: its draft with the terms of its steps, those of last year to begin with."""
    require(db_session(), actor(), STAFF, gettext("lập kế hoạch kỳ đánh giá"))
    if request.method == "POST":
        made = through(
            lambda: plan_campaign(
                db_session(),
                year=number("year"),
                title=text("title"),
                windows=windows(),
                by=actor(),
                at=now(),
            )
        )
        if made:
            flash(gettext("Đã lập kế hoạch năm %(year)s.", year=made.year), "success")
            return _to(made.id)
    year = max((item.year for item in list_campaigns(db_session(), by=actor())), default=0) + 1
    return render_template(
        "desk/secretariat_plan.html",
        year=request.form.get("year", year if year > 1 else now().year),
        fields=typed_windows(_last_year()),
        steps=_steps(),
    )


@desk.route("/thuong-truc/<int:campaign_id>/thoi-han", methods=("GET", "POST"))
def secretariat_windows(campaign_id: int) -> ResponseReturnValue:
    """Set the terms of the steps; of an open campaign only of those that have not begun."""
    require(db_session(), actor(), STAFF, gettext("đặt thời hạn các bước"))
    campaign = campaign_by_id(db_session(), campaign_id=campaign_id)
    schedule, _ = campaign_schedule(db_session(), campaign_id=campaign_id, by=actor())
    at = now()
    if request.method == "POST" and done(
        lambda: set_windows(
            db_session(), campaign_id=campaign_id, windows=windows(), by=actor(), at=at
        )
    ):
        flash(gettext("Đã đặt thời hạn các bước."), "success")
        return _to(campaign_id)
    begun = [item.step for item in schedule.plan if item.opens_at <= at]
    return render_template(
        "desk/secretariat_windows.html",
        campaign=campaign,
        fields=typed_windows(schedule.plan),
        begun=begun if campaign.stage == "open" else (),
        steps=_steps(),
    )


@desk.route("/thuong-truc/<int:campaign_id>/gia-han", methods=("GET", "POST"))
def secretariat_extend(campaign_id: int) -> ResponseReturnValue:
    """Lengthen a step or open it again: for all, a kind, or one unit."""
    require(db_session(), actor(), STAFF, gettext("gia hạn"))
    campaign = campaign_by_id(db_session(), campaign_id=campaign_id)
    if request.method == "POST" and done(lambda: _extend(campaign_id)):
        flash(gettext("Đã gia hạn."), "success")
        return _to(campaign_id)
    schedule, _ = campaign_schedule(db_session(), campaign_id=campaign_id, by=actor())
    asked = {**request.args, **request.form}
    units = campaign_units(db_session(), campaign).values()
    kinds = dict.fromkeys(unit.kind for unit in units)
    return render_template(
        "desk/secretariat_extend.html",
        campaign=campaign,
        asked=asked,
        steps={window.step: capital(str(window)) for window in schedule.plan},
        kinds={kind: kind_names()[kind] for kind in kinds},
        units=units,
    )


@desk.post("/thuong-truc/<int:campaign_id>/rut-gia-han")
def secretariat_withdraw(campaign_id: int) -> ResponseReturnValue:
    """Take an extension back."""
    done = through(
        lambda: withdraw_extension(
            db_session(),
            extension_id=number("extension"),
            by=actor().because(text("reason")),
            at=now(),
        )
    )
    if done:
        flash(gettext("Đã rút lại gia hạn; thời hạn trước đó có hiệu lực trở lại."), "success")
    return _to(campaign_id)


@desk.post("/thuong-truc/<int:campaign_id>/ket-thuc-buoc")
def secretariat_end_step(campaign_id: int) -> ResponseReturnValue:
    """End a running step now."""
    ended = through(
        lambda: end_step(
            db_session(),
            campaign_id=campaign_id,
            step=_step(),
            by=actor().because(text("reason")),
            at=now(),
        )
    )
    if ended:
        flash(gettext("Đã kết thúc bước; từ lúc này không nhập được nữa."), "success")
    return _to(campaign_id)


@desk.post("/thuong-truc/<int:campaign_id>/mo")
def secretariat_open(campaign_id: int) -> ResponseReturnValue:
    """Open the year of a draft."""
    campaign = campaign_by_id(db_session(), campaign_id=campaign_id)
    opened = through(
        lambda: open_campaign(
            db_session(),
            spec=loaded_province().spec,
            year=campaign.year,
            by=actor(),
            at=now(),
            timezone=runtime().timezone,
        )
    )
    if opened:
        flash(gettext("Đã mở kỳ đánh giá năm %(year)s.", year=opened.year), "success")
    return _to(campaign_id)


@desk.post("/thuong-truc/<int:campaign_id>/bo")
def secretariat_drop(campaign_id: int) -> ResponseReturnValue:
    """Drop a draft."""
    if not done(lambda: drop_plan(db_session(), campaign_id=campaign_id, by=actor())):
        return _to(campaign_id)
    flash(gettext("Đã bỏ kỳ đang chuẩn bị."), "success")
    return redirect(url_for("desk.secretariat"))


@desk.post("/thuong-truc/<int:campaign_id>/dong")
def secretariat_close(campaign_id: int) -> ResponseReturnValue:
    """Close a campaign."""
    closed = through(
        lambda: close_campaign(
            db_session(), campaign_id=campaign_id, by=actor().because(text("reason"))
        )
    )
    if closed:
        flash(gettext("Đã đóng kỳ đánh giá."), "success")
    return _to(campaign_id)


def _to(campaign_id: int) -> ResponseReturnValue:
    return redirect(url_for("desk.secretariat_campaign", campaign_id=campaign_id))


def _steps() -> dict[str, str]:
    return {step: capital(STEP_NAMES[step]) for step in STEPS}


def _last_year() -> Sequence[Window]:
    """The plan of the newest campaign, a year later; nothing where it had none."""
    for campaign in list_campaigns(db_session(), by=actor())[:1]:
        schedule, _ = campaign_schedule(db_session(), campaign_id=campaign.id, by=actor())
        if schedule.plan:
            return [
                Window(item.step, _later(item.opens_at), _later(item.closes_at))
                for item in schedule.plan
            ]
    return ()


def _later(at: datetime) -> datetime:
    """The same day and hour of the next year; of a leap day the day before."""
    local = at.astimezone(runtime().timezone)
    with suppress(ValueError):
        return local.replace(year=local.year + 1)
    return local.replace(year=local.year + 1, day=28)


def _extend(campaign_id: int) -> object:
    what, _, which = text("whom").partition("-")
    return extend(
        db_session(),
        campaign_id=campaign_id,
        step=_step(),
        until=moment("until", gettext("Gia hạn đến")),
        reason=text("reason"),
        by=actor(),
        at=now(),
        kind=which if what == "kind" else None,
        unit_id=_number(which) if what == "unit" else None,
    )


def _number(typed: str) -> int:
    """The id; 0, which no row has, for what is none."""
    return int(typed) if typed.isdecimal() else 0


def _step() -> Step:
    known: dict[str, Step] = {step: step for step in get_args(Step)}
    if text("step") not in known:
        raise Invalid.one(gettext("Bước"), gettext("Hãy chọn một bước."))
    return known[text("step")]
