"""What an analyst may assume, and which leaves it concerns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from thidua.errors import Invalid
from thidua.spec.criteria import CriteriaSet
from thidua.spec.loading import load, parse
from thidua.spec.robustness import Uncertainty, uncertainty_of

SURVEY = {"kind": "survey", "survey": "sipas"}


def leaf(code: str, rule: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "name": code, "max_points": 10, "rule": rule}


CRITERIA = CriteriaSet.model_validate(
    {
        "code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "chung",
        "pending": "zero",
        "domains": [
            {"code": "1", "name": "Một", "criteria": [
                leaf("1.1", {"kind": "manual"}), leaf("1.2", {"kind": "yes_no"}),
            ]},
            leaf("2", SURVEY),
        ],
    }
)  # fmt: skip


def assumed(*leaves: dict[str, Any], **more: Any) -> Uncertainty:
    return parse(Uncertainty, {"title": "Giả định", "leaves": list(leaves), **more})


def test_a_leaf_follows_the_first_entry_that_it_fits() -> None:
    given = assumed(
        {"nodes": ["1.2"], "points": 1},
        {"nodes": ["1"], "kinds": ["manual", "yes_no"], "share": "0.1"},
        {"kinds": ["manual"], "points": 3},
    )
    found = uncertainty_of(given, CRITERIA)
    assert {code: item for code, (_, item) in found.items()} == {
        "1.2": given.leaves[0],
        "1.1": given.leaves[1],
    }
    assert [one.code for one, _ in found.values()] == ["1.2", "1.1"]
    assert list(uncertainty_of(assumed({"points": 1}), CRITERIA)) == ["1.1", "1.2", "2"]
    assert uncertainty_of(assumed({"kinds": ["ratio"], "points": 1}), CRITERIA) == {}


def test_a_file_says_it_all(tmp_path: Path) -> None:
    file = tmp_path / "gia_dinh.yaml"
    file.write_text(
        "title: Chênh lệch giữa hai tổ thẩm định\n"
        "source: Biên bản rà soát\n"
        "leaves:\n  - {nodes: ['1'], share: 0.1, shape: triangular}\n"
        "weights: 0.05\ncoverage: 0.8\nline_ties: outside\n",
        encoding="utf-8",
    )
    given = load(Uncertainty, file)
    assert (given.provenance, given.line_ties, str(given.coverage), str(given.weights)) == (
        "inferred", "outside", "0.8", "0.05",
    )  # fmt: skip
    assert given.leaves[0].shape == "triangular"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"leaves": [{"nodes": ["1"]}]},
         "leaves.0: ghi hoặc points hoặc share, đúng một trong hai"),
        ({"leaves": [{"points": 1, "share": 1}]},
         "leaves.0: ghi hoặc points hoặc share, đúng một trong hai"),
        ({}, "chưa nêu tiêu chí nào (leaves) hay trọng số (weights) dao động"),
        ({"weights": 1}, "weights phải nhỏ hơn 1"),
    ],
)  # fmt: skip
def test_what_says_nothing_is_refused(document: dict[str, Any], reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(Uncertainty, {"title": "Giả định", **document})
    assert str(refused.value) == reason
