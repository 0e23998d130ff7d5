"""What is done from the appraiser's grid: one decision for many units, a request to explain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from thidua.errors import Invalid
from thidua.work.appraisal import appraise_many
from thidua.work.appraisal_desk import CriterionDesk, criterion_desk
from thidua.work.explanations import request_explanation
from thidua.work.typed import typed_inputs
from thidua_admin.console.verbs import through
from thidua_admin.desk.appraisal import asked_stage, kept
from thidua_admin.desk.appraisal_rows import Row, figure, rows_across
from thidua_admin.desk.moment import now
from thidua_admin.desk.pages import desk
from thidua_admin.desk.saving import rule_kinds
from thidua_admin.security import actor, db_session


@desk.post("/tham-dinh/<int:campaign_id>/nhieu/<leaf>")
def appraisal_many(campaign_id: int, leaf: str) -> ResponseReturnValue:
    """Appraise many units alike: first say what would be written, then, when confirmed, do it."""
    found = _desk(campaign_id, leaf)
    units = {row.unit_id: row for row in rows_across(found) if row.enters}
    picked = [units[id_] for id_ in request.form.getlist("don-vi", type=int) if id_ in units]
    given = [row for row in picked if _takes(row)]
    if not given:
        flash(_nobody(picked), "warning")
        return redirect(_grid(campaign_id, leaf))
    if "xac-nhan" not in request.form:
        return _confirm(found, given, [row for row in picked if not _takes(row)])
    done = through(
        lambda: appraise_many(
            db_session(),
            campaign_id=campaign_id,
            leaf_code=leaf,
            unit_ids=[row.unit_id for row in given],
            stage=found.round.stage,
            by=actor(),
            at=now(),
            inputs=_inputs(found),  # what was confirmed comes again, and is read again
            comment=request.form.get("nhan-xet", "").strip() or None,
        )
    )
    if done is not None:
        flash(gettext("Đã thẩm định %(count)s đơn vị.", count=done), "success")
    return redirect(_grid(campaign_id, leaf))


@desk.post("/tham-dinh/<int:campaign_id>/giai-trinh")
def appraisal_ask(campaign_id: int) -> ResponseReturnValue:
    """Ask a unit to explain a line; back to the page that asked."""
    unit_id = request.form.get("don-vi", 0, type=int)
    leaf = request.form.get("tieu-chi", "")
    asked = through(
        lambda: request_explanation(
            db_session(),
            campaign_id=campaign_id,
            unit_id=unit_id,
            leaf_code=leaf,
            question=request.form.get("noi-dung", ""),
            by=actor(),
            at=now(),
        )
    )
    if asked is not None:
        flash(gettext("Đã gửi yêu cầu giải trình."), "success")
    back = request.form.get("ve", "")
    line = url_for("desk.appraisal_line", campaign_id=campaign_id, unit_id=unit_id, leaf=leaf)
    return redirect(back if back.startswith("/tham-dinh/") else line)


def _desk(campaign_id: int, leaf: str) -> CriterionDesk:
    return criterion_desk(
        db_session(), campaign_id=campaign_id, leaf_code=leaf, by=actor(), at=now(),
        kind=request.args.get("loai"), stage=asked_stage(), kinds=rule_kinds(),
    )  # fmt: skip


def _takes(row: Row) -> bool:
    """Whether the decision can be written for the unit: nothing is accepted where nothing is."""
    return request.form.get("quyet-dinh") == "so-lieu" or row.acceptable or row.state == "done"


def _nobody(picked: Sequence[Row]) -> str:
    """Why nothing can be written."""
    if picked:
        said = gettext(
            "Các đơn vị đã chọn chưa có số liệu để chấp nhận. Hãy nhập cùng một số liệu."
        )
    else:
        said = gettext("Hãy chọn ít nhất một đơn vị mà bạn được thẩm định.")
    return str(said)


def _inputs(found: CriterionDesk) -> Mapping[str, int] | None:
    """The figures that all are given; None: accept each as it is."""
    if request.form.get("quyet-dinh") != "so-lieu":
        return None
    typed = {item.name: request.form.get(f"so-{item.name}") for item in found.page.inputs}
    inputs = typed_inputs(found.page.inputs, typed)
    if len(inputs) < len(typed):
        raise Invalid.one("", gettext("Hãy nhập đủ số liệu cho các đơn vị đã chọn."))
    return inputs


def _confirm(
    found: CriterionDesk, rows: Sequence[Row], left_out: Sequence[Row]
) -> ResponseReturnValue:
    """What would be written, for whom, what stands there already, and who is left out."""
    try:
        inputs = _inputs(found)
    except Invalid as refusal:
        for problem in refusal.problems:
            flash(str(problem), "error")
        return redirect(_grid(found.page.campaign_id, found.page.code))
    return render_template(
        "desk/appraisal_many.html",
        desk=found,
        page=found.page,
        rows=rows,
        left_out=left_out,
        inputs=inputs,
        form=request.form,
        figure=figure,
        back=_grid(found.page.campaign_id, found.page.code),
    )


def _grid(campaign_id: int, leaf: str) -> str:
    return url_for("desk.appraisal_criterion", campaign_id=campaign_id, leaf=leaf, **kept())
