"""Every wording of the field's list, rows 1 to 20, said in data, with points worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from thidua.errors import Problem
from thidua.scoring.grading import Standing, grade
from thidua.scoring.rules import check_inputs
from thidua.scoring.sheet import SheetScore, score_sheet
from thidua.scoring.ticks import to_points, to_ticks
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading
from thidua.spec.loading import parse

Data = dict[str, Any]

YES_NO: Data = {"kind": "yes_no", "not_applicable": True}
LEVELS: Data = {
    "kind": "choice",
    "levels": [
        {"label": "Hoàn thành xuất sắc", "share": 1},
        {"label": "Hoàn thành tốt", "share": "0.75"},
        {"label": "Hoàn thành", "share": "0.5"},
    ],
}
REGULATIONS: Data = {
    "kind": "sum",
    "items": [{"name": f"qc{n}", "label": f"Quy chế {n}", "points": "0.5"} for n in range(1, 6)],
}
SEVERITY: Data = {
    "kind": "deduction",
    "faults": [
        {"name": "nhe", "label": "Vi phạm nhẹ", "share": "0.5"},
        {"name": "nang", "label": "Vi phạm nghiêm trọng", "share": 1},
    ],
}
RATIO: Data = {"kind": "ratio", "numerator": "Đúng hạn", "denominator": "Tiếp nhận"}
NONE_IS_FULL: Data = {**RATIO, "zero_denominator": "full"}
BELOW_ZERO: Data = {
    "kind": "choice",
    "levels": [{"label": "Đúng", "share": 1}, {"label": "Sai", "points": "-0.25"}],
}
FORMULA: Data = {
    "kind": "formula",
    "variables": [{"name": "a", "label": "a"}, {"name": "b", "label": "b"}],
    "expression": "if(b = 0, 0, round(a / b, 2) * max_points)",
}
FLOOR: Data = {**RATIO, "floor": "0.8", "zero_denominator": "zero"}
STEPS: Data = {
    "kind": "bands",
    "value": "Tỷ lệ (%)",
    "steps": [{"from": 30, "points": "0.5"}, {"from": 20, "points": "0.25"}],
}
SIPAS: Data = {"kind": "survey", "survey": "sipas"}
OFFICIALS: Data = {
    "kind": "officials",
    "survey": "cong-chuc",
    "too_few": "leave_out",
    "answers": [
        {"code": code, "label": code.upper(), "share": share}
        for code, share in (("a", 1), ("b", "0.6"), ("c", "0.2"), ("d", 0))
    ],
    "groups": [
        {"code": "dai-bieu", "label": "Đại biểu HĐND", "weight": 3, "minimum": 4},
        {"code": "so", "label": "Lãnh đạo sở", "weight": 1, "minimum": 2},
    ],
}
LEADERS: Data = {
    "kind": "rating",
    "scale": 10,
    "raters": [
        {"name": "chu-tich", "label": "Chủ tịch", "weight": 2},
        {"name": "pho", "label": "Phó Chủ tịch"},
    ],
}
INDEX: Data = {"kind": "indicator", "indicator": "ddci"}
BY_RANK: Data = {
    **INDEX,
    "by": "rank",
    "ranks": [{"to": 3, "share": 1}, {"to": 10, "points": 5}],
}
BY_GROUP: Data = {
    **INDEX,
    "steps": [{"from": 80, "share": 1}, {"from": 70, "share": "0.8"}, {"from": 0, "points": 2}],
}
BY_LINE: Data = {**INDEX, "between": [{"at": 40, "share": 0}, {"at": 90, "share": 1}]}


def leaf(code: str, points: str, rule: Data, **more: Any) -> Data:
    return {"code": code, "name": "Tiêu chí", "max_points": points, "rule": rule, **more}


def criteria(*domains: Data, **more: Any) -> CriteriaSet:
    head = {"code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "chung"}
    return parse(CriteriaSet, {**head, "pending": "out_of_maximum", "domains": [*domains], **more})


def branched(code: str, *leaves: Data) -> Data:
    return {"code": code, "name": "Lĩnh vực", "criteria": [*leaves]}


def votes(**counts: str) -> dict[str, int]:
    """Counts of the answers A to D by group: ``so="1 2 0 0"``."""
    return {
        f"{group.replace('_', '-')}.{answer}": int(count)
        for group, row in counts.items()
        for answer, count in zip("abcd", row.split(), strict=True)
    }


ONE_LEAF = [
    ("1 yes", "2", YES_NO, {"value": 1}, "2", "2"),
    ("1 no", "2", YES_NO, {"value": 0}, "0", "2"),
    ("1 does not apply", "2", YES_NO, {"value": 2}, "0", "0"),
    ("2 excellent", "3", LEVELS, {"level": 0}, "3", "3"),
    ("2 good: 75 %", "3", LEVELS, {"level": 1}, "2.25", "3"),
    ("2 done: 50 %", "3", LEVELS, {"level": 2}, "1.5", "3"),
    (
        "3 three regulations of five",
        *("2", REGULATIONS, {"qc1": 1, "qc2": 0, "qc3": 1, "qc4": 1, "qc5": 0}, "1.5", "2"),
    ),
    ("3 all five, capped", "2", REGULATIONS, {f"qc{n}": 1 for n in range(1, 6)}, "2", "2"),
    ("4 slight", "2", SEVERITY, {"nhe": 1, "nang": 0}, "1", "2"),
    ("4 severe", "2", SEVERITY, {"nhe": 0, "nang": 1}, "0", "2"),
    ("5 87 of 90", "10", RATIO, {"numerator": 87, "denominator": 90}, "9.6667", "10"),
    ("6 nothing came in", "2", NONE_IS_FULL, {"numerator": 0, "denominator": 0}, "2", "2"),
    ("7 nothing and 0.25 off", "1", BELOW_ZERO, {"level": 1}, "-0.25", "1"),
    ("8 2/3 rounded to 0.67", "4", FORMULA, {"a": 2, "b": 3}, "2.68", "4"),
    ("9 from 80 %", "5", FLOOR, {"numerator": 80, "denominator": 100}, "4", "5"),
    ("9 below 80 %", "5", FLOOR, {"numerator": 79, "denominator": 100}, "0", "5"),
    ("9 30 % and more", "0.5", STEPS, {"value": 300_000}, "0.5", "0.5"),
    ("9 20 to below 30 %", "0.5", STEPS, {"value": 299_999}, "0.25", "0.5"),
    ("9 below 20 %", "0.5", STEPS, {"value": 199_999}, "0", "0.5"),
    ("11 85.5 % of 24", "24", SIPAS, {"percent": 855_000}, "20.52", "24"),
    # (3 × (2 × 1 + 0.6 + 0.2) ÷ 4 + 1 × 0.6 ÷ 2) ÷ 4 = (2.1 + 0.3) ÷ 4 = 0.6
    ("12 both", "16", OFFICIALS, votes(dai_bieu="2 1 1 0", so="0 1 0 1"), "9.6", "16"),
    ("12 one group", "16", OFFICIALS, votes(dai_bieu="2 1 1 0", so="0 1 0 0"), "11.2", "16"),
    ("12 nobody", "16", OFFICIALS, votes(dai_bieu="0 0 0 0", so="0 0 0 0"), "0", "0"),
    # (2 × 9 + 7.5) ÷ 3 = 8.5
    ("13 leaders", "6", LEADERS, {"chu-tich": 90_000, "pho": 75_000}, "5.1", "6"),
    ("13 not yet", "6", LEADERS, {"chu-tich": 90_000}, "0", "0"),
    ("14 value", "10", INDEX, {"value": 712_500}, "7.125", "10"),
    ("14 third", "10", BY_RANK, {"rank": 3}, "10", "10"),
    ("14 fourth", "10", BY_RANK, {"rank": 4}, "5", "10"),
    ("14 eleventh", "10", BY_RANK, {"rank": 11}, "0", "10"),
    ("14 good", "10", BY_GROUP, {"value": 700_000}, "8", "10"),
    ("14 between", "10", BY_LINE, {"value": 655_000}, "5.1", "10"),
    ("14 not yet", "10", INDEX, {}, "0", "0"),
]


@pytest.mark.parametrize(
    ("points", "rule", "inputs", "earned", "maximum"),
    [row[1:] for row in ONE_LEAF],
    ids=[str(row[0]) for row in ONE_LEAF],
)
def test_wording_of_one_leaf(
    points: str, rule: Data, inputs: dict[str, int], earned: str, maximum: str
) -> None:
    made = criteria(leaf("1", points, rule))
    (only,) = made.leaves
    assert check_inputs(only, inputs) == []
    score = score_sheet(made, {"1": inputs})
    assert (score.total, score.maximum) == (to_ticks(Decimal(earned)), to_ticks(Decimal(maximum)))


def sums(score: SheetScore) -> Mapping[str, Decimal]:
    return {
        name: to_points(getattr(score, name))
        for name in ("earned", "bonus", "penalty", "total", "maximum")
    }


def test_row_10_bonus_and_penalty_are_capped_by_the_set() -> None:
    entered: Data = {"kind": "manual"}
    made = criteria(
        leaf("1", "10", entered),
        leaf("2", "5", entered, counts_as="bonus"),
        leaf("3", "5", entered, counts_as="bonus"),
        leaf("4", "9", entered, counts_as="penalty"),
        bonus_cap=5,
        penalty_cap=2,
    )
    entries = {"1": 80_000, "2": 40_000, "3": 30_000, "4": 30_000}
    inputs = {code: {"points": points} for code, points in entries.items()}
    assert sums(score_sheet(made, inputs)) == {
        "earned": 8, "bonus": 5, "penalty": 2, "total": 11, "maximum": 10,
    }  # fmt: skip


TWO_DOMAINS = (
    branched("1", leaf("1.1", "40", RATIO), leaf("1.2", "20", YES_NO)),
    branched("2", leaf("2.1", "24", SIPAS), leaf("2.2", "16", OFFICIALS)),
)
SURVEYED = {
    "1.1": {"numerator": 3, "denominator": 4},
    "1.2": {"value": 1},
    "2.1": {"percent": 500_000},
    "2.2": votes(dai_bieu="4 0 0 0", so="2 0 0 0"),
}


def test_row_15_not_assessed_makes_the_units_maximum_smaller() -> None:
    score = score_sheet(criteria(*TWO_DOMAINS), SURVEYED, exempt=["2.1"])
    assert (score.total, score.maximum) == (660_000, 760_000)


def test_row_16_without_surveys_the_rest_makes_up_100() -> None:
    made = criteria(*TWO_DOMAINS, pending="zero")
    score = score_sheet(made, SURVEYED, not_held=["sipas", "cong-chuc"])
    assert (score.total, score.maximum) == (500_000, 600_000)
    (graded,) = grade([Standing("a", "", score.total, score.maximum)], Grading())
    assert graded.index == Decimal("83.33")


def test_row_17_special_bodies_are_scored_but_not_ranked() -> None:
    made = criteria(
        leaf("1", "10", {"kind": "manual"}),
        unranked=[{"units": ["dac-thu"], "reason": "Cơ quan đặc thù"}],
    )
    apart = {key for group in made.unranked for key in group.units}
    points = {"dac-thu": 90_000, "so-a": 80_000, "so-b": 70_000}
    standings = [Standing(k, "", p, 100_000, ranked=k not in apart) for k, p in points.items()]
    found = {row.key: (row.index, row.rank) for row in grade(standings, Grading())}
    assert found == {
        "dac-thu": (Decimal("90.00"), None),
        "so-a": (Decimal("80.00"), 1),
        "so-b": (Decimal("70.00"), 2),
    }


def test_row_18_every_domain_and_criterion_has_its_own_index() -> None:
    score = score_sheet(criteria(*TWO_DOMAINS), SURVEYED)
    shares = {code: Fraction(node.ticks, node.maximum) for code, node in score.nodes.items()}
    assert shares == {
        "1": Fraction(50, 60), "1.1": Fraction(3, 4), "1.2": 1,
        "2": Fraction(28, 40), "2.1": Fraction(1, 2), "2.2": 1,
    }  # fmt: skip


def test_row_19_more_than_the_maximum_is_refused() -> None:
    (only,) = criteria(leaf("1", "2", {"kind": "manual"})).leaves
    assert check_inputs(only, {"points": 20_000}) == []
    assert check_inputs(only, {"points": 20_001}) == [
        Problem(place="1.points", reason="“Điểm” phải từ 0 đến 2; hãy nhập lại")
    ]


def test_row_20_a_replaced_document_is_followed_without_a_new_rule() -> None:
    guidance = "Văn bản được sửa đổi, thay thế thì áp dụng văn bản mới."
    basis = [
        {"title": "Quyết định về bộ tiêu chí", "number": "01/QĐ"},
        {"title": "Quyết định sửa đổi", "number": "02/QĐ", "note": "Thay khoản 1"},
    ]
    old = criteria(leaf("1", "2", YES_NO, guidance=guidance), legal_basis=basis[:1])
    new = criteria(leaf("1", "2", YES_NO, guidance=guidance), legal_basis=basis, version="2")
    assert [item.number for item in new.legal_basis] == ["01/QĐ", "02/QĐ"]
    assert new.leaves[0].node.guidance == guidance
    assert old.leaves[0].rule == new.leaves[0].rule
