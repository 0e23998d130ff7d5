from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from thidua.cli import cli

SET = """
code: mau
version: "1"
title: Bộ mẫu
kinds: [so]
grading: chung
pending: zero
declared: {criteria: 2, points: 8.5}
{acknowledged}
domains:
  - code: "1"
    name: Lĩnh vực 1
    appraiser: so-noi-vu
    criteria:
      - {code: "1.1", name: Tiêu chí, max_points: 8.5, rule: {kind: yes_no}}
"""
KNOWN = 'acknowledged: [{finding: declared-criteria, note: "In 2.", source: "QĐ mẫu"}]'


def run(tmp_path: Path, text: str, *options: str) -> Result:
    file = tmp_path / "bo.yaml"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(cli, ["criteria", "lint", str(file), *options])


def test_lint_prints_each_finding_with_its_remedy_and_fails(tmp_path: Path) -> None:
    result = run(tmp_path, SET.replace("{acknowledged}", ""))
    assert result.exit_code == 1
    assert result.output == (
        "LỖI       bộ tiêu chí: nguồn ghi 2 tiêu chí, cộng trong bộ được 1 [declared-criteria]\n"
        "          Sửa bộ tiêu chí cho khớp; nếu nguồn in như vậy thì ghi nhận kèm nguồn. "
        "(declared, acknowledged)\n"
    )


def test_lint_passes_when_the_contradiction_is_acknowledged(tmp_path: Path) -> None:
    result = run(tmp_path, SET.replace("{acknowledged}", KNOWN), "--json")
    assert result.exit_code == 0
    assert json.loads(result.output)["findings"] == [
        {
            "code": "declared-criteria",
            "place": "bộ tiêu chí",
            "severity": "error",
            "message": "nguồn ghi 2 tiêu chí, cộng trong bộ được 1",
            "remedy": "Sửa bộ tiêu chí cho khớp; nếu nguồn in như vậy thì ghi nhận kèm nguồn.",
            "field": "declared, acknowledged",
            "acknowledged": {
                "finding": "declared-criteria",
                "note": "In 2.",
                "source": "QĐ mẫu",
            },
        }
    ]


def test_lint_reports_every_broken_field_with_its_place(tmp_path: Path) -> None:
    text = SET.replace("{acknowledged}", "").replace("kind: yes_no", "kind: yes_no, no_points: a")
    result = run(tmp_path, text.replace("pending: zero", "pending: maybe"), "--json")
    assert result.exit_code == 1
    assert [(item["place"], item["message"]) for item in json.loads(result.output)["findings"]] == [
        ("pending", "chỉ nhận: 'out_of_maximum' hoặc 'zero'"),
        ("domains.0.criteria.0.rule.yes_no.no_points", "phải là số"),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: ]", "bo.yaml dòng 1, cột 4: không đúng cú pháp YAML\n"),
        ("", "bo.yaml: phải là một nhóm trường\n"),
    ],
)
def test_lint_of_what_is_no_set_is_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    result = run(tmp_path, text)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", sentence)


def test_lint_of_an_unknown_set_names_the_known_ones() -> None:
    result = CliRunner().invoke(cli, ["criteria", "lint", "khong-co/bo"])
    assert result.exit_code == 2
    assert result.stderr.startswith("Không có tỉnh “khong-co”.")


def test_lint_looks_at_the_bands_of_a_grading_file(tmp_path: Path) -> None:
    grading = tmp_path / "xep-loai.yaml"
    grading.write_text("bands: [{label: Tốt, from: 80}]", encoding="utf-8")
    sound = SET.replace("{acknowledged}", "").replace("criteria: 2", "criteria: 1")
    result = run(tmp_path, sound, "--grading", str(grading))
    assert (result.exit_code, result.output) == (
        0,
        "nên xem   Tốt: chỉ số dưới 80 không thuộc loại nào [band-gap]\n"
        "          Bỏ ngưỡng của loại thấp nhất, hoặc thêm một loại.\n",
    )
