"""A small app in the shell, over lists in memory: no core, no database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, abort, render_template_string
from flask_admin import Admin, AdminIndexView
from flask_admin.model import BaseModelView
from flask_security import Security, UserDatastore
from flask_security.core import RoleMixin, UserMixin
from flask_wtf import CSRFProtect
from wtforms import Form, StringField
from wtforms.validators import InputRequired

from thidua_admin.console.lists import FormWords
from thidua_admin.console.rows import RowAction
from thidua_admin.shell import ERROR_CODES, STATIC, init_shell, use_translations

TEMPLATES = STATIC.parent / "templates"
OUR_TEMPLATES = ("shell", "admin", "security", "errors")
TASK_PAGE = """
{% extends "shell/page.html" %}
{% import "shell/ui.html" as ui %}
{% block page_title %}Xếp hạng{% endblock %}
{% block body %}
{{ ui.illustrative() }}
{{ ui.empty('Chưa có hồ sơ', 'Hãy mở đợt.', 'Mở đợt', '/mo') }}
{{ ui.state('Đã thẩm định', 'good') }}
{% endblock %}
"""


@dataclass
class Criterion:
    id: int
    name: str
    points: int
    active: bool


class CriterionForm(Form):  # type: ignore[misc]
    name = StringField("Tên", [InputRequired()])


class CriterionView(BaseModelView):  # type: ignore[misc]
    """A console view over a list in memory."""

    can_view_details = True
    create_template = edit_template = "console/form.html"
    column_list = ("name", "points", "active")
    column_labels = {"name": "Tên", "points": "Điểm", "active": "Đang dùng"}  # noqa: RUF012
    rows: tuple[Criterion, ...] = (
        Criterion(1, "Kế hoạch năm", 150, True),
        Criterion(2, "Thủ tục", 50, False),
    )

    def form_words(self, model: Criterion | None = None) -> FormWords:
        return FormWords("Tiêu chí", "Lưu")

    def get_list_row_actions(self) -> list[RowAction]:
        return [RowAction("Xóa", ".delete_view", confirm="Xóa dòng này?", danger=True)]

    def get_pk_value(self, model: Criterion) -> int:
        return model.id

    def scaffold_list_columns(self) -> list[str]:
        return ["name", "points", "active"]

    def scaffold_sortable_columns(self) -> dict[str, str]:
        return {"name": "name"}

    def scaffold_form(self) -> type[Form]:
        return CriterionForm

    def scaffold_filters(self, name: str) -> None:
        return None

    def get_list(self, *args: Any, **kwargs: Any) -> tuple[int, list[Criterion]]:
        return len(self.rows), list(self.rows)

    def get_one(self, id: Any) -> Criterion | None:
        return next((row for row in self.rows if row.id == int(id)), None)


class NothingView(CriterionView):
    rows = ()


class Person(UserMixin):
    """What Flask-Security asks of a user's class."""

    fs_uniquifier = ""


class NobodyStore(UserDatastore):
    """A datastore without users: whoever signs in is refused."""

    def find_user(self, *args: Any, **kwargs: Any) -> None:
        return None


def make_app(language: str = "vi") -> Flask:
    app = Flask("thidua_admin_under_test")
    app.config.update(SECRET_KEY="k" * 32, SECURITY_PASSWORD_SALT="s" * 16)
    app.config.update(SECURITY_PASSWORD_HASH="plaintext", SECURITY_PASSWORD_SCHEMES=["plaintext"])
    CSRFProtect(app)
    use_translations(app, locale_selector=lambda: language)
    admin = Admin(name="Thi đua", index_view=AdminIndexView(name="Trang chủ"))
    admin.add_view(
        CriterionView(
            Criterion,
            name="Tiêu chí",
            category="Chấm điểm",
            menu_icon_type="tabler",
            menu_icon_value="checklist",
        )
    )
    admin.add_view(NothingView(Criterion, name="Vai trò", endpoint="nothing"))
    init_shell(app, admin)
    Security(app, NobodyStore(Person, RoleMixin))
    app.add_url_rule("/task", "task", lambda: render_template_string(TASK_PAGE))
    app.add_url_rule("/boom/<int:code>", "boom", boom)
    app.extensions["test_admin"] = admin
    return app


def boom(code: int) -> str:
    if code == 500:
        raise RuntimeError("secret detail")
    if code == 409:
        abort(409, "Kỳ đánh giá đã khóa.")
    abort(code)


PATHS = {
    "sign-in": "/login",
    "task": "/task",
    "console": "/admin/",
    "list": "/admin/criterion/",
    "empty list": "/admin/nothing/",
    "create": "/admin/criterion/new/",
    "edit": "/admin/criterion/edit/?id=1",
    "details": "/admin/criterion/details/?id=2",
} | {f"error {code}": f"/boom/{code}" for code in ERROR_CODES}
