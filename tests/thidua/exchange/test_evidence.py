"""The list of evidence as a workbook."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

from openpyxl import load_workbook

from thidua.exchange.evidence import evidence_workbook
from thidua.work.evidence_facts import EvidenceFacts
from thidua.work.evidence_list import (
    DomainEvidence,
    EvidenceFile,
    EvidenceList,
    EvidencePlace,
    EvidenceView,
    LeafEvidence,
)

AT = datetime(2026, 1, 5, tzinfo=UTC)
REPORT = EvidenceView(
    id=1, version=1, unit_id=1, unit="Sở Một",
    facts=EvidenceFacts(
        "=Báo cáo", reference="12/BC", issued_on=date(2025, 12, 5), issuer="Sở Một",
        link="https://a.vn", link_seen_on=date(2026, 1, 2),
    ),
    file=EvidenceFile("Đ.pdf", 10, "chưa quét vi-rút"),
    places=(EvidencePlace("1.1", "Mục I", "3", "Bản ký"), EvidencePlace("2", "", "", "")),
    warnings=(), added_at=AT, withdrawal="",
)  # fmt: skip
PAPER = EvidenceView(
    id=2, version=1, unit_id=1, unit="Sở Một", facts=EvidenceFacts("Bản giấy"), file=None,
    places=(), warnings=("Chưa có tệp hay đường dẫn.",), added_at=AT, withdrawal="",
)  # fmt: skip


def rows(listed: EvidenceList) -> list[list[object]]:
    """The cells of the sheet that hold something."""
    sheet = load_workbook(io.BytesIO(evidence_workbook(listed))).active
    assert sheet is not None
    lines: list[list[object]] = [[cell for cell in row if cell] for row in sheet.values]
    return [line for line in lines if line]


def test_documents_stand_below_their_criteria() -> None:
    leaf = LeafEvidence("1.1", "Nhiệm vụ", ((REPORT, REPORT.places[0]),))
    own = LeafEvidence("2", "Hài lòng", ((REPORT, REPORT.places[1]),))
    listed = EvidenceList(
        authority="Sở Nội vụ tỉnh Nhỏ", campaign="Chỉ số năm 2025", unit="Sở Một",
        illustrative=True,
        domains=(
            DomainEvidence("1", "Điều hành", (leaf,)), DomainEvidence("2", "Hài lòng", (own,)),
        ),
        unused=(PAPER,),
    )  # fmt: skip
    where = "Đ.pdf\nhttps://a.vn (xem ngày 02/01/2026)"
    said = ["12/BC", "05/12/2025", "Sở Một", "=Báo cáo"]
    assert rows(listed) == [
        ["SỞ NỘI VỤ TỈNH NHỎ"],
        ["DANH MỤC TÀI LIỆU KIỂM CHỨNG"],
        ["Chỉ số năm 2025"],
        ["Sở Một"],
        ["SỐ LIỆU MINH HỌA"],
        ["TT", "Số, ký hiệu", "Ngày", "Cơ quan ban hành", "Trích yếu", "Mục", "Trang",
         "Tệp, đường dẫn", "Ghi chú"],
        ["1. Điều hành"],
        ["1.1. Nhiệm vụ"],
        [1, *said, "Mục I", "3", where, "Bản ký"],
        ["2. Hài lòng"],
        [2, *said, where],
        ["Chưa dùng cho tiêu chí nào"],
        [3, "Bản giấy", "Chưa có tệp hay đường dẫn."],
        ["Cộng: 2 tài liệu."],
    ]  # fmt: skip


def test_a_unit_without_documents_has_an_empty_list() -> None:
    listed = EvidenceList(
        "Sở Nội vụ", "Chỉ số", "Sở Một", illustrative=False, domains=(), unused=()
    )
    assert rows(listed)[-1] == ["Cộng: 0 tài liệu."]
