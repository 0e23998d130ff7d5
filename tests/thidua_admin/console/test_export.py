"""Lists as files."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from tests.thidua_admin.conftest import COMMAND, Web

from thidua.work.units import register_unit
from thidua_admin.console.export import file_name
from thidua_admin.console.lookups import today

EVIL = ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)"]


@pytest.fixture
def exported(web: Web) -> tuple[list[list[str]], list[list[str]]]:
    """The rows of the csv and of the xlsx of units with evil names."""
    with web.inside() as session:
        for name in EVIL:
            register_unit(
                session, name=name, kind="so", cluster=None, official_code="=1",
                valid_from=None, valid_to=date(2099, 12, 31), by=COMMAND,
            )  # fmt: skip
    client = web.client("secretariat")
    asked = "?loai=so&search=1"
    text = client.get(f"/quan-tri/don-vi/export/csv/{asked}").data.decode("utf-8-sig")
    book = client.get(f"/quan-tri/don-vi/export/xlsx/{asked}").data
    sheet = load_workbook(BytesIO(book)).worksheets[0]
    cells = [[str(cell.value) for cell in row] for row in sheet.iter_rows()]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    return list(csv.reader(StringIO(text))), cells


def test_export_is_the_list_without_formulas(
    exported: tuple[list[list[str]], list[list[str]]],
) -> None:
    rows, cells = exported
    assert rows == cells
    assert rows[0] == [
        "Tên đơn vị", "Loại đơn vị", "Khối, cụm", "Mã hành chính", "Từ ngày", "Đến ngày",
    ]  # fmt: skip
    rest = ["Sở, ban, ngành", "–", "'=1", "–", "31/12/2099"]
    assert sorted(rows[1:]) == sorted([f"'{name}", *rest] for name in EVIL)


def test_csv_tells_excel_its_encoding_and_files_have_plain_names(web: Web) -> None:
    client = web.client("secretariat")
    with web.app.app_context():
        day = f"{today():%Y-%m-%d}"
    for path, name in (("don-vi", "don-vi"), ("ky-danh-gia", "ky-danh-gia")):
        answer = client.get(f"/quan-tri/{path}/export/csv/")
        assert answer.data.startswith(b"\xef\xbb\xbf")
        disposition = answer.headers["Content-Disposition"]
        assert disposition == f'attachment; filename="{name}-{day}.csv"'
        assert answer.mimetype == "text/csv"


def test_export_shows_words_for_marks(web: Web) -> None:
    text = web.client("secretariat").get("/quan-tri/ky-danh-gia/export/csv/").text
    assert text.splitlines()[1] == "Kỳ Kín Mẫu,2026,Đang mở,01/06/2026,SỐ LIỆU MINH HỌA"


def test_unknown_kind_of_file_is_refused(web: Web) -> None:
    answer = web.client("secretariat").get("/quan-tri/don-vi/export/html/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/quan-tri/don-vi/")


def test_file_name_keeps_every_letter() -> None:
    name = file_name("Đơn vị thi đua", date(2026, 11, 3), "xlsx")
    assert name == "don-vi-thi-dua-2026-11-03.xlsx"
