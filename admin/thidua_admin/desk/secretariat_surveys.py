"""The officials' survey from the secretariat's side: opening, codes to print, paper, closing."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from thidua.errors import Invalid, Problem
from thidua.exchange.slips import STYLE, slips_page
from thidua.work.access import OVERSEERS, STAFF, require
from thidua.work.answers import MOST_CODES, enter_paper, make_codes
from thidua.work.campaigns import campaign_by_id, campaign_units
from thidua.work.paper import PaperForm, paper_form
from thidua.work.questionnaires import (
    About,
    UnitCounted,
    asked_in,
    close_survey,
    form_by_id,
    open_survey,
    reopen_survey,
    survey_state,
)
from thidua_admin.console.verbs import through
from thidua_admin.desk.moment import now
from thidua_admin.desk.pages import desk
from thidua_admin.desk.secretariat_fields import done, number, text
from thidua_admin.desk.secretariat_figures import named
from thidua_admin.security import actor, db_session, public_address, rights

WHOLE: Mapping[str, About] = {"all": "all", "own": "own"}


@desk.post("/thuong-truc/<int:campaign_id>/khao-sat/<what>")
def secretariat_survey_open(campaign_id: int, what: str) -> ResponseReturnValue:
    """Open the form: each group judges all units, its own, or those of a kind."""
    form = through(
        lambda: open_survey(
            db_session(),
            campaign_id=campaign_id,
            survey=what,
            about=_about(campaign_id, what),
            by=actor(),
            at=now(),
        )
    )
    if form is None:
        return redirect(url_for("desk.secretariat_figure", campaign_id=campaign_id, what=what))
    flash(gettext("Đã mở phiếu khảo sát. Hãy phát mã cho từng nhóm."), "success")
    return _to(form.id)


@desk.get("/thuong-truc/khao-sat/<int:form_id>")
def secretariat_survey(form_id: int) -> ResponseReturnValue:
    """One survey: how far each group is, codes, paper, and its end."""
    require(db_session(), actor(), OVERSEERS, gettext("xem cuộc khảo sát"))
    form = form_by_id(db_session(), form_id)
    campaign = campaign_by_id(db_session(), campaign_id=form.campaign_id)
    state = survey_state(db_session(), form_id=form_id, by=actor())
    return render_template(
        "desk/secretariat_survey.html",
        campaign=campaign,
        form=form,
        name=named(form.campaign_id, form.survey),
        groups=_by_group(state),
        minimums=_minimums(form_id),
        most=MOST_CODES,
        address=_address(form_id),
        may=rights().any_of(STAFF) and campaign.stage == "open",
    )


@desk.post("/thuong-truc/khao-sat/<int:form_id>/ma")
def secretariat_survey_codes(form_id: int) -> ResponseReturnValue:
    """New codes as a page to print; they are shown this once."""
    made = through(
        lambda: make_codes(
            db_session(),
            form_id=form_id,
            group=text("group"),
            count=number("count"),
            unit_id=number("unit") or None,
            by=actor(),
        )
    )
    if made is None:
        return _to(form_id)
    style = b64encode(sha256(STYLE.encode()).digest()).decode()
    return Response(
        slips_page(made, address=_address(form_id)),
        mimetype="text/html",
        headers={
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; img-src data:; "
            f"style-src 'sha256-{style}'; frame-ancestors 'none'",
        },
    )


@desk.route("/thuong-truc/khao-sat/<int:form_id>/phieu-giay", methods=("GET", "POST"))
def secretariat_survey_paper(form_id: int) -> ResponseReturnValue:
    """Type the counts of a group's paper forms about one unit."""
    form = form_by_id(db_session(), form_id)
    shown = paper_form(
        db_session(),
        form_id=form_id,
        group=request.args.get("group", ""),
        unit_id=request.args.get("unit", 0, type=int),
        by=actor(),
    )
    if request.method == "POST" and done(lambda: _enter_paper(form_id, shown)):
        flash(gettext("Đã ghi phiếu giấy."), "success")
        return _to(form_id)
    return render_template(
        "desk/secretariat_paper.html",
        campaign=campaign_by_id(db_session(), campaign_id=form.campaign_id),
        form=form,
        shown=shown,
        typed=request.form,
    )


@desk.post("/thuong-truc/khao-sat/<int:form_id>/dong")
def secretariat_survey_close(form_id: int) -> ResponseReturnValue:
    """End it: counts become figures."""
    by = actor().because(text("reason"))
    if through(lambda: close_survey(db_session(), form_id=form_id, by=by, at=now())):
        said = gettext("Khảo sát đã kết thúc; số phiếu đã thành số liệu của các tiêu chí.")
        flash(said, "success")
    return _to(form_id)


@desk.post("/thuong-truc/khao-sat/<int:form_id>/mo-lai")
def secretariat_survey_reopen(form_id: int) -> ResponseReturnValue:
    """Let it take answers again."""
    by = actor().because(text("reason"))
    if through(lambda: reopen_survey(db_session(), form_id=form_id, by=by)):
        flash(gettext("Phiếu khảo sát nhận trả lời trở lại."), "success")
    return _to(form_id)


def _about(campaign_id: int, what: str) -> Mapping[str, About]:
    """Which units each group judges, as chosen; a kind stands for its units."""
    campaign = campaign_by_id(db_session(), campaign_id=campaign_id)
    units = campaign_units(db_session(), campaign).values()
    labels = asked_in(db_session(), campaign, what).labels
    found: dict[str, About] = {}
    for group in labels:
        chosen = text(f"about-{group}")
        if chosen in WHOLE:
            found[group] = WHOLE[chosen]
        elif chosen:
            found[group] = [unit.unit_id for unit in units if unit.kind == chosen]
    return found


def _by_group(state: list[UnitCounted]) -> Mapping[str, list[UnitCounted]]:
    found: dict[str, list[UnitCounted]] = {}
    for item in state:
        found.setdefault(item.group, []).append(item)
    return found


def _minimums(form_id: int) -> Mapping[str, int]:
    """How many answers each group must give, by its code: the most that a question asks for."""
    form = form_by_id(db_session(), form_id)
    campaign = campaign_by_id(db_session(), campaign_id=form.campaign_id)
    found: dict[str, int] = {}
    for groups in asked_in(db_session(), campaign, form.survey).questions.values():
        for group, questions in groups.items():
            most = max(question.group.minimum for question in questions)
            found[group] = max(found.get(group, 0), most)
    return found


def _enter_paper(form_id: int, shown: PaperForm) -> object:
    problems: list[Problem] = []
    counts = {
        question.leaf: {
            code: _count(f"{question.leaf}.{code}", f"{question.leaf}, {label}", problems)
            for code, label in question.answers
        }
        for question in shown.questions
    }
    forms = _count("forms", gettext("Số phiếu"), problems)
    if problems:
        raise Invalid(problems)
    return enter_paper(
        db_session(),
        form_id=form_id,
        group=shown.group,
        unit_id=shown.unit_id,
        forms=forms,
        counts=counts,
        by=actor(),
        expected_version=number("version"),
    )


def _count(field: str, label: str, problems: list[Problem]) -> int:
    typed = text(field) or "0"
    if not typed.isdecimal():
        problems.append(Problem(label, gettext("Hãy ghi một số nguyên, ví dụ 12.")))
        return 0
    return int(typed)


def _address(form_id: int) -> str:
    path = url_for("desk.survey_page", code=g.province.code, form_id=form_id)
    return f"{public_address()}{path}"


def _to(form_id: int) -> ResponseReturnValue:
    return redirect(url_for("desk.secretariat_survey", form_id=form_id))
