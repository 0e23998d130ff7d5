"""Danh mục tài liệu minh chứng of a unit as an office's workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

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
from thidua.work.evidence_list import EvidenceList, EvidencePlace, EvidenceView

HEADINGS = (
    "TT", "Số, ký hiệu", "Ngày", "Cơ quan ban hành", "Trích yếu", "Mục", "Trang",
    "Tệp, đường dẫn", "Ghi chú",
)  # fmt: skip
_WIDTHS = (6, 18, 12, 26, 48, 14, 10, 36, 40)


def evidence_workbook(listed: EvidenceList) -> bytes:
    """The .xlsx of the list: by domain and criterion, then what was used for none."""
    book, sheet = new_sheet("Tài liệu minh chứng")
    lines = [
        listed.authority.upper(), "DANH MỤC TÀI LIỆU KIỂM CHỨNG", listed.campaign, listed.unit,
    ]  # fmt: skip
    add_title(sheet, lines, len(HEADINGS), illustrative=listed.illustrative)
    add_header(sheet, HEADINGS, _WIDTHS)
    number = count(1)
    for domain in listed.domains:
        add_heading(sheet, f"{domain.code}. {domain.name}", len(HEADINGS))
        for leaf in domain.leaves:
            if leaf.code != domain.code:
                add_heading(sheet, f"{leaf.code}. {leaf.name}", len(HEADINGS))
            for view, place in leaf.documents:
                add_line(sheet, [next(number), *_cells(view, place)], _WIDTHS)
    if listed.unused:
        add_heading(sheet, "Chưa dùng cho tiêu chí nào", len(HEADINGS))
        for view in listed.unused:
            cells = _cells(view, EvidencePlace(leaf_code="", section="", page="", note=""))
            add_line(sheet, [next(number), *cells], _WIDTHS)
    add_notes(sheet, list(_notes(listed)))
    lay_out(sheet, _WIDTHS)
    return saved(book)


def _cells(view: EvidenceView, place: EvidencePlace) -> Sequence[Cell]:
    facts = view.facts
    return (
        facts.reference,
        f"{facts.issued_on:%d/%m/%Y}" if facts.issued_on else "",
        facts.issuer,
        facts.summary,
        place.section,
        place.page,
        "\n".join(_where(view)),
        "\n".join(part for part in (place.note, *view.warnings) if part),
    )


def _where(view: EvidenceView) -> Iterator[str]:
    if view.file:
        yield view.file.name
    if view.facts.link:
        seen = view.facts.link_seen_on
        yield f"{view.facts.link} (xem ngày {seen:%d/%m/%Y})" if seen else view.facts.link


def _notes(listed: EvidenceList) -> Iterator[str]:
    documents = {
        view.id for domain in listed.domains for leaf in domain.leaves for view, _ in leaf.documents
    }
    yield f"Cộng: {len(documents) + len(listed.unused)} tài liệu."
