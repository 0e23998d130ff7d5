"""Care of the files behind the registers: scanning them, and seeing that they are whole.

Done for the installation by its job and its command, in the province that the session entered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.evidence.files import EvidenceFiles
from thidua.evidence.scanning import Verdict
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.campaigns import CampaignUnit
from thidua.store.evidence import EvidenceItem
from thidua.store.filed import Scan
from thidua.store.tenancy import province_of

SCANNER = Actor(kind="job", name="quét vi-rút")
_FOUND: dict[Verdict, Scan] = {"clean": "clean", "found": "infected"}


@dataclass(frozen=True)
class FileFault:
    """A document whose file is not in the store any more, or is not what was put there."""

    item_id: int
    unit: str
    summary: str
    file: str
    missing: bool


def waiting_files(session: Session) -> Sequence[str]:
    """The hashes of files that the scanner has not judged yet, oldest first."""
    found = session.scalars(
        select(EvidenceItem.file_hash)
        .where(EvidenceItem.scan == "waiting")
        .group_by(EvidenceItem.file_hash)
        .order_by(func.min(EvidenceItem.id))
    )
    return [digest for digest in found if digest]


def file_scanned(session: Session, *, file_hash: str, verdict: Verdict) -> int:
    """Note what the scanner says of a file on every item that waits for it; how many did.

    ``unknown`` notes nothing: the file goes on waiting.
    """
    scan = _FOUND.get(verdict)
    waiting = (EvidenceItem.file_hash == file_hash) & (EvidenceItem.scan == "waiting")
    items = session.scalars(select(EvidenceItem).where(waiting).with_for_update()).all()
    for item in items if scan else ():
        item.scan = scan
        record(
            session, actor=SCANNER, action="evidence.scan", subject=("evidence_item", item.id),
            before={"scan": "waiting"}, after={"scan": scan, "sha256": file_hash},
        )  # fmt: skip
    session.flush()
    return len(items) if scan else 0


def file_faults(session: Session, *, files: EvidenceFiles) -> tuple[int, list[FileFault]]:
    """Hash every file of the province again: how many there are, and the documents at fault."""
    rows = session.execute(
        select(EvidenceItem, CampaignUnit.name)
        .join(
            CampaignUnit,
            (CampaignUnit.campaign_id == EvidenceItem.campaign_id)
            & (CampaignUnit.unit_id == EvidenceItem.unit_id),
        )
        .where(EvidenceItem.file_hash.is_not(None))
        .order_by(EvidenceItem.id)
    ).all()
    filed = [(item, unit, file) for item, unit in rows if (file := item.file)]
    hashes = dict.fromkeys(file.hash for _, _, file in filed)
    altered = {digest: files.altered(province_of(session), digest) for digest in hashes}
    faults = [
        FileFault(item.id, unit, item.summary, file.name, missing=altered[file.hash] is None)
        for item, unit, file in filed
        if altered[file.hash] is not False
    ]
    return len(hashes), faults
