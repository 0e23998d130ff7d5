"""Accounts in bulk: what lines mean, every problem with its line, all or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND, make_membership, make_set, make_unit, make_user

from thidua.errors import Invalid
from thidua.store.audit_rows import AuditEvent
from thidua.store.people import Membership, User
from thidua.store.tenancy import enter_province
from thidua.work.account_import import (
    AccountLine,
    PlannedAccount,
    import_accounts,
    plan_accounts,
)

DAY = date(2026, 6, 1)
ROLES = (
    "Thường trực (Sở Nội vụ); Cơ quan thẩm định; Cán bộ của đơn vị; Lãnh đạo; Hội đồng; "
    "Kiểm tra, giám sát; Quản trị của tỉnh"
)


def plan(session: Session, *lines: AccountLine) -> Sequence[PlannedAccount]:
    return plan_accounts(session, lines=lines, day=DAY, by=COMMAND)


def problems(session: Session, *lines: AccountLine) -> list[str]:
    with pytest.raises(Invalid) as refusal:
        plan(session, *lines)
    return [str(problem) for problem in refusal.value.problems]


def line(number: int, username: str, role: str = "Lãnh đạo", **more: str) -> AccountLine:
    return AccountLine(more.pop("name", "Bà Lan"), username, role, line=number, **more)


def held(session: Session) -> list[tuple[str, str, bool, str, int | None, list[str]]]:
    rows = session.scalars(select(Membership).order_by(Membership.id))
    return [
        (row.user.username, row.user.name, row.user.must_change_password, row.role, row.unit_id,
         row.domains)
        for row in rows
    ]  # fmt: skip


def test_lines_become_accounts_with_their_roles(session: Session) -> None:
    unit, agency = make_unit(session, "Sở Ăn Ở").id, make_unit(session, "Sở Thẩm").id
    make_set(session).document = {"domains": [{"code": "1", "name": "Chỉ đạo"}]}
    planned = plan(
        session,
        line(2, " Lan.SNV", "cán bộ của đơn vị", unit="so an o"),
        line(3, "lan.snv", "THƯỜNG TRỰC"),
        line(5, "hoa", "appraiser", unit="Sở Thẩm", domains=" 1, ", name="Ông  Hoà"),
    )
    assert planned == (
        PlannedAccount(2, "Bà Lan", "lan.snv", "officer", unit, "Sở Ăn Ở"),
        PlannedAccount(3, "Bà Lan", "lan.snv", "secretariat"),
        PlannedAccount(5, "Ông Hoà", "hoa", "appraiser", agency, "Sở Thẩm", ("1",)),
    )
    made = import_accounts(
        session, planned=planned, hashes={"lan.snv": "x", "hoa": "y"}, by=COMMAND
    )
    assert [(user.username, user.password) for user in made] == [("lan.snv", "x"), ("hoa", "y")]
    assert held(session) == [
        ("lan.snv", "Bà Lan", True, "officer", unit, []),
        ("lan.snv", "Bà Lan", True, "secretariat", None, []),
        ("hoa", "Ông Hoà", True, "appraiser", agency, ["1"]),
    ]
    acts = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert acts == [
        "user.create", "membership.grant", "membership.grant", "user.create", "membership.grant",
    ]  # fmt: skip


def test_the_same_workbook_again_changes_nothing_and_may_grow(session: Session) -> None:
    first = line(2, "lan.snv")
    import_accounts(session, planned=plan(session, first), hashes={"lan.snv": "x"}, by=COMMAND)
    more = [first, line(3, "lan.snv", "kiểm tra – giám sát"), line(4, "mai", name="Bà Mai")]
    planned = plan(session, *more)
    assert [(item.username, item.known, item.held) for item in planned] == [
        ("lan.snv", True, True), ("lan.snv", True, False), ("mai", False, False),
    ]  # fmt: skip
    made = import_accounts(session, planned=planned, hashes={"mai": "y"}, by=COMMAND)
    assert [user.username for user in made] == ["mai"]
    assert [(name, role) for name, _, _, role, _, _ in held(session)] == [
        ("lan.snv", "leader"), ("lan.snv", "auditor"), ("mai", "leader"),
    ]  # fmt: skip


def test_every_problem_names_its_line(session: Session) -> None:
    make_unit(session, "Sở Hai")
    make_unit(session, "Sở Hai")
    make_user(session, "co.roi")
    assert problems(
        session,
        line(2, "", "Giám đốc"),
        line(3, "a", "officer"),
        line(4, "b", "officer", unit="Sở Hai"),
        line(5, "c", "officer", unit="Sở Không"),
        line(6, "d", unit="Sở Hai"),
        line(7, "co.roi"),
        line(8, "e"),
        line(9, "e", name="Ông Khác"),
        line(10, "e"),
        line(11, "g", domains="1"),
        line(12, "h", name=""),
    ) == [
        "Dòng 2, Tên đăng nhập: Mục này bắt buộc nhập.",
        f"Dòng 2, Vai trò: Không có vai trò “Giám đốc”. Hãy ghi một trong: {ROLES}.",
        "Dòng 3, Đơn vị: Hãy ghi đơn vị cho vai trò này.",
        "Dòng 4, Đơn vị: Có 2 đơn vị tên “Sở Hai”. Hãy ghi mã hành chính hoặc khóa của đơn vị.",
        "Dòng 5, Đơn vị: Không có đơn vị “Sở Không” đang hoạt động. Hãy ghi đúng tên hoặc mã.",
        "Dòng 6, Đơn vị: Vai trò này không gắn với đơn vị nào. Hãy để trống.",
        "Dòng 7, Tên đăng nhập: “co.roi” đã có người dùng. Hãy chọn tên khác; nếu đúng là người "
        "này, hãy giao vai trò ở mục “Giao thêm vai trò”.",
        "Dòng 9, Tên đăng nhập: “e” đã ở một dòng trên với họ tên khác. Hãy chọn tên khác.",
        "Dòng 10: Lặp lại một dòng ở trên. Hãy bỏ một dòng.",
        "Dòng 11, Lĩnh vực: Chỉ vai trò Cơ quan thẩm định giới hạn theo lĩnh vực.",
        "Dòng 12, Họ và tên: Mục này bắt buộc nhập.",
    ]
    assert problems(session) == ["Tệp không có dòng nào để lập tài khoản. Hãy xem lại tệp."]
    assert session.scalars(select(User.username)).all() == ["co.roi"]


def test_units_of_today_are_meant(session: Session) -> None:
    ended = make_unit(session, "Sở Cũ")
    ended.key = "so-cu"
    ended.periods[0].official_code = "07"
    session.flush()
    for text in ("07", "so-cu", "Sở Cũ"):
        (found,) = plan(session, line(2, "a", "officer", unit=text))
        assert found.unit_id == ended.id
    with pytest.raises(Invalid, match="đang hoạt động"):
        plan_accounts(
            session, lines=[line(2, "a", "officer", unit="07")], day=date(2019, 1, 1), by=COMMAND
        )


def test_account_with_rights_elsewhere_alone_is_not_taken_over(
    sessions: sessionmaker[Session], session: Session, two_provinces: tuple[int, int]
) -> None:
    with sessions.begin() as other:
        enter_province(other, two_provinces[1])
        make_membership(other, "leader", user=make_user(other, "xa")).user.name = "Bà Lan"
    assert problems(session, line(2, "xa"))[0].startswith("Dòng 2, Tên đăng nhập: “xa” đã có")
