"""The commands, run in this process on a fresh database where Tỉnh Nhỏ is installed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from tests.factories import Database
from tests.small import install_small

from thidua.cli import cli
from thidua.store.embedded import APP, OWNER, Server

PLUGIN = ("thidua_nho", "thidua_nho.plugin")


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


def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The commands where Tỉnh Nhỏ is installed, in the folder, and no database was chosen."""
    for module in PLUGIN:
        monkeypatch.delitem(sys.modules, module, raising=False)
    install_small(folder / "noi-dat")
    monkeypatch.syspath_prepend(str(folder / "noi-dat"))
    monkeypatch.setenv("THIDUA_HOME", str(folder / "nha"))
    monkeypatch.setenv("THIDUA_PROVINCES", "nho,tiengiang")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("THIDUA_DATABASE_URL", raising=False)
    monkeypatch.delenv("THIDUA_OWNER_URL", raising=False)
    return Shell()


@pytest.fixture
def no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The commands where Tỉnh Nhỏ is installed and no database was chosen."""
    return installed(tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def opened_template(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database where the campaign of Tỉnh Nhỏ is opened, by commands."""
    name = f"opened_{uuid4().hex}"
    server.clone(name)
    with pytest.MonkeyPatch.context() as monkeypatch:
        shell = installed(tmp_path_factory.mktemp("opened"), monkeypatch)
        monkeypatch.setenv("THIDUA_DATABASE_URL", server.url(APP, name))
        shell.says("province", "apply", "nho", "--yes")
        shell.says("campaign", "open", "nho", "2025")
    for module in PLUGIN:  # each test imports it from a folder of its own
        sys.modules.pop(module, None)
    yield name
    server.drop(name)


@pytest.fixture
def database(server: Server, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh, migrated database: with the open campaign for who asks for it, else empty."""
    name, template = f"test_{uuid4().hex}", tuple[str, ...]()
    if "opened" in request.fixturenames:
        template = (request.getfixturevalue("opened_template"),)
    server.clone(name, *template)
    yield Database(owner_url=server.url(OWNER, name), app_url=server.url(APP, name))
    server.drop(name)


@pytest.fixture
def shell(no_database: Shell, database: Database, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The commands on this test's database."""
    monkeypatch.setenv("THIDUA_DATABASE_URL", database.app_url)
    return no_database


@pytest.fixture
def opened(shell: Shell) -> Shell:
    """The same with Tỉnh Nhỏ applied and its campaign 1 of 2025 opened."""
    return shell
