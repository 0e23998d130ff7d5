"""The user guide: the pages of the web are those of ``docs/vi``, and every link leads somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

import click
from tests.guide import PAGES, PICTURES, SOURCE, anchor, chapters, pages

from thidua_admin.cli import main
from thidua_admin.desk.guide import CHAPTERS

MOST_BYTES = 1_500_000
"""All pictures together."""

LINK = re.compile(r"\]\(([^)\s]+)\)")


def test_pages_of_the_web_are_made_of_the_chapters() -> None:
    written = {file.name: file.read_text(encoding="utf-8") for file in PAGES.iterdir()}
    assert written == pages()
    assert {f"{name}.html" for name in CHAPTERS} | {"README.html", "contents.html"} == set(written)


def test_contents_list_the_chapters_in_their_order() -> None:
    assert tuple(re.findall(r"chapter='([\w-]+)'\)", pages()["contents.html"])) == CHAPTERS


def test_pictures_are_those_that_the_chapters_show_and_small() -> None:
    shown = {file for text in chapters().values() for file in re.findall(r"\(img/([^)]+)\)", text)}
    kept = {file.name: file.read_bytes() for file in (SOURCE / "img").glob("*")}
    assert set(kept) == shown
    assert {file.name: file.read_bytes() for file in PICTURES.glob("*")} == kept
    assert sum(map(len, kept.values())) <= MOST_BYTES


def test_every_link_leads_to_a_heading_or_a_file_of_the_guide() -> None:
    headings = {
        name: {anchor(line.lstrip("# ")) for line in text.splitlines() if line.startswith("#")}
        for name, text in chapters().items()
    }
    missing = []
    for name, text in chapters().items():
        for link in LINK.findall(text):
            file, _, place = link.partition("#")
            target = Path(file).stem if file.endswith(".md") and "/" not in file else name
            there = not place or place in headings[target]
            if not there or ".." in file or not (SOURCE / file).exists():
                missing.append((name, link))
    assert missing == []


def test_every_command_of_the_guide_exists_with_its_options() -> None:
    lines = [line for text in chapters().values() for line in text.splitlines()]
    found = [shlex.split(line, comments=True) for line in lines if line.startswith("thidua ")]
    found += [code.split() for line in lines for code in re.findall(r"`(thidua [^`]+)`", line)]
    wrong = [words for words in found if not known(words[1:])]
    assert (wrong, len(found) > 10) == ([], True)


def known(words: Sequence[str]) -> bool:
    """Whether the words begin with a command of ``thidua`` and its options are the command's."""
    command: click.Command | None = main
    for word in words:
        if not isinstance(command, click.Group):
            break
        command = command.get_command(click.Context(command), word)
    if command is None or isinstance(command, click.Group):
        return False
    options = {name for one in command.params for name in one.opts}
    return {word for word in words if word.startswith("--")} <= options
