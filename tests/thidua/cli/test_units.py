"""``thidua units``: out, in, and what is refused."""

from __future__ import annotations

from pathlib import Path

from tests.thidua.cli.conftest import Shell


def test_the_register_goes_out_and_comes_in_again(opened: Shell, tmp_path: Path) -> None:
    file = tmp_path / "don-vi.csv"
    (said,) = opened.says("units", "export", "nho", str(file))
    lines = file.read_text("utf-8-sig").splitlines()
    assert said == f"Đã ghi {len(lines) - 1} dòng vào {file}."
    assert opened.refuses("units", "export", "nho", str(file)) == (
        f"Tệp {file} đã có. Hãy chọn tên khác hoặc thêm --force để ghi đè."
    )
    file.write_text("\n".join([*lines, "so-moi,Sở Mới,so,,,,01/01/2026,"]), "utf-8")
    counts = f"thêm 1, sửa 0, giữ nguyên {len(lines) - 1} dòng."
    preview = ["Sẽ thêm: Sở Mới", f"Sẽ {counts}"]
    assert opened.says("units", "import", "nho", str(file), "--preview") == preview
    done = ["Đã thêm: Sở Mới", f"Đã {counts}"]
    assert opened.says("units", "import", "nho", str(file)) == done
    workbook = tmp_path / "mot-ngay.xlsx"
    (said,) = opened.says("units", "export", "nho", str(workbook), "--day", "2025-12-31")
    assert said == f"Đã ghi {len(lines) - 1} dòng vào {workbook}."


def test_the_units_of_a_day_are_listed(opened: Shell) -> None:
    listed = opened.says("units", "list", "nho", "--day", "2025-12-31")
    assert listed[0] == "so-ba  Sở Ba, từ 01/07/2025"
    assert opened.json("units", "list", "nho")[0] == {"key": "so-ba", "name": "Sở Ba"}


def test_what_cannot_be_is_a_sentence(opened: Shell, tmp_path: Path) -> None:
    assert opened.refuses("units", "export", "nho", str(tmp_path / "a.txt")) == (
        "a.txt: tên tệp phải kết thúc bằng .xlsx hoặc .csv."
    )
    file = tmp_path / "a.csv"
    file.write_text("Tên đơn vị,Loại đơn vị\nSở X,sai\n", "utf-8")
    assert opened.refuses("units", "import", "nho", str(file)) == (
        "Dòng 2, Loại đơn vị: Hãy chọn một loại đơn vị của tỉnh."
    )


def test_a_reorganisation_ends_units_once_it_is_kept(opened: Shell, tmp_path: Path) -> None:
    file = tmp_path / "sap-xep.yaml"
    file.write_text(
        "- {code: a, kind: dissolve, title: Giải thể, effective_on: 2026-01-01,\n"
        "   links: [{predecessor: so-mot}]}\n",
        "utf-8",
    )
    when = "ghi: Giải thể, từ ngày 01/01/2026."
    units = tmp_path / "a.csv"

    def ended() -> bool:
        opened.says("units", "export", "nho", str(units), "--force")
        return "31/12/2025" in units.read_text("utf-8-sig")

    command = ("units", "reorganise", "nho", str(file))
    assert (opened.says(*command, "--preview"), ended()) == ([f"Sẽ {when}"], False)
    assert (opened.says(*command), ended()) == ([f"Đã {when}"], True)
    assert opened.refuses(*command) == (
        "Việc sắp xếp “Giải thể” đã được ghi. Nếu là việc khác, hãy đặt tên, mã khác."
    )
