"""A round of awards as an office's workbook: every nomination with its place and its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from thidua.awards.nominee import ANSWERS
from thidua.exchange.office import (
    Cell,
    add_header,
    add_heading,
    add_line,
    add_notes,
    add_title,
    lay_out,
    new_sheet,
    saved,
)
from thidua.spec.award_conditions import RECIPIENTS, Recipient
from thidua.work.award_page import NominationView, ProposalLine, RoundPage

HEADINGS = ("TT", "Tập thể, cá nhân", "Đơn vị", "Nơi đề nghị", "Suất", "Đề xuất", "Lý do")
_WIDTHS = (6, 34, 34, 34, 26, 20, 80)


def round_workbook(page: RoundPage) -> bytes:
    """The .xlsx of a round: its newest proposal, or its nominations where there is none to see."""
    book, sheet = new_sheet(f"Đợt {page.year}")
    proposal = page.proposal
    made = f", đề xuất số {proposal.number}" if proposal else ""
    lines = [page.authority.upper(), page.title, f"{page.form}, đợt năm {page.year}{made}"]
    add_title(sheet, lines, len(HEADINGS), illustrative=page.illustrative)
    add_header(sheet, HEADINGS, _WIDTHS)
    for recipient, words in RECIPIENTS.items():
        add_heading(sheet, words.capitalize(), len(HEADINGS))
        for number, cells in zip(count(1), _rows(page, recipient), strict=False):
            add_line(sheet, [number, *cells], _WIDTHS)
    add_notes(sheet, [*(proposal.ties if proposal else ()), *(proposal.gaps if proposal else ())])
    add_notes(sheet, page.notes)
    lay_out(sheet, _WIDTHS)
    return saved(book)


def _rows(page: RoundPage, recipient: Recipient) -> Iterator[Sequence[Cell]]:
    if page.proposal:
        yield from (_line(item) for item in page.proposal.lines if item.recipient == recipient)
        return
    standing = (item for item in page.nominations if not item.withdrawn)
    for nomination in standing:
        if nomination.recipient == recipient:
            yield from _nomination(nomination)


def _line(line: ProposalLine) -> Sequence[Cell]:
    who = _named(line.name, line.title)
    return who, line.unit, line.nominator, "; ".join(line.slots), line.outcome_words, line.words


def _nomination(item: NominationView) -> Iterator[Sequence[Cell]]:
    """One line for each slot that the nomination could take."""
    for found in item.slots:
        words = " ".join(finding.words for finding in found.findings)
        answer = ANSWERS[found.answer].capitalize()
        who = _named(item.name, item.title)
        yield who, item.unit, item.nominator, found.slot.label, answer, words


def _named(name: str, title: str) -> str:
    return f"{name}, {title}" if title else name
