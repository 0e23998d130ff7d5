"""Phiếu tự chấm: the sheets of one's own units, one sheet with its rows, and its printed form."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from thidua.work.explanations import answer_explanation
from thidua.work.my_sheets import my_sheets
from thidua.work.reissue import losses_of
from thidua.work.sheet_page import SheetPage, lines_before, sheet_page
from thidua.work.signoff import current_check_code
from thidua_admin.console.verbs import through
from thidua_admin.desk.moment import now
from thidua_admin.desk.pages import desk
from thidua_admin.desk.saving import rule_kinds
from thidua_admin.desk.sheet_rows import domain_views, total_of
from thidua_admin.desk.sheet_skeleton import fixed
from thidua_admin.security import actor, db_session, rights


@desk.get("/phieu")
def sheets() -> ResponseReturnValue:
    """The sheets of the person's units: what is left and until when."""
    found = my_sheets(db_session(), by=actor(), at=now(), kinds=rule_kinds())
    return render_template("desk/sheets.html", found=found)


@desk.get("/phieu/<int:campaign_id>/<int:unit_id>")
def sheet_shown(campaign_id: int, unit_id: int) -> ResponseReturnValue:
    """One sheet to fill in, or to read with what the appraisers said."""
    page = page_of(campaign_id, unit_id)
    base = url_for("desk.sheet_shown", campaign_id=campaign_id, unit_id=unit_id)
    register = url_for("desk.evidence_register", campaign_id=campaign_id, unit_id=unit_id)
    domains = domain_views(page, base=base, register=register)
    return render_template(
        "desk/sheet.html",
        page=page,
        domains=domains,
        total=total_of(page.criteria, domains),
        waiting=[view for domain in domains for view in domain.rows if view.waits],
        own=unit_id in rights().units_as("officer"),
        base=base,
        register=register,
        fixed=fixed,
    )


@desk.get("/phieu/<int:campaign_id>/<int:unit_id>/kem")
def sheet_beside(campaign_id: int, unit_id: int) -> ResponseReturnValue:
    """What stands beside the sheet, fetched after it: last year's lines, what a new set lost."""
    asked = {"campaign_id": campaign_id, "unit_id": unit_id}
    before = lines_before(db_session(), **asked, by=actor(), kinds=rule_kinds())
    losses = losses_of(db_session(), **asked, by=actor())
    return render_template("desk/sheet_beside.html", before=before, losses=losses)


@desk.get("/phieu/<int:campaign_id>/<int:unit_id>/ban-in")
def sheet_print(campaign_id: int, unit_id: int) -> ResponseReturnValue:
    """The table as it is printed and signed, with its check code."""
    page = page_of(campaign_id, unit_id)
    domains = domain_views(page)
    return render_template(
        "desk/sheet_print.html",
        page=page,
        domains=domains,
        total=total_of(page.criteria, domains) if page.progress else None,
        code=check_code_of(page),
    )


@desk.post("/phieu/<int:campaign_id>/<int:unit_id>/giai-trinh/<int:request_id>")
def sheet_answered(campaign_id: int, unit_id: int, request_id: int) -> ResponseReturnValue:
    """Answer a request to explain a row."""
    leaf = request.form.get("leaf", "")
    answered = through(
        lambda: answer_explanation(
            db_session(),
            request_id=request_id,
            answer=request.form.get("answer", ""),
            by=actor(),
            at=now(),
            expected_version=request.form.get("version", type=int),
        )
    )
    if answered is not None:
        flash(gettext("Đã ghi giải trình cho tiêu chí %(leaf)s.", leaf=leaf), "success")
    back = url_for("desk.sheet_shown", campaign_id=campaign_id, unit_id=unit_id)
    return redirect(f"{back}#dong-{leaf}")


def check_code_of(page: SheetPage) -> str:
    """The check code of the sheet as it stands, for those who see all of it."""
    if page.progress is None:
        return ""
    return current_check_code(
        db_session(), campaign_id=page.campaign_id, unit_id=page.unit_id, by=actor()
    )


def page_of(campaign_id: int, unit_id: int) -> SheetPage:
    """The sheet as the person may see it now."""
    return sheet_page(
        db_session(),
        campaign_id=campaign_id,
        unit_id=unit_id,
        by=actor(),
        at=now(),
        kinds=rule_kinds(),
    )
