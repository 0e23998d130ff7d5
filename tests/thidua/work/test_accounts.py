"""Accounts and roles: what each verb does, refuses, and leaves in the audit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND, make_membership, make_unit, make_user

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.store.actor import Actor
from thidua.store.audit_rows import AuditEvent
from thidua.store.people import ROLES, Membership, Role, User
from thidua.store.tenancy import enter_province
from thidua.work.accounts import (
    FOR_A_UNIT,
    create_user,
    grant_membership,
    record_switch,
    revoke_membership,
    user_by_name,
)


def create(session: Session, username: str = "lan.snv", by: Actor = COMMAND, **more: Any) -> User:
    facts: dict[str, Any] = {"name": "Bà Lan", "password_hash": "$argon2$…", **more}
    return create_user(session, username=username, by=by, **facts)


def said(session: Session) -> list[tuple[str, str, int, Any, Any]]:
    session.flush()
    rows = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    return [(row.action, row.subject_kind, row.subject_id, row.before, row.after) for row in rows]


def held(session: Session, user: User) -> list[tuple[str, int | None]]:
    rows = session.scalars(
        select(Membership).where(Membership.user_id == user.id).order_by(Membership.id)
    )
    return [(row.role, row.unit_id) for row in rows]


def test_create_user_keeps_one_form_of_the_name(session: Session) -> None:
    user = create(session, "  Lan.SNV ", name="Bà  Nguyễn Lan")
    assert (user.username, user.name, user.password) == ("lan.snv", "Bà Nguyễn Lan", "$argon2$…")
    assert (user.active, user.is_operator) == (True, False)
    assert held(session, user) == []
    after = {"username": "lan.snv", "name": "Bà Nguyễn Lan"}
    assert said(session) == [("user.create", "user", user.id, None, after)]


def test_create_user_refuses_a_taken_name_and_goes_on(session: Session) -> None:
    create(session)
    with pytest.raises(Conflict) as refusal:
        create(session, "LAN.snv")
    assert str(refusal.value) == ("Tên đăng nhập “lan.snv” đã có người dùng. Hãy chọn tên khác.")
    assert create(session, "mai.snv").username == "mai.snv"
    assert [action for action, *_ in said(session)] == ["user.create", "user.create"]


def test_create_user_collects_every_problem(session: Session) -> None:
    with pytest.raises(Invalid) as refusal:
        create(session, " ", name="Ông\0")
    assert [(problem.place, problem.reason) for problem in refusal.value.problems] == [
        ("Tên đăng nhập", "Mục này bắt buộc nhập."),
        ("Họ và tên", "Có ký tự không in được. Hãy gõ lại."),
    ]
    with pytest.raises(Invalid, match="Không quá 64 ký tự"):
        create(session, "a" * 65)
    assert session.scalars(select(User)).all() == []


@pytest.mark.parametrize("role", ROLES)
def test_grant_membership_asks_for_a_unit_where_one_is_due(session: Session, role: Role) -> None:
    user, unit = make_user(session), make_unit(session, "Sở Mẫu")
    right, wrong = (unit.id, None) if role in FOR_A_UNIT else (None, unit.id)
    with pytest.raises(Invalid, match="Đơn vị: "):
        grant_membership(session, user_id=user.id, role=role, unit_id=wrong, by=COMMAND)
    made = grant_membership(session, user_id=user.id, role=role, unit_id=right, by=COMMAND)
    assert held(session, user) == [(role, right)]
    after = {"user": user.id, "role": role, "unit": right}
    assert said(session) == [("membership.grant", "membership", made.id, None, after)]
    with pytest.raises(Conflict, match="đã có vai trò đó"):
        grant_membership(session, user_id=user.id, role=role, unit_id=right, by=COMMAND)


def test_one_account_may_act_for_several_units(session: Session) -> None:
    user = make_user(session)
    units = [make_unit(session, name).id for name in ("Sở A", "Sở B")]
    for unit in units:
        grant_membership(session, user_id=user.id, role="officer", unit_id=unit, by=COMMAND)
    assert held(session, user) == [("officer", unit) for unit in units]


def test_grant_membership_refuses_the_unit_of_another_province(
    sessions: sessionmaker[Session], session: Session, two_provinces: tuple[int, int]
) -> None:
    with sessions.begin() as other:
        enter_province(other, two_provinces[1])
        foreign = make_unit(other, "Sở Khác").id
    user = make_user(session)
    with pytest.raises(Invalid, match="Không có đơn vị này"):
        grant_membership(session, user_id=user.id, role="officer", unit_id=foreign, by=COMMAND)
    assert held(session, user) == []


def test_user_by_name_finds_the_account_however_it_is_typed(session: Session) -> None:
    user = create(session, "Đặng.Lan")
    assert user_by_name(session, username=" ĐẶNG.lan ", by=COMMAND) is user
    with pytest.raises(NotFound) as refusal:
        user_by_name(session, username="dang.lan\0", by=COMMAND)
    assert str(refusal.value) == (
        "Không có tài khoản “dang.lan”. Hãy kiểm tra tên, hoặc lập tài khoản mới."
    )


def test_revoke_membership_takes_the_role_away(session: Session) -> None:
    made = make_membership(session, "leader")
    user = made.user
    revoke_membership(session, membership=made, by=COMMAND)
    assert held(session, user) == []
    before = {"user": user.id, "role": "leader", "unit": None}
    assert said(session) == [("membership.revoke", "membership", made.id, before, None)]


def test_administrator_keeps_their_own_right(session: Session) -> None:
    own = make_membership(session, "admin")
    by = Actor(kind="person", id=own.user_id, name="Bà Mẫu")
    with pytest.raises(Conflict, match="không tự thu hồi"):
        revoke_membership(session, membership=own, by=by)
    other = make_membership(session, "leader", user=own.user)
    revoke_membership(session, membership=other, by=by)
    assert held(session, own.user) == [("admin", None)]


@pytest.mark.parametrize("role", ROLES)
def test_only_the_administrator_touches_accounts(session: Session, role: Role) -> None:
    unit = make_unit(session, "Sở Mẫu") if role in FOR_A_UNIT else None
    by = Actor(kind="person", id=make_membership(session, role, unit=unit).user_id, name="Bà Mẫu")
    known = make_membership(session, "leader")
    verbs: list[Callable[[], object]] = [
        lambda: create(session, "moi", by=by),
        lambda: user_by_name(session, username=known.user.username, by=by),
        lambda: grant_membership(session, user_id=known.user_id, role="council", by=by),
        lambda: revoke_membership(session, membership=known, by=by),
    ]
    for verb in verbs:
        if role == "admin":
            verb()
        else:
            with pytest.raises(NotAllowed, match="Việc này dành cho: Quản trị của tỉnh"):
                verb()
    expected = [("council", None)] if role == "admin" else [("leader", None)]
    assert held(session, known.user) == expected


def test_switch_of_province_is_noted(session: Session) -> None:
    record_switch(session, by=Actor(kind="person", id=7, name="Bà Hai"))
    assert said(session) == [("session.enter", "user", 7, None, None)]
