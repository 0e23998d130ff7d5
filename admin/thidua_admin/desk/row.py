"""One unit's line of a result: every figure explained, what was lost, what is missing."""

from __future__ import annotations

from flask import current_app, g, render_template
from flask.typing import ResponseReturnValue

from thidua.runtime import Runtime
from thidua.work.insight import explain_row, row_distance
from thidua.work.tables import result_row
from thidua_admin.desk.pages import desk
from thidua_admin.security import actor, db_session

DEAREST = 5
"""So many leaves are listed among those that cost the unit most."""


@desk.get("/ket-qua/dong/<int:row_id>")
def result_row_page(row_id: int) -> ResponseReturnValue:
    """The tree of points for who may see it, index, rank and band for everybody."""
    session, by = db_session(), actor()
    table, row = result_row(session, row_id=row_id, by=by)
    runtime: Runtime = current_app.extensions["thidua"]
    installed = runtime.registry.provinces.get(g.province.code)
    kinds = installed.rule_kinds if installed else {}
    distance = row_distance(session, row_id=row_id, by=by)
    gains = {step.code: gain for step, gain in zip(distance.steps, distance.gains, strict=True)}
    return render_template(
        "desk/row.html",
        table=table,
        row=row,
        found=explain_row(session, row_id=row_id, by=by, kinds=kinds),
        distance=distance,
        dearest=distance.losses[:DEAREST],
        gains=gains,
    )
