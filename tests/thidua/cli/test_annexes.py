"""An annex taken in, looked at, stored, exported, compared and put in place of another set."""

from __future__ import annotations

from pathlib import Path

from tests.small import criteria
from tests.thidua.cli.conftest import Shell
from tests.thidua.exchange.annexes import nine_domains, write

from thidua.spec.criteria import CriteriaSet
from thidua.spec.loading import load, parse

HEADER = (
    "--code", "bo-moi", "--title", "Bộ mới", "--kind", "so", "--grading", "chung",
    "--pending", "zero", "--illustrative",
)  # fmt: skip


def test_an_annex_is_shown_with_its_proposals_and_written_for_review(
    no_database: Shell, tmp_path: Path
) -> None:
    out = tmp_path / "bo.yaml"
    file = str(write(tmp_path, nine_domains()))
    lines = no_database.says("criteria", "import", file, *HEADER, "--out", str(out))
    assert lines[:6] == [
        "phu-luc.xlsx, trang Sheet",
        "    4 1            9,5  CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH",
        "    5 1.1          4,5    Kế hoạch thuộc công tác chỉ đạo, điều hành cải cách hành ch…",
        "    6 1.1.1        2,5      Ban hành kế hoạch",
        "                          ĐỀ XUẤT Có: 2,5 điểm; không: 0 điểm",
        "    7 1.1.2          2      Mức độ hoàn thành",
    ]
    assert "41 dòng, 25 tiêu chí được chấm: 17 có cách chấm đề xuất, 8 chấm trực tiếp." in lines
    assert "nên xem   chưa khớp cơ quan thẩm định “Sở Tư pháp”, được giữ trong ghi chú" in lines
    assert lines[-1] == f"Đã ghi bộ tiêu chí ra {out}; hãy xem lại các cách chấm đề xuất."
    assert out.read_text(encoding="utf-8").startswith(
        "# Đọc từ phu-luc.xlsx.\n# 1.1.1: cách chấm đề xuất, hãy xem lại\n"
    )
    assert len(load(CriteriaSet, out).leaves) == 25
    again = no_database.refuses("criteria", "import", file, *HEADER, "--out", str(out))
    assert again == f"Tệp {out} đã có. Hãy chọn tên khác hoặc thêm --force để ghi đè."


def test_a_broken_annex_writes_nothing(opened: Shell, tmp_path: Path) -> None:
    out, file = tmp_path / "bo.yaml", str(write(tmp_path, [["1", "Kế hoạch", "hai"]]))
    ask = ("criteria", "import", file, *HEADER, "--out", str(out), "--province", "nho", "--save")
    result = opened.run(*ask)
    assert (result.exit_code, out.exists()) == (2, False)
    assert result.stderr == (
        "phu-luc.xlsx, dòng 4: không hiểu điểm “hai”; hãy ghi một con số, ví dụ 2,5\n"
    )
    assert "bo-moi" not in opened.refuses("criteria", "diff", "nho/x", "nho/y", "--stored")


def test_an_annex_is_stored_compared_and_exported(opened: Shell, tmp_path: Path) -> None:
    file = str(write(tmp_path, nine_domains()))
    save = ("criteria", "import", file, *HEADER, "--province", "nho", "--save")
    assert opened.says(*save)[-1] == "Đã lưu bộ bo-moi phiên bản 1."
    assert opened.says(*save)[-1].startswith("Không đổi gì")
    out = tmp_path / "xuat.xlsx"
    told = opened.says("criteria", "export", "nho/bo-moi@1", str(out), "--stored")
    assert told == [f"Đã ghi 25 tiêu chí được chấm vào {out}."]
    again = ("criteria", "import", str(out), "--province", "nho", "--save")
    assert opened.says(*again)[-1] == "Không đổi gì: đã có đúng nội dung này, bo-moi phiên bản 1."
    assert opened.refuses("criteria", "import", file).endswith(
        "hãy ghi thêm --code, --title, --kind, --grading, --pending."
    )
    same = opened.says("criteria", "diff", "nho/bo-moi", "nho/bo-moi@1", "--stored")
    assert same == ["Hai bộ tiêu chí giống nhau."]
    changes = opened.json("criteria", "diff", "nho/bo-nho", "nho/bo-moi", "--stored")
    assert {change["kind"] for change in changes} == {"set", "added", "removed"}
    missing = opened.says("criteria", "missing-guidance", "nho/bo-nho")
    assert missing == [
        "1.1      Hoàn thành nhiệm vụ (so-hai)",
        "1.2      Trang thông tin (so-hai)",
        "2.2      Sáng kiến (chưa giao cơ quan nào)",
    ]


def test_a_mapping_is_printed_for_review(no_database: Shell, tmp_path: Path) -> None:
    file = tmp_path / "bo.yaml"
    file.write_text(parse(CriteriaSet, criteria(version="2")).model_dump_json(by_alias=True))
    assert no_database.says("criteria", "map", "nho/bo-nho", str(file)) == [
        "- to: bo-nho",
        "  title: Đối chiếu với Bộ tiêu chí nhỏ",
        "  pairs:",
        *(
            f'  - {{node: "{code}", to: ["{code}"]}}  # cùng mã, cùng tên'
            for code in ("1.1", "1.2", "2.1", "2.2")
        ),
        "# chỉ có ở bộ này: không có",
        "# chỉ có ở bộ kia: không có",
    ]


def test_a_set_is_reissued_in_an_open_campaign(opened: Shell, tmp_path: Path) -> None:
    file, pairs = tmp_path / "bo.yaml", tmp_path / "doi.yaml"
    new = parse(CriteriaSet, criteria(version="2", exemption_groups=[]))
    file.write_text(new.model_dump_json(by_alias=True))
    assert opened.says("criteria", "save", "nho", str(file)) == ["Đã lưu bộ bo-nho phiên bản 2."]
    why = ("--reason", "Ban hành lại", "--basis", "QĐ 2")
    ask = ("criteria", "reissue", "nho", "1", "so", "bo-nho@2", *why)
    same = [f"{code} → {code}" for code in ("1.1", "1.2", "2.1", "2.2")]
    moved = "thay bộ tiêu chí: 0 dòng số liệu chuyển sang bộ mới."
    assert opened.says(*ask, "--preview") == [*same, f"Sẽ {moved}"]
    pairs.write_text('"1.2": "1.2"\n', encoding="utf-8")
    assert opened.says(*ask, "--mapping", str(pairs)) == [
        "1.2 → 1.2",
        f"Đã {moved}",
        "Sở Ba, 1.1: không còn được miễn, phải đánh giá lại.",
    ]
    assert opened.refuses(*ask) == ("Kỳ đánh giá đang dùng chính bộ tiêu chí này. Hãy chọn bộ mới.")
    missing = opened.refuses("criteria", "reissue", "nho", "1", "so", "bo-nho@9", *why)
    assert missing == "Tỉnh chưa lưu bộ tiêu chí “bo-nho@9”. Hãy nhập bộ mới trước."
