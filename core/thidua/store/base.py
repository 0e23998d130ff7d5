"""What every table shares: the declarative base, ids, the province column, optimistic locking."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    MetaData,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

CURRENT_PROVINCE = "current_setting('app.province_id')::int"
"""SQL: the province of this transaction; an error when none was entered."""

PROCRASTINATE_TABLES = (
    "procrastinate_workers",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_events",
)
INSTALLATION_TABLES = ("alembic_version", "province", "user", *PROCRASTINATE_TABLES)
"""The tables that belong to the installation and have no row-level security; all others do."""

Id = Annotated[
    int, mapped_column(BigInteger, Identity(always=True), primary_key=True, sort_order=-2)
]
"""A surrogate key, given by the database."""

Ticks = Annotated[int, mapped_column(BigInteger)]
"""Points in ticks of 1/10 000."""

Stamp = Annotated[datetime, mapped_column(server_default=func.now())]
"""The time at which the row was made, unless another is given; always aware."""

Json = dict[str, Any]


class Base(DeclarativeBase):
    """Declarative base of every table of ours."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        int: BigInteger,
        datetime: DateTime(timezone=True),
        Json: JSONB(none_as_null=True),
        list[str]: ARRAY(Text),
    }


class Owned:
    """A row of one province: an id and the province, which the database fills in and guards."""

    id: Mapped[Id]
    province_id: Mapped[int] = mapped_column(
        ForeignKey("province.id"), server_default=text(CURRENT_PROVINCE), sort_order=-1
    )


class Versioned:
    """Optimistic locking: an update of a row that another changed raises ``StaleDataError``."""

    row_version: Mapped[int] = mapped_column(default=1, server_default="1")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.row_version}


def inside(column: str, table: str) -> ForeignKeyConstraint:
    """A foreign key that stays in the row's own province.

    Foreign keys are checked past row-level security, so a plain one could point anywhere. The
    target needs a unique constraint on ``(province_id, id)``.
    """
    return ForeignKeyConstraint(["province_id", column], [f"{table}.province_id", f"{table}.id"])
