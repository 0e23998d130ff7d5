"""``thidua results``: compute, publish, list and export result versions; check printed tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.orm import Session

from thidua.cli.analysis import compare_command, gaps_command, robustness_command
from thidua.cli.base import echo_json, here, json_option, operator
from thidua.cli.check import check
from thidua.cli.files import check_target, write_whole
from thidua.cli.given import in_province
from thidua.cli.insight import explain_command, losses_command
from thidua.cli.whatif import against_command, what_if_command
from thidua.exchange.workbook import results_workbook
from thidua.registry import LoadedProvince
from thidua.store.results import ResultVersion
from thidua.work.results import (
    compute_results,
    publish_results,
    visible_version,
    visible_versions,
)
from thidua.work.sealed import seal_note
from thidua.work.tables import KIND_WORDS, result_table

FOREVER = "Sau đó không sửa được nữa."


@click.group()
def results() -> None:
    """Kết quả chỉ số."""


for command in (
    against_command, check, compare_command, explain_command, gaps_command, losses_command,
    robustness_command, what_if_command,
):  # fmt: skip
    results.add_command(command)


@contextmanager
def _session(code: str) -> Iterator[tuple[Session, LoadedProvince]]:
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        yield session, runtime.registry.province(code)


@results.command("list")
@in_province
@json_option
def list_command(code: str, as_json: bool) -> None:
    """Liệt kê các bản kết quả của một tỉnh."""
    with _session(code) as (session, _):
        rows = [
            {
                "id": row.id,
                "year": row.year,
                "number": row.number,
                "kind": row.kind,
                "published": row.published_at is not None,
                "title": row.title,
            }
            for row in visible_versions(session, by=operator())
        ]
    if as_json:
        echo_json(rows)
        return
    for row in rows:
        state = "đã công bố" if row["published"] else "chưa công bố"
        kind = KIND_WORDS[str(row["kind"])]
        click.echo(
            f"{row['id']:>4}  {row['year']}  bản {row['number']}  {kind}, {state}: {row['title']}"
        )


@results.command("compute")
@in_province
@click.argument("campaign_id", metavar="KỲ", type=int)
@json_option
def compute_command(code: str, campaign_id: int, as_json: bool) -> None:
    """Tính một bản kết quả tạm từ số liệu hiện có của kỳ đánh giá."""
    with _session(code) as (session, province):
        version = compute_results(
            session,
            campaign_id=campaign_id,
            by=operator(),
            plugin_version=province.spec.info.version,
            kinds=province.rule_kinds,
        )
        table = result_table(session, version_id=version.id, by=operator())
    if as_json:
        echo_json(
            {
                "version": table.version_id,
                "number": table.number,
                "rows": [
                    {
                        "row": row.row_id,
                        "unit": row.name,
                        "group": group.label,
                        "points": row.points,
                        "maximum": row.maximum,
                        "index": row.index,
                        "rank": row.rank,
                        "band": row.band or None,
                    }
                    for group in table.groups
                    for row in group.rows
                ],
                "findings": list(table.findings),
            }
        )
        return
    click.echo(f"Đã tính bản kết quả {table.version_id}: {table.caption}.")
    for line in table.findings:
        click.echo(f"  {line}")


@results.command("publish")
@in_province
@click.argument("version_id", metavar="BẢN", type=int)
@click.option("--reason", default="", help="Lý do, khi điều chỉnh kết quả chính thức.")
@click.option("--yes", is_flag=True, help="Không hỏi lại.")
def publish_command(code: str, version_id: int, reason: str, yes: bool) -> None:
    """Công bố một bản kết quả; sau đó không sửa được nữa."""
    if not yes and not click.confirm(f"Công bố {_named(code, version_id)}? {FOREVER}"):
        click.echo("Không công bố.")
        return
    with _session(code) as (session, _):
        version = publish_results(session, version_id=version_id, by=operator().because(reason))
        words = _words(version)
    click.echo(f"Đã công bố {words}.")


def _named(code: str, version_id: int) -> str:
    """The version in words; nobody waits for an answer inside the transaction."""
    with _session(code) as (session, _):
        return _words(visible_version(session, version_id=version_id, by=operator()))


def _words(version: ResultVersion) -> str:
    return f"bản số {version.number} năm {version.year}"


@results.command("export")
@in_province
@click.argument("version_id", metavar="BẢN", type=int)
@click.argument("file", metavar="TỆP.xlsx", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Ghi đè tệp đã có.")
def export_command(code: str, version_id: int, file: Path, force: bool) -> None:
    """Xuất một bản kết quả ra bảng tính."""
    check_target(file, force=force)
    with _session(code) as (session, _):
        table = result_table(session, version_id=version_id, by=operator())
        seal = seal_note(session)
    write_whole(file, results_workbook(table, seal))
    click.echo(f"Đã ghi {click.format_filename(file)}.")
