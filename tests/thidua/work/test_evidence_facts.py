"""What about a document deserves a second look."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.errors import Invalid
from thidua.work.evidence_facts import EvidenceFacts, evidence_warnings, fit_facts

SEEN = {"link": "https://a.vn", "link_seen_on": date(2026, 1, 2)}


def test_a_document_in_order_has_no_warning() -> None:
    facts = EvidenceFacts("Báo cáo", issued_on=date(2025, 12, 31), **SEEN)  # type: ignore[arg-type]
    assert evidence_warnings(facts, year=2025, scan="clean", used=True) == ()
    plain = EvidenceFacts("Báo cáo")
    assert evidence_warnings(plain, year=2025, scan="waiting", used=True) == ()


def test_everything_that_is_missing_is_named() -> None:
    facts = EvidenceFacts("Báo cáo", issued_on=date(2026, 1, 1), link="https://a.vn")
    assert evidence_warnings(facts, year=2025, scan="infected", used=False) == (
        "Ngày 01/01/2026 không thuộc năm đánh giá 2025.",
        "Đường dẫn chưa ghi ngày truy cập.",
        "Tệp có vi-rút, không được tính. Hãy thay bằng tệp sạch.",
        "Chưa dùng cho tiêu chí nào.",
    )
    assert evidence_warnings(EvidenceFacts("Bản giấy"), year=2025, scan=None, used=True) == (
        "Chưa có tệp hay đường dẫn.",
    )


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(2021, 2029))
def test_a_day_of_another_year_warns_and_no_other(day: date, year: int) -> None:
    facts = EvidenceFacts("Báo cáo", issued_on=day)
    warned = evidence_warnings(facts, year=year, scan="clean", used=True)
    assert bool(warned) == (day.year != year)


@pytest.mark.parametrize(
    "link", ["http://a.vn", "https://Cổng.vn/văn-bản?số=1", " https://a.vn/b#c "]
)
def test_a_link_is_taken_as_typed(link: str) -> None:
    assert fit_facts(EvidenceFacts(" Báo cáo ", link=link)) == EvidenceFacts(
        "Báo cáo", link=link.strip()
    )


@pytest.mark.parametrize(
    "link", ["javascript:x", "a.vn", "ftp://a.vn", "https://", "http://[", "https://a b.vn", "//a"]
)
def test_what_is_no_link_is_refused(link: str) -> None:
    with pytest.raises(Invalid) as caught:
        fit_facts(EvidenceFacts("Báo cáo", link=link))
    assert str(caught.value) == (
        "Đường dẫn: Phải bắt đầu bằng http:// hoặc https:// và không có dấu cách."
    )
