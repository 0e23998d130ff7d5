"""``thidua movement``: what units did for a movement, its duties, who is late, amendments."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from thidua.cli.base import echo_json, here, json_option, operator
from thidua.cli.given import (
    DAY,
    day_of,
    in_province,
    of_unit,
    paper_given,
    paper_if_given,
    paper_options,
    unit_of_key,
)
from thidua.spec.loading import load
from thidua.spec.movement import Movement
from thidua.store.movements import MovementAct
from thidua.store.provinces import Province
from thidua.work.movement_duties import (
    STATUS_WORDS,
    DutyState,
    duty_reminder,
    duty_states,
    late_duties,
)
from thidua.work.movement_life import (
    ACT_WORDS,
    Proof,
    fulfil_duty,
    launch_movement,
    list_acts,
    register_for_movement,
    retract_act,
)
from thidua.work.movements import (
    amend_movement,
    list_movements,
    movement_by_code,
    movement_versions,
)
from thidua.work.windows import local_day

of_movement = click.argument("movement", metavar="PHONG_TRÀO")
on_day = click.option("--on", metavar="NGÀY", type=DAY, help="Ngày; mặc định: hôm nay.")
of_year = click.option("--year", metavar="NĂM", type=int, help="Năm, khi việc làm hằng năm.")


@click.group()
def movement() -> None:
    """Phong trào thi đua."""


@movement.command("list")
@in_province
@json_option
def list_command(code: str, as_json: bool) -> None:
    """Liệt kê các phong trào của một tỉnh."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = [{"code": m.code, "title": m.title} for m in list_movements(session, by=operator())]
    if as_json:
        echo_json(found)
        return
    for item in found:
        click.echo(f"{item['code']}  {item['title']}")
    if not found:
        click.echo("Tỉnh chưa khai phong trào nào.")


@movement.command("history")
@in_province
@of_movement
@json_option
def history_command(code: str, movement: str, as_json: bool) -> None:
    """Các bản của một phong trào: văn bản nào, từ ngày nào, đổi gì."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = movement_versions(session, code=movement, by=operator())
    if as_json:
        echo_json([{**asdict(item), "document": item.document.title} for item in found])
        return
    for item in found:
        since = f", ngày {item.since:%d/%m/%Y}" if item.since else ""
        click.echo(f"Bản {item.number}: {item.document.title}{since}")
        for change in item.changes:
            click.echo(f"  {change}")


@movement.command("amend")
@in_province
@click.argument("file", metavar="TỆP.yaml", type=click.Path(path_type=Path, dir_okay=False))
def amend_command(code: str, file: Path) -> None:
    """Nhập phong trào đã sửa đổi: bản mới, có văn bản sửa đổi ghi ở amendments."""
    given = load(Movement, file)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        made = amend_movement(session, movement=given, by=operator(), at=datetime.now(UTC))
        click.echo(f"Đã nhập {given.title}, bản {made.number}; các bản trước vẫn giữ.")


@movement.command("register")
@in_province
@of_movement
@of_unit
@on_day
@of_year
@paper_options
def register_command(
    code: str, movement: str, key: str, on: datetime | None, year: int | None, **said: Any
) -> None:
    """Ghi một đơn vị đăng ký tham gia phong trào, theo văn bản nào."""
    now = datetime.now(UTC)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        with paper_given(said) as paper:
            made = register_for_movement(
                session, movement=movement, unit_id=unit_of_key(session, key), year=year,
                on=day_of(on, local_day(now)), paper=paper, by=operator(), at=now,
                files=runtime.files,
            )  # fmt: skip
        click.echo(_recorded(made))


@movement.command("launch")
@in_province
@of_movement
@of_unit
@on_day
@of_year
@click.option("--into", default="", metavar="KẾ_HOẠCH", help="Lồng ghép vào kế hoạch này.")
@paper_options
def launch_command(
    code: str, movement: str, key: str, on: datetime | None, year: int | None, into: str,
    **said: Any,
) -> None:  # fmt: skip
    """Ghi một đơn vị phát động phong trào ở nơi mình, hoặc lồng ghép vào kế hoạch khác."""
    now = datetime.now(UTC)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        with paper_given(said) as paper:
            made = launch_movement(
                session, movement=movement, unit_id=unit_of_key(session, key), year=year,
                on=day_of(on, local_day(now)), paper=paper, folded_into=into, by=operator(),
                at=now, files=runtime.files,
            )  # fmt: skip
        click.echo(_recorded(made))


@movement.command("done")
@in_province
@of_movement
@click.argument("duty", metavar="NHIỆM_VỤ")
@of_unit
@on_day
@of_year
@click.option("--evidence", metavar="TÀI_LIỆU", type=int, help="Tài liệu minh chứng của đơn vị.")
@click.option("--note", default="", help="Ghi chú.")
@paper_options
def done_command(
    code: str, movement: str, duty: str, key: str, on: datetime | None, year: int | None,
    evidence: int | None, note: str, **said: Any,
) -> None:  # fmt: skip
    """Ghi một đơn vị đã làm xong một nhiệm vụ của phong trào."""
    now = datetime.now(UTC)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        with paper_if_given(said) as paper:
            made = fulfil_duty(
                session, movement=movement, duty=duty, unit_id=unit_of_key(session, key),
                on=day_of(on, local_day(now)), proof=Proof(paper, evidence), year=year,
                note=note, by=operator(), at=now, files=runtime.files,
            )  # fmt: skip
        click.echo(_recorded(made))


@movement.command("retract")
@in_province
@click.argument("act", metavar="VIỆC", type=int)
@click.option("--reason", metavar="LÝ_DO", required=True, help="Vì sao rút.")
def retract_command(code: str, act: int, reason: str) -> None:
    """Rút một việc ghi nhầm; việc vẫn lưu để tra cứu."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        retract_act(session, act_id=act, by=operator().because(reason), at=datetime.now(UTC))
        click.echo("Đã rút.")


@movement.command("acts")
@in_province
@of_movement
def acts_command(code: str, movement: str) -> None:
    """Liệt kê việc các đơn vị đã làm cho phong trào, kèm số của việc."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        for act in list_acts(session, movement=movement, by=operator()):
            click.echo(_line(act))


@movement.command("duties")
@in_province
@of_movement
@on_day
@json_option
def duties_command(code: str, movement: str, on: datetime | None, as_json: bool) -> None:
    """Từng nhiệm vụ của từng đơn vị: hạn nào, đã làm chưa."""
    day = day_of(on, local_day(datetime.now(UTC)))
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = duty_states(session, movement=movement, by=operator(), on=day)
    if as_json:
        echo_json([asdict(state) for state in found])
        return
    for state in found:
        click.echo(f"{state.name}: {state.words}: {_status(state)}")


@movement.command("late")
@in_province
@of_movement
@on_day
@click.option("--unit", "key", metavar="ĐƠN_VỊ", default="", help="Chỉ một đơn vị (khóa).")
@click.option("--text", "as_text", is_flag=True, help="In văn bản đôn đốc để sao chép.")
@json_option
def late_command(
    code: str, movement: str, on: datetime | None, key: str, as_text: bool, as_json: bool
) -> None:
    """Liệt kê đơn vị quá hạn: nhiệm vụ nào, hạn đến ngày nào."""
    day = day_of(on, local_day(datetime.now(UTC)))
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = late_duties(session, movement=movement, by=operator(), on=day)
        if key:
            unit = unit_of_key(session, key)
            found = [state for state in found if state.unit_id == unit]
        title = movement_by_code(session, code=movement, by=operator())[0].title
        authority = session.get_one(Province, runtime.province_id(code)).authority
    if as_json:
        echo_json([asdict(state) for state in found])
    elif not found:
        click.echo("Không đơn vị nào chậm.")
    elif as_text:
        click.echo(duty_reminder(found, title=title, authority=authority, on=day))
    else:
        for state in found:
            click.echo(f"{state.name}: {state.words}")


def _status(state: DutyState) -> str:
    done = f" ngày {state.done_on:%d/%m/%Y}" if state.done_on else ""
    shown = f", {state.shown_by}" if state.shown_by else ""
    return f"{STATUS_WORDS[state.status]}{done}{shown}"


def _recorded(act: MovementAct) -> str:
    return f"Đã ghi việc {act.id}: {ACT_WORDS[act.kind]}, ngày {act.done_on:%d/%m/%Y}."


def _line(act: MovementAct) -> str:
    paper = f", {act.paper.number or act.paper.summary}" if act.paper else ""
    year = f" năm {act.year}" if act.year else ""
    what = f" {act.duty}" if act.duty else ""
    return (
        f"{act.id:>4}  đơn vị {act.unit_id}, {ACT_WORDS[act.kind]}{what}{year}, "
        f"ngày {act.done_on:%d/%m/%Y}{paper}"
    )
