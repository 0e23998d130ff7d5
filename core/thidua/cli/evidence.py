"""``thidua evidence``: the list of a unit's documents, and whether their files are whole."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from thidua.cli.base import echo_json, here, json_option, operator
from thidua.cli.files import check_target, write_whole
from thidua.exchange.evidence import evidence_workbook
from thidua.work.evidence_files import FileFault, file_faults
from thidua.work.evidence_list import evidence_list


@click.group()
def evidence() -> None:
    """Tài liệu minh chứng."""


@evidence.command("check")
@click.argument("code", metavar="[TỈNH]", required=False)
@json_option
def check_command(code: str | None, as_json: bool) -> None:
    """Băm lại mọi tệp của một tỉnh hay mọi tỉnh; mã thoát 1 khi có tệp thiếu hoặc bị sửa."""
    found: dict[str, tuple[int, Sequence[FileFault]]] = {}
    with here() as runtime:
        for name in [code] if code else runtime.province_codes():
            with runtime.in_province(runtime.province_id(name)) as session:
                found[name] = file_faults(session, files=runtime.files)
    if as_json:
        echo_json(
            {
                name: {"files": files, "faults": [asdict(fault) for fault in faults]}
                for name, (files, faults) in found.items()
            }
        )
    else:
        for name, (files, faults) in found.items():
            click.echo(f"{name}: {files} tệp, {len(faults)} tài liệu có tệp thiếu hoặc bị sửa.")
            for fault in faults:
                click.echo(f"  {_words(fault)}")
    sys.exit(1 if any(faults for _, faults in found.values()) else 0)


@evidence.command("list")
@click.argument("code", metavar="TỈNH")
@click.argument("campaign_id", metavar="KỲ", type=int)
@click.argument("unit_id", metavar="ĐƠN-VỊ", type=int)
@click.argument("file", metavar="TỆP.xlsx", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Ghi đè tệp đã có.")
def list_command(code: str, campaign_id: int, unit_id: int, file: Path, force: bool) -> None:
    """Xuất danh mục tài liệu minh chứng của một đơn vị ra bảng tính."""
    check_target(file, force=force)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = evidence_list(session, campaign_id=campaign_id, unit_id=unit_id, by=operator())
    write_whole(file, evidence_workbook(found))
    click.echo(f"Đã ghi {click.format_filename(file)}.")


def _words(fault: FileFault) -> str:
    what = "THIẾU TỆP" if fault.missing else "TỆP BỊ SỬA"
    return f"{what} {fault.file}: tài liệu {fault.item_id} của {fault.unit}, “{fault.summary}”"
