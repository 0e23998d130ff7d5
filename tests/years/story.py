"""A year of a province as its offices live it, by use cases alone; figures and people invented.

Every unit has figures of its own; what should count of them is kept here, and the whole result
is worked out again by the naive oracle. Three departments have a story: A signs by click, B
withdraws its signature and signs again on paper, is asked to explain, gives in for good after a
petition; C is late and is given two days more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from obstore.store import MemoryStore
from sqlalchemy import select
from tests.factories import COMMAND, Database
from tests.small import TIMEZONE, person, unit_id
from tests.thidua.scoring.oracle import Row, places, sheet_points

from thidua.evidence.files import EvidenceFiles
from thidua.runtime import Database as Opened
from thidua.runtime import Runtime, open_runtime
from thidua.scoring.ticks import to_ticks
from thidua.settings import read_settings
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.grading import Grading
from thidua.spec.parts import Supplier
from thidua.spec.rules import Bands, Deduction
from thidua.spec.surveys import Officials
from thidua.store.actor import Actor
from thidua.store.campaigns import CampaignUnit
from thidua.store.schedules import Step
from thidua.store.sheets import EntryStage
from thidua.store.units import Unit
from thidua.work.campaigns import campaign_by_id, scoring_sets
from thidua.work.entries import save_entries, save_entry
from thidua.work.opening import open_campaign
from thidua.work.provinces import apply_province
from thidua.work.results import compute_results
from thidua.work.tables import result_table
from thidua.work.windows import Window

A, B, C = "so-minh-hoa-06", "so-minh-hoa-07", "so-minh-hoa-08"
AGENCIES = tuple(f"so-minh-hoa-0{number}" for number in range(1, 6))
Inputs = Mapping[str, Mapping[str, int]]
Made = TypeVar("Made")


def day(month: int, date: int, hour: int = 9, year: int = 2026) -> datetime:
    """An hour of the office's clock."""
    return datetime(year, month, date, hour, tzinfo=TIMEZONE)


CALENDAR: Mapping[Step, tuple[datetime, datetime]] = {
    "following": (day(2, 2, 8), day(11, 15, 17)),
    "self": (day(11, 16, 8), day(11, 30, 17)),
    "appraisal_1": (day(12, 1, 8), day(12, 15, 17)),
    "explanation": (day(12, 16, 8), day(12, 20, 17)),
    "appraisal_2": (day(12, 21, 8), day(12, 28, 17)),
    "adoption": (day(1, 4, 8, 2027), day(1, 8, 17, 2027)),
    "petitions": (day(1, 11, 8, 2027), day(1, 25, 17, 2027)),
}
WINDOWS = [Window(step, *times) for step, times in CALENDAR.items()]


def figures(leaf: Leaf, number: int) -> dict[str, int]:
    """What unit ``number`` of the province enters for a leaf."""
    names = [spec.name for spec in leaf.inputs]
    match leaf.rule:
        case Bands(steps=steps):
            return {"value": to_ticks(steps[number % len(steps)].from_)}
        case Deduction():
            return {name: (number + at) % 3 // 2 for at, name in enumerate(names)}
        case Officials():
            return {
                name: (20 - number % 5, number % 5, 0, 0)[at % 4] for at, name in enumerate(names)
            }
    given = {
        "ratio": {"numerator": 20 - number % 4, "denominator": 20},
        "choice": {"level": number % 2},
        "yes_no": {"value": int(number % 5 != 0)},
        "count": {"count": number % 3},
        "manual": {"points": to_ticks(leaf.max_points) - 1_234 * (number % 7)},
        "survey": {"percent": 912_345 - 6_789 * (number % 11)},
        "indicator": {"value": 887_700 - 12_300 * (number % 5)},
    }
    return given[leaf.rule.kind]


@dataclass
class Story:
    """The year under way. ``counted``: what should count, by unit's key and leaf."""

    runtime: Runtime
    code: str
    province: int
    files: EvidenceFiles
    campaign: int = 0
    people: dict[str, Actor] = field(default_factory=dict)
    counted: dict[str, dict[str, Mapping[str, int]]] = field(default_factory=dict)
    units: dict[str, tuple[int, str, str]] = field(default_factory=dict)

    @property
    def spec(self) -> ProvinceSpec:
        """What the installed province declares."""
        return self.runtime.registry.province(self.code).spec

    def act(self, verb: Callable[..., Made], by: str, **given: Any) -> Made:
        """One use case by a person, in a transaction of its own."""
        with self.runtime.in_province(self.province) as session:
            session.expire_on_commit = False  # what is made is looked at afterwards
            return verb(session, by=self.people[by], **given)

    def here(self, verb: Callable[..., Made], by: str, at: datetime, **given: Any) -> Made:
        """The same about the campaign, at a time."""
        return self.act(verb, by, campaign_id=self.campaign, at=at, **given)

    def employ(self) -> None:
        """People of each role; two work for B."""
        with self.runtime.in_province(self.province) as session:
            for key in AGENCIES:
                self.people[f"thẩm định {key}"] = person(session, "appraiser", key)
            for key in (A, B, C):
                self.people[key] = person(session, "officer", key)
            self.people["người thứ hai"] = person(session, "officer", B)
            for name, role in (("thường trực", "secretariat"), ("hội đồng", "council")):
                self.people[name] = person(session, role)  # type: ignore[arg-type]

    def open(self, at: datetime) -> None:
        """Open the planned campaign and note who takes part."""
        with self.runtime.in_province(self.province) as session:
            by = self.people["thường trực"]
            opened = open_campaign(
                session, spec=self.spec, year=2026, by=by, at=at, timezone=TIMEZONE
            )
            self.campaign = opened.id
            rows = session.execute(
                select(Unit.key, CampaignUnit)
                .join(CampaignUnit, CampaignUnit.unit_id == Unit.id)
                .where(CampaignUnit.campaign_id == opened.id)
                .order_by(CampaignUnit.id)
            ).all()
            self.units = {key: (row.unit_id, row.name, row.kind) for key, row in rows}

    def set_of(self, key: str) -> CriteriaSet:
        """The set that scores a unit."""
        kind = self.units[key][2]
        return next(one for one in reversed(self.spec.criteria_sets) if kind in one.kinds)

    def change(
        self, by: str, key: str, leaf: str, stage: EntryStage, at: datetime,
        inputs: Mapping[str, int], *, seen: int | None = None, text: str = "",
    ) -> int:  # fmt: skip
        """Change one line; its version afterwards."""
        with self.runtime.in_province(self.province) as session:
            version = save_entry(
                session, campaign_id=self.campaign, unit_id=unit_id(session, key), leaf_code=leaf,
                stage=stage, inputs=inputs, by=self.people[by], at=at, explanation=text,
                expected_version=seen,
            ).row_version  # fmt: skip
        self.counted[key][leaf] = inputs
        return version

    def save(self, by: Actor, key: str, stage: EntryStage, given: Inputs, at: datetime) -> None:
        """Many lines of a unit at once, if there are any."""
        if given:
            with self.runtime.in_province(self.province) as session:
                save_entries(
                    session, campaign_id=self.campaign, unit_id=self.units[key][0], stage=stage,
                    inputs=given, by=by, at=at,
                )  # fmt: skip

    def supplied(self, key: str, *suppliers: Supplier) -> dict[str, Mapping[str, int]]:
        """What counts of the unit's leaves that these supply."""
        leaves = [leaf.code for leaf in self.set_of(key).leaves if leaf.supplier in suppliers]
        return {code: self.counted[key][code] for code in leaves}

    def imagine(self) -> None:
        """Figures of every unit for every leaf."""
        for number, key in enumerate(self.units):
            self.counted[key] = {
                leaf.code: figures(leaf, number) for leaf in self.set_of(key).leaves
            }

    def assess(self, at: datetime) -> None:
        """All but the three with a story assess themselves; agencies' figures stand for all."""
        for key in self.units:
            self.save(COMMAND, key, "agency", self.supplied(key, Supplier.AGENCY), at)
            if key not in (A, B, C):
                self.save(COMMAND, key, "self", self.supplied(key, Supplier.UNIT), at)

    def appraise(self, at: datetime) -> None:
        """Departments by the people of each agency or its substitute, communes from a file."""
        for key, (_, _, kind) in self.units.items():
            own = self.supplied(key, Supplier.UNIT, Supplier.AGENCY)
            if kind != "so":
                self.save(COMMAND, key, "appraised", own, at)
                continue
            criteria = self.set_of(key)
            instead = {one.agency: one.by for one in criteria.substitutes}
            for agency in AGENCIES:
                who = instead[agency] if key == agency else agency
                mine = {c: v for c, v in own.items() if criteria.appraisers.get(c) == agency}
                self.save(self.people[f"thẩm định {who}"], key, "appraised", mine, at)

    def compute(self) -> int:
        """A new version; its id."""
        return self.act(
            compute_results, "thường trực", campaign_id=self.campaign,
            plugin_version=self.spec.info.version,
        ).id  # fmt: skip

    def lines(self, version: int) -> list[str]:
        """The rows of a version as text."""
        table = self.act(result_table, "thường trực", version_id=version)
        return [
            f"{row.rank} {row.name}: {row.points}/{row.maximum} {row.index} {row.band}"
            for group in table.groups
            for row in group.rows
        ]

    def expected(self, *, without: frozenset[Supplier] = frozenset()) -> list[str]:
        """The same by the oracle, from what should count; ``without`` what has not come yet."""
        with self.runtime.in_province(self.province) as session:
            frozen = scoring_sets(session, campaign_by_id(session, campaign_id=self.campaign))
        kinds = dict.fromkeys(kind for _, _, kind in self.units.values())
        return [
            line for kind in kinds for line in _lines(self, kind, frozen[kind].grading, without)
        ]


@contextmanager
def story_of(code: str, database: Database) -> Iterator[Story]:
    """The province applied from its installed plugin; nothing has happened yet."""
    settings = read_settings(database_url=database.app_url, provinces=(code,))
    with open_runtime(settings, Opened(database.app_url, None, embedded=False)) as runtime:
        with runtime.sessions.begin() as session:
            apply_province(session, spec=runtime.registry.province(code).spec, by=COMMAND)
        yield Story(runtime, code, runtime.province_id(code), EvidenceFiles(MemoryStore()))


def _lines(story: Story, kind: str, grading: Grading, without: frozenset[Supplier]) -> list[str]:
    """The units of one kind, which are ranked among themselves."""
    rows = []
    for key in (key for key, unit in story.units.items() if unit[2] == kind):
        criteria = story.set_of(key)
        late = {leaf.code for leaf in criteria.leaves if leaf.supplier in without}
        given = {code: v for code, v in story.counted[key].items() if code not in late}
        groups = [group for group in criteria.exemption_groups if key in group.units]
        exempt = [node for group in groups for node in group.nodes]
        score = sheet_points(criteria, given, exempt)
        rows.append(Row(key, "", score.total, score.maximum))
    found = zip(places(rows, grading), rows, strict=True)
    ordered = sorted(found, key=lambda pair: pair[0].rank or 0)
    return [
        f"{place.rank} {story.units[place.key][1]}: {_plain(row.points)}/{_plain(row.maximum)} "
        f"{_decimal(place.index, grading.index_decimals)} {place.band}"
        for place, row in ordered
    ]


def _decimal(value: Fraction | None, decimals: int) -> str:
    assert value is not None
    return f"{Decimal(value.numerator) / Decimal(value.denominator):.{decimals}f}"


def _plain(value: Fraction | None) -> str:
    assert value is not None
    return f"{(Decimal(value.numerator) / Decimal(value.denominator)).normalize():f}"
