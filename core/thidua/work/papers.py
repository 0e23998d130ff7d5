"""Văn bản: entering the papers on which movements and awards rest, with their signed files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from thidua.errors import Invalid, Problem
from thidua.evidence.files import EvidenceFiles, Kept, Upload
from thidua.store.actor import Actor
from thidua.store.base import Json
from thidua.store.papers import StoredPaper
from thidua.store.tenancy import province_of
from thidua.store.vietnamese import nfc
from thidua.work.given import words
from thidua.work.units import YEARS
from thidua.work.windows import local_day

_LABELS = {
    "number": "Số, ký hiệu",
    "signer": "Người ký",
    "issuer": "Cơ quan ban hành",
    "summary": "Trích yếu",
}


@dataclass(frozen=True)
class PaperFacts:
    """What is written of a document: số, ký hiệu; ngày; người ký; cơ quan ban hành; trích yếu.

    ``file``: the signed document, where there is one to keep.
    """

    number: str
    issued_on: date
    signer: str = ""
    issuer: str = ""
    summary: str = ""
    file: Upload | None = None


def keep_paper(
    session: Session,
    *,
    paper: PaperFacts,
    by: Actor,
    at: datetime,
    files: EvidenceFiles | None = None,
) -> StoredPaper:
    """Enter a document in the register, its file kept first; for use cases that asked for rights.

    ``Invalid`` names what is wrong: neither number nor summary, a day to come, an unfit file.
    ``files`` is needed where there is a file.
    """
    said = {
        name: nfc(words(label, getattr(paper, name), longest=500))
        for name, label in _LABELS.items()
    }
    problems = []
    if not said["number"] and not said["summary"]:
        problems.append(Problem(_LABELS["number"], "Hãy ghi số, ký hiệu hoặc trích yếu văn bản."))
    if paper.issued_on.year not in YEARS or paper.issued_on > local_day(at):
        problems.append(Problem("Ngày văn bản", "Hãy ghi ngày ký văn bản, không sau hôm nay."))
    if problems:
        raise Invalid(problems)
    row = StoredPaper(issued_on=paper.issued_on, added_at=at, **said)
    row.added_by = by.id if by.kind == "person" else None
    if paper.file is not None:
        assert files is not None  # the edge has the store
        _attach(row, files.keep(province_of(session), paper.file))
    session.add(row)
    session.flush()
    return row


def paper_words(row: StoredPaper) -> str:
    """A document inside a sentence: ``12/TTr-SNV ngày 05/11/2026``."""
    return f"{row.number or row.summary} ngày {row.issued_on:%d/%m/%Y}"


def paper_said(row: StoredPaper | None) -> Json | None:
    """What the audit keeps of a document."""
    if row is None:
        return None
    return {
        "number": row.number,
        "issued_on": row.issued_on.isoformat(),
        "signer": row.signer,
        "issuer": row.issuer,
        "summary": row.summary,
        "file": row.file_name,
        "sha256": row.file_hash,
    }


def _attach(row: StoredPaper, kept: Kept) -> None:
    row.file_hash, row.file_name = kept.hash, kept.name
    row.file_size, row.file_type, row.scan = kept.size, kept.type, "waiting"
