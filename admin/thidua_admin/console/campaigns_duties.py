"""Who appraises what in a campaign, and who stands in for an agency's own sheet: seen and named."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext

from thidua.errors import Conflict
from thidua.work.access import STAFF, require
from thidua.work.assignments import (
    Duty,
    DutyList,
    assign,
    list_duties,
    name_substitute,
    node_duty,
)
from thidua.work.campaigns import campaign_by_id
from thidua.work.planning import plan_campaign
from thidua.work.schedule import locked_campaign
from thidua_admin.console.lists import identifier
from thidua_admin.console.lookups import unit_names
from thidua_admin.console.verbs import through
from thidua_admin.security import actor, db_session


class CampaignDuties:
    """The page of assignments; a part of the view of campaigns."""

    render: Any
    get_url: Any

    @expose("/phan-cong/")  # type: ignore[untyped-decorator]
    def duties_view(self) -> ResponseReturnValue:
        """Agencies by set and domain, substitutes, and forms to name others."""
        require(db_session(), actor(), STAFF, gettext("phân công thẩm định"))
        campaign = campaign_by_id(db_session(), campaign_id=identifier(request.args.get("id")))
        found = list_duties(db_session(), campaign_id=campaign.id, by=actor())
        page: str = self.render(
            "console/campaign_duties.html",
            campaign=campaign,
            sets=_by_set(found),
            titles=found.titles,
            illustrative=found.illustrative,
            peopled=any(duty.people for duty in found.duties),
            substitutes=found.substitutes,
            alone=found.alone,
            seen=_mark(found),
            units=unit_names(),
            may=campaign.stage != "closed",
            return_url=self.get_url(".details_view", id=campaign.id),
        )
        return page

    @expose("/phan-cong/giao/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def assign_view(self) -> ResponseReturnValue:
        """Give a domain or a criterion to an agency or some of its people, or back to the set."""
        campaign_id = identifier(request.values.get("id"))
        asked = {"set_code": request.values.get("set", ""), "node": request.values.get("node", "")}
        if request.method == "POST" and self._done(
            lambda: assign(
                db_session(),
                campaign_id=campaign_id,
                agency_id=identifier(request.form.get("agency")) or None,
                user_ids=[identifier(text) for text in request.form.getlist("people")],
                by=actor(),
                **asked,
            ),
            campaign_id,
            gettext("Đã giao thẩm định."),
        ):
            return redirect(self.get_url(".duties_view", id=campaign_id))
        duty = node_duty(db_session(), campaign_id=campaign_id, by=actor(), **asked)
        found = list_duties(db_session(), campaign_id=campaign_id, by=actor())
        page: str = self.render(
            "console/campaign_assign.html",
            campaign=campaign_by_id(db_session(), campaign_id=campaign_id),
            duty=duty,
            **asked,
            agency=identifier(request.form.get("agency")) or duty.agency_id,
            people={identifier(text) for text in request.form.getlist("people")} or duty.user_ids,
            now=_now(found, **asked),
            seen=_mark(found),
            units=unit_names(),
            return_url=self.get_url(".duties_view", id=campaign_id),
        )
        return page

    @expose("/phan-cong/thay/", methods=("POST",))  # type: ignore[untyped-decorator]
    def substitute_view(self) -> ResponseReturnValue:
        """Name who appraises an agency's own sheet."""
        campaign_id = identifier(request.form.get("id"))
        self._done(
            lambda: name_substitute(
                db_session(),
                campaign_id=campaign_id,
                agency_id=identifier(request.form.get("agency")),
                by_id=identifier(request.form.get("by")) or None,
                by=actor(),
            ),
            campaign_id,
            gettext("Đã cử cơ quan thẩm định thay."),
        )
        return redirect(self.get_url(".duties_view", id=campaign_id))

    @expose("/chuan-bi/", methods=("POST",))  # type: ignore[untyped-decorator]
    def draft_view(self) -> ResponseReturnValue:
        """Make the draft of a year, so that terms and assignments can be set before it opens."""
        year = request.form.get("year", 0, type=int)
        title = " ".join(request.form.get("title", "").split())
        made = through(
            lambda: plan_campaign(
                db_session(), year=year, title=title, by=actor(), at=datetime.now(UTC)
            )
        )
        if made:
            flash(gettext("Đã lập kỳ đang chuẩn bị năm %(year)s.", year=made.year), "success")
        return redirect(self.get_url(".create_view", year=year, buoc=5))

    def _done(self, change: Callable[[], None], campaign_id: int, words: str) -> bool:
        """Do it unless the assignments are no more those that were seen; whether it was done."""

        def done() -> tuple[()]:
            locked_campaign(db_session(), campaign_id)
            found = list_duties(db_session(), campaign_id=campaign_id, by=actor())
            if _mark(found) != request.form.get("seen"):
                raise Conflict(
                    gettext("Phân công vừa được người khác sửa. Hãy xem lại rồi giao lại.")
                )
            change()
            return ()

        if through(done) is None:
            return False
        flash(words, "success")
        return True


def _by_set(found: DutyList) -> list[tuple[str, list[tuple[str, str, list[Duty]]]]]:
    """The duties by set and domain; a domain with the code of its node."""
    return [
        (code, [(_above(rows), name, rows) for name, rows in _domains(list(duties))])
        for code, duties in groupby(found.duties, key=lambda duty: duty.set_code)
    ]


def _domains(duties: list[Duty]) -> list[tuple[str, list[Duty]]]:
    return [(name, list(rows)) for name, rows in groupby(duties, key=lambda duty: duty.domain)]


def _above(duties: list[Duty]) -> str:
    """The code of the domain: what the codes of its leaves begin with."""
    return duties[0].leaf.split(".")[0]


def _now(found: DutyList, *, set_code: str, node: str) -> str:
    """Who appraises a leaf as it stands, by name; empty for what is no leaf."""
    for duty in found.duties:
        if (duty.set_code, duty.leaf) == (set_code, node):
            return ", ".join((duty.agency or gettext("cơ quan nào cũng được"), *duty.people))
    return ""


def _mark(found: DutyList) -> str:
    return hashlib.sha256(repr(found).encode()).hexdigest()
