"""``thidua results what-if`` and ``against``: a result with other figures, beside another set."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from thidua.cli.base import echo_json, here, json_option, operator
from thidua.errors import Invalid
from thidua.exchange.tables.cells import plain
from thidua.exchange.tables.files import readings
from thidua.scoring.comparison_words import beside_words
from thidua.scoring.figures import point_text, point_words
from thidua.scoring.grading import Graded
from thidua.scoring.set_comparison import SetComparison
from thidua.scoring.ticks import to_ticks
from thidua.scoring.whatif import Move
from thidua.scoring.years import Part
from thidua.work.analysis import compare_with_set
from thidua.work.insight import WhatIf, what_if

HEADINGS = ("ma", "diem", "diem toi da")
"""The columns of a file of figures: code, points, maximum; in plain letters."""


@click.command("what-if")
@click.argument("code", metavar="TỈNH")
@click.argument("row_id", metavar="DÒNG", type=int)
@click.argument("changes", metavar="MÃ.SỐ_LIỆU=GIÁ_TRỊ", nargs=-1, required=True)
@json_option
def what_if_command(code: str, row_id: int, changes: tuple[str, ...], as_json: bool) -> None:
    """Tính thử một dòng kết quả với số liệu khác, không ghi gì: 1.2.numerator=45."""
    wanted = _changes(changes)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        kinds = runtime.registry.province(code).rule_kinds
        found = what_if(session, row_id=row_id, changes=wanted, by=operator(), kinds=kinds)
    if as_json:
        echo_json(_document(found))
        return
    click.echo(f"Tính thử, chưa ghi gì: {point_words(found.found.score.total)}.")
    for line in _lines(found):
        click.echo(line)


@click.command("against")
@click.argument("code", metavar="TỈNH")
@click.argument("version_id", metavar="BẢN", type=int)
@click.argument("other", metavar="BỘ_KHÁC")
@click.argument("file", metavar="TỆP", type=click.Path(path_type=Path, dir_okay=False))
def against_command(code: str, version_id: int, other: str, file: Path) -> None:
    """Đặt kết quả cạnh bộ tiêu chí khác (ví dụ của Bộ), theo lĩnh vực tương ứng.

    TỆP là bảng có các cột Mã, Điểm, Điểm tối đa theo mã của bộ kia.
    """
    figures = _figures(file)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = compare_with_set(
            session, version_id=version_id, to=other, figures=figures, by=operator()
        )
    for line in _beside(found):
        click.echo(line)


def _changes(texts: tuple[str, ...]) -> dict[str, dict[str, Decimal]]:
    changes: dict[str, dict[str, Decimal]] = {}
    for text in texts:
        target, _, value = text.partition("=")
        leaf, _, name = target.rpartition(".")
        figure = _number(value)
        if not leaf or figure is None:
            raise Invalid.one(text, "hãy ghi dạng 1.2.numerator=45.")
        changes.setdefault(leaf, {})[name] = figure
    return changes


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _lines(found: WhatIf) -> Iterator[str]:
    for move in (found.found.own, *found.found.others):
        yield f"{found.names[move.after.key]}: {_moved(move)}."


def _moved(move: Move) -> str:
    pairs = {
        "chỉ số": (move.before.index, move.after.index),
        "hạng": (move.before.rank, move.after.rank),
        "loại": (move.before.band, move.after.band),
    }
    changed = [f"{what} {a} → {b}" for what, (a, b) in pairs.items() if a != b]
    return "; ".join(changed).replace(".", ",") or "không đổi"


def _document(found: WhatIf) -> dict[str, object]:
    return {
        "points": point_text(found.found.score.total),
        "moves": [
            {
                "unit": found.names[move.after.key],
                "before": _place(move.before),
                "after": _place(move.after),
            }
            for move in (found.found.own, *found.found.others)
        ],
    }


def _place(graded: Graded) -> dict[str, object]:
    return {"index": graded.index, "rank": graded.rank, "band": graded.band}


def _figures(file: Path) -> dict[str, Part]:
    for reading in readings(file):
        for sheet in reading:
            rows = [[cell.text for cell in row] for row in sheet.rows]
            for at, row in enumerate(rows):
                heads = [plain(text) for text in row]
                if all(name in heads for name in HEADINGS):
                    places = [heads.index(name) for name in HEADINGS]
                    return dict(_parts(file, rows[at + 1 :], places, at + 2))
    raise Invalid.one(file.name, "không có hàng tiêu đề Mã, Điểm, Điểm tối đa; hãy thêm vào.")


def _parts(
    file: Path, rows: list[list[str]], places: list[int], first: int
) -> Iterator[tuple[str, Part]]:
    for number, row in enumerate(rows, start=first):
        code, points, maximum = (row[place] for place in places)
        if not code:
            continue
        figures = _number(points), _number(maximum)
        if figures[0] is None or figures[1] is None:
            raise Invalid.one(f"{file.name}, dòng {number}", "điểm phải là số; hãy sửa lại.")
        yield code, Part(to_ticks(figures[0]), to_ticks(figures[1]))


def _beside(found: SetComparison) -> Iterator[str]:
    yield f"Đối chiếu với {found.title}:"
    for row in found.rows:
        yield f"  {beside_words(row)}"
    if found.unmapped:
        yield f"  Chưa có mã tương ứng: {', '.join(found.unmapped)}."
    if found.unused:
        yield f"  Bộ kia có mà không đối chiếu: {', '.join(found.unused)}."
