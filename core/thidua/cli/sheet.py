"""``thidua sheet``: how far one is, its sign-off on paper; figures, appraisal of an agency."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from thidua.cli.base import echo_json, here, json_option, operator
from thidua.cli.files import check_target, write_whole
from thidua.cli.given import unit_of_key
from thidua.errors import NotFound
from thidua.exchange.appraisal import appraisal_workbook
from thidua.exchange.figures import read_figures
from thidua.work.agency_appraisal import agency_appraisal
from thidua.work.agency_figures import agency_table, upload_agency_figures
from thidua.work.completeness import completeness
from thidua.work.signoff import Paper, current_check_code, sign_off, withdraw_sign_off

_CODE = click.argument("code", metavar="TỈNH")
_CAMPAIGN = click.argument("campaign_id", metavar="KỲ", type=int)
_UNIT = click.argument("key", metavar="ĐƠN_VỊ")


@click.group()
def sheet() -> None:
    """Phiếu chấm điểm của đơn vị."""


@sheet.command("show")
@_CODE
@_CAMPAIGN
@_UNIT
@json_option
def show_command(code: str, campaign_id: int, key: str, as_json: bool) -> None:
    """Đơn vị còn thiếu gì; mã kiểm tra của phiếu tự chấm hiện nay."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        asked = {"campaign_id": campaign_id, "unit_id": unit_of_key(session, key)}
        kinds = runtime.registry.province(code).rule_kinds
        found = completeness(session, by=operator(), kinds=kinds, **asked)
        check = current_check_code(session, by=operator(), **asked)
        if as_json:
            gaps = [
                {"leaf": gap.leaf, "kind": gap.kind, "blocks": gap.blocks} for gap in found.gaps
            ]
            echo_json(
                {"lines": found.lines, "left": found.left, "unevidenced": found.unevidenced,
                 "check_code": check, "gaps": gaps}
            )  # fmt: skip
            return
        click.echo(f"{found.words} Mã kiểm tra: {check}")
        for gap in found.gaps:
            click.echo(f"  {gap.leaf}  {gap.words}")


@sheet.command("sign")
@_CODE
@_CAMPAIGN
@_UNIT
@click.option("--number", required=True, help="Số, ký hiệu văn bản.")
@click.option("--date", "signed_on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Ngày.")
@click.option("--signer", required=True, help="Họ tên, chức vụ người ký.")
@click.option("--check-code", "printed", default="", help="Mã kiểm tra in trên bản ký.")
@click.option("--reason", default="", help="Lý do ký khi phiếu chưa đủ.")
def sign_command(
    code: str, campaign_id: int, key: str, number: str, signed_on: datetime, signer: str,
    printed: str, reason: str,
) -> None:  # fmt: skip
    """Ghi văn bản đã ký xác nhận phiếu tự chấm của đơn vị."""
    paper = Paper(number, signed_on.date(), signer, printed)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        row = sign_off(
            session, campaign_id=campaign_id, unit_id=unit_of_key(session, key), by=operator(),
            at=datetime.now(UTC), paper=paper, reason=reason,
            kinds=runtime.registry.province(code).rule_kinds,
        )  # fmt: skip
        click.echo(f"Đã ghi văn bản {row.number}. Mã kiểm tra: {row.check_code}")


@sheet.command("unsign")
@_CODE
@_CAMPAIGN
@_UNIT
@click.option("--reason", required=True, help="Lý do rút xác nhận.")
def unsign_command(code: str, campaign_id: int, key: str, reason: str) -> None:
    """Rút xác nhận để đơn vị sửa phiếu."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        withdraw_sign_off(
            session, campaign_id=campaign_id, unit_id=unit_of_key(session, key), reason=reason,
            by=operator(), at=datetime.now(UTC),
        )  # fmt: skip
        click.echo("Đã rút xác nhận.")


@sheet.command("appraisal")
@_CODE
@_CAMPAIGN
@click.argument("key", metavar="CƠ_QUAN")
@click.argument("file", metavar="TỆP.xlsx", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Ghi đè tệp đã có.")
def appraisal_command(code: str, campaign_id: int, key: str, file: Path, force: bool) -> None:
    """Xuất kết quả thẩm định của một cơ quan để thủ trưởng ký."""
    check_target(file, force=force)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = agency_appraisal(
            session, campaign_id=campaign_id, agency_id=unit_of_key(session, key), by=operator(),
            kinds=runtime.registry.province(code).rule_kinds,
        )  # fmt: skip
    write_whole(file, appraisal_workbook(found))
    click.echo(f"Đã ghi {click.format_filename(file)}; còn {found.waiting} dòng chưa thẩm định.")


@sheet.command("figures")
@_CODE
@_CAMPAIGN
@click.argument("file", metavar="TỆP", type=click.Path(path_type=Path, exists=True))
@click.option("--preview", is_flag=True, help="Chỉ xem sẽ ghi gì, không ghi.")
def figures_command(code: str, campaign_id: int, file: Path, preview: bool) -> None:
    """Nhập số liệu cơ quan thẩm định cung cấp cho mọi đơn vị từ tệp .xlsx hoặc .csv.

    Mỗi dòng một đơn vị; tiêu đề cột là mã tiêu chí và tên số liệu. Có lỗi thì không ghi gì.
    """
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        asked = agency_table(session, campaign_id=campaign_id, by=operator())
        if not asked.columns:
            raise NotFound("Kỳ này không có số liệu nào do cơ quan thẩm định cung cấp.")
        done = upload_agency_figures(
            session, campaign_id=campaign_id, rows=read_figures(file, asked.columns).lines,
            by=operator(), at=datetime.now(UTC),
        )  # fmt: skip
        if preview:
            session.rollback()
    will = "Sẽ ghi" if preview else "Đã ghi"
    click.echo(
        f"{will} {done.written} dòng số liệu của {done.units} đơn vị; {done.unchanged} dòng giữ "
        "nguyên."
    )
    if done.left_out:
        click.echo(f"Tệp không có: {', '.join(done.left_out)}.")
