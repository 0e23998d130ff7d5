"""``thidua awards``: rounds, opening, proposing, exporting, amending."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import HELD, collective, publish_small, scheme
from tests.thidua.cli.conftest import Shell

from thidua.spec.document import document
from thidua.store.awards import AwardRound
from thidua.store.provinces import Province
from thidua.store.tenancy import enter_province


@pytest.fixture
def published(shell: Shell, sessions: sessionmaker[Session]) -> Shell:
    """Tỉnh Nhỏ with a scheme and a final result of 2025."""
    with sessions.begin() as session:
        publish_small(session)
    return shell


@pytest.fixture
def nominated(published: Shell, sessions: sessionmaker[Session]) -> Shell:
    """The round of 2025 open, with Sở Một and Sở Hai nominated."""
    published.says("awards", "open", "nho", "khen-cchc", "2025", "--on", "15/03/2026")
    with sessions.begin() as session:
        enter_province(session, session.scalars(select(Province.id)).one())
        round_ = session.scalars(select(AwardRound)).one()
        collective(session, round_, "so-mot")
        collective(session, round_, "so-hai")
    return published


def test_rounds_are_listed_before_and_after_opening(published: Shell) -> None:
    held = f"   -  khen-cchc 2026  tạm dừng: {HELD}"
    assert published.says("awards", "rounds", "nho") == [
        "   -  khen-cchc 2025  chưa mở, theo chỉ số năm 2025", held,
    ]  # fmt: skip
    assert published.says("awards", "open", "nho", "khen-cchc", "2025") == [
        "Đã mở đợt 1: Khen thưởng cải cách hành chính, năm 2025."
    ]
    assert published.says("awards", "rounds", "nho") == [
        "   1  khen-cchc 2025  đã mở, 0 đề nghị, 0 lần đề xuất", held,
    ]  # fmt: skip
    assert published.json("awards", "rounds", "nho")[0] == {
        "scheme": "khen-cchc", "title": "Khen thưởng cải cách hành chính", "movement": "cchc",
        "year": 2025, "index_year": 2025, "held": "", "round_id": 1, "nominations": 0,
        "proposals": 0,
    }  # fmt: skip


def test_a_province_without_schemes_says_so(opened: Shell) -> None:
    assert opened.says("awards", "rounds", "nho") == ["Tỉnh chưa khai cách xét khen nào."]


def test_a_proposal_is_printed_with_its_reasons(nominated: Shell) -> None:
    lines = nominated.says("awards", "propose", "nho", "1")
    assert lines[0] == "Đã lập đề xuất số 1: 2 đồng hạng ở ranh giới."
    assert lines[1].startswith(
        "  Sở Một: Đồng hạng ở ranh giới. Bằng Sở Hai (chỉ số 80,00%); Hội đồng chọn 01 trong 02."
    )
    assert lines[3] == (
        "  Sở Một, Sở Hai bằng nhau (chỉ số 80,00%) và tranh suất tập thể sở: "
        "Hội đồng chọn 01 trong 02."
    )
    assert lines[-1] == "  SỐ LIỆU MINH HỌA"
    said = nominated.json("awards", "propose", "nho", "1")
    assert (said["number"], [tie["pick"] for tie in said["ties"]]) == (2, [1])


def test_a_round_is_exported(nominated: Shell, tmp_path: Path) -> None:
    file = tmp_path / "khen.xlsx"
    nominated.says("awards", "propose", "nho", "1")
    assert nominated.says("awards", "export", "nho", "1", str(file)) == [f"Đã ghi {file}."]
    cells = [cell for row in load_workbook(file).worksheets[0].values for cell in row]
    assert {"Sở Một", "Sở Hai", "SỐ LIỆU MINH HỌA", "Đồng hạng ở ranh giới"} <= {*cells}
    assert nominated.refuses("awards", "export", "nho", "1", str(file)) == (
        f"Tệp {file} đã có. Hãy chọn tên khác hoặc thêm --force để ghi đè."
    )


def test_an_amendment_releases_a_held_round(published: Shell, tmp_path: Path) -> None:
    file = tmp_path / "sua-doi.yaml"
    rounds = [{"year": year, "index_year": 2025} for year in (2025, 2026)]
    basis = [{"title": "Kế hoạch sửa đổi"}]
    amended = scheme(version="2", rounds=rounds, legal_basis=basis)
    file.write_text(str(document(amended)), encoding="utf-8")
    opening = ("awards", "open", "nho", "khen-cchc", "2026")
    assert published.refuses(*opening).startswith(f"Đợt năm 2026 đang tạm dừng: {HELD}")
    assert published.says("awards", "amend", "nho", str(file)) == [
        "Đã nhập Khen thưởng cải cách hành chính, phiên bản 2; các đợt mở sau theo bản này."
    ]
    assert published.says(*opening) == ["Đã mở đợt 1: Khen thưởng cải cách hành chính, năm 2026."]


def test_a_file_that_is_no_scheme_names_every_problem(published: Shell, tmp_path: Path) -> None:
    file = tmp_path / "sai.yaml"
    file.write_text("code: khen-cchc\nrounds: []\n", encoding="utf-8")
    said = published.refuses("awards", "amend", "nho", str(file)).splitlines()
    assert said == [
        "sai.yaml, title: thiếu trường này",
        "sai.yaml, movement: thiếu trường này",
        "sai.yaml, rounds: phải có thêm ít nhất một phần tử",
    ]


def test_what_adding_one_would_change_is_asked_without_writing(nominated: Shell) -> None:
    assert nominated.says("awards", "if-added", "nho", "1", "2") == [
        "Thêm Sở Hai thì: Sở Một từ “Đồng hạng ở ranh giới” thành “Đủ điều kiện, hết suất”."
    ]
    assert nominated.json("awards", "if-added", "nho", "1", "2")["slots"] == ["tt-so"]
    assert nominated.refuses("awards", "if-added", "nho", "1", "9") == (
        "Đợt này không có đề nghị ấy, hoặc đề nghị đã rút."
    )


LAW = """\
code: luat-2026
title: Luật sửa đổi
number: 06/2026/QH16
in_force_from: 2026-10-01
provenance: unverified
"""


def test_a_guidance_and_a_law_are_entered_from_files(published: Shell, tmp_path: Path) -> None:
    later = tmp_path / "huong-dan.yaml"
    said = {**document(scheme()), "code": "huong-dan", "title": "Hướng dẫn"}
    later.write_text(json.dumps(said), encoding="utf-8")
    assert published.says("awards", "add", "nho", str(later)) == ["Đã nhập Hướng dẫn, phiên bản 1."]
    assert published.says("awards", "laws", "nho") == ["Tỉnh chưa khai văn bản áp dụng nào."]
    file = tmp_path / "luat.yaml"
    file.write_text(LAW, encoding="utf-8")
    assert published.says("awards", "law", "nho", str(file)) == [
        "Đã nhập Luật sửa đổi số 06/2026/QH16."
    ]
    assert published.says("awards", "laws", "nho") == [
        "Luật sửa đổi số 06/2026/QH16: từ 01/10/2026 đến nay, chưa kiểm chứng"
    ]
