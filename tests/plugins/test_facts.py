"""Every fact of the source texts about an installed province is referred to by its data."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from thidua.registry import LoadedProvince, load_registry
from thidua.testing import referred_facts

FACTS = Path(__file__).parents[1] / "data" / "facts.csv"


def facts_about(code: str) -> set[str]:
    with FACTS.open(encoding="utf-8-sig", newline="") as file:
        return {row["id"] for row in csv.DictReader(file) if row["province"] == code}


@pytest.fixture(params=[*load_registry().provinces])
def province(request: pytest.FixtureRequest) -> LoadedProvince:
    return load_registry().province(request.param)


def test_every_fact_is_referred_to(province: LoadedProvince) -> None:
    assert sorted(facts_about(province.code) - referred_facts(province.spec)) == []


def test_no_other_fact_is_referred_to(province: LoadedProvince) -> None:
    assert sorted(referred_facts(province.spec) - facts_about(province.code)) == []


def test_tien_giang_has_forty_seven_facts() -> None:
    assert sorted(facts_about("tiengiang")) == [f"002-{n:02}" for n in range(1, 48)]
