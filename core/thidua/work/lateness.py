"""Đôn đốc: who still owes what in which step, and the text to send them.

Units owe their self-assessment, its sign-off and explanations; agencies owe the lines that they
appraise, and in the second round those that were explained. A step is asked about once its window
has begun, or always when it has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.scoring.sheet import exempt_leaves
from thidua.spec.criteria import Leaf as SpecLeaf
from thidua.store.actor import Actor
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.criteria import Leaf
from thidua.store.people import Role
from thidua.store.schedules import STEPS, Step
from thidua.store.sheets import EntryStage, ScoreEntry, ScoreSheet, SignOff
from thidua.work.access import STAFF, require
from thidua.work.appraisal_lines import last_requests
from thidua.work.campaigns import (
    campaign_by_id,
    campaign_units,
    exempt_nodes,
    refuse_draft,
    scoring_sets,
)
from thidua.work.cells import own_part
from thidua.work.duties import duties_of, unit_names
from thidua.work.reminders import reminder
from thidua.work.schedule import schedule_of
from thidua.work.windows import STEP_NAMES, Schedule, hour

READERS: frozenset[Role] = STAFF | {"leader", "auditor"}
"""Those who see who is late."""

NOBODY = "Dòng chưa giao cơ quan nào thẩm định"


@dataclass(frozen=True)
class Late:
    """What one unit or agency still owes in a step; ``unit_id`` None: what no agency was given.

    ``lines`` are left; ``begun``: something is there; ``unsigned``: the head has not signed off.
    """

    step: Step
    unit_id: int | None
    name: str
    lines: int
    begun: bool
    unsigned: bool
    until: datetime | None
    overdue: bool

    @property
    def words(self) -> str:
        """What is owed and until when, in Vietnamese."""
        owed = [] if self.begun else ["chưa bắt đầu"]
        owed += [f"còn {self.lines} dòng"] if self.lines else []
        owed += ["chưa ký xác nhận"] if self.unsigned else []
        until = f"; hạn {hour(self.until)}" if self.until else ""
        late = " (đã quá hạn)" if self.overdue else ""
        return f"{STEP_NAMES[self.step]} {', '.join(owed)}{until}{late}"


@dataclass(frozen=True)
class Line:
    """One leaf of one unit: what stands there, by stage, and who owes its appraisal."""

    unit: CampaignUnit
    leaf: SpecLeaf
    stages: Mapping[EntryStage, Collection[str]]
    agency: int | None


@dataclass
class _Tally:
    done: int = 0
    lines: int = 0

    def count(self, *, done: bool) -> None:
        self.done += done
        self.lines += not done


Owed = defaultdict[tuple[Step, int | None], _Tally]


def late_units(session: Session, *, campaign_id: int, by: Actor, at: datetime) -> Sequence[Late]:
    """Who owes something in the steps that have begun by ``at``: by step, in the campaign's order.

    For the secretariat, leaders and auditors. ``Conflict`` while the campaign is a draft.
    """
    require(session, by, READERS, "xem đơn vị chậm")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    refuse_draft(campaign)
    units = campaign_units(session, campaign)
    return late_among(session, campaign, units, lines_of(session, campaign, units), at=at)


def late_among(
    session: Session,
    campaign: Campaign,
    units: Mapping[int, CampaignUnit],
    lines: Iterable[Line],
    *,
    at: datetime,
) -> Sequence[Late]:
    """Who owes something by ``at``, of all ``units`` of the campaign and ``lines_of`` them."""
    owed: Owed = defaultdict(_Tally)
    asked = {
        line: answered
        for kind, item in scoring_sets(session, campaign).items()
        for line, answered in last_requests(session, campaign, item.row.id).items()
        if units[line[0]].kind == kind
    }
    for line in lines:
        _count(line, owed, answered=asked.get((line.unit.unit_id, line.leaf.code), False))
    for (unit_id, _), answered in asked.items():
        owed["explanation", unit_id].count(done=answered)
    names = unit_names(session, campaign, [who for _, who in owed if who])
    signed = signed_units(session, campaign)
    schedule = schedule_of(session, campaign)
    found = [
        _late(schedule, step, units.get(who or 0), who, names.get(who or 0, NOBODY), tally,
              unsigned=step == "self" and who not in signed, at=at)
        for (step, who), tally in owed.items()
    ]  # fmt: skip
    order = {who: place for place, who in enumerate(units)}
    began = {step for step in STEPS if _began(schedule, step, at)}
    owing = [item for item in found if item.step in began and (item.lines or item.unsigned)]
    last = len(order)
    return sorted(
        owing, key=lambda i: (STEPS.index(i.step), order.get(i.unit_id or 0, last), i.name)
    )


def reminder_text(late: Sequence[Late], *, title: str, authority: str, at: datetime) -> str:
    """The text of a reminder to one or many, to be copied: who owes what, until when.

    ``authority`` is who reminds, ``title`` what is being assessed. What no agency was given is
    left out.
    """
    return reminder(
        [(item.name, item.words) for item in late if item.unit_id is not None],
        doing=f"kế hoạch xác định {title}",
        authority=authority,
        until=hour(at),
    )


def _late(
    schedule: Schedule, step: Step, unit: CampaignUnit | None, who: int | None, name: str,
    tally: _Tally, *, unsigned: bool, at: datetime,
) -> Late:  # fmt: skip
    of_unit = step in ("self", "explanation") and unit is not None
    until = (
        schedule.end(step, at=at, unit_id=unit.unit_id, kind=unit.kind)
        if of_unit and unit
        else schedule.end(step, at=at)
    )
    overdue = until is not None and until <= at
    return Late(step, who, name, tally.lines, tally.done > 0, unsigned, until, overdue)


def _began(schedule: Schedule, step: Step, at: datetime) -> bool:
    return step not in schedule.windows or schedule.windows[step].opens_at <= at


def _count(line: Line, owed: Owed, *, answered: bool) -> None:
    """What was explained is looked at again in the second round."""
    own = line.stages.get("self", ())
    if line.leaf.counts_as == "points":
        owed["self", line.unit.unit_id].count(done=own_part(line.leaf) <= {*own})
    if own:
        owed["appraisal_1", line.agency].count(done=bool(line.stages.get("appraised")))
    if answered:
        owed["appraisal_2", line.agency].count(done=bool(line.stages.get("reappraised")))


def lines_of(
    session: Session, campaign: Campaign, units: Mapping[int, CampaignUnit]
) -> Iterator[Line]:
    """The lines that units fill in, but for those they are exempt from."""
    entered, exempt = _entered(session, campaign), exempt_nodes(session, campaign)
    for kind, item in scoring_sets(session, campaign).items():
        duties = duties_of(session, campaign, item.criteria)
        leaves = [leaf for leaf in item.criteria.leaves if own_part(leaf)]
        for unit in units.values():
            if unit.kind == kind:
                out = exempt_leaves(item.criteria, exempt.get(unit.unit_id, ()))
                for leaf in leaves:
                    if leaf.code not in out:
                        stages = entered.get((unit.unit_id, leaf.code), {})
                        yield Line(unit, leaf, stages, duties.who(leaf.code, unit.unit_id))


def _entered(
    session: Session, campaign: Campaign
) -> dict[tuple[int, str], dict[EntryStage, Collection[str]]]:
    """The names of the inputs entered, by unit and leaf, by stage."""
    rows = session.execute(
        select(ScoreSheet.unit_id, Leaf.code, ScoreEntry.stage, ScoreEntry.inputs)
        .join(ScoreEntry, ScoreEntry.sheet_id == ScoreSheet.id)
        .join(Leaf, Leaf.id == ScoreEntry.leaf_id)
        .where(ScoreSheet.campaign_id == campaign.id)
    )
    found: dict[tuple[int, str], dict[EntryStage, Collection[str]]] = {}
    for unit_id, code, stage, inputs in rows:
        found.setdefault((unit_id, code), {})[stage] = inputs.keys()
    return found


def signed_units(session: Session, campaign: Campaign) -> set[int]:
    """The units whose head has signed off."""
    standing = (
        select(ScoreSheet.unit_id)
        .join(SignOff, SignOff.sheet_id == ScoreSheet.id)
        .where(ScoreSheet.campaign_id == campaign.id, SignOff.withdrawn_at.is_(None))
    )
    return set(session.scalars(standing))
