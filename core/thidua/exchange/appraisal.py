"""Appraisal as workbooks: an agency's part for signature, and the table of its own figures.

The table is read back by ``thidua.exchange.figures.read_figures`` with the table's columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from thidua.scoring.ticks import to_points
from thidua.work.agency_appraisal import AgencyAppraisal, AppraisedLeaf
from thidua.work.agency_figures import AgencyTable

HEADINGS = ("TT", "Đơn vị", "Điểm tự chấm", "Thẩm định lần 1", "Thẩm định lần 2", "Nhận xét")
_WIDTHS = (6, 48, 14, 14, 14, 60)


def appraisal_workbook(appraisal: AgencyAppraisal) -> bytes:
    """The .xlsx of an agency's appraisal, by domain and criterion, with a place to sign."""
    book, sheet = new_sheet(f"Thẩm định {appraisal.year}")
    lines = [
        appraisal.authority.upper(), f"Kết quả thẩm định của {appraisal.agency}", appraisal.title,
    ]  # fmt: skip
    add_title(sheet, lines, len(HEADINGS), illustrative=appraisal.illustrative)
    add_header(sheet, HEADINGS, _WIDTHS)
    for domain in appraisal.domains:
        of = f" ({domain.set_title})" if appraisal.several_sets else ""
        add_heading(sheet, f"{domain.code}. {domain.name}{of}", len(HEADINGS))
        for leaf in domain.leaves:
            title = f"{leaf.code}. {leaf.name} (tối đa {leaf.maximum.replace('.', ',')} điểm)"
            add_heading(sheet, title, len(HEADINGS))
            for row in _rows(leaf):
                add_line(sheet, row, _WIDTHS)
    waiting = appraisal.waiting
    add_notes(sheet, [f"Còn {waiting} dòng chưa thẩm định."] if waiting else [])
    add_notes(sheet, ["THỦ TRƯỞNG CƠ QUAN THẨM ĐỊNH", "(Ký, ghi rõ họ tên, đóng dấu)"])
    lay_out(sheet, _WIDTHS)
    return saved(book)


def agency_workbook(table: AgencyTable) -> bytes:
    """The .xlsx that an agency fills in: a unit a line, its figures in columns."""
    book, sheet = new_sheet("Số liệu")
    headings = ["Đơn vị", *(column.label for column in table.columns)]
    widths = [48, *(24 for _ in table.columns)]
    add_title(sheet, [table.title], len(headings), illustrative=table.illustrative)
    add_header(sheet, headings, widths)
    sheet.freeze_panes = f"B{sheet.max_row + 1}"  # the unit stays beside its figures
    for unit in table.units:
        add_line(sheet, [unit, *(None for _ in table.columns)], widths)
    lay_out(sheet, widths)
    return saved(book)


def _rows(leaf: AppraisedLeaf) -> Iterator[Sequence[Cell]]:
    for number, line in enumerate(leaf.lines, start=1):
        points = [
            None if ticks is None else to_points(ticks)
            for ticks in (line.own, line.first, line.second)
        ]
        yield [number, line.unit, *points, line.comment]
