"""``thidua campaign``: open, list and close a year's scoring, say which surveys were not held."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from thidua.cli.base import echo_json, here, json_option, operator
from thidua.work.campaigns import close_campaign, list_campaigns
from thidua.work.opening import open_campaign
from thidua.work.surveys import declare_survey_not_held, restore_survey

STAGES = {"open": "đang mở", "closed": "đã đóng"}


@click.group()
def campaign() -> None:
    """Kỳ đánh giá."""


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
def close_command(code: str, campaign_id: int) -> None:
    """Đóng một kỳ đánh giá: không nhập được nữa."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        closed = close_campaign(session, campaign_id=campaign_id, by=operator())
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
