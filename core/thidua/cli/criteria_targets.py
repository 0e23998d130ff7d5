"""Criteria sets as commands name them: a YAML file, or a set of a province."""

from __future__ import annotations

from pathlib import Path

import click

from thidua.cli.base import here, operator
from thidua.errors import NotFound
from thidua.registry import load_registry
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading
from thidua.spec.loading import load
from thidua.work.criteria import stored_set

stored_option = click.option(
    "--stored", is_flag=True, help="TỈNH/MÃ[@PHIÊN_BẢN] là bộ trong cơ sở dữ liệu."
)


def is_file(target: str) -> bool:
    """Whether a target names a file."""
    return target.lower().endswith((".yaml", ".yml")) or Path(target).is_file()


def set_of(target: str, *, stored: bool = False) -> CriteriaSet:
    """The set of a target: a file, a province's own, or (``stored``) one in the database."""
    if stored and not is_file(target):
        province, _, name = target.partition("/")
        code, _, version = name.partition("@")
        with here() as runtime, runtime.in_province(runtime.province_id(province)) as session:
            return stored_set(session, code=code, version=version, by=operator())
    return set_and_grading(target)[0]


def set_and_grading(target: str) -> tuple[CriteriaSet, Grading | None]:
    """The set of a file or an installed province, with its grading where the province says it."""
    if is_file(target) or Path(target).exists():
        return load(CriteriaSet, Path(target)), None
    province, _, code = target.partition("/")
    spec = load_registry().province(province).spec
    for item in spec.criteria_sets:
        if code in {item.code, f"{item.code}@{item.version}"}:
            return item, spec.grading_of(item.grading)
    known = ", ".join(f"{province}/{item.code}" for item in spec.criteria_sets) or "chưa có bộ nào"
    raise NotFound(f"Không có bộ tiêu chí “{target}”. Các bộ của tỉnh này: {known}.")
