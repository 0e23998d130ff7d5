"""``thidua awards``: a dossier from the unit's papers to the consolidated list."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import award_spec, collective, open_2025, scheme_document, somebody
from tests.factories import COMMAND
from tests.thidua.cli.conftest import Shell

from thidua.work.provinces import apply_province

ITEMS = [
    {"code": "to-trinh", "label": "tờ trình"},
    {"code": "bao-cao", "label": "báo cáo thành tích", "confirmed": True},
]
PAPER = ("--paper", "3/TTr", "--dated", "01/02/2026")


@pytest.fixture
def nominated(shell: Shell, sessions: sessionmaker[Session]) -> Shell:
    """Tỉnh Nhỏ with a round in which Sở Một nominates itself and Bà Ánh, Sở Hai itself."""
    with sessions.begin() as session:
        spec = award_spec(award_schemes=[scheme_document(dossier=ITEMS)])
        apply_province(session, spec=spec, by=COMMAND)
        round_ = open_2025(session)
        collective(session, round_, "so-mot")
        somebody(session, round_, "so-mot", "Bà Ánh")
        collective(session, round_, "so-hai")
    return shell


def test_a_dossier_goes_its_way(nominated: Shell, tmp_path: Path) -> None:
    put = ("awards", "paper", "nho", "1")
    assert nominated.says(*put, "to-trinh", *PAPER) == ["Đã đưa tài liệu 1 vào hồ sơ."]
    assert nominated.refuses(*put, "bao-cao", *PAPER, "--confirmed-by", "Bà Mẫu") == (
        "Xác nhận: Hãy ghi cả --confirmed-by và --confirmed-on."
    )
    word = ("--confirmed-by", "Sở Một", "--confirmed-on", "01/02/2026")
    nominated.says(*put, "bao-cao", *PAPER, "--nomination", "2", *word)
    assert nominated.says(
        "awards", "intake", "nho", "1", "--number", "15", "--on", "10/02/2026"
    ) == ["Đã tiếp nhận hồ sơ 1, số đến 15, ngày 10/02/2026."]
    back = ("awards", "return", "nho", "1", "--due", "20/02/2026", "--on", "12/02/2026")
    assert nominated.says(*back, "--missing", "báo cáo của tập thể", *PAPER) == [
        "Đã trả hồ sơ 1; hạn bổ sung 20/02/2026."
    ]
    assert nominated.refuses(*back, "--missing", "nữa").startswith(
        "Hồ sơ này đã trả lại để bổ sung ngày 12/02/2026; chỉ được trả một lần."
    )
    assert nominated.says("awards", "back", "nho", "1", "--number", "30", "--on", "18/02/2026") == [
        "Đã nhận lại hồ sơ 1, ngày 18/02/2026."
    ]
    assert nominated.says("awards", "dossiers", "nho", "1") == [
        "   2  Sở Hai: đang lập hồ sơ; 1 tập thể, 0 cá nhân",
        "      đề nghị 3: Sở Hai",
        "      còn thiếu: Sở Hai: thiếu tờ trình",
        "      còn thiếu: Sở Hai: thiếu báo cáo thành tích",
        "   1  Sở Một: đã nhận lại hồ sơ bổ sung; số đến 15 ngày 10/02/2026; 1 tập thể, 1 cá nhân; "
        "trả ngày 12/02/2026 vì báo cáo của tập thể; đã nhận lại, số đến 30 ngày 18/02/2026",
        "      đề nghị 1: Sở Một",
        "      đề nghị 2: Bà Ánh",
        "      tài liệu 1: tờ trình 3/TTr ngày 01/02/2026",
        "      tài liệu 2 (đề nghị 2): báo cáo thành tích 3/TTr ngày 01/02/2026, Sở Một xác nhận "
        "ngày 01/02/2026",
        "      còn thiếu: Sở Một: thiếu báo cáo thành tích",
    ]
    file = tmp_path / "ds.xlsx"
    assert nominated.says("awards", "list", "nho", "1", str(file)) == [f"Đã ghi {file}."]
    cells = [cell for row in load_workbook(file).worksheets[0].values for cell in row]
    assert {"Tập thể: 01", "Cá nhân: 01", "Bà Ánh"} <= {*cells}
    found = nominated.json("awards", "dossiers", "nho", "1")
    assert [item["name"] for item in found["persons"]] == ["Bà Ánh"]


def test_agencies_are_asked_and_answer(nominated: Shell) -> None:
    ask = ("awards", "ask", "nho", "so-ba", "1", "2", "--due", "20/02/2026", *PAPER)
    assert nominated.refuses(*ask) == (
        "Chỉ lấy ý kiến về đề nghị mà hồ sơ đang ở cơ quan thường trực."
    )
    nominated.says("awards", "intake", "nho", "1", "--number", "15", "--on", "10/02/2026")
    assert nominated.says(*ask) == ["Đã lấy ý kiến so-ba về 2 đề nghị."]
    answer = ("awards", "opinion", "nho", "2", "so-ba", "disagree", *PAPER)
    assert nominated.refuses(*answer) == "Nội dung ý kiến: Không đồng ý thì hãy ghi lý do."
    assert nominated.says(*answer, "--text", "Có đơn thư") == ["Đã ghi so-ba: không đồng ý."]
    assert nominated.refuses(*answer) == "Cơ quan này không đang được lấy ý kiến về đề nghị này."
