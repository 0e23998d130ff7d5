"""``thidua units``: the register of units, listed, as a file out and in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from thidua.cli.base import echo_json, here, json_option, operator
from thidua.cli.files import check_new, write_whole
from thidua.errors import Invalid
from thidua.exchange.units import read_units, units_csv, units_workbook
from thidua.spec.loading import load_list
from thidua.spec.succession import Succession
from thidua.work.register import Imported, UnitLine, import_units, unit_lines
from thidua.work.successions import record_succession


@click.group()
def units() -> None:
    """Danh sách đơn vị."""


_DAY = click.option(
    "--day",
    metavar="NGÀY",
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]),
    help="Chỉ các đơn vị hoạt động vào ngày này.",
)


@units.command("list")
@click.argument("code", metavar="TỈNH")
@_DAY
@json_option
def list_command(code: str, day: datetime | None, as_json: bool) -> None:
    """Liệt kê đơn vị với khóa; các đơn vị trùng tên được gọi phân biệt."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        lines = unit_lines(session, by=operator(), day=day.date() if day else None)
    if as_json:
        echo_json([{"key": line.key, "name": line.told or line.name} for line in lines])
        return
    for line in lines:
        click.echo(f"{line.key}  {line.told or line.name}{_span(line)}")


@units.command("export")
@click.argument("code", metavar="TỈNH")
@click.argument("file", metavar="TỆP", type=click.Path(path_type=Path))
@_DAY
@click.option("--force", is_flag=True, help="Ghi đè tệp đã có.")
def export_command(code: str, file: Path, day: datetime | None, force: bool) -> None:
    """Xuất danh sách đơn vị ra tệp .xlsx hoặc .csv."""
    write = {".xlsx": units_workbook, ".csv": units_csv}.get(file.suffix.lower())
    if write is None:
        raise Invalid.one(file.name, "tên tệp phải kết thúc bằng .xlsx hoặc .csv.")
    check_new(file, force=force)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        lines = unit_lines(session, by=operator(), day=day.date() if day else None)
    write_whole(file, write(lines))
    click.echo(f"Đã ghi {len(lines)} dòng vào {file}.")


@units.command("import")
@click.argument("code", metavar="TỈNH")
@click.argument("file", metavar="TỆP", type=click.Path(path_type=Path, exists=True))
@click.option("--preview", is_flag=True, help="Chỉ xem sẽ đổi gì, không ghi.")
def import_command(code: str, file: Path, preview: bool) -> None:
    """Nhập danh sách đơn vị từ tệp .xlsx hoặc .csv; có lỗi thì không ghi gì."""
    lines = read_units(file)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        done = import_units(session, lines=lines, by=operator())
        if preview:
            session.rollback()
    _print(done, preview)


@units.command("reorganise")
@click.argument("code", metavar="TỈNH")
@click.argument("file", metavar="TỆP", type=click.Path(path_type=Path, exists=True))
@click.option("--preview", is_flag=True, help="Chỉ xem sẽ đổi gì, không ghi.")
def reorganise_command(code: str, file: Path, preview: bool) -> None:
    """Ghi các lần sắp xếp đơn vị trong một tệp .yaml; đơn vị trước kết thúc vào hôm trước."""
    wanted = load_list(Succession, file)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        for item in wanted:
            record_succession(session, succession=item, by=operator())
        if preview:
            session.rollback()
    will = "Sẽ" if preview else "Đã"
    for item in wanted:
        click.echo(f"{will} ghi: {item.title}, từ ngày {item.effective_on:%d/%m/%Y}.")


def _span(line: UnitLine) -> str:
    first = f" từ {line.valid_from:%d/%m/%Y}" if line.valid_from else ""
    last = f" đến {line.valid_to:%d/%m/%Y}" if line.valid_to else ""
    return f",{first}{last}" if first or last else ""


def _print(done: Imported, preview: bool) -> None:
    will = "Sẽ" if preview else "Đã"
    for what, names in (("thêm", done.added), ("sửa", done.changed)):
        for name in names:
            click.echo(f"{will} {what}: {name}")
    click.echo(
        f"{will} thêm {len(done.added)}, sửa {len(done.changed)}, giữ nguyên {done.unchanged} dòng."
    )
