"""Khoảng hạng: how far a ranking can be trusted if appraised points were off by so much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import ValidationError

from thidua.errors import Invalid, ThiduaError
from thidua.scoring.robustness import Robustness, UnitRobustness
from thidua.spec.robustness import Uncertainty
from thidua.work.access import OVERSEERS, require
from thidua.work.campaigns import campaign_by_id
from thidua.work.intervals import RankIntervals, rank_intervals
from thidua.work.results import visible_version
from thidua_admin.console.verbs import sentences
from thidua_admin.desk.pages import desk
from thidua_admin.security import actor, db_session

DRAWS = 2_000
"""Enough for a page that is looked at once; the command draws as often as one likes."""

SEED = 1

Line = tuple[str, Robustness, UnitRobustness]


@desk.get("/thuong-truc/ban/<int:version_id>/khoang-hang")
def secretariat_intervals(version_id: int) -> ResponseReturnValue:
    """Rank intervals under an assumption that the address names; internal."""
    require(db_session(), actor(), OVERSEERS, gettext("xem khoảng hạng"))
    version = visible_version(db_session(), version_id=version_id, by=actor())
    found, problems = None, list[str]()
    if "lech" in request.args:
        try:
            found = _intervals(version_id)
        except ThiduaError as refusal:
            problems = sentences(refusal)
    return render_template(
        "desk/secretariat_intervals.html",
        version=version,
        campaign=campaign_by_id(db_session(), campaign_id=version.campaign_id or 0),
        found=found,
        groups=_groups(found) if found else {},
        problems=problems,
        draws=DRAWS,
    )


def _groups(found: RankIntervals) -> Mapping[str, Sequence[Line]]:
    """The units by the label of their rank group, best first."""
    groups: dict[str, list[Line]] = {}
    for line in found.units:
        groups.setdefault(line[2].group or "", []).append(line)
    return groups


def _intervals(version_id: int) -> RankIntervals:
    return rank_intervals(
        db_session(),
        version_id=version_id,
        uncertainty=_assumed(),
        quota=request.args.get("suat", 1, type=int),
        draws=DRAWS,
        seed=SEED,
        by=actor(),
    )


def _assumed() -> Uncertainty:
    """Every leaf off by so many per cent of its maximum, more rarely the farther."""
    label = gettext("Mỗi tiêu chí lệch")
    try:
        percent = Decimal(request.args["lech"].strip().replace(",", "."))
        leaf = {"share": percent / 100, "shape": "triangular"}
        title = gettext("mỗi tiêu chí lệch tối đa %(percent)s%% điểm tối đa", percent=percent)
        return Uncertainty.model_validate({"title": title, "leaves": [leaf]})
    except (InvalidOperation, ValidationError) as error:
        why = gettext("Hãy ghi một số từ trên 0 đến 100, ví dụ 5.")
        raise Invalid.one(label, why) from error
