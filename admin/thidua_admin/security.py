"""Signing in, and the province a signed-in person works in."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_security import (
    FSQLALiteUserDatastore,
    RoleMixin,
    Security,
    UserMixin,
    hash_password,
    logout_user,
    user_authenticated,
)
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from thidua.runtime import Runtime
from thidua.store.actor import Actor
from thidua.store.people import User, provinces_of
from thidua.store.provinces import Province
from thidua.store.tenancy import enter_province
from thidua.store.vietnamese import username_key
from thidua.work.access import Rights, rights_of
from thidua.work.accounts import record_switch
from thidua_admin.db import CoreDB

TRIES = 5
LOCKED = timedelta(minutes=15)
SESSION_HOURS = 12
REMEMBERED_DAYS = 7
OPEN_ENDPOINTS = frozenset({"security.login", "security.logout", "shell.static", "admin.static"})


class Account(User, UserMixin):  # type: ignore[misc]  # the library has no stubs
    """The core's account with what Flask-Security asks of one; rights are memberships."""

    roles: list[RoleMixin] = []  # noqa: RUF012 (rights are memberships; nothing is added)

    def verify_and_update_password(self, password: str) -> bool:
        """Whether the password is right; never while the account is locked.

        It is compared all the same, so that neither answer nor time tells who goes on guessing.
        """
        right: bool = super().verify_and_update_password(password)
        return right and not self.is_locked()

    def track_failed_authn(self, auth_type: str, tfa: bool = False) -> None:
        """Count a wrong password; the fifth in a row locks the account for a while.

        The database counts, so that guesses at the same time all do. A lock is not prolonged, or
        others could keep somebody out for good.
        """
        if self.is_locked():
            return
        self.failed_count = Account.failed_count + 1 if self.locked_until is None else 1
        self.locked_until = None
        _store().put(self)
        db_session().flush()
        if self.failed_count >= TRIES:
            self.locked_until = datetime.now(UTC) + LOCKED
        _store().commit()

    def forget_failures(self) -> None:
        """Start counting anew after a right password."""
        self.failed_count, self.locked_until = 0, None
        _store().put(self)

    def is_locked(self, form_error: list[str] | None = None) -> bool:
        """Whether sign-in is refused for now. The sentence for every failure says how long."""
        return self.locked_until is not None and self.locked_until > datetime.now(UTC)


class NoRole(RoleMixin):
    """Flask-Security wants a role model; rights are memberships, so there are no such roles."""


def init_security(app: Flask, db: CoreDB, runtime: Runtime) -> None:
    """Sign-in by user name, lock-out, a limit on tries, and the province of each request."""
    app.config.update(
        SECRET_KEY=secret(runtime.settings.home, "web"),
        SECURITY_PASSWORD_SALT=secret(runtime.settings.home, "password"),
        SECURITY_USERNAME_ENABLE=True,
        SECURITY_USERNAME_MIN_LENGTH=1,
        SECURITY_USERNAME_MAX_LENGTH=64,
        SECURITY_USERNAME_ALLOWED_CHARS=["L", "M", "N", "P", "Z"],  # as typed: marks, blanks
        SECURITY_INPUT_NORMALIZE_FORM="NFC",
        SECURITY_USER_IDENTITY_ATTRIBUTES=[
            {"username": {"mapper": username_key, "case_insensitive": True}}
        ],
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/login",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_FLASH_MESSAGES=True,
        SECURITY_CACHE_CONTROL=None,  # its header is malformed; the shell sends ours
        SECURITY_MSG_LOGIN=("", "success"),
        SECURITY_MSG_UNAUTHENTICATED=("", "info"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_DURATION=timedelta(days=REMEMBERED_DAYS),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=SESSION_HOURS),
        WTF_CSRF_TIME_LIMIT=SESSION_HOURS * 3600,  # a page left open over lunch still saves
    )
    Security(app, FSQLALiteUserDatastore(db, Account, NoRole))
    user_authenticated.connect(_forget_failures, app)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    limiter.limit("60 per minute", methods=["POST"])(app.view_functions["security.login"])
    app.extensions["thidua_limiter"] = limiter  # its decorator holds only a weak reference
    app.extensions["thidua_db"] = db
    app.before_request(_enter)


def password_hash(password: str) -> str:
    """The hash of a new password, normalised as sign-in normalises what is typed."""
    util = current_app.extensions["security"]._password_util
    hashed: str = hash_password(util.normalize(password))
    return hashed


def actor() -> Actor:
    """The signed-in person as an actor."""
    return Actor(kind="person", id=current_user.id, name=current_user.name)


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


def switch_province(runtime: Runtime, code: str) -> None:
    """Work in another of the person's provinces from now on; noted in that province's audit."""
    province = next((item for item in provinces() if item.code == code), None)
    if province is None:
        abort(404, gettext("Bạn không có vai trò nào trong tỉnh này."))
    with runtime.in_province(province.id) as entered:
        record_switch(entered, by=actor())
    session["province"] = province.code


def _enter() -> Response | None:
    """Before every request: signed in, with a role in the province it goes to, or turned away."""
    if request.endpoint in OPEN_ENDPOINTS or request.endpoint is None:
        return None
    if not current_user.is_authenticated:
        page = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return redirect(url_for("security.login", next=page))
    open_session = db_session()
    g.provinces = list(provinces_of(open_session, current_user.id))
    if not g.provinces:
        logout_user()  # else there is no page from which to sign out
        said = gettext("Tài khoản chưa được giao vai trò ở tỉnh nào. Hãy liên hệ quản trị.")
        flash(said, "error")
        return redirect(url_for("security.login"))
    chosen = session.get("province")
    g.province = next((p for p in g.provinces if p.code == chosen), g.provinces[0])
    enter_province(open_session, g.province.id)
    g.rights = rights_of(open_session, actor())
    return None


def _forget_failures(app: Flask, user: Account, **_: Any) -> None:
    user.forget_failures()


def _store() -> Any:
    return current_app.extensions["security"].datastore


def secret(home: Path, name: str) -> str:
    """A secret of this installation, made at first start and kept readable by its owner only."""
    home.mkdir(parents=True, exist_ok=True)
    file = home / f"{name}.secret"
    if not file.exists():
        handle, fresh = mkstemp(prefix=f"{name}.", dir=home)  # readable by its owner only
        with open(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(fresh, file)  # the first of several processes wins, and never half a secret
        os.unlink(fresh)
    return file.read_text(encoding="ascii")
