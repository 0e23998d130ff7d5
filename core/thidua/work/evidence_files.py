"""Care of the files behind the registers: scanning them, and seeing that they are whole.

Done for the installation by its job and its command, in the province that the session entered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.evidence.files import EvidenceFiles
from thidua.evidence.scanning import Verdict
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.campaigns import CampaignUnit
from thidua.store.evidence import EvidenceItem
from thidua.store.filed import Scan
from thidua.store.papers import StoredPaper
from thidua.store.tenancy import province_of

SCANNER = Actor(kind="job", name="quét vi-rút")
PAPERS = "hồ sơ thi đua, khen thưởng"
"""Whose a file is that stands in the register of papers."""

R = TypeVar("R", EvidenceItem, StoredPaper)
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
    """The hashes of files that the scanner has not judged yet, oldest first in each register."""
    found: dict[str | None, None] = {}
    for table in (EvidenceItem, StoredPaper):
        waiting = select(table.file_hash).where(table.scan == "waiting").group_by(table.file_hash)
        found |= dict.fromkeys(session.scalars(waiting.order_by(func.min(table.id))))
    return [digest for digest in found if digest]


def file_scanned(session: Session, *, file_hash: str, verdict: Verdict) -> int:
    """Note what the scanner says of a file on every item that waits for it; how many did.

    ``unknown`` notes nothing: the file goes on waiting.
    """
    scan = _FOUND.get(verdict)
    if scan is None:
        return 0
    items: list[EvidenceItem | StoredPaper] = [
        *_waiting_for(session, EvidenceItem, file_hash),
        *_waiting_for(session, StoredPaper, file_hash),
    ]
    for item in items:
        item.scan = scan
        paper = isinstance(item, StoredPaper)
        record(
            session, actor=SCANNER, action="evidence.scan",
            subject=("paper", item.id) if paper else ("evidence_item", item.id),
            before={"scan": "waiting"}, after={"scan": scan, "sha256": file_hash},
        )  # fmt: skip
    session.flush()
    return len(items)


def file_faults(session: Session, *, files: EvidenceFiles) -> tuple[int, list[FileFault]]:
    """Hash every file of the province again: how many there are, and the documents at fault."""
    filed: list[tuple[EvidenceItem | StoredPaper, str, str]] = [
        *((item, unit, item.summary) for item, unit in _evidence(session)),
        *((item, PAPERS, item.number or item.summary) for item in _papers(session)),
    ]
    kept = [(item.id, unit, words, file) for item, unit, words in filed if (file := item.file)]
    altered = {
        digest: files.altered(province_of(session), digest)
        for digest in dict.fromkeys(file.hash for *_, file in kept)
    }
    faults = [
        FileFault(id_, unit, words, file.name, missing=altered[file.hash] is None)
        for id_, unit, words, file in kept
        if altered[file.hash] is not False
    ]
    return len(altered), faults


def _waiting_for(session: Session, table: type[R], file_hash: str) -> Sequence[R]:
    waiting = (table.file_hash == file_hash) & (table.scan == "waiting")
    return session.scalars(select(table).where(waiting).order_by(table.id).with_for_update()).all()


def _evidence(session: Session) -> Iterator[tuple[EvidenceItem, str]]:
    """Each item with a file, and the name of its unit."""
    rows = session.execute(
        select(EvidenceItem, CampaignUnit.name)
        .join(
            CampaignUnit,
            (CampaignUnit.campaign_id == EvidenceItem.campaign_id)
            & (CampaignUnit.unit_id == EvidenceItem.unit_id),
        )
        .where(EvidenceItem.file_hash.is_not(None))
        .order_by(EvidenceItem.id)
    )
    yield from ((item, unit) for item, unit in rows)


def _papers(session: Session) -> Iterator[StoredPaper]:
    there = select(StoredPaper).where(StoredPaper.file_hash.is_not(None))
    yield from session.scalars(there.order_by(StoredPaper.id))
