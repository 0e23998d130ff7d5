"""Fields that the console's forms share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import format_date, lazy_gettext
from markupsafe import Markup
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from thidua_admin.console.lookups import unit_names

NONE_CHOSEN = SelectChoice("", lazy_gettext("Chọn…"))


class ChoiceField(SelectField):  # type: ignore[misc]
    """A plain choice box; what is chosen is checked against the options of this request."""

    def __call__(self, **kwargs: Any) -> Markup:
        """Its HTML, with the class of a choice box for that of a text box."""
        kwargs["class"] = kwargs.get("class", "").replace("form-control", "form-select")
        drawn: Markup = super().__call__(**kwargs)
        return drawn


def choices(options: Mapping[str, str], none: str = "") -> list[SelectChoice]:
    """The options by value, after one for "none of them"."""
    chosen = [SelectChoice(value, label) for value, label in options.items()]
    return [SelectChoice("", none) if none else NONE_CHOSEN, *chosen]


def unit_choices() -> list[SelectChoice]:
    """Every unit that the province has or had, by id."""
    return choices({str(unit): name for unit, name in unit_names().items()})


def day(value: date | None) -> str:
    """A day as an office writes it; – for none."""
    return format_date(value, "dd/MM/yyyy") if value else "–"
