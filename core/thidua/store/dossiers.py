"""Hồ sơ khen thưởng: what a nominating unit hands in for its nominations, and what became of it.

How far a dossier or a nomination has come is never written down: ``work.dossiers`` derives it from
the facts here. Nothing here can be deleted by the application, but for an initiative that was
entered by mistake.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from thidua.spec.award_conditions import InitiativeLevel
from thidua.store.base import Base, Owned, Stamp, Versioned, inside
from thidua.store.papers import StoredPaper

OpinionStand = Literal["agree", "disagree", "none"]
"""Đồng ý; không đồng ý; không có ý kiến."""


class Dossier(Owned, Versioned, Base):
    """Hồ sơ: the nominations that one unit hands in together, in one round.

    Open (``received_on`` None) while the unit prepares it, one at a time for each round and unit;
    then taken in with ``arrival_number`` (số đến) and ``received_on`` (ngày nhận), the date by
    which the law may be chosen.
    """

    __tablename__ = "dossier"
    __table_args__ = (
        inside("round_id", "award_round"),
        inside("nominator_id", "unit"),
        UniqueConstraint("province_id", "id"),
        UniqueConstraint("province_id", "id", "round_id", "nominator_id"),
        CheckConstraint("(received_on IS NULL) = (arrival_number = '')", name="arrival"),
        Index(
            "uq_dossier_open",
            "round_id",
            "nominator_id",
            unique=True,
            postgresql_where=text("received_on IS NULL"),
        ),
    )

    round_id: Mapped[int]
    nominator_id: Mapped[int]
    made_at: Mapped[Stamp]
    arrival_number: Mapped[str] = mapped_column(default="", server_default="")
    received_on: Mapped[date | None]
    taken_in_at: Mapped[datetime | None]
    taken_in_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    returned: Mapped[DossierReturn | None] = relationship(
        foreign_keys="DossierReturn.dossier_id", back_populates="dossier"
    )


class DossierReturn(Owned, Base):
    """Trả lại để bổ sung: once for each dossier, which the unique constraint holds.

    ``missing``: what must be completed by ``due_on``. ``back_on`` and ``back_number`` (số đến) tell
    when the dossier came back.
    """

    __tablename__ = "dossier_return"
    __table_args__ = (
        inside("dossier_id", "dossier"),
        inside("paper_id", "paper"),
        UniqueConstraint("dossier_id"),
        CheckConstraint("cardinality(missing) > 0", name="missing"),
        CheckConstraint("due_on >= returned_on", name="due"),
        CheckConstraint("back_on >= returned_on", name="back"),
        CheckConstraint("(back_on IS NULL) = (back_number = '')", name="back_number"),
    )

    dossier_id: Mapped[int]
    returned_on: Mapped[date]
    missing: Mapped[list[str]]
    due_on: Mapped[date]
    paper_id: Mapped[int | None]
    back_on: Mapped[date | None]
    back_number: Mapped[str] = mapped_column(default="", server_default="")
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    dossier: Mapped[Dossier] = relationship(
        foreign_keys="DossierReturn.dossier_id", back_populates="returned"
    )


class DossierPaper(Owned, Base):
    """Thành phần hồ sơ: a paper handed in as one item of the scheme's list.

    ``nomination_id`` None: it is there for every nomination of the dossier (a tờ trình, minutes).
    ``confirmed_by``: who confirmed an achievement report at the submitting level, and when. One
    that was replaced is withdrawn and stays.
    """

    __tablename__ = "dossier_paper"
    __table_args__ = (
        inside("dossier_id", "dossier"),
        ForeignKeyConstraint(
            ["province_id", "nomination_id", "dossier_id"],
            ["nomination.province_id", "nomination.id", "nomination.dossier_id"],
        ),
        inside("paper_id", "paper"),
        CheckConstraint("(confirmed_on IS NULL) = (confirmed_by = '')", name="confirmed"),
        Index("ix_dossier_paper_dossier_id", "dossier_id"),
    )

    dossier_id: Mapped[int]
    nomination_id: Mapped[int | None]
    item: Mapped[str]
    paper_id: Mapped[int]
    confirmed_by: Mapped[str] = mapped_column(default="", server_default="")
    confirmed_on: Mapped[date | None]
    added_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    paper: Mapped[StoredPaper] = relationship(foreign_keys="DossierPaper.paper_id")


class Initiative(Owned, Base):
    """Sáng kiến of a nominated person or collective, with the decision that recognised it.

    ``confirmed``: the standing office has seen that decision.
    """

    __tablename__ = "initiative"
    __table_args__ = (
        inside("nomination_id", "nomination"),
        CheckConstraint("level IN ('unit', 'province', 'ministry', 'nation')", name="level"),
        Index("ix_initiative_nomination_id", "nomination_id"),
    )

    nomination_id: Mapped[int]
    name: Mapped[str]
    level: Mapped[InitiativeLevel] = mapped_column(Text)
    recognised_by: Mapped[str]
    number: Mapped[str]
    recognised_on: Mapped[date]
    confirmed: Mapped[bool] = mapped_column(default=False, server_default="false")


class Opinion(Owned, Base):
    """Lấy ý kiến: an agency is asked about a nomination by one paper, and answers by another.

    ``stand`` is None until it has answered; ``words`` is what it says.
    """

    __tablename__ = "opinion"
    __table_args__ = (
        inside("nomination_id", "nomination"),
        inside("agency_id", "unit"),
        inside("asked_by_paper_id", "paper"),
        inside("answer_paper_id", "paper"),
        CheckConstraint("stand IN ('agree', 'disagree', 'none')", name="stand"),
        CheckConstraint("num_nulls(stand, answered_on, answer_paper_id) IN (0, 3)", name="answer"),
        CheckConstraint("stand <> 'disagree' OR words <> ''", name="why"),
        CheckConstraint("due_on >= asked_on", name="due"),
        CheckConstraint("answered_on >= asked_on", name="answered"),
        Index(
            "uq_opinion_open",
            "nomination_id",
            "agency_id",
            unique=True,
            postgresql_where=text("answered_on IS NULL"),
        ),
    )

    nomination_id: Mapped[int]
    agency_id: Mapped[int]
    asked_on: Mapped[date]
    due_on: Mapped[date | None]
    asked_by_paper_id: Mapped[int]
    stand: Mapped[OpinionStand | None] = mapped_column(Text)
    words: Mapped[str] = mapped_column(default="", server_default="")
    answered_on: Mapped[date | None]
    answer_paper_id: Mapped[int | None]
    asked_by_paper: Mapped[StoredPaper] = relationship(foreign_keys="Opinion.asked_by_paper_id")
    answer_paper: Mapped[StoredPaper | None] = relationship(foreign_keys="Opinion.answer_paper_id")
