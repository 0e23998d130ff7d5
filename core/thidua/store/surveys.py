"""Figures from outside by version, and the officials' survey: forms, one-time codes, counts.

No table holds an answer. What a respondent chose is added to the counts of its group and is gone;
its code's row is deleted in the same transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from thidua.store.base import Base, Json, Owned, Versioned, inside

AnsweredHow = Literal["online", "paper"]


class FigureImport(Owned, Base):
    """One import of a survey's or index's figures; the newest of a campaign counts.

    ``what`` is the code of the survey or index. ``rows`` are objects ``unit_id``, ``unit`` (name)
    and ``figures``: stored units by input name, or by ``leaf/input`` where it is for one leaf.
    ``after_version`` is the number of the year's newest result version when they came, 0 if none;
    ``equal_to`` the number of an older import that was brought back.
    """

    __tablename__ = "figure_import"
    __table_args__ = (
        inside("campaign_id", "campaign"),
        UniqueConstraint("campaign_id", "what", "number"),
    )

    campaign_id: Mapped[int]
    what: Mapped[str]
    number: Mapped[int]
    source: Mapped[str]
    file_name: Mapped[str] = mapped_column(default="", server_default="")
    file_hash: Mapped[str] = mapped_column(default="", server_default="")
    rows: Mapped[list[Any]] = mapped_column(JSONB)
    after_version: Mapped[int]
    equal_to: Mapped[int | None]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class SurveyForm(Owned, Base):
    """Phiếu khảo sát công chức of one survey in one campaign, as long as it takes answers.

    ``about`` says for each group of respondents which units it judges: ``"all"``, ``"own"`` or
    unit ids. ``salt`` goes into the hashes of its codes.
    """

    __tablename__ = "survey_form"
    __table_args__ = (
        inside("campaign_id", "campaign"),
        UniqueConstraint("campaign_id", "survey"),
        UniqueConstraint("province_id", "id"),
    )

    campaign_id: Mapped[int]
    survey: Mapped[str]
    about: Mapped[Json]
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class SurveyCode(Owned, Base):
    """A code that was not used yet, as a salted hash; using it deletes the row.

    ``unit_id`` is the own unit of who gets it, where the group judges its own unit.
    """

    __tablename__ = "survey_code"
    __table_args__ = (
        inside("form_id", "survey_form"),
        inside("unit_id", "unit"),
        UniqueConstraint("form_id", "hash"),
    )

    form_id: Mapped[int]
    respondents: Mapped[str]
    unit_id: Mapped[int | None]
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class SurveyCount(Owned, Versioned, Base):
    """What one group answered about one unit, online or on paper: ``answers`` [leaf][answer]."""

    __tablename__ = "survey_count"
    __table_args__ = (
        inside("form_id", "survey_form"),
        inside("unit_id", "unit"),
        UniqueConstraint("form_id", "respondents", "unit_id", "how"),
        CheckConstraint("how IN ('online', 'paper')", name="how"),
    )

    form_id: Mapped[int]
    respondents: Mapped[str]
    unit_id: Mapped[int]
    how: Mapped[AnsweredHow] = mapped_column(Text)
    forms: Mapped[int] = mapped_column(default=0, server_default="0")
    answers: Mapped[Json] = mapped_column(default=dict, server_default="{}")
