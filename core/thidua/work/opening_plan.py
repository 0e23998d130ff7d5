"""What opening a year would freeze, to be looked at before it is done, and done as it was seen."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict
from thidua.spec.bundle import ProvinceSpec
from thidua.store.actor import Actor
from thidua.store.campaigns import Campaign
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.units import UnitKind
from thidua.work.access import STAFF, require
from thidua.work.campaigns import ScoringSet, units_on
from thidua.work.opening import (
    exemptions_of,
    group_labels,
    living_campaign,
    open_campaign,
    to_freeze,
)
from thidua.work.register import names_on
from thidua.work.schedule import locked_campaign, schedule_of
from thidua.work.versions import wait_turn
from thidua.work.windows import Window


@dataclass(frozen=True)
class PlannedExemption:
    """A unit, the nodes that will not count for it, and why."""

    unit: str
    nodes: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class OpeningPlan:
    """What would be frozen: sets by kind, (group, units in it), exemptions; terms of the draft.

    ``left_out`` counts the units without a set by the name of their kind. ``mark`` changes with
    any of it.
    """

    living: Campaign | None
    sets: Mapping[str, ScoringSet]
    groups: Sequence[tuple[str, int]]
    left_out: Mapping[str, int]
    exemptions: Sequence[PlannedExemption]
    windows: Sequence[Window]
    mark: str

    @property
    def units(self) -> int:
        """How many units take part."""
        return sum(count for _, count in self.groups)


def opening_plan(
    session: Session, *, year: int, by: Actor, at: datetime, timezone: ZoneInfo
) -> OpeningPlan:
    """What a campaign of ``year`` opened at this time would freeze; ``Conflict`` if nothing is."""
    require(session, by, STAFF, "mở kỳ đánh giá")
    day = at.astimezone(timezone).date()
    frozen = to_freeze(session, year, day)
    names = names_on(session, day)
    labels = group_labels(session, frozen.sets)
    sizes = Counter(labels[unit.kind, unit.cluster] for unit in frozen.units)
    kinds = {row.code: row.name for row in session.scalars(select(UnitKind).order_by(UnitKind.id))}
    there = Counter(unit.kind for unit in units_on(session, day=day))
    taken: dict[tuple[int, str], list[str]] = {}
    for unit, node, reason in exemptions_of(session, frozen.sets, frozen.units):
        taken.setdefault((unit.unit_id, reason), []).append(node)
    living = living_campaign(session, year)
    windows = schedule_of(session, living).plan if living else ()
    parts = {
        "sets": {kind: item.row.hash for kind, item in frozen.sets.items()},
        "units": sorted(unit.unit_id for unit in frozen.units),
        "groups": sorted(sizes.items()),
        "taken": sorted((unit, reason, nodes) for (unit, reason), nodes in taken.items()),
        "windows": [str(item) for item in windows],
    }
    return OpeningPlan(
        living=living,
        sets={kind: frozen.sets[kind] for kind in kinds if kind in frozen.sets},
        groups=[(label, sizes[label]) for label in dict.fromkeys(labels.values()) if sizes[label]],
        left_out={
            name: there[kind]
            for kind, name in kinds.items()
            if there[kind] and kind not in frozen.sets
        },
        exemptions=[
            PlannedExemption(names[unit], tuple(nodes), reason)
            for (unit, reason), nodes in taken.items()
        ],
        windows=windows,
        mark=hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest(),
    )


def open_as_seen(
    session: Session,
    *,
    spec: ProvinceSpec,
    year: int,
    seen: str,
    by: Actor,
    at: datetime,
    timezone: ZoneInfo,
    title: str = "",
) -> Campaign:
    """``open_campaign``, refused when it would freeze something else than the plan that was seen.

    ``seen`` is the ``mark`` of that plan.
    """
    require(session, by, STAFF, "mở kỳ đánh giá")
    wait_turn(session)
    _hold(session, year)
    plan = opening_plan(session, year=year, by=by, at=at, timezone=timezone)
    if plan.mark != seen:
        raise Conflict(
            "Bộ tiêu chí, đơn vị hoặc thời hạn đã thay đổi từ lúc bạn xem. "
            "Hãy xem lại các bước rồi mở kỳ."
        )
    return open_campaign(
        session, spec=spec, year=year, by=by, at=at, timezone=timezone, title=title
    )


def _hold(session: Session, year: int) -> None:
    """Keep the terms of the draft and what may still be written into sets as they are."""
    living = living_campaign(session, year)
    if living is not None:
        locked_campaign(session, living.id)
    held = select(StoredCriteriaSet).where(~StoredCriteriaSet.frozen).order_by(StoredCriteriaSet.id)
    fresh = held.with_for_update(key_share=True).execution_options(populate_existing=True)
    session.scalars(fresh).all()
