"""``thidua results``: compute, publish, list, export."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker
from tests.small import fill_all
from tests.thidua.cli.conftest import Shell

from thidua.store.campaigns import Campaign
from thidua.store.provinces import Province
from thidua.store.results import ResultVersion
from thidua.store.tenancy import enter_province

SO = "Sở, ban, ngành / Khối 1"
TITLE = "Chỉ số cải cách hành chính năm 2025"


@pytest.fixture
def filled(opened: Shell, sessions: sessionmaker[Session]) -> Shell:
    """The campaign wholly entered."""
    with sessions.begin() as session:
        enter_province(session, session.scalars(select(Province.id)).one())
        fill_all(session, session.scalars(select(Campaign)).one())
    return opened


ROWS = ("Sở Ba", "Sở Hai", "Sở Một", "Xã Một")
"""The units in the order of their rows' ids, from 1."""


def line(
    unit: str, points: str, maximum: str, index: str, rank: int, band: str, group: str = SO
) -> dict[str, object]:
    return {
        "row": 1 + ROWS.index(unit), "unit": unit, "group": group, "points": points,
        "maximum": maximum, "index": index, "rank": rank, "band": band,
    }  # fmt: skip


def test_compute_prints_what_was_computed(filled: Shell) -> None:
    assert filled.json("results", "compute", "nho", "1") == {
        "version": 1,
        "number": 1,
        "rows": [
            line("Sở Hai", "80.0001", "100", "80.00", 1, "Tốt"),
            line("Sở Một", "80", "100", "80.00", 1, "Tốt"),
            line("Sở Ba", "45", "60", "75.00", 3, "Khá"),
            line("Xã Một", "65.5", "100", "65.50", 1, "Khá", "Cấp xã"),
        ],
        "findings": [],
    }
    assert filled.says("results", "compute", "nho", "1") == [
        "Đã tính bản kết quả 2: Kết quả tạm tính năm 2025, bản số 2."
    ]


def test_compute_says_what_is_still_open(opened: Shell) -> None:
    assert opened.says("results", "compute", "nho", "1") == [
        "Đã tính bản kết quả 1: Kết quả tạm tính năm 2025, bản số 1.",
        "  Sở Ba: 1 dòng chưa có kết quả điều tra, chỉ số, đánh giá của lãnh đạo.",
        "  Sở Ba: 1 dòng chưa nhập số liệu, tính 0 điểm.",
        "  Sở Hai: 1 dòng chưa có kết quả điều tra, chỉ số, đánh giá của lãnh đạo.",
        "  Sở Hai: 2 dòng chưa nhập số liệu, tính 0 điểm.",
        "  Sở Một: 1 dòng chưa có kết quả điều tra, chỉ số, đánh giá của lãnh đạo.",
        "  Sở Một: 2 dòng chưa nhập số liệu, tính 0 điểm.",
        "  Xã Một: 1 dòng chưa có kết quả điều tra, chỉ số, đánh giá của lãnh đạo.",
        "  Xã Một: 2 dòng chưa nhập số liệu, tính 0 điểm.",
    ]


def test_publish_asks_first_and_corrects_with_a_reason(
    filled: Shell, sessions: sessionmaker[Session]
) -> None:
    for _ in range(2):
        filled.says("results", "compute", "nho", "1")
    question = "Công bố bản số 1 năm 2025? Sau đó không sửa được nữa. [y/N]: "
    assert filled.says("results", "publish", "nho", "1", typed="n\n") == [
        f"{question}n", "Không công bố.",
    ]  # fmt: skip
    assert jobs(sessions) == 0
    assert filled.says("results", "publish", "nho", "1", typed="y\n") == [
        f"{question}y", "Đã công bố bản số 1 năm 2025.",
    ]  # fmt: skip
    assert jobs(sessions) == 1
    assert filled.refuses("results", "publish", "nho", "1", "--yes") == (
        "Bản kết quả số 1 năm 2025 đã công bố rồi."
    )
    assert filled.refuses("results", "publish", "nho", "2", "--yes") == (
        "Lý do: Năm này đã có kết quả chính thức; hãy ghi lý do điều chỉnh."
    )
    reason = ("--reason", "Theo kết luận 05/KL-TTr")
    assert filled.says("results", "publish", "nho", "2", "--yes", *reason) == [
        "Đã công bố bản số 2 năm 2025."
    ]
    assert filled.says("results", "list", "nho") == [
        f"   2  2025  bản 2  Kết quả điều chỉnh, đã công bố: {TITLE}",
        f"   1  2025  bản 1  Kết quả chính thức, đã công bố: {TITLE}",
    ]
    both = {"year": 2025, "published": True, "title": TITLE}
    assert filled.json("results", "list", "nho") == [
        {"id": 2, "number": 2, "kind": "corrected", **both},
        {"id": 1, "number": 1, "kind": "final", **both},
    ]
    with sessions() as session:
        enter_province(session, 1)
        assert session.get_one(ResultVersion, 2).reason == "Theo kết luận 05/KL-TTr"


def jobs(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) or 0


def test_export_writes_the_table(filled: Shell, tmp_path: Path) -> None:
    computed = filled.json("results", "compute", "nho", "1")
    file = tmp_path / "kết quả.xlsx"
    assert filled.says("results", "export", "nho", "1", str(file)) == [f"Đã ghi {file}."]
    lines = list(load_workbook(file).worksheets[0].iter_rows(values_only=True))
    assert ("SỐ LIỆU MINH HỌA", *[None] * 6) in lines
    assert lines[-1][0] == "Nhật ký kiểm toán khi in bảng này: chưa niêm phong dòng nào."
    found = [
        (str(c[1]), str(c[2]), str(c[3]), f"{c[4]:.2f}", c[0], c[5])
        for c in lines
        if isinstance(c[0], int)
    ]
    assert found == [
        (r["unit"], r["points"], r["maximum"], r["index"], r["rank"], r["band"])
        for r in computed["rows"]
    ]


def test_export_of_the_published_table_of_2020(shell: Shell, tmp_path: Path) -> None:
    shell.says("province", "apply", "tiengiang", "--yes")
    assert shell.says("results", "list", "tiengiang") == [
        "   1  2020  bản 1  Kết quả đã công bố, đã công bố: Điểm Chỉ số cải cách hành chính năm "
        "2020 của các cơ quan, đơn vị tỉnh Tiền Giang"
    ]
    file = tmp_path / "2020.xlsx"
    shell.says("results", "export", "tiengiang", "1", str(file))
    lines = list(load_workbook(file).worksheets[0].iter_rows(values_only=True))
    ranked = [line for line in lines if isinstance(line[0], int)]
    assert (len(ranked), ranked[0][:4]) == (28, (1, "Sở Tài chính", 99.95, "Xuất sắc"))
    assert [line[1] for line in ranked if line[4]] == ["Sở Nông nghiệp và Phát triển nông thôn"]
    assert ("SỐ LIỆU MINH HỌA", *[None] * 4) not in lines


def test_export_overwrites_only_when_told(filled: Shell, tmp_path: Path) -> None:
    filled.says("results", "compute", "nho", "1")
    file = tmp_path / "a.xlsx"
    file.write_text("của người khác")
    assert filled.refuses("results", "export", "nho", "1", str(file)) == (
        f"Tệp {file} đã có. Hãy chọn tên khác hoặc thêm --force để ghi đè."
    )
    assert file.read_text() == "của người khác"
    filled.says("results", "export", "nho", "1", str(file), "--force")
    assert load_workbook(file).sheetnames == ["Kết quả 2025"]
    assert os.listdir(tmp_path) == sorted(os.listdir(tmp_path))
    assert not list(tmp_path.glob("*.dang-ghi"))


def test_export_that_cannot_write_leaves_what_was_there(filled: Shell, tmp_path: Path) -> None:
    filled.says("results", "compute", "nho", "1")
    missing = tmp_path / "khong-co" / "a.xlsx"
    assert filled.refuses("results", "export", "nho", "1", str(missing)) == (
        f"Không ghi được {missing}: No such file or directory. "
        "Hãy chọn thư mục khác, hoặc xem lại quyền ghi và chỗ trống."
    )
    full = tmp_path / ("a" * 250 + ".xlsx")
    assert filled.refuses("results", "export", "nho", "1", str(full)).startswith("Không ghi được")
    for unknown in ("0", "999", "9" * 30):
        assert filled.refuses("results", "export", "nho", unknown, str(tmp_path / "b.xlsx")) == (
            "Không có bản kết quả này, hoặc kết quả chưa công bố."
        )
    assert not list(tmp_path.glob("*.xlsx"))


def test_what_is_not_there_is_a_sentence(opened: Shell) -> None:
    for unknown in ("0", "999", "9" * 30):
        assert opened.refuses("results", "compute", "nho", unknown) == (
            "Không có kỳ đánh giá này trong tỉnh đang làm việc."
        )
        assert opened.refuses("results", "publish", "nho", unknown, "--yes") == (
            "Không có bản kết quả này trong tỉnh đang làm việc."
        )
    assert opened.says("results", "list", "nho") == []
