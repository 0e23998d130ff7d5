"""``thidua results explain`` and ``losses``."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.small import EXEMPT, compute, fill_all
from tests.thidua.cli.conftest import Shell

from thidua.store.campaigns import Campaign
from thidua.store.provinces import Province
from thidua.store.tenancy import enter_province

BA, HAI, MOT, XA = "1", "2", "3", "4"
"""The rows of the version, by unit."""


@pytest.fixture
def computed(opened: Shell, sessions: sessionmaker[Session]) -> Shell:
    """Version 1 of the campaign, wholly entered."""
    with sessions.begin() as session:
        enter_province(session, session.scalars(select(Province.id)).one())
        campaign = session.scalars(select(Campaign)).one()
        fill_all(session, campaign)
        assert [row.name for row in compute(session, campaign).rows] == [
            "Sở Ba", "Sở Hai", "Sở Một", "Xã Một",
        ]  # fmt: skip
    return opened


def test_explain_prints_every_figure_and_what_is_missing(computed: Shell) -> None:
    assert computed.says("results", "explain", "nho", BA) == [
        "Tổng điểm:",
        "  Điểm đạt: 45 điểm",
        "  Điểm tối đa của đơn vị: 60 điểm, của cả bộ tiêu chí: 100 điểm",
        f"  Bỏ 40 điểm của 1.1 khỏi điểm tối đa: không đánh giá ({EXEMPT['reason']})",
        "Chỉ số:",
        "  Điểm ÷ điểm tối đa của đơn vị: 45 ÷ 60 = 75%",
        "Xếp loại:",
        "  Xếp loại Khá: chỉ số 75% đạt ngưỡng từ 65",
        "  Tốt từ 80; Khá từ 65; Trung bình phần còn lại",
        "  Xếp theo chỉ số đã làm tròn để công bố",
        "Hạng:",
        "  Hạng 3 trong 3 đơn vị được xếp hạng của nhóm “Sở, ban, ngành / Khối 1”",
        "  Ngay trên: Sở Hai, Sở Một (hạng 1, 80,00%)",
        "  Không đơn vị nào đứng dưới",
        "  Xếp theo chỉ số đã làm tròn để công bố",
        "Còn thiếu:",
        "  Thêm 2,997 điểm thì xếp loại Tốt",
        "  Thêm 2,997 điểm thì ngang Sở Hai và 1 đơn vị khác (hạng 1); "
        "thêm 3,003 điểm thì vượt lên hạng 1",
        "  Thêm 5 điểm ở 2.1 thì từ hạng 3 lên hạng 1, lên loại Tốt",
        "  Thêm 10 điểm ở 1.2 thì từ hạng 3 lên hạng 1, lên loại Tốt",
    ]


def test_explain_prints_one_branch_with_its_leaves(computed: Shell) -> None:
    assert computed.says("results", "explain", "nho", XA, "--code", "2") == [
        "2 Hài lòng và sáng kiến",
        "  15 + 0,5 = 15,5 điểm",
        "  Chỉ số thành phần: 15,5 ÷ 20 = 77,5%",
        "  2.1 Mức độ hài lòng",
        "    Mức độ hài lòng 75% của 20 điểm → 15 điểm",
        "    Số liệu theo điều tra, chỉ số",
        "  2.2 Sáng kiến",
        "    1 × 0,5 điểm → cộng 0,5 điểm",
        "    Số liệu theo thẩm định",
    ]


def test_explain_as_json_has_decimal_strings(computed: Shell) -> None:
    found = computed.json("results", "explain", "nho", BA)
    assert [found[name]["value"] for name in ("total", "index", "band", "rank")] == [
        "45", "75.00", "Khá", 3,
    ]  # fmt: skip
    distance = found["distance"]
    assert (distance["band"], distance["rank"]) == (
        {"points": "2.997", "target": "Tốt"},
        {"level": {"points": "2.997", "target": 1}, "above": {"points": "3.003", "target": 1}},
    )
    assert distance["steps"][0] == {
        "code": "2.1", "points": "5", "index": "83.33", "rank": 1, "band": "Tốt",
        "words": "Thêm 5 điểm ở 2.1 thì từ hạng 3 lên hạng 1, lên loại Tốt",
    }  # fmt: skip
    leaf = computed.json("results", "explain", "nho", XA, "--code", "2.1")
    assert (leaf["value"], leaf["data"]["inputs"]) == (
        "15",
        [{"name": "percent", "label": "Mức độ hài lòng (%)", "value": "75", "shown": "75"}],
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("99",), "Không có dòng kết quả này trong tỉnh đang làm việc."),
        ((BA, "--code", "9"), "Dòng này không có mã 9. Hãy xem lại mã trong bộ tiêu chí."),
    ],
)
def test_explain_refuses_what_is_not_there(
    computed: Shell, words: tuple[str, ...], said: str
) -> None:
    assert computed.refuses("results", "explain", "nho", *words) == said


def test_losses_are_printed_for_all_and_by_group(computed: Shell) -> None:
    assert computed.says("results", "losses", "nho", "1") == [
        "Tất cả các đơn vị:",
        "  1.1 Hoàn thành nhiệm vụ: mất 40 điểm ở 3 đơn vị (44,4%)",
        "  1.2 Trang thông tin: mất 29,9999 điểm ở 4 đơn vị (33,3%)",
        "  2.1 Mức độ hài lòng: mất 20 điểm ở 4 đơn vị (22,2%)",
        "Sở, ban, ngành / Khối 1:",
        "  1.1 Hoàn thành nhiệm vụ: mất 20 điểm ở 2 đơn vị (36,4%)",
        "  1.2 Trang thông tin: mất 19,9999 điểm ở 3 đơn vị (36,4%)",
        "  2.1 Mức độ hài lòng: mất 15 điểm ở 3 đơn vị (27,3%)",
        "Cấp xã:",
        "  1.1 Hoàn thành nhiệm vụ: mất 20 điểm ở 1 đơn vị (57,1%)",
        "  1.2 Trang thông tin: mất 10 điểm ở 1 đơn vị (28,6%)",
        "  2.1 Mức độ hài lòng: mất 5 điểm ở 1 đơn vị (14,3%)",
    ]


def test_losses_as_json_have_decimal_strings(computed: Shell) -> None:
    found = computed.json("results", "losses", "nho", "1")
    assert found["whole"][0] == {
        "set": "bo-nho", "code": "1.1", "title": "Hoàn thành nhiệm vụ", "points": "40",
        "units": 3, "share": "44.4445",
    }  # fmt: skip
    assert [len(found["groups"][label]) for label in ("Sở, ban, ngành / Khối 1", "Cấp xã")] == [
        3,
        3,
    ]
