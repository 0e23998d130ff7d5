"""Nominees and schemes for tests of the pure rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.awarding import scheme_document

from thidua.awards.eligibility import Nominee, Standing
from thidua.spec.awards import AwardScheme
from thidua.spec.loading import parse

BANDS = ("Tốt", "Khá", "Trung bình")
CAPTION = "kết quả chính thức năm 2025, bản số 1"


def scheme(**changed: Any) -> AwardScheme:
    """The small scheme, changed."""
    return parse(AwardScheme, scheme_document(**changed))


def standing(index: str | None = "80.00", **changed: Any) -> Standing:
    """Sở Một in version 7, row 9: 80,00, Tốt, first."""
    given = {
        "version": 7, "row": 9, "caption": CAPTION, "unit": "Sở Một",
        "index": None if index is None else Decimal(index), "rank": 1, "band": "Tốt",
        "bands": BANDS, **changed,
    }  # fmt: skip
    return Standing(**given)


def collective(key: int = 1, **changed: Any) -> Nominee:
    """Sở Một, put forward by itself, with 80,00."""
    given = {
        "key": key, "recipient": "collective", "name": "Sở Một", "unit": "Sở Một",
        "nominator": "Sở Một", "beside": 1, "level": "province", "standing": standing(), **changed,
    }  # fmt: skip
    return Nominee(**given)


def person(key: int = 1, **changed: Any) -> Nominee:
    """Bà Ánh of Sở Một, a civil servant."""
    given = {"recipient": "person", "name": "Bà Ánh", "category": "cong_chuc", **changed}
    return collective(key, **given)
