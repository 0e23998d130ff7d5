"""Help with signing in: a new password, a lost telephone, a locked account; slips to print."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from thidua.exchange.accounts import AccountSlip, slips_markup
from thidua.store.people import Membership, User
from thidua.work.passwords import one_time_password
from thidua.work.sign_in import (
    end_sessions,
    reset_password,
    reset_two_factor,
    unlink_provider,
    unlock,
)
from thidua_admin.console.rows import RowAction
from thidua_admin.console.verbs import through
from thidua_admin.security import actor, db_session, one_time_hash, public_address


def is_locked(row: Membership) -> bool:
    """Whether wrong passwords keep the person out for now."""
    return row.user.locked_until is not None and row.user.locked_until > datetime.now(UTC)


def has_two_factor(row: Membership) -> bool:
    """Whether the person has set up a second step."""
    return bool(row.user.tf_totp_secret)


def is_linked(row: Membership) -> bool:
    """Whether the account is tied to one of the provider."""
    return row.user.sso_identity is not None


HELP = (
    RowAction(
        lazy_gettext("Cấp lại mật khẩu"),
        ".password_view",
        confirm=lazy_gettext(
            "Cấp mật khẩu dùng một lần cho người này? Mật khẩu cũ không dùng được nữa."
        ),
    ),
    RowAction(
        lazy_gettext("Mở khóa"),
        ".unlock_view",
        confirm=lazy_gettext("Cho người này đăng nhập lại ngay?"),
        when=is_locked,
    ),
    RowAction(
        lazy_gettext("Bỏ đăng nhập hai bước"),
        ".two_factor_view",
        confirm=lazy_gettext(
            "Người này mất điện thoại? Sau khi bỏ, họ chỉ cần mật khẩu để vào và thiết lập lại."
        ),
        when=has_two_factor,
    ),
    RowAction(
        lazy_gettext("Bỏ gắn với tài khoản dùng chung"),
        ".provider_view",
        confirm=lazy_gettext("Bỏ gắn tài khoản này với tài khoản dùng chung?"),
        when=is_linked,
    ),
    RowAction(
        lazy_gettext("Đăng xuất khỏi mọi nơi"),
        ".sessions_view",
        confirm=lazy_gettext("Đăng xuất người này khỏi mọi máy đang dùng?"),
    ),
)
"""Lines of the menu of a role; each posts to one of the views below."""


class AccountHelp:
    """A part of the view of accounts."""

    render: Any
    get_url: Any
    get_one: Any
    posted_id: Any
    back: Any

    @expose("/cap-lai-mat-khau/", methods=("POST",))  # type: ignore[untyped-decorator]
    def password_view(self) -> ResponseReturnValue:
        """A one-time password, shown once."""
        password = one_time_password()
        hashed = one_time_hash(password)
        user = self._reset(
            lambda user_id: reset_password(
                db_session(), user_id=user_id, password_hash=hashed, by=actor()
            )
        )
        if user is None:
            return redirect(self.back())
        return self.slips([AccountSlip(user.name, user.username, password)])

    @expose("/mo-khoa/", methods=("POST",))  # type: ignore[untyped-decorator]
    def unlock_view(self) -> ResponseReturnValue:
        """Let somebody try again."""
        return self._simple(unlock, gettext("Đã mở khóa tài khoản."))

    @expose("/bo-hai-buoc/", methods=("POST",))  # type: ignore[untyped-decorator]
    def two_factor_view(self) -> ResponseReturnValue:
        """Forget a lost telephone."""
        return self._simple(reset_two_factor, gettext("Đã bỏ đăng nhập hai bước."))

    @expose("/bo-dung-chung/", methods=("POST",))  # type: ignore[untyped-decorator]
    def provider_view(self) -> ResponseReturnValue:
        """Untie from the provider of accounts."""
        return self._simple(unlink_provider, gettext("Đã bỏ gắn với tài khoản dùng chung."))

    @expose("/dang-xuat/", methods=("POST",))  # type: ignore[untyped-decorator]
    def sessions_view(self) -> ResponseReturnValue:
        """Sign somebody out everywhere."""
        return self._simple(end_sessions, gettext("Đã đăng xuất người này khỏi mọi nơi."))

    def slips(self, slips: list[AccountSlip]) -> str:
        """The slips to print; they are shown once."""
        drawn = Markup(slips_markup(slips, address=public_address()))  # noqa: S704 (escaped there)
        page: str = self.render("console/account_slips.html", slips=drawn, count=len(slips))
        return page

    def _simple(self, verb: Callable[..., User], said: str) -> ResponseReturnValue:
        if self._reset(lambda user_id: verb(db_session(), user_id=user_id, by=actor())):
            flash(said, "success")
        return redirect(self.back())

    def _reset(self, verb: Callable[[int], User]) -> User | None:
        """What ``verb`` does with the account of the posted role."""
        role = self.get_one(self.posted_id())
        return through(lambda: verb(role.user_id if role else 0))
