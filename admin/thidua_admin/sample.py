"""What the demo shows besides the provinces' own data: accounts, and invented figures, so marked.

Idempotent: what is there stays. Persons are invented; figures follow from the names alone, so
every demo shows the same.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, ThiduaError
from thidua.registry import LoadedProvince
from thidua.runtime import Runtime
from thidua.spec.criteria import Leaf
from thidua.spec.rules import Bands, Choice, InputSpec, Supplier
from thidua.store.actor import Actor
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.people import ROLES, Membership, Role, User
from thidua.store.units import Unit
from thidua.work.access import ROLE_NAMES
from thidua.work.accounts import FOR_A_UNIT, create_user, grant_membership
from thidua.work.campaigns import close_campaign, open_campaign, scoring_sets
from thidua.work.entries import SURVEYED, save_entries
from thidua.work.provinces import apply_province
from thidua.work.results import compute_results, publish_results
from thidua_admin.security import password_hash, secret

DEMO = Actor(kind="command", name="thidua demo")
OPERATOR = "dieuhanh"

Hash = Callable[[], str]
"""The hash of the sample password."""


@dataclass(frozen=True)
class SampleAccount:
    """One account to print: user name and what it may do."""

    username: str
    words: str


def prepare(runtime: Runtime) -> list[str]:
    """Apply every installed province and fill in its sample campaigns.

    A province that cannot is left as it was; the others go on. A sentence for each such province.
    """
    refused = []
    for province in runtime.registry.provinces.values():
        try:
            with runtime.sessions.begin() as session:
                apply_province(session, spec=province.spec, by=DEMO)
                _campaigns(session, province, runtime)
        except ThiduaError as error:
            refused.append(f"Chưa lập được dữ liệu mẫu của {province.spec.info.full_name}: {error}")
    return refused


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
    units = _units_for(session, province)
    for role in ROLES:
        username = f"{role}.{province.code}"
        unit = units.get(role)
        if role in FOR_A_UNIT and unit is None:
            continue
        _account(session, username, f"{ROLE_NAMES[role]} mẫu", hashed, role, unit)
        where = f" ({unit.periods[0].name})" if unit else ""
        name = province.spec.info.name
        printed.append(SampleAccount(username, f"{name}: {ROLE_NAMES[role]}{where}"))
    _account(session, OPERATOR, "Người điều hành mẫu", hashed, "secretariat", None)
    return printed


def _account(
    session: Session, username: str, name: str, hashed: Hash, role: Role, unit: Unit | None
) -> None:
    user = session.scalar(select(User).where(User.username == username))
    if user is None:
        user = create_user(session, username=username, name=name, password_hash=hashed(), by=DEMO)
    if not session.scalar(select(Membership.id).where(Membership.user_id == user.id)):
        unit_id = unit.id if unit else None
        grant_membership(session, user_id=user.id, role=role, by=DEMO, unit_id=unit_id)


def _units_for(session: Session, province: LoadedProvince) -> Mapping[Role, Unit]:
    """The appraiser is of the agency that appraises most; the officer's unit appraises nothing.

    Both are in the newest campaign, where there is one.
    """
    sets = province.spec.criteria_sets
    agencies = Counter(leaf.node.appraiser for item in sets for leaf in item.leaves)
    newest = session.scalar(select(func.max(Campaign.id)))
    taking_part = select(CampaignUnit.unit_id).where(CampaignUnit.campaign_id == newest)
    query = select(Unit).order_by(Unit.id)
    units = session.scalars(query.where(Unit.id.in_(taking_part)) if newest else query).all()
    officers = [unit for unit in units if unit.key not in agencies]
    appraisers = sorted(units, key=lambda unit: -agencies[unit.key])
    found: dict[Role, Sequence[Unit]] = {"officer": officers, "appraiser": appraisers}
    return {role: units[0] for role, units in found.items() if units}


def _campaigns(session: Session, province: LoadedProvince, runtime: Runtime) -> None:
    if not province.spec.criteria_sets or session.scalar(select(Campaign.id).limit(1)):
        return
    today = datetime.now(runtime.timezone)
    last = _last_year(province, today.date())
    for year in (last - 1, last):
        at = min(datetime(year, 11, 10, 8, tzinfo=runtime.timezone), today)
        with suppress(Conflict), session.begin_nested():  # no set, or no unit, in that year
            _campaign(session, province, runtime, year, at, finished=year < last)


def _last_year(province: LoadedProvince, today: date) -> int:
    """This year while the province is there, else its last whole year."""
    jurisdictions = province.spec.jurisdictions
    ends = [item.valid_to for item in jurisdictions if item.valid_to]
    if not ends or any(item.covers(today) for item in jurisdictions):
        return today.year
    return max(ends).year - 1


def _campaign(
    session: Session,
    province: LoadedProvince,
    runtime: Runtime,
    year: int,
    at: datetime,
    *,
    finished: bool,
) -> None:
    """A campaign of invented figures: finished and published, or still running."""
    campaign = open_campaign(
        session,
        spec=province.spec,
        year=year,
        by=DEMO,
        at=at,
        timezone=runtime.timezone,
    )
    _fill(session, campaign, ("self", "appraised", "survey") if finished else ("self",))
    version = compute_results(
        session,
        campaign_id=campaign.id,
        by=DEMO,
        plugin_version=province.spec.info.version,
        kinds=province.rule_kinds,
    )
    if finished:
        publish_results(session, version_id=version.id, by=DEMO)
        close_campaign(session, campaign_id=campaign.id, by=DEMO)


def _fill(session: Session, campaign: Campaign, stages: Sequence[str]) -> None:
    sets = scoring_sets(session, campaign)
    for unit in campaign.units:
        leaves = sets[unit.kind].criteria.leaves
        unit_s = [leaf for leaf in leaves if leaf.supplier is Supplier.UNIT]
        appraised = [leaf for leaf in leaves if leaf.supplier not in SURVEYED]
        late = [leaf for leaf in leaves if leaf.supplier in SURVEYED]
        for stage, wanted in (("self", unit_s), ("appraised", appraised), ("survey", late)):
            if stage in stages:
                save_entries(
                    session,
                    campaign_id=campaign.id,
                    unit_id=unit.unit_id,
                    stage=stage,  # type: ignore[arg-type]  # one of the three stages
                    inputs={leaf.code: _inputs(leaf, unit.name, campaign.year) for leaf in wanted},
                    by=DEMO,
                )


def _inputs(leaf: Leaf, unit: str, year: int) -> Mapping[str, int]:
    chance = random.Random(f"{unit}:{leaf.code}:{year}")  # noqa: S311 (no secret: sample figures)
    if leaf.counts_as == "penalty":
        return {spec.name: 0 for spec in leaf.inputs}
    if leaf.rule.kind == "ratio":
        whole = chance.randint(40, 400)
        return {"denominator": whole, "numerator": whole - chance.randint(0, whole // 6)}
    if leaf.rule.kind == "deduction":
        return {spec.name: int(chance.random() < 0.2) for spec in leaf.inputs}
    return {spec.name: _value(spec, leaf, chance) for spec in leaf.inputs}


def _value(spec: InputSpec, leaf: Leaf, chance: random.Random) -> int:
    if isinstance(leaf.rule, Choice):
        return min(int(chance.expovariate(1.2)), spec.maximum)
    if spec.options:
        return int(chance.random() < 0.9)
    if leaf.rule.kind == "count":
        return min(chance.randint(1, 5), spec.maximum)
    top = spec.maximum
    if leaf.rule.kind == "manual":
        top = int(leaf.max_points * spec.scale)
    elif isinstance(leaf.rule, Bands):
        top = int(leaf.rule.steps[0].from_ * spec.scale)
    share = chance.randint(78, 100)
    return top * share // 100 // 100 * 100 if spec.scale > 1 else top * share // 100
