"""What the forms read."""

from __future__ import annotations

from datetime import date

from thidua_admin.console.forms import read_day


def test_a_day_is_read_however_an_office_separates_it() -> None:
    written = ("01/07/2025", "1/7/2025", "1.7.2025", "01-07-2025", " 1 / 7 / 2025 ", "2025-07-01")
    assert {read_day(text) for text in written} == {date(2025, 7, 1)}
    assert [read_day(text) for text in ("", "31/13/2025", "1/7/25", "1/7", "2025")] == [None] * 5
