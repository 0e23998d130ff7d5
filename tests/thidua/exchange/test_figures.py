"""Tables of figures from outside: what a heading means, which lines are units."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from tests.surveying import surveyed_spec

from thidua.errors import Invalid
from thidua.exchange.figures import FigureTable, read_figures
from thidua.work.figure_lines import FigureColumn, FigureLine, columns_of, names_of


def columns(what: str) -> tuple[FigureColumn, ...]:
    sets = surveyed_spec().criteria_sets
    return columns_of([leaf for s in sets for leaf in s.leaves if names_of(leaf) == what], what)


def read(tmp_path: Path, text: str, what: str) -> FigureTable:
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    return read_figures(path, columns(what))


def lines(tmp_path: Path, text: str, what: str = "sipas") -> tuple[FigureLine, ...]:
    return read(tmp_path, text, what).lines


def refused(tmp_path: Path, text: str, what: str = "sipas") -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as error:
        read(tmp_path, text, what)
    return [(item.place, item.reason) for item in error.value.problems]


@pytest.mark.parametrize(
    "heading", ["Mức độ hài lòng (%)", "percent", "SIPAS", "Chỉ số SIPAS (%)", "Chỉ số", "Kết quả"]
)
def test_a_heading_is_known_by_its_label_its_index_or_its_meaning(
    tmp_path: Path, heading: str
) -> None:
    table = f"CHỈ SỐ HÀI LÒNG NĂM 2025;;\n\nTT;Tên đơn vị;{heading}\n1;Sở Một;85,5\n2;Xã Một;90\n"
    assert lines(tmp_path, table) == (
        FigureLine(unit="Sở Một", values={"percent": Decimal("85.5")}, line=4),
        FigureLine(unit="Xã Một", values={"percent": Decimal(90)}, line=5),
    )


def test_a_leaf_may_have_a_column_of_its_own(tmp_path: Path) -> None:
    table = "Đơn vị,SIPAS chung,1.2 Bộ phận,Ghi chú\nSở Một,80,70,tốt\n"
    values = {"1.1/percent": Decimal(80), "1.2/percent": Decimal(70)}
    assert lines(tmp_path, table) == (FigureLine(unit="Sở Một", values=values, line=2),)


def test_counts_stand_below_groups_and_answers(tmp_path: Path) -> None:
    table = "Đơn vị,Lãnh đạo,,,Công chức,,\n,Tốt,Khá,Kém,Tốt,Khá,Kém\nSở Một,1,2,0,1.200,0,3\n"
    counts = {"ld.a": 1, "ld.b": 2, "ld.c": 0, "cc.a": 1200, "cc.b": 0, "cc.c": 3}
    (line,) = lines(tmp_path, table, "can-bo")
    assert line == FigureLine(
        unit="Sở Một", values={k: Decimal(v) for k, v in counts.items()}, line=3
    )


def test_counts_of_one_question_name_its_leaf(tmp_path: Path) -> None:
    table = "Đơn vị,3.1 Lãnh đạo: Tốt,Thái độ – Lãnh đạo: Tốt\nSở Một,1,2\n"
    (line,) = lines(tmp_path, table, "can-bo")
    assert line.values == {"3.1/ld.a": Decimal(1), "3.2/ld.a": Decimal(2)}


def test_ranks_are_read_as_offices_write_them(tmp_path: Path) -> None:
    table = "Mã đơn vị;Xếp hạng\n007;Thứ 3\n008;02\n"
    assert lines(tmp_path, table, "ddci") == (
        FigureLine(unit="", code="007", values={"rank": Decimal(3)}, line=2),
        FigureLine(unit="", code="008", values={"rank": Decimal(2)}, line=3),
    )


@pytest.mark.parametrize("heading", ["DDCI", "Điểm số", "Giá trị chỉ số"])
def test_value_and_rank_of_an_index_may_stand_beside_each_other(
    tmp_path: Path, heading: str
) -> None:
    table = f"Đơn vị;{heading};Xếp hạng\nSở Một;65,25;2\n"
    values = {"value": Decimal("65.25"), "rank": Decimal(2)}
    assert lines(tmp_path, table, "ddci") == (FigureLine(unit="Sở Một", values=values, line=2),)


def test_means_headings_of_groups_and_empty_lines_are_no_units(tmp_path: Path) -> None:
    table = "Đơn vị;SIPAS\nI. Các sở;\nSở Một;80\nSở Hai;-\nTrung bình;80\nTổng cộng;80\n;\n"
    assert [line.unit for line in lines(tmp_path, table)] == ["Sở Một"]


def test_a_workbook_keeps_percents_and_its_hash(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["Đơn vị", "SIPAS"])
    sheet.append(["Sở Một", 0.855])
    sheet["B2"].number_format = "0.00%"
    file = BytesIO()
    book.save(file)
    path = tmp_path / "a.xlsx"
    path.write_bytes(file.getvalue())
    line = FigureLine(unit="Sở Một", values={"percent": Decimal("85.5")}, line=2)
    digest = hashlib.sha256(file.getvalue()).hexdigest()
    assert read_figures(path, columns("sipas")) == FigureTable("a.xlsx", digest, (line,))


def test_a_choice_is_read_by_its_words_alone(tmp_path: Path) -> None:
    label = "4.2 Kết quả (Không, Có)"
    choice = FigureColumn("4.2/value", label, 1, (label, "4.2 Kết quả"), ("Không", "Có"))
    path = tmp_path / "so.csv"
    path.write_text("Đơn vị;4.2 Kết quả\nSở A;có\nSở B;KHÔNG\nSở C;\n", encoding="utf-8")
    read = [
        (line.unit, str(line.values["4.2/value"])) for line in read_figures(path, [choice]).lines
    ]
    assert read == [("Sở A", "1"), ("Sở B", "0")]
    path.write_text(f"Đơn vị;{label}\nSở A;1\n", encoding="utf-8")
    with pytest.raises(Invalid) as refusal:
        read_figures(path, [choice])
    assert [str(problem) for problem in refusal.value.problems] == [
        f"Dòng 2, {label}: “1” không có trong các mức; hãy ghi một trong: Không, Có"
    ]


def test_levels_that_signs_or_accents_tell_apart_stay_apart(tmp_path: Path) -> None:
    choice = FigureColumn("1/level", "1 Mức", 1, ("1 Mức",), ("≥ 80 %", "< 80 %", "Đủ", "Dư"))
    path = tmp_path / "a.csv"
    path.write_text("Đơn vị;1 Mức\nA;≥80%\nB;< 80 %\nC;ĐỦ\nD;dư\n", "utf-8")
    taken = read_figures(path, [choice]).lines
    assert [line.values["1/level"] for line in taken] == [0, 1, 2, 3]
    path.write_text("Đơn vị;1 Mức\nA;80 %\n", "utf-8")
    with pytest.raises(Invalid):
        read_figures(path, [choice])


def test_what_is_no_number_is_named_with_its_line(tmp_path: Path) -> None:
    table = "Đơn vị;SIPAS\nSở Một;tám mươi\nSở Hai;80\nSở Ba;x\n"
    assert refused(tmp_path, table) == [
        ("Dòng 2, Mức độ hài lòng (%)", "“tám mươi” không phải là số; hãy sửa lại"),
        ("Dòng 4, Mức độ hài lòng (%)", "“x” không phải là số; hãy sửa lại"),
    ]


def test_a_file_without_the_column_says_how_to_name_it(tmp_path: Path) -> None:
    assert refused(tmp_path, "Đơn vị;Màu sắc\nSở Một;80\n") == [
        (
            "a.csv",
            "không có hàng tiêu đề với cột tên đơn vị (hoặc mã đơn vị) và cột số liệu; "
            "hãy đặt tên cột số liệu là “Mức độ hài lòng (%)”.",
        )
    ]
