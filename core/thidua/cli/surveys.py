"""``thidua survey``: figures from outside in, the officials' survey with its codes and paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click
from sqlalchemy.orm import Session

from thidua.cli.base import echo_json, here, json_option, operator
from thidua.cli.files import write_whole
from thidua.cli.given import in_province, of_campaign, unit_of_key
from thidua.errors import Conflict, Invalid
from thidua.exchange.figures import read_figures
from thidua.exchange.slips import slips_page
from thidua.scoring.comparison_words import unit_change_words
from thidua.store.surveys import FigureImport
from thidua.work.answers import enter_paper, make_codes
from thidua.work.figure_effects import what_figures_changed
from thidua.work.figures import (
    Imported,
    Source,
    figure_columns,
    import_figures,
    list_figures,
    restore_figures,
)
from thidua.work.questionnaires import (
    About,
    close_survey,
    list_surveys,
    open_survey,
    reopen_survey,
    survey_state,
)

of_form = click.argument("form_id", metavar="PHIẾU", type=int)

WHOLE: Mapping[str, Literal["all", "own"]] = {"all": "all", "own": "own"}


@click.group()
def survey() -> None:
    """Kết quả điều tra, chỉ số; khảo sát công chức."""


@survey.command("import")
@in_province
@of_campaign
@click.argument("what", metavar="MÃ")
@click.argument("file", metavar="TỆP", type=click.Path(path_type=Path, exists=True))
@click.option("--source", required=True, metavar="NGUỒN", help="Văn bản, báo cáo công bố.")
@click.option("--reason", default="", metavar="LÝ_DO", help="Khi năm đã có kết quả chính thức.")
@click.option("--preview", is_flag=True, help="Chỉ xem sẽ đổi gì, không ghi.")
def import_command(
    code: str, campaign_id: int, what: str, file: Path, source: str, reason: str, preview: bool
) -> None:
    """Nhập số liệu của một điều tra, chỉ số từ tệp .xlsx hoặc .csv; có lỗi thì không ghi gì.

    MÃ là mã điều tra hoặc chỉ số mà bộ tiêu chí dùng, ví dụ sipas.
    """
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        columns = figure_columns(session, campaign_id=campaign_id, what=what, by=operator())
        table = read_figures(file, columns)
        done = import_figures(
            session, campaign_id=campaign_id, what=what, rows=table.lines,
            source=Source(source, table.file_name, table.file_hash),
            by=operator().because(reason), at=datetime.now(UTC),
        )  # fmt: skip
        _print(done, preview)
        if preview:
            session.rollback()


@survey.command("restore")
@in_province
@click.argument("import_id", metavar="LẦN_NHẬP", type=int)
@click.option("--reason", required=True, metavar="LÝ_DO", help="Vì sao quay lại.")
def restore_command(code: str, import_id: int, reason: str) -> None:
    """Quay lại số liệu của một lần nhập cũ."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        by = operator().because(reason)
        _print(restore_figures(session, import_id=import_id, by=by, at=datetime.now(UTC)), False)


@survey.command("list")
@in_province
@of_campaign
@json_option
def list_command(code: str, campaign_id: int, as_json: bool) -> None:
    """Liệt kê các lần nhập số liệu và các phiếu khảo sát của một kỳ."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        imports = [
            {
                "id": row.id, "what": row.what, "number": row.number, "source": row.source,
                "file": row.file_name, "units": len(row.rows), "made_at": row.made_at.isoformat(),
            }
            for row in list_figures(session, campaign_id=campaign_id, by=operator())
        ]  # fmt: skip
        forms = [
            {"id": form.id, "survey": form.survey, "open": form.closed_at is None}
            for form in list_surveys(session, campaign_id=campaign_id, by=operator())
        ]
    if as_json:
        echo_json({"imports": imports, "forms": forms})
        return
    for row in imports:
        words = f"{row['what']} lần {row['number']}, {row['units']} đơn vị: {row['source']}"
        click.echo(f"{row['id']:>4}  {words}")
    for form in forms:
        state = "đang nhận trả lời" if form["open"] else "đã kết thúc"
        click.echo(f"{form['id']:>4}  phiếu khảo sát {form['survey']}, {state}")
    if not imports and not forms:
        click.echo("Chưa có số liệu nào. Nhập: thidua survey import TỈNH KỲ MÃ TỆP --source NGUỒN")


@survey.command("changes")
@in_province
@of_campaign
def changes_command(code: str, campaign_id: int) -> None:
    """Kết quả thay đổi thế nào theo số liệu nhập gần đây nhất: so hai bản kết quả trước và sau."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = what_figures_changed(session, campaign_id=campaign_id, by=operator())
        came, waiting = map(_names, (found.imports, found.waiting))
    if found.compared:
        first, second = found.compared.first, found.compared.second
        click.echo(f"{came}: {first.words} → {second.words}.")
        for change in found.compared.changes:
            click.echo(f"{change.either.name}:")
            for line in unit_change_words(change):
                click.echo(f"  {line}")
    elif came:
        click.echo(f"{came}: trước đó chưa có bản kết quả nào để so sánh.")
    if waiting:
        click.echo(
            f"Chưa tính lại từ khi nhập {waiting}: thidua results compute {code} {campaign_id}"
        )


@survey.command("open")
@in_province
@of_campaign
@click.argument("what", metavar="MÃ")
@click.option(
    "--about", "about", multiple=True, required=True, metavar="NHÓM=ĐƠN_VỊ",
    help="all (mọi đơn vị), own (đơn vị mình) hoặc khóa các đơn vị, cách nhau dấu phẩy.",
)  # fmt: skip
def open_command(code: str, campaign_id: int, what: str, about: tuple[str, ...]) -> None:
    """Mở phiếu khảo sát công chức; nói mỗi nhóm đánh giá đơn vị nào."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        form = open_survey(
            session, campaign_id=campaign_id, survey=what,
            about=dict(_about(session, item) for item in about), by=operator(),
            at=datetime.now(UTC),
        )  # fmt: skip
        click.echo(f"Đã mở phiếu khảo sát {form.id}. Phát mã: thidua survey codes {code} {form.id}")


@survey.command("codes")
@in_province
@of_form
@click.argument("group", metavar="NHÓM")
@click.argument("count", metavar="SỐ_MÃ", type=int)
@click.argument("file", metavar="TỆP.html", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--address", required=True, metavar="ĐỊA_CHỈ", help="Địa chỉ trang trả lời phiếu.")
@click.option("--unit", default="", metavar="KHÓA", help="Khóa đơn vị của người nhận mã.")
def codes_command(
    code: str, form_id: int, group: str, count: int, file: Path, address: str, unit: str
) -> None:
    """Phát mã dùng một lần, ghi thành trang phiếu để in và cắt; mã không xem lại được."""
    if file.exists():
        raise Conflict(f"Tệp {click.format_filename(file)} đã có. Hãy chọn tên khác.")
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        unit_id = unit_of_key(session, unit) if unit else None
        made = make_codes(
            session, form_id=form_id, group=group, count=count, unit_id=unit_id, by=operator()
        )
        write_whole(file, slips_page(made, address=address))
    click.echo(f"Đã ghi {len(made.codes)} mã vào {click.format_filename(file)}.")


@survey.command("paper")
@in_province
@of_form
@click.argument("group", metavar="NHÓM")
@click.argument("unit", metavar="KHÓA_ĐƠN_VỊ")
@click.argument("forms", metavar="SỐ_PHIẾU", type=int)
@click.argument("counts", metavar="MÃ.CÂU_TRẢ_LỜI=SỐ…", nargs=-1)
def paper_command(
    code: str, form_id: int, group: str, unit: str, forms: int, counts: tuple[str, ...]
) -> None:
    """Nhập kết quả đếm phiếu giấy của một nhóm về một đơn vị, thay cho lần nhập trước.

    Ví dụ: 3.1.a=12 3.1.b=4 là tiêu chí 3.1 có 12 phiếu chọn a, 4 phiếu chọn b.
    """
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        enter_paper(
            session, form_id=form_id, group=group, unit_id=unit_of_key(session, unit), forms=forms,
            counts=_counts(counts), by=operator(),
        )  # fmt: skip
    click.echo(f"Đã ghi {forms} phiếu giấy.")


@survey.command("status")
@in_province
@of_form
def status_command(code: str, form_id: int) -> None:
    """Nhóm nào về đơn vị nào đã đủ số phiếu; số phiếu chỉ hiện sau khi kết thúc."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        rows = survey_state(session, form_id=form_id, by=operator())
    for row in rows:
        told = "" if row.online is None else f": {row.online} trực tuyến, {row.paper} phiếu giấy"
        click.echo(f"{row.unit}, {row.label}{told}, {'đã đủ' if row.reached else 'chưa đủ'}")


@survey.command("close")
@in_province
@of_form
@click.option("--reason", default="", metavar="LÝ_DO", help="Khi năm đã có kết quả chính thức.")
def close_command(code: str, form_id: int, reason: str) -> None:
    """Kết thúc khảo sát: số phiếu thành số liệu của các tiêu chí."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        by = operator().because(reason)
        _print(close_survey(session, form_id=form_id, by=by, at=datetime.now(UTC)), False)


@survey.command("reopen")
@in_province
@of_form
@click.option("--reason", required=True, metavar="LÝ_DO", help="Vì sao mở lại.")
def reopen_command(code: str, form_id: int, reason: str) -> None:
    """Mở lại khảo sát đã kết thúc; số liệu giữ nguyên đến lần kết thúc sau."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        reopen_survey(session, form_id=form_id, by=operator().because(reason))
    click.echo("Phiếu khảo sát nhận trả lời trở lại.")


def _print(done: Imported, preview: bool) -> None:
    for line in done.changes or ("Số liệu không đổi.",):
        click.echo(line)
    if done.missing:
        click.echo(f"Chưa có số liệu: {', '.join(done.missing)}.")
    made = done.version
    will = "Sẽ ghi" if preview else "Đang tính theo"
    click.echo(f"{will} {made.what} lần {made.number}, {len(made.rows)} đơn vị.")


def _names(imports: Sequence[FigureImport]) -> str:
    return ", ".join(f"{item.what} lần {item.number}" for item in imports)


def _about(session: Session, text: str) -> tuple[str, About]:
    group, equals, units = text.partition("=")
    if not equals or not units:
        raise Invalid.one("--about", f"không hiểu “{text}”; hãy viết NHÓM=all, NHÓM=own hoặc khóa.")
    if units in WHOLE:
        return group, WHOLE[units]
    return group, [unit_of_key(session, key) for key in units.split(",")]


def _counts(texts: tuple[str, ...]) -> Mapping[str, Mapping[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for text in texts:
        name, _, number = text.partition("=")
        leaf, dot, answer = name.rpartition(".")
        if not dot or not number.isdecimal():
            raise Invalid.one(text, "hãy viết MÃ.CÂU_TRẢ_LỜI=SỐ, ví dụ 3.1.a=12.")
        counts.setdefault(leaf, {})[answer] = int(number)
    return counts
