"""``thidua evidence``: the check names what is missing or altered; the list is a workbook."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.thidua.cli.conftest import Shell
from tests.thidua.evidence.samples import pdf, upload
from tests.thidua.work.evidence_desk import Desk

from thidua.evidence.files import open_files
from thidua.settings import Settings
from thidua.store.campaigns import Campaign
from thidua.store.provinces import Province
from thidua.store.tenancy import enter_province


@pytest.fixture
def unit(opened: Shell, sessions: sessionmaker[Session], tmp_path: Path) -> int:
    """Sở Một, with two documents that have files."""
    files = open_files(Settings(home=tmp_path / "nha"))
    with sessions.begin() as session:
        enter_province(session, session.scalars(select(Province.id)).one())
        desk = Desk(session, session.scalars(select(Campaign.id)).one(), COMMAND, files)
        for name in ("Một", "Hai"):
            desk.use(desk.add(name, file=upload(f"{name}.pdf", pdf(name))))
        return desk.one


def kept(tmp_path: Path) -> list[Path]:
    """The files, those of “Một” first."""
    folder = tmp_path / "nha" / "evidence"
    found = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(found, key=lambda path: path.read_bytes() != pdf("Một"))


def test_check_says_that_all_is_whole(opened: Shell, unit: int) -> None:
    opened.says("province", "apply", "tiengiang", "--yes")
    assert opened.says("evidence", "check") == [
        "nho: 2 tệp, 0 tài liệu có tệp thiếu hoặc bị sửa.",
        "tiengiang: 0 tệp, 0 tài liệu có tệp thiếu hoặc bị sửa.",
    ]
    assert opened.json("evidence", "check", "nho") == {"nho": {"files": 2, "faults": []}}


def test_check_names_what_is_missing_or_altered(opened: Shell, unit: int, tmp_path: Path) -> None:
    one, two = kept(tmp_path)
    one.unlink()
    two.write_bytes(b"x")
    result = opened.run("evidence", "check", "nho")
    assert (result.exit_code, result.stdout.splitlines()) == (
        1,
        [
            "nho: 2 tệp, 2 tài liệu có tệp thiếu hoặc bị sửa.",
            "  THIẾU TỆP Một.pdf: tài liệu 1 của Sở Một, “Một”",
            "  TỆP BỊ SỬA Hai.pdf: tài liệu 2 của Sở Một, “Hai”",
        ],
    )
    assert opened.run("evidence", "check", "--json").exit_code == 1


def test_check_of_an_unknown_province_is_refused(shell: Shell) -> None:
    assert shell.refuses("evidence", "check", "tiengiang") == (
        "Tỉnh “tiengiang” chưa có trong cơ sở dữ liệu. Hãy chạy: thidua province apply tiengiang"
    )


def test_list_writes_a_workbook(opened: Shell, unit: int, tmp_path: Path) -> None:
    file = tmp_path / "danh mục.xlsx"
    assert opened.says("evidence", "list", "nho", "1", str(unit), str(file)) == [f"Đã ghi {file}."]
    sheet = load_workbook(file).active
    assert sheet is not None
    assert [row[4] for row in sheet.values if row[4]] == ["Trích yếu", "Một", "Hai"]
    assert opened.refuses("evidence", "list", "nho", "1", "999", str(tmp_path / "b.xlsx")) == (
        "Đơn vị này không tham gia kỳ đánh giá."
    )
