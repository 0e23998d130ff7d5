"""Is the printed total the sum of its parts?

Which columns add up to which is found from the figures: tables print domains, the appraised
points that sum them up, the survey, bonus and penalty side by side. A sum counts only if it holds
for a good part of the rows; parts that evidently are not all of them are not checked.
"""

from __future__ import annotations

from collections.abc import Iterator
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
from thidua.exchange.tables import Column, Row, Table
from thidua.exchange.tables.figures import Figure

MISSING_IS_ZERO = frozenset({"bonus", "penalty"})


@dataclass(frozen=True, slots=True)
class _Equation:
    """``target`` (a role, or the number of a part) is the sum of ``parts`` × weight.

    ``optional`` parts are 0 where nothing is printed; ``whole`` ones are not rounded.
    """

    target: str | int
    parts: tuple[tuple[int, Fraction], ...]
    optional: frozenset[int]
    whole: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Sum:
    """One row under one equation: how it fits, what the parts give, whether none is missing."""

    fit: Fit
    value: Fraction
    printed: Figure
    whole: bool


def check_sums(table: Table, doubt: Doubt) -> list[Finding]:
    """Every row whose total misses its parts; what would mend it goes into ``doubt``."""
    findings: dict[int, Finding] = {}
    for candidates in _candidates(table):
        equation = _best(candidates, table)
        if equation is None:
            continue
        for number, item in list(_wrong(equation, table, doubt)):
            row = table.rows[number]
            _repair(doubt, number, equation, item, row)
            findings[number] = _finding(table, equation, row, item)
    return list(findings.values())


def _candidates(table: Table) -> Iterator[list[_Equation]]:
    """For each target the sums that may be meant: of the total, and of the appraised points."""
    classes = [column.part for column in table.parts]
    target = "total" if table.column("total") else "index" if table.column("index") else None
    if target:
        subsets = (
            set(range(len(classes))),
            {place for place, kind in enumerate(classes) if kind != "domain"},
            {place for place, kind in enumerate(classes) if kind not in {"appraised", "stage"}},
            {place for place, kind in enumerate(classes) if kind != "appraised"},
        )
        yield [item for subset in subsets for item in _equations(table, target, subset)]
    appraised = [place for place, kind in enumerate(classes) if kind == "appraised"]
    domains = {place for place, kind in enumerate(classes) if kind == "domain"}
    if len(appraised) == 1:
        yield _equations(table, appraised[0], domains)


def _equations(table: Table, target: str | int, subset: set[int]) -> list[_Equation]:
    """The plain sum, and the weighted one where headers state weights; none of a single part."""
    places = sorted(subset)
    if len(places) < 2:
        return []
    signs = {place: -1 if table.parts[place].part == "penalty" else 1 for place in places}
    optional = frozenset(place for place in places if table.parts[place].part in MISSING_IS_ZERO)
    whole = frozenset(place for place in places if _is_whole(table, place))
    plain = tuple((place, Fraction(signs[place])) for place in places)
    found = [_Equation(target, plain, optional, whole)]
    weights = [(place, table.parts[place].weight) for place in places]
    if all(weight is not None for _, weight in weights):
        parts = tuple((place, Fraction(weight or 0) / 100) for place, weight in weights)
        found.append(_Equation(target, parts, optional, whole))
    return found


def _is_whole(table: Table, place: int) -> bool:
    """Whether the figures of a part are not rounded: without decimals, or evidently in steps."""
    figures = [figure for row in table.rows if (figure := row.parts[place])]
    return not any(item.places for item in figures) or are_whole(figures)


def _best(candidates: list[_Equation], table: Table) -> _Equation | None:
    """The equation that holds for most rows, if it holds for enough of them."""
    best: tuple[int, int] = (0, 0)
    chosen = None
    for equation in candidates:
        sums = [item for row in table.rows if (item := _sum(equation, row))]
        holds = sum(item.fit is not Fit.OFF for item in sums)
        exact = sum(item.fit is Fit.EXACT for item in sums)
        enough = 3 * holds >= len(sums) and holds >= min(2, len(sums))
        if enough and (holds, exact) > best:
            best, chosen = (holds, exact), equation
    return chosen


def _wrong(equation: _Equation, table: Table, doubt: Doubt) -> Iterator[tuple[int, _Sum]]:
    sums = {number: item for number, row in enumerate(table.rows) if (item := _sum(equation, row))}
    strict = too_good_to_be_rounded([(item.fit, SELDOM) for item in sums.values()])
    worst = Fit.EXACT if strict else Fit.ROUNDING
    doubt.confirmed |= {number for number, item in sums.items() if item.fit <= worst}
    for number, item in sums.items():
        if item.fit > worst and item.whole and number not in doubt:
            yield number, item


def _sum(equation: _Equation, row: Row) -> _Sum | None:
    printed = _target(equation, row)
    there = [
        (place, item, weight) for place, weight in equation.parts if (item := row.parts[place])
    ]
    missing = {place for place, _ in equation.parts if row.parts[place] is None}
    if printed is None or not there:
        return None
    value = sum((_signed(figure, weight) for _, figure, weight in there), Fraction(0))
    rounded = [(figure, weight) for place, figure, weight in there if place not in equation.whole]
    slack = sum((figure.half_unit * abs(weight) for figure, weight in rounded), Fraction(0))
    kind = fit(value, value - slack, value + slack, printed)
    return _Sum(kind, value, printed, whole=missing <= equation.optional)


def _signed(figure: Figure, weight: Fraction) -> Fraction:
    """A penalty printed as -2 subtracts as one printed as 2."""
    return (abs(figure.exact) if weight < 0 else figure.exact) * weight


def _target(equation: _Equation, row: Row) -> Figure | None:
    if isinstance(equation.target, int):
        return row.parts[equation.target]
    return row.total if equation.target == "total" else row.index


def _repair(doubt: Doubt, number: int, equation: _Equation, item: _Sum, row: Row) -> None:
    name = f"part {equation.target}" if isinstance(equation.target, int) else equation.target
    repairs = {name: item.value}
    gap = item.printed.exact - item.value
    for place, weight in equation.parts:
        figure = row.parts[place]
        if figure:
            repairs[f"part {place}"] = figure.exact + gap / weight
    doubt.add(number, **repairs)


def _finding(table: Table, equation: _Equation, row: Row, item: _Sum) -> Finding:
    target = equation.target
    column: Column | None = table.parts[target] if isinstance(target, int) else table.column(target)
    name = column.header if column else "tổng"
    parts = " + ".join(table.parts[place].header for place, _ in equation.parts)
    shown = vietnamese(item.value, max(item.printed.places, 2))
    message = f"{row.unit}: {name} in {item.printed.text}, cộng lại {shown} ({parts})."
    return Finding("sum", row.unit, message, row.line)
