"""Writing lines of a sheet, new or over what stands there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from thidua.store.actor import Actor
from thidua.store.base import Json
from thidua.store.driving import copied, driven
from thidua.store.sheets import EntryStage, ScoreEntry
from thidua.work.line_statements import PUT, PUT_NOTED

REMEMBERED = 16
"""How many saves of a line are remembered, so that one sent again is known."""


@dataclass(frozen=True)
class Slot:
    """One line of a sheet at one stage: what stands there, if anything, and behind it."""

    sheet_id: int
    leaf_id: int
    code: str
    stage: EntryStage
    entry: ScoreEntry | None
    evidence: int

    def said(self) -> Json | None:
        """What the audit keeps of it."""
        old = self.entry
        return said(self.code, self.stage, old.inputs, old.explanation) if old else None


def put(
    session: Session,
    slot: Slot,
    inputs: Mapping[str, int],
    by: Actor,
    *,
    explanation: str | None = None,
    save_id: str = "",
    act: Mapping[str, object] | None = None,
) -> ScoreEntry:
    """Write one line; without ``explanation`` what stands there is kept."""
    [entry] = put_all(
        session, [(slot, inputs)], by, explanation=explanation, save_id=save_id, act=act
    )
    return entry


def put_all(
    session: Session,
    lines: Sequence[tuple[Slot, Mapping[str, int]]],
    by: Actor,
    *,
    explanation: str | None = None,
    save_id: str = "",
    act: Mapping[str, object] | None = None,
) -> list[ScoreEntry]:
    """Write lines at once; what now stands there. A line that is not changed is not written.

    With them an ``act`` is appended to the audit; of a line that was not there it has no subject.
    """
    user = by.id if by.kind == "person" else None
    entries = [_entry(slot, inputs, user, explanation, save_id) for slot, inputs in lines]
    changed = {
        entry.leaf_id: entry
        for (slot, _), entry in zip(lines, entries, strict=True)
        if slot.entry is None or _kept(entry) != _kept(slot.entry)
    }
    asked = {"user": user, "lines": Jsonb([_line(entry) for entry in changed.values()])}
    if act:
        _follow(session, changed, driven(session, PUT_NOTED, {**asked, **act}))
    elif changed:
        _follow(session, changed, driven(session, PUT, asked))
    return entries


def _entry(
    slot: Slot, inputs: Mapping[str, int], user: int | None, explanation: str | None, save_id: str
) -> ScoreEntry:
    old = slot.entry
    text = (old.explanation if old else "") if explanation is None else explanation
    saves = [*(old.recent_saves if old else ()), *([save_id] if save_id else ())]
    made = copied(
        ScoreEntry, sheet_id=slot.sheet_id, leaf_id=slot.leaf_id, stage=slot.stage,
        inputs=dict(inputs), explanation=text, recent_saves=saves[-REMEMBERED:], updated_by=user,
    )  # fmt: skip
    if old:
        made.id, made.row_version, made.updated_at = old.id, old.row_version, old.updated_at
    return made


def _kept(entry: ScoreEntry) -> tuple[object, ...]:
    return entry.inputs, entry.explanation, entry.recent_saves, entry.updated_by


def _line(entry: ScoreEntry) -> Json:
    return {
        "sheet_id": entry.sheet_id, "leaf_id": entry.leaf_id, "stage": entry.stage,
        "inputs": entry.inputs, "explanation": entry.explanation,
        "recent_saves": entry.recent_saves,
    }  # fmt: skip


def _follow(
    session: Session, entries: Mapping[int, ScoreEntry], rows: Iterable[Sequence[Any]]
) -> None:
    """Tell the entries, and those that the session has at hand, what was written."""
    for leaf, *row in rows:
        entry = entries[leaf]
        entry.id, entry.row_version, entry.updated_at = row
        loaded = session.identity_map.get(identity_key(ScoreEntry, entry.id))
        if loaded is not None:
            session.expire(loaded)


def said(code: str, stage: EntryStage, inputs: Mapping[str, int], explanation: str) -> Json:
    """What the audit keeps of an entry."""
    return {"leaf": code, "stage": stage, "inputs": dict(inputs), "explanation": explanation}
