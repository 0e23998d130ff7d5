"""The views: parse, call one use case, render."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from flask import Blueprint, current_app, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from thidua.exchange.workbook import results_workbook
from thidua.runtime import Runtime
from thidua.work.access import STAFF
from thidua.work.award_page import READERS, RoundLine, list_rounds
from thidua.work.movements import list_movements, movement_by_code
from thidua.work.results import visible_versions
from thidua.work.sealed import seal_note
from thidua.work.tables import KIND_WORDS, result_table
from thidua_admin.desk.figures import point_decimals, shares, warnings
from thidua_admin.security import actor, db_session, rights, switch_province

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

desk = Blueprint("desk", __name__)


@desk.post("/tinh")
def switch() -> ResponseReturnValue:
    """Work in another province."""
    runtime: Runtime = current_app.extensions["thidua"]
    switch_province(runtime, request.form.get("code", ""))
    return redirect(url_for("desk.home"))


@desk.get("/ket-qua")
def results() -> ResponseReturnValue:
    """Every result version the person may see."""
    versions = visible_versions(db_session(), by=actor())
    staff = rights().any_of(STAFF)
    return render_template(
        "desk/results.html", versions=versions, kind_words=KIND_WORDS, staff=staff
    )


@desk.get("/ket-qua/<int:version_id>")
def result_table_page(version_id: int) -> ResponseReturnValue:
    """One version: ranks, bands, contradictions, a bar beside each figure."""
    table = result_table(db_session(), version_id=version_id, by=actor())
    return render_template(
        "desk/result.html",
        table=table,
        warnings=warnings(table),
        shares=shares(table),
        decimals=point_decimals(table),
    )


@desk.get("/ket-qua/<int:version_id>.xlsx")
def result_workbook(version_id: int) -> ResponseReturnValue:
    """One version as a workbook."""
    table = result_table(db_session(), version_id=version_id, by=actor())
    name = f"ket-qua-{table.year}-ban-{table.number}.xlsx"
    book = results_workbook(table, seal_note(db_session()))
    return send_file(BytesIO(book), XLSX, as_attachment=True, download_name=name)


@desk.get("/phong-trao")
def movements() -> ResponseReturnValue:
    """The province's movements."""
    found = list_movements(db_session(), by=actor())
    return render_template("desk/movements.html", movements=found)


@desk.get("/phong-trao/<code>")
def movement_page(code: str) -> ResponseReturnValue:
    """What one movement's plan says, sentence by sentence."""
    movement, forms = movement_by_code(db_session(), code=code, by=actor())
    rounds = [line for line in visible_rounds() if line.movement == code]
    return render_template("desk/movement.html", movement=movement, forms=forms, rounds=rounds)


def visible_rounds() -> Sequence[RoundLine]:
    """The rounds of awards, for those who may read them."""
    return list_rounds(db_session(), by=actor()) if rights().any_of(READERS) else ()
