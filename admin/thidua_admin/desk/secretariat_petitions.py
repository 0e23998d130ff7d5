"""Kiến nghị: a unit files, everybody concerned reads, the secretariat answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from thidua.errors import Invalid
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.work.access import READ_ALL, STAFF
from thidua.work.campaigns import campaign_by_id, campaign_units, list_campaigns, scoring_sets
from thidua.work.petitions import answer_petition, file_petition, list_petitions
from thidua.work.results import visible_versions
from thidua.work.schedule import campaign_schedule
from thidua.work.windows import Schedule, hour
from thidua_admin.console.verbs import through
from thidua_admin.desk.moment import now
from thidua_admin.desk.pages import desk
from thidua_admin.desk.secretariat_fields import number, text
from thidua_admin.security import actor, db_session, rights


@desk.get("/kien-nghi")
def petitions() -> ResponseReturnValue:
    """To the petitions of the newest campaign that has opened."""
    found = list_campaigns(db_session(), by=actor())
    opened = [item for item in found if item.stage != "draft"]
    if not opened:
        return render_template("desk/secretariat_no_petitions.html")
    return _to(opened[0].id)


@desk.get("/kien-nghi/<int:campaign_id>")
def petitions_of(campaign_id: int) -> ResponseReturnValue:
    """The petitions of a campaign; for an officer those of the own unit, and the form."""
    found = list_petitions(db_session(), campaign_id=campaign_id, by=actor())
    campaign = campaign_by_id(db_session(), campaign_id=campaign_id)
    schedule, _ = campaign_schedule(db_session(), campaign_id=campaign_id, by=actor())
    units = campaign_units(db_session(), campaign)
    versions = {item.id: item for item in visible_versions(db_session(), by=actor())}
    mine = [unit for unit in units.values() if unit.unit_id in rights().units_as("officer")]
    return render_template(
        "desk/secretariat_petitions.html",
        campaign=campaign,
        others=[
            item
            for item in list_campaigns(db_session(), by=actor())
            if item.stage != "draft" and item.id != campaign_id
        ],
        found=found,
        units={id_: unit.name for id_, unit in units.items()},
        versions=versions,
        published=any(v.campaign_id == campaign_id and v.published_at for v in versions.values()),
        window=schedule.windows.get("petitions"),
        refusal=_refusal(schedule, mine),
        mine=mine,
        leaves=_leaves(campaign, mine),
        reads_all=rights().any_of(READ_ALL),
        hour=hour,
        may_answer=rights().any_of(STAFF),
    )


@desk.post("/kien-nghi/<int:campaign_id>")
def petitions_file(campaign_id: int) -> ResponseReturnValue:
    """File one for the own unit."""
    done = through(
        lambda: file_petition(
            db_session(),
            campaign_id=campaign_id,
            unit_id=number("unit"),
            leaf_code=text("leaf"),
            text=request.form.get("text", ""),
            by=actor(),
            at=now(),
        )
    )
    if done:
        flash(gettext("Đã gửi kiến nghị."), "success")
    return _to(campaign_id)


@desk.post("/kien-nghi/<int:campaign_id>/tra-loi")
def petitions_answer(campaign_id: int) -> ResponseReturnValue:
    """Accept or refuse one, with what the unit is told."""
    done = through(
        lambda: answer_petition(
            db_session(),
            petition_id=number("petition"),
            accepted=_accepted(),
            answer=request.form.get("answer", ""),
            by=actor(),
            at=now(),
        )
    )
    if done:
        flash(gettext("Đã trả lời kiến nghị."), "success")
    return _to(campaign_id)


def _accepted() -> bool:
    said = text("accepted")
    if said not in ("yes", "no"):
        raise Invalid.one(gettext("Trả lời"), gettext("Hãy chọn tiếp thu hoặc không tiếp thu."))
    return said == "yes"


def _refusal(schedule: Schedule, mine: Sequence[CampaignUnit]) -> str | None:
    """Why nothing may be filed now for the own unit, if so."""
    unit = next(iter(mine), None)
    return schedule.refusal(
        "petitions",
        at=now(),
        unit_id=unit.unit_id if unit else None,
        kind=unit.kind if unit else None,
    )


def _leaves(campaign: Campaign, mine: Sequence[CampaignUnit]) -> Mapping[str, str]:
    """The leaves that the own units are scored on."""
    sets = scoring_sets(db_session(), campaign) if mine else {}
    return {
        leaf.code: leaf.name
        for kind in dict.fromkeys(unit.kind for unit in mine)
        for leaf in sets[kind].criteria.leaves
    }


def _to(campaign_id: int) -> ResponseReturnValue:
    return redirect(url_for("desk.petitions_of", campaign_id=campaign_id))
