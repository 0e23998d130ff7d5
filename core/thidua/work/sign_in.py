"""How an account signs in: its password, second step and sessions, by its owner and by others.

An account belongs to the installation. An administrator may reset one that has a role in their own
province and in no other, since whoever resets an account could use it; others are reset by command.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, NotAllowed, NotFound
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.people import Membership, User, provinces_of
from thidua.work.access import require
from thidua.work.given import find
from thidua.work.passwords import refuse_weak

METHOD = "authenticator"


def change_password(
    session: Session, *, password: str, hashed: Callable[[str], str], by: Actor
) -> User:
    """A new password for oneself; all sessions of the account end, the caller's too.

    ``Invalid`` says what is wrong with the password.
    """
    user = _own(session, by)
    refuse_weak(password, username=user.username, name=user.name)
    user.password, user.must_change_password = hashed(password), False
    return _ended(session, user, by, action="user.change_password")


def set_two_factor(
    session: Session, *, secret: str, recovery_codes: Sequence[str], by: Actor
) -> User:
    """Ask oneself for a code of this (encrypted) secret from now on; codes are given as hashes."""
    user = _own(session, by)
    user.tf_primary_method, user.tf_totp_secret = METHOD, secret
    user.mf_recovery_codes = list(recovery_codes)
    return _noted(session, user, by, action="user.set_two_factor")


def renew_recovery_codes(session: Session, *, recovery_codes: Sequence[str], by: Actor) -> User:
    """Other recovery codes for oneself, as hashes; the old ones are void."""
    user = _own(session, by)
    if not user.tf_totp_secret:
        raise Conflict("Tài khoản chưa bật đăng nhập hai bước. Hãy bật trước.")
    user.mf_recovery_codes = list(recovery_codes)
    return _noted(session, user, by, action="user.renew_recovery_codes")


def sign_out_everywhere(session: Session, *, by: Actor) -> User:
    """End all sessions of the own account, the caller's too."""
    return _ended(session, _own(session, by), by, action="user.end_sessions")


def link_provider(session: Session, *, identity: str, by: Actor) -> User:
    """Tie the own account to that of a provider (issuer and subject); ``Conflict`` if it is tied.

    From then on nobody else at the provider gets in here, whatever they are called.
    """
    user = _own(session, by)
    if user.sso_identity not in (None, identity):
        raise Conflict("Tài khoản này đã gắn với một tài khoản dùng chung khác.")
    user.sso_identity = identity
    return _noted(session, user, by, action="user.link_provider", after={"identity": identity})


def reset_password(session: Session, *, user_id: int, password_hash: str, by: Actor) -> User:
    """A one-time password for somebody: to be changed when used. Unlocks, ends all sessions."""
    user = _others(session, user_id, by, "cấp lại mật khẩu")
    user.password, user.must_change_password = password_hash, True
    user.failed_count, user.locked_until = 0, None
    return _ended(session, user, by, action="user.reset_password")


def unlock(session: Session, *, user_id: int, by: Actor) -> User:
    """Let somebody try again who typed wrong passwords too often."""
    user = _others(session, user_id, by, "mở khóa tài khoản")
    user.failed_count, user.locked_until = 0, None
    return _noted(session, user, by, action="user.unlock")


def reset_two_factor(session: Session, *, user_id: int, by: Actor) -> User:
    """Forget the telephone and the recovery codes of somebody who lost them; ends all sessions."""
    user = _others(session, user_id, by, "bỏ đăng nhập hai bước")
    user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = None
    user.mf_recovery_codes = []
    return _ended(session, user, by, action="user.reset_two_factor")


def end_sessions(session: Session, *, user_id: int, by: Actor) -> User:
    """Sign somebody out everywhere."""
    user = _others(session, user_id, by, "đăng xuất tài khoản")
    return _ended(session, user, by, action="user.end_sessions")


def unlink_provider(session: Session, *, user_id: int, by: Actor) -> User:
    """Untie an account from that of the provider; ends all sessions."""
    user = _others(session, user_id, by, "bỏ liên kết tài khoản dùng chung")
    user.sso_identity = None
    return _ended(session, user, by, action="user.unlink_provider")


def _own(session: Session, by: Actor) -> User:
    user = session.get(User, by.id) if by.kind == "person" and by.id else None
    if user is None:
        raise NotAllowed("Việc này chỉ chủ tài khoản tự làm.")
    return user


def _others(session: Session, user_id: int, by: Actor, what: str) -> User:
    """An account that the actor may reset."""
    require(session, by, {"admin"}, what)
    here = select(Membership.id).where(Membership.user_id == user_id).limit(1)
    user = find(session, User, user_id)
    if user is None or session.scalar(here) is None:
        raise NotFound("Không có tài khoản này trong tỉnh đang làm việc.")
    if user.id == by.id:
        raise Conflict("Với tài khoản của mình, hãy dùng trang “Tài khoản của tôi”.")
    if by.kind == "person" and len(provinces_of(session, user.id)) > 1:
        raise NotAllowed(
            "Tài khoản này còn làm việc ở tỉnh khác. Hãy nhờ người quản trị máy chủ chạy lệnh: "
            "thidua account reset"
        )
    return user


def _ended(session: Session, user: User, by: Actor, *, action: str) -> User:
    """End the account's sessions: they name what is replaced here."""
    user.fs_uniquifier = uuid4().hex
    return _noted(session, user, by, action=action)


def _noted(
    session: Session, user: User, by: Actor, *, action: str, after: dict[str, str] | None = None
) -> User:
    record(session, actor=by, action=action, subject=("user", user.id), after=after)
    session.flush()
    return user
