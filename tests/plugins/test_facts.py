"""Every fact of the source texts about an installed province is referred to by its data."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from thidua.registry import LoadedProvince, load_registry
from thidua.testing import referred_facts

FACTS = Path(__file__).parents[1] / "data" / "facts.csv"
PLUGINS = Path(__file__).parents[2] / "plugins"


def facts_about(code: str) -> set[str]:
    with FACTS.open(encoding="utf-8-sig", newline="") as file:
        return {row["id"] for row in csv.DictReader(file) if row["province"] == code}


REGISTRY = load_registry()


@pytest.fixture(params=[*REGISTRY.provinces])
def province(request: pytest.FixtureRequest) -> LoadedProvince:
    return REGISTRY.province(request.param)


def test_every_fact_is_referred_to(province: LoadedProvince) -> None:
    assert sorted(facts_about(province.code) - referred_facts(province.spec)) == []


def test_no_other_fact_is_referred_to(province: LoadedProvince) -> None:
    assert sorted(referred_facts(province.spec) - facts_about(province.code)) == []


def test_tien_giang_has_forty_seven_facts() -> None:
    assert sorted(facts_about("tiengiang")) == [f"002-{n:02}" for n in range(1, 48)]


def test_the_readme_of_a_province_states_the_contradictions_of_its_texts(
    province: LoadedProvince,
) -> None:
    with FACTS.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["province"] == province.code]
    contradictions = {row["id"] for row in rows if row["kind"] == "contradiction"}
    readme = PLUGINS / province.code / "README.md"
    stated = set(re.findall(r"\b\d{3}-\d{2}\b", readme.read_text(encoding="utf-8")))
    assert (bool(contradictions), sorted(contradictions - stated)) == (True, [])
