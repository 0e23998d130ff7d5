"""A stranger's province: installed by pip from its own folder, found, and refused when broken."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("outsider")  # one installation for all

OUTSIDER = Path(__file__).parent / "outsider"

REPORT = """
import json, logging, structlog
structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
from thidua.registry import load_registry
registry = load_registry()
print(json.dumps({
    "provinces": [item.name for item in registry.provinces.values()],
    "refused": {item.name: str(item) for item in registry.refused},
}))
"""

NOTICE = """
import logging, sys
logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
from thidua import ResultsNotice
from thidua.registry import load_registry
notice = ResultsNotice(province="mau", year=2026, version=1, title="Chỉ số năm 2026")
load_registry(["mau"]).province("mau").tell_results_published(notice)
"""


def edit(file: str, old: str, new: str) -> Callable[[Path], None]:
    """A defect: ``old`` in ``file`` of the copied package becomes ``new``."""

    def apply(package: Path) -> None:
        text = (package / file).read_text(encoding="utf-8")
        assert old in text
        (package / file).write_text(text.replace(old, new), encoding="utf-8")

    return apply


UNITS = "    @hookimpl\n    def units(self)"

DEFECTS = {
    "khong-dau": (
        edit("plugin.py", UNITS, "    def units(self)"),
        "Tỉnh “khong-dau” bị từ chối: units() thiếu dấu @hookimpl",
    ),
    "hook-la": (
        edit("plugin.py", UNITS, "    @hookimpl\n    def unitz(self)"),
        "Tỉnh “hook-la” bị từ chối: hook không có trong hợp đồng: unitz()",
    ),
    "thua-tham-so": (
        edit("plugin.py", UNITS, "    @hookimpl\n    def units(self, year)"),
        "Tỉnh “thua-tham-so” bị từ chối: một hook khai tham số lạ: units()",
    ),
    "hop-dong-cu": (
        edit("plugin.py", "contract_version = 1", "contract_version = 7"),
        "Tỉnh “hop-dong-cu” bị từ chối: viết cho hợp đồng phiên bản 7, hệ thống dùng phiên bản 1",
    ),
    "loi-nap": (
        edit("plugin.py", "import logging", "import logging\nimport khong_co_goi_nay"),
        "Tỉnh “loi-nap” bị từ chối: không nạp được thidua_loi_nap.plugin:province: "
        "No module named 'khong_co_goi_nay'",
    ),
    "mau-hai": (
        edit("province.yaml", "full_name: Tỉnh Mẫu", "full_name: Tỉnh Mẫu khác"),
        "Tỉnh “mau-hai” bị từ chối: mã tỉnh “mau” đã thuộc phần mở rộng “mau”",
    ),
    "du-lieu-sai": (
        edit("criteria/2026.yaml", "max_points: 60", "diem: 60"),
        "Tỉnh “du-lieu-sai” bị từ chối: criteria_sets(): "
        "2026.yaml, domains.0.criteria.0.diem: "
        "không có trường nào tên như vậy; xem docs/province.md",
    ),
    "khong-phai-tinh": (
        edit("plugin.py", "province = Mau()", "province = Mau"),
        "Tỉnh “khong-phai-tinh” bị từ chối: "
        "điểm vào phải là một đối tượng của lớp con của thidua.Province",
    ),
}


def run(folder: Path, *command: str) -> str:
    """The output of Python with ``folder`` on its path, run from that folder."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def report(folder: Path) -> dict[str, Any]:
    """What the registry says with ``folder`` on the path, object addresses left out."""
    answer: dict[str, Any] = json.loads(run(folder, "-c", REPORT).splitlines()[-1])
    answer["refused"] = {
        name: re.sub(r" at 0x[0-9a-f]+", "", text) for name, text in answer["refused"].items()
    }
    return answer


def add_variant(folder: Path, name: str, defect: Callable[[Path], None]) -> None:
    """A second distribution in ``folder``: the sample with one defect and a name of its own."""
    package = f"thidua_{name.replace('-', '_')}"
    shutil.copytree(OUTSIDER / "thidua_mau", folder / package)
    defect(folder / package)
    facts = folder / f"{package}-0.1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 0.1.0\n")
    (facts / "entry_points.txt").write_text(
        f"[thidua.provinces]\n{name} = {package}.plugin:province\n"
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the repository into which pip has installed the sample."""
    source = tmp_path_factory.mktemp("source") / "outsider"
    shutil.copytree(OUTSIDER, source)
    folder = tmp_path_factory.mktemp("installed")
    pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index")
    run(folder, *pip, "--no-deps", "--no-build-isolation", "--target", str(folder), str(source))
    return folder


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of the provinces that are there without any stranger."""
    names: list[str] = report(tmp_path_factory.mktemp("empty"))["provinces"]
    return names


def test_province_from_outside_is_found_beside_the_bundled_ones(
    installed: Path, bundled: list[str]
) -> None:
    assert report(installed) == {"provinces": sorted([*bundled, "mau"]), "refused": {}}


def test_province_from_outside_passes_the_conformance_kit(installed: Path) -> None:
    check = str(OUTSIDER / "check_mau.py")
    pytest_run = run(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", check)
    assert re.search(r"^[1-9]\d* passed in", pytest_run, re.MULTILINE)


def test_province_from_outside_is_told_of_published_results(installed: Path) -> None:
    assert run(installed, "-c", NOTICE) == "mau: đã công bố Chỉ số năm 2026\n"


def test_broken_provinces_are_refused_by_name_and_the_others_run(
    installed: Path, bundled: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    shutil.copytree(installed, folder)
    for name, (defect, _) in DEFECTS.items():
        add_variant(folder, name, defect)
    assert report(folder) == {
        "provinces": sorted([*bundled, "mau"]),
        "refused": {name: message for name, (_, message) in DEFECTS.items()},
    }
