"""Đơn vị: what units are called and where they belong, each line for one span of time."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_admin.helpers import get_form_data, get_redirect_target, validate_form_on_submit
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from wtforms import Form, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from thidua.store.units import Unit, UnitPeriod
from thidua.work.units import (
    CODE_LENGTH,
    NAME_LENGTH,
    change_unit,
    days_of,
    end_unit,
    register_unit,
    remove_unit,
)
from thidua_admin.console.forms import ChoiceField, DayField, choices, day
from thidua_admin.console.lists import EmptyWords, FormWords, Found, ListView, Narrowing
from thidua_admin.console.lookups import cluster_names, kind_names, today, unit_names
from thidua_admin.console.rows import RowAction
from thidua_admin.console.verbs import Verbs, VersionGuard, through
from thidua_admin.security import actor, db_session

ALL_TIMES = "tat-ca"


def kind_choices() -> list[SelectChoice]:
    """The kinds of unit of the province."""
    return choices(kind_names())


def cluster_choices() -> list[SelectChoice]:
    """Clusters in groups by kind; a value names both, since codes repeat between kinds."""
    grouped = [
        SelectChoice(f"{kind}/{code}", name, optgroup=kind_names()[kind])
        for (kind, code), name in cluster_names().items()
    ]
    return [SelectChoice("", gettext("Không thuộc khối, cụm nào")), *grouped]


def predecessor_choices() -> list[SelectChoice]:
    """The units whose next span of time a new line may be, by key."""
    return choices(_names_by_key(), gettext("Là đơn vị mới"))


def parent_choices() -> list[SelectChoice]:
    """The units that another may belong to, by key."""
    return choices(_names_by_key(), gettext("Không trực thuộc đơn vị nào"))


def _names_by_key() -> dict[str, str]:
    names = unit_names()
    keys = {row.id: row.key for row in db_session().execute(select(Unit.id, Unit.key))}
    return {keys[unit]: name for unit, name in names.items()}


class UnitForm(BaseForm):  # type: ignore[misc]
    """What is said of a unit for one span of time."""

    name = StringField(lazy_gettext("Tên đơn vị"), [InputRequired(), Length(max=NAME_LENGTH)])
    kind = ChoiceField(
        lazy_gettext("Loại đơn vị"), [InputRequired()], choices=lambda: choices(kind_names())
    )
    cluster = ChoiceField(lazy_gettext("Khối, cụm thi đua"), choices=cluster_choices)
    official_code = StringField(
        lazy_gettext("Mã hành chính"),
        [Length(max=CODE_LENGTH)],
        description=lazy_gettext("Theo danh mục đơn vị hành chính; để trống nếu không có."),
    )
    parent = ChoiceField(lazy_gettext("Đơn vị cấp trên"), choices=parent_choices)
    valid_from = DayField(
        lazy_gettext("Từ ngày"),
        [Optional()],
        description=lazy_gettext("Để trống nếu có từ trước, không rõ ngày."),
    )
    valid_to = DayField(
        lazy_gettext("Đến ngày"),
        [Optional()],
        description=lazy_gettext("Ngày cuối cùng; để trống nếu đang hoạt động."),
    )

    def facts(self) -> dict[str, Any]:
        """The fields as the use cases take them."""
        kind, _, cluster = (self.cluster.data or "").partition("/")
        return {
            "name": self.name.data,
            "kind": self.kind.data,
            # of another kind: kept with its kind, which no cluster's code contains
            "cluster": cluster if kind == self.kind.data else self.cluster.data,
            "official_code": self.official_code.data or "",
            "parent": self.parent.data or None,
            "valid_from": self.valid_from.data,
            "valid_to": self.valid_to.data,
        }


class NewUnitForm(UnitForm):
    """The same, and whose next span it is."""

    succeeds = ChoiceField(
        lazy_gettext("Nối tiếp đơn vị"),
        choices=predecessor_choices,
        description=lazy_gettext(
            "Chọn khi một đơn vị chỉ đổi tên, đổi khối, đổi mã từ ngày ở trên: lịch sử được nối "
            "liền. Đơn vị cũ phải có ngày kết thúc trước đó."
        ),
    )


class EndForm(BaseForm):  # type: ignore[misc]
    """The last day of a unit."""

    on = DayField(lazy_gettext("Ngày kết thúc"), [InputRequired()])
    reason = StringField(
        lazy_gettext("Lý do"),
        [InputRequired(), Length(max=500)],
        description=lazy_gettext("Văn bản hợp nhất, sáp nhập, giải thể… (số, ngày, cơ quan)."),
    )


def _time(chosen: str) -> Found | None:
    return None if chosen == ALL_TIMES else UnitPeriod.during.contains(today())


def _kind(chosen: str) -> Found | None:
    return UnitPeriod.kind == chosen if chosen else None


def _key(unit_id: int | None) -> str:
    unit = db_session().get(Unit, unit_id) if unit_id else None
    return unit.key if unit else ""


def _goes_on(period: UnitPeriod) -> bool:
    return days_of(period)[1] is None


class UnitView(VersionGuard, Verbs, ListView):
    """The units of the province."""

    column_list = ("name", "kind", "cluster", "official_code", "from", "to")
    column_labels = {  # noqa: RUF012
        "name": lazy_gettext("Tên đơn vị"),
        "kind": lazy_gettext("Loại đơn vị"),
        "cluster": lazy_gettext("Khối, cụm"),
        "official_code": lazy_gettext("Mã hành chính"),
        "from": lazy_gettext("Từ ngày"),
        "to": lazy_gettext("Đến ngày"),
    }
    column_formatters = {  # noqa: RUF012
        "kind": lambda view, context, row, name: kind_names()[row.kind],
        "cluster": lambda view, context, row, name: (
            cluster_names()[row.kind, row.cluster] if row.cluster else "–"
        ),
        "official_code": lambda view, context, row, name: row.official_code or "–",
        "from": lambda view, context, row, name: day(days_of(row)[0]),
        "to": lambda view, context, row, name: day(days_of(row)[1]),
    }
    column_sortable_list = (
        ("name", ("sort_key",)),
        ("kind", ("kind", "sort_key")),
        ("cluster", ("kind", "cluster", "sort_key")),
        "official_code",
        ("from", ("during",)),
    )
    column_default_sort = [("sort_key", False), ("during", False)]  # noqa: RUF012
    searched = (
        (lazy_gettext("tên"), UnitPeriod.search_text),
        (lazy_gettext("mã"), UnitPeriod.official_code),
    )
    narrowings = (
        Narrowing(
            "thoi-gian",
            lazy_gettext("Thời gian"),
            lazy_gettext("Đang hoạt động hôm nay"),
            lambda: {ALL_TIMES: gettext("Mọi thời gian")},
            _time,
        ),
        Narrowing(
            "loai", lazy_gettext("Loại đơn vị"), lazy_gettext("Mọi loại đơn vị"), kind_names, _kind
        ),
    )
    row_actions = (
        RowAction(lazy_gettext("Sửa"), ".edit_view"),
        RowAction(lazy_gettext("Kết thúc hoạt động"), ".end_view", when=_goes_on),
        RowAction(
            lazy_gettext("Xóa"),
            ".delete_view",
            confirm=lazy_gettext("Xóa đơn vị khai nhầm này?"),
            danger=True,
        ),
    )
    create_label = lazy_gettext("Khai đơn vị")
    empty = EmptyWords(
        lazy_gettext("Hôm nay không có đơn vị nào đang hoạt động"),
        lazy_gettext("Chọn “Mọi thời gian” để xem các đơn vị đã kết thúc, hoặc khai đơn vị mới."),
    )
    form = UnitForm

    def form_words(self, model: Any = None) -> FormWords:
        """New: a unit begins. Edit: a correction, for the whole span."""
        if model is None:
            return FormWords(gettext("Khai đơn vị"), gettext("Khai đơn vị"))
        return FormWords(
            gettext("Sửa: %(name)s", name=model.name),
            gettext("Lưu"),
            gettext(
                "Sửa ở đây là đính chính cho cả khoảng thời gian này. "
                "Các kỳ đánh giá đã mở và kết quả đã có giữ tên như lúc đó."
            ),
        )

    def get_create_form(self) -> type[Form]:
        """The form with the question whose next span this is."""
        return NewUnitForm

    def shown(self, model: UnitPeriod) -> dict[str, Any]:
        """What is said now."""
        first, last = days_of(model)
        return {
            "name": model.name,
            "kind": model.kind,
            "cluster": f"{model.kind}/{model.cluster}" if model.cluster else "",
            "official_code": model.official_code,
            "parent": _key(model.parent_id),
            "valid_from": first,
            "valid_to": last,
        }

    def create_by(self, form: Form) -> UnitPeriod:
        """Register."""
        return register_unit(
            db_session(), **form.facts(), key=form.succeeds.data or None, by=actor()
        )

    def change_by(self, form: Form, model: UnitPeriod) -> UnitPeriod:
        """Correct."""
        return change_unit(
            db_session(),
            period_id=model.id,
            **form.facts(),
            expected_version=int(form.row_version.data),
            by=actor(),
        )

    def remove_by(self, model: UnitPeriod) -> None:
        """Remove what was registered by mistake."""
        remove_unit(db_session(), period_id=model.id, by=actor())

    @expose("/ket-thuc/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def end_view(self) -> ResponseReturnValue:
        """Ask for the last day and end the unit."""
        back = get_redirect_target() or self.get_url(".index_view")
        period = self.asked()
        if period is None:
            flash(gettext("Mục này không còn nữa."), "error")
            return redirect(back)
        form = EndForm(get_form_data())
        if validate_form_on_submit(form) and through(
            lambda: end_unit(
                db_session(),
                unit_id=period.unit_id,
                on=form.on.data,
                reason=form.reason.data,
                by=actor(),
            )
        ):
            flash(gettext("Đã ghi ngày kết thúc hoạt động."), "success")
            return redirect(back)
        words = FormWords(
            gettext("Kết thúc hoạt động: %(name)s", name=period.name),
            gettext("Ghi ngày kết thúc"),
            gettext("Lịch sử của đơn vị được giữ. Sau ngày này, đơn vị không được xét khen."),
        )
        page: str = self.render("console/form.html", form=form, words=words, return_url=back)
        return page
