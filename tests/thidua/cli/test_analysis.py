"""``thidua results compare``, ``gaps`` and ``robustness``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.small import compute, enter, fill_all
from tests.thidua.cli.conftest import Shell

from thidua.store.campaigns import Campaign
from thidua.store.provinces import Province
from thidua.store.tenancy import enter_province

TITLE = "Chỉ số cải cách hành chính năm 2025. SỐ LIỆU MINH HỌA."
SO = "Sở, ban, ngành / Khối 1"


@pytest.fixture
def computed(opened: Shell, sessions: sessionmaker[Session]) -> Shell:
    """Versions 1 and 2; in between Sở Một lost five appraised points in 1.2."""
    with sessions.begin() as session:
        enter_province(session, session.scalars(select(Province.id)).one())
        campaign = session.scalars(select(Campaign)).one()
        fill_all(session, campaign)
        compute(session, campaign)
        enter(session, campaign, "so-mot", {"1.2": {"points": 300_000}}, "appraised")
        compute(session, campaign)
    return opened


@pytest.fixture
def assumption(tmp_path: Path) -> str:
    """A file of what an analyst assumes."""
    file = tmp_path / "gia_dinh.yaml"
    file.write_text(
        "title: Chênh lệch giữa hai tổ\nleaves:\n  - {nodes: ['1.2'], points: 1}\n",
        encoding="utf-8",
    )
    return str(file)


LEAF = (
    "1.2 Trang thông tin: 35 → 30 (−5 điểm), số liệu thay đổi. Trước: Chấm trực tiếp, tối đa 40 "
    "điểm → 35 điểm; sau: Chấm trực tiếp, tối đa 40 điểm → 30 điểm."
)


def side(points: str, index: str, rank: int | None, band: str | None) -> dict[str, Any]:
    return {"unit": "Sở Một", "points": points, "maximum": "100", "index": index, "rank": rank,
            "band": band}  # fmt: skip


def version(number: int) -> dict[str, Any]:
    title = "Chỉ số cải cách hành chính năm 2025"
    return {"id": number, "year": 2025, "number": number, "title": title, "illustrative": True}


def test_compare_prints_what_changed(computed: Shell) -> None:
    assert computed.says("results", "compare", "nho", "1", "2") == [
        f"Từ bản số 1 năm 2025 đến bản số 2 năm 2025: {TITLE}",
        "Sở Ba:",
        "  Hạng: 3 → 2 (tăng 1 bậc).",
        "Sở Một:",
        "  Điểm: 80 → 75 (−5 điểm).",
        "  Chỉ số: 80,00% → 75,00% (−5,00 điểm phần trăm).",
        "  Hạng: 1 → 2 (giảm 1 bậc).",
        "  Xếp loại: Tốt → Khá.",
        f"  {LEAF}",
    ]
    assert computed.says("results", "compare", "nho", "2", "2") == [
        f"Từ bản số 2 năm 2025 đến bản số 2 năm 2025: {TITLE}",
        "  Không có gì thay đổi.",
    ]
    found = computed.json("results", "compare", "nho", "1", "2")
    assert (found["first"], found["second"]) == (version(1), version(2))
    assert found["changes"][1] == {
        "unit": "Sở Một",
        "first": side("80", "80.00", 1, "Tốt"),
        "second": side("75", "75.00", 2, "Khá"),
        "points": "-5",
        "index": "-5.00",
        "places": -1,
        "leaves": [
            {
                "code": "1.2", "title": "Trang thông tin", "first": "35", "second": "30",
                "points": "-5", "reason": "inputs", "words": LEAF,
            }
        ],
        "caps": "0",
        "words": [
            "Điểm: 80 → 75 (−5 điểm).",
            "Chỉ số: 80,00% → 75,00% (−5,00 điểm phần trăm).",
            "Hạng: 1 → 2 (giảm 1 bậc).",
            "Xếp loại: Tốt → Khá.",
            LEAF,
        ],
    }  # fmt: skip
    assert computed.refuses("results", "compare", "nho", "1", "99") == (
        "Không có bản kết quả này, hoặc kết quả chưa công bố."
    )


def test_compare_of_two_years(computed: Shell) -> None:
    computed.says("campaign", "close", "nho", "1")
    computed.says("campaign", "open", "nho", "2026")
    computed.says("results", "compute", "nho", "2")
    lines = computed.says("results", "compare", "nho", "2", "3")
    assert lines[0] == (
        "Từ bản số 2 năm 2025 đến bản số 1 năm 2026: Chỉ số cải cách hành chính năm 2026. "
        "SỐ LIỆU MINH HỌA."
    )
    assert lines[1:5] == [
        "Sở Ba:",
        "  Năm 2025: 75,00%, hạng 2, loại Khá; năm 2026: 0,00%, hạng 1, loại Trung bình "
        "(−75,00 điểm phần trăm, tăng 1 bậc).",
        "  Theo các tiêu chí đối chiếu được: 75,00% → 0,00% (−75,00 điểm phần trăm).",
        "  Trang thông tin: 75,00% → 0,00% (−75,00 điểm phần trăm).",
    ]
    (three, *_) = computed.json("results", "compare", "nho", "2", "3")["changes"]
    assert (three["index"], three["places"], three["share"], three["whole"]) == (
        "-75.00", 1, "100.0000", True,
    )  # fmt: skip
    assert three["mapped"] == {
        "title": "",
        "first": {"points": "30", "maximum": "40"},
        "second": {"points": "0", "maximum": "40"},
    }


def test_gaps_between_self_and_appraised(computed: Shell) -> None:
    assert computed.says("results", "gaps", "nho", "2") == [
        f"Tự chấm và thẩm định, bản số 2 năm 2025: {TITLE}",
        "Các tiêu chí chênh nhiều nhất:",
        "  1.2 Trang thông tin: chênh lệch 5 điểm ở 1/4 đơn vị, cộng lại −5 điểm.",
        "Các đơn vị chênh nhiều nhất:",
        "  Sở Một:",
        "    Điểm: 80 → 75 (−5 điểm).",
        "    Chỉ số: 80,00% → 75,00% (−5,00 điểm phần trăm).",
        f"    {LEAF}",
    ]
    assert computed.says("results", "gaps", "nho", "1") == [
        f"Tự chấm và thẩm định, bản số 1 năm 2025: {TITLE}",
        "  Không có chênh lệch.",
    ]
    found = computed.json("results", "gaps", "nho", "2")
    assert (found["units"], found["gaps"]) == (
        4,
        [
            {
                "set": "bo-nho", "code": "1.2", "title": "Trang thông tin", "points": "-5",
                "distance": "5", "units": 1,
            }
        ],
    )  # fmt: skip
    assert found["changes"][0]["first"] == side("80", "80.00", None, None)
    assert computed.json("results", "gaps", "nho", "2", "--kind", "xa")["changes"] == []


def test_robustness_prints_intervals_as_internal(computed: Shell, assumption: str) -> None:
    words = ("results", "robustness", "nho", "2", "--uncertainty", assumption, "--quota", "1")
    found = computed.json(*words, "--draws", "300")
    units = {unit["unit"]: unit for unit in found["units"]}
    three, one = units["Sở Ba"], units["Sở Một"]
    assert (found["internal"], found["quota"], found["draws"], found["seed"]) == (True, 1, 300, 1)
    assert found["uncertainty"] == json.loads(
        '{"title": "Chênh lệch giữa hai tổ", "leaves": [{"nodes": ["1.2"], "points": "1"}]}'
    )
    assert units["Sở Hai"] == {
        "unit": "Sở Hai", "group": SO, "rank": 1, "band": "Tốt", "interval": [1, 1],
        "extremes": [1, 1], "stable": True, "ranks": {"1": 300}, "inside": 300,
        "bands": units["Sở Hai"]["bands"],
    }  # fmt: skip
    assert sum(units["Sở Hai"]["bands"].values()) == 300
    assert (three["rank"], one["rank"], three["interval"], one["interval"]) == (
        2, 2, [2, 3], [2, 3],
    )  # fmt: skip
    assert computed.json(*words, "--draws", "300") == found
    lines = computed.says(*words, "--draws", "300")
    assert lines[:5] == [
        f"Khoảng hạng, bản số 2 năm 2025: {TITLE}",
        "  Nội bộ, không công bố: khoảng hạng không làm thay đổi kết quả.",
        "  Giả định của người phân tích, không phải quy định: Chênh lệch giữa hai tổ.",
        "  Tiêu chí được coi là chưa chắc chắn: 1.2.",
        "  Đồng hạng ngay vạch suất thì đều tính trong.",
    ]
    assert lines[5:7] == [
        "Cấp xã:",
        "  Xã Một: hạng 1 (vững); 90% số lần thử trong khoảng 1-1; tốt nhất 1, thấp nhất 1; "
        "trong 1 suất 100,0%; loại "
        + ", ".join(f"{band} {share}" for band, share in shares(units["Xã Một"]))
        + ".",
    ]
    assert lines[7] == f"{SO}:"


def shares(unit: dict[str, Any]) -> list[tuple[str, str]]:
    """The bands of a unit in per cent of 300 draws, one decimal, half away from zero."""
    tenths = {band: (count * 2_000 + 300) // 600 for band, count in unit["bands"].items() if count}
    return [(band, f"{t // 10},{t % 10}%") for band, t in tenths.items()]


def test_an_assumption_that_cannot_be_read_is_refused(
    computed: Shell, assumption: str, tmp_path: Path
) -> None:
    words = ("results", "robustness", "nho", "2", "--quota", "1", "--uncertainty")
    assert computed.refuses(*words, str(tmp_path / "khong-co.yaml")) == (
        "khong-co.yaml: không đọc được tệp"
    )
    Path(assumption).write_text("title: Thử\nleaves: [{nodes: ['9'], points: 1}]\n")
    assert computed.refuses(*words, assumption) == "leaves.0: bộ tiêu chí không có mã 9"
    Path(assumption).write_text("leaves: [{nodes: ['1'], point: 1}]\n")
    refusal = computed.refuses(*words, assumption)
    assert "gia_dinh.yaml, title: thiếu trường này" in refusal.splitlines()
    assert computed.refuses(*words, assumption, "--draws", "0").startswith(
        "--draws phải là số nguyên từ 1 đến 1000000."
    )
