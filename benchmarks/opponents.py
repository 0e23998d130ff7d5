"""The same job as others would do it: cell by cell in Decimal, and with Polars, a column per leaf.

Both are written to be quick: what can be worked out once for a leaf is, and only what an appraisal
changed is scored twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl

from benchmarks.sample import GRADING, Dense, Sample
from thidua.spec.criteria import Leaf
from thidua.spec.parts import LATE_SUPPLIERS

POINT, CENT, HUNDRED = Decimal("0.0001"), Decimal("0.01"), Decimal(100)
TICKS = 10_000
BRANCHES = ("yes", "no", "level", "step", "below", "no_fault", "faults", "least", "share",
            "full", "below_floor", "zero_full")  # fmt: skip

Cell = tuple[Decimal, str]


@dataclass
class Program:
    """What the Decimal program finds; lists are by unit, points by leaf within."""

    points: list[list[Decimal]]
    branches: list[list[str]]
    nodes: list[dict[str, Decimal]]
    claimed: list[Decimal]
    appraised: list[Decimal]
    index: list[Decimal]
    rank: list[int]
    band: list[str]


def decimal_program(data: Sample) -> Program:
    """Three stages cell by cell, then sums, index, rank and band."""
    leaves = data.criteria.leaves
    rules = [decimal_rule(leaf) for leaf in leaves]
    given = [
        zip(*(data.columns[leaf.code, s.name].values.tolist() for s in leaf.inputs), strict=True)
        for leaf in leaves
    ]
    changes = _changes(data)
    late = [row for row, leaf in enumerate(leaves) if leaf.supplier in LATE_SUPPLIERS]
    parents = _parents(data)
    found = Program([], [], [], [], [], [], [], [])
    for unit, inputs in enumerate(zip(*given, strict=True)):
        cells = [rule(*values) for rule, values in zip(rules, inputs, strict=True)]
        points, branches = [cell[0] for cell in cells], [cell[1] for cell in cells]
        claimed = sum(points) - sum(points[row] for row in late)
        appraised = claimed
        for row, values in changes[unit]:
            before = points[row]
            points[row], branches[row] = rules[row](*values)
            appraised += points[row] - before
        found.points.append(points)
        found.branches.append(branches)
        found.claimed.append(Decimal(claimed))
        found.appraised.append(Decimal(appraised))
        found.nodes.append(_sums(points, parents))
    _grade(data, found)
    return found


def _changes(data: Sample) -> dict[int, list[tuple[int, tuple[int, ...]]]]:
    """What was appraised, by unit: leaf and inputs."""
    changes: dict[int, list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
    for row, leaf in enumerate(data.criteria.leaves):
        if leaf.code in data.appraised:
            units, named, _ = data.appraised[leaf.code]
            values = zip(*(named[s.name].tolist() for s in leaf.inputs), strict=True)
            for unit, value in zip(units.tolist(), values, strict=True):
                changes[unit].append((row, value))
    return changes


def _parents(data: Sample) -> list[tuple[str, str, list[int]]]:
    """Each criterion with its domain and the positions of its leaves."""
    rows = {leaf.code: row for row, leaf in enumerate(data.criteria.leaves)}
    return [
        (domain.code, criterion.code, [rows[leaf.code] for leaf in criterion.leaves()])
        for domain in data.criteria.domains
        for criterion in domain.criteria
    ]


def _sums(points: list[Decimal], parents: list[tuple[str, str, list[int]]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for domain, criterion, rows in parents:
        sums[criterion] = total = sum((points[row] for row in rows), Decimal(0))
        sums[domain] = sums.get(domain, 0) + total
    return sums


def _grade(data: Sample, found: Program) -> None:
    """Index, rank and band of what counts in the end."""
    domains = [domain.code for domain in data.criteria.domains]
    tops = {d.code: Decimal(sum(1 for _ in d.leaves())) for d in data.criteria.domains}
    (tie,) = GRADING.rank.ties
    maximum = sum(tops.values())
    keys = []
    for sums in found.nodes:
        total = sum(sums[code] for code in domains)
        index = (total * HUNDRED / maximum).quantize(CENT, ROUND_HALF_UP)
        found.index.append(index)
        keys.append((index, (sums[tie] * HUNDRED / tops[tie]).quantize(CENT, ROUND_HALF_UP)))
        found.band.append(
            next(b.label for b in GRADING.bands if b.from_ is None or index >= b.from_)
        )
    groups = data.groups.tolist()
    members: dict[int, list[tuple[Decimal, Decimal]]] = defaultdict(list)
    for group, key in zip(groups, keys, strict=True):
        members[group].append(key)
    places: dict[tuple[int, tuple[Decimal, Decimal]], int] = {}
    for group, found_keys in members.items():
        for place, key in enumerate(sorted(found_keys, reverse=True), start=1):
            places.setdefault((group, key), place)
    found.rank = [places[pair] for pair in zip(groups, keys, strict=True)]


def decimal_rule(leaf: Leaf) -> Callable[..., Cell]:
    """The rule of a leaf of one point, worked out as far as it can be."""
    top, none = leaf.max_points, Decimal(0)
    match leaf.rule.kind:
        case "ratio":
            return _decimal_ratio(top)
        case "yes_no":
            answers = (none, "no"), (top, "yes")
            return lambda value: answers[value]
        case "choice":
            levels = (top, "level"), (top / 2, "level"), (none, "level")
            return lambda level: levels[level]
        case "bands":
            steps = (top, "step"), (top / 2, "step"), (none, "below")
            high, low = 80 * TICKS, 50 * TICKS
            return lambda v: steps[0] if v >= high else steps[1] if v >= low else steps[2]
        case "deduction":
            return _decimal_deduction(top)
        case _:
            whole = Decimal(100 * TICKS)
            return lambda v: ((top * v / whole).quantize(POINT, ROUND_HALF_UP), "share")


def _decimal_ratio(top: Decimal) -> Callable[..., Cell]:
    floor, full, none = Decimal("0.5"), Decimal("0.95"), Decimal(0)

    def score(a: int, b: int) -> Cell:
        if b == 0:
            return top, "zero_full"
        if a < floor * b:
            return none, "below_floor"
        size = full * b
        if a >= size:
            return top, "full"
        return (top * a / size).quantize(POINT, ROUND_HALF_UP), "share"

    return score


def _decimal_deduction(top: Decimal) -> Callable[..., Cell]:
    each, none = Decimal("0.25"), Decimal(0)

    def score(late: int) -> Cell:
        left = top - each * late
        if late == 0:
            return top, "no_fault"
        return (none, "least") if left < 0 else (left, "faults")

    return score


def polars_frame(data: Sample, appraised: Dense) -> pl.DataFrame:
    """The columns as Polars holds them: claims, surveys, appraisals (``a.``), and the groups."""
    columns = {f"{code}.{name}": c.values for (code, name), c in data.columns.items()}
    later = {f"a.{code}.{name}": values for (code, name), values in appraised.items()}
    return pl.DataFrame({**columns, **later, "group": data.groups})


def polars_program(data: Sample, frame: pl.DataFrame) -> pl.DataFrame:
    """Three stages in wide form: ticks and branch of each leaf, sums, index, rank and band."""
    leaves = data.criteria.leaves
    own = [leaf for leaf in leaves if leaf.supplier not in LATE_SUPPLIERS]
    cells = [cell for leaf in leaves for cell in _polars_cells(leaf, "a." if leaf in own else "")]
    claims = [
        cell.alias(f"claim.{cell.meta.output_name()}")
        for leaf in own
        for cell in _polars_cells(leaf, "")
    ]
    criteria = [
        _added("", criterion.leaves()).alias(criterion.code)
        for domain in data.criteria.domains
        for criterion in domain.criteria
    ]
    domains = [
        pl.sum_horizontal(*(criterion.code for criterion in domain.criteria)).alias(domain.code)
        for domain in data.criteria.domains
    ]
    stages = [
        _added(before, [x for x in domain.leaves() if x.code in {y.code for y in own}])
        .alias(f"{stage}.{domain.code}")
        for domain in data.criteria.domains
        for stage, before in (("claimed", "claim."), ("appraised", ""))
    ]  # fmt: skip
    totals = [
        pl.sum_horizontal(*(f"{stage}.{domain.code}" for domain in data.criteria.domains))
        .alias(f"{stage}.total")
        for stage in ("claimed", "appraised")
    ]  # fmt: skip
    return (
        frame.lazy()
        .select("group", *cells, *claims)
        .with_columns(*criteria, *stages)
        .with_columns(*domains, *totals)
        .with_columns(_polars_index(data))
        .with_columns(
            pl.col("key").rank("min", descending=True).over("group").alias("rank"),
            _polars_band(),
        )
        .collect()
    )


def _added(before: str, leaves: Iterable[Leaf]) -> pl.Expr:
    return pl.sum_horizontal(*(f"{before}{leaf.code}.ticks" for leaf in leaves))


def _polars_index(data: Sample) -> list[pl.Expr]:
    """The index in hundredths of a per cent, and what ranks: the index, then the tie-break."""
    total = pl.sum_horizontal(*(domain.code for domain in data.criteria.domains))
    tops = {d.code: sum(1 for _ in d.leaves()) * TICKS for d in data.criteria.domains}
    (tie,) = GRADING.rank.ties
    index = _half_up(total.cast(pl.Int64) * 10_000, pl.lit(sum(tops.values()), pl.Int64))
    broken = _half_up(pl.col(tie).cast(pl.Int64) * 10_000, pl.lit(tops[tie], pl.Int64))
    return [index.alias("index"), (index * 100_000 + broken).alias("key")]


def _polars_band() -> pl.Expr:
    band: Any = pl.lit(len(GRADING.bands) - 1)
    for place, one in reversed(list(enumerate(GRADING.bands[:-1]))):
        band = pl.when(pl.col("index") >= int((one.from_ or 0) * 100)).then(place).otherwise(band)
    found: pl.Expr = band.cast(pl.Int8).alias("band")
    return found


def _half_up(n: pl.Expr, d: pl.Expr) -> pl.Expr:
    return (2 * n + d) // (2 * d)


def _branch(leaf: Leaf, name: pl.Expr) -> pl.Expr:
    return name.cast(pl.UInt8).alias(f"{leaf.code}.branch")


def _code(name: str) -> pl.Expr:
    return pl.lit(BRANCHES.index(name), pl.UInt8)


def _polars_cells(leaf: Leaf, stage: str) -> tuple[pl.Expr, pl.Expr]:
    """Ticks and branch of a leaf of one point."""
    given = [pl.col(f"{stage}{leaf.code}.{spec.name}") for spec in leaf.inputs]
    ticks, branch = _polars_rule(leaf.rule.kind, *given)
    return ticks.cast(pl.Int32).alias(f"{leaf.code}.ticks"), _branch(leaf, branch)


def _polars_rule(kind: str, v: pl.Expr, b: pl.Expr | None = None) -> tuple[pl.Expr, pl.Expr]:
    if kind == "ratio" and b is not None:
        return _polars_ratio(v.cast(pl.Int64), b.cast(pl.Int64))
    match kind:
        case "yes_no":
            return v * TICKS, pl.when(v == 1).then(_code("yes")).otherwise(_code("no"))
        case "choice":
            return TICKS - v * (TICKS // 2), _code("level")
        case "bands":
            high, low = v >= 80 * TICKS, v >= 50 * TICKS
            ticks = (high.cast(pl.Int32) + low.cast(pl.Int32)) * (TICKS // 2)
            return ticks, pl.when(low).then(_code("step")).otherwise(_code("below"))
        case "deduction":
            left = TICKS - v * (TICKS // 4)
            branch = pl.when(v == 0).then(_code("no_fault")).when(left < 0).then(_code("least"))
            return pl.max_horizontal(left, pl.lit(0)), branch.otherwise(_code("faults"))
        case _:
            # ticks of a per cent to ticks of a point: a hundredth, half up
            return (2 * v + 100) // 200, _code("share")


def _polars_ratio(a: pl.Expr, b: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    none, short, reached = b == 0, a * 2 < b, a * 20 >= b * 19
    share = _half_up(a * 20 * TICKS, pl.max_horizontal(b * 19, pl.lit(1)))
    ticks = pl.when(none | reached).then(TICKS).when(short).then(0).otherwise(share)
    branch = (
        pl.when(none).then(_code("zero_full")).when(short).then(_code("below_floor"))
        .when(reached).then(_code("full")).otherwise(_code("share"))
    )  # fmt: skip
    return ticks, branch
