"""A unit from a day on: called, placed or coded otherwise, and what hangs on it on that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Invalid, NotFound
from thidua.store.actor import Actor
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.people import Membership, User
from thidua.store.units import Unit, UnitPeriod
from thidua.work.access import STAFF, require
from thidua.work.given import find
from thidua.work.units import change_unit, days_of, register_unit
from thidua.work.versions import wait_turn


@dataclass(frozen=True)
class UnitUse:
    """What hangs on a unit on a day, each by name, in Vietnamese order where there is one.

    ``accounts`` hold a role for it, ``below`` stand under it, ``campaigns`` are open and score it.
    """

    accounts: tuple[str, ...]
    below: tuple[str, ...]
    campaigns: tuple[str, ...]


def change_unit_from(
    session: Session,
    *,
    period_id: int,
    on: date,
    name: str,
    kind: str,
    cluster: str | None,
    official_code: str,
    parent: str | None,
    expected_version: int,
    by: Actor,
) -> UnitPeriod:
    """End a period the day before ``on`` and begin the next one, for as long as it would last.

    Codes, keys and ``expected_version`` as for ``change_unit``. ``Invalid`` when nothing differs
    or ``on`` is not a later day of the period; ``Conflict`` when another changed it since.
    """
    require(session, by, STAFF, "đổi đơn vị từ một ngày")
    wait_turn(session)
    period = find(session, UnitPeriod, period_id)
    if period is None:
        raise NotFound("Không có đơn vị này trong tỉnh đang làm việc. Hãy tải lại danh sách.")
    first, last = days_of(period)
    if (first and on <= first) or (last and on > last):
        raise Invalid.one("Từ ngày", f"Phải nằm trong thời gian đang khai: {_span(first, last)}.")
    keys = {row.id: row.key for row in session.execute(select(Unit.id, Unit.key))}
    above = keys[period.parent_id] if period.parent_id else None
    old = (period.name, period.kind, period.cluster, period.official_code, above)
    if old == (name.strip(), kind, cluster or None, official_code.strip(), parent or None):
        raise Invalid.one("Nội dung mới", "Chưa có gì khác với hiện nay. Hãy sửa mục đã đổi.")
    change_unit(
        session, period_id=period.id, name=period.name, kind=period.kind, cluster=period.cluster,
        official_code=period.official_code, parent=above, valid_from=first,
        valid_to=on - timedelta(days=1), expected_version=expected_version, by=by,
    )  # fmt: skip
    begun = register_unit(
        session, key=keys[period.unit_id], name=name, kind=kind, cluster=cluster,
        official_code=official_code, parent=parent, valid_from=on, valid_to=last, by=by,
    )  # fmt: skip
    begun.provenance = period.provenance
    session.flush()
    return begun


def use_of_unit(session: Session, *, unit_id: int, day: date) -> UnitUse:
    """What would lose its unit if the unit were no more from ``day`` on."""
    people = (
        select(User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.unit_id == unit_id)
        .order_by(User.name)
        .distinct()
    )
    below = (
        select(UnitPeriod.name)
        .where(UnitPeriod.parent_id == unit_id, UnitPeriod.during.contains(day))
        .order_by(UnitPeriod.sort_key)
    )
    scored = (
        select(Campaign.title)
        .join(CampaignUnit, CampaignUnit.campaign_id == Campaign.id)
        .where(CampaignUnit.unit_id == unit_id, Campaign.stage == "open")
        .order_by(Campaign.year)
    )
    return UnitUse(*(tuple(session.scalars(query)) for query in (people, below, scored)))


def _span(first: date | None, last: date | None) -> str:
    begins = f"sau {first:%d/%m/%Y}" if first else "từ trước"
    return f"{begins}, đến {last:%d/%m/%Y}" if last else begins
