"""``thidua campaign``: plan, open, follow and close a year's scoring."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from thidua.cli.base import echo_json, here, json_option, operator
from thidua.cli.calendar import (
    STAGES,
    check_command,
    drop_command,
    extend_command,
    late_command,
    plan_command,
    status_command,
    windows_command,
    withdraw_extension_command,
)
from thidua.cli.publication import (
    adopt_command,
    answer_command,
    petitions_command,
    unadopt_command,
)
from thidua.work.campaigns import close_campaign, list_campaigns
from thidua.work.opening import open_campaign
from thidua.work.surveys import declare_survey_not_held, restore_survey


@click.group()
def campaign() -> None:
    """Kỳ đánh giá."""


for command in (
    plan_command, drop_command, windows_command, check_command, status_command, extend_command,
    withdraw_extension_command, late_command,
    adopt_command, unadopt_command, petitions_command, answer_command,
):  # fmt: skip
    campaign.add_command(command)


@campaign.command("open")
@click.argument("code", metavar="TỈNH")
@click.argument("year", metavar="NĂM", type=click.IntRange(2000, 2100))
def open_command(code: str, year: int) -> None:
    """Mở kỳ đánh giá của một năm, cố định bộ tiêu chí, đơn vị, ngưỡng xếp loại."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        opened = open_campaign(
            session,
            spec=runtime.registry.province(code).spec,
            year=year,
            by=operator(),
            at=datetime.now(UTC),
            timezone=runtime.timezone,
        )
        click.echo(f"Đã mở kỳ đánh giá {opened.id}: {opened.title}, {len(opened.units)} đơn vị.")


@campaign.command("list")
@click.argument("code", metavar="TỈNH")
@json_option
def list_command(code: str, as_json: bool) -> None:
    """Liệt kê các kỳ đánh giá của một tỉnh."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        rows = list_campaigns(session, by=operator())
        if as_json:
            echo_json(
                [{"id": r.id, "year": r.year, "stage": r.stage, "title": r.title} for r in rows]
            )
            return
        for row in rows:
            click.echo(f"{row.id:>4}  {row.year}  {STAGES[row.stage]:<9} {row.title}")
        if not rows:
            click.echo(f"Chưa có kỳ đánh giá nào. Mở một kỳ: thidua campaign open {code} NĂM")


@campaign.command("close")
@click.argument("code", metavar="TỈNH")
@click.argument("campaign_id", metavar="KỲ", type=int)
@click.option("--reason", default="", help="Lý do, khi đóng mà còn kiến nghị chưa trả lời.")
def close_command(code: str, campaign_id: int, reason: str) -> None:
    """Đóng một kỳ đánh giá: không nhập được nữa."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        closed = close_campaign(session, campaign_id=campaign_id, by=operator().because(reason))
        click.echo(f"Đã đóng kỳ đánh giá năm {closed.year}.")


@campaign.command("survey-not-held")
@click.argument("code", metavar="TỈNH")
@click.argument("campaign_id", metavar="KỲ", type=int)
@click.argument("survey", metavar="MÃ_ĐIỀU_TRA")
@click.option("--reason", metavar="LÝ_DO", required=True, help="Vì sao không tổ chức.")
def survey_not_held_command(code: str, campaign_id: int, survey: str, reason: str) -> None:
    """Khai một cuộc điều tra không tổ chức: điểm của nó ra khỏi điểm tối đa."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        declare_survey_not_held(
            session, campaign_id=campaign_id, survey=survey, reason=reason, by=operator()
        )
        click.echo(f"Cuộc điều tra {survey} không tổ chức. Hãy tính lại kết quả của kỳ.")


@campaign.command("survey-held")
@click.argument("code", metavar="TỈNH")
@click.argument("campaign_id", metavar="KỲ", type=int)
@click.argument("survey", metavar="MÃ_ĐIỀU_TRA")
def survey_held_command(code: str, campaign_id: int, survey: str) -> None:
    """Bỏ khai báo không tổ chức điều tra."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        restore_survey(session, campaign_id=campaign_id, survey=survey, by=operator())
        click.echo(f"Cuộc điều tra {survey} có tổ chức. Hãy tính lại kết quả của kỳ.")
