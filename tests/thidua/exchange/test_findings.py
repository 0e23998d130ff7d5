"""What is a finding and what is not: one small table for each judgement."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.thidua.scoring.strategies import law

from thidua.errors import Invalid
from thidua.exchange.checking import Checked, by_grading, by_province, check_table, undeclared
from thidua.exchange.tables import read_table
from thidua.exchange.tables.figures import rounded
from thidua.registry import load_registry
from thidua.spec.grading import Grading

BANDS = [{"label": "Tốt", "from": 80, "inclusive": False}, {"label": "Khá", "from": 60}]
PUBLISHED = Grading.model_validate({"bands": BANDS, "rank": {"within": []}})
EXACT = Grading.model_validate({"bands": BANDS, "rank": {"within": []}, "decide_on": "exact"})


def checked(folder: Path, text: str, grading: Grading | None = None) -> Checked:
    path = folder / "bang.csv"
    path.write_text(text, encoding="utf-8")
    table = read_table(path)
    return check_table(table, by_grading(table, grading) if grading else undeclared(table))


def named(folder: Path, text: str, grading: Grading | None = None) -> list[tuple[str, str]]:
    return [(item.kind, item.unit) for item in checked(folder, text, grading).findings]


def rows(head: str, *lines: str) -> str:
    return "\n".join([head, *lines]) + "\n"


def listed(*figures: str) -> str:
    return rows("Đơn vị;Điểm", *(f"Mẫu {at};{figure}" for at, figure in enumerate(figures, 1)))


@pytest.mark.parametrize(
    ("figures", "breakers"),
    [
        ("95 94,5 94,5 93 92 91", []),
        ("95 94 91 93 92 90 89", ["Mẫu 3"]),
        ("90 95 94 93 92 91", ["Mẫu 1"]),
        ("80 91 70 88 92 65 77 90", []),  # alphabetical, say
        ("80 81 82 83 84 85", []),  # rising on purpose
        ("95 94 93 92 96 95 94 93", []),  # two lists, one below the other
        ("95 96 94 93", []),  # too few to tell
        ("95 94 93 – 92 91 97", ["Mẫu 7"]),
    ],
)
def test_a_list_is_judged_if_it_is_meant_to_fall(
    tmp_path: Path, figures: str, breakers: list[str]
) -> None:
    assert named(tmp_path, listed(*figures.split())) == [("order", unit) for unit in breakers]


def test_a_list_with_ranks_may_stand_in_any_order(tmp_path: Path) -> None:
    text = rows("Đơn vị,Điểm,Hạng", "A,91,2", "B,95,1", "C,90,3", "D,80,5", "E,85,4", "F,70,6")
    assert named(tmp_path, text) == []


def test_index_and_not_points_is_ranked_where_a_maximum_is_printed(tmp_path: Path) -> None:
    head = "Đơn vị;Điểm tối đa;Điểm;Tỷ lệ;Hạng"
    by_index = rows(head, "A;71,5;67;93,71;1", "B;100;90;90,00;2", "C;96,5;85;88,08;3")
    by_points = rows(head, "A;71,5;67;93,71;3", "B;100;90;90,00;1", "C;96,5;85;88,08;2")
    assert named(tmp_path, by_index) == []
    assert named(tmp_path, by_points) == [("rank", "A"), ("rank", "B"), ("rank", "C")]


@pytest.mark.parametrize(
    ("points", "index", "fits"),
    [
        ("86,25", "89,38", True),  # 89.3782
        ("86,25", "89,37", True),  # 86.245 would give it
        ("86,25", "89,39", False),
        ("86,25", "89,4", True),
        ("86,25", "89,3", False),
        ("86,3", "89,38", True),  # 86.25 prints as 86.3
        ("86,3", "89,37", False),  # 86.24 does not
        ("96,5", "100", True),
        ("100,14", "103,77", True),  # bonus
    ],
)
def test_an_index_may_miss_by_what_the_printed_decimals_imply_and_no_more(
    tmp_path: Path, points: str, index: str, fits: bool
) -> None:
    text = rows("Đơn vị;Điểm tối đa;Điểm;Tỷ lệ", f"A;96,5;{points};{index}")
    assert named(tmp_path, text) == ([] if fits else [("ratio", "A")])


def test_points_that_are_evidently_exact_leave_no_room(tmp_path: Path) -> None:
    lines = [f"Mẫu {at};96,5;{80 - at},25;{100 * (80.25 - at) / 96.5:.2f}" for at in range(7)]
    head = "Đơn vị;Điểm tối đa;Điểm;Tỷ lệ"
    text = rows(head, *lines).replace(".", ",")
    assert named(tmp_path, text) == []
    assert named(tmp_path, text.replace("80,05", "80,06")) == [("ratio", "Mẫu 3")]


def test_ranks_by_index_as_published_or_exact_are_a_choice(tmp_path: Path) -> None:
    head = "Đơn vị;Điểm tối đa;Điểm;Tỷ lệ;Xếp loại;Hạng"
    apart = rows(head, "A;96,5;77,2;80,00;Khá;2", "B;96,5;77,204;80,00;Tốt;1")
    tied = rows(head, "A;96,5;77,2;80,00;Khá;1", "B;96,5;77,204;80,00;Khá;1")
    assert named(tmp_path, apart) == named(tmp_path, tied) == []
    assert named(tmp_path, apart, EXACT) == named(tmp_path, tied, PUBLISHED) == []
    assert named(tmp_path, apart, PUBLISHED) == [("tie", "A"), ("band", "B")]
    assert named(tmp_path, tied, EXACT) == [("rank", "A"), ("band", "B")]


def test_ranks_are_competition_ranks(tmp_path: Path) -> None:
    head = "Đơn vị,Điểm,Hạng"
    assert named(tmp_path, rows(head, "A,90,1", "B,80,2", "C,80,2", "D,70,4")) == []
    assert named(tmp_path, rows(head, "A,90,1", "B,80,2", "C,80,2", "D,70,3")) == [("rank", "D")]


def test_ranks_tell_within_what_they_run(tmp_path: Path) -> None:
    head = "Đơn vị,Cụm,Điểm,Hạng"
    inside = rows(head, "A,C1,90,1", "B,C1,80,2", "C,C2,85,1", "D,C2,70,2")
    across = rows(head, "A,C1,90,1", "B,C1,80,3", "C,C2,85,2", "D,C2,70,4")
    assert named(tmp_path, inside) == named(tmp_path, across) == []
    assert named(tmp_path, across, PUBLISHED) == []
    assert named(tmp_path, inside, PUBLISHED) == [("rank", "B"), ("rank", "C"), ("rank", "D")]


def test_ranks_in_the_group_and_over_all_stand_side_by_side(tmp_path: Path) -> None:
    head = "Đơn vị,Cụm,Điểm,Hạng trong cụm,Hạng toàn tỉnh"
    right = rows(head, "A,C1,90,1,1", "B,C1,80,2,3", "C,C2,85,1,2", "D,C2,70,2,4")
    assert named(tmp_path, right) == []
    wrong = right.replace("80,2,3", "80,2,2").replace("85,1,2", "85,1,3")
    assert named(tmp_path, wrong) == [("rank", "B"), ("rank", "C")]


def test_units_that_are_not_ranked_do_not_count(tmp_path: Path) -> None:
    result = checked(tmp_path, rows("Đơn vị,Điểm,Hạng", "A,90,1", "B,85,", "C,80,2"))
    assert result.findings == ()
    assert [row.rank for row in result.rows] == [1, None, 2]


def test_a_lone_wrong_figure_is_named_unless_others_confirm_it(tmp_path: Path) -> None:
    alone = rows("Đơn vị,Điểm,Hạng", "A,90,1", "B,60,2", "C,80,3", "D,70,4", "E,65,5")
    assert named(tmp_path, alone) == [("rank", "B")]
    confirmed = rows(
        "Đơn vị,Điểm tối đa,Điểm,Tỷ lệ,Hạng",
        "A,100,90,90,1",
        "B,100,60,60,2",
        "C,100,80,80,3",
        "D,100,70,70,4",
        "E,100,65,65,5",
    )
    assert named(tmp_path, confirmed) == [("rank", unit) for unit in "BCDE"]


def test_parts_that_are_not_all_of_them_are_not_added(tmp_path: Path) -> None:
    lines = [f"Mẫu {at},3{at},{at},{90 - at}" for at in range(6)]
    assert named(tmp_path, rows("Đơn vị,Lĩnh vực 1,Lĩnh vực 5,Tổng điểm", *lines)) == []


def test_domains_make_the_appraised_points_and_those_the_total(tmp_path: Path) -> None:
    head = "Đơn vị,LV1,LV2,Điểm thẩm định,Điểm ĐTXHH,Tổng điểm"
    lines = [f"Mẫu {at},30,{20 - at},{50 - at},30,{80 - at}" for at in range(8)]
    assert named(tmp_path, rows(head, *lines)) == []
    assert named(tmp_path, rows(head, *lines).replace("30,17,47", "30,18,47")) == [("sum", "Mẫu 3")]


def test_weighted_parts_are_added_with_their_weights(tmp_path: Path) -> None:
    head = "Đơn vị,Điểm thẩm định (60%),Điểm điều tra XHH (40%),Chỉ số"
    lines = [f"Mẫu {at},{90 - at},{80 - at},{86 - at}" for at in range(8)]
    assert named(tmp_path, rows(head, *lines)) == []
    assert named(tmp_path, rows(head, *lines).replace("77,83", "77,84")) == [("sum", "Mẫu 3")]


def test_points_are_the_sum_of_parts_where_no_total_is_printed(tmp_path: Path) -> None:
    text = rows("Đơn vị,Điểm thẩm định,Điểm ĐTXHH,Hạng", "A,60,30,1", "B,65,20,2", "C,50,30,3")
    result = checked(tmp_path, text)
    assert result.findings == ()
    assert [str(row.points) for row in result.rows] == ["90", "85", "80"]


@pytest.mark.parametrize(
    ("header", "most", "kinds"),
    [
        ("Điểm thẩm định (65)", "66", [("range", "Mẫu 1")]),
        ("Điểm thẩm định (3)", "66", []),  # a running number
        ("Điểm thẩm định", "66", []),
    ],
)
def test_a_number_in_brackets_is_a_maximum_if_the_figures_keep_to_it(
    tmp_path: Path, header: str, most: str, kinds: list[tuple[str, str]]
) -> None:
    lines = [f"Mẫu 1,{most},30,{int(most) + 30}"]
    lines += [f"Mẫu {at},{64 - at},30,{94 - at}" for at in range(2, 8)]
    assert named(tmp_path, rows(f"Đơn vị,{header},Điểm ĐTXHH,Tổng điểm", *lines)) == kinds


def test_totals_may_pass_their_maximum_but_not_absurdly(tmp_path: Path) -> None:
    head = "Đơn vị;Điểm tối đa;Điểm;Tỷ lệ"
    assert named(tmp_path, rows(head, "A;100;102,5;102,50", "B;100;90;90,00")) == []
    assert named(tmp_path, rows(head, "A;100;902,5;90,25", "B;100;90;90,00")) == [("range", "A")]


def test_a_lost_decimal_mark_is_out_of_range(tmp_path: Path) -> None:
    assert named(tmp_path, listed("95,5", "94", "9325", "92", "91", "90")) == [("range", "Mẫu 3")]


def test_bands_without_cut_offs_must_at_least_fall_with_the_figures(tmp_path: Path) -> None:
    head = "Đơn vị,Điểm,Xếp loại"
    lines = [f"Mẫu {at},{95 - at},{'Tốt' if at < 5 else 'Khá'}" for at in range(10)]
    assert named(tmp_path, rows(head, *lines)) == []
    assert named(tmp_path, rows(head, *lines).replace("94,Tốt", "94,Khá")) == [("band", "Mẫu 1")]


def test_two_levels_may_have_other_cut_offs(tmp_path: Path) -> None:
    lines = [f"Sở Mẫu {at},{95 - at},{'Tốt' if at < 5 else 'Khá'}" for at in range(10)]
    lines += ["Huyện Mẫu 1,86.5,Tốt", "Huyện Mẫu 2,84,Khá"]
    assert named(tmp_path, rows("Đơn vị,Điểm,Xếp loại", *lines)) == []


@pytest.mark.parametrize(
    ("mean", "fits"), [("85,00", True), ("85", True), ("85,01", False), ("84,99", False)]
)
def test_a_mean_may_stand_anywhere_and_must_be_the_mean(
    tmp_path: Path, mean: str, fits: bool
) -> None:
    head, units = "STT;Đơn vị;Chỉ số", ["1;A;90,00", "2;B;88,00", "3;C;82,00", "4;D;80,00"]
    for at in (0, 2, 4):
        lines = [*units[:at], f";Trung bình;{mean}", *units[at:]]
        assert named(tmp_path, rows(head, *lines)) == ([] if fits else [("mean", "Trung bình")])


def test_what_follows_from_a_named_figure_is_not_named_again(tmp_path: Path) -> None:
    text = rows(
        "STT;Đơn vị;Điểm tối đa;Điểm;Tỷ lệ;Xếp loại;Hạng",
        "1;A;100;95,00;95,00;Tốt;1",
        "2;B;100;19,00;91,00;Tốt;2",
        "3;C;100;85,00;85,00;Tốt;3",
        "4;D;100;70,00;70,00;Khá;4",
        ";Trung bình;;85,25;85,25;;",
    )
    assert named(tmp_path, text, PUBLISHED) == [("ratio", "B")]


WORDS = """
- x 1 2 01 90,5 90.5 0,905 -5 100% 1.000 1,234.5 I Tốt Khối_sở Cụm_1 Trung_bình Tổng_cộng
Điểm_tối_đa Ghi_chú:_x (2) Đơn_vị STT Điểm Tổng_điểm Tỷ_lệ Chỉ_số_năm_2022 Hạng Xếp_loại Nhóm
Điểm_thẩm_định_(65) Lĩnh_vực_1 Điểm_trừ 1/63 2-3 =1+1 NaN ²
"""
CELLS = st.sampled_from(["", *(word.replace("_", " ") for word in WORDS.split())])


@law(usual=150, soak=10_000)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=7), max_size=9), st.sampled_from(",;\t"))
def test_no_table_is_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, lines: list[list[str]], delimiter: str
) -> None:
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    try:
        result = checked(tmp_path_factory.getbasetemp(), "Đơn vị,Điểm\n" + text, PUBLISHED)
    except Invalid:
        return
    assert len(result.rows) == len(result.table.rows)


@law(usual=100, soak=5_000)
@given(st.binary(max_size=300))
def test_no_file_is_a_traceback(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "tep.bin"
    path.write_bytes(data)
    with pytest.raises(Invalid):
        read_table(path)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [("0.125", 2, "0.13"), ("-0.125", 2, "-0.13"), ("0.115", 2, "0.12"), ("89.995", 2, "90.00")],
)
def test_figures_are_rounded_half_away_from_zero(value: str, decimals: int, text: str) -> None:
    assert str(rounded(Fraction(value), decimals)) == text


def test_a_province_knows_the_groups_and_bands_of_its_units(tmp_path: Path) -> None:
    spec = load_registry().province("tiengiang").spec
    head = "Đơn vị,Điểm,Xếp loại,Hạng"
    lines = ["Sở Tài chính,95,Xuất sắc,1", "Sở Xây dựng,85,Tốt,2"]
    lines += ["Huyện Chợ Gạo,92,Xuất sắc,1", "Huyện Cai Lậy,75,Tốt,2"]
    path = tmp_path / "bang.csv"
    path.write_text(rows(head, *lines), encoding="utf-8")
    table = read_table(path)
    result = check_table(table, by_province(table, spec))
    assert [(item.kind, item.unit) for item in result.findings] == [("band", "Huyện Cai Lậy")]
    assert [(row.rank, row.band) for row in result.rows] == [
        (1, "Xuất sắc"),
        (2, "Tốt"),
        (1, "Xuất sắc"),
        (2, "Khá"),
    ]


def test_a_unit_that_the_province_does_not_know_is_said_so(tmp_path: Path) -> None:
    spec = load_registry().province("tiengiang").spec
    path = tmp_path / "bang.csv"
    path.write_text(rows("Đơn vị,Điểm,Hạng", "Sở Tài chính,95,2", "Sở Lạ,96,1"), encoding="utf-8")
    table = read_table(path)
    result = check_table(table, by_province(table, spec))
    assert result.findings == ()
    assert result.notes == (
        "Tiền Giang không có 1 đơn vị tên “Sở Lạ”; xét theo cách xếp loại duy nhất của tỉnh.",
        "Các loại và ngưỡng của tỉnh này là MINH HỌA; xếp loại tính lại không phải chính thức.",
        "Xếp hạng chung cả bảng, theo điểm in trong bảng, vì bảng không có điểm tối đa.",
    )
