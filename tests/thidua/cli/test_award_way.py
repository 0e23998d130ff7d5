"""From the registration for a movement to the year's figures, by commands alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session, sessionmaker
from tests import deciding, voting
from tests.awarding import award_spec, publish_small, scheme_document
from tests.moving import movement_document
from tests.thidua.cli.conftest import Shell
from tests.thidua.evidence.samples import pdf

from thidua.exchange.statistics_workbook import OWN_LAYOUT

PAPER = ("--paper", "3/TTr", "--dated", "01/02/2026")
ITEMS = [
    {"code": "to-trinh", "label": "tờ trình"},
    {"code": "bien-ban", "label": "biên bản"},
    {"code": "bao-cao", "label": "báo cáo thành tích", "confirmed": True},
]
MARK = "  SỐ LIỆU MINH HỌA"


@pytest.fixture
def published(
    shell: Shell, sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """Tỉnh Nhỏ with a movement, a scheme that says all it can, and a final result of 2025."""
    monkeypatch.setenv("THIDUA_PROVINCES", "nho")  # each command loads what is installed
    given = scheme_document(voting=voting.VOTING, rewards=deciding.REWARDS, dossier=ITEMS)
    spec = award_spec(movements=[movement_document()], award_schemes=[given])
    with sessions.begin() as session:
        publish_small(session, spec)
    return shell


def nominations_are_made(shell: Shell) -> None:
    says = shell.says
    says("movement", "register", "nho", "cchc", "xa-mot", "--on", "2025-08-20", *PAPER)
    assert says("awards", "open", "nho", "khen-cchc", "2025", "--on", "15/03/2026")
    nominate = ("awards", "nominate", "nho", "1")
    assert says(*nominate, "so-ba", "so-ba") == ["Đã ghi đề nghị 1 vào hồ sơ 1."]
    person = ("--person", "Bà Ánh", "--category", "cong_chuc", "--born", "02/03/1990")
    assert says(*nominate, "so-ba", "so-ba", *person) == ["Đã ghi đề nghị 2 vào hồ sơ 1."]
    assert says(*nominate, "xa-mot", "xa-mot") == ["Đã ghi đề nghị 3 vào hồ sơ 2."]
    assert says(*nominate, "so-mot", "so-mot") == ["Đã ghi đề nghị 4 vào hồ sơ 3."]
    assert shell.refuses(*nominate, "so-hai", "so-hai", "--title", "x") == (
        "Cá nhân: Hãy ghi --person khi đề nghị cá nhân."
    )
    assert says("awards", "withdraw", "nho", "4", "--reason", "Nhầm") == ["Đã rút đề nghị."]
    written = ("--title", "Trưởng phòng", "--sex", "female", "--achievement", "Giảm hồ sơ trễ hạn")
    assert says("awards", "particulars", "nho", "2", *written) == [
        "bà; Bà Ánh; Trưởng phòng; công chức; sinh ngày 02/03/1990; Giảm hồ sơ trễ hạn"
    ]
    assert says("awards", "particulars", "nho", "3") == ["Chưa ghi gì; tên đơn vị in như danh mục."]
    recognised = ("--level", "province", "--by", "UBND tỉnh", "--number", "5/QĐ", "--on")
    for number in ("1", "2"):
        assert says("awards", "initiative", "nho", "2", "Một cửa", *recognised, "01/02/2025") == [
            f"Sáng kiến {number}: Một cửa: cấp tỉnh, UBND tỉnh công nhận tại 5/QĐ ngày 01/02/2025."
        ]
    assert says("awards", "confirm-initiative", "nho", "1")[0].startswith("Sáng kiến 1: Một cửa")
    assert says("awards", "remove-initiative", "nho", "2") == ["Đã bỏ sáng kiến."]
    assert says("awards", "answer", "nho", "2", "sang-kien", "yes", "--basis", "5/QĐ") == [
        "Đã ghi câu trả lời."
    ]


def dossiers_come_in(shell: Shell, folder: Path) -> None:
    says, signed, copy = shell.says, folder / "tt.pdf", folder / "ra.pdf"
    signed.write_bytes(pdf())
    word = ("--confirmed-by", "Lãnh đạo", "--confirmed-on", "01/02/2026")
    for dossier in ("1", "2"):
        put = ("awards", "paper", "nho", dossier)
        says(*put, "to-trinh", *PAPER, "--file", str(signed))
        says(*put, "bao-cao", *PAPER, *word)
    assert says("awards", "paper", "nho", "1", "bien-ban", *PAPER) == [
        "Đã đưa tài liệu 5 vào hồ sơ."
    ]
    says("awards", "take-out", "nho", "5")
    says("awards", "paper", "nho", "1", "bien-ban", *PAPER)
    assert "      tài liệu 1: tờ trình 3/TTr ngày 01/02/2026, có tệp: văn bản 2" in says(
        "awards", "dossiers", "nho", "1"
    )
    assert says("awards", "open-paper", "nho", "2", str(copy)) == [f"Đã chép tt.pdf ra {copy}."]
    assert copy.read_bytes() == pdf()
    assert shell.refuses("awards", "open-paper", "nho", "2", str(copy)).startswith("Tệp ")
    for dossier, number in (("1", "15"), ("2", "16")):
        arrived = ("--number", number, "--on", "10/02/2026")
        says("awards", "intake", "nho", dossier, *arrived)
    says("awards", "ask", "nho", "so-hai", "1", *PAPER[:2], "--dated", "12/02/2026")
    says(
        "awards", "opinion", "nho", "1", "so-hai", "agree", "--paper", "9", "--dated", "13/02/2026"
    )
    returned = ("--missing", "biên bản", "--due", "20/02/2026", "--on", "12/02/2026")
    says("awards", "return", "nho", "2", *returned)


def the_proposal_waits_for_what_is_returned(shell: Shell) -> None:
    said = shell.says("awards", "propose", "nho", "1")
    assert said[0] == "Đã lập đề xuất số 1: 2 đề xuất khen, 1 cần xác minh."
    assert said[2].startswith(
        "  Xã Một: Cần xác minh. Chưa xét vào suất tập thể xã. Hồ sơ đã trả lại ngày 12/02/2026 để "
        "bổ sung, hạn 20/02/2026, chưa nhận lại. Hồ sơ chưa đủ: thiếu biên bản."
    )
    shell.says("awards", "paper", "nho", "2", "bien-ban", *PAPER)
    shell.says("awards", "back", "nho", "2", "--number", "30", "--on", "18/02/2026")
    assert shell.says("awards", "nominations", "nho", "1")[:1] == [
        "   1  Sở Ba: đã tiếp nhận, số đến 15 ngày 10/02/2026"
    ]
    assert shell.says("awards", "propose", "nho", "1")[0] == (
        "Đã lập đề xuất số 2: 3 đề xuất khen."
    )


def the_council_decides(shell: Shell) -> None:
    says = shell.says
    says("awards", "council", "nho", "Hội đồng", "--member", "Bà Mẫu=Chủ tịch", *PAPER)
    assert says("awards", "member", "nho", "1", "Ông Mẫu=Ủy viên", "--on", "02/02/2026") == [
        "Đã ghi thành viên 2: Ông Mẫu, từ ngày 02/02/2026."
    ]
    says("awards", "member", "nho", "1", "Bà Hai=Ủy viên", "--on", "02/02/2026")
    assert says("awards", "leave", "nho", "3", "--on", "03/02/2026") == [
        "Đã ghi Bà Hai thôi tham gia sau ngày 03/02/2026."
    ]
    assert says("awards", "councils", "nho", "--on", "20/02/2026") == [
        "Hội đồng 1: Hội đồng", "   1  Bà Mẫu, Chủ tịch", "   2  Ông Mẫu, Ủy viên",
    ]  # fmt: skip
    says("awards", "meet", "nho", "1", "1", "--on", "20/02/2026")
    votes = [word for number in (1, 2, 3) for word in ("--votes", f"{number}=2/0/0")]
    says("awards", "count", "nho", "1", *votes, *PAPER)
    says("awards", "choose", "nho", "1", "1", "--reason", "Có đơn thư đang xem xét.")
    salary = ("--salary", "2340000", "--salary-basis", "Văn bản mẫu")
    dated = ("--paper", "100/QĐ", "--dated", "01/03/2026")
    assert says("awards", "decide", "nho", "1", *dated, *salary) == [
        "Đã ghi quyết định 1.",
        f"   1  Xã Một: Bằng khen 2025, QĐ 100/QĐ{MARK}",
        f"   2  Bà Ánh: Bằng khen 2025, QĐ 100/QĐ, 702.000 đồng{MARK}",
    ]


def what_follows_is_on_record(shell: Shell, folder: Path) -> None:
    says, file = shell.says, folder / "so-lieu.xlsx"
    says("awards", "register", "nho", "1", "--number", "1=7", "--number", "2=8")
    says("awards", "hand-out", "nho", "2", "Bà Ánh", "--on", "05/03/2026")
    assert "1. Sở Ba: Có đơn thư đang xem xét." in says("awards", "refusals", "nho", "1")
    assert says("awards", "person", "nho", "Bà Ánh") == [
        "   2  Bà Ánh: Bằng khen 2025, QĐ 100/QĐ, sổ 8, 702.000 đồng, Bà Ánh đã nhận "
        f"05/03/2026{MARK}"
    ]
    assert says("awards", "report", "nho", "2025", "2025", str(file)) == [
        f"Đã ghi {file}. {OWN_LAYOUT}"
    ]
    rows = [
        [cell for cell in row if cell not in (None, "")]
        for row in load_workbook(file).worksheets[0].values
    ]
    assert rows[2:6] == [
        ["SỐ LIỆU MINH HỌA"],
        ["TT", "Năm", "Phong trào", "Danh hiệu, hình thức", "Tập thể", "Cá nhân", "Đã hủy bỏ",
         "Tiền thưởng (đồng)"],
        [1, 2025, "Phong trào thi đua cải cách hành chính", "Bằng khen", 1, 1, 0, 702000],
        ["Cộng", 1, 1, 0, 702000],
    ]  # fmt: skip
    assert [OWN_LAYOUT] in rows


def test_an_office_goes_the_whole_way_by_commands(published: Shell, tmp_path: Path) -> None:
    nominations_are_made(published)
    dossiers_come_in(published, tmp_path)
    the_proposal_waits_for_what_is_returned(published)
    the_council_decides(published)
    what_follows_is_on_record(published, tmp_path)
