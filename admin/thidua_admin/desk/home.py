"""Trang chủ: what the person's units have to fill in, the newest results, campaigns, movements."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from thidua.store.campaigns import Campaign
from thidua.work import lateness
from thidua.work.access import STAFF
from thidua.work.campaigns import list_campaigns
from thidua.work.movements import list_movements
from thidua.work.my_sheets import my_sheets
from thidua.work.results import visible_versions
from thidua.work.tables import KIND_WORDS
from thidua_admin.desk.moment import now
from thidua_admin.desk.pages import desk, visible_rounds
from thidua_admin.desk.saving import rule_kinds
from thidua_admin.desk.tour import put_away, tour
from thidua_admin.security import actor, db_session, rights


@desk.get("/")
def home() -> ResponseReturnValue:
    """Where to begin."""
    session, by = db_session(), actor()
    versions = visible_versions(session, by=by)
    campaigns = list_campaigns(session, by=by)
    movements = list_movements(session, by=by)
    officer = rights().any_of({"officer"})
    mine = my_sheets(session, by=by, at=now(), kinds=rule_kinds()).open if officer else ()
    return render_template(
        "desk/home.html",
        mine=mine,
        versions=versions,
        campaigns=campaigns,
        movements=movements,
        kind_words=KIND_WORDS,
        staff=rights().any_of(STAFF),
        place_of=_place_of,
        tour=tour(versions, campaigns, movements, visible_rounds),
    )


@desk.post("/xem-truoc/an")
def dismiss_tour() -> ResponseReturnValue:
    """Put the tour away for this session."""
    put_away()
    return redirect(url_for("desk.home"))


def _place_of(campaign: Campaign) -> str:
    """Where this person works in a campaign; "" where there is nothing for them."""
    if rights().any_of(lateness.READERS):
        return url_for("desk.secretariat_campaign", campaign_id=campaign.id)
    if campaign.stage != "draft" and rights().any_of({"officer"}):
        return url_for("desk.sheets")
    if campaign.stage != "draft" and rights().any_of({"appraiser"}):
        return url_for("desk.appraisal")
    return ""
