"""The consolidated list of a round as an office's workbook: those proposed, and their dossiers."""

from __future__ import annotations

from collections.abc import Sequence
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

PEOPLE = (
    "TT", "Tập thể, cá nhân", "Ngày sinh", "Chức vụ", "Đơn vị in trên bằng", "Diện",
    "Kết quả cải cách hành chính", "Tóm tắt thành tích", "Sáng kiến", "Ý kiến các cơ quan",
    "Nơi đề nghị", "Hồ sơ",
)  # fmt: skip
_PEOPLE_WIDTHS = (6, 28, 13, 20, 26, 13, 24, 40, 34, 34, 24, 28)
DOSSIERS = (
    "TT", "Nơi đề nghị", "Số đến, ngày nhận", "Tập thể", "Cá nhân", "Văn bản kèm theo",
    "Tình trạng", "Còn thiếu",
)  # fmt: skip
_DOSSIER_WIDTHS = (6, 30, 26, 10, 10, 40, 36, 40)


def consolidated_workbook(found: ConsolidatedList) -> bytes:
    """The .xlsx: the danh sách trích ngang, collectives before persons, then the dossiers."""
    book, sheet = new_sheet("Danh sách trích ngang")
    _title(sheet, found, "DANH SÁCH TỔNG HỢP ĐỀ NGHỊ KHEN THƯỞNG", len(PEOPLE))
    add_header(sheet, PEOPLE, _PEOPLE_WIDTHS)
    groups: dict[Recipient, Sequence[Listed]] = {
        "collective": found.collectives, "person": found.persons,
    }  # fmt: skip
    for recipient, items in groups.items():
        add_heading(sheet, f"{RECIPIENTS[recipient].capitalize()}: {len(items):02}", len(PEOPLE))
        for number, item in enumerate(items, 1):
            add_line(sheet, [number, *_person(item)], _PEOPLE_WIDTHS)
    add_notes(sheet, _notes(found))
    lay_out(sheet, _PEOPLE_WIDTHS)
    _dossier_sheet(book.create_sheet("Hồ sơ"), found)
    return saved(book)


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


def _person(item: Listed) -> list[Cell]:
    who = f"{item.sex.capitalize()} {item.name}" if item.sex else item.name
    mark = " (minh họa)" if item.illustrative else ""
    state = "; ".join(part for part in (item.arrival, item.state_words, *item.missing) if part)
    return [
        f"{who}{mark}", _day(item.born_on), item.title, item.unit, item.category, item.standing,
        item.achievement, "; ".join(item.initiatives), "; ".join(item.opinions), item.nominator,
        state,
    ]  # fmt: skip


def _dossier(line: DossierLine) -> list[Cell]:
    late = "đã quá hạn bổ sung" if line.overdue else ""
    state = "; ".join(part for part in (line.state_words, line.returned, late) if part)
    return [
        line.nominator, line.arrival, line.collectives, line.persons, "; ".join(line.papers),
        state, "; ".join(line.missing),
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
