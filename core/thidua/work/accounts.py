"""Accounts and the rights they have in provinces."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound, Problem
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.people import Membership, Role, User
from thidua.store.units import Unit
from thidua.store.vietnamese import nfc, username_key
from thidua.work.access import require
from thidua.work.versions import wait_turn

USERNAME_LENGTH = 64
NAME_LENGTH = 200

FOR_A_UNIT: frozenset[Role] = frozenset({"officer", "appraiser"})
"""Roles that are held on behalf of a unit."""


def create_user(
    session: Session,
    *,
    username: str,
    name: str,
    password_hash: str,
    by: Actor,
    one_time: bool = False,
) -> User:
    """A new account of the installation, without rights anywhere yet.

    A ``one_time`` password must be changed when it is first used. Needs the right to administer
    the entered province. ``Invalid`` for unusable names, ``Conflict`` if the user name is taken.
    """
    require(session, by, {"admin"}, "lập tài khoản")
    key = username_key(username)
    problems = name_problems(key, nfc(name))
    if problems:
        raise Invalid(problems)
    user = User(username=key, name=name, password=password_hash, must_change_password=one_time)
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        raise Conflict(f"Tên đăng nhập “{key}” đã có người dùng. Hãy chọn tên khác.") from error
    record(
        session, actor=by, action="user.create", subject=("user", user.id),
        after={"username": key, "name": user.name},
    )  # fmt: skip
    return user


def name_problems(username: str, name: str) -> list[Problem]:
    """What is wrong with the names of an account, in the form in which they are stored."""
    return [
        *_text_problems("Tên đăng nhập", username, USERNAME_LENGTH),
        *_text_problems("Họ và tên", name, NAME_LENGTH),
    ]


def user_by_name(session: Session, *, username: str, by: Actor) -> User:
    """The account that signs in with this name, wherever it has rights; ``NotFound`` says so.

    Needs the right to administer the entered province.
    """
    require(session, by, {"admin"}, "giao quyền")
    key = username_key(username).replace("\0", "")
    user = session.scalar(select(User).where(User.username == key))
    if user is None:
        raise NotFound(f"Không có tài khoản “{key}”. Hãy kiểm tra tên, hoặc lập tài khoản mới.")
    return user


def grant_membership(
    session: Session,
    *,
    user_id: int,
    role: Role,
    by: Actor,
    unit_id: int | None = None,
    domains: Collection[str] = (),
) -> Membership:
    """Give an account a role in the entered province, on behalf of a unit where the role needs one.

    An appraiser may be held to some ``domains`` (codes). ``Conflict`` if it has that role already;
    ``Invalid`` if the unit is missing or not due, or a domain is.
    """
    require(session, by, {"admin"}, "giao quyền")
    wait_turn(session)
    if (role in FOR_A_UNIT) != (unit_id is not None):
        raise Invalid.one(
            "Đơn vị",
            "Hãy chọn đơn vị cho vai trò này."
            if role in FOR_A_UNIT
            else "Vai trò này không gắn với đơn vị nào.",
        )
    if unit_id is not None and session.get(Unit, unit_id) is None:
        raise Invalid.one("Đơn vị", "Không có đơn vị này trong tỉnh đang làm việc.")
    refuse_domains(session, role, domains)
    if _held(session, user_id, role, unit_id):
        raise Conflict("Tài khoản này đã có vai trò đó.")
    membership = Membership(
        user_id=user_id, role=role, unit_id=unit_id, domains=sorted(set(domains))
    )
    session.add(membership)
    session.flush()
    record(
        session, actor=by, action="membership.grant", subject=("membership", membership.id),
        after={"user": user_id, "role": role, "unit": unit_id, **_limits(membership)},
    )  # fmt: skip
    return membership


def revoke_membership(session: Session, *, membership: Membership, by: Actor) -> None:
    """Take a role away. Nobody takes their own last role of administrator."""
    require(session, by, {"admin"}, "thu hồi quyền")
    if membership.user_id == by.id and membership.role == "admin":
        raise Conflict("Bạn không tự thu hồi được quyền quản trị của mình.")
    record(
        session, actor=by, action="membership.revoke", subject=("membership", membership.id),
        before={
            "user": membership.user_id, "role": membership.role, "unit": membership.unit_id,
            **_limits(membership),
        },
    )  # fmt: skip
    session.delete(membership)
    session.flush()


def record_switch(session: Session, *, by: Actor) -> None:
    """Note in the entered province's audit that a person came over from another province."""
    record(session, actor=by, action="session.enter", subject=("user", by.id or 0))


def domains_of(session: Session) -> dict[str, str]:
    """The domains of the province's criteria sets: name by code, the newest set's name first."""
    found: dict[str, str] = {}
    listed = StoredCriteriaSet.document["domains"]
    for domains in session.scalars(select(listed).order_by(StoredCriteriaSet.id.desc())):
        for domain in domains or ():
            found.setdefault(domain["code"], domain["name"])
    return found


def refuse_domains(session: Session, role: Role, domains: Collection[str]) -> None:
    """``Invalid`` unless these are domains, and the role is one that is held for some."""
    if domains and role != "appraiser":
        raise Invalid.one("Lĩnh vực", "Chỉ vai trò Cơ quan thẩm định giới hạn theo lĩnh vực.")
    unknown = sorted(set(domains) - domains_of(session).keys()) if domains else []
    if unknown:
        said = ", ".join(f"“{code}”" for code in unknown)
        raise Invalid.one("Lĩnh vực", f"Không có lĩnh vực mang mã {said} trong các bộ tiêu chí.")


def _limits(membership: Membership) -> dict[str, list[str]]:
    return {"domains": membership.domains} if membership.domains else {}


def _text_problems(place: str, text: str, longest: int) -> Iterator[Problem]:
    if not text:
        yield Problem(place=place, reason="Mục này bắt buộc nhập.")
    if len(text) > longest:
        yield Problem(place=place, reason=f"Không quá {longest} ký tự.")
    if not text.isprintable():
        yield Problem(place=place, reason="Có ký tự không in được. Hãy gõ lại.")


def _held(session: Session, user_id: int, role: Role, unit_id: int | None) -> bool:
    same_unit = Membership.unit_id.is_(None) if unit_id is None else Membership.unit_id == unit_id
    held = select(Membership.id).where(
        Membership.user_id == user_id, Membership.role == role, same_unit
    )
    return session.scalar(held) is not None
