"""A decision about the small round: signed on 1 March 2026, with money by an invented salary."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.moving import NOW

from thidua.store.awards import AwardRound
from thidua.store.decisions import AwardDecision
from thidua.work.decisions import decide_awards
from thidua.work.papers import PaperFacts

PAPER = PaperFacts("100/QĐ-UBND", date(2026, 3, 1), signer="Ông Mẫu", issuer="UBND tỉnh Nhỏ")
REWARDS = [
    {"recipient": "collective", "levels": ["province"], "artefact": "Bằng, khung", "money": "1.5"},
    {"recipient": "person", "artefact": "Bằng", "money": "0.3"},
]


def decide(session: Session, round_: AwardRound, **changed: Any) -> AwardDecision:
    """The decision, entered by command; what is given otherwise may be changed."""
    salary = {"base_salary": 1_000_001, "base_salary_basis": "Văn bản mẫu"}
    given = {"paper": PAPER, "by": COMMAND, "at": NOW, **salary, **changed}
    return decide_awards(session, round_id=round_.id, **given)
