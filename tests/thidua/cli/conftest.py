"""The commands, run in this process on a fresh database where Tỉnh Nhỏ is installed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.factories import Database
from tests.small import install_small

from thidua.cli import cli


class Shell:
    """Runs commands and says what came of them."""

    def run(self, *words: str, typed: str = "") -> Result:
        """The result of one command."""
        return CliRunner().invoke(cli, words, input=typed, prog_name="thidua")

    def says(self, *words: str, typed: str = "") -> list[str]:
        """The lines that a command prints when all is well."""
        result = self.run(*words, typed=typed)
        assert (result.exit_code, result.stderr) == (0, ""), result.stderr
        return result.stdout.splitlines()

    def json(self, *words: str) -> Any:
        """What a command prints for a program."""
        return json.loads("\n".join(self.says(*words, "--json")))

    def refuses(self, *words: str, typed: str = "") -> str:
        """The sentence with which a command refuses: on stderr, with exit status 2."""
        result = self.run(*words, typed=typed)
        assert (result.exit_code, result.stdout) == (2, ""), result.output
        assert isinstance(result.exception, SystemExit)
        return result.stderr.removesuffix("\n")


@pytest.fixture
def no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The commands where Tỉnh Nhỏ is installed and no database was chosen."""
    for module in ("thidua_nho", "thidua_nho.plugin"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    install_small(tmp_path / "noi-dat")
    monkeypatch.syspath_prepend(str(tmp_path / "noi-dat"))
    monkeypatch.setenv("THIDUA_HOME", str(tmp_path / "nha"))
    monkeypatch.setenv("THIDUA_PROVINCES", "nho,tiengiang")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("THIDUA_DATABASE_URL", raising=False)
    monkeypatch.delenv("THIDUA_OWNER_URL", raising=False)
    return Shell()


@pytest.fixture
def shell(no_database: Shell, database: Database, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The commands on a fresh, migrated database without any row."""
    monkeypatch.setenv("THIDUA_DATABASE_URL", database.app_url)
    return no_database


@pytest.fixture
def opened(shell: Shell) -> Shell:
    """The same with Tỉnh Nhỏ applied and its campaign 1 of 2025 opened."""
    shell.says("province", "apply", "nho", "--yes")
    shell.says("campaign", "open", "nho", "2025")
    return shell
