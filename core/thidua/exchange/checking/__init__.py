"""Recomputing a published table: index, rank and band, and every inconsistency in it.

A unit whose figure is already named as wrong is not named again for what follows from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from thidua.exchange.checking.bands import check_bands
from thidua.exchange.checking.means import check_means
from thidua.exchange.checking.model import Checked, CheckedRow, Doubt, Finding
from thidua.exchange.checking.orders import check_order
from thidua.exchange.checking.ranges import check_ranges
from thidua.exchange.checking.ranks import Ranking, check_ranks
from thidua.exchange.checking.ratios import check_ratios
from thidua.exchange.checking.rules import Rules, by_grading, by_province, undeclared
from thidua.exchange.checking.sums import check_sums
from thidua.exchange.tables import Row, Table
from thidua.exchange.tables.figures import Figure, rounded
from thidua.scoring.grading import Graded, Standing, grade
from thidua.scoring.ticks import to_ticks
from thidua.spec.base import POINT_DECIMALS
from thidua.spec.grading import Grading

__all__ = [
    "Checked",
    "CheckedRow",
    "Finding",
    "Rules",
    "by_grading",
    "by_province",
    "check_table",
    "undeclared",
]


def check_table(table: Table, rules: Rules) -> Checked:
    """``table`` recomputed under ``rules``, with its findings in the order of its rows."""
    doubt = Doubt()
    findings = [
        *check_ranges(table, doubt),
        *check_sums(table, doubt),
        *check_ratios(table, doubt),
    ]
    ranking = check_ranks(table, rules, doubt)
    findings += ranking.findings
    if not any(row.rank or row.overall for row in table.rows):
        findings += check_order(table, rules, doubt)
    findings += check_bands(table, rules, doubt)
    findings += check_means(table, doubt)
    findings.sort(key=lambda item: item.line)
    notes = (*table.notes, *rules.notes, *_how(table, ranking))
    return Checked(table, recomputed(table, rules, ranking), tuple(findings), notes)


def _how(table: Table, ranking: Ranking) -> Iterator[str]:
    """By what, and within what, the units were ranked."""
    by_index = table.column("maximum") and table.column("total")
    points = "điểm in trong bảng, vì bảng không có điểm tối đa"
    by = "chỉ số (điểm chia điểm tối đa của từng đơn vị)" if by_index else points
    if not table.column("total"):
        by = "chỉ số in trong bảng, vì bảng không có điểm"
    within = "trong từng nhóm" if len(set(ranking.groups)) > 1 else "chung cả bảng"
    yield f"Xếp hạng {within}, theo {by}."


def recomputed(table: Table, rules: Rules, ranking: Ranking) -> tuple[CheckedRow, ...]:
    """Every unit with its index, rank and band as the engine determines them."""
    graded = _graded(table, rules)
    ranks = _ranks(ranking)
    return tuple(
        _checked_row(table, row, graded[number], ranks[number])
        for number, row in enumerate(table.rows)
    )


def _graded(table: Table, rules: Rules) -> Mapping[int, Graded]:
    """Index and band of each row under its own grading."""
    shares: defaultdict[str, list[int]] = defaultdict(list)
    for number, grading in enumerate(rules.gradings):
        shares[grading.model_dump_json()].append(number)
    found: dict[int, Graded] = {}
    for numbers in shares.values():
        standings = [_standing(table, number) for number in numbers]
        found |= {int(item.key): item for item in grade(standings, rules.gradings[numbers[0]])}
    return found


def _standing(table: Table, number: int) -> Standing:
    row = table.rows[number]
    by_index = row.maximum is None and row.index is not None and table.column("maximum")
    return Standing(
        key=str(number),
        group="",
        points=None if by_index else _ticks(row.total),
        maximum=_ticks(row.maximum),
        index=row.index.value if row.index else None,
    )


def _ranks(ranking: Ranking) -> Sequence[int | None]:
    """Competition ranks within the groups, by the values under which the table is best read."""
    known = sorted({value for value in ranking.values if value is not None})
    levels = {value: level for level, value in enumerate(known)}
    standings = [
        Standing(str(number), group, None if value is None else levels[value], ranked=ranked)
        for number, (group, value, ranked) in enumerate(
            zip(ranking.groups, ranking.values, ranking.ranked, strict=True)
        )
    ]
    return [item.rank for item in grade(standings, Grading())]


def _ticks(figure: Figure | None) -> int | None:
    return None if figure is None else to_ticks(rounded(figure.exact, POINT_DECIMALS))


def _checked_row(table: Table, row: Row, graded: Graded, rank: int | None) -> CheckedRow:
    return CheckedRow(
        unit=row.unit,
        group=row.group,
        maximum=_decimal(row.maximum),
        points=_decimal(row.total),
        index=_index(row, graded),
        rank=rank,
        band=graded.band,
        published=_published(table, row),
    )


def _index(row: Row, graded: Graded) -> Decimal | None:
    """The index recomputed; where no maximum is printed, the one that is."""
    return graded.index if graded.index is not None else _decimal(row.index)


def _decimal(figure: Figure | None) -> Decimal | None:
    return None if figure is None else Decimal(figure.printed())


def _published(table: Table, row: Row) -> Mapping[str, str | int | Mapping[str, str | None] | None]:
    """What the table prints of this unit: the roles it has columns for."""
    parts = {
        column.header: figure.printed() if figure else None
        for column, figure in zip(table.parts, row.parts, strict=True)
    }
    printed: dict[str, str | int | Mapping[str, str | None] | None] = {
        "maximum": row.maximum.printed() if row.maximum else None,
        "total": row.total.printed() if row.total else None,
        "index": row.index.printed() if row.index else None,
        "rank": row.rank,
        "band": row.band,
    }
    there = {role: value for role, value in printed.items() if table.column(role)}
    return {**there, **({"parts": parts} if parts else {})}
