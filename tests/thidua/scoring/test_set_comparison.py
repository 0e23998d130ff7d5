"""The province's set beside the Ministry's, by mapped domain."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.thidua.scoring.sides import leaf, unit

from thidua.scoring.comparison_words import beside_words
from thidua.scoring.set_comparison import Beside, SetComparison, compare_sets
from thidua.scoring.years import Part
from thidua.spec.criteria import CriteriaSet
from thidua.spec.mappings import SetMapping


def domain(code: str, *leaves: str) -> dict[str, Any]:
    rule = {"max_points": 10, "rule": {"kind": "manual"}}
    below = [{"code": leaf, "name": leaf, **rule} for leaf in leaves]
    return {"code": code, "name": f"Lĩnh vực {code}", "criteria": below}


CRITERIA = CriteriaSet.model_validate(
    {
        "code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "chung",
        "pending": "zero",
        "domains": [domain("1", "1.1", "1.2"), domain("2", "2.1"), domain("3", "3.1")],
    }
)  # fmt: skip
MAPPING = SetMapping.model_validate(
    {
        "to": "bo-noi-vu",
        "title": "với bộ của Bộ",
        "pairs": [{"node": "1", "to": ["i", "ii"]}, {"node": "2.1", "to": ["iv"]}],
    }
)


def test_mapped_domains_stand_beside_each_other() -> None:
    units = [
        unit("a", leaf("1.1", 80_000), leaf("1.2", 0, 0, branch="exempt"), leaf("2.1", 10_000)),
        unit("b", leaf("1.1", 100_000), leaf("1.2", 50_000), leaf("2.1", 20_000)),
    ]
    ministry = {
        "i": Part(60_000, 100_000), "ii": Part(30_000, 50_000), "v": Part(1, 2),
    }  # fmt: skip
    got = compare_sets(CRITERIA, MAPPING, units, ministry)
    one = Beside("1", "Lĩnh vực 1", Part(230_000, 300_000), ("i", "ii"), Part(90_000, 150_000))
    two = Beside("2.1", "2.1", Part(30_000, 200_000), ("iv",), None)
    assert got == SetComparison("với bộ của Bộ", (one, two), ("3",), ("v",))
    assert (one.percent, two.percent) == (Fraction(50, 3), None)
    assert [beside_words(row) for row in got.rows] == [
        "1 Lĩnh vực 1: 76,67%; bên đối chiếu (i, ii): 60,00% (+16,67 điểm phần trăm).",
        "2.1 2.1: 15,00%; bên đối chiếu chưa có số liệu của iv.",
    ]


def test_without_figures_nothing_is_compared() -> None:
    got = compare_sets(CRITERIA, MAPPING, [], {"iv": Part(0, 0)})
    assert [(row.own, row.percent) for row in got.rows] == [(Part(0, 0), None)] * 2
    assert beside_words(got.rows[1]) == "2.1 2.1: không có; bên đối chiếu (iv): không có."
