"""A mapping to another set names what is there, once."""

from __future__ import annotations

from typing import Any

import pytest

from thidua.spec.criteria import CriteriaSet
from thidua.spec.lint import lint


def leaf(code: str) -> dict[str, Any]:
    return {"code": code, "name": code, "max_points": 1, "rule": {"kind": "yes_no"},
            "supplier": "agency"}  # fmt: skip


def findings(*pairs: tuple[str, list[str]]) -> list[tuple[str, str, str, bool]]:
    mapping = {
        "to": "bo-nam-truoc",
        "title": "với bộ năm trước",
        "pairs": [{"node": node, "to": to} for node, to in pairs],
    }
    criteria = CriteriaSet.model_validate(
        {
            "code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "chung",
            "pending": "zero", "mappings": [mapping],
            "domains": [{"code": "1", "name": "Một", "criteria": [leaf("1.1"), leaf("1.2")]}],
        }
    )  # fmt: skip
    return [(item.code, item.place, item.message, item.blocks) for item in lint(criteria)]


@pytest.mark.parametrize(
    "pairs", [[("1", ["a"])], [("1.1", ["a", "b"]), ("1.2", ["b"])]], ids=["domain", "leaves"]
)
def test_a_mapping_of_what_is_there_is_fine(pairs: list[tuple[str, list[str]]]) -> None:
    assert findings(*pairs) == []


def test_a_mapping_of_what_is_not_there_is_an_error() -> None:
    message = "đối chiếu “với bộ năm trước” nêu mã mà bộ tiêu chí không có"
    assert findings(("2", ["a"]), ("1.1", ["b"])) == [("mapping-unknown", "2", message, True)]


def test_a_leaf_that_counts_twice_is_an_error() -> None:
    message = "đối chiếu “với bộ năm trước” tính tiêu chí này hai lần"
    assert findings(("1", ["a"]), ("1.2", ["b"])) == [("mapping-twice", "1.2", message, True)]
