"""Every request: who is it, in which province, with which rights, and what must they do first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import abort, current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from flask_security import logout_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from thidua.runtime import Runtime
from thidua.store.actor import Actor
from thidua.store.people import Held, Role
from thidua.store.provinces import Province
from thidua.store.tenancy import enter_province
from thidua.work.access import Rights, rights_in
from thidua.work.accounts import record_switch
from thidua_admin.db import CoreDB

View = TypeVar("View", bound=Callable[..., object])

OPEN_ENDPOINTS = {
    "security.login", "security.logout", "security.two_factor_token_validation",
    "security.mf_recovery", "shell.static", "admin.static",
}  # fmt: skip
"""What is answered to anybody; views add themselves by ``open_to_all``."""

PASSWORD_STEP, TWO_FACTOR_STEP = "desk.account_password", "desk.account_two_factor"
STEPS = frozenset({PASSWORD_STEP, TWO_FACTOR_STEP})
TWO_FACTOR_ROLES: frozenset[Role] = frozenset({"admin", "secretariat"})
"""Whose sign-in needs a second step where the installation requires it; operators too."""

BY_PROVIDER = "by_provider"
"""In the session of who signed in at the provider of accounts."""

BY_COOKIE = "by_cookie"
"""In the session of who was remembered by the browser and typed neither password nor code."""


def open_to_all(view: View) -> View:
    """A view for everybody, signed in or not: nobody is asked who they are, no province entered."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def actor() -> Actor:
    """The signed-in person as an actor."""
    found: Actor = g.actor
    return found


def db_session() -> Session:
    """The session of this request, inside the person's province."""
    db: CoreDB = current_app.extensions["thidua_db"]
    return db.session


def rights() -> Rights:
    """What the signed-in person may do in the province of this request."""
    found: Rights = g.rights
    return found


def provinces() -> list[Province]:
    """The provinces in which the signed-in person has a role."""
    found: list[Province] = g.provinces
    return found


def public_address() -> str:
    """Where people open the application, as configured, else as this request came."""
    runtime: Runtime = current_app.extensions["thidua"]
    return runtime.settings.address or request.host_url.rstrip("/")


def switch_province(runtime: Runtime, code: str) -> None:
    """Work in another of the person's provinces from now on; noted in that province's audit."""
    province = next((item for item in provinces() if item.code == code), None)
    if province is None:
        abort(404, gettext("Bạn không có vai trò nào trong tỉnh này."))
    with runtime.in_province(province.id) as entered:
        record_switch(entered, by=actor())
    session["province"] = province.code


def must_set_up() -> bool:
    """Whether the person may do nothing before their second step is set up."""
    return _two_factor_required() and not current_user.tf_totp_secret


def _two_factor_required() -> bool:
    """Whether the person may come in by a second step only."""
    settings = current_app.extensions["thidua"].settings
    elsewhere = session.get(BY_PROVIDER) and settings.oidc_two_factor == "provider"
    asked = current_user.is_operator or rights().any_of(TWO_FACTOR_ROLES)
    return bool(settings.two_factor == "required" and asked and not elsewhere)


def enter() -> Response | None:
    """Before every request: signed in, with a role in the province it goes to, or turned away.

    Whoever has a password from others, or must set up a second step, is led there first. Who may
    come in by a second step only does not come in by being remembered.
    """
    if request.endpoint is None or _is_open(request.endpoint):
        return None
    account = current_user._get_current_object()
    if not account.is_authenticated:
        return _to_sign_in()
    held: Sequence[Held] = account.held
    g.provinces = list({item.province.id: item.province for item in held}.values())
    if not g.provinces:
        logout_user()  # else there is no page from which to sign out
        said = gettext("Tài khoản chưa được giao vai trò ở tỉnh nào. Hãy liên hệ quản trị.")
        flash(said, "error")
        return redirect(url_for("security.login"))
    chosen = session.get("province")
    g.province = next((p for p in g.provinces if p.code == chosen), g.provinces[0])
    g.actor = Actor(kind="person", id=account.id, name=account.name)
    enter_province(db_session(), g.province.id)
    g.rights = rights_in(actor(), [item[1:] for item in held if item.province.id == g.province.id])
    if session.get(BY_COOKIE) and _two_factor_required():
        logout_user()
        said = gettext("Vai trò của bạn cần nhập mã xác thực mỗi lần đăng nhập. Hãy đăng nhập lại.")
        flash(said, "info")
        return _to_sign_in()
    g.step = _step()
    ahead = g.step is not None and request.endpoint != g.step
    return redirect(url_for(g.step)) if ahead else None


def _to_sign_in() -> Response:
    """To the sign-in page, and from there to what was asked for."""
    page = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("security.login", next=page))


def _is_open(endpoint: str) -> bool:
    if endpoint == "security.login" and not current_user.is_authenticated:
        session.pop(BY_PROVIDER, None)  # whoever comes here has not come from the provider
    view = current_app.view_functions.get(endpoint)
    return endpoint in OPEN_ENDPOINTS or getattr(view, "open_to_all", False)


def _step() -> str | None:
    if current_user.must_change_password and not session.get(BY_PROVIDER):
        return PASSWORD_STEP
    return TWO_FACTOR_STEP if must_set_up() else None
