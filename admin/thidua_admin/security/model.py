"""The account as Flask-Security sees it: passwords, failures, locks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from flask_security import FSQLALiteUserDatastore, RoleMixin, UserMixin, hash_password
from flask_security.utils import get_hmac

from thidua.store.people import Held, User, signed_in

TRIES = 5
LOCKED = timedelta(minutes=15)
ONE_TIME_COST = {"rounds": 1, "memory_cost": 8192, "parallelism": 1}


class Account(User, UserMixin):  # type: ignore[misc]  # the library has no stubs
    """The core's account with what Flask-Security asks of one; rights are memberships.

    ``held`` are those of the account that a request came with.
    """

    roles: list[RoleMixin] = []  # noqa: RUF012 (rights are memberships; nothing is added)
    held: Sequence[Held] = ()

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


class Accounts(FSQLALiteUserDatastore):
    """The accounts; the one of a session is asked for with each request, and what it may do."""

    def find_user(self, case_insensitive: bool = False, **by: Any) -> UserMixin | None:
        """The account with this value of one attribute."""
        if by.keys() != {"fs_uniquifier"}:
            return super().find_user(case_insensitive, **by)
        found = signed_in(self.db.session, Account, by["fs_uniquifier"])
        if found is None:
            return None
        account: Account
        account, held = found
        account.held = held
        return account


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
