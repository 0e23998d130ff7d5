"""``thidua awards``: intake of dossiers, one return, opinions of agencies, the list of all."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from thidua.cli.base import echo_json, here, json_option, operator
from thidua.cli.files import check_new, check_target, write_whole
from thidua.cli.given import (
    DAY,
    day_of,
    in_province,
    paper_given,
    paper_if_given,
    paper_options,
    unit_of_key,
)
from thidua.errors import Invalid
from thidua.exchange.consolidated_workbook import consolidated_workbook
from thidua.store.dossiers import OpinionStand
from thidua.work.consolidated import DossierLine, consolidated_list
from thidua.work.dossier_papers import Confirmed, hand_in_paper, withdraw_paper
from thidua.work.intake import return_dossier, take_back, take_in
from thidua.work.opinions import STANDS, answer_opinion, ask_opinions, open_opinion
from thidua.work.paper_files import open_paper
from thidua.work.windows import local_day

of_round = click.argument("round_id", metavar="ĐỢT", type=int)
of_dossier = click.argument("dossier_id", metavar="HỒ_SƠ", type=int)
on_day = click.option("--on", metavar="NGÀY", type=DAY, help="Ngày; mặc định: hôm nay.")
arrived = click.option("--number", metavar="SỐ_ĐẾN", required=True, help="Số đến.")


@click.command("dossiers")
@in_province
@of_round
@json_option
def dossiers_command(code: str, round_id: int, as_json: bool) -> None:
    """Liệt kê hồ sơ của một đợt: của nơi nào, đến đâu, còn thiếu gì."""
    today = local_day(datetime.now(UTC))
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = consolidated_list(session, round_id=round_id, by=operator(), on=today)
    if as_json:
        echo_json(asdict(found))
        return
    for line in found.dossiers:
        click.echo(f"{line.id:>4}  {line.nominator}: {_state(line)}")
        for id_, name in line.nominations.items():
            click.echo(f"      đề nghị {id_}: {name}")
        for item in line.papers:
            whose = f" (đề nghị {item.nomination})" if item.nomination else ""
            file = f", có tệp: văn bản {item.paper_id}" if item.signed else ""
            click.echo(f"      tài liệu {item.id}{whose}: {item.words}{file}")
        for gap in line.missing:
            click.echo(f"      còn thiếu: {gap}")
    if not found.dossiers:
        click.echo("Đợt này chưa có hồ sơ nào.")


@click.command("paper")
@in_province
@of_dossier
@click.argument("item", metavar="THÀNH_PHẦN")
@click.option("--nomination", metavar="ĐỀ_NGHỊ", type=int, help="Chỉ cho một đề nghị.")
@click.option("--confirmed-by", metavar="TÊN", default="", help="Cấp trình xác nhận: nơi, người.")
@click.option("--confirmed-on", metavar="NGÀY", type=DAY, help="Ngày xác nhận.")
@paper_options
def paper_command(
    code: str, dossier_id: int, item: str, nomination: int | None, confirmed_by: str,
    confirmed_on: datetime | None, **said: Any,
) -> None:  # fmt: skip
    """Đưa một văn bản vào hồ sơ: tờ trình, biên bản, báo cáo thành tích."""
    if bool(confirmed_by) != bool(confirmed_on):
        raise Invalid.one("Xác nhận", "Hãy ghi cả --confirmed-by và --confirmed-on.")
    word = Confirmed(confirmed_by, confirmed_on.date()) if confirmed_on else None
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        with paper_given(said) as paper:
            made = hand_in_paper(
                session, dossier_id=dossier_id, item=item, nomination_id=nomination, paper=paper,
                confirmed=word, by=operator(), at=datetime.now(UTC), files=runtime.files,
            )  # fmt: skip
        click.echo(f"Đã đưa tài liệu {made.id} vào hồ sơ.")


@click.command("take-out")
@in_province
@click.argument("dossier_paper_id", metavar="TÀI_LIỆU", type=int)
def take_out_command(code: str, dossier_paper_id: int) -> None:
    """Rút một tài liệu khỏi hồ sơ, như khi có bản thay; tài liệu vẫn lưu."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        withdraw_paper(
            session, dossier_paper_id=dossier_paper_id, by=operator(), at=datetime.now(UTC)
        )
        click.echo("Đã rút tài liệu khỏi hồ sơ.")


@click.command("open-paper")
@in_province
@click.argument("paper_id", metavar="VĂN_BẢN", type=int)
@click.argument("file", metavar="TỆP", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Ghi đè tệp đã có.")
def open_paper_command(code: str, paper_id: int, file: Path, force: bool) -> None:
    """Chép tệp đã ký của một văn bản ra máy."""
    check_new(file, force=force)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        opened = open_paper(session, paper_id=paper_id, by=operator(), files=runtime.files)
        write_whole(file, b"".join(opened.read()))
        click.echo(f"Đã chép {opened.file.name} ra {click.format_filename(file)}.")


@click.command("intake")
@in_province
@of_dossier
@arrived
@on_day
def intake_command(code: str, dossier_id: int, number: str, on: datetime | None) -> None:
    """Tiếp nhận một hồ sơ: số đến, ngày nhận."""
    now = datetime.now(UTC)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        made = take_in(
            session, dossier_id=dossier_id, number=number, received_on=day_of(on, local_day(now)),
            by=operator(), at=now,
        )  # fmt: skip
        click.echo(
            f"Đã tiếp nhận hồ sơ {made.id}, số đến {made.arrival_number}, "
            f"ngày {made.received_on:%d/%m/%Y}."
        )


@click.command("return")
@in_province
@of_dossier
@click.option("--missing", metavar="CHỮ", multiple=True, help="Một nội dung phải bổ sung.")
@click.option("--due", metavar="NGÀY", type=DAY, required=True, help="Thời hạn bổ sung.")
@on_day
@paper_options
def return_command(
    code: str, dossier_id: int, missing: tuple[str, ...], due: datetime, on: datetime | None,
    **said: Any,
) -> None:  # fmt: skip
    """Trả lại hồ sơ để bổ sung; mỗi hồ sơ chỉ trả một lần."""
    now = datetime.now(UTC)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        with paper_if_given(said) as paper:
            made = return_dossier(
                session, dossier_id=dossier_id, missing=missing, due_on=due.date(),
                on=day_of(on, local_day(now)), paper=paper, by=operator(), at=now,
                files=runtime.files,
            )  # fmt: skip
        click.echo(f"Đã trả hồ sơ {dossier_id}; hạn bổ sung {made.due_on:%d/%m/%Y}.")


@click.command("back")
@in_province
@of_dossier
@arrived
@on_day
def back_command(code: str, dossier_id: int, number: str, on: datetime | None) -> None:
    """Nhận lại hồ sơ đã bổ sung: số đến, ngày nhận."""
    now = datetime.now(UTC)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        made = take_back(
            session, dossier_id=dossier_id, number=number, received_on=day_of(on, local_day(now)),
            by=operator(), at=now,
        )  # fmt: skip
        click.echo(f"Đã nhận lại hồ sơ {dossier_id}, ngày {made.back_on:%d/%m/%Y}.")


@click.command("ask")
@in_province
@click.argument("key", metavar="CƠ_QUAN")
@click.argument("nominations", metavar="ĐỀ_NGHỊ...", type=int, nargs=-1, required=True)
@click.option("--due", metavar="NGÀY", type=DAY, help="Thời hạn trả lời.")
@paper_options
def ask_command(
    code: str, key: str, nominations: tuple[int, ...], due: datetime | None, **said: Any
) -> None:
    """Lấy ý kiến một cơ quan về các đề nghị, theo văn bản nào."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        with paper_given(said) as paper:
            made = ask_opinions(
                session, nomination_ids=nominations, agency_id=unit_of_key(session, key),
                paper=paper, due_on=due.date() if due else None, by=operator(),
                at=datetime.now(UTC), files=runtime.files,
            )  # fmt: skip
        click.echo(f"Đã lấy ý kiến {key} về {len(made)} đề nghị.")


@click.command("opinion")
@in_province
@click.argument("nomination", metavar="ĐỀ_NGHỊ", type=int)
@click.argument("key", metavar="CƠ_QUAN")
@click.argument("stand", metavar="agree|disagree|none", type=click.Choice([*STANDS]))
@click.option("--text", default="", help="Nội dung ý kiến.")
@paper_options
def opinion_command(
    code: str, nomination: int, key: str, stand: OpinionStand, text: str, **said: Any
) -> None:
    """Ghi cơ quan trả lời về một đề nghị: đồng ý, không đồng ý, không có ý kiến."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        asked = open_opinion(session, nomination_id=nomination, agency_id=unit_of_key(session, key))
        with paper_given(said) as paper:
            answer_opinion(
                session, opinion_id=asked, stand=stand, text=text, paper=paper, by=operator(),
                at=datetime.now(UTC), files=runtime.files,
            )  # fmt: skip
        click.echo(f"Đã ghi {key}: {STANDS[stand]}.")


@click.command("list")
@in_province
@of_round
@click.argument("file", metavar="TỆP.xlsx", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Ghi đè tệp đã có.")
def list_command(code: str, round_id: int, file: Path, force: bool) -> None:
    """Xuất danh sách tổng hợp, trích ngang của một đợt ra bảng tính."""
    check_target(file, force=force)
    today = local_day(datetime.now(UTC))
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = consolidated_list(session, round_id=round_id, by=operator(), on=today)
    write_whole(file, consolidated_workbook(found))
    click.echo(f"Đã ghi {click.format_filename(file)}.")


def _state(line: DossierLine) -> str:
    counted = f"{line.collectives} tập thể, {line.persons} cá nhân"
    late = "đã quá hạn bổ sung" if line.overdue else ""
    parts = (line.state_words, line.arrival, counted, line.returned, late)
    return "; ".join(part for part in parts if part)


COMMANDS = (
    dossiers_command, paper_command, take_out_command, open_paper_command, intake_command,
    return_command, back_command, ask_command, opinion_command, list_command,
)  # fmt: skip
"""Those of ``thidua awards``."""
