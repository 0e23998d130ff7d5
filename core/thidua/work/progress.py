"""How far a campaign is: per kind of unit who has begun, finished and signed, and who is late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.store.actor import Actor
from thidua.store.campaigns import CampaignUnit
from thidua.store.people import Membership, User
from thidua.store.units import UnitKind
from thidua.work.access import require
from thidua.work.campaigns import campaign_by_id, campaign_units, refuse_draft
from thidua.work.cells import own_part
from thidua.work.lateness import (
    READERS,
    Late,
    Line,
    late_among,
    lines_of,
    signed_units,
)
from thidua.work.telephones import Contact


@dataclass(frozen=True)
class KindProgress:
    """The units of one kind, and their lines: how many there are, entered, appraised.

    A unit has begun with its first line and finished with its last; a bonus is never owed.
    """

    kind: str
    name: str
    units: int
    begun: int
    finished: int
    signed: int
    lines: int
    entered: int
    appraised: int


@dataclass(frozen=True)
class Standing:
    """Where a campaign stands at a moment.

    ``units`` are the names of all that take part and ``kind_of`` their kinds, by id; ``people``
    those who work for a unit that is late.
    """

    kinds: Sequence[KindProgress]
    late: Sequence[Late]
    units: Mapping[int, str]
    kind_of: Mapping[int, str]
    people: Mapping[int, Sequence[Contact]]


@dataclass
class _Sheet:
    owed: int = 0
    done: int = 0
    begun: bool = False
    appraised: int = 0


@dataclass
class _Kind:
    units: list[CampaignUnit] = field(default_factory=list)
    sheets: dict[int, _Sheet] = field(default_factory=dict)


def campaign_standing(session: Session, *, campaign_id: int, by: Actor, at: datetime) -> Standing:
    """How far each kind of unit is and who is late at ``at``.

    For the secretariat, leaders and auditors. ``Conflict`` while the campaign is a draft.
    """
    require(session, by, READERS, "xem tiến độ của kỳ đánh giá")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    refuse_draft(campaign)
    units = campaign_units(session, campaign)
    lines = list(lines_of(session, campaign, units))
    late = late_among(session, campaign, units, lines, at=at)
    names = {row.code: row.name for row in session.scalars(select(UnitKind))}
    signed = signed_units(session, campaign)
    return Standing(
        kinds=[_progress(kind, names[kind], one, signed) for kind, one in _kinds(units, lines)],
        late=late,
        units={unit.unit_id: unit.name for unit in units.values()},
        kind_of={unit.unit_id: unit.kind for unit in units.values()},
        people=_people(session, {item.unit_id for item in late if item.unit_id}),
    )


def _kinds(units: Mapping[int, CampaignUnit], lines: Sequence[Line]) -> Sequence[tuple[str, _Kind]]:
    found: dict[str, _Kind] = {}
    for unit in units.values():
        found.setdefault(unit.kind, _Kind()).units.append(unit)
    for line in lines:
        sheet = found[line.unit.kind].sheets.setdefault(line.unit.unit_id, _Sheet())
        own = line.stages.get("self", ())
        sheet.begun = sheet.begun or bool(own)
        if line.leaf.counts_as == "points":
            sheet.owed += 1
            sheet.done += own_part(line.leaf) <= {*own}
            sheet.appraised += bool(line.stages.get("appraised"))
    return list(found.items())


def _progress(kind: str, name: str, found: _Kind, signed: set[int]) -> KindProgress:
    sheets = found.sheets.values()
    return KindProgress(
        kind=kind,
        name=name,
        units=len(found.units),
        begun=sum(sheet.begun for sheet in sheets),
        finished=sum(sheet.done == sheet.owed for sheet in sheets),
        signed=sum(unit.unit_id in signed for unit in found.units),
        lines=sum(sheet.owed for sheet in sheets),
        entered=sum(sheet.done for sheet in sheets),
        appraised=sum(sheet.appraised for sheet in sheets),
    )


def _people(session: Session, units: set[int]) -> Mapping[int, Sequence[Contact]]:
    """Those who enter or appraise for a unit."""
    rows = session.execute(
        select(Membership.unit_id, User.name, User.phone)
        .join(User, User.id == Membership.user_id)
        .where(Membership.unit_id.in_(units), Membership.role.in_(("officer", "appraiser")))
        .where(User.active)
        .order_by(Membership.unit_id, User.name)
        .distinct()
    )
    found: dict[int, list[Contact]] = {}
    for unit_id, name, phone in rows:
        if unit_id is not None:
            found.setdefault(unit_id, []).append(Contact(name, phone))
    return found
