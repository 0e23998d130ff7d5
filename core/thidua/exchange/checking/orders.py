"""Is a list without ranks in the order of its figures?

Only a list that is evidently meant to fall is judged: one in which at most a fifth of the units
break the order. A list in another order (alphabetical, administrative) has no finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from thidua.exchange.checking.model import Doubt, Finding, vietnamese
from thidua.exchange.checking.rules import Rules
from thidua.exchange.checking.values import Values, fullest, points_read, readings
from thidua.exchange.tables import Row, Table
from thidua.exchange.tables.headers import level_of
from thidua.scoring.grading import order_breakers

FEWEST = 5
"""Fewer units are in falling order by chance."""


def check_order(table: Table, rules: Rules, doubt: Doubt) -> list[Finding]:
    """The units without which every list of the table falls, under the kindest reading.

    A list may go by its points only where no maximum is printed: otherwise the index decides.
    They come into ``doubt``: their figures are likelier wrong than their places.
    """
    by_points = [] if table.column("maximum") else [points_read(table)]
    kinds = fullest([*readings(table, rules), *by_points])
    tries = [_broken_lists(table, values, doubt) for values in kinds]
    found = _judged(min(tries, key=lambda lists: sum(len(places) for _, places in lists)))
    for item in found:
        doubt.add(item.number)
    return [_finding(table, item) for item in found]


@dataclass(frozen=True, slots=True)
class _Breaker:
    """A unit that breaks its list: row number, value, its place in the list and by the figures."""

    number: int
    value: Fraction
    listed: int
    due: int


_List = list[tuple[int, Fraction]]
"""Row numbers with their values, in printed order."""


_Broken = tuple[_List, tuple[int, ...]]
"""A list, and the places in it that break its order."""


def _broken_lists(table: Table, values: Values, doubt: Doubt) -> list[_Broken]:
    lists = _lists(table, values, doubt)
    return [(members, _of_list([value for _, value in members])) for members in lists]


def _judged(found: list[_Broken]) -> list[_Breaker]:
    """The breakers of those lists that are evidently meant to fall."""
    broken = sum(len(places) for _, places in found)
    units = sum(len(members) for members, _ in found)
    fewest = 1 if units >= FEWEST and 5 * broken <= units else FEWEST
    return [
        _breaker(members, place)
        for members, places in found
        if _is_meant(members, places, fewest)
        for place in places
    ]


def _breaker(members: _List, place: int) -> _Breaker:
    number, value = members[place]
    due = 1 + sum(other > value for _, other in members)
    return _Breaker(number, value, place + 1, due)


def _lists(table: Table, values: Values, doubt: Doubt) -> list[_List]:
    """The units in printed order, a list for each group, each new numbering, each level."""
    lists: dict[tuple[str, int, str], _List] = {}
    levels = _levels(table)
    for number, row in enumerate(table.rows):
        value = values[number]
        if value is not None and number not in doubt:
            lists.setdefault((row.group, row.run, levels[number]), []).append((number, value))
    return list(lists.values())


def _levels(table: Table) -> list[str]:
    """The level of each unit, where the levels stand one below the other; else none."""
    levels = [level_of(row.unit) for row in table.rows]
    changes = sum(above != below for above, below in pairwise(levels))
    return levels if changes < len(set(levels)) else [""] * len(levels)


def _of_list(values: Sequence[Fraction]) -> tuple[int, ...]:
    """Breakers of one list; none where it is two falling lists, one below the other."""
    breakers = order_breakers(values)
    rises = sum(above < below for above, below in pairwise(values))
    return () if rises == 1 and len(breakers) > 2 else breakers


def _is_meant(members: _List, places: Sequence[int], fewest: int) -> bool:
    """Whether this list may be meant to fall; a short one only beside others that do."""
    if len(members) < FEWEST:
        return len(members) >= fewest
    return 5 * len(places) <= len(members)


def _finding(table: Table, item: _Breaker) -> Finding:
    row = table.rows[item.number]
    message = (
        f"{row.unit}: {_text(row, item.value)} đứng thứ {item.listed} trong danh sách xếp giảm "
        f"dần, theo số này phải đứng thứ {item.due}."
    )
    return Finding("order", row.unit, message, row.line)


def _text(row: Row, value: Fraction) -> str:
    figure = row.index or row.total
    return figure.text if figure else vietnamese(value, 2)
