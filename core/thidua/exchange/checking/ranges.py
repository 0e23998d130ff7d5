"""Values that cannot be, whatever the scale. Totals may pass 100 and their maximum (bonus), so
only what no bonus explains is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from statistics import median

from thidua.exchange.checking.model import Doubt, Finding, vietnamese
from thidua.exchange.tables import Column, Row, Table
from thidua.exchange.tables.figures import Figure

MOST = Fraction(12, 10)
"""Points beyond this many times their maximum are a misprint, not a bonus."""

FAR = 2
"""A total beyond this many times the middle one is a misprint, a lost decimal comma as a rule."""


def check_ranges(table: Table, doubt: Doubt) -> list[Finding]:
    """Every row with a value that cannot be; those rows come into ``doubt``."""
    totals = [row.total.exact for row in table.rows if row.total]
    middle = Fraction(median(totals)) if len(totals) > 2 else None
    stated = [stated_maximum(table, column, place) for place, column in enumerate(table.parts)]
    findings = []
    for number, row in enumerate(table.rows):
        reason = next(_reasons(table, row, middle, stated), None)
        if reason:
            doubt.add(number)
            findings.append(Finding("range", row.unit, f"{row.unit}: {reason}.", row.line))
    return findings


def stated_maximum(table: Table, column: Column, part: int | None) -> Fraction | None:
    """The maximum that a header "(65)" or a row of maxima states for a column.

    A number in brackets may also number the columns: it is a maximum only if nearly all figures
    stay within it and the greatest comes near. ``part``: place among the parts, None: the total.
    """
    printed = (table.stated or {}).get(column.place)
    if printed is not None:
        return Fraction(printed)
    figures = [row.total if part is None else row.parts[part] for row in table.rows]
    values = [figure.exact for figure in figures if figure]
    if column.stated is None or not values:
        return None
    stated = Fraction(column.stated)
    within = [value for value in values if value <= stated]
    plausible = 5 * len(within) >= 4 * len(values) and within and 3 * max(within) >= stated
    return stated if plausible else None


def _reasons(
    table: Table, row: Row, middle: Fraction | None, stated: Sequence[Fraction | None]
) -> Iterator[str]:
    yield from _negative(table, row)
    if row.maximum and row.total and row.maximum.value > 0:
        if row.total.exact > MOST * row.maximum.exact:
            yield f"điểm {row.total.text} vượt quá xa điểm tối đa {row.maximum.text}"
    elif row.total and middle and row.total.exact > FAR * middle > 0:
        yield f"điểm {row.total.text} khác hẳn các đơn vị khác; có thể mất dấu thập phân"
    if row.index and row.index.exact > 100 * MOST:
        yield f"chỉ số {row.index.text} vượt quá xa 100 %"
    for column, figure, most in zip(table.parts, row.parts, stated, strict=True):
        if figure and most is not None and figure.exact > most:
            name = vietnamese(most, 2).rstrip("0").rstrip(",")
            yield f"{column.header} là {figure.text}, vượt quá điểm tối đa {name} ghi ở tiêu đề"


def _negative(table: Table, row: Row) -> Iterator[str]:
    named: list[tuple[str, Figure | None]] = [
        ("điểm tối đa", row.maximum), ("điểm", row.total), ("chỉ số", row.index),
    ]  # fmt: skip
    parts = zip(table.parts, row.parts, strict=True)
    named += [(column.header, item) for column, item in parts if column.part != "penalty"]
    for name, figure in named:
        if figure and figure.value < 0:
            yield f"{name} là số âm ({figure.text})"
    if row.maximum and row.maximum.value == 0 and row.total and row.total.value > 0:
        yield "điểm tối đa là 0"
