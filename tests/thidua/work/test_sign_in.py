"""Password, second step and sessions of an account: by its owner, by an administrator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND, make_membership

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.store.actor import Actor
from thidua.store.audit_rows import AuditEvent
from thidua.store.people import User
from thidua.store.tenancy import enter_province
from thidua.work import sign_in

LOCKED = datetime(2026, 6, 1, tzinfo=UTC)
GOOD = "thuyền bến gạo nâu"


def person(user: User) -> Actor:
    return Actor(kind="person", id=user.id, name=user.name)


def set_up(user: User) -> User:
    """With everything that a reset may take away."""
    user.password, user.must_change_password = "hash", False
    user.failed_count, user.locked_until = 5, LOCKED
    user.tf_primary_method, user.tf_totp_secret = "authenticator", "{}"
    user.tf_last_counter, user.mf_recovery_codes = 7, ["a"]
    user.sso_identity = "https://sso 1"
    return user


def state(user: User) -> tuple[object, ...]:
    return (
        user.password,
        user.must_change_password,
        (user.failed_count, user.locked_until),
        (user.tf_primary_method, user.tf_totp_secret, user.tf_last_counter),
        user.mf_recovery_codes,
        user.sso_identity,
    )


def acts(session: Session) -> list[tuple[str, int]]:
    rows = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    return [(row.action, row.subject_id) for row in rows]


@pytest.fixture
def user(session: Session) -> User:
    return set_up(make_membership(session, "leader").user)


TF = ("authenticator", "{}", 7)
NO_TF = (None, None, None)
FAILED = (5, LOCKED)
SSO = "https://sso 1"


@pytest.mark.parametrize(
    ("verb", "action", "expected", "ends"),
    [
        (
            lambda s, u, by: sign_in.reset_password(s, user_id=u, password_hash="neu", by=by),
            "user.reset_password", ("neu", True, (0, None), TF, ["a"], SSO), True,
        ),
        (
            lambda s, u, by: sign_in.unlock(s, user_id=u, by=by),
            "user.unlock", ("hash", False, (0, None), TF, ["a"], SSO), False,
        ),
        (
            lambda s, u, by: sign_in.reset_two_factor(s, user_id=u, by=by),
            "user.reset_two_factor", ("hash", False, FAILED, NO_TF, [], SSO), True,
        ),
        (
            lambda s, u, by: sign_in.end_sessions(s, user_id=u, by=by),
            "user.end_sessions", ("hash", False, FAILED, TF, ["a"], SSO), True,
        ),
        (
            lambda s, u, by: sign_in.unlink_provider(s, user_id=u, by=by),
            "user.unlink_provider", ("hash", False, FAILED, TF, ["a"], None), True,
        ),
    ],
)  # fmt: skip
def test_administrator_resets_others(
    session: Session,
    user: User,
    verb: Callable[[Session, int, Actor], object],
    action: str,
    expected: tuple[object, ...],
    ends: bool,
) -> None:
    admin = person(make_membership(session, "admin").user)
    before = user.fs_uniquifier
    verb(session, user.id, admin)
    assert state(user) == expected
    assert (user.fs_uniquifier != before) == ends
    assert acts(session) == [(action, user.id)]
    assert admin.id is not None
    with pytest.raises(Conflict, match="Tài khoản của tôi"):
        verb(session, admin.id, admin)


def test_account_of_two_provinces_is_reset_by_command_alone(
    sessions: sessionmaker[Session],
    session: Session,
    user: User,
    two_provinces: tuple[int, int],
) -> None:
    admin = person(make_membership(session, "admin").user)
    session.commit()
    with sessions.begin() as other:
        enter_province(other, two_provinces[1])
        make_membership(other, "leader", user=other.get_one(User, user.id))
    with pytest.raises(NotAllowed, match="thidua account reset"):
        sign_in.reset_password(session, user_id=user.id, password_hash="neu", by=admin)
    assert state(user)[0] == "hash"
    sign_in.reset_password(session, user_id=user.id, password_hash="neu", by=COMMAND)
    assert state(user)[0] == "neu"


def test_account_without_a_role_here_is_not_found(
    sessions: sessionmaker[Session], session: Session, two_provinces: tuple[int, int]
) -> None:
    with sessions.begin() as other:
        enter_province(other, two_provinces[1])
        foreign = make_membership(other, "leader").user.id
    for unknown in (foreign, 0, 2**70):
        with pytest.raises(NotFound):
            sign_in.unlock(session, user_id=unknown, by=COMMAND)


def test_own_password_ends_all_sessions(session: Session, user: User) -> None:
    user.must_change_password, before = True, user.fs_uniquifier
    sign_in.change_password(session, password=GOOD, hashed=lambda p: f"<{p}>", by=person(user))
    assert state(user)[:2] == (f"<{GOOD}>", False)
    assert user.fs_uniquifier != before
    with pytest.raises(Invalid, match="ít nhất 10 ký tự"):
        sign_in.change_password(session, password="gạo nâu", hashed=str, by=person(user))
    assert state(user)[:2] == (f"<{GOOD}>", False)
    assert acts(session) == [("user.change_password", user.id)]


def test_own_second_step(session: Session, user: User) -> None:
    by = person(user)
    sign_in.set_two_factor(session, secret="{1}", recovery_codes=["b", "c"], by=by)
    assert (user.tf_totp_secret, user.mf_recovery_codes) == ("{1}", ["b", "c"])
    sign_in.renew_recovery_codes(session, recovery_codes=["d"], by=by)
    assert user.mf_recovery_codes == ["d"]
    user.tf_totp_secret = None
    with pytest.raises(Conflict, match="Hãy bật trước"):
        sign_in.renew_recovery_codes(session, recovery_codes=["e"], by=by)
    assert acts(session) == [
        ("user.set_two_factor", user.id),
        ("user.renew_recovery_codes", user.id),
    ]


def test_account_is_tied_to_one_account_at_the_provider(session: Session, user: User) -> None:
    sign_in.link_provider(session, identity="https://sso 1", by=person(user))
    with pytest.raises(Conflict, match="khác"):
        sign_in.link_provider(session, identity="https://sso 2", by=person(user))
    assert user.sso_identity == "https://sso 1"


def test_nobody_does_for_a_command_what_only_an_owner_does(session: Session) -> None:
    with pytest.raises(NotAllowed, match="chủ tài khoản"):
        sign_in.sign_out_everywhere(session, by=COMMAND)
