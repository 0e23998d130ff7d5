"""Trường hợp không được khen: told to those who nominated them, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.store.actor import Actor
from thidua.store.awards import Nomination
from thidua.store.decisions import AwardRefusal
from thidua.work.access import require
from thidua.work.award_facts import units_as_of
from thidua.work.award_page import READERS, WHOLE
from thidua.work.decisions import decision_by_id
from thidua.work.papers import paper_words


@dataclass(frozen=True)
class RefusalNotice:
    """To one nominating unit: whom the decision does not honour, and why; ``text`` to send."""

    nominator_id: int
    nominator: str
    refused: tuple[tuple[str, str], ...]
    text: str


def refusal_notices(
    session: Session, *, decision_id: int, authority: str, by: Actor
) -> Sequence[RefusalNotice]:
    """A notice for every unit of whose nominations some were refused; an officer's is the own.

    ``authority``: who tells them.
    """
    rights = require(session, by, READERS, "xem trường hợp không được khen thưởng")
    decision = decision_by_id(session, decision_id)
    units = units_as_of(session, decision.paper.issued_on)
    rows = session.execute(
        select(Nomination, AwardRefusal.reason)
        .join(AwardRefusal, AwardRefusal.nomination_id == Nomination.id)
        .where(AwardRefusal.decision_id == decision.id)
        .order_by(Nomination.nominator_id, Nomination.recipient, Nomination.id)
    )
    told: dict[int, list[tuple[str, str]]] = {}
    for item, reason in rows:
        if rights.any_of(WHOLE) or item.nominator_id in rights.units_as("officer"):
            name = item.person_name or units[item.unit_id].name
            told.setdefault(item.nominator_id, []).append((name, reason))
    paper = paper_words(decision.paper)
    return [
        RefusalNotice(
            nominator_id=nominator,
            nominator=units[nominator].name,
            refused=tuple(refused),
            text=_text(units[nominator].name, refused, paper, authority),
        )
        for nominator, refused in told.items()
    ]


def _text(nominator: str, refused: Sequence[tuple[str, str]], paper: str, authority: str) -> str:
    lines = [f"{number}. {name}: {why}" for number, (name, why) in enumerate(refused, 1)]
    return "\n".join(
        (
            f"Kính gửi: {nominator}.",
            "",
            f"Theo Quyết định số {paper}, các đề nghị sau đây của {nominator} chưa được khen "
            "thưởng:",
            "",
            *lines,
            "",
            f"{authority} trân trọng thông báo để {nominator} biết./.",
        )
    )
