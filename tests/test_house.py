"""The rules of the house that no tool checks."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click
import pytest

from thidua.registry import load_province
from thidua.testing.sample.thidua_mau import plugin
from thidua_admin.cli import main

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
READMES = ("README.md", "README.vi.md")
TOP_LEVEL = {
    "core", "plugins", "admin", "tests", "pyproject.toml", "README.md", "README.vi.md",
    "CHANGELOG.md", "LICENSE", "Makefile", "constraints.txt", "docs", "benchmarks", "deploy",
    "package.json",
}  # fmt: skip
"""What DESIGN allows beside dotfiles."""

REGISTRIES = ("pypi" + ".org", "python" + "hosted", "npmjs" + ".org", "deb" + ".debian")
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|opt|home|Users)/\w")


def tracked() -> list[str]:
    """The files of the repository."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [name for name in names.split("\0") if name and (ROOT / name).is_file()]


def text_of(name: str) -> str:
    """The text of a file; nothing for one that is no text."""
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def package(requirement: str) -> str:
    """The name in a requirement, in its one form."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement.strip())[0]).lower()


def make_targets() -> list[str]:
    return re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE)


def test_top_level_holds_what_the_design_names() -> None:
    names = {Path(name).parts[0] for name in tracked()}
    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL


def test_make_help_lists_every_target() -> None:
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert re.findall(r"^  make (\w+) +\S", shown, re.MULTILINE) == make_targets()
    (phony,) = re.findall(r"^\.PHONY: (.+)$", text_of("Makefile"), re.MULTILINE)
    assert phony.split() == make_targets()


def test_constraints_pin_every_dependency_and_name_no_address() -> None:
    lines = [line for line in text_of("constraints.txt").splitlines() if line.strip()]
    pins = [line for line in lines if not line.startswith("#")]
    assert [
        pin for pin in pins if not re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==[\w.+!-]+( ;.+)?", pin)
    ] == []
    extras = PROJECT["project"]["optional-dependencies"].values()
    wanted = [*PROJECT["project"]["dependencies"], *(name for names in extras for name in names)]
    missing = {package(name) for name in wanted} - {package(pin) for pin in pins} - {"thidua"}
    assert missing == set()


def test_no_file_names_a_registry_or_a_folder_of_some_machine() -> None:
    found = {
        name
        for name in tracked()
        if any(word in text_of(name) for word in REGISTRIES) or MACHINE.search(text_of(name))
    }
    assert found == set()


@pytest.mark.parametrize("name", READMES)
def test_readme_is_short_and_its_commands_exist(name: str) -> None:
    text = text_of(name)
    assert len(text.splitlines()) <= 120
    blocks = "\n".join(re.findall(r"^```(?:sh|console)\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    lines = [line.strip().removeprefix("$ ") for line in blocks.splitlines()]
    commands = [line.split() for line in lines if line.startswith(("make ", "thidua "))]
    assert commands
    for program, *words in commands:
        assert _exists(words) if program == "thidua" else words[0] in make_targets(), words


def _exists(words: list[str]) -> bool:
    """Whether these words begin with a command of ``thidua``."""
    command: click.Command | None = main
    for word in words:
        if not isinstance(command, click.Group):
            break
        command = command.get_command(click.Context(command), word)
    return command is not None and not isinstance(command, click.Group)


def test_province_of_the_readme_is_one() -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```", text_of("README.md"), re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {"__file__": plugin.__file__}
    exec(compile(block, "README.md", "exec"), names)
    spec = load_province("mau", names["province"]).spec
    assert spec == load_province("mau", plugin.province).spec
    assert {unit.kind for unit in spec.units} <= {kind.code for kind in spec.unit_kinds}
    assert spec.units


@pytest.mark.parametrize("name", READMES)
def test_links_of_the_readme_lead_somewhere(name: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)", text_of(name))
    local = [target for target in targets if "://" not in target]
    assert local
    assert [target for target in local if not (ROOT / target).exists()] == []


def test_every_province_of_the_repository_is_installed_and_linted() -> None:
    folders = {Path(name).parts[1] for name in tracked() if name.startswith("plugins/")}
    declared = PROJECT["project"]["entry-points"]["thidua.provinces"]
    tool = PROJECT["tool"]
    installed = {
        point.name: point.value
        for point in entry_points(group="thidua.provinces")
        if point.dist and point.dist.name == "thidua"
    }
    packages = {f"plugins/{code}/thidua_{code}" for code in folders}
    assert declared == {code: f"thidua_{code}.plugin:province" for code in sorted(folders)}
    assert installed == declared
    assert packages <= set(tool["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert {f"thidua_{code}" for code in folders} <= set(tool["importlinter"]["root_packages"])
    for contract in tool["importlinter"]["contracts"]:
        if contract["type"] == "forbidden" and "thidua_tiengiang" in contract["forbidden_modules"]:
            assert {f"thidua_{code}" for code in folders} <= set(contract["forbidden_modules"])
