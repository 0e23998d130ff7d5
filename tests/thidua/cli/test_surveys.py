"""``thidua survey``: figures in, the officials' survey from codes to points."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.surveying import open_surveyed
from tests.thidua.cli.conftest import Shell

ADDRESS = "http://127.0.0.1:8000/phieu/nho/1"


@pytest.fixture
def surveyed(shell: Shell, sessions: sessionmaker[Session]) -> Shell:
    """The commands where campaign 1 of Tỉnh Nhỏ rests on surveys and indices."""
    with sessions.begin() as session:
        open_surveyed(session)
    return shell


def test_figures_come_in_are_listed_and_go_back(surveyed: Shell, tmp_path: Path) -> None:
    file = tmp_path / "sipas.csv"
    command = ("survey", "import", "nho", "1", "sipas", str(file), "--source", "Báo cáo 1")
    file.write_text("Tên đơn vị;SIPAS\nSở Một;85,5\nSở Hai;80\nXã Một;90\n", "utf-8")
    added = [f"{name}: thêm số liệu." for name in ("Sở Một", "Sở Hai", "Xã Một")]
    lacking = "Chưa có số liệu: Sở Ba."
    preview = [*added, lacking, "Sẽ ghi sipas lần 1, 3 đơn vị."]
    nothing = "Chưa có số liệu nào. Nhập: thidua survey import TỈNH KỲ MÃ TỆP --source NGUỒN"
    assert surveyed.says(*command, "--preview") == preview
    assert surveyed.says("survey", "list", "nho", "1") == [nothing]
    done = [*added, lacking, "Đang tính theo sipas lần 1, 3 đơn vị."]
    assert surveyed.says(*command) == done
    file.write_text("Tên đơn vị;SIPAS\nSở Một;86\nSở Hai;80\nXã Một;90\n", "utf-8")
    changed = "Sở Một: Mức độ hài lòng (%) 85,5 → 86."
    again = [changed, lacking, "Đang tính theo sipas lần 2, 3 đơn vị."]
    assert surveyed.says(*command) == again
    same = ["Số liệu không đổi.", *again[1:]]
    assert surveyed.says(*command) == same
    listed = surveyed.json("survey", "list", "nho", "1")
    first = listed["imports"][1]
    assert (first["number"], first["file"], first["units"]) == (1, "sipas.csv", 3)
    back = surveyed.says("survey", "restore", "nho", str(first["id"]), "--reason", "In nhầm")
    assert back[0] == "Sở Một: Mức độ hài lòng (%) 86 → 85,5."
    assert surveyed.says("survey", "list", "nho", "1")[0].endswith(
        "sipas lần 3, 3 đơn vị: Báo cáo 1"
    )


def test_what_figures_changed_is_told(surveyed: Shell, tmp_path: Path) -> None:
    file = tmp_path / "sipas.csv"
    command = ("survey", "import", "nho", "1", "sipas", str(file), "--source", "Báo cáo 1")
    changes = ("survey", "changes", "nho", "1")
    assert surveyed.says(*changes) == []
    file.write_text("Tên đơn vị;SIPAS\nXã Một;85\n", "utf-8")
    surveyed.says(*command)
    late = "Chưa tính lại từ khi nhập sipas lần {}: thidua results compute nho 1"
    assert surveyed.says(*changes) == [late.format(1)]
    surveyed.says("results", "compute", "nho", "1")
    assert surveyed.says(*changes) == ["sipas lần 1: trước đó chưa có bản kết quả nào để so sánh."]
    file.write_text("Tên đơn vị;SIPAS\nXã Một;90\n", "utf-8")
    surveyed.says(*command)
    assert surveyed.says(*changes)[-1] == late.format(2)
    surveyed.says("results", "compute", "nho", "1")
    said = surveyed.says(*changes)
    assert said[:2] == ["sipas lần 2: bản số 1 năm 2025 → bản số 2 năm 2025.", "Xã Một:"]
    assert any("1.1 SIPAS chung: 17 → 18 (+1 điểm), số liệu thay đổi" in line for line in said)


def test_a_wrong_table_is_told_line_by_line(surveyed: Shell, tmp_path: Path) -> None:
    file = tmp_path / "sipas.csv"
    file.write_text("Tên đơn vị;SIPAS\nSở Mội;80\nSở Hai;180\n", "utf-8")
    said = surveyed.refuses(
        "survey", "import", "nho", "1", "sipas", str(file), "--source", "Báo cáo 1"
    )
    assert said.splitlines() == [
        "Dòng 2: không có đơn vị “Sở Mội” trong kỳ đánh giá. Gần giống: Sở Một, Sở Hai.",
        "Dòng 3: “Mức độ hài lòng (%)” phải từ 0 đến 100; hãy nhập lại",
    ]
    file.write_text("Tên đơn vị;Lạ\nSở Một;80\n", "utf-8")
    said = surveyed.refuses(
        "survey", "import", "nho", "1", "sipas", str(file), "--source", "Báo cáo 1"
    )
    assert "hãy đặt tên cột số liệu là “Mức độ hài lòng (%)”" in said


def test_officials_are_asked_from_codes_to_points(surveyed: Shell, tmp_path: Path) -> None:
    about = ("--about", "ld=so-mot,so-hai", "--about", "cc=own")
    (said,) = surveyed.says("survey", "open", "nho", "1", "can-bo", *about)
    assert said == "Đã mở phiếu khảo sát 1. Phát mã: thidua survey codes nho 1"
    file = tmp_path / "phieu.html"
    codes = ("survey", "codes", "nho", "1", "cc", "3", str(file), "--address", ADDRESS)
    (said,) = surveyed.says(*codes, "--unit", "so-mot")
    assert said == f"Đã ghi 3 mã vào {file}."
    text = file.read_text("utf-8")
    assert len(set(re.findall(r"<code>(\w{5}-\w{5})</code>", text))) == 3
    assert "<p>Công chức – Sở Một</p>" in text
    again = surveyed.refuses(*codes, "--unit", "so-mot")
    assert again == f"Tệp {file} đã có. Hãy chọn tên khác."
    paper = ("survey", "paper", "nho", "1", "ld", "so-mot", "2")
    assert surveyed.says(*paper, "3.1.a=2", "3.2.b=2") == ["Đã ghi 2 phiếu giấy."]
    status = ("survey", "status", "nho", "1")
    assert "Sở Một, Lãnh đạo, đã đủ" in surveyed.says(*status)
    closed = surveyed.says("survey", "close", "nho", "1")
    assert closed[-1] == "Đang tính theo can-bo lần 1, 4 đơn vị."
    assert "Sở Một, Lãnh đạo: 0 trực tuyến, 2 phiếu giấy, đã đủ" in surveyed.says(*status)
    assert surveyed.says("survey", "list", "nho", "1")[-1] == (
        "   1  phiếu khảo sát can-bo, đã kết thúc"
    )
    assert surveyed.refuses(*paper) == (
        "Cuộc khảo sát đã kết thúc. Hãy mở lại kèm lý do rồi làm tiếp."
    )
    (said,) = surveyed.says("survey", "reopen", "nho", "1", "--reason", "Thiếu phiếu")
    assert said == "Phiếu khảo sát nhận trả lời trở lại."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("open", "nho", "1", "can-bo", "--about", "ld"),
            "--about: không hiểu “ld”; hãy viết NHÓM=all, NHÓM=own hoặc khóa.",
        ),
        (
            ("open", "nho", "1", "can-bo", "--about", "ld=so-la"),
            "Không có đơn vị “so-la”. Xem khóa đơn vị bằng: thidua units export.",
        ),
        (
            ("paper", "nho", "1", "ld", "so-mot", "2", "3.1.a"),
            "3.1.a: hãy viết MÃ.CÂU_TRẢ_LỜI=SỐ, ví dụ 3.1.a=12.",
        ),
        (("close", "nho", "1"), "Không có cuộc khảo sát này trong tỉnh đang làm việc."),
    ],
)
def test_what_cannot_be_is_a_sentence(
    surveyed: Shell, words: tuple[str, ...], sentence: str
) -> None:
    assert surveyed.refuses("survey", *words) == sentence
