"""The web application: shell, sign-in, desk and console around one runtime."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_admin import Admin
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest, HTTPException, NotFound
from werkzeug.exceptions import Conflict as HTTPConflict
from werkzeug.exceptions import Forbidden as HTTPForbidden

from thidua import errors
from thidua.evidence.files import MAX_BYTES
from thidua.runtime import Runtime
from thidua.store.people import ROLES
from thidua.work.access import ROLE_NAMES
from thidua_admin.console import ConsoleIndex, add_views
from thidua_admin.db import CoreDB
from thidua_admin.desk import desk, navigation
from thidua_admin.desk.guide import help_url
from thidua_admin.desk.survey_page import init_survey
from thidua_admin.formats import add_filters
from thidua_admin.security import db_session, init_security
from thidua_admin.shell import init_shell, render_error, use_translations

FORM_BYTES = 1 << 20
"""What may come with the largest file of evidence: the other fields of its form."""

HTTP_ERRORS: dict[type[errors.ThiduaError], type[HTTPException]] = {
    errors.NotFound: NotFound,
    errors.NotAllowed: HTTPForbidden,
    errors.Conflict: HTTPConflict,
    errors.Invalid: BadRequest,
    errors.ThiduaError: HTTPConflict,
}


def create_app(runtime: Runtime, *, tour: bool = False) -> Flask:
    """The application on ``runtime``, ready to serve; with ``tour`` its first page shows around."""
    app = Flask("thidua_admin", static_folder=None, template_folder=None)
    app.config.update(
        BABEL_DEFAULT_LOCALE=runtime.settings.language,
        BABEL_DEFAULT_TIMEZONE=runtime.settings.timezone,
        MAX_CONTENT_LENGTH=MAX_BYTES + FORM_BYTES,
        TOUR=tour,
    )
    app.extensions["thidua"] = runtime
    db = CoreDB(runtime.sessions)
    db.init_app(app)
    PageTokens(app)
    use_translations(app)
    admin = Admin(name="Thi đua", url="/quan-tri", index_view=ConsoleIndex(url="/quan-tri"))
    init_shell(app, admin)
    init_security(app, db, runtime)
    app.register_blueprint(desk)
    init_survey(app)
    with app.app_context():
        add_views(admin, db, runtime)
    add_filters(app)
    app.add_template_global(lambda: url_for("desk.home"), "home_url")
    app.context_processor(_frame)
    app.register_error_handler(errors.ThiduaError, _sentence)
    return app


class PageTokens(CSRFProtect):  # type: ignore[misc]  # the library has no stubs
    """The tokens of pages, looked for where scripts send them before a form is read for one."""

    def _get_csrf_token(self) -> str | None:
        return request.headers.get("X-CSRFToken") or super()._get_csrf_token()


def _frame() -> dict[str, Any]:
    """What the shell shows around a page: province, person, navigation."""
    if "rights" not in g:
        runtime: Runtime = current_app.extensions["thidua"]
        return {"sign_in_notice": _trial_notice() if runtime.database.embedded else ""}
    return {
        "nav": navigation(),
        "province_name": g.province.name,
        "province_full_name": g.province.full_name,
        "province_choices": _choices(),
        "province_switch_url": url_for("desk.switch"),
        "person_name": current_user.name,
        "person_role": ", ".join(ROLE_NAMES[role] for role in ROLES if role in g.rights.roles),
        "guide_url": help_url(),
        "account_url": url_for("desk.account"),
        "change_password_url": url_for("desk.account_password"),
        "sign_out_url": url_for("security.logout"),
    }


def _choices() -> list[tuple[str, str]]:
    several = len(g.provinces) > 1
    return [(item.code, item.name) for item in g.provinces] if several else []


def _trial_notice() -> str:
    return str(gettext("Bản dùng thử với cơ sở dữ liệu kèm theo: đừng nhập số liệu thật."))


def _sentence(error: errors.ThiduaError) -> tuple[str, int]:
    """A refusal of a use case as a page with its sentence; nothing of the request is kept."""
    db_session().rollback()
    kind = next(http for known, http in HTTP_ERRORS.items() if isinstance(error, known))
    return render_error(kind(description=str(error)))
