"""What is written of a document of evidence, and what about it deserves a second look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlsplit

from thidua.errors import Invalid, Problem
from thidua.store.filed import Scan
from thidua.work.given import words

SCAN_WORDS: dict[Scan, str] = {
    "waiting": "chưa quét vi-rút",
    "clean": "đã quét vi-rút, sạch",
    "infected": "có vi-rút",
}


@dataclass(frozen=True)
class EvidenceFacts:
    """Trích yếu; số, ký hiệu; ngày; cơ quan ban hành; a link and the day on which it was seen."""

    summary: str
    reference: str = ""
    issued_on: date | None = None
    issuer: str = ""
    link: str = ""
    link_seen_on: date | None = None


def fit_facts(facts: EvidenceFacts) -> EvidenceFacts:
    """The facts as they are kept; ``Invalid`` with every problem."""
    problems = list(_problems(facts))
    if problems:
        raise Invalid(problems)
    texts = {name: getattr(facts, name).strip() for name in ("summary", "reference", "issuer")}
    return replace(facts, link=facts.link.strip(), **texts)


def evidence_warnings(
    facts: EvidenceFacts, *, year: int, scan: Scan | None, used: bool
) -> tuple[str, ...]:
    """What an appraiser would ask about; nothing of it is refused.

    ``scan`` is None where there is no file.
    """
    day = facts.issued_on
    found = {
        f"Ngày {day:%d/%m/%Y} không thuộc năm đánh giá {year}." if day else "": (
            day is not None and day.year != year
        ),
        "Đường dẫn chưa ghi ngày truy cập.": bool(facts.link) and facts.link_seen_on is None,
        "Chưa có tệp hay đường dẫn.": scan is None and not facts.link,
        "Tệp có vi-rút, không được tính. Hãy thay bằng tệp sạch.": scan == "infected",
        "Chưa dùng cho tiêu chí nào.": not used,
    }
    return tuple(words for words, true in found.items() if true)


def _problems(facts: EvidenceFacts) -> Iterator[Problem]:
    for place, text, longest in (
        ("Trích yếu", facts.summary, 2000),
        ("Số, ký hiệu", facts.reference, 100),
        ("Cơ quan ban hành", facts.issuer, 300),
        ("Đường dẫn", facts.link, 2000),
    ):
        try:
            words(place, text, longest=longest)
        except Invalid as error:
            yield from error.problems
    if not facts.summary.strip():
        yield Problem("Trích yếu", "Hãy ghi trích yếu nội dung tài liệu.")
    if facts.link.strip() and not _is_link(facts.link.strip()):
        yield Problem("Đường dẫn", "Phải bắt đầu bằng http:// hoặc https:// và không có dấu cách.")


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and len(text.split()) == 1
