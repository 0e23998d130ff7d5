"""Results are versions that stay: computed, then published, then never changed.

Write the rows first and ``published_at`` last: afterwards the database refuses changes.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import CheckConstraint, Numeric, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from thidua.store.base import Base, Json, Owned, Stamp, Ticks, inside

ResultKind = Literal["provisional", "final", "corrected", "historical"]


class ResultVersion(Owned, Base):
    """One version of a year's result, with all that is needed to read it years later.

    ``number`` counts 1, 2, 3… within province and year. A historical version was published by
    others and has no campaign. ``sentences`` are those of the province's own rule kinds, by kind
    and branch.
    """

    __tablename__ = "result_version"
    __table_args__ = (
        inside("campaign_id", "campaign"),
        UniqueConstraint("province_id", "year", "number"),
        UniqueConstraint("province_id", "id"),
        CheckConstraint("kind IN ('provisional', 'final', 'corrected', 'historical')", name="kind"),
        CheckConstraint("(kind = 'historical') = (campaign_id IS NULL)", name="campaign"),
    )

    campaign_id: Mapped[int | None]
    year: Mapped[int]
    number: Mapped[int]
    kind: Mapped[ResultKind] = mapped_column(Text)
    title: Mapped[str]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    illustrative: Mapped[bool]
    engine_version: Mapped[str]
    rules_version: Mapped[str]
    plugin_version: Mapped[str]
    grading: Mapped[Json]
    sentences: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    findings: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    source: Mapped[str] = mapped_column(default="", server_default="")
    computed_at: Mapped[Stamp]
    published_at: Mapped[datetime | None]
    rows: Mapped[list[ResultRow]] = relationship(
        foreign_keys="ResultRow.version_id", order_by="ResultRow.id", back_populates="version"
    )


class ResultRow(Owned, Base):
    """One unit's result: names as they were, points in ticks, index in per cent.

    ``position`` and ``printed_points`` are what a published table printed; ``detail`` holds the
    figures of every leaf (``thidua.work.detail``).
    """

    __tablename__ = "result_row"
    __table_args__ = (
        inside("version_id", "result_version"),
        inside("unit_id", "unit"),
        UniqueConstraint("version_id", "unit_id"),
    )

    version_id: Mapped[int]
    unit_id: Mapped[int]
    position: Mapped[int | None]
    name: Mapped[str]
    kind: Mapped[str]
    cluster: Mapped[str | None]
    group_label: Mapped[str] = mapped_column(default="", server_default="")
    points: Mapped[Ticks | None]
    maximum: Mapped[Ticks | None]
    index_percent: Mapped[Decimal | None] = mapped_column(Numeric)
    printed_points: Mapped[str] = mapped_column(default="", server_default="")
    rank: Mapped[int | None]
    band: Mapped[str | None]
    tied: Mapped[bool] = mapped_column(default=False, server_default="false")
    detail: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    version: Mapped[ResultVersion] = relationship(
        foreign_keys="ResultRow.version_id", back_populates="rows"
    )
