"""An officer of Sở Một at the register of evidence of the small province."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.small import OPENED_AT, unit_id

from thidua.evidence.files import EvidenceFiles
from thidua.store.actor import Actor
from thidua.store.audit_rows import AuditEvent
from thidua.store.evidence import EvidenceItem
from thidua.work.evidence import add_evidence, change_evidence, use_evidence
from thidua.work.evidence_facts import EvidenceFacts

NOON = OPENED_AT + timedelta(hours=4)


def facts(summary: str = "Báo cáo cải cách hành chính", **more: Any) -> EvidenceFacts:
    """What is written of a document."""
    return EvidenceFacts(summary=summary, **more)


@dataclass(frozen=True)
class Desk:
    """Who sits there, in a session, with the files of the installation."""

    session: Session
    campaign: int
    by: Actor
    files: EvidenceFiles

    @property
    def one(self) -> int:
        """Sở Một."""
        return unit_id(self.session, "so-mot")

    def add(self, summary: str = "Báo cáo", *, at: datetime = NOON, **more: Any) -> EvidenceItem:
        """A document, with ``file`` or without."""
        file = more.pop("file", None)
        return add_evidence(
            self.session, campaign_id=self.campaign, unit_id=self.one,
            facts=facts(summary, **more), by=self.by, at=at, files=self.files, file=file,
        )  # fmt: skip

    def change(self, item: EvidenceItem, *, at: datetime = NOON, **more: Any) -> EvidenceItem:
        """Another summary, or whatever else is given."""
        given = {name: more.pop(name) for name in ("file", "expected_version") if name in more}
        return change_evidence(
            self.session, item_id=item.id, facts=facts(**more), by=self.by, at=at,
            files=self.files, **given,
        )  # fmt: skip

    def use(self, item: EvidenceItem, leaf: str = "1.1", at: datetime = NOON, **more: str) -> None:
        """The document proves a leaf."""
        use_evidence(
            self.session, item_id=item.id, leaf_code=leaf, by=self.by, at=at, **more
        )  # fmt: skip

    @property
    def acts(self) -> list[tuple[str, Any, Any]]:
        """What the audit says about evidence: act, before, after."""
        self.session.flush()
        rows = self.session.scalars(
            select(AuditEvent)
            .where(AuditEvent.subject_kind == "evidence_item")
            .order_by(AuditEvent.id)
        )
        return [(row.action, row.before, row.after) for row in rows]
