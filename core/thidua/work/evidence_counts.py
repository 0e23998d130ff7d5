"""How much evidence stands behind each line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import LiteralString

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.store.campaigns import Campaign
from thidua.store.driving import driven
from thidua.store.evidence import EvidenceItem, EvidenceUse

_STANDS = EvidenceItem.withdrawn_at.is_(None), EvidenceItem.scan.is_distinct_from("infected")
OF_LEAF: LiteralString = """
    SELECT count(*) FROM evidence_item JOIN evidence_use ON evidence_use.item_id = evidence_item.id
    WHERE evidence_item.campaign_id = %(campaign)s AND evidence_item.unit_id = %(unit)s
        AND evidence_use.leaf_code = %(code)s
        AND evidence_item.withdrawn_at IS NULL AND evidence_item.scan IS DISTINCT FROM 'infected'
"""
"""How many items stand behind one line of a unit's sheet."""


def evidence_counts(
    session: Session, campaign: Campaign, units: Iterable[int]
) -> dict[tuple[int, str], int]:
    """The items not withdrawn and without a virus, by unit id and leaf code, where there is one."""
    rows = session.execute(
        select(EvidenceItem.unit_id, EvidenceUse.leaf_code, func.count())
        .join(EvidenceUse, EvidenceUse.item_id == EvidenceItem.id)
        .where(
            EvidenceItem.campaign_id == campaign.id,
            EvidenceItem.unit_id.in_(list(units)),
            *_STANDS,
        )
        .group_by(EvidenceItem.unit_id, EvidenceUse.leaf_code)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def leaf_evidence_count(session: Session, campaign: Campaign, unit_id: int, code: str) -> int:
    """The same for one line."""
    session.flush()
    asked = {"campaign": campaign.id, "unit": unit_id, "code": code}
    count: int
    [(count,)] = driven(session, OF_LEAF, asked)
    return count
