"""From figures to a published result: computing, the board's adoption, publication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from thidua.scoring.comparison_words import unit_change_words, year_change_words
from thidua.store.campaigns import Campaign
from thidua.store.results import ResultVersion
from thidua.work.access import OVERSEERS, STAFF, require
from thidua.work.adoption import adopt_results, withdraw_adoption
from thidua.work.analysis import compare_versions, compare_years
from thidua.work.campaigns import campaign_by_id
from thidua.work.insight import campaign_losses
from thidua.work.outlook import publication_outlook
from thidua.work.results import (
    compute_results,
    publish_results,
    visible_version,
    visible_versions,
)
from thidua.work.sides import VersionName
from thidua.work.tables import KIND_WORDS
from thidua_admin.console.lookups import loaded_province
from thidua_admin.console.verbs import through
from thidua_admin.desk.moment import now
from thidua_admin.desk.pages import desk
from thidua_admin.desk.secretariat_fields import day, done, lines, text
from thidua_admin.security import actor, db_session, rights

MOST_LOST = 20
"""How many leaves the page of losses lists."""


@dataclass(frozen=True)
class Compared:
    """Two versions, and the units that differ with the lines that say in what."""

    first: VersionName
    second: VersionName
    changes: Sequence[tuple[str, Sequence[str]]]


@desk.get("/thuong-truc/<int:campaign_id>/ket-qua")
def secretariat_results(campaign_id: int) -> ResponseReturnValue:
    """The versions of a campaign's result, and the button for the next."""
    require(db_session(), actor(), OVERSEERS, gettext("xem kết quả chưa công bố"))
    campaign = campaign_by_id(db_session(), campaign_id=campaign_id)
    found = visible_versions(db_session(), by=actor())
    return render_template(
        "desk/secretariat_results.html",
        campaign=campaign,
        versions=[item for item in found if item.campaign_id == campaign_id],
        kind_words=KIND_WORDS,
        may=rights().any_of(STAFF) and campaign.stage != "draft",
    )


@desk.post("/thuong-truc/<int:campaign_id>/tinh")
def secretariat_compute(campaign_id: int) -> ResponseReturnValue:
    """Compute a provisional version and show what publishing it would do."""
    province = loaded_province()
    version = through(
        lambda: compute_results(
            db_session(),
            campaign_id=campaign_id,
            by=actor(),
            plugin_version=province.spec.info.version,
            kinds=province.rule_kinds,
        )
    )
    if version is None:
        return redirect(url_for("desk.secretariat_results", campaign_id=campaign_id))
    flash(gettext("Đã tính bản kết quả số %(number)s.", number=version.number), "success")
    return _to(version.id)


@desk.get("/thuong-truc/ban/<int:version_id>")
def secretariat_version(version_id: int) -> ResponseReturnValue:
    """One version: what publishing it would do or did, adoption and publication."""
    found = publication_outlook(db_session(), version_id=version_id, by=actor())
    return render_template(
        "desk/secretariat_version.html",
        found=found,
        version=found.version,
        campaign=_campaign(found.version),
        kind_words=KIND_WORDS,
        changes_shown=[(one.either.name, unit_change_words(one)) for one in found.changes],
        may=rights().any_of(STAFF) and found.version.published_at is None,
    )


@desk.post("/thuong-truc/ban/<int:version_id>/thong-qua")
def secretariat_adopt(version_id: int) -> ResponseReturnValue:
    """Record the board's adoption by its minutes."""
    adopted = through(
        lambda: adopt_results(
            db_session(),
            version_id=version_id,
            number=text("number"),
            held_on=day("held_on", gettext("Ngày họp")),
            members=lines("members"),
            note=text("note"),
            by=actor(),
            at=now(),
        )
    )
    if adopted:
        flash(gettext("Đã ghi việc Hội đồng thông qua."), "success")
    return _to(version_id)


@desk.post("/thuong-truc/ban/<int:version_id>/rut-thong-qua")
def secretariat_unadopt(version_id: int) -> ResponseReturnValue:
    """Take the adoption back."""
    by = actor().because(text("reason"))
    if done(lambda: withdraw_adoption(db_session(), version_id=version_id, by=by)):
        flash(gettext("Đã rút việc thông qua."), "success")
    return _to(version_id)


@desk.post("/thuong-truc/ban/<int:version_id>/cong-bo")
def secretariat_publish(version_id: int) -> ResponseReturnValue:
    """Publish it."""
    by = actor().because(text("reason"))
    made = through(lambda: publish_results(db_session(), version_id=version_id, by=by))
    if made:
        said = gettext("Đã công bố: %(words)s.", words=KIND_WORDS[made.kind].lower())
        flash(said, "success")
    return _to(version_id)


@desk.get("/thuong-truc/ban/<int:version_id>/diem-mat")
def secretariat_losses(version_id: int) -> ResponseReturnValue:
    """On which leaves the units lost most, all together and group by group."""
    found = campaign_losses(db_session(), version_id=version_id, by=actor())
    version = visible_version(db_session(), version_id=version_id, by=actor())
    return render_template(
        "desk/secretariat_losses.html",
        found=found,
        version=version,
        campaign=_campaign(version),
        most=MOST_LOST,
    )


@desk.get("/thuong-truc/ban/<int:version_id>/so-sanh")
def secretariat_compare(version_id: int) -> ResponseReturnValue:
    """Two versions beside each other: of one year, or of two years along successions."""
    require(db_session(), actor(), OVERSEERS, gettext("so sánh các bản kết quả"))
    version = visible_version(db_session(), version_id=version_id, by=actor())
    versions = visible_versions(db_session(), by=actor())
    other = request.args.get("voi", 0, type=int)
    return render_template(
        "desk/secretariat_compare.html",
        version=version,
        campaign=_campaign(version),
        others=[item for item in versions if item.id != version.id],
        chosen=other,
        found=_compared(version, other) if other else None,
        kind_words=KIND_WORDS,
    )


def _compared(version: ResultVersion, other: int) -> Compared:
    """The comparison, the older side first: each unit with what differs, in lines."""
    beside = visible_version(db_session(), version_id=other, by=actor())
    old, new = sorted((version, beside), key=lambda item: (item.year, item.number))
    if old.year == new.year:
        found = compare_versions(db_session(), first=old.id, second=new.id, by=actor())
        lines_of = [(one.either.name, unit_change_words(one)) for one in found.changes]
        return Compared(found.first, found.second, lines_of)
    years = compare_years(db_session(), first=old.id, second=new.id, by=actor())
    between = [
        (side.name, year_change_words(one, old.year, new.year))
        for one in years.changes
        for side in [one.second or one.first]
        if side
    ]
    return Compared(years.first, years.second, between)


def _campaign(version: ResultVersion) -> Campaign:
    if version.campaign_id is None:
        abort(404, gettext("Bảng nhập từ kết quả đã công bố không thuộc kỳ đánh giá nào."))
    return campaign_by_id(db_session(), campaign_id=version.campaign_id)


def _to(version_id: int) -> ResponseReturnValue:
    return redirect(url_for("desk.secretariat_version", version_id=version_id))
