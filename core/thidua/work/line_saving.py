"""Saving one line as its page sends it: figures as typed, and what they earn in answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, NotFound
from thidua.scoring.kinds import RuleKind
from thidua.spec.criteria import Leaf
from thidua.spec.parts import Supplier
from thidua.store.actor import Actor
from thidua.store.criteria import Leaf as StoredLeaf
from thidua.store.people import User
from thidua.store.sheets import EntryStage, ScoreEntry
from thidua.work.cells import Cell, EntryRow, Rules
from thidua.work.completeness import Gap, line_gaps
from thidua.work.entries import EntryChanged, save_at
from thidua.work.typed import as_typed, typed_inputs
from thidua.work.writing import Place, place_to_write, standing


@dataclass(frozen=True)
class SavedLine:
    """A line as it stands saved; ``gaps``: what a self-assessed line still lacks."""

    cell: Cell
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class StoredLine:
    """What stands in a line that another has changed; ``inputs`` as they are typed."""

    inputs: Mapping[str, str]
    text: str
    version: int
    who: str
    at: datetime | None


class LineChanged(Conflict):
    """Another changed the line since it was shown; ``stored`` is what stands there now."""

    def __init__(self, sentence: str, stored: StoredLine) -> None:
        super().__init__(sentence)
        self.stored = stored


def save_line(
    session: Session,
    *,
    campaign_id: int,
    unit_id: int,
    leaf_code: str,
    stage: EntryStage,
    typed: Mapping[str, str | None],
    by: Actor,
    at: datetime,
    explanation: str = "",
    expected_version: int | None = None,
    save_id: str = "",
    kinds: Mapping[str, RuleKind] = {},
) -> SavedLine:
    """Save a line from the texts of its fields (see ``save_entry``), and say what it earns.

    ``LineChanged`` when another has changed it since, also between a save and its repetition.
    """
    place = place_to_write(session, campaign_id, unit_id)
    leaf = next((item for item in place.criteria.leaves if item.code == leaf_code), None)
    if leaf is None:
        raise NotFound(f"Bộ tiêu chí không có mã {leaf_code}.")
    inputs = typed_inputs(leaf.inputs, typed)
    found = standing(session, place, stage, [leaf_code], by)
    try:
        entry = save_at(
            session, place, found, leaf_code=leaf_code, stage=stage, inputs=inputs, by=by, at=at,
            explanation=explanation, expected_version=expected_version, save_id=save_id,
        )  # fmt: skip
    except EntryChanged as error:
        raise LineChanged(str(error), _stored(session, leaf, error.stored)) from error
    if entry.inputs != inputs or entry.explanation != explanation.strip():
        words = "Dòng này đã được sửa sau lần lưu của bạn. Hãy so với bản đang lưu rồi chọn."
        raise LineChanged(words, _stored(session, leaf, entry))
    cell = _cell(session, place, leaf, entry, by, kinds)
    evidence = found.slots[leaf_code].evidence
    return SavedLine(cell, line_gaps(leaf, cell, evidence) if stage == "self" else ())


def _cell(
    session: Session, place: Place, leaf: Leaf, entry: ScoreEntry, by: Actor,
    kinds: Mapping[str, RuleKind],
) -> Cell:  # fmt: skip
    supplied = {} if entry.stage == "agency" else _supplied(session, place, leaf)
    row = EntryRow(
        place.unit.unit_id, leaf.code, entry.stage, by.name, entry.inputs, entry.explanation,
        entry.row_version, entry.updated_at,
    )  # fmt: skip
    return Rules(place.criteria, kinds, {}).cell(row, supplied)


def _supplied(session: Session, place: Place, leaf: Leaf) -> Mapping[str, int]:
    """What the agency gives of the line."""
    if all(leaf.supplier_of(item.name) is not Supplier.AGENCY for item in leaf.inputs):
        return {}
    given = session.scalar(
        select(ScoreEntry.inputs)
        .join(StoredLeaf, StoredLeaf.id == ScoreEntry.leaf_id)
        .where(
            ScoreEntry.sheet_id == place.sheet_id,
            ScoreEntry.stage == "agency",
            StoredLeaf.set_id == place.set_id,
            StoredLeaf.code == leaf.code,
        )
    )
    return given or {}


def _stored(session: Session, leaf: Leaf, entry: ScoreEntry | None) -> StoredLine:
    if entry is None:
        return StoredLine({}, "", 0, "", None)
    who = session.get(User, entry.updated_by) if entry.updated_by else None
    inputs = {
        spec.name: as_typed(spec, entry.inputs[spec.name])
        for spec in leaf.inputs
        if spec.name in entry.inputs
    }
    return StoredLine(
        inputs, entry.explanation, entry.row_version, who.name if who else "", entry.updated_at
    )
