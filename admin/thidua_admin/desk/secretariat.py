"""The secretariat's desk: the campaigns, where one of them stands, who is to be reminded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from thidua.store.campaigns import Campaign
from thidua.store.schedules import STEPS, Extension, Step
from thidua.work.access import STAFF, require
from thidua.work.campaigns import campaign_by_id, list_campaigns
from thidua.work.expected import Outside, expected_figures
from thidua.work.lateness import READERS, Late, reminder_text
from thidua.work.petitions import list_petitions
from thidua.work.planning import opening_check
from thidua.work.progress import Standing, campaign_standing
from thidua.work.results import visible_versions
from thidua.work.schedule import campaign_schedule
from thidua.work.tables import KIND_WORDS
from thidua.work.windows import STEP_NAMES, Schedule, hour
from thidua_admin.console.lookups import kind_names, loaded_province, runtime
from thidua_admin.desk.moment import now
from thidua_admin.desk.pages import desk
from thidua_admin.security import actor, db_session, rights

When = Literal["past", "now", "coming", "always"]
TONES = {"past": "neutral", "now": "good", "coming": "info", "always": "neutral"}


@dataclass(frozen=True)
class StepShown:
    """One step of the year as it stands: ``end`` is what holds for all, extensions counted."""

    step: Step
    when: When
    opens: datetime | None
    closes: datetime | None
    end: datetime | None
    extensions: Sequence[Extension]

    @property
    def name(self) -> str:
        """What the step is called, to begin a line."""
        return capital(STEP_NAMES[self.step])


@dataclass(frozen=True)
class Waiting:
    """What the desk waits for from elsewhere: figures that came of those expected, petitions."""

    came: int
    expected: int
    petitions: int


@desk.get("/thuong-truc")
def secretariat() -> ResponseReturnValue:
    """The campaigns: those that live first."""
    require(db_session(), actor(), READERS, gettext("xem bàn làm việc của Thường trực"))
    found = list_campaigns(db_session(), by=actor())
    return render_template(
        "desk/secretariat.html",
        living=[item for item in found if item.stage != "closed"],
        closed=[item for item in found if item.stage == "closed"],
        may=rights().any_of(STAFF),
    )


@desk.get("/thuong-truc/<int:campaign_id>")
def secretariat_campaign(campaign_id: int) -> ResponseReturnValue:
    """One campaign on one page; of a draft what stands in the way of opening it."""
    require(db_session(), actor(), READERS, gettext("xem bàn làm việc của Thường trực"))
    campaign = campaign_by_id(db_session(), campaign_id=campaign_id)
    at = now()
    schedule, extensions = campaign_schedule(db_session(), campaign_id=campaign_id, by=actor())
    shown = {
        "campaign": campaign,
        "steps": timeline(schedule, extensions, at, closed=campaign.stage == "closed"),
        "names": kind_names(),
        "at": at,
        "hour": hour,
        "tones": TONES,
        "may": rights().any_of(STAFF),
        "may_extend": campaign.stage == "open" and rights().any_of(STAFF),
    }
    if campaign.stage == "draft":
        return render_template(
            "desk/secretariat_draft.html",
            **shown,
            findings=_check(campaign),
            places=_places(campaign_id),
        )
    standing = campaign_standing(db_session(), campaign_id=campaign_id, by=actor(), at=at)
    return render_template(
        "desk/secretariat_campaign.html",
        **shown,
        standing=standing,
        late=_by_step(standing.late),
        waiting=_waiting(campaign_id),
        versions=_versions(campaign_id),
        kind_words=KIND_WORDS,
    )


@desk.get("/thuong-truc/<int:campaign_id>/don-doc")
def secretariat_reminder(campaign_id: int) -> ResponseReturnValue:
    """The text of a reminder to copy, and the list to print as its annex."""
    at = now()
    campaign = campaign_by_id(db_session(), campaign_id=campaign_id)
    standing = campaign_standing(db_session(), campaign_id=campaign_id, by=actor(), at=at)
    late = chosen(standing)
    return render_template(
        "desk/secretariat_reminder.html",
        campaign=campaign,
        standing=standing,
        late=[item for item in late if item.unit_id is not None],
        text=reminder_text(late, title=campaign.title, authority=g.province.authority, at=at),
        steps={item.step: capital(STEP_NAMES[item.step]) for item in standing.late},
        names=kind_names(),
        hour=hour,
        at=at,
    )


def timeline(
    schedule: Schedule, extensions: Sequence[Extension], at: datetime, *, closed: bool = False
) -> Sequence[StepShown]:
    """Every step in the order of the year; one without a window is always open.

    Of a ``closed`` campaign all are over.
    """
    found = []
    for step in STEPS:
        window = schedule.windows.get(step)
        end = schedule.end(step, at=at)
        when: When = "always"
        if closed:
            when = "past"
        elif window and end:
            when = "coming" if at < window.opens_at else "now" if at < end else "past"
        given = [item for item in extensions if item.step == step and item.withdrawn_at is None]
        opens, closes = (window.opens_at, window.closes_at) if window else (None, None)
        found.append(StepShown(step, when, opens, closes, end, given))
    return found


def chosen(standing: Standing) -> Sequence[Late]:
    """Those of the step, kind or unit that the address names; all where it names none."""
    step, kind = request.args.get("step"), request.args.get("kind")
    unit = request.args.get("unit", type=int)
    return [
        item
        for item in standing.late
        if (not step or item.step == step)
        and (not kind or standing.kind_of.get(item.unit_id or 0) == kind)
        and (not unit or item.unit_id == unit)
    ]


def capital(words: str) -> str:
    """The words as the beginning of a line."""
    return words[:1].upper() + words[1:]


def _by_step(late: Sequence[Late]) -> dict[str, list[Late]]:
    found: dict[str, list[Late]] = {}
    for item in late:
        found.setdefault(capital(STEP_NAMES[item.step]), []).append(item)
    return found


def _places(campaign_id: int) -> dict[str, str]:
    """Where a finding of this code is put right, as far as there is a page for it."""
    criteria, units = url_for("criteria.index_view"), url_for("units.index_view")
    duties = url_for("campaigns.duties_view", id=campaign_id)
    return {
        "no-appraiser": duties,
        "substitute": duties,
        "windows": url_for("desk.secretariat_windows", campaign_id=campaign_id),
        "guidance": criteria,
        "kind": criteria,
        "empty": units,
        "cluster": units,
    }


def _check(campaign: Campaign) -> object:
    if not rights().any_of(STAFF):
        return ()
    return opening_check(
        db_session(),
        spec=loaded_province().spec,
        year=campaign.year,
        by=actor(),
        at=now(),
        timezone=runtime().timezone,
    )


def _waiting(campaign_id: int) -> Waiting:
    outside: Outside = expected_figures(db_session(), campaign_id=campaign_id, by=actor())
    petitions = list_petitions(db_session(), campaign_id=campaign_id, by=actor())
    return Waiting(
        came=sum(bool(item.versions or item.not_held) for item in outside.expected),
        expected=len(outside.expected),
        petitions=sum(item.answered_at is None for item in petitions),
    )


def _versions(campaign_id: int) -> Sequence[object]:
    """The campaign's result versions, the newest first."""
    found = visible_versions(db_session(), by=actor())
    return [item for item in found if item.campaign_id == campaign_id]
