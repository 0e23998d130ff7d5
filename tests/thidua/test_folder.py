"""A province that is data files alone."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

import thidua.testing.sample.thidua_mau as sample
from thidua import FolderProvince, RuleKind, hookimpl
from thidua.errors import ProvinceRefused
from thidua.folder import READ
from thidua.registry import DECLARING, load_province

SAMPLE = Path(sample.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample province's files, free to be spoiled."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "mau"))


def refusal(folder: Path, version: int = 1) -> str:
    with pytest.raises(ProvinceRefused) as caught:
        load_province("mau", FolderProvince(folder, contract_version=version))
    return str(caught.value)


def test_every_declaring_hook_is_answered_from_the_folder() -> None:
    assert [name for name in DECLARING if name not in vars(FolderProvince)] == []
    assert len(READ) == len(DECLARING)


def test_every_file_of_every_installed_kind_is_read(folder: Path) -> None:
    spec = load_province("mau", FolderProvince(folder, contract_version=1)).spec
    assert (spec.info.code, len(spec.criteria_sets)) == ("mau", 2)
    assert {unit.kind for unit in spec.units} <= {kind.code for kind in spec.unit_kinds}


def test_only_the_names_of_the_province_must_be_there(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "province.yaml":
            path.unlink()
    spec = load_province("mau", FolderProvince(folder, contract_version=1)).spec
    empty = {name: () for name in DECLARING if name != "info"}
    assert {name: getattr(spec, name) for name in empty} == empty


@pytest.mark.parametrize(
    "name",
    ["award_form.yaml", "units.yaml", "grading.yml", "criteria/2026.yml", "phong-trao/2026.yaml"],
)
def test_a_file_that_nobody_reads_is_refused_by_name(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("[]", encoding="utf-8")
    assert refusal(folder) == (
        f"Tỉnh “mau” bị từ chối: info(): {name}: không hook nào đọc tệp này; "
        f"tên đúng là một trong: {', '.join(READ)}"
    )


def test_a_folder_without_the_names_of_the_province_is_refused(tmp_path: Path) -> None:
    assert "province.yaml: không đọc được tệp" in refusal(tmp_path)


def test_files_for_another_contract_are_refused(folder: Path) -> None:
    assert "viết cho hợp đồng phiên bản 7" in refusal(folder, version=7)


def test_a_subclass_adds_what_data_cannot_say(folder: Path) -> None:
    kind = RuleKind(name="rieng", score=lambda *_: (0, "khong"), sentences={"khong": "Không"})

    class Mau(FolderProvince):
        @hookimpl
        def rule_kinds(self) -> Sequence[RuleKind]:
            return (kind,)

    loaded = load_province("mau", Mau(folder, contract_version=1))
    assert (loaded.spec.info.code, dict(loaded.rule_kinds)) == ("mau", {"rieng": kind})
