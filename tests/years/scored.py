"""A published final result of a year from invented figures: some units earn less than others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import TIMEZONE, unit_id

from thidua.scoring.rules import score_leaf
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.parts import Supplier
from thidua.store.results import ResultVersion
from thidua.store.sheets import EntryStage
from thidua.testing.conformance import extremes
from thidua.work.campaigns import scoring_sets
from thidua.work.entries import SURVEYED, save_entries
from thidua.work.opening import open_campaign
from thidua.work.results import compute_results, publish_results

STAGES: tuple[EntryStage, ...] = ("agency", "self", "appraised", "survey")
Inputs = Mapping[str, int]


def score(
    session: Session, spec: ProvinceSpec, year: int, weak: Mapping[str, int], others: int
) -> ResultVersion:
    """The campaign of a year, wholly entered for all its units, and its result published.

    ``weak``: how many leaves of a unit earn least, by key; the other units' ``others`` leaves do.
    """
    campaign = open_campaign(
        session, spec=spec, year=year, by=COMMAND, at=datetime(year + 1, 1, 6, tzinfo=UTC),
        timezone=TIMEZONE,
    )  # fmt: skip
    sets = scoring_sets(session, campaign)
    figures = {kind: _figures(item.criteria) for kind, item in sets.items()}
    known = {unit_id(session, key): count for key, count in weak.items()}
    for unit in campaign.units:
        count = known.get(unit.unit_id, others)
        given = {
            leaf.code: (leaf, least if at < count else most)
            for at, (leaf, least, most) in enumerate(figures[unit.kind])
        }
        for stage in STAGES:
            part = {code: ins for code, (leaf, ins) in given.items() if stage in entered_at(leaf)}
            save_entries(
                session, campaign_id=campaign.id, unit_id=unit.unit_id, stage=stage,
                inputs=part, by=COMMAND, at=datetime.now(UTC),
            )  # fmt: skip
    version = compute_results(
        session, campaign_id=campaign.id, by=COMMAND, plugin_version=spec.info.version
    )
    published = publish_results(session, version_id=version.id, by=COMMAND)
    assert published.kind == "final"
    return published


def _figures(criteria: CriteriaSet) -> list[tuple[Leaf, Inputs, Inputs]]:
    """Each leaf with inputs that earn least and inputs that earn most; no bonus is claimed."""
    found = []
    for leaf in criteria.leaves:
        ways = sorted(
            extremes(leaf),
            key=lambda given, leaf=leaf: (
                score_leaf(  # type: ignore[misc]
                    leaf, given, criteria=criteria, kinds={}
                ).ticks
            ),
        )
        most = ways[0] if leaf.counts_as == "bonus" else ways[-1]
        found.append((leaf, ways[0], most))
    return found


def entered_at(leaf: Leaf) -> set[EntryStage]:
    """The stages at which a leaf is entered."""
    if leaf.supplier in SURVEYED:
        return {"survey"}
    return {"agency"} if leaf.supplier is Supplier.AGENCY else {"self", "appraised"}
