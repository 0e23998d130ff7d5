"""Campaigns at every stage there is, spread over the years in which the province has sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict
from thidua.evidence.files import EvidenceFiles
from thidua.registry import LoadedProvince
from thidua.spec.bundle import ProvinceSpec
from thidua.store.campaigns import Campaign, Exemption
from thidua.store.schedules import Step
from thidua.work.campaigns import close_campaign, scoring_sets
from thidua.work.opening import open_campaign, refuse_ended, to_freeze
from thidua.work.planning import plan_campaign
from thidua.work.windows import Window
from thidua_admin.sample.actor import DEMO
from thidua_admin.sample.asking import ask_officials
from thidua_admin.sample.bodies import units_for
from thidua_admin.sample.entering import Work
from thidua_admin.sample.figures import weakness
from thidua_admin.sample.seasons import STANDS_AT, in_season, usual
from thidua_admin.sample.year import (
    adopt,
    appraise,
    appraise_mostly,
    appraise_partly,
    assess,
    assess_partly,
    be_late,
    compute,
    doubt,
    look_again,
    looked_at,
    petition,
    publish,
    publish_adopted,
)

Stage = Literal[
    "draft", "self", "appraisal", "explanation", "final", "petitioned", "corrected"
]  # fmt: skip
"""Planned; in self-assessment, the first round, explanation, with windows around today; final and
closed; final, with a correction that the board has adopted and a petition that waits; corrected
and closed."""

LIVING: Sequence[Stage] = ("self", "appraisal")
LAST: Sequence[Stage] = ("petitioned", "corrected")
"""Living provinces take turns, so that each stage is seen: this year, and the last one before."""


def fill_campaigns(
    session: Session,
    province: LoadedProvince,
    now: datetime,
    timezone: ZoneInfo,
    files: EvidenceFiles,
    turn: int,
) -> list[str]:
    """Plan, open, fill and publish what ``stages`` says, the oldest year first.

    ``turn`` counts the living provinces. A sentence for each year that did not open although
    there are units and a set to score them by.
    """
    refused = []
    for year, stage in sorted(stages(province.spec, now.date(), turn).items()):
        windows = usual(year, timezone)
        if stage in STANDS_AT:
            windows = in_season(stage, year, now, timezone)  # type: ignore[arg-type]
        at = windows["following"].opens_at
        try:
            with session.begin_nested():
                plan_campaign(session, year=year, windows=[*windows.values()], by=DEMO, at=at)
                if stage != "draft":
                    work = _opened(session, province, year, windows, now, timezone, files)
                    _bring_to(stage, work)
        except Conflict as told:
            if _can_be_scored(session, province.spec, year, at.astimezone(timezone).date()):
                name = province.spec.info.full_name
                refused.append(f"Chưa mở được kỳ mẫu năm {year} của {name}: {told}")
    return refused


def stages(spec: ProvinceSpec, today: date, turn: int) -> dict[int, Stage]:
    """The stage of each year's campaign.

    A living province plans the next year, and the last year of its former shape is settled; one
    that has ended stopped while units explained. Years whose result was really published have no
    campaign beside it.
    """
    alive = lives(spec, today)
    ends = [item.valid_to for item in spec.jurisdictions if item.valid_to]
    last = max(ends).year - 1 if ends else today.year - 1
    found: dict[int, Stage] = dict.fromkeys(_last_years(spec, last), "final")
    if alive:
        found[last] = LAST[turn % len(LAST)]
        found[today.year] = LIVING[turn % len(LIVING)]
        found[today.year + 1] = "draft"
    else:
        found |= {last - 1: "final", last: "explanation"}
    real = {item.year for item in spec.published_results}
    return {year: stage for year, stage in found.items() if year not in real}


def _can_be_scored(session: Session, spec: ProvinceSpec, year: int, day: date) -> bool:
    """Whether the province is there on the day, with units and a set for them."""
    try:
        refuse_ended(spec, day)
        to_freeze(session, year, day)
    except Conflict:
        return False
    return True


def lives(spec: ProvinceSpec, today: date) -> bool:
    """Whether the province is there on this day."""
    return not spec.jurisdictions or any(item.covers(today) for item in spec.jurisdictions)


def _opened(
    session: Session,
    province: LoadedProvince,
    year: int,
    windows: Mapping[Step, Window],
    now: datetime,
    timezone: ZoneInfo,
    files: EvidenceFiles,
) -> Work:
    campaign = open_campaign(
        session, spec=province.spec, year=year, by=DEMO, at=windows["following"].opens_at,
        timezone=timezone,
    )  # fmt: skip
    exempt: dict[int, list[str]] = {}
    ours = select(Exemption).where(Exemption.campaign_id == campaign.id)
    for row in session.scalars(ours):
        exempt.setdefault(row.unit_id, []).append(row.node)
    officer = units_for(session, province, campaign.id).get("officer")
    return Work(
        session, province, campaign, scoring_sets(session, campaign), windows, now, files, exempt,
        officer.id if officer else None, twins=_twins(campaign),
    )  # fmt: skip


def _twins(campaign: Campaign) -> Mapping[str, str]:
    """In each group the fourth of the strong units has the figures of the third."""
    found = {}
    for group in {unit.group_label for unit in campaign.units}:
        names = [unit.name for unit in campaign.units if unit.group_label == group]
        strong = sorted(names, key=weakness)
        if len(strong) >= 4:
            found[strong[3]] = strong[2]
    return found


def _last_years(spec: ProvinceSpec, last: int) -> Iterator[int]:
    """The last year of each set that later ones replaced."""
    for item in spec.criteria_sets:
        if item.last_year and item.last_year < last:
            yield item.last_year


def _bring_to(stage: Stage, work: Work) -> None:
    match stage:
        case "self":
            assess_partly(work)
            ask_officials(work)
        case "appraisal":
            assess(work, late=work.units[-1])
            be_late(work, work.units[-1])
            appraise_partly(work)
            doubt(work, looked_at(work), answered=1)
        case "explanation":
            assess(work)
            appraise_mostly(work)
            doubt(work, looked_at(work), answered=2)
            compute(work)
        case "petitioned":
            _settle(work, provisional=True, signed=True)
            petition(work, answer_all=False)
            adopt(work)
        case "final" | "corrected":
            _settle(work, provisional=stage == "corrected")
            if stage == "corrected":
                petition(work, answer_all=True)
                publish_adopted(work)
            close_campaign(work.session, campaign_id=work.campaign.id, by=DEMO)


def _settle(work: Work, *, provisional: bool, signed: bool = False) -> None:
    """Up to the final result; a provisional one before the surveys have come.

    ``signed``: with signatures and documents, which what is closed is spared.
    """
    assess(work, signed=signed)
    appraise(work)
    look_again(work)
    if provisional:
        publish(work)
    work.bring_figures()
    publish_adopted(work)
