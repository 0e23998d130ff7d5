"""Tài liệu minh chứng: the register of each unit in a campaign, and which leaves an item proves."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from thidua.store.base import Base, Owned, Versioned, inside
from thidua.store.filed import Filed, file_checks


class EvidenceItem(Owned, Filed, Versioned, Base):
    """One document of a unit, with its file or link, if any. It is withdrawn, never deleted."""

    __tablename__ = "evidence_item"
    __table_args__ = (
        ForeignKeyConstraint(
            ["province_id", "campaign_id", "unit_id"],
            ["campaign_unit.province_id", "campaign_unit.campaign_id", "campaign_unit.unit_id"],
        ),
        UniqueConstraint("province_id", "id"),
        *file_checks(),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawal = '')", name="withdrawn"),
        Index("ix_evidence_item_campaign_id_unit_id", "campaign_id", "unit_id"),
        Index("ix_evidence_item_waiting", "province_id", "file_hash",
              postgresql_where=text("scan = 'waiting'")),
    )  # fmt: skip

    campaign_id: Mapped[int]
    unit_id: Mapped[int]
    reference: Mapped[str] = mapped_column(default="", server_default="")
    issued_on: Mapped[date | None]
    issuer: Mapped[str] = mapped_column(default="", server_default="")
    summary: Mapped[str]
    link: Mapped[str] = mapped_column(default="", server_default="")
    link_seen_on: Mapped[date | None]
    added_at: Mapped[datetime]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawal: Mapped[str] = mapped_column(default="", server_default="")
    uses: Mapped[list[EvidenceUse]] = relationship(
        foreign_keys="EvidenceUse.item_id", back_populates="item", order_by="EvidenceUse.leaf_code"
    )


class EvidenceUse(Owned, Base):
    """An item proves a leaf of the unit's set: where in the document that stands."""

    __tablename__ = "evidence_use"
    __table_args__ = (
        inside("item_id", "evidence_item"),
        UniqueConstraint("item_id", "leaf_code"),
    )

    item_id: Mapped[int]
    leaf_code: Mapped[str]
    section: Mapped[str] = mapped_column(default="", server_default="")
    page: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="", server_default="")
    used_at: Mapped[datetime]
    item: Mapped[EvidenceItem] = relationship(
        foreign_keys="EvidenceUse.item_id", back_populates="uses"
    )
