"""Accounts as a workbook to fill in, and their first passwords as slips to print and cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from openpyxl.worksheet.worksheet import Worksheet

from thidua.errors import Invalid
from thidua.exchange.office import add_header, add_line, add_notes, lay_out, new_sheet, saved
from thidua.exchange.tables.cells import Cell, Grid, plain
from thidua.exchange.tables.files import readings
from thidua.store.people import User
from thidua.work.access import ROLE_NAMES
from thidua.work.account_import import AccountLine, PlannedAccount

COLUMNS: Mapping[str, str] = {
    "name": "Họ và tên",
    "username": "Tên đăng nhập",
    "role": "Vai trò",
    "unit": "Đơn vị",
    "domains": "Lĩnh vực",
    "phone": "Điện thoại",
}
"""Field of ``AccountLine`` and heading."""

NEEDED = ("name", "username", "role")
WIDTHS = (30, 22, 28, 46, 14, 18)
STYLE = """
@page { size: A4; margin: 12mm }
body { font: 11pt "Times New Roman", "Liberation Serif", serif; margin: 0 }
.slips { display: grid; grid-template-columns: 1fr 1fr }
.slip { border: 1px dashed #888; padding: 4mm; break-inside: avoid }
.slip h2 { font-size: 12pt; margin: 0 0 2mm } .slip p { margin: 0 0 1mm }
.slip code { font: bold 12pt "DejaVu Sans Mono", monospace }
""".strip()


@dataclass(frozen=True)
class AccountSlip:
    """What one person needs to sign in for the first time; the password is kept nowhere else."""

    name: str
    username: str
    password: str
    words: str = ""


def slips_of(
    users: Sequence[User], passwords: Mapping[str, str], planned: Sequence[PlannedAccount]
) -> list[AccountSlip]:
    """A slip for each new account: one-time passwords by user name, roles as planned."""
    roles: dict[str, list[str]] = {}
    for item in planned:
        said = f"{ROLE_NAMES[item.role]}: {item.unit}" if item.unit else ROLE_NAMES[item.role]
        roles.setdefault(item.username, []).append(said)
    return [
        AccountSlip(
            user.name, user.username, passwords[user.username],
            "; ".join(roles.get(user.username, ())),
        )
        for user in users
    ]  # fmt: skip


def read_accounts(path: Path) -> tuple[AccountLine, ...]:
    """The lines of a file with the headings of ``COLUMNS``, in any order.

    Lines without a name and a user name are left out: the form holds one for every unit.
    ``Invalid`` when no such headings are found.
    """
    found = next(_found(path), None)
    if found is None:
        names = ", ".join(f"“{COLUMNS[name]}”" for name in NEEDED)
        raise Invalid.one(path.name, f"không có hàng tiêu đề với các cột {names}; hãy thêm vào.")
    sheet, at, places = found
    lines = (_line(row, number, places) for number, row in enumerate(sheet.rows, start=1))
    return tuple(line for line in lines if line.line > at + 1 and (line.name or line.username))


def accounts_form(units: Sequence[str], domains: Mapping[str, str]) -> bytes:
    """An .xlsx to fill in: a line for every unit, and below what may stand in the columns."""
    book, sheet = new_sheet("Tài khoản")
    add_header(sheet, list(COLUMNS.values()), WIDTHS)
    for unit in units:
        add_line(sheet, ["", "", ROLE_NAMES["officer"], unit, "", ""], WIDTHS)
    lay_out(sheet, WIDTHS)
    _explain(book.create_sheet("Hướng dẫn"), domains)
    return saved(book)


def slips_page(slips: Sequence[AccountSlip], *, address: str) -> bytes:
    """A page of HTML that needs nothing else, about ten slips to a sheet of A4."""
    body = slips_markup(slips, address=address)
    return (
        '<!doctype html>\n<html lang="vi"><head><meta charset="utf-8">'
        f"<title>Phiếu tài khoản</title>\n<style>{STYLE}</style></head>\n"
        f"<body>{body}</body></html>\n"
    ).encode()


def slips_markup(slips: Sequence[AccountSlip], *, address: str) -> str:
    """The slips as HTML to stand in a page that styles ``.slips`` and ``.slip``."""
    inner = "\n".join(_slip(slip, address) for slip in slips)
    return f'<div class="slips">\n{inner}\n</div>'


def _slip(slip: AccountSlip, address: str) -> str:
    words = f"<p>{escape(slip.words)}</p>" if slip.words else ""
    where = f"<p>Địa chỉ: {escape(address)}</p>" if address else ""
    return (
        f'<article class="slip"><h2>{escape(slip.name)}</h2>{words}{where}'
        f"<p>Tên đăng nhập: <code>{escape(slip.username)}</code></p>"
        f"<p>Mật khẩu dùng một lần: <code>{escape(slip.password)}</code></p>"
        "<p>Gõ cả dấu gạch nối. Lần đăng nhập đầu tiên phải đổi mật khẩu; sau đó hãy hủy phiếu "
        "này.</p></article>"
    )


def _explain(sheet: Worksheet, domains: Mapping[str, str]) -> None:
    sheet.column_dimensions["A"].width = 100
    notes = [
        "Mỗi dòng một tài khoản. Dòng chưa ghi họ tên và tên đăng nhập thì được bỏ qua.",
        "Một người giữ nhiều vai trò: ghi nhiều dòng cùng họ tên, tên đăng nhập.",
        f"Vai trò: {'; '.join(ROLE_NAMES.values())}.",
        "Đơn vị: tên, mã hành chính hoặc khóa; chỉ ghi cho Cán bộ của đơn vị và Cơ quan thẩm định.",
        "Lĩnh vực: mã, cách nhau bằng dấu phẩy; chỉ ghi cho Cơ quan thẩm định, để trống là tất cả.",
        "Điện thoại: để Thường trực liên hệ khi đơn vị chậm; tài khoản đã có thì ghi thêm số mới.",
        *(f"Lĩnh vực {code}: {name}" for code, name in domains.items()),
    ]
    add_notes(sheet, notes)


def _found(path: Path) -> Iterator[tuple[Grid, int, dict[str, int]]]:
    """A sheet, the place of its heading row, and the place of each column."""
    names = {plain(heading): name for name, heading in COLUMNS.items()}
    for reading in readings(path):
        for sheet in reading:
            for at, row in enumerate(sheet.rows):
                texts = [plain(cell.text) for cell in row]
                places = {names[text]: place for place, text in enumerate(texts) if text in names}
                if all(name in places for name in NEEDED):
                    yield sheet, at, places


def _line(row: Sequence[Cell], number: int, places: Mapping[str, int]) -> AccountLine:
    texts = {name: row[place].text.removeprefix("'") for name, place in places.items()}
    return AccountLine(**texts, line=number)
