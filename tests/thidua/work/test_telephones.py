"""Telephone numbers: as typed, who may keep them, where they are shown."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.factories import COMMAND, make_membership, make_unit, make_user

from thidua.errors import Invalid, NotAllowed, NotFound
from thidua.store.actor import Actor
from thidua.store.audit_rows import AuditEvent
from thidua.work.account_import import AccountLine, import_accounts, plan_accounts
from thidua.work.telephones import Contact, set_phone, telephone

from .test_account_import import DAY


@pytest.mark.parametrize(
    ("typed", "kept", "dialled"),
    [
        (" 0296  3852 123 ", "0296 3852 123", "02963852123"),
        ("912345678", "0912345678", "0912345678"),
        ("2963852123", "02963852123", "02963852123"),
        ("+84 912.345.678", "+84 912.345.678", "+84912345678"),
        ("(0296) 3852-123, máy lẻ 105", "(0296) 3852-123, máy lẻ 105", "02963852123"),
        ("19001234", "19001234", "19001234"),
        ("", "", ""),
    ],
)
def test_number_is_kept_as_people_write_it(typed: str, kept: str, dialled: str) -> None:
    assert (telephone(typed), Contact("Bà Lan", kept).dial) == (kept, dialled)


@pytest.mark.parametrize("typed", ["lan@mau.vn", "3852", "0912 345 678 " * 4, "0912345678\0"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="Điện thoại"):
        telephone(typed)


def test_own_number_and_by_an_administrator_those_of_people_here(session: Session) -> None:
    own = make_membership(session, "officer", unit=make_unit(session, "Sở A")).user
    admin = make_membership(session, "admin").user
    outside = make_user(session)
    me, ruler = (Actor(kind="person", id=user.id, name=user.name) for user in (own, admin))
    set_phone(session, user_id=own.id, phone="0912 345 678", by=me)
    set_phone(session, user_id=own.id, phone=" 0912 345 678", by=ruler)
    set_phone(session, user_id=own.id, phone="", by=ruler)
    with pytest.raises(NotAllowed):
        set_phone(session, user_id=admin.id, phone="0912 345 678", by=me)
    with pytest.raises(NotFound):
        set_phone(session, user_id=outside.id, phone="0912 345 678", by=ruler)
    acts = session.execute(
        select(AuditEvent.actor_id, AuditEvent.before, AuditEvent.after).order_by(AuditEvent.id)
    ).all()
    assert acts == [
        (own.id, {"phone": ""}, {"phone": "0912 345 678"}),
        (admin.id, {"phone": "0912 345 678"}, {"phone": ""}),
    ]


def test_workbook_brings_numbers_of_new_and_known_accounts(session: Session) -> None:
    def plan(phone: str) -> list[tuple[str, bool, bool]]:
        lines = [AccountLine("Bà Lan", "lan", "Lãnh đạo", phone=phone, line=2)]
        planned = plan_accounts(session, lines=lines, day=DAY, by=COMMAND)
        import_accounts(session, planned=planned, hashes={"lan": "x"}, by=COMMAND)
        return [(item.phone, item.held, item.done) for item in planned]

    assert [plan("912345678"), plan("0912345678"), plan("0296 3852 123"), plan("")] == [
        [("0912345678", False, False)],
        [("", True, True)],
        [("0296 3852 123", True, False)],
        [("", True, True)],
    ]
