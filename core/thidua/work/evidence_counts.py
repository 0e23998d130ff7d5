"""How much evidence stands behind each line."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from thidua.store.campaigns import Campaign
from thidua.store.evidence import EvidenceItem, EvidenceUse

_STANDS = EvidenceItem.withdrawn_at.is_(None), EvidenceItem.scan.is_distinct_from("infected")
_OF_LEAF = (  # made once: every save asks
    select(func.count())
    .select_from(EvidenceItem)
    .join(EvidenceUse, EvidenceUse.item_id == EvidenceItem.id)
    .where(
        EvidenceItem.campaign_id == bindparam("campaign"),
        EvidenceItem.unit_id == bindparam("unit"),
        EvidenceUse.leaf_code == bindparam("code"),
        *_STANDS,
    )
)


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
    return session.connection().scalar(_OF_LEAF, asked) or 0
