"""Tài khoản và vai trò: who may do what in the province, and help with signing in."""

from __future__ import annotations

from typing import Any, get_args

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_admin.helpers import get_form_data
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup
from sqlalchemy import func, literal, select
from sqlalchemy.orm import Query, contains_eager
from wtforms import Form, StringField, TelField
from wtforms.validators import InputRequired, Length

from thidua.exchange.accounts import AccountSlip
from thidua.store.people import Membership, Role, User
from thidua.store.units import UnitPeriod
from thidua.work.access import ROLE_NAMES
from thidua.work.accounts import (
    NAME_LENGTH,
    USERNAME_LENGTH,
    create_user,
    domains_of,
    grant_membership,
    revoke_membership,
    user_by_name,
)
from thidua.work.passwords import one_time_password
from thidua.work.telephones import LONGEST, set_phone
from thidua_admin.console.account_help import HELP, AccountHelp, has_two_factor, is_locked
from thidua_admin.console.account_import import AccountImport
from thidua_admin.console.forms import ChoiceField, choices, unit_choices
from thidua_admin.console.lists import EmptyWords, FormWords, Found, ListView, Narrowing, folded
from thidua_admin.console.lookups import unit_names
from thidua_admin.console.marks import state
from thidua_admin.console.rows import RowAction
from thidua_admin.console.verbs import Verbs, through
from thidua_admin.security import actor, db_session, one_time_hash

ROLE_CODES: dict[str, Role] = {role: role for role in get_args(Role)}


def _roles() -> dict[str, str]:
    return dict(ROLE_NAMES.items())


def _role_field() -> ChoiceField:
    return ChoiceField(
        lazy_gettext("Vai trò"), [InputRequired()], choices=lambda: choices(_roles())
    )


def _unit_field() -> ChoiceField:
    return ChoiceField(
        lazy_gettext("Đơn vị"),
        choices=unit_choices,
        description=lazy_gettext(
            "Chỉ chọn cho Cán bộ của đơn vị và Cơ quan thẩm định; các vai trò khác để trống."
        ),
    )


def _domains_field() -> StringField:
    return StringField(
        lazy_gettext("Lĩnh vực"),
        description=lazy_gettext(
            "Chỉ cho Cơ quan thẩm định: mã các lĩnh vực người này thẩm định, cách nhau bằng dấu "
            "phẩy; để trống là mọi lĩnh vực của cơ quan."
        ),
    )


class RoleForm(BaseForm):  # type: ignore[misc]
    """A role for an account that is there already."""

    username = StringField(
        lazy_gettext("Tên đăng nhập"), [InputRequired(), Length(max=USERNAME_LENGTH)]
    )
    role = _role_field()
    unit = _unit_field()
    domains = _domains_field()


class AccountForm(BaseForm):  # type: ignore[misc]
    """A new account with its first role."""

    username = StringField(
        lazy_gettext("Tên đăng nhập"),
        [InputRequired(), Length(max=USERNAME_LENGTH)],
        description=lazy_gettext("Viết liền, không phân biệt chữ hoa, chữ thường; ví dụ: lan.snv"),
    )
    name = StringField(lazy_gettext("Họ và tên"), [InputRequired(), Length(max=NAME_LENGTH)])
    phone = TelField(
        lazy_gettext("Điện thoại"),
        [Length(max=LONGEST)],
        description=lazy_gettext("Để Thường trực liên hệ khi đơn vị chậm; người đó tự sửa được."),
    )
    role = _role_field()
    unit = _unit_field()
    domains = _domains_field()


def _role(chosen: str) -> Found | None:
    return Membership.role == chosen if chosen else None


def _sign_in(view: Any, context: Any, row: Membership, name: str) -> Markup:
    if not row.user.active:
        return state(gettext("Đã khóa"), "bad")
    if is_locked(row):
        return state(gettext("Tạm khóa vì nhập sai"), "warn")
    if row.user.must_change_password:
        return state(gettext("Chưa dùng phiếu"), "info")
    if has_two_factor(row):
        return state(gettext("Dùng được, hai bước"), "good")
    return state(gettext("Dùng được"), "good")


def _unit(view: Any, context: Any, row: Membership, name: str) -> str:
    unit = unit_names()[row.unit_id] if row.unit_id else "–"
    if not row.domains:
        return unit
    return f"{unit} ({gettext('lĩnh vực')} {', '.join(row.domains)})"


_UNIT_TEXTS = (
    select(func.string_agg(UnitPeriod.search_text, literal(" ")))
    .where(UnitPeriod.unit_id == Membership.unit_id)
    .correlate(Membership)
    .scalar_subquery()
)
"""What the unit of a role is and was called, to search in."""


class AccountView(AccountHelp, AccountImport, Verbs, ListView):
    """Roles in the entered province, one line each."""

    roles = frozenset({"admin"})
    can_edit = False
    column_list = ("username", "name", "role", "unit", "phone", "sign_in")
    column_labels = {  # noqa: RUF012
        "username": lazy_gettext("Tên đăng nhập"),
        "name": lazy_gettext("Họ và tên"),
        "role": lazy_gettext("Vai trò"),
        "unit": lazy_gettext("Đơn vị"),
        "phone": lazy_gettext("Điện thoại"),
        "sign_in": lazy_gettext("Đăng nhập"),
    }
    column_formatters = {  # noqa: RUF012
        "username": lambda view, context, row, name: row.user.username,
        "name": lambda view, context, row, name: row.user.name,
        "role": lambda view, context, row, name: ROLE_NAMES[row.role],
        "unit": _unit,
        "phone": lambda view, context, row, name: row.user.phone or "–",
        "sign_in": _sign_in,
    }
    column_sortable_list = (("username", "user.username"), "role")
    column_default_sort = [("user.username", False), ("id", False)]  # noqa: RUF012
    searched = (
        (lazy_gettext("tên đăng nhập"), folded(User.username)),
        (lazy_gettext("họ tên"), folded(User.name)),
        (lazy_gettext("đơn vị"), _UNIT_TEXTS),
    )
    narrowings = (
        Narrowing(
            "vai-tro",
            lazy_gettext("Vai trò"),
            lazy_gettext("Mọi vai trò"),
            _roles,
            _role,
        ),
    )
    row_actions = (
        *HELP,
        RowAction(
            lazy_gettext("Thu hồi vai trò"),
            ".delete_view",
            confirm=lazy_gettext("Thu hồi vai trò này? Người đó mất quyền ngay lập tức."),
            danger=True,
        ),
    )
    page_links = (
        (lazy_gettext("Nhập từ bảng tính"), ".import_view"),
        (lazy_gettext("Giao thêm vai trò"), ".grant_view"),
    )
    create_label = lazy_gettext("Lập tài khoản")
    empty = EmptyWords(
        lazy_gettext("Chưa có vai trò nào"),
        lazy_gettext("Lập tài khoản cho từng người; mỗi người dùng tài khoản riêng."),
    )
    form = AccountForm

    def narrowed(self, query: Query[Any]) -> Query[Any]:
        """With the person of each role, in the same query."""
        return super().narrowed(query.join(User, User.id == Membership.user_id))

    def get_query(self) -> Query[Any]:
        """Roles with their persons."""
        return super().get_query().options(contains_eager(Membership.user))

    def remove_by(self, model: Membership) -> None:
        """Take the role away."""
        revoke_membership(db_session(), membership=model, by=actor())

    @expose("/new/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def create_view(self) -> ResponseReturnValue:
        """A new account and its role, both or neither; then its slip."""
        form = AccountForm(get_form_data())
        password = one_time_password()
        if self.validate_form(form):
            made = through(lambda: self._create(form, password))
            if made is not None:
                held = (ROLE_NAMES[made.role], unit_names().get(made.unit_id or 0))
                said = ": ".join(filter(None, held))
                return self.slips([AccountSlip(made.user.name, made.user.username, password, said)])
        words = FormWords(
            gettext("Lập tài khoản"),
            gettext("Lập tài khoản"),
            gettext(
                "Mỗi người một tài khoản: nhật ký kiểm toán ghi theo tên người làm. Sau khi lập, "
                "in phiếu có mật khẩu dùng một lần và giao tận tay."
            ),
        )
        return self._form(form, words)

    @expose("/giao-vai-tro/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def grant_view(self) -> ResponseReturnValue:
        """A further role for an account, named as it signs in."""
        form = RoleForm(get_form_data())
        if self.validate_form(form) and through(lambda: self._grant_known(form)):
            flash(gettext("Đã giao vai trò."), "success")
            return redirect(self.back())
        words = FormWords(
            gettext("Giao thêm vai trò"),
            gettext("Giao vai trò"),
            gettext("Cho một tài khoản đã có, kể cả tài khoản đang làm việc ở tỉnh khác."),
        )
        return self._form(form, words)

    def _create(self, form: Form, password: str) -> Membership:
        user = create_user(
            db_session(),
            username=form.username.data,
            name=form.name.data,
            password_hash=one_time_hash(password),
            one_time=True,
            by=actor(),
        )
        held = self._grant(form, user)
        set_phone(db_session(), user_id=user.id, phone=form.phone.data or "", by=actor())
        return held

    def _grant_known(self, form: Form) -> Membership:
        user = user_by_name(db_session(), username=form.username.data, by=actor())
        return self._grant(form, user)

    def _grant(self, form: Form, user: User) -> Membership:
        unit = form.unit.data
        domains = [code.strip() for code in (form.domains.data or "").split(",") if code.strip()]
        return grant_membership(
            db_session(),
            user_id=user.id,
            role=ROLE_CODES[form.role.data],
            unit_id=int(unit) if unit else None,
            domains=domains,
            by=actor(),
        )

    def _form(self, form: Form, words: FormWords) -> str:
        named = "; ".join(f"{code}: {name}" for code, name in domains_of(db_session()).items())
        form.domains.description = f"{form.domains.description} {named}"
        page: str = self.render("console/form.html", form=form, words=words, return_url=self.back())
        return page
