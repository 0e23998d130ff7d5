"""Surveys and indices in: what is expected, a table looked at before it is taken, its versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeTimedSerializer

from thidua.errors import Invalid
from thidua.exchange.figures import FigureTable, read_figures
from thidua.scoring.comparison_words import unit_change_words
from thidua.work.access import STAFF
from thidua.work.campaigns import campaign_by_id
from thidua.work.expected import KIND_NAMES, Expected, Outside, expected_figures
from thidua.work.figure_effects import what_figures_changed
from thidua.work.figure_lines import FigureColumn, FigureLine
from thidua.work.figure_preview import preview_figures
from thidua.work.figures import (
    Source,
    figure_changes,
    figure_columns,
    import_figures,
    restore_figures,
)
from thidua.work.questionnaires import asked_in
from thidua.work.surveys import declare_survey_not_held, restore_survey
from thidua_admin.console.lookups import kind_names, loaded_province
from thidua_admin.console.uploads import read_upload
from thidua_admin.console.verbs import sentences, through
from thidua_admin.desk.moment import now
from thidua_admin.desk.pages import desk
from thidua_admin.desk.secretariat_fields import done, number, text
from thidua_admin.security import actor, db_session, rights

LOOKED_AT_SECONDS = 4 * 3600
"""How long a table that was looked at may still be taken."""


@desk.get("/thuong-truc/<int:campaign_id>/so-lieu")
def secretariat_figures(campaign_id: int) -> ResponseReturnValue:
    """Everything that is expected from outside."""
    campaign = campaign_by_id(db_session(), campaign_id=campaign_id)
    outside = expected_figures(db_session(), campaign_id=campaign_id, by=actor())
    return render_template(
        "desk/secretariat_figures.html",
        campaign=campaign,
        outside=outside,
        kinds=KIND_NAMES,
        called=_called(outside),
    )


@desk.get("/thuong-truc/<int:campaign_id>/anh-huong")
def secretariat_effects(campaign_id: int) -> ResponseReturnValue:
    """What the last figures did to the result."""
    campaign = campaign_by_id(db_session(), campaign_id=campaign_id)
    found = what_figures_changed(db_session(), campaign_id=campaign_id, by=actor())
    compared = found.compared.changes if found.compared else ()
    return render_template(
        "desk/secretariat_effects.html",
        campaign=campaign,
        found=found,
        changes=[(one.either.name, unit_change_words(one)) for one in compared],
    )


@desk.get("/thuong-truc/<int:campaign_id>/so-lieu/<what>")
def secretariat_figure(campaign_id: int, what: str) -> ResponseReturnValue:
    """One survey or index: its versions, and the ways to bring figures in."""
    return _page(campaign_id, what)


@desk.post("/thuong-truc/<int:campaign_id>/so-lieu/<what>/xem-truoc")
def secretariat_figure_preview(campaign_id: int, what: str) -> ResponseReturnValue:
    """Look at a table: whose its lines are, what is wrong, what it would change."""
    try:
        columns = figure_columns(db_session(), campaign_id=campaign_id, what=what, by=actor())
        table = read_upload("file", lambda path: read_figures(path, columns))
        found = preview_figures(
            db_session(),
            campaign_id=campaign_id,
            what=what,
            rows=table.lines,
            source=Source(text("source"), table.file_name, table.file_hash),
            by=actor().because(text("reason")),
            at=now(),
        )
    except Invalid as refusal:
        db_session().rollback()
        return _page(campaign_id, what, problems=sentences(refusal)), 400
    db_session().rollback()
    return render_template(
        "desk/secretariat_preview.html",
        campaign=campaign_by_id(db_session(), campaign_id=campaign_id),
        what=what,
        name=named(campaign_id, what),
        found=found,
        table=table,
        source=text("source"),
        reason=text("reason"),
        sealed=_seal(campaign_id, what, table),
        figure=_figure,
    )


@desk.post("/thuong-truc/<int:campaign_id>/so-lieu/<what>/nhap")
def secretariat_figure_import(campaign_id: int, what: str) -> ResponseReturnValue:
    """Take the table that was looked at."""
    table = _unseal(campaign_id, what)
    made = through(
        lambda: import_figures(
            db_session(),
            campaign_id=campaign_id,
            what=what,
            rows=table.lines,
            source=Source(text("source"), table.file_name, table.file_hash),
            by=actor().because(text("reason")),
            at=now(),
        )
    )
    if made:
        flash(_taken(len(made.changes), made.version.number), "success")
    return _to(campaign_id, what)


@desk.post("/thuong-truc/<int:campaign_id>/so-lieu/<what>/quay-lai")
def secretariat_figure_restore(campaign_id: int, what: str) -> ResponseReturnValue:
    """Go back to an older version."""
    made = through(
        lambda: restore_figures(
            db_session(),
            import_id=number("import"),
            by=actor().because(text("reason")),
            at=now(),
        )
    )
    if made:
        flash(_taken(len(made.changes), made.version.number), "success")
    return _to(campaign_id, what)


@desk.post("/thuong-truc/<int:campaign_id>/so-lieu/<what>/khong-to-chuc")
def secretariat_not_held(campaign_id: int, what: str) -> ResponseReturnValue:
    """Say that a survey does not take place."""
    made = through(
        lambda: declare_survey_not_held(
            db_session(), campaign_id=campaign_id, survey=what, reason=text("reason"), by=actor()
        )
    )
    if made:
        flash(gettext("Đã khai là không tổ chức; hãy tính lại kết quả."), "success")
    return _to(campaign_id, what)


@desk.post("/thuong-truc/<int:campaign_id>/so-lieu/<what>/co-to-chuc")
def secretariat_held(campaign_id: int, what: str) -> ResponseReturnValue:
    """Take that back."""
    if done(lambda: restore_survey(db_session(), campaign_id=campaign_id, survey=what, by=actor())):
        flash(gettext("Đã bỏ khai báo không tổ chức."), "success")
    return _to(campaign_id, what)


def _page(campaign_id: int, what: str, problems: Sequence[str] = ()) -> str:
    campaign = campaign_by_id(db_session(), campaign_id=campaign_id)
    outside = expected_figures(db_session(), campaign_id=campaign_id, by=actor())
    one = next((item for item in outside.expected if item.what == what), None)
    if one is None:
        abort(404, gettext("Bộ tiêu chí của kỳ này không dùng điều tra, chỉ số này."))
    columns = figure_columns(db_session(), campaign_id=campaign_id, what=what, by=actor())
    asked = asked_in(db_session(), campaign, what) if one.kind == "officials" else None
    return render_template(
        "desk/secretariat_figure.html",
        campaign=campaign,
        one=one,
        kinds=KIND_NAMES,
        called=_called(outside),
        columns=_main(columns),
        changes=_changes(one),
        problems=problems,
        labels=asked.labels if asked else {},
        asked_kinds={kind: kind_names()[kind] for kind in asked.questions} if asked else {},
        may=rights().any_of(STAFF) and campaign.stage == "open",
    )


def named(campaign_id: int, what: str) -> str:
    """What people call a survey or index of a campaign."""
    outside = expected_figures(db_session(), campaign_id=campaign_id, by=actor())
    return _called(outside).get(what, what)


def _called(outside: Outside) -> Mapping[str, str]:
    """What people call each survey and index: by its name, else by its only leaf, else its code."""
    names = {item.code: item.name for item in loaded_province().spec.indicators}
    leaves = {one.what: one.leaves for one in outside.expected}
    alone = {what: given[0].partition(" ")[2] for what, given in leaves.items() if len(given) == 1}
    return {what: names.get(what) or alone.get(what) or what for what in leaves}


def _main(columns: Sequence[FigureColumn]) -> Sequence[FigureColumn]:
    """The columns that a table needs at least: those for all leaves."""
    return [column for column in columns if "/" not in column.key]


def _changes(one: Expected) -> Sequence[str] | None:
    """What differs between the two versions that the address names."""
    ids = [request.args.get(name, 0, type=int) for name in ("truoc", "sau")]
    if not set(ids) <= {row.id for row in one.versions}:
        return None
    return figure_changes(db_session(), first=ids[0], second=ids[1], by=actor())


def _seal(campaign_id: int, what: str, table: FigureTable) -> str:
    """What was read, so that what is taken is what was looked at."""
    rows = [
        [row.unit, row.code, row.line, {key: str(value) for key, value in row.values.items()}]
        for row in table.lines
    ]
    return str(_sealer().dumps([campaign_id, what, table.file_name, table.file_hash, rows]))


def _unseal(campaign_id: int, what: str) -> FigureTable:
    try:
        kept: list[Any] = _sealer().loads(request.form.get("table", ""), max_age=LOOKED_AT_SECONDS)
    except BadSignature:
        kept = []
    if kept[:2] != [campaign_id, what]:
        abort(400, gettext("Bảng đã xem quá lâu hoặc không đúng. Hãy chọn lại tệp."))
    lines = tuple(
        FigureLine(
            unit=unit,
            code=code,
            line=line,
            values={key: Decimal(value) for key, value in values.items()},
        )
        for unit, code, line, values in kept[4]
    )
    return FigureTable(kept[2], kept[3], lines)


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="figures")


def _figure(line: FigureLine, column: FigureColumn) -> Decimal | None:
    return line.values.get(column.key)


def _taken(changed: int, version: int) -> str:
    if not changed:
        return str(gettext("Số liệu không đổi so với lần nhập %(number)s.", number=version))
    return str(
        gettext(
            "Đã nhập lần %(number)s: %(count)s đơn vị thay đổi. Hãy tính lại kết quả.",
            number=version,
            count=changed,
        )
    )


def _to(campaign_id: int, what: str) -> ResponseReturnValue:
    return redirect(url_for("desk.secretariat_figure", campaign_id=campaign_id, what=what))
