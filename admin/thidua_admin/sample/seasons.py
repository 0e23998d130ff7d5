"""When the steps of a sample campaign happen: the living ones stand in season when a demo begins.

A year as offices plan it, counted in days from the first of the self-assessment.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from thidua.store.schedules import Step
from thidua.work.windows import Window

Season = Literal["self", "appraisal", "explanation"]
"""What the units and agencies of a living campaign are at."""

DAYS: Mapping[Step, tuple[int, int]] = {
    "following": (-110, -1),
    "self": (0, 13),
    "appraisal_1": (14, 34),
    "explanation": (24, 41),
    "appraisal_2": (42, 51),
    "adoption": (55, 61),
    "petitions": (65, 80),
}
"""The first and the last day of each step."""

STANDS_AT: Mapping[Season, int] = {"self": 7, "appraisal": 30, "explanation": 38}
"""The day on which a living campaign stands when the demo begins."""

OPENS, CLOSES = time(8), time(17)


def usual(year: int, timezone: ZoneInfo) -> dict[Step, Window]:
    """The calendar of a year: units assess themselves from 10 November on."""
    return _calendar(date(year, 11, 10), year, timezone)


def in_season(
    season: Season, year: int, now: datetime, timezone: ZoneInfo
) -> dict[Step, Window]:  # fmt: skip
    """The calendar by which the campaign of ``year`` stands in ``season`` now."""
    first = now.astimezone(timezone).date() - timedelta(days=STANDS_AT[season])
    return _calendar(first, year, timezone)


def _calendar(first: date, year: int, timezone: ZoneInfo) -> dict[Step, Window]:
    """``first`` is that of the self-assessment; following begins in the year at the latest."""
    found = {}
    for step, (begin, end) in DAYS.items():
        opens = first + timedelta(days=begin)
        if step == "following":
            opens = min(opens, date(year, 11, 10))
        found[step] = Window(
            step,
            datetime.combine(opens, OPENS, timezone),
            datetime.combine(first + timedelta(days=end), CLOSES, timezone),
        )
    return found
