"""``thidua awards``: schemes and the law they go by; open rounds, propose, ask, export."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from thidua.awards.allocation import OUTCOMES
from thidua.cli import councils, decisions, dossiers, nominations
from thidua.cli.base import echo_json, here, json_option, operator
from thidua.cli.files import check_target, write_whole
from thidua.cli.given import in_province
from thidua.exchange.award_workbook import round_workbook
from thidua.spec.awards import AwardScheme
from thidua.spec.base import Provenance
from thidua.spec.legal import LegalRegime
from thidua.spec.loading import load
from thidua.work.award_displaced import if_added
from thidua.work.award_page import RoundLine, RoundPage, list_rounds, round_page
from thidua.work.awards import add_scheme, amend_scheme, open_round, propose_awards
from thidua.work.legal import enter_regime, list_regimes

of_round = click.argument("round_id", metavar="ĐỢT", type=int)


@click.group()
def awards() -> None:
    """Xét khen thưởng."""


for room in (nominations, dossiers, councils, decisions):
    for command in room.COMMANDS:
        awards.add_command(command)


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
    if line.held:
        return f"tạm dừng: {line.held}"
    return f"chưa mở, theo chỉ số năm {line.index_year}" if line.index_year else "chưa mở"


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


@awards.command("if-added")
@in_province
@of_round
@click.argument("nomination_id", metavar="ĐỀ-NGHỊ", type=int)
@json_option
def if_added_command(code: str, round_id: int, nomination_id: int, as_json: bool) -> None:
    """Cho biết thêm một đề nghị vào danh sách thì ai bị thay; không ghi gì."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = if_added(session, round_id=round_id, nomination_id=nomination_id, by=operator())
    if as_json:
        echo_json(asdict(found))
        return
    click.echo(found.words)


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


@awards.command("add")
@in_province
@click.argument("file", metavar="TỆP.yaml", type=click.Path(path_type=Path, dir_okay=False))
def add_command(code: str, file: Path) -> None:
    """Nhập một cách xét khen mới, kể cả khi phong trào đang diễn ra."""
    scheme = load(AwardScheme, file)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        made = add_scheme(session, scheme=scheme, by=operator())
        click.echo(f"Đã nhập {made.title}, phiên bản {made.version}.")


@awards.command("laws")
@in_province
def laws_command(code: str) -> None:
    """Liệt kê văn bản áp dụng và thời gian có hiệu lực."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        known = list_regimes(session, by=operator())
    for item in known:
        until = f"đến {item.in_force_until:%d/%m/%Y}" if item.in_force_until else "đến nay"
        doubt = ", chưa kiểm chứng" if item.provenance is Provenance.UNVERIFIED else ""
        click.echo(f"{item.cited()}: từ {item.in_force_from:%d/%m/%Y} {until}{doubt}")
    if not known:
        click.echo("Tỉnh chưa khai văn bản áp dụng nào.")


@awards.command("law")
@in_province
@click.argument("file", metavar="TỆP.yaml", type=click.Path(path_type=Path, dir_okay=False))
def law_command(code: str, file: Path) -> None:
    """Nhập một văn bản áp dụng, hoặc nhập lại khi đã đối chiếu hay khi nó hết hiệu lực."""
    regime = load(LegalRegime, file)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        made = enter_regime(session, regime=regime, by=operator())
        click.echo(f"Đã nhập {made.cited()}.")
