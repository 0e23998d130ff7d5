"""Does the printed band follow from the index?

With a grading: the band within whose cut-offs the index lies. Without one only this can be said:
among units of one group and level, none with a higher index has a lower band; judged where at
most a fifth of the group would contradict it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from statistics import median

from thidua.exchange.checking.model import Doubt, Finding, vietnamese
from thidua.exchange.checking.rules import Rules
from thidua.exchange.checking.values import Values, fullest, readings
from thidua.exchange.tables import Row, Table
from thidua.exchange.tables.cells import plain
from thidua.exchange.tables.headers import level_of, words
from thidua.scoring.grading import band_of, order_breakers
from thidua.spec.grading import Grading

_PREFIX = re.compile(r"^(xep loai|xep nhom|phan loai|loai|nhom|muc|dat|hang)\s+(?=\S)")


def check_bands(table: Table, rules: Rules, doubt: Doubt) -> list[Finding]:
    """Every unit whose printed band is not the one its index earns."""
    if any(grading.bands for grading in rules.gradings):
        return _by_cut_offs(table, rules, doubt)
    return _by_order(table, rules, doubt)


def same_label(label: str) -> str:
    """A band's label as it is compared: without case, accents and words like "loại"."""
    return _PREFIX.sub("", plain(label))


def _by_cut_offs(table: Table, rules: Rules, doubt: Doubt) -> list[Finding]:
    findings = []
    tries = list(readings(table, rules))
    for number, row in enumerate(table.rows):
        grading = rules.gradings[number]
        allowed = _allowed(number, row, grading, tries, doubt)
        if row.band is None or not allowed or not grading.bands:
            continue
        if same_label(row.band) not in {same_label(band or "") for _, band in allowed}:
            findings.append(_outside(row, *allowed[0]))
    return findings


def _allowed(
    number: int, row: Row, grading: Grading, tries: Sequence[Values], doubt: Doubt
) -> list[tuple[Fraction, str | None]]:
    """The bands that the figures of one unit allow, each with its value, the engine's own first.

    A unit whose figures are in doubt may have the band of any figure that would mend them.
    """
    values = {value for tried in tries[:1] if (value := tried[number]) is not None}
    if number in doubt:
        repairs = doubt.repairs[number]
        values |= {value for tried in tries if (value := tried[number]) is not None}
        values |= {value for role, value in repairs.items() if role == "index"}
        values |= _from_total(row, repairs.get("total"))
        if not repairs:
            return []
    elif any(tried[number] is None for tried in tries[:1]):
        return []
    return [(value, band_of(value, grading)) for value in sorted(values, reverse=True)]


def _from_total(row: Row, total: Fraction | None) -> set[Fraction]:
    if total is None:
        return set()
    return {100 * total / row.maximum.exact if row.maximum and row.maximum.value else total}


def _outside(row: Row, value: Fraction, band: str | None) -> Finding:
    figure = row.index or row.total
    shown = vietnamese(value, max(figure.places if figure else 2, 2))
    right = f"“{band}”" if band else "dưới loại thấp nhất"
    message = f"{row.unit}: xếp loại in “{row.band}”, với {shown} phải là {right}."
    return Finding("band", row.unit, message, row.line)


def _by_order(table: Table, rules: Rules, doubt: Doubt) -> list[Finding]:
    tries = [_unordered(table, values, doubt) for values in fullest(list(readings(table, rules)))]
    best = min(tries, key=lambda groups: sum(len(wrong) for _, wrong in groups))
    return [
        _unlike(table.rows[number])
        for size, wrong in best
        if size >= 3 and 5 * len(wrong) <= max(size, 5)
        for number in wrong
    ]


def _unlike(row: Row) -> Finding:
    message = (
        f"{row.unit}: xếp loại “{row.band}” không hợp với điểm và xếp loại của các đơn vị khác."
    )
    return Finding("band", row.unit, message, row.line)


def _unordered(table: Table, values: Values, doubt: Doubt) -> list[tuple[int, list[int]]]:
    """For each group its size and the fewest units without which bands fall with the values."""
    groups: dict[tuple[str, str], list[int]] = {}
    for number, row in enumerate(table.rows):
        if row.band is not None and values[number] is not None and number not in doubt:
            groups.setdefault((row.group, level_of(row.unit)), []).append(number)
    return [(len(members), _of_group(table, values, members)) for members in groups.values()]


def _of_group(table: Table, values: Values, members: list[int]) -> list[int]:
    labels = {number: same_label(table.rows[number].band or "") for number in members}
    heights = _heights(labels, values)
    ordered = sorted(members, key=lambda n: (values[n], heights[labels[n]]), reverse=True)
    breakers = order_breakers([heights[labels[number]] for number in ordered])
    return sorted(ordered[place] for place in breakers)


def _heights(labels: Mapping[int, str], values: Values) -> dict[str, Fraction]:
    """How high each label stands: as usual, or else by the middle of its units."""
    names = set(labels.values())
    for usual in words()["bands"]:
        if names <= set(usual):
            return {name: Fraction(-usual.index(name)) for name in names}
    return {
        name: Fraction(median([values[n] or Fraction(0) for n in labels if labels[n] == name]))
        for name in names
    }
