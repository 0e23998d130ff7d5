"""The account as Flask-Security sees it: passwords, failures, locks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from flask_security import FSQLALiteUserDatastore, RoleMixin, UserMixin, hash_password
from flask_security.utils import get_hmac
from sqlalchemy import inspect

from thidua.store.driving import driven, held
from thidua.store.people import User

TRIES = 5
LOCKED = timedelta(minutes=15)
ONE_TIME_COST = {"rounds": 1, "memory_cost": 8192, "parallelism": 1}


class Account(User, UserMixin):  # type: ignore[misc]  # the library has no stubs
    """The core's account with what Flask-Security asks of one; rights are memberships."""

    roles: list[RoleMixin] = []  # noqa: RUF012 (rights are memberships; nothing is added)

    def verify_and_update_password(self, password: str) -> bool:
        """Whether the password is right; never while the account is locked.

        It is compared all the same, so that neither answer nor time tells who goes on guessing.
        """
        right: bool = super().verify_and_update_password(password)
        return right and not self.is_locked()

    def knows(self, password: str) -> bool:
        """Whether the password is right, however its letters were composed; failures count."""
        util = current_app.extensions["security"]._password_util
        typed = bool(password and self.password)
        right = typed and self.verify_and_update_password(util.normalize(password))
        if typed and not right:
            self.track_failed_authn("password")
        return right

    def track_failed_authn(self, auth_type: str, tfa: bool = False) -> None:
        """Count a wrong password or code; the fifth in a row locks the account for a while.

        The database counts, so that guesses at the same time all do. A lock is not prolonged, or
        others could keep somebody out for good.
        """
        if self.is_locked():
            return
        self.failed_count = Account.failed_count + 1 if self.locked_until is None else 1
        self.locked_until = None
        store().put(self)
        store().db.session.flush()
        if self.failed_count >= TRIES:
            self.locked_until = datetime.now(UTC) + LOCKED
        store().commit()

    def forget_failures(self) -> None:
        """Start counting anew after a right password."""
        self.failed_count, self.locked_until = 0, None
        store().put(self)

    def is_locked(self, form_error: list[str] | None = None) -> bool:
        """Whether sign-in is refused for now. The sentence for every failure says how long."""
        return self.locked_until is not None and self.locked_until > datetime.now(UTC)


_COLUMNS = tuple(inspect(Account).column_attrs.keys())
_BY_UNIQUIFIER = (
    f"SELECT {', '.join(_COLUMNS)} "  # noqa: S608 (names of columns, none of them given)
    'FROM "user" WHERE fs_uniquifier = %(uniquifier)s'
)


class Accounts(FSQLALiteUserDatastore):
    """The accounts; the one of a session is asked for with each request, by the driver."""

    def find_user(self, case_insensitive: bool = False, **by: Any) -> UserMixin | None:
        """The account with this value of one attribute."""
        if by.keys() != {"fs_uniquifier"}:
            return super().find_user(case_insensitive, **by)
        session = self.db.session
        session.flush()
        asked = {"uniquifier": by["fs_uniquifier"]}
        for row in driven(session.connection(), _BY_UNIQUIFIER, asked):
            return held(session, Account, **dict(zip(_COLUMNS, row, strict=True)))
        return None


class NoRole(RoleMixin):
    """Flask-Security wants a role model; rights are memberships, so there are no such roles."""


def password_hash(password: str) -> str:
    """The hash of a new password, normalised as sign-in normalises what is typed."""
    util = current_app.extensions["security"]._password_util
    hashed: str = hash_password(util.normalize(password))
    return hashed


def one_time_hash(password: str) -> str:
    """The hash of a random one-time password, cheap since nobody could guess 59 bits anyway.

    Hundreds are made in one request; with the cost of a chosen password that takes a minute.
    """
    security = current_app.extensions["security"]
    quick = security.pwd_context.handler("argon2").using(**ONE_TIME_COST)
    signed = get_hmac(security._password_util.normalize(password)).decode("ascii")
    hashed: str = quick.hash(signed)
    return hashed


def store() -> Any:
    """Flask-Security's datastore."""
    return current_app.extensions["security"].datastore
