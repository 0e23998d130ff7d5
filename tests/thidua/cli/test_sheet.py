"""``thidua sheet``: what is owed, the signed paper, the appraisal of an agency."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from tests.small import criteria, domain, leaf, small_spec
from tests.thidua.cli.conftest import Shell

SIGN = ("--number", "1/BC", "--date", "2026-01-02", "--signer", "Ông Một")


def test_a_sheet_is_shown_signed_and_opened_again(opened: Shell) -> None:
    ours = ("nho", "1", "so-mot")
    shown = opened.json("sheet", "show", *ours)
    code = shown.pop("check_code")
    assert shown == {
        "lines": 2, "left": 2, "unevidenced": 0,
        "gaps": [
            {"leaf": "1.1", "kind": "input", "blocks": True},
            {"leaf": "1.2", "kind": "input", "blocks": True},
            {"leaf": "2.1", "kind": "survey", "blocks": False},
        ],
    }  # fmt: skip
    assert opened.says("sheet", "show", *ours)[:2] == [
        f"Còn 2 dòng, 0 thiếu minh chứng. Mã kiểm tra: {code}",
        "  1.1  Chưa nhập: Số nhiệm vụ đã hoàn thành, Số nhiệm vụ được giao.",
    ]
    assert opened.refuses("sheet", "sign", *ours, *SIGN).splitlines()[-1] == (
        "Lý do: Hãy bổ sung, hoặc ghi lý do ký khi chưa đủ."
    )
    assert opened.says("sheet", "sign", *ours, *SIGN, "--reason", "Chờ số liệu") == [
        f"Đã ghi văn bản 1/BC. Mã kiểm tra: {code}"
    ]
    assert opened.says("sheet", "unsign", *ours, "--reason", "Nhầm") == ["Đã rút xác nhận."]
    assert opened.refuses("sheet", "unsign", *ours, "--reason", "Nhầm") == (
        "Phiếu này chưa được ký xác nhận."
    )
    assert opened.refuses("sheet", "show", "nho", "1", "la") == (
        "Không có đơn vị “la”. Xem khóa đơn vị bằng: thidua units export."
    )


def test_an_agency_prints_its_appraisal(opened: Shell, tmp_path: Path) -> None:
    file = tmp_path / "tham-dinh.xlsx"
    asked = ("sheet", "appraisal", "nho", "1", "so-hai", str(file))
    assert opened.says(*asked) == [f"Đã ghi {file}; còn 5 dòng chưa thẩm định."]
    cells = {row[0].value for row in load_workbook(file).worksheets[0].iter_rows()}
    assert {"Kết quả thẩm định của Sở Hai", "1. Chỉ đạo, điều hành"} <= cells
    assert opened.refuses(*asked).startswith(f"Tệp {file} đã có.")


def test_an_agency_figures_are_looked_at_and_then_written(shell: Shell, tmp_path: Path) -> None:
    reports = {"kind": "count", "item": "Báo cáo đủ", "each": 4}
    own = domain(
        "1", "Một", leaf("1.1", "Báo cáo", 100, reports, supplier="agency"), appraiser="so-hai"
    )
    one = criteria(domains=[own], declared={}, exemption_groups=[], bonus_cap=0)
    spec = small_spec(criteria_sets=[one]).model_dump_json(by_alias=True)
    (tmp_path / "noi-dat" / "thidua_nho" / "spec.json").write_text(spec)
    shell.says("province", "apply", "nho", "--yes")
    shell.says("campaign", "open", "nho", "2025")
    file = tmp_path / "so-lieu.csv"
    file.write_text("Đơn vị,1.1 Báo cáo đủ\nSở Một,7\nxã một,9\n")
    asked = ("sheet", "figures", "nho", "1", str(file))
    would = [
        "Sẽ ghi 2 dòng số liệu của 2 đơn vị; 0 dòng giữ nguyên.", "Tệp không có: Sở Ba, Sở Hai.",
    ]  # fmt: skip
    assert shell.says(*asked, "--preview") == would
    assert shell.says(*asked) == [would[0].replace("Sẽ", "Đã"), would[1]]
    assert shell.says(*asked)[0] == "Đã ghi 0 dòng số liệu của 2 đơn vị; 2 dòng giữ nguyên."
    file.write_text("Đơn vị,Số\nSở Một,7\n")
    assert shell.refuses(*asked).endswith("hãy đặt tên cột số liệu là “1.1 Báo cáo đủ”.")
