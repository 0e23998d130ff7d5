"""Tài khoản của tôi: password, second step and sessions of the person themselves."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_security import login_user
from markupsafe import Markup

from thidua.store.people import User
from thidua.work.access import ROLE_NAMES
from thidua.work.sign_in import (
    change_password,
    renew_recovery_codes,
    set_two_factor,
    sign_out_everywhere,
)
from thidua.work.telephones import set_phone
from thidua_admin.console.lookups import unit_names
from thidua_admin.console.verbs import through
from thidua_admin.desk.pages import desk
from thidua_admin.security import BY_PROVIDER, actor, db_session, password_hash, rights
from thidua_admin.security.second_step import codes, new_recovery_codes, qr_code, recovery_hash

NEW_SECRET = "new_totp_secret"  # noqa: S105 (a key of the session)
CLOCK_SECONDS = 30


@desk.get("/tai-khoan")
def account() -> ResponseReturnValue:
    """Who I am here, and how I sign in."""
    names = unit_names()
    held = sorted(
        (ROLE_NAMES[role], names.get(unit, "") if unit else "") for role, unit in rights().held
    )
    return render_template("desk/account.html", held=held, user=current_user)


@desk.post("/tai-khoan/dien-thoai")
def account_phone() -> ResponseReturnValue:
    """Where I am reached at work."""
    typed = request.form.get("phone", "")
    kept = through(
        lambda: set_phone(db_session(), user_id=actor().id or 0, phone=typed, by=actor())
    )
    if kept is not None:
        flash(gettext("Đã lưu số điện thoại."), "success")
    return redirect(url_for("desk.account"))


@desk.route("/tai-khoan/mat-khau", methods=("GET", "POST"))
def account_password() -> ResponseReturnValue:
    """Another password; the first time instead of the one that others chose."""
    forced = g.step is not None
    if request.method == "POST" and _typed_twice() and (forced or _knows_password()):
        done = _renewing_session(
            lambda: change_password(
                db_session(), password=request.form["password"], hashed=password_hash, by=actor()
            )
        )
        if done:
            flash(gettext("Đã đổi mật khẩu. Các máy khác đã được đăng xuất."), "success")
            return redirect(url_for("desk.home" if forced else "desk.account"))
    return render_template("desk/account_password.html", forced=forced, user=current_user)


@desk.route("/tai-khoan/hai-buoc", methods=("GET", "POST"))
def account_two_factor() -> ResponseReturnValue:
    """Set up the second step, or move it to another telephone."""
    forced = g.step is not None
    secret: str = session.get(NEW_SECRET, "")
    if request.method == "POST" and secret and _code_is_right(secret):
        recovery = new_recovery_codes()
        if through(
            lambda: set_two_factor(
                db_session(), secret=secret, recovery_codes=_hashes(recovery), by=actor()
            )
        ):
            session.pop(NEW_SECRET)
            return _recovery_page(recovery)
    if not secret:
        secret = session[NEW_SECRET] = codes().generate_totp_secret()
    uri = codes().get_totp_uri(current_user.username, secret)
    return render_template(
        "desk/account_two_factor.html",
        forced=forced,
        user=current_user,
        qr=Markup(qr_code(uri)),  # noqa: S704
        key=codes().get_totp_pretty_key(secret),
        uri=uri,
    )


@desk.post("/tai-khoan/ma-khoi-phuc")
def account_recovery_codes() -> ResponseReturnValue:
    """Other recovery codes, shown once."""
    recovery = new_recovery_codes()
    if _knows_password():
        renewed = through(
            lambda: renew_recovery_codes(db_session(), recovery_codes=_hashes(recovery), by=actor())
        )
        if renewed:
            return _recovery_page(recovery)
    return redirect(url_for("desk.account"))


@desk.post("/tai-khoan/dang-xuat-noi-khac")
def account_sign_out_elsewhere() -> ResponseReturnValue:
    """End every session but this one."""
    if _renewing_session(lambda: sign_out_everywhere(db_session(), by=actor())):
        flash(gettext("Đã đăng xuất khỏi mọi máy khác."), "success")
    return redirect(url_for("desk.account"))


def _renewing_session(verb: Callable[[], User]) -> bool:
    """Do what ends all sessions, and begin a new one here; whether it was done."""
    person = current_user._get_current_object()
    provided = session.get(BY_PROVIDER, False)
    if through(verb) is None:
        return False
    login_user(person, remember=False)
    session[BY_PROVIDER] = provided
    db_session().commit()
    return True


def _code_is_right(secret: str) -> bool:
    """The code of the new telephone; who changes telephones also types the password."""
    if current_user.tf_totp_secret and not _knows_password():
        return False
    typed = request.form.get("code", "")
    if codes().verify_totp(typed, secret, current_user, window=CLOCK_SECONDS):
        return True
    flash(
        gettext(
            "Mã chưa đúng hoặc đã hết hạn. Hãy nhập mã đang hiện trong ứng dụng; nếu vẫn sai, hãy "
            "chỉnh giờ của điện thoại cho đúng."
        ),
        "error",
    )
    return False


def _knows_password() -> bool:
    """Whether the present password was typed; a wrong one counts as at sign-in."""
    if current_user.knows(request.form.get("current", "")):
        return True
    flash(gettext("Mật khẩu hiện tại chưa đúng. Hãy nhập lại."), "error")
    return False


def _typed_twice() -> bool:
    if request.form.get("password", "") == request.form.get("repeated", ""):
        return True
    flash(gettext("Hai lần nhập mật khẩu mới chưa giống nhau. Hãy nhập lại."), "error")
    return False


def _hashes(recovery: list[str]) -> list[str]:
    return [recovery_hash(code) for code in recovery]


def _recovery_page(recovery: list[str]) -> str:
    return render_template("desk/account_recovery.html", codes=recovery, user=current_user)
