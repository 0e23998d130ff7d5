"""Is a printed mean the mean?

A mean row may speak of the units above it, of its group or of all. Rows rounded for print move
their mean, but not all in one direction: beyond four times the likely error of n roundings
(never more than half a unit) the mean is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from thidua.exchange.checking.model import Doubt, Finding, Fit, fit, vietnamese
from thidua.exchange.tables import MeanRow, Row, Table
from thidua.exchange.tables.cells import plain
from thidua.exchange.tables.figures import Figure, rounded

EVERYBODY = frozenset({"chung", "toan"})
"""Words of a label that speak of all units: "trung bình chung", "bình quân toàn tỉnh"."""

GROUPS = frozenset({"khoi", "nhom", "cum"})
"""Words that speak of one group after all."""

Getter = Callable[[Row | MeanRow], Figure | None]


def check_means(table: Table, doubt: Doubt) -> list[Finding]:
    """Every printed mean that is not the mean of its column."""
    findings = []
    for mean in table.means:
        scopes = _scopes(table, mean)
        for role, header, get in _columns(table):
            printed = get(mean)
            if printed and scopes and not _agrees(table, scopes, role, get, printed, doubt):
                findings.append(_finding(table, mean, header, printed, get, scopes[0]))
    return findings


def _columns(table: Table) -> Iterator[tuple[str, str, Getter]]:
    for role, get in GETTERS.items():
        column = table.column(role)
        if column:
            yield role, column.header, get
    for place, column in enumerate(table.parts):
        yield f"part {place}", column.header, _part(place)


GETTERS: dict[str, Getter] = {
    "maximum": lambda row: row.maximum,
    "total": lambda row: row.total,
    "index": lambda row: row.index,
}


def _part(place: int) -> Getter:
    return lambda row: row.parts[place]


def _scopes(table: Table, mean: MeanRow) -> list[tuple[int, ...]]:
    """The sets of rows that a mean row may speak of, the likeliest first."""
    rows = table.rows
    everyone = tuple(range(len(rows)))
    if mean.after in {0, len(rows)} and _speaks_of_all(table, mean):
        return [everyone]
    above = everyone[: mean.after]
    paths = {row.groups[:depth] for row in rows for depth in range(1, len(row.groups) + 1)}
    last = rows[mean.after - 1].groups if mean.after else ()
    own = tuple(number for number in above if rows[number].groups == last)
    first = [everyone] if mean.after in {0, len(rows)} else [own, above, everyone]
    of_groups = [
        tuple(number for number in everyone if rows[number].groups[: len(path)] == path)
        for path in sorted(paths)
    ]
    runs = [
        tuple(number for number in everyone if rows[number].run == run)
        for run in sorted({row.run for row in rows})
    ]
    since = max((item.after for item in table.means if item.after < mean.after), default=0)
    scopes = [*first, own, above, everyone[since : mean.after], *of_groups, *runs]
    return [scope for scope in dict.fromkeys(scopes) if scope]


def _speaks_of_all(table: Table, mean: MeanRow) -> bool:
    said = {*plain(mean.label).split()}
    alone = sum(item.label == mean.label for item in table.means) == 1
    return alone and bool(said & EVERYBODY) and not said & GROUPS


def _agrees(
    table: Table,
    scopes: Sequence[tuple[int, ...]],
    role: str,
    get: Getter,
    printed: Figure,
    doubt: Doubt,
) -> bool:
    return any(_fits(table, scope, role, get, printed, doubt) for scope in scopes)


def _fits(
    table: Table, scope: Sequence[int], role: str, get: Getter, printed: Figure, doubt: Doubt
) -> bool:
    figures = {number: figure for number in scope if (figure := get(table.rows[number]))}
    if not figures:
        return True
    slack = max(figure.half_unit for figure in figures.values())
    values = {number: figure.exact for number, figure in figures.items()}
    if _is_mean(list(values.values()), slack, printed):
        return True
    if role == "index" and _is_quotient(table, scope, printed):
        return True
    return _is_mended(values, slack, role, printed, doubt)


def _is_mean(values: Sequence[Fraction], slack: Fraction, printed: Figure) -> bool:
    mean = sum(values, Fraction(0)) / len(values)
    if fit(mean, mean - slack, mean + slack, printed) is Fit.OFF:
        return False
    shown = Fraction(rounded(printed.exact, printed.places))
    beyond = max(abs(mean - shown) - Fraction(1, 2 * 10**printed.places), Fraction(0))
    # one rounding errs by slack/sqrt(3) on average, n of them together by sqrt(n) times that
    return 3 * len(values) * beyond**2 <= 16 * slack**2


def _is_quotient(table: Table, scope: Sequence[int], printed: Figure) -> bool:
    """An index of a group may be its points ÷ its maxima, not the mean of the indices."""
    rows = [table.rows[number] for number in scope]
    points = sum((row.total.exact for row in rows if row.total and row.maximum), Fraction(0))
    most = sum((row.maximum.exact for row in rows if row.total and row.maximum), Fraction(0))
    if not most:
        return False
    value = 100 * points / most
    return fit(value, value, value, printed) is Fit.EXACT


def _is_mended(
    values: dict[int, Fraction], slack: Fraction, role: str, printed: Figure, doubt: Doubt
) -> bool:
    """Whether the mean is that of the true figures, where some are already named as wrong."""
    named = [number for number in values if number in doubt]
    if not named:
        return False
    if any(role not in doubt.repairs[number] for number in named):
        return True
    mended = {
        number: doubt.repairs[number][role] if number in doubt else value
        for number, value in values.items()
    }
    return _is_mean(list(mended.values()), slack, printed)


def _finding(
    table: Table, mean: MeanRow, header: str, printed: Figure, get: Getter, scope: Sequence[int]
) -> Finding:
    values = [figure.exact for number in scope if (figure := get(table.rows[number]))]
    shown = vietnamese(sum(values, Fraction(0)) / len(values), max(printed.places, 2))
    message = f"{mean.label}: {header} in {printed.text}, trung bình tính lại {shown}."
    return Finding("mean", mean.label, message, mean.line)
