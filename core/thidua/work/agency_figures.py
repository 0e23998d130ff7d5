"""Figures that an appraising agency supplies, for all units at once and before they type.

On-time rates, reports received, documents checked: the unit's line then needs no more than what
is left. The file is previewed by rolling the transaction back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from thidua.errors import Invalid, NotAllowed, Problem
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.parts import Supplier
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.work.access import Rights, require
from thidua.work.campaigns import campaign_by_id, campaign_units, scoring_sets
from thidua.work.duties import Duties, duties_of
from thidua.work.entries import require_stage
from thidua.work.figure_lines import (
    FigureColumn,
    FigureLine,
    KnownUnit,
    place_of_line,
    unit_of_line,
)
from thidua.work.figures import known_units
from thidua.work.line_writing import put
from thidua.work.writing import Place, held, place_to_write, refuse_late, refuse_unusable


@dataclass(frozen=True)
class Uploaded:
    """What an upload wrote, or would: how many lines of how many units, and what stays as it is.

    ``left_out`` are units of the campaign of which the file says nothing.
    """

    units: int
    written: int
    unchanged: int
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class AgencyTable:
    """What an agency is asked for: columns of figures, and the units as its rows."""

    year: int
    title: str
    illustrative: bool
    columns: tuple[FigureColumn, ...]
    units: tuple[str, ...]


Inputs = dict[str, dict[str, int]]
"""Stored units by leaf code and input."""


def agency_table(session: Session, *, campaign_id: int, by: Actor) -> AgencyTable:
    """The table that the actor's agency fills in: its criteria in columns, its units in rows."""
    rights = require(session, by, {"appraiser"}, "nhập số liệu của cơ quan thẩm định")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    columns: dict[FigureColumn, None] = {}
    units: dict[int, str] = {}
    illustrative = False
    sets = {
        kind: (item.criteria, duties_of(session, campaign, item.criteria))
        for kind, item in scoring_sets(session, campaign).items()
    }
    for unit in campaign_units(session, campaign).values():
        criteria, duties = sets[unit.kind]
        for leaf in _theirs(criteria, duties, unit, rights, by):
            units[unit.unit_id] = unit.name
            illustrative = illustrative or criteria.illustrative
            for item in leaf.inputs:
                if leaf.supplier_of(item.name) is Supplier.AGENCY:
                    columns[_column(leaf, item.name)] = None
    return AgencyTable(
        campaign.year, campaign.title, illustrative, _told_apart(columns), tuple(units.values())
    )


def upload_agency_figures(
    session: Session, *, campaign_id: int, rows: Sequence[FigureLine], by: Actor, at: datetime
) -> Uploaded:
    """Write the figures of a table into the sheets, at the stage ``agency``. All or none.

    ``values`` of a line are by the keys of the table's columns; what is blank stays. ``Invalid``
    names every line whose unit is unknown or whose figure cannot be taken; ``Conflict`` when it is
    too late.
    """
    require(session, by, {"appraiser"}, "nhập số liệu của cơ quan thẩm định")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    problems: list[Problem] = []
    named = _by_unit(session, campaign, rows, problems)
    counts = {"written": 0, "unchanged": 0}
    after: dict[str, Inputs] = {}
    for unit_id, line in sorted(named.items()):
        place = place_to_write(session, campaign.id, unit_id)
        given = _inputs(place, line, problems)
        if given and _usable(session, place, given, line, by, problems):
            refuse_late(session, place, "agency", at)
            after[str(unit_id)] = _write(session, place, given, by, counts)
    if problems:
        raise Invalid(problems)
    record(
        session, actor=by, action="appraisal.figures", subject=("campaign", campaign.id),
        after={"units": {unit: said for unit, said in after.items() if said}},
    )  # fmt: skip
    session.flush()
    units = campaign_units(session, campaign)
    left_out = [unit.name for id_, unit in units.items() if id_ not in named]
    return Uploaded(len(named), counts["written"], counts["unchanged"], tuple(left_out))


def _column(leaf: Leaf, name: str) -> FigureColumn:
    [spec] = [item for item in leaf.inputs if item.name == name]
    key, called = f"{leaf.code}/{name}", f"{leaf.code} {spec.label}"
    label = f"{called} ({', '.join(spec.options)})" if spec.options else called
    return FigureColumn(key, label, spec.scale, (label, called, key), spec.options)


def _told_apart(columns: Collection[FigureColumn]) -> tuple[FigureColumn, ...]:
    """Where sets ask for different figures by one code, the keys say by their labels which."""
    keys = Counter(column.key for column in columns)
    return tuple(
        column
        if keys[column.key] == 1
        else replace(column, key=f"{column.key}:{column.label}", names=(column.label,))
        for column in columns
    )


def _theirs(
    criteria: CriteriaSet, duties: Duties, unit: CampaignUnit, rights: Rights, by: Actor
) -> list[Leaf]:
    return [
        leaf
        for leaf in criteria.leaves
        if any(leaf.supplier_of(item.name) is Supplier.AGENCY for item in leaf.inputs)
        and duties.allows(leaf.code, unit.unit_id, rights, by)
    ]


def _by_unit(
    session: Session, campaign: Campaign, rows: Sequence[FigureLine], problems: list[Problem]
) -> dict[int, FigureLine]:
    """Each line by the unit that it names, once."""
    units: Sequence[KnownUnit] = known_units(session, campaign, "")
    found: dict[int, FigureLine] = {}
    for line in rows:
        unit = unit_of_line(line, units, problems)
        if unit is not None and unit.id in found:
            problems.append(Problem(place_of_line(line), f"“{unit.name}” đã có ở một dòng trên"))
        elif unit is not None:
            found[unit.id] = line
    if not rows:
        problems.append(Problem("", "Bảng không có dòng số liệu nào. Hãy xem lại tệp."))
    return found


def _inputs(place: Place, line: FigureLine, problems: list[Problem]) -> Inputs:
    """The figures of one line in stored units, by leaf."""
    leaves = {leaf.code: leaf for leaf in place.criteria.leaves}
    found: Inputs = {}
    for key, value in line.values.items():
        plain, _, label = key.partition(":")
        code, _, name = plain.partition("/")
        specs = {item.name: item for item in leaves[code].inputs} if code in leaves else {}
        if name not in specs or label not in ("", _column(leaves[code], name).label):
            said = label or key
            reason = f"bộ tiêu chí của “{place.unit.name}” không có số liệu {said}; hãy để trống"
            problems.append(Problem(place_of_line(line), reason))
            continue
        stored = value * specs[name].scale
        if stored != int(stored):
            reason = f"“{specs[name].label}” có quá nhiều số lẻ; hãy sửa trong bảng"
            problems.append(Problem(place_of_line(line), reason))
        found.setdefault(code, {})[name] = int(stored)
    return found


def _usable(
    session: Session,
    place: Place,
    given: Mapping[str, Mapping[str, int]],
    line: FigureLine,
    by: Actor,
    problems: list[Problem],
) -> bool:
    """Whether the actor may enter these figures, and they may stand; if not, why."""
    try:
        require_stage(session, place, "agency", given, by)
        refuse_unusable(place, "agency", given)
    except NotAllowed as refusal:
        problems.append(Problem(place_of_line(line), str(refusal)))
        return False
    except Invalid as refusal:
        problems += [Problem(place_of_line(line), problem.reason) for problem in refusal.problems]
        return False
    return True


def _write(
    session: Session, place: Place, given: Inputs, by: Actor, counts: dict[str, int]
) -> Inputs:
    """Write what differs from what stands there; what was written."""
    slots = held(session, place, "agency", given, by)
    written: Inputs = {}
    for code, inputs in given.items():
        entry = slots[code].entry
        standing = entry.inputs if entry else {}
        if {**standing, **inputs} == standing:
            counts["unchanged"] += 1
            continue
        counts["written"] += 1
        written[code] = {**standing, **inputs}
        put(session, slots[code], written[code], by)
    return written
