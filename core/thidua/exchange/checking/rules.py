"""By which grading each row of a table is judged: none declared, one file, or a province's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from thidua.exchange.tables import Row, Table
from thidua.exchange.tables.cells import plain
from thidua.scoring.grading import rank_group
from thidua.spec.base import Provenance
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.grading import Grading
from thidua.spec.province import Unit


@dataclass(frozen=True, slots=True)
class Rules:
    """One grading and one rank group for each row.

    ``declared``: the grading was given, so its ``decide_on`` and bands are binding; otherwise the
    table may rank by the index as printed or by the exact one. ``groups`` is None where nobody
    said within what units are ranked: then the printed ranks tell.
    """

    gradings: tuple[Grading, ...]
    declared: bool = False
    groups: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()


def undeclared(table: Table) -> Rules:
    """Nobody said how the table is graded: competition ranks, no bands."""
    return Rules((Grading(index_decimals=index_decimals(table)),) * len(table.rows))


def by_grading(table: Table, grading: Grading) -> Rules:
    """The whole table under one grading; printed groups stand for kind and cluster."""
    groups = None
    if "rank" in grading.model_fields_set and "within" in grading.rank.model_fields_set:
        groups = tuple(row.group if grading.rank.within else "" for row in table.rows)
    fitting = grading
    if "index_decimals" not in grading.model_fields_set:
        fitting = grading.model_copy(update={"index_decimals": index_decimals(table)})
    return Rules((fitting,) * len(table.rows), declared=True, groups=groups)


def by_province(table: Table, spec: ProvinceSpec) -> Rules:
    """Each unit under the grading of its kind; units are found by name.

    A unit that the province does not know is judged by the province's only grading; where there
    are several, its band is not judged. Groups that are not printed are known only if all units
    are.
    """
    units = {plain(unit.name): unit for unit in spec.units}
    gradings = _gradings_by_kind(spec)
    found = [_unit_of(row, units) for row in table.rows]
    only = spec.grading[0] if len(spec.grading) == 1 else None
    fallback = only or Grading(index_decimals=index_decimals(table))
    chosen = tuple((gradings.get(unit.kind) if unit else None) or fallback for unit in found)
    groups = tuple(
        _group(row, unit, grading)
        for row, unit, grading in zip(table.rows, found, chosen, strict=True)
    )
    sure = all(found) or any(row.group for row in table.rows)
    notes = (*_notes(spec, table, found, only), *_provenance(chosen))
    return Rules(chosen, declared=True, groups=groups if sure else None, notes=notes)


def index_decimals(table: Table) -> int:
    """As many decimals as the printed index has; 2 where none is printed."""
    places = [row.index.places for row in table.rows if row.index]
    return min(*places, 6) if places else 2


def _gradings_by_kind(spec: ProvinceSpec) -> Mapping[str, Grading]:
    return {
        kind: spec.grading_of(item.grading)
        for item in sorted(spec.criteria_sets, key=lambda item: item.version)
        for kind in item.kinds
    }


def _unit_of(row: Row, units: Mapping[str, Unit]) -> Unit | None:
    name = plain(row.unit)
    shorter = name.removeprefix("ubnd ").removeprefix("uy ban nhan dan ")
    return units.get(name) or units.get(shorter) or units.get(f"ubnd {name}")


def _group(row: Row, unit: Unit | None, grading: Grading) -> str:
    """The printed group where there is one, else the kind and cluster that the province knows."""
    if not grading.rank.within:
        return ""
    if row.group:
        return row.group
    return rank_group(unit.kind, unit.cluster, grading) if unit else ""


def _provenance(gradings: Iterable[Grading]) -> Iterator[str]:
    if any(item.bands and item.provenance is Provenance.ILLUSTRATIVE for item in gradings):
        yield (
            "Các loại và ngưỡng của tỉnh này là MINH HỌA; xếp loại tính lại không phải chính thức."
        )


def _notes(
    spec: ProvinceSpec, table: Table, found: list[Unit | None], only: Grading | None
) -> tuple[str, ...]:
    missing = [row.unit for row, unit in zip(table.rows, found, strict=True) if unit is None]
    if not missing:
        return ()
    names = ", ".join(f"“{name}”" for name in missing[:3]) + ("…" if len(missing) > 3 else "")
    how = "xét theo cách xếp loại duy nhất của tỉnh" if only else "không xét loại"
    return (f"{spec.info.name} không có {len(missing)} đơn vị tên {names}; {how}.",)
