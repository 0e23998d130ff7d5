"""What a replaced criteria set had under its nodes, put under those of the new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from thidua.spec.criteria import CriteriaSet
from thidua.store.appraisal import ExplanationRequest
from thidua.store.base import Json
from thidua.store.campaigns import Campaign, CampaignSet, CampaignUnit, Exemption
from thidua.store.criteria import Leaf, StoredCriteriaSet
from thidua.store.evidence import EvidenceItem, EvidenceUse
from thidua.store.reissue import ReplacedEntry, SetReplacement
from thidua.store.sheets import ScoreEntry, ScoreSheet
from thidua.store.units import Unit
from thidua.work.campaigns import ScoringSet
from thidua.work.carrying import refusal


class _Old(NamedTuple):
    """An entry as it stands before the act."""

    entry: ScoreEntry
    leaf: str


@dataclass(frozen=True)
class Change:
    """The two sets, and the nodes of the one by those of the other."""

    campaign: Campaign
    kind: str
    old: ScoringSet
    new_row: StoredCriteriaSet
    new: CriteriaSet
    mapping: Mapping[str, str]
    nodes: Mapping[str, str]


def units_of(change: Change) -> Any:
    """The ids of the units that the set scores, as a subquery."""
    return select(CampaignUnit.unit_id).where(
        CampaignUnit.campaign_id == change.campaign.id, CampaignUnit.kind == change.kind
    )


def put_set(session: Session, change: Change) -> None:
    change.new_row.frozen = True
    session.execute(
        update(CampaignSet)
        .where(CampaignSet.campaign_id == change.campaign.id, CampaignSet.kind == change.kind)
        .values(criteria_set_id=change.new_row.id)
    )


def exemptions_before(session: Session, change: Change) -> list[Json]:
    """What units are not assessed on, with the node that answers to it now."""
    rows = session.execute(
        select(Exemption.unit_id, Exemption.node, Exemption.reason)
        .where(Exemption.campaign_id == change.campaign.id, Exemption.unit_id.in_(units_of(change)))
        .order_by(Exemption.id)
    )
    return [{**row._asdict(), "new_node": change.nodes.get(row.node)} for row in rows]


def put_exemptions(session: Session, change: Change, old: Sequence[Json]) -> None:
    """Those carried over, and those of the new set's own groups."""
    ours = Exemption.campaign_id == change.campaign.id
    session.execute(delete(Exemption).where(ours, Exemption.unit_id.in_(units_of(change))))
    keys = session.execute(select(Unit.id, Unit.key).where(Unit.id.in_(units_of(change)))).all()
    reasons = {
        (unit, node): group.reason
        for unit, key in keys
        for group in change.new.exemption_groups
        if key in group.units
        for node in group.nodes
    }
    carried = {(i["unit_id"], i["new_node"]): i["reason"] for i in old if i["new_node"]}
    rows = [
        {"campaign_id": change.campaign.id, "unit_id": unit, "node": node, "reason": reason}
        for (unit, node), reason in {**carried, **reasons}.items()
    ]
    if rows:
        session.execute(insert(Exemption), rows)


def evidence_before(session: Session, change: Change) -> list[Json]:
    """Uses of the units' documents that do not stay where they are."""
    rows = session.execute(
        select(EvidenceUse.id, EvidenceUse.item_id, EvidenceUse.leaf_code)
        .join(EvidenceItem, EvidenceItem.id == EvidenceUse.item_id)
        .where(
            EvidenceItem.campaign_id == change.campaign.id,
            EvidenceItem.unit_id.in_(units_of(change)),
        )
        .order_by(EvidenceUse.id)
    )
    return [
        {"use_id": row.id, "item_id": row.item_id, "node": row.leaf_code, "new_node": new}
        for row in rows
        if (new := change.mapping.get(row.leaf_code)) != row.leaf_code
    ]


def put_evidence(session: Session, change: Change, moved: Sequence[Json]) -> None:
    """Taken away first and put back under the new code: two leaves may have changed places."""
    targets = {item["use_id"]: item["new_node"] for item in moved}
    uses = session.scalars(select(EvidenceUse).where(EvidenceUse.id.in_(targets))).all()
    kept = [
        {
            "item_id": use.item_id, "leaf_code": targets[use.id], "section": use.section,
            "page": use.page, "note": use.note, "used_at": use.used_at,
        }
        for use in uses
        if targets[use.id]
    ]  # fmt: skip
    session.execute(delete(EvidenceUse).where(EvidenceUse.id.in_(targets)))
    if kept:
        session.execute(insert(EvidenceUse), kept)


def put_requests(session: Session, change: Change) -> None:
    """Requests for explanation follow their leaf; those of a leaf that is gone stay with it."""
    olds, news = (_leaf_ids(session, row) for row in (change.old.row, change.new_row))
    sheets = select(ScoreSheet.id).where(
        ScoreSheet.campaign_id == change.campaign.id, ScoreSheet.unit_id.in_(units_of(change))
    )
    for old, new in change.mapping.items():
        session.execute(
            update(ExplanationRequest)
            .where(ExplanationRequest.leaf_id == olds[old], ExplanationRequest.sheet_id.in_(sheets))
            .values(leaf_id=news[new])
        )


def carry_entries(session: Session, change: Change, made: SetReplacement) -> int:
    """Keep every entry as it was, and put it under the leaf that takes it over, if one does."""
    olds = {leaf.code: leaf for leaf in change.old.criteria.leaves}
    news = {leaf.code: leaf for leaf in change.new.leaves}
    ids = _leaf_ids(session, change.new_row)
    kept, carried, lost = list[Json](), dict[int, list[int]](), list[int]()
    for entry, code in _entries(session, change):
        target = news.get(change.mapping.get(code, ""))
        why = refusal(olds[code], target, entry.inputs)
        new_id = None if why or target is None else ids[target.code]
        kept.append(_as_it_was(entry, made, new_id, why))
        (lost if new_id is None else carried.setdefault(new_id, [])).append(entry.id)
    if kept:
        session.execute(insert(ReplacedEntry), kept)
    for new_id, moved in carried.items():
        _put_entries(session, moved, new_id)
    session.execute(delete(ScoreEntry).where(ScoreEntry.id.in_(lost)))
    session.expire_all()
    return sum(map(len, carried.values()))


def _put_entries(session: Session, entries: Sequence[int], leaf_id: int) -> None:
    """Under another leaf; who has one of them open is told that it changed."""
    session.execute(
        update(ScoreEntry)
        .where(ScoreEntry.id.in_(entries))
        .values(
            leaf_id=leaf_id,
            row_version=ScoreEntry.row_version + 1,
            updated_at=ScoreEntry.updated_at,
        )
        .execution_options(synchronize_session=False)
    )


def _leaf_ids(session: Session, row: StoredCriteriaSet) -> dict[str, int]:
    found = session.execute(select(Leaf.code, Leaf.id).where(Leaf.set_id == row.id))
    return {leaf.code: leaf.id for leaf in found}


def _entries(session: Session, change: Change) -> list[_Old]:
    rows = session.execute(
        select(ScoreEntry, Leaf.code)
        .join(Leaf, Leaf.id == ScoreEntry.leaf_id)
        .join(ScoreSheet, ScoreSheet.id == ScoreEntry.sheet_id)
        .where(
            ScoreSheet.campaign_id == change.campaign.id,
            ScoreSheet.unit_id.in_(units_of(change)),
            Leaf.set_id == change.old.row.id,
        )
        .order_by(ScoreEntry.id)
        .execution_options(populate_existing=True)
    )
    return [_Old(entry, code) for entry, code in rows]


def _as_it_was(entry: ScoreEntry, made: SetReplacement, new_leaf_id: int | None, why: str) -> Json:
    return {
        "replacement_id": made.id,
        "sheet_id": entry.sheet_id,
        "leaf_id": entry.leaf_id,
        "stage": entry.stage,
        "inputs": entry.inputs,
        "explanation": entry.explanation,
        "updated_at": entry.updated_at,
        "updated_by": entry.updated_by,
        "new_leaf_id": new_leaf_id,
        "why": why,
    }
