"""What a survey, rating, index or sum may not say."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from thidua.errors import Invalid
from thidua.spec.criteria import CriteriaSet
from thidua.spec.loading import parse
from thidua.spec.parts import Supplier
from thidua.spec.rules import Rule

Data = dict[str, Any]

ANSWERS = [{"code": "a", "label": "A", "share": 1}, {"code": "b", "label": "B", "share": 0}]
GROUP = {"code": "g", "label": "G", "weight": 1}
OFFICIALS: Data = {
    "kind": "officials", "survey": "s", "too_few": "zero", "answers": ANSWERS, "groups": [GROUP],
}  # fmt: skip
RATING: Data = {"kind": "rating", "scale": 10, "raters": [{"name": "r", "label": "R"}]}
INDEX: Data = {"kind": "indicator", "indicator": "ddci"}
STEPS = [{"from": 80, "share": 1}, {"from": 50, "points": 1}]
KNOTS = [{"at": 50, "share": 0}, {"at": 80, "share": 1}]
RANKS = [{"to": 3, "share": 1}, {"to": 10, "points": 1}]
SUM: Data = {"kind": "sum", "items": [{"name": "i", "label": "I", "points": 1}]}


def criteria(rule: Data) -> CriteriaSet:
    leaf = {"code": "1", "name": "Lá", "max_points": 2, "rule": rule}
    head = {"code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "chung"}
    return parse(CriteriaSet, {**head, "pending": "zero", "domains": [leaf]})


REFUSED: list[tuple[Data, str]] = [
    ({**SUM, "items": []}, "phải có thêm ít nhất một phần tử"),
    ({**SUM, "items": [*SUM["items"], *SUM["items"]]}, "hai mục trùng tên (name)"),
    (
        {**SUM, "items": [{"name": "i", "label": "I"}]},
        "ghi hoặc points hoặc share, đúng một trong hai",
    ),
    ({**OFFICIALS, "groups": [GROUP, GROUP]}, "hai mục trùng tên (name)"),
    ({**OFFICIALS, "answers": [ANSWERS[0], ANSWERS[0]]}, "hai mục trùng tên (name)"),
    (
        {
            **OFFICIALS,
            "groups": [GROUP, {**GROUP, "code": "g.a"}],
            "answers": [*ANSWERS, {"code": "a.b", "label": "C", "share": 0}],
        },
        "hai mục trùng tên (name)",
    ),
    ({**RATING, "raters": [*RATING["raters"], *RATING["raters"]]}, "hai mục trùng tên (name)"),
    ({**INDEX, "steps": STEPS, "between": KNOTS}, "chỉ ghi một trong ba: steps, between, ranks"),
    (
        {**INDEX, "by": "rank", "ranks": RANKS, "steps": STEPS},
        "chỉ ghi một trong ba: steps, between, ranks",
    ),
    ({**INDEX, "ranks": RANKS}, "có ranks thì ghi by: rank, và ngược lại"),
    ({**INDEX, "by": "rank"}, "có ranks thì ghi by: rank, và ngược lại"),
    ({**INDEX, "between": KNOTS[:1]}, "nội suy cần ít nhất hai mốc"),
    (
        {**INDEX, "steps": STEPS[::-1]},
        "các bậc phải xếp từ cao xuống thấp, không trùng nhau",
    ),
    (
        {**INDEX, "between": KNOTS[::-1]},
        "các mốc phải xếp từ thấp lên cao, không trùng nhau",
    ),
    (
        {**INDEX, "by": "rank", "ranks": [RANKS[0], RANKS[0]]},
        "các hạng phải xếp từ thấp lên cao, không trùng nhau",
    ),
]


@pytest.mark.parametrize(("rule", "reason"), REFUSED)
def test_rule_that_contradicts_itself_is_refused(rule: Data, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        criteria(rule)
    assert [problem.reason for problem in refused.value.problems] == [reason]


@pytest.mark.parametrize("weight", [0, -1])
def test_weights_are_above_zero(weight: int) -> None:
    for rule in (
        {**OFFICIALS, "groups": [{**GROUP, "weight": weight}]},
        {**RATING, "raters": [{"name": "r", "label": "R", "weight": weight}]},
    ):
        with pytest.raises(Invalid):
            criteria(rule)


@pytest.mark.parametrize(
    ("rule", "supplier", "survey"),
    [
        (SUM, Supplier.UNIT, ""),
        (OFFICIALS, Supplier.SURVEY, "s"),
        (RATING, Supplier.LEADER, ""),
        (INDEX, Supplier.INDEX, ""),
        ({"kind": "survey", "survey": "sipas"}, Supplier.SURVEY, "sipas"),
    ],
)
def test_who_brings_the_figures(rule: Data, supplier: Supplier, survey: str) -> None:
    (leaf,) = criteria(rule).leaves
    assert (leaf.supplier, leaf.survey) == (supplier, survey)


@pytest.mark.parametrize(
    ("rule", "inputs"),
    [
        (SUM, {"i": (0, 1)}),
        (OFFICIALS, {"g.a": (0, 10**6), "g.b": (0, 10**6)}),
        (RATING, {"r": (0, 100_000)}),
        (INDEX, {"value": (0, 1_000_000)}),
        ({**INDEX, "by": "rank", "ranks": RANKS}, {"rank": (1, 10_000)}),
        ({"kind": "yes_no", "not_applicable": True}, {"value": (0, 2)}),
    ],
)
def test_what_may_be_entered(rule: Data, inputs: dict[str, tuple[int, int]]) -> None:
    made = TypeAdapter[Any](Rule).validate_python(rule)
    assert {x.name: (x.minimum, x.maximum) for x in made.inputs()} == inputs
