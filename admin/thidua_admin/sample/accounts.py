"""An account for each role and province, and an operator who switches province."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.registry import LoadedProvince
from thidua.runtime import Runtime
from thidua.store.campaigns import CampaignUnit
from thidua.store.people import ROLES, Membership, Role, User
from thidua.store.units import Unit
from thidua.work.access import ROLE_NAMES
from thidua.work.accounts import FOR_A_UNIT, create_user, grant_membership
from thidua.work.telephones import set_phone
from thidua_admin.sample.actor import DEMO
from thidua_admin.sample.bodies import units_for
from thidua_admin.security import password_hash, secret

OPERATOR = "dieuhanh"
CONTACTS = 12
"""How many units of a province have an invented person to call."""

Hash = Callable[[], str]
"""The hash of the sample password."""


@dataclass(frozen=True)
class SampleAccount:
    """One account to print: user name and what it may do."""

    username: str
    words: str


def accounts(app: Flask, runtime: Runtime) -> tuple[str, Sequence[SampleAccount]]:
    """Make the sample accounts where they are missing; the password of all, and who they are."""
    password = demo_password(runtime.settings.home)
    printed: list[SampleAccount] = []
    with app.app_context():
        hashed = cache(partial(password_hash, password))  # slow by design: once, where needed
        for code in runtime.province_codes():
            if code in runtime.registry.provinces:
                with runtime.in_province(runtime.province_id(code)) as session:
                    printed += _accounts(session, runtime.registry.province(code), hashed)
    printed.append(SampleAccount(OPERATOR, "Điều hành: thường trực ở mọi tỉnh, chuyển tỉnh được"))
    return password, printed


def demo_password(home: Path) -> str:
    """The one password of all sample accounts, made at first start."""
    return secret(home, "demo")[:12]


def _accounts(session: Session, province: LoadedProvince, hashed: Hash) -> list[SampleAccount]:
    printed = []
    newest = session.scalar(select(func.max(CampaignUnit.campaign_id)))  # a draft has none yet
    units = units_for(session, province, newest)
    for role in ROLES:
        username = f"{role}.{province.code}"
        unit = units.get(role)
        if role in FOR_A_UNIT and unit is None:
            continue
        _account(session, username, f"{ROLE_NAMES[role]} mẫu", hashed, role, unit)
        where = f" ({unit.periods[0].name})" if unit else ""
        name = province.spec.info.name
        printed.append(SampleAccount(username, f"{name}: {ROLE_NAMES[role]}{where}"))
    _contacts(session, province.code, newest, hashed)
    _account(session, OPERATOR, "Người điều hành mẫu", hashed, "secretariat", None)
    return printed


def _contacts(session: Session, code: str, campaign_id: int | None, hashed: Hash) -> None:
    """Invented officers of the first units, to be called when these are late.

    No network has numbers that begin with 010.
    """
    taking_part = (
        select(Unit)
        .join(CampaignUnit, CampaignUnit.unit_id == Unit.id)
        .where(CampaignUnit.campaign_id == campaign_id)
        .order_by(CampaignUnit.id)
        .limit(CONTACTS)
    )
    for number, unit in enumerate(session.scalars(taking_part).all(), 1):
        name = f"Cán bộ minh họa {number:02}"
        user = _account(session, f"can-bo-{number:02}.{code}", name, hashed, "officer", unit)
        set_phone(session, user_id=user.id, phone=f"0100 000 {number:03}", by=DEMO)


def _account(
    session: Session, username: str, name: str, hashed: Hash, role: Role, unit: Unit | None
) -> User:
    user = session.scalar(select(User).where(User.username == username))
    if user is None:
        user = create_user(session, username=username, name=name, password_hash=hashed(), by=DEMO)
    if not session.scalar(select(Membership.id).where(Membership.user_id == user.id)):
        unit_id = unit.id if unit else None
        grant_membership(session, user_id=user.id, role=role, by=DEMO, unit_id=unit_id)
    return user
