"""What is said of a province: all that its data say, and no fact of the sources left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import small_spec

from thidua.registry import load_registry
from thidua.spec.base import Provenance
from thidua.spec.bundle import ProvinceSpec
from thidua.store.tenancy import enter_province
from thidua.work.about import About, DomainAbout, about_province
from thidua.work.provinces import apply_province

BEFORE, AFTER = date(2024, 11, 10), date(2026, 11, 10)


REGISTRY = load_registry()


@pytest.fixture(params=[*REGISTRY.provinces])
def spec(request: pytest.FixtureRequest) -> ProvinceSpec:
    return REGISTRY.province(request.param).spec


@pytest.fixture
def applied(sessions: sessionmaker[Session], spec: ProvinceSpec) -> Iterator[Session]:
    with sessions() as session:
        apply_province(session, spec=spec, by=COMMAND)
        yield session


def about(session: Session, spec: ProvinceSpec | None, day: date = AFTER) -> About:
    return about_province(session, spec=spec, day=day, by=COMMAND)


def test_everything_declared_is_read_back(applied: Session, spec: ProvinceSpec) -> None:
    found = about(applied, spec)
    assert (found.province.full_name, found.province.applied_version) == (
        spec.info.full_name, spec.info.version,
    )  # fmt: skip
    assert [item.criteria for item in found.sets] == list(spec.criteria_sets)
    assert [item.kind for item in found.kinds] == list(spec.unit_kinds)
    assert tuple(found.gradings) == spec.grading
    assert tuple(found.award_forms) == spec.award_forms
    assert tuple(found.movements) == spec.movements
    assert tuple(found.schemes) == spec.award_schemes
    assert (set(found.jurisdictions), found.indicators) == (
        set(spec.jurisdictions), spec.indicators,
    )  # fmt: skip
    assert found.unit_names == {unit.key: unit.name for unit in spec.units}


def test_the_province_is_told_in_the_order_of_time(sessions: sessionmaker[Session]) -> None:
    spec = REGISTRY.province("angiang").spec
    with sessions() as session:
        apply_province(session, spec=spec, by=COMMAND)
        found = about(session, spec).jurisdictions
    assert [(item.code, item.predecessors) for item in found] == [
        ("an-giang-cu", ()), ("an-giang", ("An Giang", "Kiên Giang")),
    ]  # fmt: skip


@pytest.mark.parametrize("day", [BEFORE, AFTER])
def test_units_are_counted_as_they_are_on_the_day(
    applied: Session, spec: ProvinceSpec, day: date
) -> None:
    there = [u for u in spec.units if (u.valid_from or day) <= day <= (u.valid_to or day)]
    invented = [u.kind for u in there if u.provenance is Provenance.ILLUSTRATIVE]
    found = about(applied, spec, day)
    assert {item.kind.code: (item.today, item.illustrative) for item in found.kinds} == {
        kind.code: (sum(u.kind == kind.code for u in there), invented.count(kind.code))
        for kind in spec.unit_kinds
    }


def test_units_that_facts_name_stand_under_their_kind(applied: Session, spec: ProvinceSpec) -> None:
    named = {
        (item.kind.code, unit.name, tuple(unit.facts))
        for item in about(applied, spec).kinds
        for unit in item.named
    }
    assert named == {(unit.kind, unit.name, unit.facts) for unit in spec.units if unit.facts}


def test_domains_add_up_and_leaves_are_counted(sessions: sessionmaker[Session]) -> None:
    spec = small_spec()
    with sessions() as session:
        apply_province(session, spec=spec, by=COMMAND)
        [found] = about(session, spec).sets
    one, two = spec.criteria_sets[0].domains
    assert found.domains == [
        DomainAbout(one, criteria=2, sub_criteria=0, points=Decimal(80)),
        DomainAbout(two, criteria=2, sub_criteria=0, points=Decimal(20)),
    ]
    assert [(item.code, item.place) for item in found.findings] == [("no-appraiser", "2.2")]
    assert found.illustrative_leaves == 4


def test_what_the_linter_finds_stands_with_its_acknowledgement(
    sessions: sessionmaker[Session],
) -> None:
    spec = REGISTRY.province("angiang").spec
    with sessions() as session:
        apply_province(session, spec=spec, by=COMMAND)
        found = {item.criteria.code: item for item in about(session, spec).sets}
    [finding] = found["so-2021"].findings
    assert (finding.code, finding.acknowledged) == (
        "declared-criteria", spec.criteria_sets[0].acknowledged[0],
    )  # fmt: skip
    assert found["so-2024"].findings == ()


def test_without_the_plugin_the_stored_part_is_there(applied: Session, spec: ProvinceSpec) -> None:
    found = about(applied, None)
    assert (found.jurisdictions, found.indicators) == ((), ())
    assert [item.criteria for item in found.sets] == list(spec.criteria_sets)


def test_reorganisations_say_who_handed_over_to_whom(applied: Session, spec: ProvinceSpec) -> None:
    names = {unit.key: unit.name for unit in spec.units}
    names[""] = ""
    assert {item.row.code: item.handed_over for item in about(applied, spec).successions} == {
        item.code: {
            names[heir]: [names[x.predecessor] for x in item.links if (x.successor or "") == heir]
            for heir in {link.successor or "" for link in item.links}
        }
        for item in spec.successions
    }


def test_nothing_of_another_province_is_said(sessions: sessionmaker[Session]) -> None:
    tiengiang = REGISTRY.province("tiengiang").spec
    with sessions.begin() as session:
        apply_province(session, spec=tiengiang, by=COMMAND)
    with sessions.begin() as session:
        apply_province(session, spec=small_spec(), by=COMMAND)
    with sessions() as session:
        enter_province(session, 2)
        found = about(session, None)
    assert [item.criteria.code for item in found.sets] == ["bo-nho"]
    assert sorted(found.unit_names) == ["so-ba", "so-hai", "so-mot", "xa-mot"]
