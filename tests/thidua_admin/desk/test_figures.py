"""What the result page draws and gathers."""

from __future__ import annotations

from decimal import Decimal

from thidua.work.tables import ResultTable, TableGroup, TableRow
from thidua_admin.desk.figures import point_decimals, shares, warnings


def row(row_id: int, points: str, index: str = "", warning: str = "") -> TableRow:
    return TableRow(
        unit_id=row_id, row_id=row_id, name=f"Sở {row_id}", rank=row_id, tied=False,
        points=Decimal(points) if points else None, maximum=None,
        index=Decimal(index) if index else None, band="", position=None, warning=warning,
    )  # fmt: skip


def table(*groups: list[TableRow]) -> ResultTable:
    return ResultTable(
        version_id=1, province="Tỉnh Mẫu", authority="Sở Nội vụ", title="Chỉ số", year=2025,
        number=1, kind="final", published=True, illustrative=False, has_index=False,
        bands_illustrative=False, groups=[TableGroup(label="", rows=rows) for rows in groups],
        notes=(), findings=(),
    )  # fmt: skip


def test_full_bar_is_a_hundred_unless_a_total_exceeds_it() -> None:
    assert shares(table([row(1, "50"), row(2, "")], [row(3, "-1")])) == {1: 50, 3: 0}
    assert shares(table([row(1, "50")], [row(2, "125")])) == {1: 40, 2: 100}


def test_bar_draws_the_index_where_there_is_one() -> None:
    assert shares(table([row(1, "45", "75.00")])) == {1: 75}


def test_points_of_a_table_get_as_many_decimals_as_its_finest() -> None:
    assert point_decimals(table([row(1, "100"), row(2, "79.396")], [row(3, "80.6069")])) == 4
    assert point_decimals(table([row(1, "100"), row(2, "")])) == 0
    assert point_decimals(table()) == 0


def test_units_with_the_same_warning_stand_together() -> None:
    groups = (
        [row(1, "1", warning="a"), row(2, "1")],
        [row(3, "1", warning="a"), row(4, "", "", "b")],
    )
    assert warnings(table(*groups)) == {"a": ["Sở 1", "Sở 3"], "b": ["Sở 4"]}
