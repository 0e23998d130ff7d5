"""A new campaign, step by step: what would be frozen, what stands in the way, and opening it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext

from thidua.errors import Conflict
from thidua.spec.lint import Finding
from thidua.store.campaigns import Campaign
from thidua.work.access import STAFF, require
from thidua.work.campaigns import list_campaigns
from thidua.work.opening import default_title
from thidua.work.opening_plan import OpeningPlan, open_as_seen, opening_plan
from thidua.work.planning import FIRST_YEAR, LAST_YEAR, opening_check
from thidua.work.set_amendments import lint_of
from thidua_admin.console.criteria_tree import maximum
from thidua_admin.console.lookups import kind_names, loaded_province, runtime, today
from thidua_admin.console.verbs import through
from thidua_admin.security import actor, db_session


class CampaignOpening:
    """The guided form of a new campaign; a part of the view of campaigns."""

    render: Any
    get_url: Any

    @expose("/new/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def create_view(self) -> ResponseReturnValue:
        """The steps for one year; the last one checks and opens."""
        require(db_session(), actor(), STAFF, gettext("mở kỳ đánh giá"))
        year, title = _year(), " ".join(request.values.get("title", "").split())
        if request.method == "POST" and year:
            opened = through(lambda: _opened(year, title))
            if opened:
                flash(gettext("Đã mở kỳ đánh giá năm %(year)s.", year=opened.year), "success")
                return redirect(self.get_url(".details_view", id=opened.id))
        page: str = self.render(
            "console/campaign_new.html",
            steps=steps(),
            step=min(max(request.args.get("buoc", 1, type=int), 1), len(steps())) if year else 1,
            year=year,
            title=title,
            usual=_usual_year(),
            return_url=self.get_url(".index_view"),
            **(_planned(year) if year else {}),
        )
        return page


def steps() -> Sequence[str]:
    """The headings of the steps."""
    return (
        gettext("Năm đánh giá"),
        gettext("Bộ tiêu chí"),
        gettext("Đơn vị tham gia"),
        gettext("Miễn giảm"),
        gettext("Thời hạn, phân công"),
        gettext("Kiểm tra và mở"),
    )


def _year() -> int:
    """The year asked for; 0 where none was, or none that a campaign can have."""
    year = request.values.get("year", 0, type=int)
    return year if FIRST_YEAR <= year <= LAST_YEAR else 0


def _usual_year() -> int:
    """The year after the newest campaign, or this one."""
    years = [item.year for item in list_campaigns(db_session(), by=actor())]
    return max(years, default=today().year - 1) + 1


def _planned(year: int) -> dict[str, Any]:
    """What the steps after the first show of a year."""
    plan: OpeningPlan | None = None
    refusal = ""
    try:
        plan = opening_plan(
            db_session(), year=year, by=actor(), at=_now(), timezone=runtime().timezone
        )
    except Conflict as told:
        refusal = str(told)
    findings = _findings(year)
    return {
        "plan": plan,
        "refusal": refusal,
        "findings": sorted(findings, key=lambda item: not item.blocks),
        "blocking": sum(item.blocks for item in findings),
        "usual_title": default_title(year),
        "illustrative": plan is not None
        and any(item.criteria.illustrative for item in plan.sets.values()),
        "sets": _sets(plan) if plan else (),
    }


def _sets(plan: OpeningPlan) -> list[tuple[str, Any, int, int]]:
    """Each kind's name and set, the set's points in ticks and the errors that block it."""
    return [
        (
            kind_names()[kind],
            item,
            maximum(item.criteria.leaves),
            sum(found.blocks for found in lint_of(db_session(), item.criteria)),
        )
        for kind, item in plan.sets.items()
    ]


def _findings(year: int) -> Sequence[Finding]:
    return opening_check(
        db_session(),
        spec=loaded_province().spec,
        year=year,
        by=actor(),
        at=_now(),
        timezone=runtime().timezone,
    )


def _opened(year: int, title: str) -> Campaign:
    return open_as_seen(
        db_session(),
        spec=loaded_province().spec,
        year=year,
        seen=request.form.get("seen", ""),
        title=title,
        by=actor(),
        at=_now(),
        timezone=runtime().timezone,
    )


def _now() -> datetime:
    return datetime.now(UTC)
