"""Thẩm định of one criterion for many units at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from thidua.errors import Invalid, Problem
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.sheets import EntryStage
from thidua.work.entries import require_stage
from thidua.work.given import words
from thidua.work.line_writing import put, said
from thidua.work.writing import Place, held, place_to_write, refuse_late, refuse_unusable

BASED_ON: Mapping[EntryStage, EntryStage] = {"appraised": "self", "reappraised": "appraised"}
"""What a round of appraisal looks at."""


def appraise_many(
    session: Session,
    *,
    campaign_id: int,
    leaf_code: str,
    unit_ids: Collection[int],
    stage: EntryStage,
    by: Actor,
    at: datetime,
    inputs: Mapping[str, int] | None = None,
    comment: str | None = None,
) -> int:
    """Give many units one value or one comment, or both; how many. All or none.

    Without ``inputs`` those stay that the round has given, or else what it looks at is accepted
    as it stands: the self-assessment, or the first round. Without ``comment`` comments stay.
    ``Invalid`` names the units that have nothing to accept.
    """
    comment = None if comment is None else words("Nhận xét", comment)
    if stage not in BASED_ON:
        raise Invalid.one("Lần thẩm định", "Chọn thẩm định lần 1 hoặc lần 2.")
    problems: list[Problem] = []
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for unit_id in sorted(set(unit_ids)):
        place = place_to_write(session, campaign_id, unit_id)
        require_stage(session, place, stage, [leaf_code], by)
        refuse_unusable(place, stage, {leaf_code: inputs or {}})
        refuse_late(session, place, stage, at)
        given = _accepted(session, place, leaf_code, stage, by) if inputs is None else inputs
        if given is None:
            problems.append(Problem(place.unit.name, "chưa có số liệu để thẩm định"))
            continue
        slots = held(session, place, stage, [leaf_code], by)
        before[str(unit_id)] = slots[leaf_code].said()
        entry = put(session, slots[leaf_code], given, by, explanation=comment)
        after[str(unit_id)] = said(leaf_code, stage, entry.inputs, entry.explanation)
    if problems:
        raise Invalid(problems)
    record(
        session, actor=by, action="appraisal.many", subject=("campaign", campaign_id),
        before={"units": before}, after={"units": after},
    )  # fmt: skip
    session.flush()
    return len(after)


def _accepted(
    session: Session, place: Place, code: str, stage: EntryStage, by: Actor
) -> Mapping[str, int] | None:
    """What the round has given already, or what it looks at, whichever is there first."""
    for looked_at in (stage, BASED_ON[stage], "agency"):
        slots = held(session, place, looked_at, [code], by)
        entry = slots[code].entry if code in slots else None
        if entry is not None and entry.inputs:
            return entry.inputs
    return None
