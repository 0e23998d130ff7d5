"""Which round of appraisal is under way, until when, and for which units it is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.schedules import Step
from thidua.store.sheets import EntryStage
from thidua.work.schedule import schedule_of
from thidua.work.windows import STEP_NAMES, Schedule, Window

ROUND_STEPS: Mapping[EntryStage, Step] = {"appraised": "appraisal_1", "reappraised": "appraisal_2"}
"""The step in which a round is entered."""

_ASKING: tuple[Step, ...] = ("appraisal_1", "explanation")
_SHOWN: tuple[Step, ...] = ("appraisal_1", "explanation", "appraisal_2")


@dataclass(frozen=True)
class StepTerm:
    """A step that has a window, as it is for all units."""

    step: Step
    name: str
    opens_at: datetime
    closes_at: datetime
    state: Literal["coming", "open", "over"]


@dataclass(frozen=True)
class Round:
    """The round that is worked on; ``others``: whether another can be chosen now.

    ``closed`` says by unit id why nothing of the round can be entered for it now; ``unasked`` why
    the unit cannot be asked to explain.
    """

    stage: EntryStage
    others: bool
    terms: tuple[StepTerm, ...]
    closed: Mapping[int, str]
    unasked: Mapping[int, str]


def round_of(
    session: Session,
    campaign: Campaign,
    units: Iterable[CampaignUnit],
    *,
    at: datetime,
    stage: EntryStage | None = None,
) -> Round:
    """The round ``stage``, or the one that the calendar says: the second from its beginning on.

    While the first is still open as well the first comes first.
    """
    schedule, units = schedule_of(session, campaign), list(units)
    chosen = stage if stage and stage in ROUND_STEPS else _by_calendar(schedule, at)
    terms = terms_of(schedule, at)
    return Round(
        stage=chosen,
        others=not any(term.step == "appraisal_2" and term.state == "coming" for term in terms),
        terms=terms,
        closed=_refusals(campaign, schedule, units, (ROUND_STEPS[chosen],), at),
        unasked=_refusals(campaign, schedule, units, _ASKING, at),
    )


def terms_of(schedule: Schedule, at: datetime) -> tuple[StepTerm, ...]:
    """The steps of appraisal that have a window, in their order."""
    return tuple(
        _term(schedule, window, at) for step in _SHOWN if (window := schedule.windows.get(step))
    )


def _term(schedule: Schedule, window: Window, at: datetime) -> StepTerm:
    end = schedule.end(window.step, at=at) or window.closes_at
    state: Literal["coming", "open", "over"] = "coming" if at < window.opens_at else "open"
    return StepTerm(
        step=window.step,
        name=STEP_NAMES[window.step],
        opens_at=window.opens_at,
        closes_at=end,
        state=state if at < end else "over",
    )


def _by_calendar(schedule: Schedule, at: datetime) -> EntryStage:
    second = schedule.windows.get("appraisal_2")
    begun = second is not None and second.opens_at <= at
    return "reappraised" if begun and not schedule.is_open("appraisal_1", at=at) else "appraised"


def _refusals(
    campaign: Campaign,
    schedule: Schedule,
    units: Iterable[CampaignUnit],
    steps: tuple[Step, ...],
    at: datetime,
) -> dict[int, str]:
    """By unit id, where none of the steps is open, why."""
    if campaign.stage == "closed":
        said = f"Kỳ đánh giá năm {campaign.year} đã đóng, không nhập được nữa."
        return {unit.unit_id: said for unit in units}
    found = {}
    for unit in units:
        asked = {"at": at, "unit_id": unit.unit_id, "kind": unit.kind}
        refusals = [schedule.refusal(step, **asked) for step in steps]  # type: ignore[arg-type]
        if refusals[-1] and None not in refusals:
            found[unit.unit_id] = refusals[-1]
    return found
