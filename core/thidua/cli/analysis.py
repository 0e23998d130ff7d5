"""``thidua results compare``, ``gaps``, ``robustness``: results beside each other, and shaken."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import click

from thidua.cli.analysis_json import compared_document, gaps_document, intervals_document
from thidua.cli.base import echo_json, here, json_option, operator
from thidua.cli.given import in_province
from thidua.scoring.comparison_words import (
    leaf_gap_words,
    unit_change_words,
    year_change_words,
)
from thidua.scoring.robustness import Robustness, UnitRobustness
from thidua.scoring.ticks import round_percent, written
from thidua.spec.loading import load
from thidua.spec.robustness import Uncertainty
from thidua.work.analysis import (
    SelfCompared,
    VersionsCompared,
    YearsCompared,
    compare_versions,
    compare_years,
    self_against_appraised,
)
from thidua.work.intervals import MOST_DRAWS, RankIntervals, rank_intervals
from thidua.work.results import visible_version
from thidua.work.sides import VersionName

SHOWN = 10
"""So many of the biggest gaps are printed; JSON has all."""

of_version = click.argument("version_id", metavar="BẢN", type=int)


@click.command("compare")
@in_province
@click.argument("first", metavar="BẢN_TRƯỚC", type=int)
@click.argument("second", metavar="BẢN_SAU", type=int)
@json_option
def compare_command(code: str, first: int, second: int, as_json: bool) -> None:
    """So sánh hai bản kết quả: của một năm hoặc của hai năm."""
    by = operator()
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        years = {visible_version(session, version_id=one, by=by).year for one in (first, second)}
        compare = compare_versions if len(years) == 1 else compare_years
        found = compare(session, first=first, second=second, by=by)
    if as_json:
        echo_json(compared_document(found))
    else:
        _echo(_version_lines(found) if isinstance(found, VersionsCompared) else _year_lines(found))


@click.command("gaps")
@in_province
@of_version
@click.option("--kind", "kinds", metavar="LOẠI", multiple=True, help="Chỉ loại đơn vị này.")
@json_option
def gaps_command(code: str, version_id: int, kinds: tuple[str, ...], as_json: bool) -> None:
    """Tự chấm chênh với thẩm định ở đâu: từng tiêu chí, từng đơn vị, chênh nhiều trước."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = self_against_appraised(
            session, version_id=version_id, by=operator(), kinds=kinds
        )  # fmt: skip
    if as_json:
        echo_json(gaps_document(found))
    else:
        _echo(_gap_lines(found))


@click.command("robustness")
@in_province
@of_version
@click.option(
    "--uncertainty",
    "file",
    metavar="TỆP",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Giả định về sai số của điểm, tệp YAML.",
)
@click.option(
    "--quota", metavar="SỐ", required=True, type=click.IntRange(1, 100_000),
    help="Số suất của mỗi nhóm xếp hạng.",
)  # fmt: skip
@click.option(
    "--draws", metavar="SỐ", default=10_000, show_default=True, type=click.IntRange(1, MOST_DRAWS),
    help="Số lần thử.",
)  # fmt: skip
@click.option(
    "--seed", metavar="SỐ", default=1, show_default=True, type=click.IntRange(0, 2**32),
    help="Số khởi đầu; cùng số thì cùng kết quả.",
)  # fmt: skip
@json_option
def robustness_command(
    code: str, version_id: int, file: Path, quota: int, draws: int, seed: int, as_json: bool
) -> None:
    """Hạng chắc đến đâu nếu điểm thẩm định có sai số như giả định. Kết quả là nội bộ."""
    uncertainty = load(Uncertainty, file)
    with (
        here() as runtime,
        runtime.in_province(runtime.province_id(code)) as session,
        click.progressbar(
            length=draws, label="Đang thử", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar,
    ):

        def shown(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        found = rank_intervals(
            session, version_id=version_id, uncertainty=uncertainty, quota=quota, draws=draws,
            seed=seed, by=operator(), progress=shown,
        )  # fmt: skip
    if as_json:
        echo_json(intervals_document(found))
    else:
        _echo(_interval_lines(found))


def _echo(lines: Iterator[str]) -> None:
    for line in lines:
        click.echo(line)


def _version_lines(found: VersionsCompared) -> Iterator[str]:
    yield f"Từ {found.first.words} đến {found.second.words}: {_marked(found.second)}"
    if not found.changes:
        yield "  Không có gì thay đổi."
    for change in found.changes:
        yield f"{change.either.name}:"
        yield from (f"  {line}" for line in unit_change_words(change))


def _year_lines(found: YearsCompared) -> Iterator[str]:
    yield f"Từ {found.first.words} đến {found.second.words}: {_marked(found.second)}"
    for change in found.changes:
        side = change.second or change.first
        yield f"{side.name if side else ''}:"
        words = year_change_words(change, found.first.year, found.second.year)
        yield from (f"  {line}" for line in words)


def _gap_lines(found: SelfCompared) -> Iterator[str]:
    yield f"Tự chấm và thẩm định, {found.version.words}: {_marked(found.version)}"
    if not found.changes:
        yield "  Không có chênh lệch."
        return
    yield "Các tiêu chí chênh nhiều nhất:"
    yield from (f"  {leaf_gap_words(gap, found.units)}" for gap in found.gaps[:SHOWN])
    yield "Các đơn vị chênh nhiều nhất:"
    for change in found.changes[:SHOWN]:
        yield f"  {change.either.name}:"
        yield from (f"    {line}" for line in unit_change_words(change)[: SHOWN // 2])


def _interval_lines(found: RankIntervals) -> Iterator[str]:
    yield f"Khoảng hạng, {found.version.words}: {_marked(found.version)}"
    yield from (f"  {note}" for note in found.notes)
    group: str | None = ""
    for name, part, unit in found.units:
        if unit.group != group:
            group = unit.group
            yield f"{group or 'Không xếp hạng chung'}:"
        yield f"  {name}: {_unit_words(found, part, unit)}."


def _unit_words(found: RankIntervals, part: Robustness, unit: UnitRobustness) -> str:
    bands = [
        f"{label} {_percent(part.probability(count))}"
        for label, count in unit.bands.items()
        if count
    ]
    words = [f"loại {', '.join(bands)}"] if bands else []
    if unit.interval and unit.extremes and unit.inside is not None:
        coverage = written(round_percent(Fraction(found.uncertainty.coverage), 0))
        low, high = unit.interval
        stable = "vững" if unit.stable else "chưa vững"
        words = [
            f"hạng {unit.rank} ({stable})",
            f"{coverage}% số lần thử trong khoảng {low}-{high}",
            f"tốt nhất {unit.extremes[0]}, thấp nhất {unit.extremes[1]}",
            f"trong {part.places} suất {_percent(part.probability(unit.inside))}",
            *words,
        ]
    return "; ".join(words) or "không có chỉ số"


def _marked(version: VersionName) -> str:
    mark = " SỐ LIỆU MINH HỌA." if version.illustrative else ""
    return f"{version.title}.{mark}"


def _percent(probability: Fraction) -> str:
    return f"{written(round_percent(probability, 1))}%"
