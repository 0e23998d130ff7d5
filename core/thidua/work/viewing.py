"""What of a sheet an actor may see.

A unit sees its own sheet: what the appraisers say of it once round 1 is over, or a result of the
campaign is published; of a line on which it was asked to explain at once. An appraiser sees the
lines it appraises. Secretariat, leaders and auditors see all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from thidua.errors import NotAllowed
from thidua.store.actor import Actor
from thidua.work.access import OVERSEERS, Rights, rights_of
from thidua.work.duties import Duties, duties_of
from thidua.work.sheet_reading import SheetRead
from thidua.work.writing import Place


@dataclass(frozen=True)
class View:
    """What one actor sees of one sheet, and what they may do with it.

    ``lines`` are the leaf codes; ``whole``: the self-assessment as a whole is theirs to see.
    """

    whole: bool
    lines: frozenset[str]
    appraisals: bool
    enters: bool
    appraises: frozenset[str]


def view_of(place: Place, read: SheetRead, by: Actor, at: datetime) -> View:
    """``NotAllowed`` when the actor may see nothing of the sheet."""
    rights, unit = read.rights, place.unit.unit_id
    lines, mine = _lines(place, rights, read.duties, by)
    own = by.kind == "person" and unit in rights.units
    return View(
        whole=sees_whole(rights, unit),
        lines=lines,
        appraisals=not own or _told(place, read, at),
        enters=by.kind != "person" or unit in rights.units_as("officer"),
        appraises=mine,
    )


def lines_seen(session: Session, place: Place, by: Actor) -> frozenset[str]:
    """The codes of the leaves that the actor sees; ``NotAllowed`` when there is none."""
    duties = duties_of(session, place.campaign, place.criteria)
    return _lines(place, rights_of(session, by), duties, by)[0]


def sees_whole(rights: Rights, unit_id: int) -> bool:
    """Whether all lines of the unit's sheet are theirs to see."""
    return rights.any_of(OVERSEERS) or unit_id in rights.units


def require_whole_sheet(session: Session, place: Place, by: Actor) -> None:
    """``NotAllowed`` unless the actor belongs to the unit or oversees all."""
    if not sees_whole(rights_of(session, by), place.unit.unit_id):
        raise NotAllowed("Bạn không được xem phiếu chấm điểm của đơn vị này.")


def _lines(
    place: Place, rights: Rights, duties: Duties, by: Actor
) -> tuple[frozenset[str], frozenset[str]]:
    """What the actor sees, and what of it they appraise."""
    codes, unit = [leaf.code for leaf in place.criteria.leaves], place.unit.unit_id
    mine = frozenset(code for code in codes if duties.allows(code, unit, rights, by))
    whole = sees_whole(rights, unit)
    if not whole and not mine:
        raise NotAllowed("Bạn không được xem phiếu chấm điểm của đơn vị này.")
    return frozenset(codes) if whole else mine, mine


def _told(place: Place, read: SheetRead, at: datetime) -> bool:
    """Whether the unit itself is told what the appraisers say."""
    unit = place.unit
    end = read.schedule.end("appraisal_1", at=at, unit_id=unit.unit_id, kind=unit.kind)
    over = end is not None and end <= at
    return place.campaign.stage == "closed" or over or read.published
