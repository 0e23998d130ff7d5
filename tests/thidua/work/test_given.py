"""Ids and words as people give them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session
from tests.factories import make_unit

from thidua.errors import Invalid
from thidua.store.units import Unit
from thidua.work.given import find, words


def test_find_gives_the_row_or_nothing(session: Session) -> None:
    unit = make_unit(session, "Sở Mẫu")
    asked = (unit.id, unit.id + 1, 0, -1, 2**63 - 1, 2**63, 10**40)
    assert [find(session, Unit, id_) for id_ in asked] == [unit, *[None] * 6]


@pytest.mark.parametrize("text", ["", "Sửa theo kết luận 01/KL", "Dòng 1\nDòng 2\r\n\tdòng 3"])
def test_words_are_kept_as_typed(text: str) -> None:
    assert words("Lý do", f"  {text}\n") == text


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("a\0b", ["Có ký tự không in được. Hãy gõ lại."]),
        ("\ud800", ["Có ký tự không in được. Hãy gõ lại."]),
        ("a\x1bb", ["Có ký tự không in được. Hãy gõ lại."]),
        ("ă" * 2001, ["Không quá 2000 ký tự."]),
        ("\0" * 2001, ["Không quá 2000 ký tự.", "Có ký tự không in được. Hãy gõ lại."]),
    ],
)
def test_words_that_cannot_be_kept_are_refused(text: str, reasons: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        words("Lý do", text)
    assert [(p.place, p.reason) for p in refusal.value.problems] == [
        ("Lý do", reason) for reason in reasons
    ]
