"""A process that saves entries through the use case until it is killed: one person at a screen.

``python -m tests.thidua.saver URL PROVINCE CAMPAIGN JOURNAL NUMBER``. Each save is written into the
journal twice: before it is sent, and after the commit was acknowledged, or refused. A saver
started on the journal of a killed one first sends again what was neither, as a browser does.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import cast

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import NAMES, OPENED_AT, unit_id

from thidua.store.engine import make_engine
from thidua.store.sheets import EntryStage, ScoreEntry, ScoreSheet
from thidua.store.tenancy import enter_province, make_sessionmaker
from thidua.work.entries import EntryChanged, save_entry

QUIET = "quiet"
"""While a file of this name lies beside the journal nobody saves."""

LEAF = "1.2"
STAGES: tuple[EntryStage, ...] = ("self", "appraised")


@dataclass(frozen=True)
class Save:
    """One save: its value occurs nowhere else; ``seen`` is the version that was on the screen."""

    value: int
    unit: str
    stage: EntryStage
    seen: int


class Journal:
    """What one saver sent and what was answered, in a file that survives it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, *words: object) -> None:
        """Append a line; it is there before this returns."""
        with self._file.open("a") as file:
            file.write(" ".join(map(str, words)) + "\n")

    def answers(self) -> dict[int, str]:
        """``saved``, ``refused`` or, not answered yet, ``sent``, by value."""
        return {int(line[1]): line[0] for line in self._lines()}

    def open(self) -> Save | None:
        """The save that was sent and not answered."""
        lines = list(self._lines())
        if not lines or lines[-1][0] != "sent":
            return None
        _, value, unit, stage, seen = lines[-1]
        return Save(int(value), unit, cast("EntryStage", stage), int(seen))

    def _lines(self) -> Iterator[list[str]]:
        """Whole lines: the last may be in the making."""
        text = self._file.read_text() if self._file.exists() else ""
        for line in text.splitlines(keepends=True):
            if line.endswith("\n"):
                yield line.split()


class Saver:
    """One person: looks at a line, saves it, looks at the next."""

    def __init__(self, sessions: sessionmaker[Session], province: int, campaign: int) -> None:
        self.sessions, self.province, self.campaign = sessions, province, campaign

    def look(self, value: int) -> Save:
        """A line picked at random, as it stands."""
        chance = Random(value)
        unit, stage = chance.choice(tuple(NAMES)), chance.choice(STAGES)
        with self.sessions() as session:
            enter_province(session, self.province)
            seen = session.scalar(
                select(ScoreEntry.row_version)
                .join(ScoreSheet, ScoreSheet.id == ScoreEntry.sheet_id)
                .where(ScoreSheet.unit_id == unit_id(session, unit), ScoreEntry.stage == stage)
            )
        return Save(value, unit, stage, seen or 0)

    def send(self, save: Save) -> str:
        """Save in one transaction; the answer."""
        try:
            with self.sessions.begin() as session:
                enter_province(session, self.province)
                save_entry(
                    session, campaign_id=self.campaign, unit_id=unit_id(session, save.unit),
                    leaf_code=LEAF, stage=save.stage, inputs={"points": save.value}, by=COMMAND,
                    at=OPENED_AT, expected_version=save.seen, save_id=str(save.value),
                )  # fmt: skip
        except EntryChanged:
            return "refused"
        return "saved"


def main(url: str, province: str, campaign: str, file: str, number: str) -> None:
    """Go on where the journal ends; values are ``number``, ``number`` + 10, … ."""
    saver = Saver(make_sessionmaker(make_engine(url)), int(province), int(campaign))
    journal = Journal(Path(file))
    save = journal.open()
    value = max(journal.answers(), default=int(number))
    while True:
        if Path(file).with_name(QUIET).exists():
            time.sleep(0.05)
            continue
        try:
            if save is None:
                value += 10
                save = saver.look(value)
                journal.add("sent", save.value, save.unit, save.stage, save.seen)
            journal.add(saver.send(save), save.value)
            save = None
            time.sleep(0.01)  # a person looks up
        except DBAPIError as error:
            if not error.connection_invalidated and getattr(error.orig, "sqlstate", None):
                raise  # the database answered: this is no broken connection
            time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
