"""Campaigns at every stage there is, spread over the years in which the province has sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from thidua.errors import Conflict
from thidua.registry import LoadedProvince
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.criteria import Leaf
from thidua.spec.parts import Supplier
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.results import ResultVersion
from thidua.store.sheets import EntryStage
from thidua.work.campaigns import ScoringSet, close_campaign, scoring_sets
from thidua.work.entries import SURVEYED, save_entries
from thidua.work.opening import open_campaign
from thidua.work.results import compute_results, publish_results
from thidua_admin.sample.actor import DEMO
from thidua_admin.sample.figures import Figures, Inputs, weakness

Stage = Literal["self", "appraisal", "final", "corrected"]
"""Self-assessment; appraisal; published and closed; published, corrected and closed."""

OPENED_AGO = timedelta(days=14)
"""How long before the demo starts the living campaign was opened."""

CORRECTION = "Đối chiếu lại hồ sơ kiểm chứng của một đơn vị (tình huống minh họa)."


@dataclass(frozen=True)
class Work:
    """One campaign being filled in."""

    session: Session
    province: LoadedProvince
    campaign: Campaign
    sets: Mapping[str, ScoringSet]
    at: datetime
    twins: Mapping[str, str]
    """Units with the very figures of another one, by name, so that ties are seen."""

    def figures(self, unit: CampaignUnit) -> Figures:
        """The inventor of figures for the set that scores this unit."""
        return Figures(self.sets[unit.kind].criteria, self.province.rule_kinds)

    def leaves(self, unit: CampaignUnit, stage: EntryStage) -> list[Leaf]:
        """The leaves that are entered at this stage, in printed order."""
        return [
            leaf
            for leaf in self.sets[unit.kind].criteria.leaves
            if _entered(leaf) == ("self" if stage == "appraised" else stage)
        ]


def fill_campaigns(
    session: Session, province: LoadedProvince, now: datetime, timezone: ZoneInfo
) -> None:
    """Open, fill and publish what ``stages`` says, the oldest year first."""
    for year, stage in sorted(stages(province.spec, now.date()).items()):
        at = now - OPENED_AGO if stage == "self" else datetime(year, 11, 10, 8, tzinfo=timezone)
        with suppress(Conflict), session.begin_nested():  # no set, or no unit, in that year
            campaign = open_campaign(
                session, spec=province.spec, year=year, by=DEMO, at=at, timezone=timezone
            )
            sets = scoring_sets(session, campaign)
            work = Work(session, province, campaign, sets, at, twins=_twins(campaign))
            _bring_to(stage, work)


def stages(spec: ProvinceSpec, today: date) -> dict[int, Stage]:
    """The stage of each year's campaign.

    A living province assesses itself this year and has corrected the last year of its former
    shape; one that has ended stopped while appraising. Years whose result was really published
    have no campaign beside it.
    """
    lives = not spec.jurisdictions or any(item.covers(today) for item in spec.jurisdictions)
    ends = [item.valid_to for item in spec.jurisdictions if item.valid_to]
    last = max(ends).year - 1 if ends else today.year - 1
    found: dict[int, Stage] = {last - 1: "final", last: "corrected" if lives else "appraisal"}
    found.update(dict.fromkeys(_last_years(spec, last), "final"))
    if lives:
        found[today.year] = "self"
    real = {item.year for item in spec.published_results}
    return {year: stage for year, stage in found.items() if year not in real}


def _entered(leaf: Leaf) -> EntryStage:
    """At which stage the figures of a leaf come in."""
    if leaf.supplier in SURVEYED:
        return "survey"
    return "agency" if leaf.supplier is Supplier.AGENCY else "self"


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
            _assess_partly(work)
        case "appraisal":
            _assess(work)
            _appraise_partly(work)
            _compute(work)
        case "final":
            _assess(work)
            _appraise(work)
            _survey(work)
            _publish(work)
            close_campaign(work.session, campaign_id=work.campaign.id, by=DEMO)
        case "corrected":
            _assess(work)
            _appraise(work)
            _publish(work)  # provisional: the surveys are late
            _survey(work)
            _publish(work)
            _correct(work)
            close_campaign(work.session, campaign_id=work.campaign.id, by=DEMO)


def _assess_partly(work: Work) -> None:
    """Some units have finished, some have begun, some have not."""
    for place, unit in enumerate(work.campaign.units):
        leaves = work.leaves(unit, "self")
        _save(work, unit, "agency", work.leaves(unit, "agency"))
        _save(work, unit, "self", leaves[: len(leaves) * (place * 3 % 11) // 10])


def _assess(work: Work) -> None:
    for unit in work.campaign.units:
        _save(work, unit, "agency", work.leaves(unit, "agency"))
        _save(work, unit, "self", work.leaves(unit, "self"))


def _appraise(work: Work) -> None:
    for unit in work.campaign.units:
        _save(work, unit, "appraised", work.leaves(unit, "appraised"))


def _appraise_partly(work: Work) -> None:
    """A third of the units is through, a third halfway, a third waits."""
    for place, unit in enumerate(work.campaign.units):
        leaves = work.leaves(unit, "appraised")
        _save(work, unit, "appraised", leaves[: len(leaves) * (2 - place % 3) // 2])


def _survey(work: Work) -> None:
    for unit in work.campaign.units:
        _save(work, unit, "survey", work.leaves(unit, "survey"))


def _correct(work: Work) -> None:
    """Appraise half of one unit's leaves anew and publish what that changes."""
    unit = work.campaign.units[len(work.campaign.units) // 2]
    leaves = work.leaves(unit, "appraised")
    _save(work, unit, "appraised", leaves[: len(leaves) // 2], again="thẩm định lại")
    _publish(work)


def _save(
    work: Work,
    unit: CampaignUnit,
    stage: EntryStage,
    leaves: Sequence[Leaf],
    again: str = "",
) -> None:
    if not leaves:
        return
    save_entries(
        work.session,
        campaign_id=work.campaign.id,
        unit_id=unit.unit_id,
        stage=stage,
        inputs={leaf.code: _inputs(work, unit, stage, leaf, again) for leaf in leaves},
        by=DEMO,
        at=work.at,
    )


def _inputs(work: Work, unit: CampaignUnit, stage: EntryStage, leaf: Leaf, again: str) -> Inputs:
    """What the unit said of itself; the appraisers agree with seven leaves of eight."""
    year, name = str(work.campaign.year), work.twins.get(unit.name, unit.name)
    doubted = stage == "appraised" and sum(f"{name}{leaf.code}{year}".encode()) % 8 == 0
    seed = f"{year}:thẩm định" if doubted else year
    return work.figures(unit).of(leaf, name, seed + again)


def _compute(work: Work) -> ResultVersion:
    return compute_results(
        work.session,
        campaign_id=work.campaign.id,
        by=DEMO,
        plugin_version=work.province.spec.info.version,
        kinds=work.province.rule_kinds,
    )


def _publish(work: Work) -> None:
    """Publish what is computed now, with the reason where it corrects an official result."""
    version = _compute(work)
    publish_results(work.session, version_id=version.id, by=DEMO.because(CORRECTION))
