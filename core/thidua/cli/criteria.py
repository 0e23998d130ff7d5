"""``thidua criteria lint``: check a criteria set before it is used."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from thidua.errors import Invalid, NotFound
from thidua.registry import load_registry
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading
from thidua.spec.lint import Finding, lint
from thidua.spec.loading import load


@click.group()
def criteria() -> None:
    """Bộ tiêu chí."""


@criteria.command("lint")
@click.argument("target", metavar="TỆP|BỘ")
@click.option("--grading", metavar="TỆP", help="Xét cả cách xếp loại trong tệp YAML này.")
@click.option("--json", "as_json", is_flag=True, help="In dạng JSON.")
def lint_command(target: str, grading: str | None, as_json: bool) -> None:
    """Kiểm tra một bộ tiêu chí: tệp YAML, hoặc TỈNH/MÃ của một tỉnh đã cài.

    Mã thoát: 0 không có lỗi chưa ghi nhận, 1 có lỗi, 2 không đọc được.
    """
    findings = _findings(target, grading)
    click.echo(_as_json(findings) if as_json else _as_text(findings))
    sys.exit(1 if any(item.blocks for item in findings) else 0)


def _findings(target: str, grading: str | None) -> tuple[Finding, ...]:
    try:
        found, own = _set_and_grading(target)
        return lint(found, load(Grading, Path(grading)) if grading else own)
    except Invalid as error:
        if not Path(target).is_file() or any(not item.place for item in error.problems):
            raise
        return tuple(
            Finding("spec", item.place, "error", item.reason, "Sửa theo docs/province.md.")
            for item in error.problems
        )


def _set_and_grading(target: str) -> tuple[CriteriaSet, Grading | None]:
    if target.lower().endswith((".yaml", ".yml")) or Path(target).exists():
        return load(CriteriaSet, Path(target)), None
    province, _, code = target.partition("/")
    spec = load_registry().province(province).spec
    for item in spec.criteria_sets:
        if code in {item.code, f"{item.code}@{item.version}"}:
            return item, spec.grading_of(item.grading)
    known = ", ".join(f"{province}/{item.code}" for item in spec.criteria_sets) or "chưa có bộ nào"
    raise NotFound(f"Không có bộ tiêu chí “{target}”. Các bộ của tỉnh này: {known}.")


def _as_json(findings: tuple[Finding, ...]) -> str:
    rows = [
        {
            "code": item.code,
            "place": item.place,
            "severity": item.severity,
            "message": item.message,
            "remedy": item.remedy,
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
    return f"{word:<9} {item.place}: {item.message} [{item.code}]\n          {item.remedy}"
