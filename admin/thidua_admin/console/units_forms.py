"""The forms of units: new, corrected, changed from a day on, ended."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_admin.form import BaseForm
from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from thidua.store.units import UnitPeriod
from thidua.work.units import CODE_LENGTH, NAME_LENGTH, days_of
from thidua_admin.console.forms import ChoiceField, DayField, choices
from thidua_admin.console.lookups import cluster_names, kind_names, unit_keys, unit_names


def cluster_choices() -> list[SelectChoice]:
    """Clusters in groups by kind; a value names both, since codes repeat between kinds."""
    grouped = [
        SelectChoice(f"{kind}/{code}", name, optgroup=kind_names()[kind])
        for (kind, code), name in cluster_names().items()
    ]
    return [SelectChoice("", gettext("Không thuộc khối, cụm nào")), *grouped]


def predecessor_choices() -> list[SelectChoice]:
    """The units whose next span of time a new line may be, by key."""
    return choices(names_by_key(), gettext("Là đơn vị mới"))


def parent_choices() -> list[SelectChoice]:
    """The units that another may belong to, by key."""
    return choices(names_by_key(), gettext("Không trực thuộc đơn vị nào"))


def names_by_key() -> dict[str, str]:
    """What every unit is or was last called, in Vietnamese order."""
    return {unit_keys()[unit]: name for unit, name in unit_names().items()}


class FromForm(BaseForm):  # type: ignore[misc]
    """The day from which something is otherwise; it stands first."""

    on = DayField(
        lazy_gettext("Từ ngày"),
        [InputRequired()],
        description=lazy_gettext("Ngày đầu của tên, khối, mã… mới; hôm trước là ngày cuối của cũ."),
    )


class FactsForm(BaseForm):  # type: ignore[misc]
    """What is said of a unit, whenever."""

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
        }


class UnitForm(FactsForm):
    """What is said of a unit for one span of time."""

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
        """The same with both days."""
        days = {"valid_from": self.valid_from.data, "valid_to": self.valid_to.data}
        return {**super().facts(), **days}


class NewUnitForm(UnitForm):
    """The same, and whose next span it is."""

    succeeds = ChoiceField(
        lazy_gettext("Nối tiếp đơn vị"),
        choices=predecessor_choices,
        description=lazy_gettext(
            "Chọn khi khai thêm một thời gian của đơn vị đã có. Đơn vị chỉ đổi tên, đổi khối, đổi "
            "mã thì mở trang của đơn vị rồi chọn “Đổi từ một ngày”."
        ),
    )


class BasisForm(BaseForm):  # type: ignore[misc]
    """The document that something rests on, and the version of what the form was opened with."""

    basis_title = StringField(
        lazy_gettext("Văn bản căn cứ"),
        [Length(max=2000)],
        description=lazy_gettext("Loại, trích yếu: Nghị quyết về việc sắp xếp…"),
    )
    basis_number = StringField(lazy_gettext("Số, ký hiệu"), [Length(max=100)])
    basis_on = DayField(lazy_gettext("Ngày ban hành"), [Optional()])
    basis_issuer = StringField(lazy_gettext("Cơ quan ban hành"), [Length(max=300)])

    def basis(self) -> dict[str, Any] | None:
        """The document as spec objects take it; None where nothing is said of it."""
        number = (self.basis_number.data or "").strip()
        issuer = (self.basis_issuer.data or "").strip()
        said = {"number": number, "issued_on": self.basis_on.data, "issuer": issuer}
        title = (self.basis_title.data or "").strip()
        if not title and not any(said.values()):
            return None
        return {"title": title or gettext("Văn bản"), **said}

    def basis_words(self) -> str:
        """The document in a line; "" without one."""
        said = self.basis() or {}
        issued: date | None = said.get("issued_on")
        parts = [
            (self.basis_title.data or "").strip(),
            said.get("number"),
            issued and f"{issued:%d/%m/%Y}",
        ]
        return ", ".join(str(part) for part in (*parts, said.get("issuer")) if part)


class ChangeForm(FromForm, FactsForm, BasisForm):
    """What a unit is from a day on."""

    row_version = HiddenField()


class EndForm(BaseForm):  # type: ignore[misc]
    """The last day of a unit."""

    on = DayField(lazy_gettext("Ngày kết thúc"), [InputRequired()])
    reason = StringField(
        lazy_gettext("Lý do"),
        [InputRequired(), Length(max=500)],
        description=lazy_gettext("Văn bản hợp nhất, sáp nhập, giải thể… (số, ngày, cơ quan)."),
    )
    row_version = HiddenField()


def said_of(period: UnitPeriod) -> dict[str, Any]:
    """What is said of a unit for a period, by field of ``FactsForm``."""
    return {
        "name": period.name,
        "kind": period.kind,
        "cluster": f"{period.kind}/{period.cluster}" if period.cluster else "",
        "official_code": period.official_code,
        "parent": unit_keys()[period.parent_id] if period.parent_id else "",
    }


def span_of(period: UnitPeriod) -> dict[str, Any]:
    """Its days, by field of ``UnitForm``."""
    first, last = days_of(period)
    return {"valid_from": first, "valid_to": last}
