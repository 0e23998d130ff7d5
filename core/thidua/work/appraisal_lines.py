"""Lines of an appraiser read at once: what was entered, what was asked, what does not count."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.scoring.sheet import exempt_leaves
from thidua.spec.criteria import CriteriaSet
from thidua.store.appraisal import ExplanationRequest
from thidua.store.campaigns import Campaign
from thidua.store.criteria import Leaf as LeafRow
from thidua.store.sheets import EntryStage, ScoreEntry, ScoreSheet
from thidua.work.campaigns import exempt_nodes

Pair = tuple[int, str]
"""A unit's id and a leaf's code."""


def entries_of(
    session: Session, campaign: Campaign, set_id: int, mine: Mapping[str, list[int]]
) -> dict[Pair, dict[EntryStage, Mapping[str, int]]]:
    """The inputs by stage of every line."""
    codes = [code for code, units in mine.items() if units]
    rows = session.execute(
        select(ScoreSheet.unit_id, LeafRow.code, ScoreEntry.stage, ScoreEntry.inputs)
        .join(ScoreEntry, ScoreEntry.sheet_id == ScoreSheet.id)
        .join(LeafRow, LeafRow.id == ScoreEntry.leaf_id)
        .where(
            ScoreSheet.campaign_id == campaign.id,
            LeafRow.set_id == set_id,
            LeafRow.code.in_(codes),
        )
    )
    found: dict[Pair, dict[EntryStage, Mapping[str, int]]] = {}
    for unit_id, code, stage, inputs in rows:
        found.setdefault((unit_id, code), {})[stage] = inputs
    return found


def last_requests(session: Session, campaign: Campaign, set_id: int) -> dict[Pair, bool]:
    """Lines on which the unit was asked to explain; whether the last request was answered."""
    rows = session.execute(
        select(ScoreSheet.unit_id, LeafRow.code, ExplanationRequest.answered_at)
        .join(ScoreSheet, ScoreSheet.id == ExplanationRequest.sheet_id)
        .join(LeafRow, LeafRow.id == ExplanationRequest.leaf_id)
        .where(ScoreSheet.campaign_id == campaign.id, LeafRow.set_id == set_id)
        .order_by(ExplanationRequest.id)
    )
    return {(row[0], row[1]): row[2] is not None for row in rows}


def lines_out(session: Session, campaign: Campaign, criteria: CriteriaSet) -> set[Pair]:
    """The lines that do not count for their unit."""
    known = {node.code for node in criteria.nodes()}
    return {
        (unit_id, code)
        for unit_id, nodes in exempt_nodes(session, campaign).items()
        for code in exempt_leaves(criteria, nodes.keys() & known)
    }
