"""Is the printed index points ÷ maximum?

Tolerance is what the printed decimals imply: the points are known to half a unit of their last
decimal, the maximum is exact. Where the other rows of the table show that the printed points are
the true ones, a miss within that half unit is named too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from thidua.exchange.checking.model import (
    SELDOM,
    Doubt,
    Finding,
    Fit,
    are_whole,
    fit,
    too_good_to_be_rounded,
    vietnamese,
)
from thidua.exchange.checking.ranges import stated_maximum
from thidua.exchange.tables import Row, Table
from thidua.exchange.tables.figures import Figure, rounded


@dataclass(frozen=True, slots=True)
class _Ratio:
    """One row: its fit, the index that follows, the chance that rounded points fit as well."""

    fit: Fit
    value: Fraction
    chance: float
    index: Figure
    points: Figure
    maximum: Fraction


def check_ratios(table: Table, doubt: Doubt) -> list[Finding]:
    """Every row whose index is not its points ÷ its maximum."""
    ratios = _ratios(table)
    strict = too_good_to_be_rounded([(item.fit, item.chance) for item in ratios.values()])
    worst = Fit.EXACT if strict else Fit.ROUNDING
    findings = []
    for number, item in ratios.items():
        if item.fit <= worst:
            doubt.confirmed.add(number)
            continue
        if _out_of_range(number, doubt):
            continue
        row = table.rows[number]
        _repair(doubt, number, item)
        findings.append(_finding(row, item))
    return findings


def is_rounded(table: Table) -> bool:
    """Whether the printed points are evidently rounded, so that the printed index knows more."""
    ratios = _ratios(table).values()
    missed = any(item.fit is Fit.ROUNDING for item in ratios)
    return missed and not too_good_to_be_rounded([(item.fit, item.chance) for item in ratios])


def _ratios(table: Table) -> Mapping[int, _Ratio]:
    whole = are_whole([row.total for row in table.rows])
    own = {number: found for number, row in enumerate(table.rows)
           if row.maximum and row.maximum.value > 0
           and (found := _ratio(row, row.maximum.exact, whole))}  # fmt: skip
    return own or _by_stated_maximum(table)


def _by_stated_maximum(table: Table) -> Mapping[int, _Ratio]:
    """By the maximum that the header states, if the indices evidently go by it."""
    column = table.column("total")
    stated = stated_maximum(table, column, None) if column else None
    if not stated or table.column("maximum"):
        return {}
    whole = are_whole([row.total for row in table.rows])
    found = {
        number: item
        for number, row in enumerate(table.rows)
        if (item := _ratio(row, stated, whole))
    }
    holds = sum(item.fit is not Fit.OFF for item in found.values())
    return found if 4 * holds >= 3 * len(found) else {}


def _ratio(row: Row, maximum: Fraction, whole: bool) -> _Ratio | None:
    if row.total is None or row.index is None:
        return None
    value = 100 * row.total.exact / maximum
    slack = Fraction(0) if whole else 100 * row.total.half_unit / maximum
    kind = fit(value, value - slack, value + slack, row.index)
    return _Ratio(kind, value, _chance(value, slack, row.index), row.index, row.total, maximum)


def _chance(value: Fraction, slack: Fraction, index: Figure) -> float:
    """By what chance an index of points rounded within ``slack`` prints as the exact one."""
    shown = Fraction(rounded(value, index.places))
    half = Fraction(1, 2 * 10**index.places)
    telling = value - slack < shown - half or shown + half < value + slack
    return min(SELDOM, float(half / slack)) if telling else 1.0


def _out_of_range(number: int, doubt: Doubt) -> bool:
    return number in doubt and not doubt.repairs[number]


def _repair(doubt: Doubt, number: int, item: _Ratio) -> None:
    points = item.index.exact * item.maximum / 100
    doubt.add(
        number,
        index=item.value,
        total=Fraction(rounded(points, item.points.places)),
        maximum=Fraction(rounded(100 * item.points.exact / item.index.exact, 2))
        if item.index.value
        else Fraction(0),
    )


def _finding(row: Row, item: _Ratio) -> Finding:
    most = row.maximum.text if row.maximum else vietnamese(item.maximum, 0)
    shown = vietnamese(item.value, max(item.index.places, 2))
    message = (
        f"{row.unit}: chỉ số in {item.index.text}, tính lại {shown} % "
        f"({item.points.text} ÷ {most})."
    )
    return Finding("ratio", row.unit, message, row.line)
