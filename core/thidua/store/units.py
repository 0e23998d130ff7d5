"""Units in time, their kinds and clusters."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from thidua.store.base import Base, Json, Owned, Stamp, Versioned, inside
from thidua.store.vietnamese import nfc, search_text, sort_key


class UnitKind(Owned, Base):
    """Loại đơn vị; ``document`` is the spec object as applied."""

    __tablename__ = "unit_kind"
    __table_args__ = (UniqueConstraint("province_id", "code"),)

    code: Mapped[str]
    name: Mapped[str]
    level: Mapped[str]
    document: Mapped[Json]


class Cluster(Owned, Base):
    """Khối, cụm thi đua of one kind of unit."""

    __tablename__ = "cluster"
    __table_args__ = (
        ForeignKeyConstraint(["province_id", "kind"], ["unit_kind.province_id", "unit_kind.code"]),
        UniqueConstraint("province_id", "kind", "code"),
    )

    kind: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]


class Unit(Owned, Base):
    """A unit through all its names; what it is called and where it belongs is in its periods."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("province_id", "key"), UniqueConstraint("province_id", "id"))

    key: Mapped[str]
    created_by: Mapped[Literal["seed", "console"]] = mapped_column(Text)
    created_at: Mapped[Stamp]
    periods: Mapped[list[UnitPeriod]] = relationship(
        back_populates="unit", foreign_keys="UnitPeriod.unit_id", order_by="UnitPeriod.during"
    )


class UnitPeriod(Owned, Versioned, Base):
    """A unit between two dates. Periods of a unit never overlap.

    ``cluster`` and ``kind`` are codes; ``search_text`` and ``sort_key`` follow ``name``.
    """

    __tablename__ = "unit_period"
    __table_args__ = (
        inside("unit_id", "unit"),
        inside("parent_id", "unit"),
        ForeignKeyConstraint(["province_id", "kind"], ["unit_kind.province_id", "unit_kind.code"]),
        ForeignKeyConstraint(
            ["province_id", "kind", "cluster"],
            ["cluster.province_id", "cluster.kind", "cluster.code"],
        ),
        CheckConstraint("NOT isempty(during)", name="during"),
        ExcludeConstraint(("unit_id", "="), ("during", "&&"), name="ex_unit_period_during"),
        Index(
            "ix_unit_period_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )

    unit_id: Mapped[int]
    during: Mapped[Range[date]] = mapped_column(DATERANGE)
    name: Mapped[str]
    kind: Mapped[str]
    cluster: Mapped[str | None]
    parent_id: Mapped[int | None]
    official_code: Mapped[str] = mapped_column(default="", server_default="")
    provenance: Mapped[str]
    facts: Mapped[list[str]] = mapped_column(default=list, server_default="{}")
    search_text: Mapped[str]
    sort_key: Mapped[str] = mapped_column(Text(collation="C"))
    unit: Mapped[Unit] = relationship(back_populates="periods", foreign_keys="UnitPeriod.unit_id")

    @validates("name")
    def _follow(self, _key: str, name: str) -> str:
        name = nfc(name)
        self.search_text, self.sort_key = search_text(name), sort_key(name)
        return name
