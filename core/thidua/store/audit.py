"""The audit: who did what to what, appended in the transaction that does it, sealed later.

Sealing puts each province's rows into a hash chain, so that a later change shows. Rows are
appended unchained, since a chain inside the business transaction would let only one writer work
at a time, and ids become visible out of order. Therefore the chain has positions of its own,
given at sealing, and only rows of transactions that are over are sealed.

A chain shows edits, not a rewritten whole: its head is printed and kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from thidua.store.actor import Actor
from thidua.store.audit_rows import AuditEvent, AuditSeal
from thidua.store.driving import driven, jsonb
from thidua.store.tenancy import province_of

GENESIS = "0" * 64
"""What the first link of every chain names as its previous hash."""

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_LATE = timedelta(days=1)  # no transaction stays open longer, so sealing need not look back further
_LOCK = 7_446_219  # with the province: one sealer of a province at a time
_SETTLED = or_(
    AuditEvent.xid < func.pg_snapshot_xmin(func.pg_current_snapshot()),
    # not handed out yet by this server: the row was restored from a backup of another
    AuditEvent.xid >= func.pg_snapshot_xmax(func.pg_current_snapshot()),
)
APPEND: LiteralString = """
    INSERT INTO audit_event (actor_kind, actor_id, actor_name, action, subject_kind, subject_id,
                             reason, before, after)
    VALUES (%(actor_kind)s, %(actor_id)s, %(actor_name)s, %(action)s, %(subject_kind)s,
            %(subject_id)s, %(reason)s, %(before)s, %(after)s)
    RETURNING id
"""
"""The statement that appends an ``act``, by itself or with what it tells of."""

_UNSEALED = ~select(AuditSeal.id).where(AuditSeal.event_id == AuditEvent.id).exists()


@dataclass(frozen=True)
class Verification:
    """What a check of a province's chain found.

    ``broken`` holds the ids of events that were changed or removed after sealing, or before
    which a link is missing. ``head`` is the last hash, ``GENESIS`` for an empty chain.
    """

    sealed: int
    unsealed: int
    broken: Sequence[int]
    head: str


@dataclass(frozen=True)
class Head:
    """The end of a chain: to be kept elsewhere, so that a rewritten chain shows.

    ``hash`` stands at position ``sealed`` since ``sealed_at``; an empty chain has ``GENESIS`` at 0.
    """

    sealed: int
    hash: str
    sealed_at: datetime | None


def act(
    *,
    actor: Actor,
    action: str,
    subject: tuple[str, int | None],
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Mapping[str, object]:
    """One act, as ``record`` is told of it, for ``APPEND``."""
    return {
        "actor_kind": actor.kind, "actor_id": actor.id, "actor_name": actor.name,
        "action": action, "subject_kind": subject[0], "subject_id": subject[1],
        "reason": reason or actor.reason,
        "before": jsonb(before), "after": jsonb(after),
    }  # fmt: skip


def record(
    session: Session,
    *,
    actor: Actor,
    action: str,
    subject: tuple[str, int],
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> int:
    """Append one act to the audit of the session's province, in its transaction; its id.

    ``action`` is a verb of ``work``; ``before`` and ``after`` are JSON-ready, and nobody's
    secrets. ``subject`` is a table's name and a row's id. Without a ``reason`` the actor's is
    taken.
    """
    said = act(
        actor=actor, action=action, subject=subject, before=before, after=after, reason=reason
    )
    made: int
    [(made,)] = driven(session, APPEND, said)
    return made


def seal(session: Session, limit: int = 1000) -> int:
    """Append to the chain of the session's province; return how many rows, at most ``limit``.

    Rows of running transactions, and those begun after the oldest of them, wait for next time.
    Where another session is sealing this province, there is nothing to do: it never waits.
    """
    lock = func.pg_try_advisory_xact_lock(_LOCK, province_of(session))
    if not session.scalar(select(lock)):
        return 0
    position, head, since = _end(session)
    waiting = select(AuditEvent).where(AuditEvent.at > since, _UNSEALED, _SETTLED)
    links = []
    for event in session.scalars(waiting.order_by(AuditEvent.id).limit(limit)):
        position += 1
        previous, head = head, _link(head, position, event)
        links.append(
            {"position": position, "event_id": event.id, "previous_hash": previous, "hash": head}
        )
    if links:
        session.execute(insert(AuditSeal), links)
    return len(links)


def verify(session: Session) -> Verification:
    """Walk the whole chain of the session's province and compare every link with its event."""
    chain = (
        select(AuditSeal, AuditEvent)
        .outerjoin(AuditEvent, AuditEvent.id == AuditSeal.event_id)
        .order_by(AuditSeal.position)
        .execution_options(yield_per=1000, populate_existing=True)
    )
    sealed, position, head, broken = 0, 0, GENESIS, []
    for link, event in session.execute(chain):
        follows = (link.position, link.previous_hash) == (position + 1, head)
        same = event and link.hash == _link(link.previous_hash, link.position, event)
        if not (follows and same):
            broken.append(link.event_id)
        sealed, position, head = sealed + 1, link.position, link.hash
    unsealed = session.scalar(select(func.count()).select_from(AuditEvent).where(_UNSEALED)) or 0
    return Verification(sealed, unsealed, tuple(broken), head)


def head(session: Session) -> Head:
    """The end of the chain of the session's province."""
    last = select(AuditSeal.position, AuditSeal.hash, AuditSeal.sealed_at)
    row = session.execute(last.order_by(AuditSeal.position.desc()).limit(1)).one_or_none()
    return Head(row.position, row.hash, row.sealed_at) if row else Head(0, GENESIS, None)


def position_of(session: Session, kept: str) -> int | None:
    """Where a head that was kept elsewhere stands in the chain; None: it was rewritten since."""
    return session.scalar(select(AuditSeal.position).where(AuditSeal.hash == kept))


def _end(session: Session) -> tuple[int, str, datetime]:
    """Position and hash of the last link, and the time from which unsealed events can be."""
    last = (
        select(AuditSeal.position, AuditSeal.hash, AuditEvent.at)
        .outerjoin(AuditEvent, AuditEvent.id == AuditSeal.event_id)
        .order_by(AuditSeal.position.desc())
        .limit(1)
    )
    row = session.execute(last).one_or_none()
    if row is None:
        return 0, GENESIS, _EVER
    return row.position, row.hash, row.at - _LATE if row.at else _EVER


def _link(previous: str, position: int, event: AuditEvent) -> str:
    """The hash of one link: of the link before, the position and all that the event says."""
    said = [
        event.id,
        event.province_id,
        event.at.astimezone(UTC).isoformat(),
        event.actor_kind,
        event.actor_id,
        event.actor_name,
        event.action,
        event.subject_kind,
        event.subject_id,
        event.reason,
        event.before,
        event.after,
    ]
    text = json.dumps([previous, position, said], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
