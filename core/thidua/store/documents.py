"""Spec objects of which only the document is kept: gradings, movements, forms, legal regimes."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from thidua.store.base import Base, Json, Owned


class StoredGrading(Owned, Base):
    """Cách xếp hạng, xếp loại as applied; campaigns and results keep copies of their own."""

    __tablename__ = "grading"
    __table_args__ = (UniqueConstraint("province_id", "code"),)

    code: Mapped[str]
    hash: Mapped[str]
    document: Mapped[Json]


class StoredMovement(Owned, Base):
    """Phong trào thi đua as applied; ``movement_amendment`` has what it became."""

    __tablename__ = "movement"
    __table_args__ = (
        UniqueConstraint("province_id", "code"),
        UniqueConstraint("province_id", "id"),
    )

    code: Mapped[str]
    hash: Mapped[str]
    document: Mapped[Json]


class StoredAwardForm(Owned, Base):
    """Danh hiệu thi đua or hình thức khen thưởng as applied."""

    __tablename__ = "award_form"
    __table_args__ = (UniqueConstraint("province_id", "code"),)

    code: Mapped[str]
    hash: Mapped[str]
    document: Mapped[Json]


class StoredLegalRegime(Owned, Base):
    """Văn bản áp dụng as applied, or as it was entered later."""

    __tablename__ = "legal_regime"
    __table_args__ = (UniqueConstraint("province_id", "code"),)

    code: Mapped[str]
    hash: Mapped[str]
    document: Mapped[Json]
