"""Tables of other offices: what their figures tell, and what they leave open."""

from __future__ import annotations

from pathlib import Path

import pytest

from thidua.exchange.checking import check_table, undeclared
from thidua.exchange.tables import read_table

INDICES = "TT;Tỉnh, thành phố;Chỉ số CCHC (%)\n" + "".join(
    f"{at};Tỉnh {at};{96 - at},18\n" for at in range(1, 9)
)


def named(folder: Path, text: str) -> list[tuple[str, str]]:
    path = folder / "bang.csv"
    path.write_text(text, encoding="utf-8")
    table = read_table(path)
    return [(item.kind, item.unit) for item in check_table(table, undeclared(table)).findings]


def test_a_list_of_indices_alone_is_judged_by_its_order(tmp_path: Path) -> None:
    assert named(tmp_path, INDICES) == []
    assert named(tmp_path, INDICES.replace("94,18", "88,90")) == [("order", "Tỉnh 2")]


def test_the_rank_of_a_unit_without_figures_stands(tmp_path: Path) -> None:
    text = "Đơn vị;Điểm;Hạng\nA;;1\nB;90;2\nC;85;3\nD;80;4\n"
    assert named(tmp_path, text) == []
    swapped = text.replace("85;3", "85;4").replace("80;4", "80;3")
    assert named(tmp_path, swapped) == [("rank", "C"), ("rank", "D")]


PARTS = """Đơn vị;Điểm thẩm định (65);Điểm ĐTXHH (35);Tổng điểm
A;60,25;30,50;90,75
B;59,50;30,25;89,75
C;58,00;31,25;89,25
D;57,75;28,50;86,25
"""


def test_parts_given_in_steps_are_not_rounded(tmp_path: Path) -> None:
    assert named(tmp_path, PARTS) == []
    assert named(tmp_path, PARTS.replace("89,75", "89,76")) == [("sum", "B")]


def test_parts_with_any_decimals_may_be_rounded(tmp_path: Path) -> None:
    text = "Đơn vị;Điểm thẩm định;Điểm ĐTXHH;Tổng điểm\nA;60,13;30,13;90,25\nB;59,52;30,21;89,73\n"
    assert named(tmp_path, text) == []


def test_parts_without_decimals_are_not_rounded(tmp_path: Path) -> None:
    text = "Đơn vị;Điểm thẩm định;Điểm ĐTXHH;Tổng điểm\nA;60;30;90\nB;59;28;87\nC;55;28;83\n"
    assert named(tmp_path, text) == []
    assert named(tmp_path, text.replace("87", "88")) == [("sum", "B")]


@pytest.mark.parametrize(
    "points", [("95", "90", "85", "64", "60"), ("95,5", "90", "85", "64", "60")]
)
def test_points_that_agree_exactly_against_all_chance_are_exact(
    tmp_path: Path, points: tuple[str, ...]
) -> None:
    most = (100, 100, 100, 80, 80)
    shares = [100 * float(p.replace(",", ".")) / m for p, m in zip(points, most, strict=True)]
    lines = [
        f"Sở {at};{m};{p};{share:.2f}".replace(".", ",")
        for at, (m, p, share) in enumerate(zip(most, points, shares, strict=True), 1)
    ]
    text = "\n".join(["Đơn vị;Điểm tối đa;Điểm;Tỷ lệ đạt (%)", *lines])
    assert named(tmp_path, text) == []
    assert named(tmp_path, text.replace("85,00", "85,04")) == [("ratio", "Sở 3")]


def test_a_list_that_falls_by_points_but_not_by_index_is_out_of_order(tmp_path: Path) -> None:
    rows = [("A", "100", "95"), ("B", "100", "90"), ("C", "100", "86,25"), ("D", "96,5", "83,59"),
            ("E", "100", "80"), ("F", "100", "75")]  # fmt: skip
    text = "STT;Tên đơn vị;Điểm tối đa;Điểm thẩm định\n" + "".join(
        f"{at};Sở {name};{most};{points}\n" for at, (name, most, points) in enumerate(rows, start=1)
    )
    assert named(tmp_path, text) == [("order", "Sở D")]


def test_ranks_by_points_where_maxima_differ_are_wrong(tmp_path: Path) -> None:
    text = "Đơn vị;Điểm tối đa;Điểm;Hạng\nA;100;95;1\nB;100;86,25;2\nC;96,5;83,59;3\nD;100;80;4\n"
    assert named(tmp_path, text) == [("rank", "B"), ("rank", "C")]


def test_bands_by_points_where_maxima_differ_are_wrong(tmp_path: Path) -> None:
    rows = ["A;100;95;2;Tốt", "B;100;88;3;Tốt", "C;71,5;70;1;Khá", "D;100;79;4;Khá"]
    text = "Đơn vị;Điểm tối đa;Điểm;Hạng;Xếp loại\n" + "\n".join(rows) + "\n"
    assert named(tmp_path, text) == [("band", "C")]
