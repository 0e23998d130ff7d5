"""What a table is ranked by: the index of each unit, or its points where no maximum is printed.

The printed figures may allow several readings (the index as published or the exact one, the
printed index where the printed points are rounded). Where no grading decides, a reading under
which the table agrees with itself is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from thidua.exchange.checking.ratios import is_rounded
from thidua.exchange.checking.rules import Rules
from thidua.exchange.tables import Row, Table
from thidua.exchange.tables.figures import rounded
from thidua.spec.grading import Grading

Values = tuple[Fraction | None, ...]
"""One value for each row, per cent or points; None where a unit has none."""


def own_values(table: Table, rules: Rules) -> Values:
    """What the engine ranks: index recomputed, else points, else the printed index."""
    return tuple(
        _value(table, row, grading, exact=grading.decide_on == "exact")
        for row, grading in zip(table.rows, rules.gradings, strict=True)
    )


def readings(table: Table, rules: Rules) -> Iterator[Values]:
    """The readings of the figures that the rules allow, the engine's own first."""
    yield own_values(table, rules)
    exact = tuple(
        _value(table, row, grading, exact=True)
        for row, grading in zip(table.rows, rules.gradings, strict=True)
    )
    printed = _printed(table)
    if not rules.declared:
        yield exact
        yield _refined(printed, exact)
    if any(grading.decide_on == "published" for grading in rules.gradings) or is_rounded(table):
        yield printed


def _refined(printed: Values, exact: Values) -> Values:
    """The printed index, and between equals the exact one: a step far below any decimal."""
    return tuple(
        None if shown is None else shown + (value or Fraction(0)) / 10**12
        for shown, value in zip(printed, exact, strict=True)
    )


def _value(table: Table, row: Row, grading: Grading, *, exact: bool) -> Fraction | None:
    """The value that ranks one unit, from its printed figures."""
    if row.total is None or (row.maximum is None and row.index and table.column("maximum")):
        return row.index.exact if row.index else None
    if row.maximum is None:
        return row.total.exact
    if row.maximum.value <= 0:
        return None
    value = 100 * row.total.exact / row.maximum.exact
    return value if exact else Fraction(rounded(value, grading.index_decimals))


def _printed(table: Table) -> Values:
    """The printed index where there is one, else the printed points; nothing beside a maximum."""
    if table.column("index") is None:
        return (None,) * len(table.rows) if table.column("maximum") else points_read(table)
    return tuple(row.index.exact if row.index else None for row in table.rows)


def fullest(found: Sequence[Values]) -> Sequence[Values]:
    """Those readings that know most units: one that knows fewer agrees with more for no reason."""
    known = [len(values) - values.count(None) for values in found]
    return [values for values, count in zip(found, known, strict=True) if count == max(known)]


def points_read(table: Table) -> Values:
    """The printed points as they are."""
    return tuple(row.total.exact if row.total else None for row in table.rows)
