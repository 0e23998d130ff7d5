"""A correct table in any layout has no finding; one corruption has exactly its own."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, given
from hypothesis import strategies as st
from tests.thidua.exchange.published import BANDS, CENT, Printed, tables, write
from tests.thidua.scoring.strategies import law

from thidua.exchange.checking import Checked, by_grading, check_table, undeclared
from thidua.exchange.tables import read_table
from thidua.spec.grading import Grading

GRADING = Grading.model_validate(
    {
        "bands": [{"label": label, "from": cut} for label, cut in BANDS],
        "rank": {"within": ["group"]},
    }
)
Named = set[tuple[str, str]]


def checked(table: Printed, grading: Grading | None = None) -> Checked:
    with TemporaryDirectory() as folder:
        found = read_table(write(table, Path(folder)))
    return check_table(found, by_grading(found, grading) if grading else undeclared(found))


def named(table: Printed, grading: Grading | None = None) -> Named:
    return {(item.kind, item.unit) for item in checked(table, grading).findings}


def spoiled(table: Printed, at: int, **changes: object) -> Printed:
    units = list(table.units)
    units[at] = replace(units[at], **changes)  # type: ignore[arg-type]
    return replace(table, units=tuple(units))


@law(usual=25, soak=500)
@given(tables())
def test_a_correct_table_has_no_finding_and_is_recomputed_as_printed(table: Printed) -> None:
    result = checked(table, GRADING)
    assert result.findings == ()
    assert [(row.unit, row.group, row.points, row.rank, row.band) for row in result.rows] == [
        (unit.name, unit.group, unit.total, unit.rank, unit.band) for unit in table.units
    ]
    with_index = "maximum" in table.layout.columns
    assert [row.index for row in result.rows] == [
        unit.index if with_index else None for unit in table.units
    ]


@law(usual=25, soak=500)
@given(tables())
def test_a_correct_table_needs_no_grading(table: Printed) -> None:
    assert named(table) == set()


@law(usual=25, soak=500)
@given(tables(maximum=True, short=False), st.data())
def test_a_wrong_index_is_named(table: Printed, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(table.units) - 1))
    shift = data.draw(st.integers(5, 900)) * CENT
    unit = table.units[at]
    assert named(spoiled(table, at, index=unit.index - shift), GRADING) == {("ratio", unit.name)}


@law(usual=25, soak=500)
@given(tables(parts="stages", maximum=False, short=False), st.data())
def test_a_wrong_total_is_named_by_its_parts(table: Printed, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(table.units) - 1))
    shift = data.draw(st.integers(5, 3000)) * CENT
    unit = table.units[at]
    assert named(spoiled(table, at, total=unit.total - shift)) == {("sum", unit.name)}


@law(usual=25, soak=500)
@given(tables(parts="domains", short=False), st.data())
def test_a_wrong_part_is_named(table: Printed, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(table.units) - 1))
    unit = table.units[at]
    parts = (unit.parts[0] + data.draw(st.integers(5, 900)) * CENT, *unit.parts[1:])
    assert named(spoiled(table, at, parts=parts)) == {("sum", unit.name)}


@law(usual=25, soak=500)
@given(tables(with_=["band"]), st.data())
def test_a_band_outside_its_cut_offs_is_named(table: Printed, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(table.units) - 1))
    unit = table.units[at]
    wrong = data.draw(st.sampled_from([label for label, _ in BANDS if label != unit.band]))
    assert named(spoiled(table, at, band=wrong), GRADING) == {("band", unit.name)}


@law(usual=25, soak=500)
@given(tables(with_=["rank"]), st.data())
def test_exchanged_ranks_are_both_named(table: Printed, data: st.DataObject) -> None:
    group = [at for at, unit in enumerate(table.units) if unit.group == table.units[0].group]
    one, two = sorted(data.draw(st.permutations(group))[:2])
    first, second = table.units[one], table.units[two]
    assume(first.rank != second.rank)
    wrong = spoiled(spoiled(table, one, rank=second.rank), two, rank=first.rank)
    kinds = {(kind, unit) for kind, unit in named(wrong) if kind in {"rank", "tie"}}
    assert {unit for _, unit in kinds} == {first.name, second.name} == {u for _, u in named(wrong)}


@law(usual=25, soak=500)
@given(tables(with_=["rank"]), st.data())
def test_a_wrong_rank_is_named(table: Printed, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(table.units) - 1))
    unit = table.units[at]
    rank = data.draw(st.integers(1, 30).filter(lambda number: number != unit.rank))
    assert {name for _, name in named(spoiled(table, at, rank=rank))} == {unit.name}


@law(usual=25, soak=500)
@given(tables(means="last"), st.data())
def test_a_wrong_mean_is_named(table: Printed, data: st.DataObject) -> None:
    mean = sum((unit.total for unit in table.units), Decimal(0)) / len(table.units)
    shift = data.draw(st.integers(5, 900)) * CENT
    wrong = replace(table, means={"total": (mean + shift).quantize(CENT)})
    assert named(wrong) == {("mean", "Trung bình chung")}


@law(usual=25, soak=500)
@given(tables(), st.data())
def test_a_negative_total_is_out_of_range(table: Printed, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(table.units) - 1))
    unit = table.units[at]
    assert named(spoiled(table, at, total=-unit.total), GRADING) == {("range", unit.name)}


@law(usual=25, soak=500)
@given(tables(maximum=False, with_=["rank"], parts="none", means="none"), st.data())
def test_a_figure_that_explains_several_ranks_is_named_once(
    table: Printed, data: st.DataObject
) -> None:
    table = spaced(table)
    unit = table.units[0]
    assert named(spoiled(table, 0, total=Decimal("1.50"))) == {("rank", unit.name)}


@law(usual=25, soak=500)
@given(tables(maximum=False, with_=["rank"], parts="none", means="none"), st.data())
def test_equal_figures_ranked_apart_are_a_tie(table: Printed, data: st.DataObject) -> None:
    table = spaced(table)
    at = data.draw(st.sampled_from([0, 1, 2]))
    twin = table.units[at + 1]
    assert named(spoiled(table, at + 1, total=table.units[at].total)) == {("tie", twin.name)}


def spaced(table: Printed) -> Printed:
    """The table with all figures of a group different: no ties by chance."""
    units = [
        replace(unit, total=Decimal(90 - place) + Decimal("0.25"), rank=rank)
        for place, unit in enumerate(table.units)
        for rank in [1 + [u for u in table.units if u.group == unit.group].index(unit)]
    ]
    return replace(table, units=tuple(units))
