"""Hội đồng TĐKT: members, meetings, votes, and what the council decided otherwise than proposed.

No table holds a ballot of somebody: a vote held here adds to the counts of its meeting, in one row
that is written anew as a whole, without time or order. See ``docs/councils.md``.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from thidua.store.base import Base, Json, Owned, inside

VoteHow = Literal["typed", "here"]
"""Counted results typed in from the minutes; or ballots cast here."""


class Council(Owned, Base):
    """Hội đồng thi đua, khen thưởng, set up by a paper."""

    __tablename__ = "council"
    __table_args__ = (
        inside("paper_id", "paper"),
        UniqueConstraint("province_id", "id"),
    )

    name: Mapped[str]
    paper_id: Mapped[int]


class CouncilMember(Owned, Base):
    """A member from ``joined_on`` until ``left_on``; ``unit_id``: the unit that is the own one."""

    __tablename__ = "council_member"
    __table_args__ = (
        inside("council_id", "council"),
        inside("unit_id", "unit"),
        UniqueConstraint("province_id", "id"),
        CheckConstraint("left_on >= joined_on", name="left"),
        Index(
            "uq_council_member_user",
            "council_id",
            "user_id",
            unique=True,
            postgresql_where=sql("left_on IS NULL"),
        ),
    )

    council_id: Mapped[int]
    name: Mapped[str]
    duty: Mapped[str]
    unit_id: Mapped[int | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    joined_on: Mapped[date]
    left_on: Mapped[date | None]


class CouncilMeeting(Owned, Base):
    """A meeting about one proposal of a round.

    ``members`` and ``present`` are member ids, in order; ``voted`` those whose ballot is in, and
    ``tally`` the counts by nomination, agree, disagree, blank: for a vote held here. ``results``
    is filled at the closing and holds what each nomination's vote came to.
    """

    __tablename__ = "council_meeting"
    __table_args__ = (
        inside("council_id", "council"),
        inside("round_id", "award_round"),
        inside("proposal_id", "award_proposal"),
        inside("paper_id", "paper"),
        UniqueConstraint("province_id", "id"),
        CheckConstraint("how IN ('typed', 'here')", name="how"),
        CheckConstraint("(closed_at IS NULL) = (results IS NULL)", name="closed"),
        CheckConstraint("closed_at IS NULL OR paper_id IS NOT NULL", name="minutes"),
        Index(
            "uq_council_meeting_open",
            "round_id",
            unique=True,
            postgresql_where=sql("closed_at IS NULL"),
        ),
    )

    council_id: Mapped[int]
    round_id: Mapped[int]
    proposal_id: Mapped[int]
    held_on: Mapped[date]
    how: Mapped[VoteHow] = mapped_column(Text)
    members: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    present: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    voted: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list, server_default="{}")
    tally: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    results: Mapped[Json | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    paper_id: Mapped[int | None]


class CouncilChoice(Owned, Base):
    """What a council decided of a nomination otherwise than the proposal, with its reason.

    ``slot``: the place that it fills; empty where it is not chosen.
    """

    __tablename__ = "council_choice"
    __table_args__ = (
        inside("meeting_id", "council_meeting"),
        inside("nomination_id", "nomination"),
        UniqueConstraint("meeting_id", "nomination_id"),
        CheckConstraint("chosen = (slot <> '')", name="slot"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    meeting_id: Mapped[int]
    nomination_id: Mapped[int]
    chosen: Mapped[bool]
    slot: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
