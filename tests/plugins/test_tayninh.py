from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from thidua.cli import cli
from thidua.registry import load_province
from thidua.testing import ProvinceConformance
from thidua_tayninh.plugin import province

SPEC = load_province("tayninh", province).spec


class TestTayNinh(ProvinceConformance):
    province = province


HEADER = "TT,Tên đơn vị,Điểm tối đa,Điểm thẩm định,Tỷ lệ đạt (%),Xếp hạng,Xếp loại"
ROWS = """
Sở minh họa 01,71.5,71.1425,99.50,1,Tốt
Sở minh họa 02,96.5,80.26,83.17,2,Tốt
Sở minh họa 03,100,80.005,80.01,3,Tốt
Sở minh họa 04,100,80.0049,80.00,4,Khá
Sở minh họa 05,100,80,80.00,4,Khá
Sở minh họa 06,96.5,77.2,80.00,4,Khá
Sở minh họa 07,71.5,57.2,80.00,4,Khá
Sở minh họa 08,71.5,42.9,60.00,8,Khá
Sở minh họa 09,100,59.995,60.00,8,Khá
Sở minh họa 10,100,59.9949,59.99,10,Kém
Xã minh họa 01,100,60,60.00,1,Khá
Xã minh họa 02,96.5,57.8999,60.00,1,Khá
Phường minh họa 01,96.5,57.895,59.99,3,Kém
""".strip().splitlines()
"""Invented, in the form of the published tables: the ratio is rounded half away from zero."""


def check(tmp_path: Path, rows: Sequence[str]) -> Any:
    table = tmp_path / "bang.csv"
    numbered = [f"{number},{row}" for number, row in enumerate(rows, start=1)]
    table.write_text("\n".join([HEADER, *numbered]), encoding="utf-8")
    arguments = ["results", "check", str(table), "--province", "tayninh", "--json"]
    return json.loads(CliRunner().invoke(cli, arguments).output)


def test_published_tables_come_out_to_the_last_digit(tmp_path: Path) -> None:
    checked = check(tmp_path, ROWS)
    assert checked["findings"] == []
    assert [
        f"{row['unit']},{row['maximum']},{row['points']},{row['index']},{row['rank']},{row['band']}"
        for row in checked["rows"]
    ] == ROWS


@pytest.mark.parametrize(
    ("right", "wrong", "kind"),
    [
        ("80,80.00,4,Khá", "80,80.00,4,Tốt", "band"),
        ("80.005,80.01,3,Tốt", "80.005,80.01,3,Khá", "band"),
        ("42.9,60.00,8,Khá", "42.9,60.00,8,Kém", "band"),
        ("83.17,2,Tốt", "83.17,3,Tốt", "rank"),
        ("80.26,83.17", "80.26,83.71", "ratio"),
    ],
)
def test_what_is_printed_wrong_is_named(tmp_path: Path, right: str, wrong: str, kind: str) -> None:
    [changed] = [row for row in ROWS if right in row]
    rows = [row.replace(right, wrong) for row in ROWS]
    named = {(item["kind"], item["unit"]) for item in check(tmp_path, rows)["findings"]}
    assert (kind, changed.partition(",")[0]) in named
    assert {unit for _, unit in named} == {changed.partition(",")[0]}


def test_exemption_groups_leave_the_published_maxima() -> None:
    [criteria] = [item for item in SPEC.criteria_sets if item.code == "so-2023"]
    whole = sum(leaf.max_points for leaf in criteria.leaves if leaf.counts_as == "points")
    nodes = {node.code: node for node in criteria.nodes()}
    maxima = {
        group.code: whole
        - sum(leaf.max_points for code in group.nodes for leaf in nodes[code].leaves())
        for group in criteria.exemption_groups
    }
    assert (whole, maxima) == (
        100, {"toi-da-71-5": Decimal("71.5"), "toi-da-96-5": Decimal("96.5")},
    )  # fmt: skip


def test_chau_thanh_keeps_every_part_of_its_plan() -> None:
    [movement] = [item for item in SPEC.movements if item.code == "chau-thanh-2022-2025"]
    assert (len(movement.purposes), movement.registration) == (2, "voluntary")
    assert (len(movement.goals), len(movement.contents), len(movement.contradictions)) == (5, 5, 6)
    sent = [duty for duty in movement.duties if duty.due == date(2022, 2, 28)]
    assert len(sent) == 4
    assert {"001-39", "001-51", "001-52", "001-53"} <= {
        fact for duty in sent for fact in duty.facts
    }
    assert all("qua Phòng Nội vụ" in duty.text for duty in sent)
