"""``thidua campaign``: the calendar of a year: plan, check, windows, status, extend, late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

import click

from thidua.cli.base import echo_json, here, json_option, operator
from thidua.cli.given import in_province, of_campaign
from thidua.spec.lint import Finding
from thidua.store.provinces import Province
from thidua.store.schedules import STEPS, Extension, Step
from thidua.work.campaigns import campaign_by_id
from thidua.work.lateness import Late, late_units, reminder_text
from thidua.work.planning import drop_plan, opening_check, plan_campaign
from thidua.work.schedule import campaign_schedule, extend, set_windows, withdraw_extension
from thidua.work.windows import STEP_NAMES, Schedule, Window, hour

STAGES = {"draft": "đang chuẩn bị", "open": "đang mở", "closed": "đã đóng"}
MOMENT = click.DateTime(["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"])
of_year = click.argument("year", metavar="NĂM", type=click.IntRange(2000, 2100))
a_reason = click.option("--reason", metavar="LÝ_DO", required=True, help="Vì sao.")
windows_option: Callable[..., Any] = click.option(
    "--window",
    "windows",
    metavar="BƯỚC TỪ ĐẾN",
    type=(click.Choice(STEPS), MOMENT, MOMENT),
    multiple=True,
    help="Thời hạn một bước, ví dụ: self 2026-10-01T08:00 2026-11-30T17:00.",
)

GivenWindows = Sequence[tuple[Step, datetime, datetime]]


def _windows(given: GivenWindows, zone: tzinfo) -> list[Window]:
    """What was typed by the clock of the offices."""
    return [
        Window(step, opens.replace(tzinfo=zone), closes.replace(tzinfo=zone))
        for step, opens, closes in given
    ]


@click.command("plan")
@in_province
@of_year
@windows_option
@click.option("--title", default="", help="Tên kỳ đánh giá.")
def plan_command(code: str, year: int, windows: GivenWindows, title: str) -> None:
    """Lập kế hoạch một kỳ đánh giá: kỳ đang chuẩn bị, với thời hạn các bước."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        made = plan_campaign(
            session, year=year, windows=_windows(windows, runtime.timezone), by=operator(),
            at=datetime.now(UTC), title=title,
        )  # fmt: skip
        click.echo(f"Đã lập kế hoạch kỳ đánh giá {made.id}: {made.title}.")


@click.command("drop")
@in_province
@of_campaign
def drop_command(code: str, campaign_id: int) -> None:
    """Bỏ một kỳ đang chuẩn bị."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        drop_plan(session, campaign_id=campaign_id, by=operator())
        click.echo("Đã bỏ kỳ đang chuẩn bị.")


@click.command("windows")
@in_province
@of_campaign
@windows_option
def windows_command(code: str, campaign_id: int, windows: GivenWindows) -> None:
    """Đặt lại thời hạn các bước; bước không nêu thì để mở suốt kỳ."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        schedule = set_windows(
            session, campaign_id=campaign_id, windows=_windows(windows, runtime.timezone),
            by=operator(), at=datetime.now(UTC),
        )  # fmt: skip
        for window in schedule.plan:
            click.echo(str(window))


@click.command("check")
@in_province
@of_year
@json_option
@click.pass_context
def check_command(context: click.Context, code: str, year: int, as_json: bool) -> None:
    """Xem những gì còn ngăn việc mở kỳ; mã thoát 1 khi còn lỗi."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = opening_check(
            session, spec=runtime.registry.province(code).spec, year=year, by=operator(),
            at=datetime.now(UTC), timezone=runtime.timezone,
        )  # fmt: skip
    blocked = any(item.blocks for item in found)
    if as_json:
        echo_json({"opens": not blocked, "findings": [_finding(item) for item in found]})
    else:
        for item in found:
            mark = "lỗi" if item.blocks else "lưu ý"
            click.echo(f"{mark:<6} {item.place}: {item.message}. {item.remedy}".rstrip())
        click.echo("Chưa mở được kỳ." if blocked else "Mở được kỳ.")
    context.exit(1 if blocked else 0)


def _finding(item: Finding) -> dict[str, str]:
    return {
        "severity": item.severity, "code": item.code, "place": item.place,
        "message": item.message, "remedy": item.remedy,
    }  # fmt: skip


@click.command("status")
@in_province
@of_campaign
@json_option
def status_command(code: str, campaign_id: int, as_json: bool) -> None:
    """Xem một kỳ: đang ở bước nào, thời hạn, các lần gia hạn."""
    now = datetime.now(UTC)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        campaign = campaign_by_id(session, campaign_id=campaign_id)
        schedule, given = campaign_schedule(session, campaign_id=campaign_id, by=operator())
        running = campaign.stage == "open"
        if as_json:
            echo_json(
                {
                    "id": campaign.id, "year": campaign.year, "stage": campaign.stage,
                    "title": campaign.title,
                    "windows": [_window(schedule, w, now, running) for w in schedule.plan],
                    "extensions": [_extension(item) for item in given],
                }
            )  # fmt: skip
            return
        click.echo(f"{campaign.title}: {STAGES[campaign.stage]}")
        for window in schedule.plan:
            here_now = "đang mở" if running and schedule.is_open(window.step, at=now) else "—"
            click.echo(f"  {here_now:<8} {window}")
        for item in given:
            click.echo(f"  gia hạn {item.id}: {_words(item)}")


def _window(schedule: Schedule, window: Window, now: datetime, running: bool) -> dict[str, Any]:
    return {
        "step": window.step, "opens_at": window.opens_at.isoformat(),
        "closes_at": window.closes_at.isoformat(),
        "open": running and schedule.is_open(window.step, at=now),
    }  # fmt: skip


def _extension(item: Extension) -> dict[str, Any]:
    return {
        "id": item.id, "step": item.step, "kind": item.kind, "unit": item.unit_id,
        "until": item.until.isoformat(), "reason": item.reason,
        "withdrawn": item.withdrawn_at is not None,
    }  # fmt: skip


def _words(item: Extension) -> str:
    whom = f"loại {item.kind}" if item.kind else "tất cả"
    whom = f"đơn vị {item.unit_id}" if item.unit_id else whom
    gone = " (đã rút)" if item.withdrawn_at else ""
    return f"{STEP_NAMES[item.step]}, {whom}, đến {hour(item.until)}: {item.reason}{gone}"


@click.command("extend")
@in_province
@of_campaign
@click.argument("step", metavar="BƯỚC", type=click.Choice(STEPS))
@click.argument("until", metavar="ĐẾN", type=MOMENT)
@a_reason
@click.option("--kind", metavar="LOẠI", help="Chỉ gia hạn cho một loại đơn vị.")
@click.option("--unit", "unit_id", metavar="ĐƠN_VỊ", type=int, help="Chỉ cho một đơn vị.")
def extend_command(
    code: str, campaign_id: int, step: Step, until: datetime, reason: str, kind: str | None,
    unit_id: int | None,
) -> None:  # fmt: skip
    """Gia hạn hoặc mở lại một bước, ví dụ: extend nho 1 self 2026-12-05T17:00 --reason Bão."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        made = extend(
            session, campaign_id=campaign_id, step=step, reason=reason, by=operator(),
            until=until.replace(tzinfo=runtime.timezone), at=datetime.now(UTC), kind=kind,
            unit_id=unit_id,
        )  # fmt: skip
        click.echo(f"Đã gia hạn {made.id}: {_words(made)}.")


@click.command("withdraw-extension")
@in_province
@click.argument("extension_id", metavar="GIA_HẠN", type=int)
@a_reason
def withdraw_extension_command(code: str, extension_id: int, reason: str) -> None:
    """Rút lại một lần gia hạn."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        withdraw_extension(
            session, extension_id=extension_id, by=operator().because(reason),
            at=datetime.now(UTC),
        )  # fmt: skip
        click.echo("Đã rút lại gia hạn.")


@click.command("late")
@in_province
@of_campaign
@click.option("--unit", "unit_id", metavar="ĐƠN_VỊ", type=int, help="Chỉ một đơn vị.")
@click.option("--text", "as_text", is_flag=True, help="In văn bản đôn đốc để sao chép.")
@json_option
def late_command(
    code: str, campaign_id: int, unit_id: int | None, as_text: bool, as_json: bool
) -> None:
    """Liệt kê đơn vị, cơ quan còn chậm: bước nào, thiếu gì, hạn đến đâu."""
    now = datetime.now(UTC)
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        found = late_units(session, campaign_id=campaign_id, by=operator(), at=now)
        found = [item for item in found if unit_id in (None, item.unit_id)]
        title = campaign_by_id(session, campaign_id=campaign_id).title
        authority = session.get_one(Province, runtime.province_id(code)).authority
    if as_json:
        echo_json([_late(item) for item in found])
    elif not found:
        click.echo("Không đơn vị nào chậm.")
    elif as_text:
        click.echo(reminder_text(found, title=title, authority=authority, at=now))
    else:
        for item in found:
            click.echo(f"{item.name}: {item.words}")


def _late(item: Late) -> dict[str, Any]:
    return {
        "step": item.step, "unit": item.unit_id, "name": item.name, "lines": item.lines,
        "begun": item.begun, "unsigned": item.unsigned,
        "until": item.until.isoformat() if item.until else None, "overdue": item.overdue,
    }  # fmt: skip
