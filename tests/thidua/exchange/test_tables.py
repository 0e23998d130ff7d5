"""Reading tables: the traps of files, headers and rows, one by one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from thidua.errors import Invalid
from thidua.exchange.tables import Table, named_columns, read_table

SAMPLES = Path(__file__).parents[2] / "data" / "tables"
SIMPLE = "STT;Tên đơn vị;Điểm;Xếp hạng\r\n1;Sở Giáo dục và Đào tạo;95,5;1\r\n2;Sở Nội vụ;90;2\r\n"


def read(tmp_path: Path, content: str | bytes, columns: str = "") -> Table:
    path = tmp_path / "bang.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path, named_columns(columns))


def refused(tmp_path: Path, content: str | bytes, columns: str = "") -> str:
    with pytest.raises(Invalid) as error:
        read(tmp_path, content, columns)
    return str(error.value)


def workbook(tmp_path: Path, fill: Callable[[openpyxl.Workbook, Worksheet], None]) -> Table:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    fill(book, sheet)
    path = tmp_path / "bang.xlsx"
    book.save(path)
    return read_table(path)


def roles(table: Table) -> dict[str, str | None]:
    return {column.header: column.role for column in table.columns}


def units(table: Table) -> list[tuple[str, str]]:
    return [(row.group, row.unit) for row in table.rows]


def totals(table: Table) -> list[str | None]:
    return [row.total.printed() if row.total else None for row in table.rows]


def in_cp1258(text: str) -> bytes:
    """As old Windows writes Vietnamese: base letters, then a combining tone."""
    found = bytearray()
    for letter in text:
        base, *marks = list(unicodedata.normalize("NFD", letter))
        tones = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
        shape = unicodedata.normalize("NFC", base + "".join(m for m in marks if m not in tones))
        found += "".join([shape, *tones]).encode("cp1258")
    return bytes(found)


@pytest.mark.parametrize(
    "content",
    [
        SIMPLE.encode(),
        SIMPLE.encode("utf-8-sig"),
        SIMPLE.encode("utf-16"),
        SIMPLE.encode("utf-16-le"),
        b"\xfe\xff" + SIMPLE.encode("utf-16-be"),
        in_cp1258(SIMPLE),
        unicodedata.normalize("NFD", SIMPLE).encode(),
        ("sep=;\r\n" + SIMPLE).encode(),
        SIMPLE.replace(";", "\t").encode(),
        SIMPLE.replace(",", ".").replace(";", ",").encode(),
    ],
)
def test_every_encoding_and_delimiter_reads_the_same(tmp_path: Path, content: bytes) -> None:
    table = read(tmp_path, content)
    assert [(row.unit, row.rank) for row in table.rows] == [
        ("Sở Giáo dục và Đào tạo", 1),
        ("Sở Nội vụ", 2),
    ]
    assert totals(table) == ["95.5", "90"]


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("TÊN CƠ QUAN", "unit"),
        ("Cơ quan/\nđơn vị", "unit"),
        ("Sở, ban, ngành", "unit"),
        ("Huyện, thị xã, thành phố", "unit"),
        ("tinh/thanh pho", "unit"),
        ("  ĐIỂM   TỐI ĐA  ", "maximum"),
        ("Điểm tối đa (năm 2023)", "maximum"),
        ("Tổng cộng", "total"),
        ("Điểm đánh giá", "total"),
        ("Điểm thẩm định (65)", "total"),
        ("Tỷ lệ đạt (%)", "index"),
        ("%", "index"),
        ("Chỉ số CCHC năm 2023", "index"),
        ("Phân loại", "band"),
        ("Vị thứ", "rank"),
        ("Thứ tự xếp hạng", "rank"),
        ("HANG", "rank"),
        ("Khối thi đua", "group"),
        ("T/T", "order"),
        ("Số TT", "order"),
        ("Ghi chú", "ignore"),
        ("Chênh lệch so với năm 2022", "ignore"),
    ],
)
def test_a_header_is_known_in_every_dress(tmp_path: Path, header: str, role: str) -> None:
    other = "Điểm" if role == "unit" else "Đơn vị"
    more = "Tổng điểm" if role not in {"unit", "total"} else "Ghi chú khác"
    value = "Tốt" if role == "band" else "1"
    rows = ["Mẫu 1,1,", "Mẫu 2,2,"] if role == "unit" else [f"{value},Mẫu {n},{n}" for n in (1, 2)]
    text = "\n".join([f'"{header}","{other}","{more}"', *rows])
    table = read(tmp_path, text)
    assert table.columns[0].role == role


def test_parts_stand_beside_a_total(tmp_path: Path) -> None:
    table = read_table(SAMPLES / "mau_thanh_phan.csv")
    assert [(column.header, column.part) for column in table.parts] == [
        ("Điểm thẩm định (65)", "appraised"),
        ("Điểm ĐTXHH (35)", "stage"),
        ("Điểm thưởng", "bonus"),
        ("Điểm trừ", "penalty"),
    ]
    assert roles(table)["Tổng điểm"] == "total"


def test_two_header_rows_headings_and_what_is_no_unit() -> None:
    table = read_table(SAMPLES / "mau_khoi_cum.csv")
    assert roles(table) == {
        "STT": "order",
        "Đơn vị": "unit",
        "Kết quả – Điểm đạt": "total",
        "Kết quả – Chỉ số": "index",
        "Vị thứ": "rank",
    }
    assert units(table) == [
        ("CÁC SỞ, BAN, NGÀNH", "Sở Mẫu Một"),
        ("CÁC SỞ, BAN, NGÀNH", "Sở Mẫu Hai"),
        ("CÁC SỞ, BAN, NGÀNH", "Sở Mẫu Ba"),
        ("CÁC SỞ, BAN, NGÀNH", "Sở Mẫu Bốn"),
        ("UBND CẤP HUYỆN – Cụm 1", "Huyện Mẫu Một"),
        ("UBND CẤP HUYỆN – Cụm 1", "Huyện Mẫu Hai"),
        ("UBND CẤP HUYỆN – Cụm 2", "Thị xã Mẫu"),
        ("UBND CẤP HUYỆN – Cụm 2", "Huyện Mẫu Ba"),
    ]
    assert [row.index.printed() if row.index else None for row in table.rows] == [
        "90.50", "88.00", "88.00", "79.25", "85.50", "81.00", "83.75", None,
    ]  # fmt: skip
    assert [(mean.label, mean.after) for mean in table.means] == [
        ("Trung bình", 4),
        ("Trung bình chung", 8),
    ]


def test_only_the_latest_year_counts(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        "Đơn vị,Năm 2022,,Năm 2023,,So sánh\n,Chỉ số,Hạng,Chỉ số,Hạng,\nMẫu 1,80,1,90,1,0\n",
    )
    assert [column.role for column in table.columns] == [
        "unit", "ignore", "ignore", "index", "rank", "ignore",
    ]  # fmt: skip


def test_what_units_gave_themselves_is_left_out(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        "Đơn vị,Tự chấm,,Thẩm định,,\n,Điểm,Tỷ lệ,Điểm tối đa,Điểm,Tỷ lệ\nMẫu 1,9,90,100,80,80\n",
    )
    assert [column.role for column in table.columns] == [
        "unit", "ignore", "ignore", "maximum", "total", "index",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "read_as"),
    [
        (["95,5", "90"], ["95.5", "90"]),
        (["95.50", "90.00"], ["95.50", "90.00"]),
        (["1.000,5", "950,25"], ["1000.5", "950.25"]),
        (["1.250", "950,5"], ["1250", "950.5"]),
        (["89,457", "88,125"], ["89.457", "88.125"]),
        (["90,5 điểm", "88*"], ["90.5", "88"]),
        (["–", "90"], [None, "90"]),
        (["x", "90"], [None, "90"]),
        (["", "090"], [None, "90"]),
        (["=1+1", "90"], [None, "90"]),
        (["−5", "90"], ["-5", "90"]),
        (["0123456789012345678", "90"], [None, "90"]),
    ],
)
def test_figures_are_read_as_offices_print_them(
    tmp_path: Path, cells: list[str], read_as: list[str | None]
) -> None:
    text = "Đơn vị;Điểm;Hạng\n" + "".join(f"Mẫu;{cell};1\n" for cell in cells)
    assert totals(read(tmp_path, text)) == read_as


@pytest.mark.parametrize(("cell", "rank"), [("01", 1), ("3/63", 3), ("2-3", 2), ("Hạng 4", 4)])
def test_ranks_are_read_as_offices_print_them(tmp_path: Path, cell: str, rank: int) -> None:
    assert read(tmp_path, f"Đơn vị,Điểm,Hạng\nMẫu,90,{cell}\n").rows[0].rank == rank


def test_text_that_looks_like_a_formula_is_a_name(tmp_path: Path) -> None:
    names = ["=1+1", "+84 Mẫu", "-Mẫu", "@Mẫu", "=HYPERLINK(0)"]
    table = read(tmp_path, "Đơn vị,Điểm\n" + "".join(f'"{name}",1\n' for name in names))
    assert [row.unit for row in table.rows] == names


def test_units_whose_names_begin_like_other_rows_stay_units(tmp_path: Path) -> None:
    names = ["Công an tỉnh", "Tổng cục Mẫu", "Tổng công ty Mẫu", "Xã Trung Bình", "Ngân hàng"]
    table = read(tmp_path, "Đơn vị,Điểm\n" + "".join(f"{name},1\n" for name in names))
    assert [row.unit for row in table.rows] == names


def test_a_workbook_says_how_it_shows_its_numbers(tmp_path: Path) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.title = "Lời dẫn"
        sheet["A1"] = "Kết quả chỉ số CCHC"
        sheet = book.create_sheet("Kết quả")
        sheet.append(["KẾT QUẢ NĂM 2023"])
        sheet.merge_cells("A1:F1")
        sheet.append(["TT", "Đơn vị", "Nhóm", "Điểm", "Tỷ lệ", "Hạng"])
        sheet.append([1, "Mẫu 1", "Nhóm I", 0.1 + 0.2, 0.893782, 1])
        sheet.append([2, "Mẫu 2", None, 90, 0.9, 1])
        sheet["E3"].number_format = sheet["E4"].number_format = "0.00%"
        sheet["F4"] = None
        sheet.merge_cells("C3:C4")
        sheet.merge_cells("F3:F4")

    table = workbook(tmp_path, fill)
    assert table.sheet == "Kết quả"
    assert [(row.unit, row.group, row.rank) for row in table.rows] == [
        ("Mẫu 1", "Nhóm I", 1),
        ("Mẫu 2", "Nhóm I", 1),
    ]
    assert totals(table) == ["0.3", "90"]
    shown = [(row.index.printed(), row.index.text) for row in table.rows if row.index]
    assert shown == [("89.38", "89.38%"), ("90.00", "90.00%")]


def test_columns_can_be_named(tmp_path: Path) -> None:
    text = 'Nơi chấm,"Kết quả, tổng hợp",Cột lạ\nMẫu 1,90,5\nMẫu 2,80,4\n'
    table = read(tmp_path, text, "Nơi chấm=unit,Kết quả, tổng hợp=total,cột lạ=ignore")
    assert [column.role for column in table.columns] == ["unit", "total", "ignore"]


def test_same_headers_are_told_apart(tmp_path: Path) -> None:
    text = "Đơn vị,Điểm,Điểm\nMẫu 1,90,5\n"
    assert refused(tmp_path, text) == (
        "Có 2 cột cùng có thể là điểm tổng: “Điểm”, “Điểm (2)”. Hãy chỉ rõ, ví dụ: "
        '--columns "Điểm (2)=total,Điểm=ignore"'
    )
    table = read(tmp_path, text, "Điểm (2)=total,Điểm=ignore")
    assert totals(table) == ["5"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "bang.csv: tệp rỗng; hãy chọn tệp có bảng kết quả."),
        (
            bytes(range(256)) * 9,
            "bang.csv: tệp không phải bảng CSV hay .xlsx; hãy lưu bảng lại dưới một trong hai "
            "dạng đó.",
        ),
        (
            b"PK\x03\x04 hong",
            "bang.csv: không đọc được như một bảng tính; hãy mở bằng Excel rồi lưu lại dạng .xlsx.",
        ),
        (
            b"\xd0\xcf\x11\xe0 cu",
            "bang.csv: tệp .xls cũ hoặc có mật khẩu; hãy mở bằng Excel rồi lưu lại dạng .xlsx.",
        ),
        (
            "Xin chào.",
            "bang.csv: không tìm thấy bảng nào; tệp cần một hàng tiêu đề có cột tên đơn vị và cột "
            "điểm, chỉ số hoặc thứ hạng.",
        ),
        (
            "Nơi chấm,Cột lạ\nMẫu 1,90\n",
            "bang.csv: không nhận ra cột tên đơn vị hoặc cột điểm trong hàng “Nơi chấm”, “Cột lạ”. "
            'Hãy chỉ rõ, ví dụ: --columns "Nơi chấm=unit,Cột lạ=total" (vai trò: unit, group, '
            "order, maximum, part, total, index, rank, band, overall, ignore).",
        ),
        (
            "STT,Đơn vị,Điểm\n1,Mẫu 1,90,5\n2,Mẫu 2,80,5\n",
            "bang.csv: các dòng có nhiều ô hơn hàng tiêu đề, có lẽ vì dấu phẩy thập phân; hãy đặt "
            "các số như 90,5 trong dấu nháy kép hoặc ngăn cột bằng dấu chấm phẩy.",
        ),
        (
            "STT,Đơn vị,Điểm\n1,Mẫu 1,=A1\n",
            "bang.csv: không có đơn vị nào có điểm, chỉ số hay thứ hạng dưới hàng tiêu đề; nếu các "
            "ô là công thức, hãy mở bằng Excel, lưu lại rồi kiểm tra lại. Các cột đã nhận: “STT” "
            "là số thứ tự in, “Đơn vị” là tên đơn vị, “Điểm” là điểm tổng.",
        ),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(
    tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    assert refused(tmp_path, content) == sentence


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "khong-co.csv", tmp_path):
        with pytest.raises(Invalid, match="không mở được tệp; hãy kiểm tra lại đường dẫn"):
            read_table(path)


def test_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, SIMPLE, "Cột lạ=total") == (
        "--columns: bảng không có cột “Cột lạ”. Các cột của bảng: “STT”, “Tên đơn vị”, “Điểm”, "
        "“Xếp hạng”."
    )


def test_a_role_that_is_none_is_refused() -> None:
    with pytest.raises(Invalid, match="không hiểu “Điểm=diem”"):
        named_columns("Điểm=diem")
