"""The officials' survey as they answer it: a code, one page, thanks. Open without sign-in.

Nobody is known here but by the code, which travels in the body of a request and never in an
address (on a printed slip it stands behind #, which browsers do not send). These pages set no
cookie and are kept nowhere. No token against forged forms: the code is all the power there is,
and a stranger's page does not have it.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address

from thidua.errors import Invalid, NotFound
from thidua.work.answers import answer, blank_form
from thidua_admin.desk.open_pages import enter_by_code
from thidua_admin.desk.pages import desk
from thidua_admin.security import db_session, open_to_all

LIMIT = "120 per minute"
"""Of one address and form: a whole office may answer at once; a code is not guessed so."""

MOST_TYPED = 40
"""Signs of a code that are looked at."""


def init_survey(app: Flask) -> None:
    """Let the survey's pages be sent without a token, and not too often from one address."""
    limiter = app.extensions["thidua_limiter"]
    for view in (survey_open, survey_send):
        app.extensions["csrf"].exempt(view)
        endpoint = f"desk.{view.__name__}"
        app.view_functions[endpoint] = limiter.limit(LIMIT, key_func=_who)(view)


@desk.get("/khao-sat/<code>/<int:form_id>")
@open_to_all
def survey_page(code: str, form_id: int) -> ResponseReturnValue:
    """Where a code is typed; a slip's QR code leads here with its own."""
    province = enter_by_code(code)
    return _private("desk/survey_code.html", province=province, form_id=form_id)


@desk.post("/khao-sat/<code>/<int:form_id>")
@open_to_all
def survey_open(code: str, form_id: int) -> ResponseReturnValue:
    """The questions that the code lets its holder answer; the code stays good."""
    province = enter_by_code(code)
    typed = _typed()
    try:
        form = blank_form(db_session(), form_id=form_id, code=typed)
    except NotFound as refusal:
        db_session().rollback()
        told = {"province": province, "form_id": form_id, "refusal": str(refusal)}
        return _private("desk/survey_code.html", 404, **told)
    db_session().rollback()
    shown = {"province": province, "form_id": form_id, "form": form, "typed": typed}
    return _private("desk/survey_form.html", **shown, given={})


@desk.post("/khao-sat/<code>/<int:form_id>/gui")
@open_to_all
def survey_send(code: str, form_id: int) -> ResponseReturnValue:
    """Count the answers and use the code up; refused, the page stands as it was filled in."""
    province = enter_by_code(code)
    typed = _typed()
    try:
        answer(db_session(), form_id=form_id, code=typed, answers=_answers())
        db_session().commit()
    except NotFound as refusal:
        db_session().rollback()
        told = {"province": province, "form_id": form_id, "refusal": str(refusal)}
        return _private("desk/survey_code.html", 404, **told)
    except Invalid as refusal:
        db_session().rollback()
        form = blank_form(db_session(), form_id=form_id, code=typed)
        db_session().rollback()
        return _private(
            "desk/survey_form.html",
            400,
            province=province,
            form_id=form_id,
            form=form,
            typed=typed,
            given=request.form,
            problems=[problem.reason for problem in refusal.problems],
        )
    return redirect(url_for("desk.survey_thanks", code=code), code=303)


@desk.get("/khao-sat/<code>/cam-on")
@open_to_all
def survey_thanks(code: str) -> ResponseReturnValue:
    """Thanks; nothing here says for what."""
    return _private("desk/survey_thanks.html", province=enter_by_code(code))


def _private(template: str, status: int = 200, /, **shown: object) -> Response:
    """A page that no cache keeps and whose address no other page is told."""
    response = make_response(render_template(template, **shown), status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _typed() -> str:
    return request.form.get("code", "")[:MOST_TYPED]


def _answers() -> Mapping[int, Mapping[str, str]]:
    """By unit and leaf, what was chosen; fields are ``answer:unit:leaf``."""
    found: dict[int, dict[str, str]] = {}
    for field, chosen in request.form.items():
        kind, _, place = field.partition(":")
        unit, _, leaf = place.partition(":")
        if kind == "answer" and unit.isdecimal() and len(unit) < 19:
            found.setdefault(int(unit), {})[leaf] = chosen
    return found


def _who() -> str:
    form = (request.view_args or {}).get("form_id", "")
    return f"{get_remote_address()} {form}"
