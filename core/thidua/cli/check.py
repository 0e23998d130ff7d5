"""``thidua results check``: a published result table, recomputed."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from thidua.cli.base import here, json_option, operator
from thidua.errors import Invalid
from thidua.exchange.checking import (
    Checked,
    CheckedRow,
    Rules,
    by_grading,
    by_province,
    check_table,
    undeclared,
)
from thidua.exchange.saving import save_table
from thidua.exchange.tables import Table, named_columns, read_table
from thidua.exchange.tables.columns import NAMES
from thidua.registry import load_registry
from thidua.spec.grading import Grading
from thidua.spec.loading import load


@click.command("check")
@click.argument("file", metavar="TỆP", required=False)
@click.option("--province", metavar="MÃ", help="Xét theo đơn vị và cách xếp loại của tỉnh này.")
@click.option("--grading", metavar="TỆP", help="Xét theo cách xếp loại trong tệp YAML này.")
@click.option(
    "--columns", metavar="CỘT", default="", help='Chỉ rõ cột: "Tên đơn vị=unit,Điểm=total".'
)
@click.option(
    "--save",
    "year",
    metavar="NĂM",
    type=click.IntRange(2000, 2100),
    help="Lưu bảng làm kết quả đã công bố của năm này (cần --province).",
)
@json_option
def check(
    file: str | None,
    province: str | None,
    grading: str | None,
    columns: str,
    year: int | None,
    as_json: bool,
) -> None:
    """Đọc một bảng kết quả đã công bố (CSV, xlsx), tính lại và nêu chỗ không khớp.

    Mã thoát: 0 không có chỗ nào không khớp, 1 có, 2 không đọc được tệp.
    """
    checked = checked_file(file, province=province, grading=grading, columns=columns)
    click.echo(as_document(checked) if as_json else as_text(checked))
    if year is not None:
        _save(checked, province, year)
    sys.exit(1 if checked.findings else 0)


def _save(checked: Checked, province: str | None, year: int) -> None:
    """Into the province's database; said on stderr, so that JSON stays JSON."""
    if not province:
        raise Invalid.one("--save", "hãy ghi thêm tỉnh của bảng: --province MÃ.")
    with here() as runtime, runtime.in_province(runtime.province_id(province)) as session:
        spec = runtime.registry.province(province).spec
        saved = save_table(session, checked=checked, spec=spec, year=year, by=operator())
        words = f"Đã lưu kết quả năm {year}, bản số {saved.number}."
    click.echo(words, err=True)


def checked_file(
    file: str | None, *, province: str | None = None, grading: str | None = None, columns: str = ""
) -> Checked:
    """The table in ``file``, checked; ``Invalid`` or ``NotFound`` with what to do."""
    if not file:
        raise Invalid.one("", "Hãy ghi tệp cần kiểm tra: thidua results check TỆP.csv")
    table = read_table(Path(file), named_columns(columns))
    return check_table(table, _rules(table, province, grading))


def _rules(table: Table, province: str | None, grading: str | None) -> Rules:
    if grading:
        return by_grading(table, load(Grading, Path(grading)))
    if province:
        return by_province(table, load_registry().province(province).spec)
    return undeclared(table)


def as_document(checked: Checked) -> str:
    """The check as JSON: figures as decimal strings, index in per cent, absent ones null."""
    document = {
        "columns": {item.header: item.role for item in checked.table.columns},
        "rows": [_row(row) for row in checked.rows],
        "findings": [
            {"kind": item.kind, "unit": item.unit, "message": item.message}
            for item in checked.findings
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _row(row: CheckedRow) -> dict[str, Any]:
    return {
        "unit": row.unit,
        "group": row.group or None,
        "maximum": _figure(row.maximum),
        "points": _figure(row.points),
        "index": _figure(row.index),
        "rank": row.rank,
        "band": row.band,
        "published": row.published,
    }


def _figure(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def as_text(checked: Checked) -> str:
    """The check for people: what each column was taken for, the recomputed table, the findings."""
    table = checked.table
    sheet = f", trang “{table.sheet}”" if table.sheet else ""
    lines = [f"Tệp {table.file}{sheet}: {len(table.rows)} đơn vị.", "Các cột:"]
    lines += [f"  “{item.header}”: {NAMES[item.role]}" for item in table.columns]
    lines += [f"Lưu ý: {note}" for note in checked.notes]
    lines += ["", *_table_lines(checked), ""]
    if not checked.findings:
        return "\n".join([*lines, "Không có chỗ nào không khớp."])
    count = len(checked.findings)
    return "\n".join(
        [*lines, f"{count} chỗ không khớp:", *(f"  - {item.message}" for item in checked.findings)]
    )


def _table_lines(checked: Checked) -> list[str]:
    heads = ["Đơn vị", "Nhóm", "Tối đa", "Điểm", "Chỉ số (%)", "Hạng", "Xếp loại"]
    rows = [
        [row.unit, row.group, _shown(row.maximum), _shown(row.points), _shown(row.index),
         "" if row.rank is None else str(row.rank), row.band or ""]
        for row in checked.rows
    ]  # fmt: skip
    used = [place for place in range(len(heads)) if any(row[place] for row in rows)]
    widths = {place: max(len(row[place]) for row in [heads, *rows]) for place in used}
    return [
        "  ".join(_padded(row[place], widths[place], place) for place in used).rstrip()
        for row in [heads, *rows]
    ]


def _padded(text: str, width: int, place: int) -> str:
    return text.rjust(width) if 2 <= place <= 5 else text.ljust(width)


def _shown(value: Decimal | None) -> str:
    return "" if value is None else format(value, "f").replace(".", ",")
