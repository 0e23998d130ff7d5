"""How figures and times are written on pages, in the page's language."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from flask import Flask
from flask_babel import format_datetime, get_locale

from thidua.scoring.ticks import to_points, written


def number(value: Decimal | int | None) -> str:
    """A figure with all its decimals: ``99,95`` in Vietnamese, ``99.95`` in English; – for none."""
    if value is None:
        return "–"
    if str(get_locale()) == "vi":
        return written(value)
    return f"{value:,f}"


def ticks(value: int) -> str:
    """Ticks as points."""
    return number(to_points(value))


def moment(value: datetime | None) -> str:
    """Date and time in the office's time zone; – for none."""
    return format_datetime(value, "HH:mm dd/MM/yyyy") if value else "–"


def add_filters(app: Flask) -> None:
    """Make the formats known to templates."""
    app.add_template_filter(number)
    app.add_template_filter(ticks)
    app.add_template_filter(moment)
