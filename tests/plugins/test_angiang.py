from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import TIMEZONE

from thidua.registry import load_province
from thidua.spec.base import Provenance
from thidua.spec.lint import lint
from thidua.testing import ProvinceConformance
from thidua.work.campaigns import scoring_sets
from thidua.work.opening import open_campaign
from thidua.work.provinces import apply_province
from thidua_angiang.plugin import province

SPEC = load_province("angiang", province).spec
SETS = {item.code: item for item in SPEC.criteria_sets}


class TestAnGiang(ProvinceConformance):
    province = province


def test_the_set_of_2021_is_the_printed_table() -> None:
    so_2021 = SETS["so-2021"]
    printed = [
        (len(domain.criteria), sum(len(item.sub_criteria) for item in domain.criteria),
         sum(leaf.max_points for leaf in domain.leaves()))
        for domain in so_2021.domains
    ]  # fmt: skip
    assert printed == [
        (5, 8, 13), (3, 8, Decimal("8.5")), (4, 11, 12), (3, 9, 8), (4, 11, Decimal("10.5")),
        (3, 6, 6), (5, 14, 14), (5, 2, 4), (0, 0, 24),
    ]  # fmt: skip
    staff = [leaf for leaf in so_2021.leaves if getattr(leaf.rule, "survey", "") == "can-bo"]
    assert sum(leaf.max_points for leaf in staff) == 16
    assert so_2021.declared
    assert so_2021.declared.criteria == 34
    [finding] = lint(so_2021, SPEC.grading_of(so_2021.grading))
    assert (finding.code, finding.blocks) == ("declared-criteria", False)


def test_the_set_of_2024_says_that_all_of_it_is_illustrative() -> None:
    so_2024 = SETS["so-2024"]
    origins = {so_2024.provenance, *(node.provenance for node in so_2024.nodes())}
    assert (origins, "minh họa" in so_2024.title) == ({Provenance.ILLUSTRATIVE}, True)
    assert (sum(leaf.max_points for leaf in so_2024.leaves), len(so_2024.leaves)) == (100, 19)
    assert [so_2024.serves(year) for year in (2023, 2024, 2025)] == [False, True, False]
    assert lint(so_2024, SPEC.grading_of(so_2024.grading)) == ()


@pytest.mark.parametrize(
    ("year", "code", "number"), [(2021, "so-2021", 17), (2024, "so-2024", 17), (2026, "", 117)]
)
def test_a_campaign_opens_with_the_set_of_its_year(
    sessions: sessionmaker[Session], year: int, code: str, number: int
) -> None:
    with sessions() as session:
        apply_province(session, spec=SPEC, by=COMMAND)
        at = datetime(year, 11, 10, 8, tzinfo=TIMEZONE)
        campaign = open_campaign(
            session, spec=SPEC, year=year, by=COMMAND, at=at, timezone=TIMEZONE
        )
        sets = {kind: item.criteria.code for kind, item in scoring_sets(session, campaign).items()}
        kinds = {unit.kind for unit in campaign.units}
        assert len(campaign.units) == number
    today = {"so": "so-2026", "xa": "xa-2026", "phuong": "xa-2026", "dac-khu": "xa-2026"}
    assert sets == ({"so": code} if code else today)
    assert kinds == set(sets)


def test_the_province_of_today_names_what_it_was_merged_from() -> None:
    before, today = sorted(SPEC.jurisdictions, key=lambda item: item.valid_from or date.min)
    assert (before.valid_to, before.predecessors) == (date(2025, 6, 30), ())
    assert (today.valid_from, today.predecessors) == (date(2025, 7, 1), ("An Giang", "Kiên Giang"))
    assert today.source
