"""The wheel: built from what git tracks, complete, and at work far from the repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("wheel")  # one wheel for all

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = [
    Path(name) for name in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
]


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """What a command prints, without our own paths in its way."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=folder, env={**inherited, **environment}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tracked() -> list[Path]:
    """The files of the repository, as they are now."""
    names = run("git", "ls-files", "-z", folder=ROOT).split("\0")
    return [Path(name) for name in names if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from a copy of the tracked files alone."""
    copy = tmp_path_factory.mktemp("copy")
    for file in tracked():
        (copy / file).parent.mkdir(parents=True, exist_ok=True)
        (copy / file).write_bytes((ROOT / file).read_bytes())
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", folder=copy)
    (built,) = (copy / "dist").iterdir()
    return built


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an empty environment into which the wheel was installed.

    The dependencies come from the environment of the tests by a line in a .pth file: such a
    folder is searched, but its own .pth files, by which the project itself is installed there
    for editing, are not read. So what the wheel lacks is missing.
    """
    folder = tmp_path_factory.mktemp("empty") / "venv"
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    run(
        sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python,
        "install", "--quiet", "--no-deps", "--no-index", wheel, folder=folder,
    )  # fmt: skip
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python.parent


def test_wheel_holds_the_tracked_files_of_its_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert inside == {
        str(file.relative_to(package.parent))
        for package in PACKAGES
        for file in tracked()
        if file.is_relative_to(package)
    }
    kinds = {Path(name).suffix for name in inside}
    assert kinds >= {".py", ".sql", ".yaml", ".csv", ".html", ".css", ".js", ".woff2", ".mo"}


def test_installed_wheel_finds_its_provinces_from_another_folder(
    programs: Path, tmp_path: Path
) -> None:
    listing = json.loads(run(programs / "thidua", "province", "list", "--json", folder=tmp_path))
    assert [item["code"] for item in listing["provinces"]] == sorted(
        PROJECT["project"]["entry-points"]["thidua.provinces"]
    )
    assert listing["refused"] == []


def test_web_and_console_are_imported_from_the_wheel(programs: Path, tmp_path: Path) -> None:
    code = (
        "import flask_admin.contrib.sqla, thidua, thidua_admin.app, thidua_admin.demo\n"
        "print(thidua.__file__, thidua_admin.__file__)"
    )
    places = run(programs / "python", "-c", code, folder=tmp_path).split()
    assert [Path(place).is_relative_to(programs.parent) for place in places] == [True, True]


def test_installed_wheel_makes_its_database(programs: Path, tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    assert run(programs / "thidua", "migrate", folder=tmp_path, THIDUA_HOME=home) == (
        "Cơ sở dữ liệu đã đúng phiên bản.\n"
    )
