"""``thidua campaign``: the board's adoption of a result version, and petitions about it."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from thidua.cli.base import echo_json, here, json_option, operator
from thidua.cli.given import in_province
from thidua.store.publication import Petition
from thidua.work.adoption import adopt_results, withdraw_adoption
from thidua.work.petitions import answer_petition, list_petitions

of_version = click.argument("version_id", metavar="BẢN", type=int)
STATES = {None: "chờ trả lời", True: "tiếp thu", False: "không tiếp thu"}


@click.command("adopt")
@in_province
@of_version
@click.option("--minutes", metavar="SỐ", required=True, help="Số biên bản họp Hội đồng.")
@click.option(
    "--on", "held_on", metavar="NGÀY", required=True,
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]), help="Ngày họp.",
)  # fmt: skip
@click.option("--member", "members", metavar="TÊN", multiple=True, help="Một thành viên dự họp.")
@click.option("--note", default="", help="Ghi chú.")
def adopt_command(
    code: str, version_id: int, minutes: str, held_on: datetime, members: tuple[str, ...],
    note: str,
) -> None:  # fmt: skip
    """Ghi việc Hội đồng thẩm định thông qua một bản kết quả."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        made = adopt_results(
            session, version_id=version_id, number=minutes, held_on=held_on.date(),
            members=members, by=operator(), at=datetime.now(UTC), note=note,
        )  # fmt: skip
        click.echo(f"Đã ghi việc thông qua theo biên bản {made.number}, {made.held_on:%d/%m/%Y}.")


@click.command("unadopt")
@in_province
@of_version
@click.option("--reason", metavar="LÝ_DO", required=True, help="Vì sao rút.")
def unadopt_command(code: str, version_id: int, reason: str) -> None:
    """Rút việc thông qua một bản chưa công bố."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        withdraw_adoption(session, version_id=version_id, by=operator().because(reason))
        click.echo("Đã rút việc thông qua.")


@click.command("petitions")
@in_province
@click.argument("campaign_id", metavar="KỲ", type=int)
@json_option
def petitions_command(code: str, campaign_id: int, as_json: bool) -> None:
    """Liệt kê kiến nghị về kết quả của một kỳ."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        rows = list_petitions(session, campaign_id=campaign_id, by=operator())
        if as_json:
            echo_json([_petition(row) for row in rows])
            return
        for row in rows:
            about = row.leaf or "kết quả chung"
            state = STATES[row.accepted]
            click.echo(f"{row.id:>4}  đơn vị {row.unit_id}, {about}, {state}: {row.text}")
        if not rows:
            click.echo("Chưa có kiến nghị nào.")


def _petition(row: Petition) -> dict[str, object]:
    return {
        "id": row.id, "version": row.version_id, "unit": row.unit_id, "leaf": row.leaf,
        "text": row.text, "accepted": row.accepted, "answer": row.answer,
        "correction": row.correction_id,
    }  # fmt: skip


@click.command("answer")
@in_province
@click.argument("petition_id", metavar="KIẾN_NGHỊ", type=int)
@click.option("--accept/--refuse", "accepted", required=True, help="Tiếp thu hay không.")
@click.option("--because", "answer", metavar="LÝ_DO", required=True, help="Trả lời đơn vị.")
def answer_command(code: str, petition_id: int, accepted: bool, answer: str) -> None:
    """Trả lời một kiến nghị."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        row = answer_petition(
            session, petition_id=petition_id, accepted=accepted, answer=answer, by=operator(),
            at=datetime.now(UTC),
        )  # fmt: skip
        click.echo(f"Đã trả lời kiến nghị {row.id}: {STATES[row.accepted]}.")
