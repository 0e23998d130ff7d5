"""Quyết định khen thưởng: what was granted and refused, the register of certificates, revocation.

Nothing here can be deleted: an award that was wrong is revoked by a decision of its own.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from thidua.spec.award_conditions import Recipient
from thidua.store.base import Base, Owned, inside
from thidua.store.papers import StoredPaper


class AwardDecision(Owned, Base):
    """A signed decision about a round, after a meeting of the council.

    ``base_salary``: mức lương cơ sở in đồng a month, of which the money is a multiple, and the
    document that sets it; None where no money was counted by it.
    """

    __tablename__ = "award_decision"
    __table_args__ = (
        inside("round_id", "award_round"),
        inside("meeting_id", "council_meeting"),
        inside("paper_id", "paper"),
        UniqueConstraint("province_id", "id"),
        UniqueConstraint("meeting_id"),
        CheckConstraint("base_salary > 0", name="base_salary"),
        CheckConstraint("(base_salary IS NULL) = (base_salary_basis = '')", name="basis"),
    )

    round_id: Mapped[int]
    meeting_id: Mapped[int]
    paper_id: Mapped[int]
    base_salary: Mapped[int | None]
    base_salary_basis: Mapped[str] = mapped_column(default="", server_default="")
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    paper: Mapped[StoredPaper] = relationship(foreign_keys="AwardDecision.paper_id")


class Award(Owned, Base):
    """One line of a decision, as it was printed, and what became of it.

    ``certificate`` is its number in the sổ cấp bằng; ``money`` in đồng. ``handed_on`` and
    ``handed_to`` tell who received certificate, artefact and money, and when;
    ``revoked_paper_id`` is the decision that revoked it.
    """

    __tablename__ = "award"
    __table_args__ = (
        inside("decision_id", "award_decision"),
        inside("nomination_id", "nomination"),
        inside("unit_id", "unit"),
        inside("revoked_paper_id", "paper"),
        UniqueConstraint("province_id", "id"),
        UniqueConstraint("nomination_id"),
        CheckConstraint("recipient IN ('collective', 'person')", name="recipient"),
        CheckConstraint("money > 0", name="money"),
        CheckConstraint("(handed_on IS NULL) = (handed_to = '')", name="handed"),
        CheckConstraint("(revoked_paper_id IS NULL) = (revoked_why = '')", name="revoked"),
        Index(
            "uq_award_certificate",
            "province_id",
            "form",
            "certificate",
            unique=True,
            postgresql_where=sql("certificate <> ''"),
        ),
    )

    decision_id: Mapped[int]
    nomination_id: Mapped[int]
    recipient: Mapped[Recipient] = mapped_column(Text)
    unit_id: Mapped[int]
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="", server_default="")
    workplace: Mapped[str] = mapped_column(default="", server_default="")
    born_on: Mapped[date | None]
    slot: Mapped[str]
    form: Mapped[str]
    form_name: Mapped[str]
    movement: Mapped[str]
    movement_title: Mapped[str]
    year: Mapped[int]
    closing: Mapped[bool]
    illustrative: Mapped[bool]
    artefact: Mapped[str] = mapped_column(default="", server_default="")
    money: Mapped[int | None]
    certificate: Mapped[str] = mapped_column(default="", server_default="")
    handed_on: Mapped[date | None]
    handed_to: Mapped[str] = mapped_column(default="", server_default="")
    revoked_paper_id: Mapped[int | None]
    revoked_why: Mapped[str] = mapped_column(default="", server_default="")
    decision: Mapped[AwardDecision] = relationship(foreign_keys="Award.decision_id")
    revoked_paper: Mapped[StoredPaper | None] = relationship(foreign_keys="Award.revoked_paper_id")


class AwardRefusal(Owned, Base):
    """A nomination that a decision did not grant, with the reason to tell the nominator."""

    __tablename__ = "award_refusal"
    __table_args__ = (
        inside("decision_id", "award_decision"),
        inside("nomination_id", "nomination"),
        UniqueConstraint("nomination_id"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    decision_id: Mapped[int]
    nomination_id: Mapped[int]
    reason: Mapped[str]
