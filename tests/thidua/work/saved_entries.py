"""Saving entries in tests, and what of them stands in the store and in the audit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import OPENED_AT, unit_id

from thidua.store.actor import Actor
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.criteria import Leaf
from thidua.store.sheets import EntryStage, ScoreEntry, ScoreSheet
from thidua.store.units import Unit
from thidua.work.entries import save_entries, save_entry

CHANGED = re.compile(
    r"Dòng này vừa được người khác sửa lúc \d+ giờ \d\d ngày \d\d/\d\d/\d{4}\. "
    r"Số liệu bạn nhập chưa được lưu\. Hãy so với bản đang lưu rồi nhập lại\."
)
TASKS = {"numerator": 30, "denominator": 40}


def save(
    session: Session,
    campaign: Campaign,
    leaf: str = "1.1",
    stage: EntryStage = "self",
    inputs: Mapping[str, int] = TASKS,
    *,
    unit: str = "so-mot",
    by: Actor = COMMAND,
    **more: Any,
) -> ScoreEntry:
    return save_entry(
        session, campaign_id=campaign.id, unit_id=unit_id(session, unit), leaf_code=leaf,
        stage=stage, inputs=inputs, by=by, **{"at": OPENED_AT, **more},
    )  # fmt: skip


Stored = tuple[str, str, str, dict[str, int], str, int]


def stored(session: Session) -> list[Stored]:
    """Every entry as unit, leaf, stage, inputs, explanation and version."""
    session.flush()
    session.expire_all()
    rows = session.execute(
        select(Unit.key, Leaf.code, ScoreEntry)
        .join(ScoreSheet, ScoreSheet.id == ScoreEntry.sheet_id)
        .join(Unit, Unit.id == ScoreSheet.unit_id)
        .join(Leaf, Leaf.id == ScoreEntry.leaf_id)
        .order_by(ScoreEntry.id)
    )
    return [(key, code, e.stage, e.inputs, e.explanation, e.row_version) for key, code, e in rows]


def said(session: Session) -> list[tuple[str, Any, Any]]:
    """What the audit keeps of entries: action, before, after."""
    session.flush()
    entries = AuditEvent.action.startswith("entr")
    rows = session.scalars(select(AuditEvent).where(entries).order_by(AuditEvent.id))
    return [(row.action, row.before, row.after) for row in rows]


def save_all(
    session: Session, campaign: Campaign, inputs: Mapping[str, Mapping[str, int]], **more: Any
) -> int:
    asked = {
        "stage": "self",
        "by": COMMAND,
        "at": OPENED_AT,
        "unit_id": unit_id(session, "so-mot"),
        **more,
    }
    return save_entries(session, campaign_id=campaign.id, inputs=inputs, **asked)
