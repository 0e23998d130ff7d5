"""Entering figures into a score sheet, leaf by leaf, each stage beside the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, NotAllowed
from thidua.store.actor import Actor
from thidua.store.audit import act
from thidua.store.criteria import Leaf
from thidua.store.people import User
from thidua.store.sheets import EntryStage, ScoreEntry
from thidua.work.access import STAFF, Rights, granted, rights_of
from thidua.work.duties import duties_of
from thidua.work.given import words
from thidua.work.line_writing import Slot, put, put_all, said
from thidua.work.windows import hour
from thidua.work.writing import (
    SURVEYED,
    Place,
    Standing,
    place_to_write,
    refuse_late,
    refuse_signed,
    refuse_unusable,
    standing,
)

__all__ = ["SURVEYED", "EntryChanged", "require_stage", "save_entries", "save_entry"]


class EntryChanged(Conflict):
    """Another changed the line meanwhile. What was typed is kept here, so that it can be shown."""

    def __init__(
        self, sentence: str, *, stored: ScoreEntry | None, inputs: Mapping[str, int], text: str
    ) -> None:
        super().__init__(sentence)
        self.stored = stored
        self.inputs = dict(inputs)
        self.explanation = text


def save_entry(
    session: Session,
    *,
    campaign_id: int,
    unit_id: int,
    leaf_code: str,
    stage: EntryStage,
    inputs: Mapping[str, int],
    by: Actor,
    at: datetime,
    explanation: str = "",
    expected_version: int | None = None,
    save_id: str = "",
) -> ScoreEntry:
    """Save the inputs of one leaf of one unit at one stage, in stored units.

    ``explanation`` is the unit's, or the appraiser's comment. ``expected_version`` is the
    ``row_version`` the person saw (0: no entry yet): ``EntryChanged`` if another changed it since.
    A ``save_id`` that was saved before writes nothing and returns what stands there. Refused when
    the stage is not open at ``at``, the sheet is signed off, the right is missing, or an input is
    unusable or another's to give.
    """
    place = place_to_write(session, campaign_id, unit_id)
    return save_at(
        session, place, standing(session, place, stage, [leaf_code], by), leaf_code=leaf_code,
        stage=stage, inputs=inputs, by=by, at=at, explanation=explanation,
        expected_version=expected_version, save_id=save_id,
    )  # fmt: skip


def save_at(
    session: Session,
    place: Place,
    found: Standing,
    *,
    leaf_code: str,
    stage: EntryStage,
    inputs: Mapping[str, int],
    by: Actor,
    at: datetime,
    explanation: str = "",
    expected_version: int | None = None,
    save_id: str = "",
) -> ScoreEntry:
    """``save_entry`` in a place that was found by ``place_to_write``, over what stands there."""
    require_stage(session, place, stage, [leaf_code], by, found.rights)
    explanation = words("Giải trình", explanation)
    refuse_unusable(place, stage, {leaf_code: inputs})
    found.refuse_replaced(place)
    slot = found.slots[leaf_code]
    if save_id and slot.entry and save_id in slot.entry.recent_saves:
        return slot.entry
    refuse_late(session, place, stage, at, found.schedule)
    refuse_signed(found.signed, stage)
    _refuse_stale(session, slot, expected_version, inputs, explanation)
    saved = act(
        actor=by, action="entry.save",
        subject=("score_entry", slot.entry.id if slot.entry else None),
        before=slot.said(), after=said(leaf_code, stage, inputs, explanation),
    )  # fmt: skip
    return put(session, slot, inputs, by, explanation=explanation, save_id=save_id, act=saved)


def save_entries(
    session: Session,
    *,
    campaign_id: int,
    unit_id: int,
    stage: EntryStage,
    inputs: Mapping[str, Mapping[str, int]],
    by: Actor,
    at: datetime,
    save_id: str = "",
) -> int:
    """Save many leaves of one unit at once, by leaf code; how many were. All or none.

    Every problem of every leaf is in the one ``Invalid``. Sent twice with the same ``save_id`` it
    counts once.
    """
    place = place_to_write(session, campaign_id, unit_id)
    found = standing(session, place, stage, inputs, by)
    require_stage(session, place, stage, inputs, by, found.rights)
    refuse_unusable(place, stage, inputs)
    found.refuse_replaced(place)
    slots = [found.slots[code] for code in inputs]
    if save_id and any(s.entry and save_id in s.entry.recent_saves for s in slots):
        return len(inputs)
    refuse_late(session, place, stage, at, found.schedule)
    refuse_signed(found.signed, stage)
    before = {slot.code: slot.entry.inputs for slot in slots if slot.entry}
    saved = act(
        actor=by, action="entries.save", subject=("score_sheet", place.sheet_id),
        before={"stage": stage, "inputs": before},
        after={"stage": stage, "inputs": {code: dict(given) for code, given in inputs.items()}},
    )  # fmt: skip
    put_all(session, [*zip(slots, inputs.values(), strict=True)], by, save_id=save_id, act=saved)
    return len(inputs)


def require_stage(
    session: Session,
    place: Place,
    stage: EntryStage,
    codes: Iterable[str],
    by: Actor,
    rights: Rights | None = None,
) -> None:
    """``NotAllowed`` unless the actor may enter these leaves of the sheet at this stage.

    The self-assessment belongs to the unit's officers, figures and appraisal to the agency that
    has the leaf, surveys to the secretariat. Without the ``rights`` of the actor they are read.
    """
    unit_id, rights = place.unit.unit_id, rights or rights_of(session, by)
    match stage:
        case "self":
            granted(rights, {"officer"}, "tự chấm")
            if by.kind == "person" and unit_id not in rights.units_as("officer"):
                raise NotAllowed("Bạn chỉ tự chấm được phiếu của đơn vị mình.")
        case "agency" | "appraised" | "reappraised":
            granted(rights, {"appraiser"}, "thẩm định")
            if by.kind == "person":
                duties = duties_of(session, place.campaign, place.criteria)
                duties.refuse_others(codes, unit_id, rights, by)
            if stage == "reappraised":
                _refuse_first_round(session, place, codes)
        case "survey":
            granted(rights, STAFF, "nhập kết quả điều tra, chỉ số, đánh giá của lãnh đạo")


def _refuse_first_round(session: Session, place: Place, codes: Iterable[str]) -> None:
    """The second round looks again at what the first has appraised."""
    appraised = set(
        session.scalars(
            select(Leaf.code)
            .join(ScoreEntry, ScoreEntry.leaf_id == Leaf.id)
            .where(
                ScoreEntry.sheet_id == place.sheet_id,
                ScoreEntry.stage == "appraised",
                Leaf.set_id == place.set_id,
            )
        )
    )
    missing = [code for code in codes if code not in appraised]
    if missing:
        raise Conflict(
            f"Tiêu chí {', '.join(missing)} chưa được thẩm định lần 1 nên chưa thẩm định lần 2. "
            "Hãy thẩm định lần 1 trước."
        )


def _refuse_stale(
    session: Session, slot: Slot, expected: int | None, inputs: Mapping[str, int], text: str
) -> None:
    if expected is None or expected == (slot.entry.row_version if slot.entry else 0):
        return
    stored = session.get(ScoreEntry, slot.entry.id) if slot.entry else None
    who = session.get(User, stored.updated_by) if stored and stored.updated_by else None
    when = f" lúc {hour(stored.updated_at)}" if stored else ""
    raise EntryChanged(
        f"Dòng này vừa được {who.name if who else 'người khác'} sửa{when}. Số liệu bạn nhập "
        "chưa được lưu. Hãy so với bản đang lưu rồi nhập lại.",
        stored=stored,
        inputs=inputs,
        text=text,
    )
