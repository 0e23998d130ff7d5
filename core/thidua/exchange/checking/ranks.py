"""Do the printed ranks follow from the figures?

Ranks are competition ranks (1, 2, 2, 4). Within what units are ranked is declared or told by the
printed ranks: the reading with fewest contradictions is taken, the finest grouping first. Where
one wrong figure explains many wrong ranks, and no other figure confirms it, it alone is named.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from thidua.exchange.checking.model import Doubt, Finding, Kind, vietnamese
from thidua.exchange.checking.rules import Rules
from thidua.exchange.checking.values import Values, fullest, own_values, readings
from thidua.exchange.tables import Row, Table
from thidua.scoring.grading import order_breakers


@dataclass(frozen=True, slots=True)
class _Entry:
    """One ranked unit: its row number, value, rank; no value: in doubt, its printed rank stands."""

    number: int
    value: Fraction | None
    printed: int


@dataclass(frozen=True, slots=True)
class _Wrong:
    """One contradiction: what the rank should be; ``twin`` is a unit with the same value.

    ``by_figure``: the unit's figure is likelier wrong than its rank.
    """

    entry: _Entry
    expected: int
    twin: _Entry | None = None
    by_figure: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read the printed ranks, with what contradicts it."""

    wrong: list[_Wrong]
    groups: tuple[str, ...]
    values: Values
    everyone: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    """How the printed ranks are best read: each row's group, value, and whether it is ranked."""

    groups: tuple[str, ...]
    values: Values
    ranked: tuple[bool, ...]
    findings: tuple[Finding, ...] = ()


def check_ranks(table: Table, rules: Rules, doubt: Doubt) -> Ranking:
    """The printed ranks under the reading with fewest contradictions, and those.

    A unit whose figure explains several wrong ranks comes into ``doubt``.
    """
    printed = [row.rank for row in table.rows]
    if not any(printed):
        everybody = (True,) * len(printed)
        return Ranking(default_groups(table, rules), own_values(table, rules), everybody)
    best: _Reading | None = None
    for groups, values, everyone in _readings(table, rules):
        wrong = _misranked(printed, groups, values, doubt, everyone)
        if best is None or len(wrong) < len(best.wrong):
            best = _Reading(wrong, groups, values, everyone)
        if not wrong:
            break
    assert best is not None
    ranked = tuple(best.everyone or rank is not None for rank in printed)
    findings = [_finding(table, item) for item in best.wrong]
    for item in best.wrong:
        if item.by_figure:
            doubt.add(item.entry.number)
    return Ranking(
        best.groups, best.values, ranked, (*findings, *_check_overall(table, rules, doubt))
    )


def _readings(table: Table, rules: Rules) -> Iterator[tuple[tuple[str, ...], Values, bool]]:
    missing = any(row.rank is None for row in table.rows)
    for groups in dict.fromkeys(_groupings(table, rules)):
        for values in dict.fromkeys(fullest(list(readings(table, rules)))):
            for everyone in (False, True) if missing else (True,):
                yield groups, values, everyone


def default_groups(table: Table, rules: Rules) -> tuple[str, ...]:
    """The group of each row where no printed rank tells."""
    return rules.groups or tuple(row.group for row in table.rows)


def _check_overall(table: Table, rules: Rules, doubt: Doubt) -> list[Finding]:
    """The column of ranks over the whole table, where there is one beside the ranks in groups."""
    printed = [row.overall for row in table.rows]
    whole = ("",) * len(table.rows)
    tries = [
        _misranked(printed, whole, values, doubt, False)
        for values in fullest(list(readings(table, rules)))
    ]
    return [_finding(table, item) for item in min(tries, key=len)]


def _groupings(table: Table, rules: Rules) -> Iterator[tuple[str, ...]]:
    if rules.groups is not None:
        yield rules.groups
        return
    yield tuple(row.group for row in table.rows)
    yield tuple(row.groups[0] if row.groups else "" for row in table.rows)
    yield tuple(f"{row.group}/{row.run}" for row in table.rows)
    yield ("",) * len(table.rows)


def _misranked(
    printed: Sequence[int | None],
    groups: Sequence[str],
    values: Values,
    doubt: Doubt,
    everyone: bool,
) -> list[_Wrong]:
    """The contradictions of one reading. ``everyone``: units without a rank count as better."""
    found: list[_Wrong] = []
    for group in dict.fromkeys(groups):
        members = [number for number, name in enumerate(groups) if name == group]
        entries = [
            _Entry(number, None if number in doubt else values[number], rank)
            for number in members
            if (rank := printed[number]) is not None
        ]
        silent = [
            value
            for number in members
            if everyone and printed[number] is None and (value := values[number]) is not None
        ]
        found += _in_group(entries, silent, doubt)
    return found


def _in_group(entries: list[_Entry], silent: list[Fraction], doubt: Doubt) -> list[_Wrong]:
    """Either each wrong rank, or the few figures that explain them all and nothing confirms."""
    plain = _contradictions(entries, silent)
    culprits = _culprits(entries)
    if any(item.number in doubt.confirmed for item in culprits):
        return plain
    rest = [replace(item, value=None) if item in culprits else item for item in entries]
    left = _contradictions(rest, silent)
    named = [replace(item, by_figure=True) for item in plain if item.entry in culprits]
    explained = len(named) == len(culprits) and len(plain) > 2 * (len(named) + len(left))
    return named + left if explained else plain


def _culprits(entries: list[_Entry]) -> list[_Entry]:
    """The fewest units without which the figures fall as the printed ranks rise."""
    known = [item for item in entries if item.value is not None]
    known.sort(key=lambda item: (item.printed, -(item.value or 0)))
    breakers = order_breakers([item.value or Fraction(0) for item in known])
    return [known[place] for place in breakers]


def _contradictions(entries: list[_Entry], silent: list[Fraction]) -> list[_Wrong]:
    """The ranks that are not 1 + how many units are better, each with what it should be."""
    values = sorted([*(item.value for item in entries if item.value is not None), *silent])
    doubted = sorted(item.printed for item in entries if item.value is None)
    by_value: defaultdict[Fraction | None, list[_Entry]] = defaultdict(list)
    for item in entries:
        by_value[item.value].append(item)
    found = []
    for item in entries:
        if item.value is None:
            continue
        better = len(values) - bisect_right(values, item.value)
        expected = 1 + better + bisect_left(doubted, item.printed)
        if item.printed != expected:
            twins = (other for other in by_value[item.value] if other.printed != item.printed)
            found.append(_Wrong(item, expected, next(twins, None)))
    return found


def _finding(table: Table, wrong: _Wrong) -> Finding:
    row = table.rows[wrong.entry.number]
    shown = _shown(row, wrong.entry.value)
    if wrong.twin:
        other = table.rows[wrong.twin.number]
        kind: Kind = "tie"
        message = (
            f"{row.unit} xếp hạng {wrong.entry.printed}, {other.unit} xếp hạng "
            f"{wrong.twin.printed} dù bằng nhau ({shown}); tính lại hạng {wrong.expected}."
        )
    else:
        kind = "rank"
        message = f"{row.unit}: hạng in {wrong.entry.printed}, tính lại {wrong.expected} ({shown})."
    return Finding(kind, row.unit, message, row.line)


def _shown(row: Row, value: Fraction | None) -> str:
    """The figure that decides, with the decimals that the table prints."""
    figure = row.index or row.total
    return vietnamese(value or Fraction(0), figure.places if figure else 2)
