"""Award schemes, their rounds, the nominations of a round and the proposals made from them.

Schemes and proposals never change once written: the database refuses it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from thidua.spec.award_conditions import PersonCategory, Recipient
from thidua.store.base import Base, Json, Owned, Stamp, Versioned, inside
from thidua.store.dossiers import Dossier


class StoredAwardScheme(Owned, Base):
    """One version of an award scheme: the canonical dump of the spec object and its hash."""

    __tablename__ = "award_scheme"
    __table_args__ = (
        UniqueConstraint("province_id", "code", "version"),
        UniqueConstraint("province_id", "id"),
    )

    code: Mapped[str]
    version: Mapped[str]
    hash: Mapped[str]
    title: Mapped[str]
    document: Mapped[Json]
    created_at: Mapped[Stamp]


class AwardRound(Owned, Base):
    """Đợt xét khen: one year of a scheme, with the version it was opened under.

    ``decides_on`` is the day of decision: units are looked at as they are on that day.
    """

    __tablename__ = "award_round"
    __table_args__ = (
        inside("scheme_id", "award_scheme"),
        UniqueConstraint("province_id", "scheme_code", "year"),
        UniqueConstraint("province_id", "id"),
    )

    scheme_id: Mapped[int]
    scheme_code: Mapped[str]
    year: Mapped[int]
    decides_on: Mapped[date]
    opened_at: Mapped[Stamp]
    scheme: Mapped[StoredAwardScheme] = relationship(foreign_keys="AwardRound.scheme_id")


Sex = Literal["male", "female"]
"""Ông, bà: where a certificate says so."""


class Nomination(Owned, Versioned, Base):
    """Đề nghị khen thưởng: a unit, or a person of it, put forward by a nominating unit.

    Always in one dossier, of the same round and nominator. Name, day of birth, title and
    ``printed_unit`` are as the certificate is to print them: ``printed_unit`` is the workplace, or
    a collective's own name; empty, the unit's name on the day of decision. ``achievement`` is the
    short account of the danh sách trích ngang. ``answers`` holds by condition code: answer, basis,
    who said it, whether it is confirmed. ``illustrative`` marks invented persons and dossiers.
    """

    __tablename__ = "nomination"
    __table_args__ = (
        inside("round_id", "award_round"),
        inside("nominator_id", "unit"),
        inside("unit_id", "unit"),
        ForeignKeyConstraint(
            ["province_id", "dossier_id", "round_id", "nominator_id"],
            ["dossier.province_id", "dossier.id", "dossier.round_id", "dossier.nominator_id"],
        ),
        UniqueConstraint("province_id", "id"),
        UniqueConstraint("province_id", "id", "dossier_id"),
        CheckConstraint("recipient IN ('collective', 'person')", name="recipient"),
        CheckConstraint("(recipient = 'person') = (person_name <> '')", name="person"),
        CheckConstraint("person_sex IN ('male', 'female')", name="sex"),
        CheckConstraint(
            "recipient = 'person' OR num_nulls(person_born_on, person_sex) = 2", name="collective"
        ),
        Index(
            "uq_nomination_recipient",
            "round_id",
            "unit_id",
            "recipient",
            "person_name",
            "person_title",
            "person_born_on",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
    )

    round_id: Mapped[int]
    nominator_id: Mapped[int]
    recipient: Mapped[Recipient] = mapped_column(Text)
    unit_id: Mapped[int]
    dossier_id: Mapped[int]
    person_name: Mapped[str] = mapped_column(default="", server_default="")
    person_title: Mapped[str] = mapped_column(default="", server_default="")
    person_category: Mapped[PersonCategory | None] = mapped_column(Text)
    person_born_on: Mapped[date | None]
    person_sex: Mapped[Sex | None] = mapped_column(Text)
    printed_unit: Mapped[str] = mapped_column(default="", server_default="")
    achievement: Mapped[str] = mapped_column(default="", server_default="")
    illustrative: Mapped[bool] = mapped_column(default=False, server_default="false")
    answers: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    made_at: Mapped[Stamp]
    withdrawn_at: Mapped[datetime | None]
    dossier: Mapped[Dossier] = relationship(
        foreign_keys="Nomination.dossier_id", primaryjoin="Nomination.dossier_id == Dossier.id"
    )


class AwardProposal(Owned, Base):
    """Đề xuất: the lines, ties and empty places of one computation, with all they rest on.

    ``number`` counts 1, 2, 3… within the round.
    """

    __tablename__ = "award_proposal"
    __table_args__ = (
        inside("round_id", "award_round"),
        inside("result_version_id", "result_version"),
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("province_id", "id"),
    )

    round_id: Mapped[int]
    number: Mapped[int]
    result_version_id: Mapped[int | None]
    scheme_hash: Mapped[str]
    engine_version: Mapped[str]
    document: Mapped[Json]
    made_at: Mapped[Stamp]
    made_by: Mapped[str]
