"""``thidua awards``: open rounds, propose, export; amend a scheme."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from thidua.awards.allocation import OUTCOMES
from thidua.cli.base import echo_json, here, json_option, operator
from thidua.cli.files import check_target, write_whole
from thidua.exchange.award_workbook import round_workbook
from thidua.spec.awards import AwardScheme
from thidua.spec.loading import load
from thidua.work.award_page import RoundLine, RoundPage, list_rounds, round_page
from thidua.work.awards import amend_scheme, open_round, propose_awards

in_province = click.argument("code", metavar="TỈNH")
of_round = click.argument("round_id", metavar="ĐỢT", type=int)


@click.group()
def awards() -> None:
    """Xét khen thưởng."""


@awards.command("rounds")
@in_province
@json_option
def rounds_command(code: str, as_json: bool) -> None:
    """Liệt kê các đợt của mọi cách xét khen, kể cả đợt chưa mở và đợt tạm dừng."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        lines = list_rounds(session, by=operator())
    if as_json:
        echo_json([asdict(line) for line in lines])
        return
    for line in lines:
        click.echo(f"{line.round_id or '-':>4}  {line.scheme} {line.year}  {_state(line)}")
    if not lines:
        click.echo("Tỉnh chưa khai cách xét khen nào.")


def _state(line: RoundLine) -> str:
    if line.round_id is not None:
        return f"đã mở, {line.nominations} đề nghị, {line.proposals} lần đề xuất"
    return f"tạm dừng: {line.held}" if line.held else f"chưa mở, theo chỉ số năm {line.index_year}"


@awards.command("open")
@in_province
@click.argument("scheme", metavar="CÁCH-XÉT")
@click.argument("year", metavar="NĂM", type=click.IntRange(2000, 2100))
@click.option(
    "--on",
    metavar="NGÀY",
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]),
    help="Ngày xét; đơn vị được xem xét theo tình trạng ngày này. Mặc định: hôm nay.",
)
def open_command(code: str, scheme: str, year: int, on: datetime | None) -> None:
    """Mở một đợt xét khen."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        day = on or datetime.now(runtime.timezone)
        made = open_round(session, scheme=scheme, year=year, decides_on=day.date(), by=operator())
        click.echo(f"Đã mở đợt {made.id}: {made.scheme.title}, năm {made.year}.")


@awards.command("propose")
@in_province
@of_round
@json_option
def propose_command(code: str, round_id: int, as_json: bool) -> None:
    """Lập đề xuất khen thưởng từ các đề nghị đang có; đề xuất cũ vẫn giữ."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        made = propose_awards(session, round_id=round_id, by=operator())
        if as_json:
            echo_json({"proposal": made.id, "number": made.number, **made.document})
            return
        page = round_page(session, round_id=round_id, by=operator())
    _print(page)


def _print(page: RoundPage) -> None:
    proposal = page.proposal
    assert proposal is not None  # it has just been made
    counts = Counter(line.outcome for line in proposal.lines)
    said = ", ".join(
        f"{counts[outcome]} {words.lower()}"
        for outcome, words in OUTCOMES.items()
        if counts[outcome]
    )
    click.echo(f"Đã lập đề xuất số {proposal.number}: {said or 'chưa có đề nghị nào'}.")
    for line in proposal.lines:
        click.echo(f"  {line.name}: {line.outcome_words}. {line.words}")
    for words in [*proposal.ties, *proposal.gaps]:
        click.echo(f"  {words}")
    if page.illustrative:
        click.echo("  SỐ LIỆU MINH HỌA")


@awards.command("export")
@in_province
@of_round
@click.argument("file", metavar="TỆP.xlsx", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Ghi đè tệp đã có.")
def export_command(code: str, round_id: int, file: Path, force: bool) -> None:
    """Xuất danh sách đề xuất, hoặc các đề nghị khi chưa có đề xuất, ra bảng tính."""
    check_target(file, force=force)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        page = round_page(session, round_id=round_id, by=operator())
    write_whole(file, round_workbook(page))
    click.echo(f"Đã ghi {click.format_filename(file)}.")


@awards.command("amend")
@in_province
@click.argument("file", metavar="TỆP.yaml", type=click.Path(path_type=Path, dir_okay=False))
def amend_command(code: str, file: Path) -> None:
    """Nhập cách xét khen sửa đổi: phiên bản mới, có văn bản căn cứ mới."""
    scheme = load(AwardScheme, file)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        made = amend_scheme(session, scheme=scheme, by=operator())
        click.echo(f"Đã nhập {made.title}, phiên bản {made.version}; các đợt mở sau theo bản này.")
