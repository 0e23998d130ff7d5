"""Who does something: a person, a job or a command."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

ActorKind = Literal["person", "job", "command"]


@dataclass(frozen=True)
class Actor:
    """Who acts, as the audit names them.

    ``id`` is the user's id for a person, the job's for a job, ``None`` for a command. ``reason``
    is what the actor says about this act, where a reason is due.
    """

    kind: ActorKind
    name: str
    id: int | None = None
    reason: str = ""

    def because(self, reason: str) -> Actor:
        """The same actor with a reason."""
        return replace(self, reason=reason)
