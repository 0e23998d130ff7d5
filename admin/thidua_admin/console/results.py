"""Bản kết quả: the versions of results, and publishing one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_admin.helpers import get_form_data, validate_form_on_submit
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup
from wtforms import StringField
from wtforms.validators import Length

from thidua.store.results import ResultVersion
from thidua.work.results import publish_results
from thidua.work.tables import KIND_WORDS
from thidua_admin.console.lists import EmptyWords, FormWords, ListView, folded
from thidua_admin.console.marks import illustrative, publication
from thidua_admin.console.rows import RowAction
from thidua_admin.console.verbs import ReadOnly, through
from thidua_admin.formats import moment
from thidua_admin.security import actor, db_session


class PublishForm(BaseForm):  # type: ignore[misc]
    """Why, where the year has an official result already."""

    reason = StringField(
        lazy_gettext("Lý do điều chỉnh"),
        [Length(max=500)],
        description=lazy_gettext("Chỉ cần ghi khi năm này đã có kết quả chính thức."),
    )


def _table_link(view: Any, context: Any, version: ResultVersion, name: str) -> Markup:
    address = url_for("desk.result_table_page", version_id=version.id)
    return Markup('<a class="row-link" href="{}">{}</a>').format(address, version.title)


def _publishable(version: ResultVersion) -> bool:
    return version.published_at is None and version.campaign_id is not None


class ResultView(ReadOnly, ListView):
    """Result versions. A campaign computes them; here they are looked at and published."""

    column_list = ("title", "year", "number", "kind", "published", "illustrative", "computed_at")
    column_details_list = (
        "title", "year", "number", "kind", "published", "published_at", "computed_at",
        "illustrative", "reason", "source", "engine_version", "rules_version", "plugin_version",
    )  # fmt: skip
    column_labels = {  # noqa: RUF012
        "title": lazy_gettext("Tên kết quả"),
        "year": lazy_gettext("Năm"),
        "number": lazy_gettext("Bản số"),
        "kind": lazy_gettext("Loại"),
        "published": lazy_gettext("Công bố"),
        "published_at": lazy_gettext("Thời điểm công bố"),
        "computed_at": lazy_gettext("Thời điểm lập"),
        "illustrative": lazy_gettext("Số liệu"),
        "reason": lazy_gettext("Lý do"),
        "source": lazy_gettext("Nguồn"),
        "engine_version": lazy_gettext("Phiên bản chương trình"),
        "rules_version": lazy_gettext("Phiên bản quy tắc"),
        "plugin_version": lazy_gettext("Phiên bản dữ liệu tỉnh"),
    }
    column_formatters = {  # noqa: RUF012
        "title": _table_link,
        "kind": lambda view, context, row, name: KIND_WORDS[row.kind],
        "published": lambda view, context, row, name: publication(row),
        "published_at": lambda view, context, row, name: moment(row.published_at),
        "computed_at": lambda view, context, row, name: moment(row.computed_at),
        "reason": lambda view, context, row, name: row.reason or "–",
        "source": lambda view, context, row, name: row.source or "–",
        "illustrative": lambda view, context, row, name: illustrative(row.illustrative),
    }
    column_sortable_list = ("year", "number", ("published", ("published_at",)), "computed_at")
    column_default_sort = [("year", True), ("number", True)]  # noqa: RUF012
    searched = ((lazy_gettext("tên kết quả"), folded(ResultVersion.title)),)
    row_actions = (
        RowAction(lazy_gettext("Xem bảng kết quả"), ".table_view"),
        RowAction(lazy_gettext("Xem nguồn, phiên bản"), ".details_view"),
        RowAction(lazy_gettext("Công bố"), ".publish_view", when=_publishable),
    )
    empty = EmptyWords(
        lazy_gettext("Chưa có bản kết quả nào"),
        lazy_gettext("Vào Kỳ đánh giá, chọn “Tính kết quả” để lập bản tạm tính."),
    )

    @expose("/bang/")  # type: ignore[untyped-decorator]
    def table_view(self) -> ResponseReturnValue:
        """To the table of a version."""
        version = self.asked()
        if version is None:
            return redirect(self.get_url(".index_view"))
        return redirect(url_for("desk.result_table_page", version_id=version.id))

    @expose("/cong-bo/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def publish_view(self) -> ResponseReturnValue:
        """Say what publishing means, and publish it."""
        version = self.asked()
        if version is None:
            return self.gone()
        form = PublishForm(get_form_data())
        if validate_form_on_submit(form) and through(
            lambda: publish_results(
                db_session(), version_id=version.id, by=actor().because(form.reason.data or "")
            )
        ):
            flash(gettext("Đã công bố kết quả."), "success")
            return redirect(self.back())
        words = FormWords(
            gettext("Công bố: %(title)s", title=version.title),
            gettext("Công bố bản số %(number)s", number=version.number),
            gettext("Sau khi công bố, mọi người trong tỉnh xem được; không sửa, không xóa được."),
        )
        page: str = self.render("console/form.html", form=form, words=words, return_url=self.back())
        return page
