"""The register as a file: the same lines come back, whatever the file is."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from thidua.errors import Invalid
from thidua.exchange.units import COLUMNS, read_units, units_csv, units_workbook
from thidua.work.register import UnitLine

LINES = (
    UnitLine(line=2, key="so-a", name="Sở A", kind="so", cluster="khoi-1", official_code="007"),
    UnitLine(
        line=3, key="xa-b", name="Xã B, “mới”; thử", kind="xa", parent="so-a",
        valid_from=date(2024, 1, 1), valid_to=date(2025, 6, 30),
    ),
    UnitLine(line=4, key="c", name="=1+1", kind="xa"),
)  # fmt: skip


@pytest.mark.parametrize(("suffix", "write"), [(".csv", units_csv), (".xlsx", units_workbook)])
def test_lines_come_back_from_the_file(suffix: str, write: object, tmp_path: Path) -> None:
    path = tmp_path / f"don-vi{suffix}"
    path.write_bytes(write(LINES))  # type: ignore[operator]
    assert read_units(path) == LINES


def test_no_cell_of_the_workbook_is_a_formula() -> None:
    sheet = openpyxl.load_workbook(BytesIO(units_workbook(LINES))).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    assert [cell.value for cell in sheet[1]] == list(COLUMNS.values())


def test_csv_text_is_no_formula() -> None:
    assert units_csv(LINES).decode("utf-8-sig").splitlines()[-1] == "c,'=1+1,xa,,,,,,"


def test_headings_may_stand_lower_and_in_another_order(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "DANH SÁCH;;\n\nLoại đơn vị;TÊN ĐƠN VỊ;Từ ngày\nso;Sở A;1/7/2025\n;;\n", "utf-8"
    )
    assert read_units(path) == (
        UnitLine(line=4, name="Sở A", kind="so", valid_from=date(2025, 7, 1)),
    )


def test_unreadable_days_are_named_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Tên đơn vị,Loại đơn vị,Từ ngày,Đến ngày\nA,so,31/2/2025,\nB,so,,mai\n", "utf-8"
    )
    with pytest.raises(Invalid) as refused:
        read_units(path)
    assert [(item.place, item.reason) for item in refused.value.problems] == [
        ("Dòng 2, Từ ngày", "“31/2/2025” không phải là ngày; hãy ghi như 01/07/2025"),
        ("Dòng 3, Đến ngày", "“mai” không phải là ngày; hãy ghi như 01/07/2025"),
    ]


def test_a_file_without_the_headings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Đơn vị,Điểm\nA,1\n", "utf-8")
    with pytest.raises(Invalid, match="không có hàng tiêu đề"):
        read_units(path)
