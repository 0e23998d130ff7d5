"""Accounts, which belong to the installation, and the rights they have in a province."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeVar, get_args
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, validates

from thidua.store.base import Base, Id, Owned, Stamp, inside
from thidua.store.driving import copied, driven, held
from thidua.store.provinces import Province
from thidua.store.vietnamese import nfc, username_key

Role = Literal["secretariat", "appraiser", "officer", "leader", "council", "auditor", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

U = TypeVar("U", bound="User")


class User(Base):
    """One account. It carries what sign-in needs, and knows nothing of the web.

    ``username`` is stored in the one form of ``username_key``; ``phone`` is where the person is
    reached at work, as typed, or empty. ``password`` is a hash, and one that somebody else chose
    while ``must_change_password``. ``mf_recovery_codes`` are hashes, ``tf_totp_secret`` is
    encrypted. ``tf_last_counter`` is the step of the last code taken, so that none is taken twice.
    ``sso_identity`` is issuer and subject of the account at the provider.
    """

    __tablename__ = "user"
    __table_args__ = (CheckConstraint("username = normalize(username, NFC)", name="nfc"),)

    id: Mapped[Id]
    username: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="", server_default="")
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    is_operator: Mapped[bool] = mapped_column(default=False, server_default="false")
    fs_uniquifier: Mapped[str] = mapped_column(unique=True, default=lambda: uuid4().hex)
    confirmed_at: Mapped[datetime | None]
    failed_count: Mapped[int] = mapped_column(default=0, server_default="0")
    locked_until: Mapped[datetime | None]
    tf_primary_method: Mapped[str | None]
    tf_totp_secret: Mapped[str | None]
    tf_last_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[list[str]] = mapped_column(default=list, server_default="{}")
    must_change_password: Mapped[bool] = mapped_column(default=False, server_default="false")
    sso_identity: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[Stamp]

    @validates("username")
    def _one_form(self, _key: str, username: str) -> str:
        return username_key(username)

    @validates("name")
    def _composed(self, _key: str, name: str) -> str:
        return nfc(name)


class Membership(Owned, Base):
    """A role of a user in a province, for an officer or appraiser on behalf of a unit.

    An appraiser with ``domains`` (codes) appraises for the unit in those alone.
    """

    __tablename__ = "membership"
    __table_args__ = (
        inside("unit_id", "unit"),
        UniqueConstraint(
            "province_id", "user_id", "role", "unit_id", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint(f"role IN {ROLES}", name="role"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    role: Mapped[Role] = mapped_column(Text)
    unit_id: Mapped[int | None]
    domains: Mapped[list[str]] = mapped_column(default=list, server_default="{}")
    user: Mapped[User] = relationship()


class Held(NamedTuple):
    """A role that an account holds in a province, as ``Membership`` keeps it there."""

    province: Province
    role: Role
    unit_id: int | None
    domains: Sequence[str]


_ACCOUNT = tuple(User.__table__.columns.keys())
_PROVINCE = tuple(Province.__table__.columns.keys())
_ENTITLED = f"""
    SELECT {", ".join(_PROVINCE)}
    FROM province WHERE id IN (SELECT province_id FROM memberships_of(%(user)s)) ORDER BY code
"""  # noqa: S608 (names of columns)
_SIGNED_IN = f"""
    SELECT {", ".join(f'"user".{name}' for name in _ACCOUNT)},
           held.role, held.unit_id, held.domains,
           {", ".join(f"province.{name}" for name in _PROVINCE)}
    FROM "user"
    LEFT JOIN LATERAL memberships_of("user".id) AS held ON true
    LEFT JOIN province ON province.id = held.province_id
    WHERE fs_uniquifier = %(uniquifier)s ORDER BY province.code
"""  # noqa: S608


def provinces_of(session: Session, user_id: int) -> Sequence[Province]:
    """The provinces in which an account has a role, by code; asked before one is entered.

    They are copies that belong to no session.
    """
    session.flush()
    rows = driven(session, _ENTITLED, {"user": user_id})
    return [_province(row) for row in rows]


def signed_in(session: Session, table: type[U], uniquifier: str) -> tuple[U, Sequence[Held]] | None:
    """The account that goes by this, and all its roles by code of the province, if there is one.

    It is asked before a province is entered. The provinces are copies that belong to no session.
    """
    session.flush()
    rows = driven(session, _SIGNED_IN, {"uniquifier": uniquifier})
    if not rows:
        return None
    end = len(_ACCOUNT)
    account = held(session, table, **dict(zip(_ACCOUNT, rows[0], strict=False)))
    roles = [Held(_province(row[end + 3 :]), *row[end : end + 3]) for row in rows if row[end]]
    return account, roles


def _province(row: Sequence[Any]) -> Province:
    return copied(Province, **dict(zip(_PROVINCE, row, strict=True)))
