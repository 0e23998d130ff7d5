"""Nominees and schemes for tests of the pure rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.awarding import scheme_document

from thidua.awards.eligibility import Judged, judge
from thidua.awards.nominee import Finding, Nominating, Nominee, Standing
from thidua.spec.awards import AwardScheme, Round
from thidua.spec.bodies import Body
from thidua.spec.loading import parse

DAY = date(2026, 3, 15)
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
    level = changed.pop("level", "province")
    by = Nominating(
        changed.pop("nominator", "Sở Một"), changed.pop("beside", 1), Body("so-mot", "so", level)
    )
    given = {
        "key": key, "recipient": "collective", "name": "Sở Một", "unit": "Sở Một",
        "nominator": by, "body": Body("so-mot", "so", level), "standing": standing(), **changed,
    }  # fmt: skip
    return Nominee(**given)


def judged(nominee: Nominee, by: AwardScheme | None = None, **more: Any) -> Judged:
    """What the scheme, the small one unless said otherwise, finds in its round of 2025."""
    used = by or scheme()
    return judge(nominee, used, round_2025(used), day=DAY, **more)


def round_2025(used: AwardScheme) -> Round:
    """The round of 2025."""
    terms = used.round_of(2025)
    assert terms is not None
    return terms


def person(key: int = 1, **changed: Any) -> Nominee:
    """Bà Ánh of Sở Một, a civil servant."""
    given = {"recipient": "person", "name": "Bà Ánh", "category": "cong_chuc", **changed}
    return collective(key, **given)


def found(nominee: Nominee, slot: str, condition: str, by: AwardScheme | None = None) -> Finding:
    """The finding of one condition for one slot."""
    [finding] = [item for item in judged(nominee, by).findings[slot] if item.condition == condition]
    return finding


def said(nominee: Nominee, slot: str, condition: str) -> tuple[str, str]:
    """Its answer and its sentence."""
    finding = found(nominee, slot, condition)
    return finding.answer, finding.words


def one(nominee: Nominee, condition: str, **changed: Any) -> tuple[str, str]:
    """What one finding says where the scheme is changed so."""
    slot = "cn-khac" if nominee.recipient == "person" else "tt-so"
    finding = found(nominee, slot, condition, scheme(**changed))
    return finding.answer, finding.words
