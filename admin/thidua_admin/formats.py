"""How figures and times are written on pages, in the page's language."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from flask import Flask
from flask_babel import format_datetime, get_locale

from thidua.scoring.ticks import to_points, written


def number(value: Decimal | int | None, decimals: int = 0) -> str:
    """A figure with all its decimals, and at least ``decimals`` of them; – for none.

    ``99,95`` in Vietnamese, ``99.95`` in English.
    """
    if value is None:
        return "–"
    value = Decimal(value)
    if decimals + int(value.as_tuple().exponent) > 0:
        value = value.quantize(Decimal(1).scaleb(-decimals))
    return written(value) if str(get_locale()) == "vi" else f"{value:,f}"


def percent(share: Decimal) -> str:
    """A part of 1 in per cent: 0.6 is ``60 %``."""
    return f"{number((share * 100).normalize() + 0)} %"


def ticks(value: int | None) -> str:
    """Ticks as points; – for none."""
    return number(None if value is None else to_points(value))


def moment(value: datetime | None) -> str:
    """Date and time in the office's time zone; – for none."""
    return format_datetime(value, "HH:mm dd/MM/yyyy") if value else "–"


def add_filters(app: Flask) -> None:
    """Make the formats known to templates."""
    app.add_template_filter(number)
    app.add_template_filter(percent)
    app.add_template_filter(ticks)
    app.add_template_filter(moment)
