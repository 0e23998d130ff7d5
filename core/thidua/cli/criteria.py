"""``thidua criteria``: check, compare, import, export sets; replace one in a campaign."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from thidua.cli.annexes import export_command, import_command, save_command
from thidua.cli.base import echo_json, here, json_option, operator
from thidua.cli.criteria_targets import set_and_grading, set_of, stored_option
from thidua.errors import Invalid, NotFound
from thidua.spec.grading import Grading
from thidua.spec.lint import Finding, lint
from thidua.spec.loading import load, read_yaml
from thidua.work.criteria import leaves_without_guidance, propose_mapping, stored_sets
from thidua.work.reissue import Loss, Reissued, reissue_set
from thidua.work.set_difference import diff_sets


@click.group()
def criteria() -> None:
    """Bộ tiêu chí."""


criteria.add_command(import_command)
criteria.add_command(export_command)
criteria.add_command(save_command)


@criteria.command("lint")
@click.argument("target", metavar="TỆP|BỘ")
@click.option("--grading", metavar="TỆP", help="Xét cả cách xếp loại trong tệp YAML này.")
@json_option
def lint_command(target: str, grading: str | None, as_json: bool) -> None:
    """Kiểm tra một bộ tiêu chí: tệp YAML, hoặc TỈNH/MÃ của một tỉnh đã cài.

    Mã thoát: 0 không có lỗi chưa ghi nhận, 1 có lỗi, 2 không đọc được.
    """
    findings = _findings(target, grading)
    click.echo(_as_json(findings) if as_json else _as_text(findings))
    sys.exit(1 if any(item.blocks for item in findings) else 0)


@criteria.command("diff")
@click.argument("old", metavar="BỘ_CŨ")
@click.argument("new", metavar="BỘ_MỚI")
@stored_option
@json_option
def diff_command(old: str, new: str, stored: bool, as_json: bool) -> None:
    """So hai bộ tiêu chí: thêm, bỏ, chuyển, đổi tên, đổi điểm, cách chấm, hướng dẫn."""
    changes = diff_sets(set_of(old, stored=stored), set_of(new, stored=stored))
    if as_json:
        echo_json([asdict(change) for change in changes])
        return
    for change in changes:
        click.echo(change.sentence)
    if not changes:
        click.echo("Hai bộ tiêu chí giống nhau.")


@criteria.command("map")
@click.argument("target", metavar="BỘ")
@click.argument("other", metavar="BỘ_KIA")
@stored_option
def map_command(target: str, other: str, stored: bool) -> None:
    """Đề xuất bảng đối chiếu với bộ khác, dạng YAML để xem lại rồi chép vào mappings."""
    to = set_of(other, stored=stored)
    found = propose_mapping(set_of(target, stored=stored), to)
    click.echo(f"- to: {to.code}\n  title: Đối chiếu với {to.title}\n  pairs:")
    for pair in found.pairs:
        click.echo(f'  - {{node: "{pair.node}", to: ["{pair.to}"]}}  # {pair.words}')
    for where, codes in (("bộ này", found.only_here), ("bộ kia", found.only_there)):
        click.echo(f"# chỉ có ở {where}: {', '.join(codes) or 'không có'}")


@criteria.command("missing-guidance")
@click.argument("target", metavar="TỆP|BỘ")
@stored_option
@json_option
def missing_command(target: str, stored: bool, as_json: bool) -> None:
    """Liệt kê các tiêu chí chưa có hướng dẫn chấm, kèm cơ quan thẩm định."""
    missing = leaves_without_guidance(set_of(target, stored=stored))
    if as_json:
        echo_json([asdict(item) for item in missing])
        return
    for item in missing:
        click.echo(f"{item.code:<8} {item.name} ({item.agency or 'chưa giao cơ quan nào'})")
    if not missing:
        click.echo("Tiêu chí nào cũng đã có hướng dẫn chấm.")


@criteria.command("reissue")
@click.argument("code", metavar="TỈNH")
@click.argument("campaign_id", metavar="KỲ", type=int)
@click.argument("kind", metavar="LOẠI")
@click.argument("target", metavar="MÃ@PHIÊN_BẢN")
@click.option(
    "--mapping",
    metavar="TỆP.yaml",
    type=click.Path(path_type=Path, exists=True),
    help="Mã cũ: mã mới, mỗi dòng một cặp. Không ghi thì theo mã và tên trùng hẳn.",
)
@click.option("--reason", metavar="LÝ_DO", required=True)
@click.option("--basis", metavar="VĂN_BẢN", required=True, help="Văn bản ban hành lại.")
@click.option("--preview", is_flag=True, help="Chỉ xem sẽ mất gì, không ghi.")
def reissue_command(
    code: str, campaign_id: int, kind: str, target: str, mapping: Path | None, reason: str,
    basis: str, preview: bool,
) -> None:  # fmt: skip
    """Thay bộ tiêu chí của một loại đơn vị trong kỳ đang mở bằng bộ được ban hành lại."""
    with here() as runtime, runtime.in_province(runtime.province_id(code)) as session:
        done = reissue_set(
            session, campaign_id=campaign_id, kind=kind,
            new_set_id=_stored_id(session, target),
            mapping=None if mapping is None else _pairs(mapping),
            reason=reason, legal_basis=basis, by=operator(), at=datetime.now(UTC),
        )  # fmt: skip
        if preview:
            session.rollback()
    _print(done, preview)


def _stored_id(session: Session, target: str) -> int:
    for row in stored_sets(session, by=operator()):
        if target in {row.code, f"{row.code}@{row.version}"}:
            return row.id
    raise NotFound(f"Tỉnh chưa lưu bộ tiêu chí “{target}”. Hãy nhập bộ mới trước.")


def _pairs(file: Path) -> dict[str, str]:
    document = read_yaml(file)
    if not isinstance(document, dict):
        raise Invalid.one(file.name, "phải là các dòng “mã cũ”: “mã mới”.")
    return {str(old): str(new) for old, new in document.items()}


def _print(done: Reissued, preview: bool) -> None:
    will = "Sẽ" if preview else "Đã"
    for old, new in done.mapping.items():
        click.echo(f"{old} → {new}")
    click.echo(f"{will} thay bộ tiêu chí: {done.carried} dòng số liệu chuyển sang bộ mới.")
    for loss in done.losses:
        click.echo(_loss(loss))
    for unit, node in done.exemptions:
        click.echo(f"{unit}, {node}: không còn được miễn, phải đánh giá lại.")
    if done.evidence:
        click.echo(f"{done.evidence} lần dẫn tài liệu minh chứng không còn tiêu chí tương ứng.")
    for node in done.assignments:
        click.echo(f"Phân công thẩm định của {node} cần xem lại.")


def _loss(loss: Loss) -> str:
    what = f"{loss.leaf} {loss.leaf_name}".strip()
    return f"{loss.unit}, {what} ({loss.said}): {loss.why}"


def _findings(target: str, grading: str | None) -> tuple[Finding, ...]:
    try:
        found, own = set_and_grading(target)
        return lint(found, load(Grading, Path(grading)) if grading else own)
    except Invalid as error:
        if not Path(target).is_file() or any(not item.place for item in error.problems):
            raise
        return tuple(
            Finding("spec", item.place, "error", item.reason, "Sửa theo docs/province.md.")
            for item in error.problems
        )


def _as_json(findings: tuple[Finding, ...]) -> str:
    rows = [
        {
            "code": item.code,
            "place": item.place,
            "severity": item.severity,
            "message": item.message,
            "remedy": item.remedy,
            "field": item.field,
            "acknowledged": item.acknowledged and item.acknowledged.model_dump(),
        }
        for item in findings
    ]
    return json.dumps({"findings": rows}, ensure_ascii=False, indent=2)


def _as_text(findings: tuple[Finding, ...]) -> str:
    if not findings:
        return "Không có gì phải sửa."
    return "\n".join(_line(item) for item in findings)


def _line(item: Finding) -> str:
    if item.acknowledged:
        known = f"đã ghi nhận: {item.acknowledged.note} ({item.acknowledged.source})"
        return f"đã biết   {item.place}: {item.message}\n          {known}"
    word = "LỖI" if item.severity == "error" else "nên xem"
    where = f" ({item.field})" if item.field else ""
    return f"{word:<9} {item.place}: {item.message} [{item.code}]\n          {item.remedy}{where}"
