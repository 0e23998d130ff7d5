"""What is typed into the secretariat's forms, and what is typed wrongly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext

from thidua.errors import Invalid, Problem
from thidua.store.schedules import STEPS
from thidua.work.windows import STEP_NAMES, Window
from thidua_admin.console.forms import read_day
from thidua_admin.console.lookups import runtime
from thidua_admin.console.verbs import through

TIME_FORMATS = ("%H:%M %d/%m/%Y", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M")


def text(field: str) -> str:
    """One line, without blanks around it."""
    return " ".join(request.form.get(field, "").split())


def lines(field: str) -> list[str]:
    """Several lines, the empty ones left out."""
    typed = [" ".join(line.split()) for line in request.form.get(field, "").splitlines()]
    return [line for line in typed if line]


def number(field: str) -> int:
    """The number in a field; 0, which no row has, for what is none."""
    return request.form.get(field, 0, type=int)


def day(field: str, label: str) -> date:
    """A day as ``01/07/2025``; ``Invalid`` names ``label``."""
    if (found := read_day(text(field))) is not None:
        return found
    raise Invalid.one(label, gettext("Hãy ghi ngày/tháng/năm, ví dụ 01/07/2025."))


def moment(field: str, label: str) -> datetime:
    """A time on the office's clock as ``17:00 30/11/2026``; ``Invalid`` names ``label``."""
    for form in TIME_FORMATS:
        try:
            return datetime.strptime(text(field), form).replace(tzinfo=_timezone())
        except ValueError:
            continue
    raise Invalid.one(label, gettext("Hãy ghi giờ và ngày, ví dụ 17:00 30/11/2026."))


def done(verb: Callable[[], object]) -> bool:
    """Do one thing and commit it, or undo it all and flash the refusal; whether it was done."""
    return through(lambda: (verb(),)) is not None


def typed(at: datetime | None) -> str:
    """A time as it is typed."""
    return f"{at.astimezone(_timezone()):%H:%M %d/%m/%Y}" if at else ""


def windows() -> list[Window]:
    """The windows of the steps that were filled in; ``Invalid`` with all that is typed wrongly."""
    found: list[Window] = []
    problems: list[Problem] = []
    for step in STEPS:
        fields = f"{step}-opens", f"{step}-closes"
        if not any(text(field) for field in fields):
            continue
        try:
            opens, closes = (moment(field, STEP_NAMES[step]) for field in fields)
        except Invalid as refusal:
            problems += refusal.problems
        else:
            found.append(Window(step, opens, closes))
    if problems:
        raise Invalid(problems)
    return found


def typed_windows(given: Sequence[Window]) -> dict[str, str]:
    """The fields of a plan of windows: as they were sent, else as they stand."""
    if request.method == "POST":
        return request.form.to_dict()
    fields = {}
    for item in given:
        fields[f"{item.step}-opens"] = typed(item.opens_at)
        fields[f"{item.step}-closes"] = typed(item.closes_at)
    return fields


def _timezone() -> ZoneInfo:
    return runtime().timezone
