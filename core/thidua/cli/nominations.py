"""``thidua awards``: putting forward, withdrawing, what a nomination says and has recognised."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import click

from thidua.cli.base import here, operator
from thidua.cli.given import DAY, in_province, unit_of_key
from thidua.errors import Invalid
from thidua.spec.award_conditions import CATEGORIES, INITIATIVE_LEVELS
from thidua.store.dossiers import Initiative
from thidua.work.award_page import round_page
from thidua.work.consolidated import initiative_words
from thidua.work.initiatives import add_initiative, confirm_initiative, remove_initiative
from thidua.work.nominations import (
    answer_condition,
    nominate_collective,
    nominate_person,
    withdraw_nomination,
)
from thidua.work.particulars import SEXES, Particulars, particulars_by_id, set_particulars

of_nomination = click.argument("nomination_id", metavar="ĐỀ_NGHỊ", type=int)
of_initiative = click.argument("initiative_id", metavar="SÁNG_KIẾN", type=int)
of_category = click.option("--category", type=click.Choice([*CATEGORIES]), help="Diện của cá nhân.")
title_option = click.option("--title", metavar="CHỨC_VỤ", help="Chức vụ, như in trên bằng.")
born_option = click.option("--born", metavar="NGÀY", type=DAY, help="Ngày sinh.")


@click.command("nominate")
@in_province
@click.argument("round_id", metavar="ĐỢT", type=int)
@click.argument("nominator", metavar="NƠI_ĐỀ_NGHỊ")
@click.argument("key", metavar="ĐƠN_VỊ")
@click.option("--person", metavar="HỌ_TÊN", help="Đề nghị cá nhân này của đơn vị.")
@title_option
@of_category
@born_option
@click.option("--illustrative", is_flag=True, help="Nhân vật, hồ sơ minh họa.")
def nominate_command(
    code: str, round_id: int, nominator: str, key: str, person: str | None, title: str | None,
    category: Any, born: datetime | None, illustrative: bool,
) -> None:  # fmt: skip
    """Đề nghị khen một tập thể, hoặc một cá nhân của nơi ấy; ghi vào hồ sơ đang lập."""
    if person is None and (title or category or born):
        raise Invalid.one("Cá nhân", "Hãy ghi --person khi đề nghị cá nhân.")
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        where: dict[str, Any] = {
            "round_id": round_id, "nominator_id": unit_of_key(session, nominator),
            "unit_id": unit_of_key(session, key), "by": operator(), "illustrative": illustrative,
        }  # fmt: skip
        if person is None:
            made = nominate_collective(session, **where)
        else:
            made = nominate_person(
                session, name=person, title=title or "", category=category,
                born_on=born.date() if born else None, **where,
            )  # fmt: skip
        click.echo(f"Đã ghi đề nghị {made.id} vào hồ sơ {made.dossier_id}.")


@click.command("nominations")
@in_province
@click.argument("round_id", metavar="ĐỢT", type=int)
def nominations_command(code: str, round_id: int) -> None:
    """Liệt kê đề nghị của một đợt: hồ sơ đến đâu, điều kiện nào chưa đạt."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        page = round_page(session, round_id=round_id, by=operator())
    for item in page.nominations:
        arrival = f", {item.arrival}" if item.arrival else ""
        click.echo(f"{item.id:>4}  {item.name}: {item.state_words}{arrival}")
        found = (one for slot in item.slots for one in slot.findings if one.answer != "yes")
        for words in dict.fromkeys(one.words for one in found):
            click.echo(f"      {words}")
    for condition, label in page.conditions.items():
        click.echo(f"Điều kiện hồ sơ phải trả lời: {condition} ({label})")


@click.command("withdraw")
@in_province
@of_nomination
@click.option("--reason", metavar="LÝ_DO", required=True, help="Vì sao rút.")
def withdraw_command(code: str, nomination_id: int, reason: str) -> None:
    """Rút một đề nghị; đề nghị vẫn được lưu."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        by = operator().because(reason)
        withdraw_nomination(session, nomination_id=nomination_id, by=by)
        click.echo("Đã rút đề nghị.")


@click.command("answer")
@in_province
@of_nomination
@click.argument("condition", metavar="ĐIỀU_KIỆN")
@click.argument("said", metavar="yes|no", type=click.Choice(["yes", "no"]))
@click.option("--basis", metavar="CĂN_CỨ", required=True, help="Văn bản, số, ngày.")
def answer_command(code: str, nomination_id: int, condition: str, said: str, basis: str) -> None:
    """Xác nhận hồ sơ đạt (yes) hay không đạt (no) một điều kiện, theo văn bản nào."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        answer_condition(
            session, nomination_id=nomination_id, code=condition, answer=said == "yes",
            basis=basis, by=operator(),
        )  # fmt: skip
        click.echo("Đã ghi câu trả lời.")


@click.command("particulars")
@in_province
@of_nomination
@click.option("--name", metavar="HỌ_TÊN", help="Họ và tên, như in trên bằng.")
@title_option
@of_category
@born_option
@click.option("--sex", type=click.Choice([*SEXES]), help="Ông (male) hoặc bà (female).")
@click.option("--unit", "printed_unit", metavar="TÊN", help="Đơn vị như in trên bằng.")
@click.option("--achievement", metavar="CHỮ", help="Tóm tắt thành tích.")
def particulars_command(
    code: str, nomination_id: int, born: datetime | None, **said: str | None
) -> None:
    """Ghi lý lịch trích ngang như sẽ in trên bằng; không nêu gì thì chỉ in ra."""
    changed: dict[str, Any] = {name: given for name, given in said.items() if given is not None}
    if born is not None:
        changed["born_on"] = born.date()
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        now = particulars_by_id(session, nomination_id=nomination_id, by=operator())
        if changed:
            now = replace(now, **changed)
            set_particulars(
                session, nomination_id=nomination_id, particulars=now, by=operator()
            )  # fmt: skip
        click.echo(_particulars(now))


def _particulars(now: Particulars) -> str:
    parts = (
        SEXES[now.sex] if now.sex else "",
        now.name,
        now.title,
        CATEGORIES[now.category] if now.category else "",
        f"sinh ngày {now.born_on:%d/%m/%Y}" if now.born_on else "",
        now.printed_unit,
        now.achievement,
    )
    return "; ".join(part for part in parts if part) or "Chưa ghi gì; tên đơn vị in như danh mục."


@click.command("initiative")
@in_province
@of_nomination
@click.argument("name", metavar="TÊN")
@click.option("--level", type=click.Choice([*INITIATIVE_LEVELS]), required=True, help="Cấp.")
@click.option("--by", "recogniser", metavar="NƠI", required=True, help="Nơi công nhận.")
@click.option("--number", metavar="SỐ", required=True, help="Số quyết định công nhận.")
@click.option("--on", metavar="NGÀY", type=DAY, required=True, help="Ngày công nhận.")
def initiative_command(
    code: str, nomination_id: int, name: str, level: Any, recogniser: str, number: str,
    on: datetime,
) -> None:  # fmt: skip
    """Ghi một sáng kiến đã được công nhận của đề nghị."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        made = add_initiative(
            session, nomination_id=nomination_id, name=name, level=level,
            recognised_by=recogniser, number=number, recognised_on=on.date(), by=operator(),
        )  # fmt: skip
        click.echo(_recorded(made))


@click.command("confirm-initiative")
@in_province
@of_initiative
def confirm_command(code: str, initiative_id: int) -> None:
    """Xác nhận sáng kiến do nơi đề nghị khai: đã xem quyết định công nhận."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        made = confirm_initiative(session, initiative_id=initiative_id, by=operator())
        click.echo(_recorded(made))


@click.command("remove-initiative")
@in_province
@of_initiative
def remove_command(code: str, initiative_id: int) -> None:
    """Bỏ một sáng kiến ghi nhầm."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        remove_initiative(session, initiative_id=initiative_id, by=operator())
        click.echo("Đã bỏ sáng kiến.")


def _recorded(made: Initiative) -> str:
    return f"Sáng kiến {made.id}: {initiative_words(made)}."


COMMANDS = (
    nominate_command, nominations_command, withdraw_command, answer_command, particulars_command,
    initiative_command, confirm_command, remove_command,
)  # fmt: skip
"""Those of ``thidua awards``."""
