"""The consolidated list of a round as an office's workbook: those proposed, and their dossiers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from openpyxl.worksheet.worksheet import Worksheet

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
from thidua.work.consolidated import ConsolidatedList, DossierLine, Listed

LIST = (
    "TT", "Tập thể, cá nhân", "Đơn vị in trên bằng", "Nơi đề nghị", "Kết quả cải cách hành chính",
    "Ý kiến các cơ quan", "Hồ sơ",
)  # fmt: skip
_LIST_WIDTHS = (5, 30, 28, 22, 24, 30, 28)
EXTRACT = (
    "TT", "Tập thể, cá nhân", "Ngày sinh", "Chức vụ, diện", "Đơn vị in trên bằng",
    "Tóm tắt thành tích", "Sáng kiến",
)  # fmt: skip
_EXTRACT_WIDTHS = (5, 28, 13, 22, 26, 42, 32)
DOSSIERS = (
    "TT", "Nơi đề nghị", "Số đến, ngày nhận", "Tập thể", "Cá nhân", "Văn bản kèm theo",
    "Tình trạng", "Còn thiếu",
)  # fmt: skip
_DOSSIER_WIDTHS = (5, 26, 22, 9, 9, 32, 32, 34)


def consolidated_workbook(found: ConsolidatedList) -> bytes:
    """The .xlsx: the list and the danh sách trích ngang, collectives first; then the dossiers."""
    book, sheet = new_sheet("Danh sách tổng hợp")
    _title(sheet, found, "DANH SÁCH TỔNG HỢP ĐỀ NGHỊ KHEN THƯỞNG", len(LIST))
    _people(sheet, found, LIST, _LIST_WIDTHS, _entry)
    add_notes(sheet, _notes(found))
    lay_out(sheet, _LIST_WIDTHS)
    sheet = book.create_sheet("Trích ngang")
    _title(sheet, found, "DANH SÁCH TRÍCH NGANG", len(EXTRACT))
    _people(sheet, found, EXTRACT, _EXTRACT_WIDTHS, _extract)
    lay_out(sheet, _EXTRACT_WIDTHS)
    _dossier_sheet(book.create_sheet("Hồ sơ"), found)
    return saved(book)


def _people(
    sheet: Worksheet, found: ConsolidatedList, headings: Sequence[str], widths: Sequence[int],
    cells: Callable[[Listed], Sequence[Cell]],
) -> None:  # fmt: skip
    """The lines of those proposed, collectives before persons, each numbered from 1."""
    add_header(sheet, headings, widths)
    groups: dict[Recipient, Sequence[Listed]] = {
        "collective": found.collectives, "person": found.persons,
    }  # fmt: skip
    for recipient, items in groups.items():
        add_heading(sheet, f"{RECIPIENTS[recipient].capitalize()}: {len(items):02}", len(headings))
        for number, item in enumerate(items, 1):
            add_line(sheet, [number, *cells(item)], widths)


def _dossier_sheet(sheet: Worksheet, found: ConsolidatedList) -> None:
    _title(sheet, found, "HỒ SƠ ĐỀ NGHỊ KHEN THƯỞNG", len(DOSSIERS))
    add_header(sheet, DOSSIERS, _DOSSIER_WIDTHS)
    for number, line in enumerate(found.dossiers, 1):
        add_line(sheet, [number, *_dossier(line)], _DOSSIER_WIDTHS)
    add_line(
        sheet,
        [None, "Cộng", "", sum(line.collectives for line in found.dossiers),
         sum(line.persons for line in found.dossiers), "", "", ""],
        _DOSSIER_WIDTHS,
        bold=True,
    )  # fmt: skip
    lay_out(sheet, _DOSSIER_WIDTHS)


def _title(sheet: Worksheet, found: ConsolidatedList, heading: str, width: int) -> None:
    what = f"{found.title}, đợt năm {found.year}"
    lines = [found.authority.upper(), heading, f"{found.form}: {what}" if found.form else what]
    add_title(sheet, lines, width, illustrative=found.illustrative)


def _entry(item: Listed) -> Sequence[Cell]:
    state = "; ".join(part for part in (item.arrival, item.state_words, *item.missing) if part)
    who = ", ".join(part for part in (_who(item), item.title) if part)
    return who, item.unit, item.nominator, item.standing, "; ".join(item.opinions), state


def _extract(item: Listed) -> Sequence[Cell]:
    post = ", ".join(part for part in (item.title, item.category) if part)
    initiatives = "; ".join(item.initiatives)
    return _who(item), _day(item.born_on), post, item.unit, item.achievement, initiatives


def _who(item: Listed) -> str:
    who = f"{item.sex.capitalize()} {item.name}" if item.sex else item.name
    return f"{who} (minh họa)" if item.illustrative else who


def _dossier(line: DossierLine) -> list[Cell]:
    late = "đã quá hạn bổ sung" if line.overdue else ""
    state = "; ".join(part for part in (line.state_words, line.returned, late) if part)
    papers = "\n".join(item.words for item in line.papers)
    return [
        line.nominator, line.arrival, line.collectives, line.persons, papers,
        state[:1].upper() + state[1:], "\n".join(line.missing),
    ]  # fmt: skip


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _notes(found: ConsolidatedList) -> list[str]:
    preparing = [line for line in found.dossiers if line.state == "preparing"]
    notes = [f"Theo {found.result}."] if found.result else []
    notes.append(f"Đơn vị được xem xét theo tình trạng ngày {found.decides_on:%d/%m/%Y}.")
    if preparing:
        names = "; ".join(line.nominator for line in preparing)
        notes.append(f"Chưa tính {len(preparing):02} hồ sơ đang lập, chưa tiếp nhận: {names}.")
    return notes
