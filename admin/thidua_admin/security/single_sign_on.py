"""Signing in at a provider of accounts (OpenID Connect: code flow with PKCE, state and nonce).

It opens an account that is there and never gives a right. At the first time the account is found
by a claim that equals its user name; from then on it is tied to issuer and subject, so that nobody
gets in by being given the same name at the provider.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

import structlog
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext
from flask_security import login_user
from joserfc.errors import JoseError
from requests.exceptions import RequestException
from sqlalchemy import select
from werkzeug.wrappers import Response

from thidua.errors import Invalid
from thidua.runtime import Runtime
from thidua.settings import Settings
from thidua.store.actor import Actor
from thidua.store.people import provinces_of
from thidua.store.vietnamese import username_key
from thidua.work.sign_in import link_provider
from thidua_admin.security.entering import BY_PROVIDER, db_session, open_to_all, public_address
from thidua_admin.security.model import Account

SECONDS = 10
SCOPES = "openid profile email"
NEXT = "sso_next"

single_sign_on = Blueprint("sso", __name__)
_log = structlog.get_logger(__name__)


def init_single_sign_on(app: Flask, settings: Settings) -> None:
    """Offer the configured provider; without one nothing is added."""
    if settings.oidc_issuer is None:
        return
    secret = _secret(settings)
    OAuth(app).register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=secret,
        server_metadata_url=urljoin(
            f"{settings.oidc_issuer.rstrip('/')}/", ".well-known/openid-configuration"
        ),
        client_kwargs={
            "scope": SCOPES,
            "code_challenge_method": "S256",
            "default_timeout": SECONDS,
            **({} if secret else {"token_endpoint_auth_method": "none"}),
        },
    )
    app.register_blueprint(single_sign_on)
    app.jinja_env.globals["sso_label"] = settings.oidc_label


def _secret(settings: Settings) -> str | None:
    if settings.oidc_secret_file is None:
        return None
    try:
        return settings.oidc_secret_file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise Invalid.one(
            "THIDUA_OIDC_SECRET_FILE", f"không đọc được tệp {settings.oidc_secret_file}."
        ) from error


@single_sign_on.get("/login/dung-chung")
@open_to_all
def start() -> Response:
    """To the provider."""
    session[NEXT] = _inside(request.args.get("next", "/"))
    back = f"{public_address()}{url_for('sso.finish')}"
    try:
        away: Response = _client().authorize_redirect(back)
    except (OAuthError, RequestException, ValueError, RuntimeError) as error:
        return _failed(error)
    return away


@single_sign_on.get("/login/dung-chung/ve")
@open_to_all
def finish() -> Response:
    """Back from the provider, with a code for whoever signed in there."""
    try:
        token = _client().authorize_access_token()
    except (OAuthError, JoseError, RequestException, ValueError, RuntimeError) as error:
        return _failed(error)
    claims = token.get("userinfo") or {}
    if claims.get("iss") != _settings().oidc_issuer or not claims.get("sub"):
        return _failed(ValueError("no identity of the configured issuer"))
    return _let_in(f"{claims['iss']} {claims['sub']}", str(claims.get(_settings().oidc_claim, "")))


def _let_in(identity: str, name: str) -> Response:
    account = _account(identity, name)
    if account is None or not account.active or account.is_locked():
        return _turned_away(
            gettext(
                "Tài khoản dùng chung này chưa mở được tài khoản nào ở Thi đua. Hãy liên hệ quản "
                "trị hệ thống của Sở Nội vụ."
            )
        )
    if account.sso_identity is None:
        _link(account, identity)
    there = session.pop(NEXT, "/")
    session[BY_PROVIDER] = True
    if _settings().oidc_two_factor == "here":
        steps = current_app.extensions["security"].two_factor_plugins
        asked: Response | None = steps.tf_enter(account, False, "oidc", next_loc=there)
        if asked is not None:
            return asked
    login_user(account, remember=False, authn_via=["oidc"])
    db_session().commit()
    return redirect(there)


def _account(identity: str, name: str) -> Account | None:
    """Whose identity it is; else the account of that name that is tied to nobody yet."""
    known = select(Account).where(Account.sso_identity == identity)
    free = select(Account).where(
        Account.username == username_key(name), Account.sso_identity.is_(None)
    )
    found = db_session().scalar(known)
    return found or (db_session().scalar(free) if name.isprintable() else None)


def _link(account: Account, identity: str) -> None:
    """Noted in each province where the account has a role."""
    runtime: Runtime = current_app.extensions["thidua"]
    by = Actor(kind="person", id=account.id, name=account.name)
    for province in provinces_of(db_session(), account.id):
        with runtime.in_province(province.id) as entered:
            link_provider(entered, identity=identity, by=by)


def _failed(error: Exception) -> Response:
    _log.warning("single sign-on failed", reason=f"{type(error).__name__}: {error}")
    return _turned_away(
        gettext(
            "Chưa đăng nhập được bằng tài khoản dùng chung. Hãy thử lại; nếu vẫn vậy, hãy đăng "
            "nhập bằng mật khẩu hoặc liên hệ quản trị hệ thống."
        )
    )


def _turned_away(said: str) -> Response:
    flash(said, "error")
    return redirect(url_for("security.login"))


def _inside(target: str) -> str:
    """The address if it is a page of ours, else the first page."""
    there = urlsplit(urljoin(request.host_url, target))
    ours = target.startswith("/") and target.isprintable() and "\\" not in target
    return target if ours and there.netloc == request.host else "/"


def _client() -> Any:
    return current_app.extensions["authlib.integrations.flask_client"].provider


def _settings() -> Settings:
    settings: Settings = current_app.extensions["thidua"].settings
    return settings
