"""An annex read from a workbook, made into a set, written again; and workbooks that go wrong."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.thidua.exchange.annexes import (
    HEADINGS,
    NAMES,
    Value,
    nine_domains,
    sheet_of,
    write,
    write_looks,
)

from thidua.errors import Invalid
from thidua.exchange.annex import PROPOSED, annex_set, read_annex, unknown_agencies
from thidua.exchange.annex_file import DATA_SHEET
from thidua.exchange.annex_rows import AnnexProblem
from thidua.exchange.annex_workbook import annex_workbook
from thidua.hookspecs import Province
from thidua.spec.criteria import CriteriaSet
from thidua.spec.document import document, document_hash
from thidua.spec.lint import lint
from thidua.spec.loading import parse
from thidua_angiang.plugin import province as angiang
from thidua_tayninh.plugin import province as tayninh
from thidua_tiengiang.plugin import province as tiengiang

HEADER = {
    "code": "so",
    "version": "1",
    "title": "Bộ tiêu chí cấp sở",
    "kinds": ["so"],
    "grading": "chung",
    "pending": "zero",
    "provenance": "illustrative",
}
Tree = list[tuple[str, str, str, Decimal | None, str, str, str]]


def made(path: Path, **more: Any) -> CriteriaSet:
    return annex_set(read_annex(path), **HEADER | more)


def tree(criteria: CriteriaSet) -> Tree:
    return [
        (type(n).__name__, n.code, n.name, n.max_points, n.guidance, n.evidence, n.counts_as)
        for n in criteria.nodes()
    ]


def told(path: Path) -> list[str]:
    """The fatal problems with their lines."""
    return [f"{item.line}: {item.reason}" for item in read_annex(path).fatal]


def looked_at(path: Path) -> list[str]:
    """The problems that are only for a person to look at."""
    return [f"{item.line}: {item.reason}" for item in read_annex(path).problems if not item.fatal]


def codes(path: Path) -> list[str]:
    return [line.code for line in read_annex(path).lines]


# -- A whole annex ------------------------------------------------------------------------------


def test_an_annex_of_nine_domains_becomes_a_set(tmp_path: Path) -> None:
    path = write(tmp_path, nine_domains())
    annex = read_annex(path)
    assert (len(annex.lines), annex.problems, annex.total) == (41, (), Decimal(100))
    keys = {"Sở Nội vụ": "so-noi-vu", "Sở Tư pháp": "so-tu-phap"}
    criteria = annex_set(annex, agencies=keys, **HEADER)
    assert tree(criteria)[:5] == [
        ("Domain", "1", NAMES[0], None, "", "", "points"),
        ("Criterion", "1.1", f"Kế hoạch thuộc {NAMES[0].lower()}", None, "", "", "points"),
        ("SubCriterion", "1.1.1", "Ban hành kế hoạch", Decimal("2.5"),
         "Có ban hành: 2,5 điểm; không ban hành: 0 điểm", "Kế hoạch", "points"),
        ("SubCriterion", "1.1.2", "Mức độ hoàn thành", Decimal(2),
         "Từ 90% trở lên: 2 điểm\nTừ 70% đến dưới 90%: 1 điểm\nDưới 70%: 0 điểm", "Báo cáo",
         "points"),
        ("Criterion", "1.2", f"Kết quả thuộc {NAMES[0].lower()}", Decimal(5), "Xem phụ lục",
         "Báo cáo năm", "points"),
    ]  # fmt: skip
    first, second, third, *_, last = criteria.leaves
    assert [leaf.rule.kind for leaf in (first, second, third, last)] == [
        "yes_no", "bands", "manual", "survey",
    ]  # fmt: skip
    assert [leaf.node.note for leaf in (first, second, third)] == [PROPOSED, PROPOSED, ""]
    assert (last.code, criteria.appraisers["1.2"]) == ("9", "so-tu-phap")
    assert [item.code for item in lint(criteria) if item.blocks] == []


def test_an_agency_that_is_not_known_is_left_in_the_note(tmp_path: Path) -> None:
    annex = read_annex(write(tmp_path, nine_domains()))
    keys = {"sở  NỘI vụ": "so-noi-vu"}
    third = annex_set(annex, agencies=keys, **HEADER).leaves[2].node
    assert (third.appraiser, third.note) == ("", "Cơ quan thẩm định: Sở Tư pháp.")
    assert unknown_agencies(annex, keys) == ("Sở Tư pháp",)


# -- An export, read again -----------------------------------------------------------------------

ODD = parse(
    CriteriaSet,
    {
        **HEADER, "version": "2026-a", "bonus_cap": "2", "note": "Dòng một\n\n  dòng hai",
        "unranked": [{"units": ["so-mot"], "reason": "Đặc thù"}], "declared": {"domains": 2},
        "legal_basis": [{"title": "Quyết định", "number": "1/QĐ", "issued_on": "2025-01-02"}],
        "contradictions": [{"text": "Nguồn in hai số."}],
        "domains": [
            {
                "code": "a", "name": "LĨNH VỰC A", "declared": {"points": "4", "criteria": 2},
                "appraiser": "so-ba",
                "criteria": [
                    {
                        "code": "a.1", "name": "Tổng điểm", "max_points": "2", "facts": ["003-01"],
                        "guidance": "Có: 2 điểm; không: 0 điểm\n\n  - xem  thêm", "note": PROPOSED,
                        "appraiser": "so-mot", "input_suppliers": {"denominator": "agency"},
                        "rule": {
                            "kind": "ratio", "numerator": "tử", "denominator": "mẫu",
                            "floor": "0.5", "zero_denominator": "full",
                        },
                    },
                    {
                        "code": "x", "name": "Điểm thưởng  gọi vậy thôi", "max_points": "1.25",
                        "rule": {"kind": "survey", "survey": "dtxhh"}, "evidence": "=1+1",
                        "appraiser": "so-hai", "provenance": "illustrative",
                    },
                ],
            },
            {
                "code": "b", "name": "Khuyến khích", "note": "@b",
                "criteria": [
                    {
                        "code": "1", "name": "Sáng kiến", "counts_as": "bonus", "max_points": "2",
                        "rule": {"kind": "count", "item": "sáng kiến", "each": "0.5"},
                    },
                    {
                        "code": "2", "name": "Chậm", "counts_as": "penalty", "max_points": "1",
                        "rule": {"kind": "manual"},
                    },
                ],
            },
        ],
    },
)  # fmt: skip
"""Codes out of any numbering, texts that tidying would change, rules that no words propose."""

AGENCIES = {"so-mot": "Sở Trùng Tên", "so-hai": "Sở Trùng Tên", "so-ba": "Sở Ba", "so-tu": "Sở Tư"}


def exported(folder: Path, criteria: CriteriaSet, agencies: dict[str, str]) -> Path:
    path = folder / "xuat.xlsx"
    path.write_bytes(annex_workbook(criteria, agencies=agencies))
    return path


@pytest.mark.parametrize("plugin", [angiang, tiengiang, tayninh], ids=lambda item: item.info().code)
def test_an_export_is_read_again_as_the_same_set(tmp_path: Path, plugin: Province) -> None:
    criteria = plugin.criteria_sets()[-1]
    names = {unit.key: unit.name for unit in plugin.units()}
    annex = read_annex(exported(tmp_path, criteria, names))
    assert document_hash(annex_set(annex)) == document_hash(criteria)
    assert annex.problems == ()


def test_an_export_keeps_what_no_annex_could_say(tmp_path: Path) -> None:
    path = exported(tmp_path, ODD, AGENCIES)
    renamed = {name: key for key, name in AGENCIES.items()} | {"Sở Ba": "so-ba-moi"}
    assert document(annex_set(read_annex(path), agencies=renamed)) == document(ODD)
    assert looked_at(path) == [
        "7: ghi 4 điểm, 2 mục bên dưới (dòng 8–9) cộng lại được 3,25",
        "13: ghi 3,25 điểm, 2 lĩnh vực (dòng 7–10) cộng lại được 4",
    ]


def edited(path: Path, edit: Callable[[dict[str, list[Any]]], list[list[Any]]]) -> None:
    """Put the rows of the annex, given by TT, back as ``edit`` orders them."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    rows = list(sheet.iter_rows(min_row=7, max_row=13, max_col=7))
    values = edit({str(row[0].value or ""): [cell.value for cell in row] for row in rows})
    for row, line in zip(rows, values, strict=True):
        for cell, value in zip(row, line, strict=True):
            cell.value = value
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
    book.save(path)


def write_data(path: Path, **texts: str) -> None:
    """Put other data into the first row of a code."""
    book = load_workbook(path)
    for row in book[DATA_SHEET].iter_rows(min_row=5):
        if (code := str(row[0].value)) in texts:
            row[4].value = texts.pop(code)
    book.save(path)


def test_what_is_edited_in_an_export_comes_through_and_the_rest_is_kept(tmp_path: Path) -> None:
    path = exported(tmp_path, ODD, AGENCIES)
    added = ["3", "Có thêm", 2.5, "Có: 2,5 điểm; không: 0 điểm", None, "Sở Ba", None]

    def edit(rows: dict[str, list[Any]]) -> list[list[Any]]:
        rows["a"][1:3] = ["Lĩnh vực một", 4.5]
        rows["a.1"][3], rows["a.1"][5] = "Hướng dẫn mới", "sở tư"
        rows["1"][2] = 3
        return [
            *(rows[code] for code in ("b", "1")),
            added,
            *(rows[x] for x in ("a", "x", "a.1", "")),
        ]

    edited(path, edit)
    write_data(path, x="provenance: illustrative\nrule:\n  kind: manual")
    expected = document(ODD)
    first, second = expected["domains"]
    first |= {"name": "Lĩnh vực một", "declared": {"points": "4.5", "criteria": 2}}
    first["criteria"][0] |= {"guidance": "Hướng dẫn mới", "appraiser": "so-tu"}
    first["criteria"][1]["rule"] = {"kind": "manual"}
    first["criteria"].reverse()
    new = {
        "code": "b.3", "name": "Có thêm", "max_points": "2.5", "rule": {"kind": "yes_no"},
        "guidance": added[3], "note": PROPOSED, "appraiser": "so-ba",
    }  # fmt: skip
    second["criteria"] = [second["criteria"][0] | {"max_points": "3"}, new]
    expected["domains"] = [second, first]
    names = {name: key for key, name in AGENCIES.items()}
    assert document(annex_set(read_annex(path), agencies=names)) == expected


def test_data_that_cannot_be_read_are_told_by_their_row(tmp_path: Path) -> None:
    path = exported(tmp_path, ODD, AGENCIES)
    write_data(path, x="rule: {kind: manual", b="- một", a="&a [*a]", **{"1": "on: 2026-02-30"})
    with pytest.raises(Invalid) as refused:
        read_annex(path)
    where = "xuat.xlsx, trang “Dữ liệu bộ tiêu chí”, ô E"
    assert [str(problem) for problem in refused.value.problems] == [
        f"{where}19: không nhận tham chiếu (*) và dữ liệu lồng quá sâu",
        f"{where}21 dòng 2, cột 1: không đúng cú pháp YAML",
        f"{where}22: phải là các dòng “tên: giá trị”",
        f"{where}23 dòng 1, cột 5: không đúng cú pháp YAML",
    ]
    manual = "rule: {kind: manual}\nsub_criteria: [5]"  # what stands below is on the other sheet
    write_data(path, x=manual, b="declared: 2", a="", **{"1": "rule: {kind: la}"})
    with pytest.raises(Invalid) as unknown:
        annex_set(read_annex(path))
    assert [str(problem) for problem in unknown.value.problems] == [
        "xuat.xlsx, b declared: phải là một nhóm trường",
        "xuat.xlsx, 1 rule: không có cách chấm (kind) này",
    ]


# -- Levels and numbers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["1", "1.1", "1.1.1", "1.2", "2"], ["1", "1.1", "1.1.1", "1.2", "2"]),
        (["I", "1", "1.1", "2", "II", "1"], ["1", "1.1", "1.1.1", "1.2", "2", "2.1"]),
        (["I.", "1)", "a)", "b)", "đ)", "2)"],
         ["1", "1.1", "1.1.a", "1.1.b", "1.1.dd", "1.2"]),
        (["A", "I", "1", "a", "B", "I", "1"],
         ["a.1", "a.1.1", "a.1.1.a", "b.1", "b.1.1"]),
        (["A", "I", "1", "a", "B", "II", "1"], ["1", "1.1", "1.1.a", "2", "2.1"]),
        (["A", "1", "B", "1", "C", "1", "D", "1", "E"],
         ["a", "a.1", "b", "b.1", "c", "c.1", "d", "d.1", "e"]),
        (["Lĩnh vực 1", "Tiêu chí 1.1", "Lĩnh vực 2"], ["1", "1.1", "2"]),
        (["I", "I.1", "I.2", "II", "II.1"], ["1", "1.1", "1.2", "2", "2.1"]),
    ],
)  # fmt: skip
def test_levels_follow_the_numbering(
    tmp_path: Path, numbers: list[str], expected: list[str]
) -> None:
    rows: list[list[Value]] = [[number, f"Mục {at}", 1] for at, number in enumerate(numbers)]
    assert codes(write(tmp_path, rows)) == expected


def test_levels_follow_the_indentation_where_nothing_is_numbered(tmp_path: Path) -> None:
    rows: list[tuple[int, str, Value]] = [
        (0, "Chỉ đạo", None), (1, "Kế hoạch", None), (2, "Ban hành", 1), (2, "Hoàn thành", 2),
        (1, "Báo cáo", 3), (0, "Thể chế", 4),
    ]  # fmt: skip
    lines = read_annex(write_looks(tmp_path, rows)).lines
    assert [(line.code, line.level, line.is_leaf) for line in lines] == [
        ("1", 1, False), ("1.1", 2, False), ("1.1.1", 3, True), ("1.1.2", 3, True),
        ("1.2", 2, True), ("2", 1, True),
    ]  # fmt: skip


def test_a_number_cell_that_lost_its_last_zero_is_restored(tmp_path: Path) -> None:
    rows: list[list[Value]] = [["1", "Lĩnh vực", None]]
    rows += [[float(f"1.{at}"), f"Tiêu chí {at}", 1] for at in range(1, 10)]
    rows += [[1.1, "Tiêu chí 10", 1], [1.11, "Tiêu chí 11", 1]]
    assert codes(write(tmp_path, rows))[-3:] == ["1.9", "1.10", "1.11"]


def test_number_and_name_may_share_a_merged_cell(tmp_path: Path) -> None:
    rows: list[list[Value]] = [["I. CẢI CÁCH THỂ CHẾ", None, 3], ["1", "Văn bản", 3]]
    book, sheet = sheet_of(rows)
    sheet.merge_cells("A4:B4")
    path = tmp_path / "gop.xlsx"
    book.save(path)
    assert [(line.code, line.name) for line in read_annex(path).lines] == [
        ("1", "CẢI CÁCH THỂ CHẾ"), ("1.1", "Văn bản"),
    ]  # fmt: skip


def test_headings_may_stand_in_two_rows(tmp_path: Path) -> None:
    headings = ("STT", "Nội dung tiêu chí", "Điểm", None, "Phương pháp đánh giá")
    rows: list[list[Value]] = [
        [None, None, "Tối đa", "Tự chấm"],
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        ["1", "Kế hoạch", 2, None, "Chấm theo báo cáo"],
    ]
    path = write(tmp_path, rows, headings)  # type: ignore[arg-type]
    found = [(x.line, x.code, x.points, x.guidance) for x in read_annex(path).lines]
    assert found == [(6, "1", Decimal(2), "Chấm theo báo cáo")]


# -- Texts that run on, sums ---------------------------------------------------------------------


def test_rows_without_a_number_belong_to_the_line_above(tmp_path: Path) -> None:
    rows: list[list[Value]] = [
        ["1", "Kế hoạch", 2, "Chấm theo mức:"],
        [None, "Ban hành trước 31/12", 2],
        [None, "- Ban hành sau", 1],
        ["a)", "Không ban hành: 0 điểm", None],
        [None, None, None, "Xem thêm công văn"],
        ["2", "Báo cáo", 1],
    ]
    path = write(tmp_path, rows)
    first, second = read_annex(path).lines
    assert second.code == "2"
    assert first.guidance.splitlines() == [
        "Chấm theo mức:",
        "Ban hành trước 31/12: 2 điểm",
        "- Ban hành sau: 1 điểm",
        "a) Không ban hành: 0 điểm",
        "Xem thêm công văn",
    ]
    assert looked_at(path) == [
        "5: không có số thứ tự nên gộp vào cách chấm của dòng 4",
        "6: không có số thứ tự nên gộp vào cách chấm của dòng 4",
    ]


def test_sums_that_contradict_are_told_and_kept_as_printed(tmp_path: Path) -> None:
    rows: list[list[Value]] = [
        ["1", "Chỉ đạo", 5], ["1.1", "Kế hoạch", 2], ["1.2", "Báo cáo", "2,5"],
        ["2", "Thể chế", 3], [None, "TỔNG CỘNG", 9], [None, "TM. ỦY BAN NHÂN DÂN"],
    ]  # fmt: skip
    path = write(tmp_path, rows)
    assert looked_at(path) == [
        "4: ghi 5 điểm, 2 mục bên dưới (dòng 5–6) cộng lại được 4,5",
        "8: các dòng sau dòng tổng cộng không được đọc (từ dòng 9)",
        "8: ghi 9 điểm, 2 lĩnh vực (dòng 4–7) cộng lại được 8",
    ]
    findings = [(item.place, item.message) for item in lint(made(path)) if item.blocks]
    assert findings == [
        ("bộ tiêu chí", "nguồn ghi 9 điểm, cộng trong bộ được 7,5"),
        ("1", "nguồn ghi 5 điểm, cộng trong bộ được 4,5"),
    ]


# -- Workbooks that go wrong ---------------------------------------------------------------------


def test_every_problem_is_told_with_its_line_and_nothing_is_made(tmp_path: Path) -> None:
    rows: list[list[Value]] = [
        ["1", "Chỉ đạo", None],
        ["1.1", "Kế hoạch", None],
        ["1.2", "Báo cáo", "hai"],
        ["1.2", "Kiểm tra", 1],
        ["1.3", None, 1],
        ["?", "Lạ", 1],
        ["1.4", "Lẻ", "0,12345"],
        ["1.5", "N" * 2001, 1],
        ["1.6", "Quá lớn", 10_000_000],
    ]
    path = write(tmp_path, rows)
    expected = [
        "5: thiếu điểm tối đa; hãy ghi điểm, kể cả khi là 0",
        "6: không hiểu điểm “hai”; hãy ghi một con số, ví dụ 2,5",
        "7: số thứ tự “1.2” trùng với dòng 6; hãy đánh số lại một trong hai dòng",
        "8: thiếu tên; hãy ghi tên của lĩnh vực hay tiêu chí",
        "9: không hiểu số thứ tự “?”; hãy ghi như I, 1, 1.1 hoặc a dưới dạng chữ",
        "10: điểm “0,12345” có quá 4 số lẻ; hãy làm tròn",
        "11: tên dài quá 2000 ký tự; hãy chuyển phần cách chấm sang cột của nó",
        "12: điểm “10000000” lớn quá; hãy kiểm tra lại",
    ]
    assert told(path) == expected
    with pytest.raises(Invalid) as refused:
        made(path)
    assert [str(problem) for problem in refused.value.problems] == [
        f"phu-luc.xlsx, dòng {problem}" for problem in expected
    ]


def test_four_levels_below_a_domain_are_too_many(tmp_path: Path) -> None:
    rows: list[list[Value]] = [
        [number, "Mục", 1] for number in ("1", "1.1", "1.1.1", "1.1.1.1", "1.1.1.1.1")
    ]
    assert told(write(tmp_path, rows)) == [
        f"{line}: sâu hơn tiêu chí thành phần; hãy chuyển dòng này vào cách chấm của dòng trên"
        for line in (7, 8)
    ]


def test_a_formula_is_data_and_what_it_last_gave_counts(tmp_path: Path) -> None:
    rows: list[list[Value]] = [["1", '=HYPERLINK("http://x")', "=1+1"], ["2", "Thật", 1]]
    path = write(tmp_path, rows)
    assert [line.name for line in read_annex(path).lines] == ["", "Thật"]
    assert told(path) == [
        "4: thiếu tên; hãy ghi tên của lĩnh vực hay tiêu chí",
        "4: thiếu điểm tối đa; hãy ghi điểm, kể cả khi là 0",
    ]


def test_text_that_looks_like_a_formula_goes_out_as_text(tmp_path: Path) -> None:
    criteria = made(write(tmp_path, [["1", "'=1+1", 1, "+ Có: 1", "@so"]]))
    path = tmp_path / "xuat.xlsx"
    path.write_bytes(annex_workbook(criteria))
    assert tree(made(path)) == tree(criteria)


def test_a_table_of_ten_thousand_rows_is_refused_at_once(tmp_path: Path) -> None:
    rows: list[list[Value]] = [[str(at), f"Tiêu chí {at}", 1] for at in range(10_000)]
    with pytest.raises(Invalid, match="bảng dài quá 5000 dòng"):
        read_annex(write(tmp_path, rows))


@pytest.mark.parametrize("headings", [("TT", "Đơn vị", "Xếp hạng"), ("TT", "Nội dung", "Ghi chú")])
def test_a_workbook_without_an_annex_says_which_columns_are_missing(
    tmp_path: Path, headings: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid) as refused:
        read_annex(write(tmp_path, [["1", "Sở", "1"]], headings))
    assert str(refused.value) == (
        "phu-luc.xlsx: không có hàng tiêu đề với hai cột “Lĩnh vực, tiêu chí, tiêu chí thành phần” "
        "và “Điểm tối đa”; hãy thêm vào."
    )


def test_an_annex_without_lines_makes_no_set(tmp_path: Path) -> None:
    path = write(tmp_path, [])
    assert (read_annex(path).lines, read_annex(path).problems) == ((), ())
    with pytest.raises(Invalid) as refused:
        made(path)
    assert [problem.place for problem in refused.value.problems] == ["domains"]


def test_a_csv_is_read_like_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "phu-luc.csv"
    lines = [
        "Phụ lục;;",
        ";".join(HEADINGS),
        "I;Chỉ đạo;2,5",
        '1;Kế hoạch;"2,5";Có',
        ";Tổng cộng;3",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    annex = read_annex(path)
    assert [(line.line, line.code, line.points) for line in annex.lines] == [
        (3, "1", Decimal("2.5")), (4, "1.1", Decimal("2.5")),
    ]  # fmt: skip
    assert annex.problems == (
        AnnexProblem(5, "ghi 3 điểm, 1 lĩnh vực (dòng 3) cộng lại được 2,5", fatal=False),
    )
