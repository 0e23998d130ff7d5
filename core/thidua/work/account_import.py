"""Accounts in bulk: the lines of a workbook, all or none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Invalid, Problem, ThiduaError
from thidua.store.actor import Actor
from thidua.store.people import Membership, Role, User
from thidua.store.units import Unit
from thidua.store.vietnamese import nfc, search_text, username_key
from thidua.work.access import ROLE_NAMES, require
from thidua.work.accounts import (
    FOR_A_UNIT,
    create_user,
    grant_membership,
    name_problems,
    refuse_domains,
)
from thidua.work.campaigns import units_on
from thidua.work.telephones import set_phone, telephone


@dataclass(frozen=True)
class AccountLine:
    """One line as typed: role by name or code, unit by name, official code or key.

    ``domains`` are codes of domains between commas.
    """

    name: str
    username: str
    role: str
    unit: str = ""
    domains: str = ""
    phone: str = ""
    line: int = 0


@dataclass(frozen=True)
class PlannedAccount:
    """What one line means: a role for a new account, or (``known``) for one that is there.

    ``held`` when it has that role; ``phone`` is a number to be kept, "" when none is or it is kept.
    """

    line: int
    name: str
    username: str
    role: Role
    unit_id: int | None = None
    unit: str = ""
    domains: tuple[str, ...] = ()
    phone: str = ""
    known: bool = False
    held: bool = False

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.held and not self.phone


@dataclass
class _Here:
    """What the province holds, to compare lines with."""

    units: Mapping[str, set[int]]
    unit_names: Mapping[int, str]
    users: Mapping[str, User]
    roles: Mapping[int, set[tuple[Role, int | None]]]
    seen: dict[str, str] = field(default_factory=dict)
    taken: set[tuple[str, Role, int | None]] = field(default_factory=set)


def plan_accounts(
    session: Session, *, lines: Sequence[AccountLine], day: date, by: Actor
) -> tuple[PlannedAccount, ...]:
    """What the lines would do, units as they are on ``day``; nothing is changed.

    Several lines with one user name and name are one account with several roles. An account that
    is there is known by user name and name, and only with a role in this province. ``Invalid``
    names every problem with its line.
    """
    require(session, by, {"admin"}, "lập tài khoản")
    here = _here(session, lines, day)
    problems: list[Problem] = []
    planned = []
    for line in lines:
        try:
            planned.append(_planned(session, line, here))
        except ThiduaError as error:
            problems += _at_line(error, line)
    if not lines:
        problems.append(Problem("", "Tệp không có dòng nào để lập tài khoản. Hãy xem lại tệp."))
    if problems:
        raise Invalid(problems)
    return tuple(planned)


def import_accounts(
    session: Session, *, planned: Sequence[PlannedAccount], hashes: Mapping[str, str], by: Actor
) -> tuple[User, ...]:
    """Make the planned accounts and roles; returns the new accounts.

    ``hashes`` are those of one-time passwords, by user name, one for every new account.
    """
    require(session, by, {"admin"}, "lập tài khoản")
    made: dict[str, User] = {}
    for item in planned:
        if item.done:
            continue
        user = made.get(item.username) or session.scalar(
            select(User).where(User.username == item.username)
        )
        if user is None or not (item.known or item.username in made):
            user = made[item.username] = create_user(
                session, username=item.username, name=item.name,
                password_hash=hashes[item.username], one_time=True, by=by,
            )  # fmt: skip
        if not item.held:
            grant_membership(
                session, user_id=user.id, role=item.role, unit_id=item.unit_id,
                domains=item.domains, by=by,
            )  # fmt: skip
        if item.phone:
            set_phone(session, user_id=user.id, phone=item.phone, by=by)
    return tuple(made.values())


def _here(session: Session, lines: Sequence[AccountLine], day: date) -> _Here:
    units: dict[str, set[int]] = {}
    names: dict[int, str] = {}
    keys = {row.id: row.key for row in session.execute(select(Unit.id, Unit.key))}
    for period in units_on(session, day=day):
        names[period.unit_id] = period.name
        for text in (period.name, period.official_code, keys[period.unit_id]):
            if text:
                units.setdefault(search_text(text), set()).add(period.unit_id)
    wanted = {_key(line.username) for line in lines}
    users = session.scalars(select(User).where(User.username.in_(wanted))).all()
    roles: dict[int, set[tuple[Role, int | None]]] = {}
    ours = select(Membership).where(Membership.user_id.in_([user.id for user in users]))
    for row in session.scalars(ours):
        roles.setdefault(row.user_id, set()).add((row.role, row.unit_id))
    return _Here(units, names, {user.username: user for user in users}, roles)


def _planned(session: Session, line: AccountLine, here: _Here) -> PlannedAccount:
    username, name = _key(line.username), nfc(line.name)
    problems = [*name_problems(username, name)]
    role = _role(line.role, problems)
    unit = _unit(line.unit, role, here, problems)
    domains = tuple(sorted({text.strip() for text in line.domains.split(",") if text.strip()}))
    user = here.users.get(username)
    problems += _own_problems(username, name, user, here)
    if not problems and role is not None and (username, role, unit) in here.taken:
        problems.append(Problem("", "Lặp lại một dòng ở trên. Hãy bỏ một dòng."))
    if problems or role is None:
        raise Invalid(problems)
    refuse_domains(session, role, domains)
    phone = telephone(line.phone)
    here.taken.add((username, role, unit))
    held = user is not None and (role, unit) in here.roles.get(user.id, set())
    return PlannedAccount(
        line.line, name, username, role, unit, here.unit_names.get(unit or 0, ""), domains,
        "" if user is not None and user.phone == phone else phone, user is not None, held,
    )  # fmt: skip


def _own_problems(username: str, name: str, user: User | None, here: _Here) -> Iterator[Problem]:
    """Whether the name is free, or that of the same person."""
    if here.seen.setdefault(username, name) != name:
        yield Problem(
            "Tên đăng nhập", f"“{username}” đã ở một dòng trên với họ tên khác. Hãy chọn tên khác."
        )
    elif user is not None and (user.name != name or user.id not in here.roles):
        yield Problem(
            "Tên đăng nhập",
            f"“{username}” đã có người dùng. Hãy chọn tên khác; nếu đúng là người này, hãy giao "
            "vai trò ở mục “Giao thêm vai trò”.",
        )


def _role(text: str, problems: list[Problem]) -> Role | None:
    for role, words in ROLE_NAMES.items():
        if _bare(text) in {role, _bare(words), _bare(words.partition(" (")[0])}:
            return role
    names = "; ".join(ROLE_NAMES.values())
    said = f"Không có vai trò “{text}”." if text else "Mục này bắt buộc nhập."
    problems.append(Problem("Vai trò", f"{said} Hãy ghi một trong: {names}."))
    return None


def _unit(text: str, role: Role | None, here: _Here, problems: list[Problem]) -> int | None:
    if role is None or (not text and role not in FOR_A_UNIT):
        return None
    found = sorted(here.units.get(search_text(text), ()))
    if text and role not in FOR_A_UNIT:
        reason = "Vai trò này không gắn với đơn vị nào. Hãy để trống."
    elif len(found) == 1:
        return found[0]
    elif not text:
        reason = "Hãy ghi đơn vị cho vai trò này."
    elif found:
        reason = f"Có {len(found)} đơn vị tên “{text}”. Hãy ghi mã hành chính hoặc khóa của đơn vị."
    else:
        reason = f"Không có đơn vị “{text}” đang hoạt động. Hãy ghi đúng tên hoặc mã."
    problems.append(Problem("Đơn vị", reason))
    return None


def _bare(text: str) -> str:
    """Without marks, capitals and punctuation."""
    return " ".join(re.findall(r"\w+", search_text(text)))


def _key(username: str) -> str:
    return username_key(username).replace("\0", "")


def _at_line(error: ThiduaError, line: AccountLine) -> list[Problem]:
    where = f"Dòng {line.line}"
    if not isinstance(error, Invalid):
        return [Problem(where, str(error))]
    return [
        Problem(", ".join(filter(None, (where, item.place))), item.reason)
        for item in error.problems
    ]
