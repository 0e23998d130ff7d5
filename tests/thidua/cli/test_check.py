"""``thidua results check`` as people and programs call it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from thidua.cli import cli

SAMPLES = Path(__file__).parents[2] / "data" / "tables"
TIEN_GIANG = SAMPLES / "tiengiang_2020.csv"
GRADING = """
bands:
  - {label: Tốt, from: 80, inclusive: true}
  - {label: Khá, from: 65}
  - {label: Trung bình, from: 50}
  - {label: Kém}
rank: {within: [group], method: competition}
decide_on: published
"""
MISPRINT = "Sở Nông nghiệp và Phát triển nông thôn"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["results", "check", *arguments])


@pytest.fixture
def grading(tmp_path: Path) -> str:
    path = tmp_path / "xep-loai.yaml"
    path.write_text(GRADING, encoding="utf-8")
    return str(path)


def spoiled(tmp_path: Path, sample: str, old: str, new: str) -> str:
    text = (SAMPLES / sample).read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = tmp_path / sample
    path.write_text(text.replace(old, new), encoding="utf-8")
    return str(path)


def test_tien_giang_names_the_entry_that_breaks_the_printed_order_and_nothing_else() -> None:
    result = run(str(TIEN_GIANG), "--json")
    assert result.exit_code == 1
    assert json.loads(result.output)["findings"] == [
        {
            "kind": "order",
            "unit": MISPRINT,
            "message": f"{MISPRINT}: 96,60 đứng thứ 7 trong danh sách xếp giảm dần, theo số này "
            "phải đứng thứ 12.",
        }
    ]


def test_tien_giang_as_its_province_grades_it() -> None:
    result = run(str(TIEN_GIANG), "--province", "tiengiang", "--json")
    document = json.loads(result.output)
    assert [item["unit"] for item in document["findings"]] == [MISPRINT]
    assert document["rows"][0] == {
        "unit": "Sở Tài chính",
        "group": "các sở, ban, ngành tỉnh",
        "maximum": None,
        "points": "99.95",
        "index": None,
        "rank": 1,
        "band": "Xuất sắc",
        "published": {"total": "99.95"},
    }


@pytest.mark.parametrize(
    "sample", ["mau_diem_toi_da.csv", "mau_khoi_cum.csv", "mau_thanh_phan.csv"]
)
def test_a_correct_table_has_no_finding(sample: str) -> None:
    result = run(str(SAMPLES / sample))
    assert result.exit_code == 0
    assert result.output.endswith("\nKhông có chỗ nào không khớp.\n")


def test_json_holds_columns_rows_and_findings(grading: str) -> None:
    result = run(str(SAMPLES / "mau_diem_toi_da.csv"), "--grading", grading, "--json")
    document = json.loads(result.output)
    assert result.exit_code == 0
    assert list(document) == ["columns", "rows", "findings"]
    assert document["columns"] == {
        "STT": "order",
        "Tên cơ quan, đơn vị": "unit",
        "Điểm tối đa": "maximum",
        "Điểm thẩm định": "total",
        "Tỷ lệ đạt (%)": "index",
        "Xếp loại": "band",
    }
    assert document["findings"] == []
    assert document["rows"][0] == {
        "unit": "Văn phòng Mẫu",
        "group": None,
        "maximum": "71.5",
        "points": "67.25",
        "index": "94.06",
        "rank": 1,
        "band": "Tốt",
        "published": {"maximum": "71.5", "total": "67.25", "index": "94.06", "band": "Tốt"},
    }


@pytest.mark.parametrize(
    ("sample", "old", "new", "kind", "unit"),
    [
        ("mau_diem_toi_da.csv", '"91,45"', '"91,54"', "ratio", "Sở Mẫu Hai"),
        ("mau_diem_toi_da.csv", '"79,99",Khá', '"79,99",Tốt', "band", "Sở Mẫu Sáu"),
        ("mau_diem_toi_da.csv", '"83,77"', '"83,97"', "mean", "Trung bình"),
        ("mau_diem_toi_da.csv", '"49,00","49,00"', '"49,00","490,00"', "range", "Sở Mẫu Bảy"),
        ("mau_khoi_cum.csv", "0,8375;01", "0,8375;02", "rank", "Thị xã Mẫu"),
        ("mau_khoi_cum.csv", "Ba;88;0,8800;02", "Ba;88;0,8800;03", "tie", "Sở Mẫu Ba"),
        ("mau_khoi_cum.csv", "85,14;", "85,41;", "mean", "Trung bình chung"),
        ("mau_thanh_phan.csv", "\t87.75\t", "\t87.95\t", "sum", "Huyện Mẫu Bốn"),
        ("mau_thanh_phan.csv", "\t60.25\t", "\t66.25\t", "range", "Huyện Mẫu Một"),
    ],
)
def test_one_corruption_has_exactly_its_finding(
    tmp_path: Path, grading: str, sample: str, old: str, new: str, kind: str, unit: str
) -> None:
    path = spoiled(tmp_path, sample, old, new)
    result = run(path, "--grading", grading, "--json")
    found = json.loads(result.output)["findings"]
    assert (result.exit_code, [(item["kind"], item["unit"]) for item in found]) == (
        1,
        [(kind, unit)],
    )


def test_the_text_shows_the_mapping_the_figures_and_the_findings(tmp_path: Path) -> None:
    path = spoiled(tmp_path, "mau_khoi_cum.csv", "Ba;88;0,8800;02", "Ba;88;0,8800;03")
    result = run(path)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[:6] == [
        "Tệp mau_khoi_cum.csv: 8 đơn vị.",
        "Các cột:",
        "  “STT”: số thứ tự in",
        "  “Đơn vị”: tên đơn vị",
        "  “Kết quả – Điểm đạt”: điểm tổng",
        "  “Kết quả – Chỉ số”: chỉ số",
    ]
    assert "Lưu ý: Cột chỉ số ghi tỷ số (0,8945), được đổi ra phần trăm (89,45)." in lines
    assert lines[-2:] == [
        "1 chỗ không khớp:",
        "  - Sở Mẫu Ba xếp hạng 3, Sở Mẫu Hai xếp hạng 2 dù bằng nhau (88,00); tính lại hạng 2.",
    ]


def test_columns_are_named_by_the_caller(tmp_path: Path) -> None:
    path = tmp_path / "bang.csv"
    path.write_text("Nơi chấm;Cột lạ\nMẫu 1;90,5\nMẫu 2;80\n", encoding="utf-8")
    result = run(str(path), "--columns", "Nơi chấm=unit,Cột lạ=total", "--json")
    assert result.exit_code == 0
    assert [(row["unit"], row["points"]) for row in json.loads(result.output)["rows"]] == [
        ("Mẫu 1", "90.5"),
        ("Mẫu 2", "80"),
    ]


def test_unusable_input_is_a_sentence_and_status_2(tmp_path: Path) -> None:
    empty = tmp_path / "rong.csv"
    empty.write_bytes(b"")
    broken = tmp_path / "hong.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    shutil.copy(TIEN_GIANG, tmp_path / "bang.csv")
    table = str(tmp_path / "bang.csv")
    calls: dict[tuple[str, ...], str] = {
        (): "Hãy ghi tệp cần kiểm tra: thidua results check TỆP.csv",
        (str(empty),): "rong.csv: tệp rỗng; hãy chọn tệp có bảng kết quả.",
        (str(tmp_path / "khong-co.csv"),): "khong-co.csv: không mở được tệp; hãy kiểm tra lại "
        "đường dẫn.",
        (str(broken),): "hong.xlsx: không đọc được như một bảng tính; hãy mở bằng Excel rồi lưu "
        "lại dạng .xlsx.",
        (table, "--grading", str(tmp_path / "khong-co.yaml")): "khong-co.yaml: không đọc được tệp",
        (table, "--grading", table): "bang.csv: phải là một nhóm trường",
    }
    for arguments, sentence in calls.items():
        result = run(*arguments)
        assert (result.exit_code, result.stdout, result.stderr) == (2, "", sentence + "\n")


def test_an_unknown_province_is_a_sentence_and_status_2() -> None:
    result = run(str(TIEN_GIANG), "--province", "khong-co")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Không có tỉnh “khong-co”. Các tỉnh đã cài: ")
