"""Who is displaced if one more nomination is to have a place."""

from __future__ import annotations

from sqlalchemy.orm import Session

from thidua.awards.displaced import Displacement, displaced_by
from thidua.errors import NotFound
from thidua.store.actor import Actor
from thidua.store.people import Role
from thidua.work.access import STAFF, require
from thidua.work.award_facts import consider, round_by_id

ASKERS: frozenset[Role] = STAFF | {"leader", "council"}


def if_added(session: Session, *, round_id: int, nomination_id: int, by: Actor) -> Displacement:
    """What the proposal of a round would be if this nomination were placed before all others.

    Nothing is written. ``NotFound`` when the round has no such standing nomination.
    """
    require(session, by, ASKERS, "xem ai bị thay khi thêm một đề nghị")
    considered = consider(session, round_by_id(session, round_id=round_id))
    if nomination_id not in considered.judged:
        raise NotFound("Đợt này không có đề nghị ấy, hoặc đề nghị đã rút.")
    return displaced_by(considered.scheme, [*considered.judged.values()], nomination_id)
