"""Fields that the console's forms share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import format_date, gettext, lazy_gettext
from markupsafe import Markup
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import TextInput

from thidua_admin.console.lookups import unit_names

DAY_FORMATS = ("%d/%m/%Y", "%Y/%m/%d")
NONE_CHOSEN = SelectChoice("", lazy_gettext("Chọn…"))


class ChoiceField(SelectField):  # type: ignore[misc]
    """A plain choice box; what is chosen is checked against the options of this request."""

    def __call__(self, **kwargs: Any) -> Markup:
        """Its HTML, with the class of a choice box for that of a text box."""
        kwargs["class"] = kwargs.get("class", "").replace("form-control", "form-select")
        drawn: Markup = super().__call__(**kwargs)
        return drawn


class DayField(DateField):  # type: ignore[misc]
    """A day typed as an office writes it, whatever the language of the browser: 01/07/2025."""

    widget = TextInput()

    data: Any

    def __init__(self, label: str, validators: Sequence[Any], **options: Any) -> None:
        shown = {"placeholder": lazy_gettext("ngày/tháng/năm"), "inputmode": "numeric"}
        super().__init__(label, validators, format=DAY_FORMATS[0], render_kw=shown, **options)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read it; the refusal shows how a day is written."""
        typed = " ".join(valuelist).strip()
        self.data = read_day(typed)
        if typed and self.data is None:
            raise ValueError(gettext("Hãy ghi ngày/tháng/năm, ví dụ 01/07/2025."))


def choices(options: Mapping[str, str], none: str = "") -> list[SelectChoice]:
    """The options by value, after one for "none of them"."""
    chosen = [SelectChoice(value, label) for value, label in options.items()]
    return [SelectChoice("", none) if none else NONE_CHOSEN, *chosen]


def unit_choices() -> list[SelectChoice]:
    """Every unit that the province has or had, by id."""
    return choices({str(unit): name for unit, name in unit_names().items()})


def read_day(text: str) -> date | None:
    """A day as an office writes it (01/07/2025, 1.7.2025, 01-07-2025); None where it is none."""
    written = re.sub(r"[.\-/\s]+", "/", text.strip())
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(written, form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return None


def day(value: date | None) -> str:
    """A day as an office writes it; – for none."""
    return format_date(value, "dd/MM/yyyy") if value else "–"
