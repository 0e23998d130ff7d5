"""``thidua movement``: recording, following, reminding, amending."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.moving import apply_moving, movement
from tests.thidua.cli.conftest import Shell
from tests.thidua.evidence.samples import pdf

from thidua.spec.document import document

PAPER = ("--paper", "12/KH", "--dated", "01/09/2025")


@pytest.fixture
def moving(shell: Shell, sessions: sessionmaker[Session]) -> Shell:
    """Tỉnh Nhỏ with a movement of four duties."""
    with sessions.begin() as session:
        apply_moving(session)
    return shell


def test_what_units_did_is_recorded_and_taken_back(moving: Shell, tmp_path: Path) -> None:
    signed = tmp_path / "kh.pdf"
    signed.write_bytes(pdf())
    launch = ("movement", "launch", "nho", "cchc", "so-mot", "--on", "01/09/2025", *PAPER)
    assert moving.says(*launch, "--file", str(signed)) == [
        "Đã ghi việc 1: phát động hưởng ứng, ngày 01/09/2025."
    ]
    assert moving.refuses(*launch) == (
        "Việc phát động hưởng ứng của Sở Một đã ghi, ngày 01/09/2025. Nếu ghi nhầm, hãy rút rồi "
        "ghi lại."
    )
    into = ("movement", "launch", "nho", "cchc", "so-hai", "--on", "2025-09-02", *PAPER)
    moving.says(*into, "--into", "Kế hoạch công tác năm")
    moving.says("movement", "register", "nho", "cchc", "xa-mot", "--on", "2025-08-20", *PAPER)
    moving.says("movement", "done", "nho", "cchc", "bao-cao", "so-mot", "--on", "2025-12-10",
                "--year", "2025", *PAPER)  # fmt: skip
    assert [
        line[6:].partition(", ")[2] for line in moving.says("movement", "acts", "nho", "cchc")
    ] == [
        "đăng ký tham gia, ngày 20/08/2025, 12/KH",
        "phát động hưởng ứng, ngày 01/09/2025, 12/KH",
        "lồng ghép vào kế hoạch khác, ngày 02/09/2025, 12/KH",
        "hoàn thành nhiệm vụ bao-cao năm 2025, ngày 10/12/2025, 12/KH",
    ]
    assert moving.says("movement", "retract", "nho", "1", "--reason", "Nhầm") == ["Đã rút."]
    assert len(moving.says("movement", "acts", "nho", "cchc")) == 3


def test_unclear_commands_are_refused_with_a_sentence(moving: Shell) -> None:
    launch = ("movement", "launch", "nho", "cchc")
    said = {
        "Văn bản: Hãy ghi --paper (số, ký hiệu) và --dated (ngày).": (*launch, "so-mot"),
        "Ngày văn bản: Hãy ghi --dated (ngày văn bản).": (*launch, "so-mot", "--paper", "1"),
        "Không có đơn vị “so-la”. Xem khóa đơn vị bằng: thidua units export.": (
            *launch, "so-la", *PAPER
        ),
        "Không có phong trào thi đua này trong tỉnh đang làm việc.": (
            "movement", "duties", "nho", "khac"
        ),
    }  # fmt: skip
    assert [moving.refuses(*words) for words in said.values()] == [*said]


def test_who_is_late_is_listed_and_reminded(moving: Shell) -> None:
    late = ("movement", "late", "nho", "cchc", "--on", "2025-10-01")
    assert moving.says(*late) == [
        "Xã Một: đăng ký: Đăng ký tham gia; hạn ngày 31/08/2025 (đã quá hạn)",
        *(
            f"Sở {name}: phát động: Phát động phong trào; minh chứng: kế hoạch; hạn ngày "
            "30/09/2025 (đã quá hạn)" for name in ("Ba", "Hai", "Một")
        ),
    ]  # fmt: skip
    text = moving.says(*late, "--unit", "xa-mot", "--text")
    assert text[0] == "Kính gửi: Xã Một."
    assert text[2].startswith("Thực hiện Phong trào thi đua cải cách hành chính, tính đến ngày ")
    assert [item["name"] for item in moving.json(*late)] == ["Xã Một", "Sở Ba", "Sở Hai", "Sở Một"]
    assert moving.says(*late[:-1], "2025-08-01") == ["Không đơn vị nào chậm."]
    duties = moving.says("movement", "duties", "nho", "cchc", "--on", "2025-10-01")
    assert duties[-1] == "Báo, đài: tuyên truyền: Đưa tin: chưa thực hiện"


def test_an_amended_movement_keeps_its_versions(moving: Shell, tmp_path: Path) -> None:
    file = tmp_path / "sua.yaml"
    second = {"title": "Kế hoạch sửa đổi", "issued_on": "2026-02-01"}
    amended = movement(theme="Chuyển đổi số", amendments=[second])
    file.write_text(str(document(amended)), encoding="utf-8")
    assert moving.says("movement", "list", "nho") == [
        "cchc  Phong trào thi đua cải cách hành chính"
    ]
    assert moving.says("movement", "amend", "nho", str(file)) == [
        "Đã nhập Phong trào thi đua cải cách hành chính, bản 2; các bản trước vẫn giữ."
    ]
    said = moving.says("movement", "history", "nho", "cchc")
    assert said[:2] == [
        "Bản 1: Kế hoạch, ngày 10/07/2025",
        "Bản 2: Kế hoạch sửa đổi, ngày 01/02/2026",
    ]
    assert "  theme: Cải cách hành chính → Chuyển đổi số" in said
