"""Đơn vị: what units are called and where they belong, each line for one span of time."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import Form

from thidua.store.units import UnitPeriod
from thidua.work.register import period_names
from thidua.work.units import change_unit, days_of, register_unit, remove_unit
from thidua_admin.console.forms import day
from thidua_admin.console.lists import (
    DayChoice,
    EmptyWords,
    FormWords,
    Found,
    ListView,
    Narrowing,
)
from thidua_admin.console.lookups import cluster_names, kind_names, once, today
from thidua_admin.console.rows import RowAction
from thidua_admin.console.units_files import UnitFiles
from thidua_admin.console.units_forms import NewUnitForm, UnitForm, said_of, span_of
from thidua_admin.console.units_pages import UnitPages
from thidua_admin.console.verbs import Verbs, VersionGuard
from thidua_admin.security import actor, db_session

ALL_TIMES = "tat-ca"
TIMES = Narrowing(
    "thoi-gian",
    lazy_gettext("Thời gian"),
    lazy_gettext("Hoạt động tại ngày"),
    lambda: {ALL_TIMES: gettext("Mọi thời gian")},
    lambda chosen: None,
)


def _on(asked: date | None) -> Found | None:
    return None if TIMES.chosen else UnitPeriod.during.contains(asked)


ON = DayChoice("ngay", lazy_gettext("Tại ngày"), _on, lambda: today())


def _kind(chosen: str) -> Found | None:
    return UnitPeriod.kind == chosen if chosen else None


def _names() -> dict[int, str]:
    """What the listed units are called, told apart, by the id of the line."""
    asked = None if TIMES.chosen else ON.day
    return once(f"periods {asked}", lambda: period_names(db_session(), asked))


def _goes_on(period: UnitPeriod) -> bool:
    return days_of(period)[1] is None


class UnitView(UnitPages, UnitFiles, VersionGuard, Verbs, ListView):
    """The units of the province."""

    can_view_details = True
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
        "name": lambda view, context, row, name: _names().get(row.id, row.name),
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
        TIMES,
        ON,
        Narrowing(
            "loai", lazy_gettext("Loại đơn vị"), lazy_gettext("Mọi loại đơn vị"), kind_names, _kind
        ),
    )
    row_actions = (
        RowAction(lazy_gettext("Xem đơn vị"), ".details_view"),
        RowAction(lazy_gettext("Đổi từ một ngày"), ".change_view", when=_goes_on),
        RowAction(lazy_gettext("Kết thúc hoạt động"), ".end_view", when=_goes_on),
        RowAction(lazy_gettext("Đính chính"), ".edit_view"),
        RowAction(
            lazy_gettext("Xóa"),
            ".delete_view",
            confirm=lazy_gettext("Xóa đơn vị khai nhầm này?"),
            danger=True,
        ),
    )
    page_links = ((lazy_gettext("Nhập, xuất danh sách"), ".import_view"),)
    create_label = lazy_gettext("Khai đơn vị")
    empty = EmptyWords(
        lazy_gettext("Ngày này không có đơn vị nào hoạt động"),
        lazy_gettext(
            "Chọn ngày khác, chọn “Mọi thời gian” để xem các đơn vị đã kết thúc, hoặc khai đơn vị "
            "mới, nhập danh sách từ bảng tính."
        ),
    )
    form = UnitForm

    def form_words(self, model: Any = None) -> FormWords:
        """New: a unit begins. Edit: a correction, for the whole span."""
        if model is None:
            return FormWords(gettext("Khai đơn vị"), gettext("Khai đơn vị"))
        return FormWords(
            gettext("Đính chính: %(name)s", name=model.name),
            gettext("Lưu"),
            gettext(
                "Sửa ở đây là đính chính cho cả khoảng thời gian này. Các kỳ đánh giá đã mở và "
                "kết quả đã có giữ tên như lúc đó. Đổi tên, đổi khối từ một ngày: dùng “Đổi từ "
                "một ngày”."
            ),
        )

    def get_create_form(self) -> type[Form]:
        """The form with the question whose next span this is."""
        return NewUnitForm

    def shown(self, model: UnitPeriod) -> dict[str, Any]:
        """What is said now."""
        return {**said_of(model), **span_of(model)}

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
