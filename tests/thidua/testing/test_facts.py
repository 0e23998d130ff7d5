from __future__ import annotations

from thidua import Cluster, UnitKind
from thidua.testing import facts_of, referred_facts

KIND = UnitKind(
    code="so",
    name="Sở",
    level="province",
    facts=("002-13", "002-01"),
    clusters=(Cluster(code="mot", name="Cụm 1", facts=("002-01",)),),
)


def test_facts_of_finds_every_reference_parents_first() -> None:
    assert facts_of((KIND,)) == ["002-13", "002-01", "002-01"]


def test_referred_facts_names_each_fact_once() -> None:
    assert referred_facts(KIND) == {"002-01", "002-13"}
