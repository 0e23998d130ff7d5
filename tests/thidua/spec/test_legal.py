"""Which law applies on a day, and what of that which is cited no longer does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from thidua.errors import Invalid
from thidua.spec.legal import LegalRegime, regimes_on, replaced_by
from thidua.spec.loading import parse


def regime(code: str, number: str, first: str, last: str | None = None, **more: Any) -> LegalRegime:
    title = "Luật Thi đua, khen thưởng" if "/QH" in number else "Nghị định"
    given = {"code": code, "title": title, "number": number, "in_force_from": first}
    return parse(LegalRegime, {**given, "in_force_until": last, **more})


OLD = regime("luat-2003", "15/2003/QH11", "2004-07-01", "2023-12-31")
NEW = regime("luat-2022", "06/2022/QH15", "2024-01-01", replaces=["luat-2003"])
DECREE = regime("nd-98", "98/2023/NĐ-CP", "2024-01-01", "2025-06-30")
ALL = (DECREE, NEW, OLD)


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2023, 12, 31), [OLD]),
        (date(2024, 1, 1), [NEW, DECREE]),
        (date(2025, 7, 1), [NEW]),
        (date(2000, 1, 1), []),
    ],
)
def test_what_is_in_force_on_a_day(day: date, found: list[LegalRegime]) -> None:
    assert list(regimes_on(ALL, day)) == found


@pytest.mark.parametrize(
    ("number", "day", "words"),
    [
        (
            "15/2003/QH11", date(2024, 1, 1),
            "Luật Thi đua, khen thưởng số 15/2003/QH11 hết hiệu lực từ ngày 01/01/2024, được thay "
            "bằng Luật Thi đua, khen thưởng số 06/2022/QH15.",
        ),
        (
            "98/2023/NĐ-CP", date(2025, 7, 1),
            "Nghị định số 98/2023/NĐ-CP hết hiệu lực từ ngày 01/07/2025.",
        ),
        ("15/2003/QH11", date(2023, 12, 31), ""),
        ("06/2022/QH15", date(2026, 1, 1), ""),
        ("1/KH", date(2026, 1, 1), ""),
    ],
)  # fmt: skip
def test_a_cited_document_that_was_replaced_is_told(number: str, day: date, words: str) -> None:
    assert replaced_by(ALL, number, day) == words


@pytest.mark.parametrize(
    ("number", "last", "problem"),
    [
        (
            "06/QH", "2026-01-01",
            "số của luật phải có năm và khóa Quốc hội, ví dụ 06/2022/QH15",
        ),
        ("06/2022/QH15", "2023-01-01", "in_force_until trước in_force_from"),
    ],
)  # fmt: skip
def test_a_law_has_its_year_and_national_assembly(number: str, last: str, problem: str) -> None:
    with pytest.raises(Invalid) as refused:
        regime("luat", number, "2024-01-01", last)
    assert str(refused.value) == problem
