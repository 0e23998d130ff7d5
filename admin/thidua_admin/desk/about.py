"""What is known of the province, statement by statement."""

from __future__ import annotations

from datetime import datetime

from flask import current_app, g, render_template
from flask.typing import ResponseReturnValue

from thidua.runtime import Runtime
from thidua.spec.award_conditions import CATEGORIES, INITIATIVE_LEVELS, RECIPIENTS
from thidua.work.about import about_province
from thidua_admin.desk.pages import desk
from thidua_admin.security import actor, db_session


@desk.get("/tinh")
def about() -> ResponseReturnValue:
    """The province: dates, kinds of unit, sets, gradings, each with where it comes from."""
    runtime: Runtime = current_app.extensions["thidua"]
    installed = runtime.registry.provinces.get(g.province.code)
    found = about_province(
        db_session(),
        spec=installed.spec if installed else None,
        day=datetime.now(runtime.timezone).date(),
        by=actor(),
    )
    return render_template(
        "desk/about.html", about=found, recipients=RECIPIENTS, categories=CATEGORIES,
        initiative_levels=INITIATIVE_LEVELS,
    )  # fmt: skip
