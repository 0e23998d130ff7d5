"""Sign-in as this installation wants it: Flask-Security's settings, limits, single sign-on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from flask import Flask, Response, abort, redirect, session
from flask.sessions import SecureCookieSessionInterface
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user, user_loaded_from_cookie
from flask_security import Security, user_authenticated
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from thidua.runtime import Runtime
from thidua.settings import Settings
from thidua.store.vietnamese import username_key
from thidua_admin.db import CoreDB
from thidua_admin.security.entering import BY_COOKIE, enter
from thidua_admin.security.model import Account, Accounts, NoRole
from thidua_admin.security.second_step import AppCodes, NoRescueForm, RecoveryCodes
from thidua_admin.security.secret import secret
from thidua_admin.security.single_sign_on import init_single_sign_on

SESSION_HOURS = 12
REMEMBERED_DAYS = 7
GUESSES = "120 per minute"
"""From one address, which may be that of a whole office; each account locks by itself."""

HALF_WAY = ("two_factor_token_validation", "mf_recovery")
"""Pages between the password and being in."""

GUESSED = ("login", *HALF_WAY)
OURS_INSTEAD = (
    "two_factor_setup", "two_factor_setup_validate", "two_factor_rescue", "mf_recovery_codes",
    "tf_select",
)  # fmt: skip
"""Pages of Flask-Security that are not offered: ``desk.account`` has what an office needs."""


class Sessions(SecureCookieSessionInterface):
    """Flask's sessions, with a signer that is made once."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What signs the cookies of the one application that these are of."""
        self._signer = self._signer or super().get_signing_serializer(app)
        return self._signer


def init_security(app: Flask, db: CoreDB, runtime: Runtime) -> None:
    """Sign-in by user name and code, lock-out, limits on tries, the province of each request."""
    settings = runtime.settings
    app.config.update(_sign_in(settings), **_cookies(settings))
    app.config.update(_second_step(settings))
    app.session_interface = Sessions()
    security = Security(
        app,
        Accounts(db, Account, NoRole),
        totp_cls=AppCodes,
        mf_recovery_codes_util_cls=RecoveryCodes,
        two_factor_rescue_form=NoRescueForm,
    )
    # It would look up identities whose needs nobody asks for: rights are memberships.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    for name in OURS_INSTEAD:
        app.view_functions[f"security.{name}"] = _not_here
    for name in HALF_WAY:
        endpoint = f"security.{name}"
        app.view_functions[endpoint] = _on_the_way_in(app.view_functions[endpoint])
    user_authenticated.connect(_signed_in, app)
    user_loaded_from_cookie.connect(_remembered, app)
    _limit_guesses(app)
    app.extensions["thidua_db"] = db
    init_single_sign_on(app, settings)
    app.before_request(enter)
    _behind_proxies(app, settings)


def _limit_guesses(app: Flask) -> None:
    limiter = Limiter(get_remote_address, storage_uri="memory://")
    # Each of these views asks by itself: known already, it puts no hooks on all other requests.
    app.extensions["limiter"] = {limiter}
    limiter.init_app(app)
    limit = limiter.limit(GUESSES, methods=["POST"])
    for name in GUESSED:
        endpoint = f"security.{name}"
        app.view_functions[endpoint] = cast(Any, limit(app.view_functions[endpoint]))
    app.extensions["thidua_limiter"] = limiter  # its decorator holds only a weak reference


def _sign_in(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": secret(settings.home, "web"),
        "SECURITY_PASSWORD_SALT": secret(settings.home, "password"),
        "SECURITY_USERNAME_ENABLE": True,
        "SECURITY_USERNAME_MIN_LENGTH": 1,
        "SECURITY_USERNAME_MAX_LENGTH": 64,
        # as typed: marks, blanks
        "SECURITY_USERNAME_ALLOWED_CHARS": ["L", "M", "N", "P", "Z"],
        "SECURITY_INPUT_NORMALIZE_FORM": "NFC",
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [
            {"username": {"mapper": username_key, "case_insensitive": True}}
        ],
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_FRESHNESS": timedelta(-1),  # our pages ask for the password where it matters
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/login",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_FLASH_MESSAGES": True,
        "SECURITY_CACHE_CONTROL": None,  # its header is malformed; the shell sends ours
        "SECURITY_MSG_LOGIN": ("", "success"),
        "SECURITY_MSG_UNAUTHENTICATED": ("", "info"),
        "SECURITY_MSG_TWO_FACTOR_LOGIN_SUCCESSFUL": ("", "success"),
    }


def _second_step(settings: Settings) -> dict[str, Any]:
    return {
        "SECURITY_TWO_FACTOR": True,
        # What its set-up page would offer, were it not ours; "authenticator" would only want one
        # more package to draw the QR code.
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["email"],
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,  # seconds a clock may be wrong
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/login/ma",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/login/ma-khoi-phuc",
        "SECURITY_TOTP_SECRETS": {"1": secret(settings.home, "totp")},
        "SECURITY_TOTP_ISSUER": "Thi đua",
    }


def _cookies(settings: Settings) -> dict[str, Any]:
    secure = _is_https(settings)
    return {
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": secure,
        "REMEMBER_COOKIE_DURATION": timedelta(days=REMEMBERED_DAYS),
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=SESSION_HOURS),
        "WTF_CSRF_TIME_LIMIT": SESSION_HOURS * 3600,  # a page left open over lunch still saves
    }


def _behind_proxies(app: Flask, settings: Settings) -> None:
    """Believe what so many proxies say of the visitor; over https tell browsers to stay there."""
    if count := settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    if _is_https(settings):
        app.after_request(_stay_on_https)


def _stay_on_https(response: Response) -> Response:
    response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _is_https(settings: Settings) -> bool:
    return (settings.address or "").startswith("https://")


def _not_here(**_: Any) -> Response:
    abort(404)


def _on_the_way_in(page: Callable[..., Any]) -> Callable[..., Any]:
    """The page for who is on the way in; Flask-Security would sign out anybody else reading it."""

    @wraps(page)
    def answer(**asked: Any) -> AnyResponse:
        there: AnyResponse = redirect("/") if current_user.is_authenticated else page(**asked)
        return there

    return answer


def _signed_in(app: Flask, user: Account, **_: Any) -> None:
    session.pop(BY_COOKIE, None)
    user.forget_failures()


def _remembered(app: Flask, **_: Any) -> None:
    session[BY_COOKIE] = True
