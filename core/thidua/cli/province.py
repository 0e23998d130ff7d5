"""``thidua province``: which provinces are installed, are they sound, take their data in."""

from __future__ import annotations

import sys

import click

from thidua.cli.base import echo_json, here, json_option, operator
from thidua.registry import Registry, load_registry
from thidua.runtime import Runtime
from thidua.settings import read_settings
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.lint import Finding, lint
from thidua.work.provinces import Change, apply_province


@click.group()
def province() -> None:
    """Các tỉnh đã cài."""


@province.command("list")
@json_option
def list_command(as_json: bool) -> None:
    """Liệt kê các tỉnh chạy được và các tỉnh bị từ chối kèm lý do."""
    registry = load_registry(read_settings().provinces)
    if as_json:
        echo_json(_listing(registry))
        return
    for item in registry.provinces.values():
        info = item.spec.info
        click.echo(f"{info.code:<12} {info.full_name} ({info.authority}), dữ liệu {info.version}")
    for refusal in registry.refused:
        click.echo(f"{refusal.name:<12} BỊ TỪ CHỐI: {refusal.reason}")
    if not registry.provinces and not registry.refused:
        click.echo("Chưa cài tỉnh nào. Cách thêm một tỉnh: docs/province.md")


def _listing(registry: Registry) -> dict[str, object]:
    return {
        "provinces": [item.spec.info.model_dump() for item in registry.provinces.values()],
        "refused": [{"name": item.name, "reason": item.reason} for item in registry.refused],
    }


@province.command("check")
@click.argument("code", metavar="MÃ")
def check_command(code: str) -> None:
    """Kiểm tra một tỉnh: hợp đồng, dữ liệu, từng bộ tiêu chí. Mã thoát 1 khi có lỗi."""
    registry = load_registry()
    refusal = next((item for item in registry.refused if item.name == code), None)
    if refusal:
        click.echo(str(refusal))
        sys.exit(1)
    spec = registry.province(code).spec
    findings = [
        (item.code, found)
        for item in spec.criteria_sets
        for found in lint(item, spec.grading_of(item.grading))
    ]
    click.echo(_summary(spec))
    for name, found in findings:
        click.echo(_line(name, found))
    if any(found.blocks for _, found in findings):
        sys.exit(1)
    click.echo("Tỉnh giữ đúng hợp đồng.")


def _summary(spec: ProvinceSpec) -> str:
    leaves = sum(len(item.leaves) for item in spec.criteria_sets)
    return (
        f"{spec.info.full_name}: {len(spec.unit_kinds)} loại đơn vị, {len(spec.units)} đơn vị, "
        f"{len(spec.criteria_sets)} bộ tiêu chí với {leaves} tiêu chí lá, "
        f"{len(spec.movements)} phong trào, {len(spec.published_results)} bảng kết quả đã công bố."
    )


def _line(name: str, found: Finding) -> str:
    word = "LỖI" if found.severity == "error" else "nên xem"
    word = "đã biết" if found.acknowledged else word
    where = f" ({found.field})" if found.field else ""
    return f"{word:<8} {name} {found.place}: {found.message}. {found.remedy}{where}"


@province.command("apply")
@click.argument("code", metavar="MÃ")
@click.option("--preview", is_flag=True, help="Chỉ xem sẽ thay đổi gì.")
@click.option("--yes", is_flag=True, help="Không hỏi lại.")
def apply_command(code: str, preview: bool, yes: bool) -> None:
    """Đưa dữ liệu ban đầu của một tỉnh vào cơ sở dữ liệu; cái gì đã có thì giữ nguyên."""
    with here() as runtime:
        spec = runtime.registry.province(code).spec
        changes = _apply(runtime, spec, keep=yes and not preview)
        for change in changes:
            click.echo(str(change))
        if not changes:
            click.echo("Không có gì mới.")
        elif preview:
            click.echo(f"Xem trước: {len(changes)} thay đổi, chưa ghi gì.")
        elif yes:
            click.echo("Đã ghi.")
        elif click.confirm(f"Ghi {len(changes)} thay đổi này?"):
            _apply(runtime, spec, keep=True)
            click.echo("Đã ghi.")
        else:
            click.echo("Không ghi gì.")


def _apply(runtime: Runtime, spec: ProvinceSpec, *, keep: bool) -> tuple[Change, ...]:
    """The changes, kept or rolled back; nobody waits for an answer inside the transaction."""
    with runtime.sessions() as session:
        changes = apply_province(session, spec=spec, by=operator())
        if keep:
            session.commit()
    return changes
