"""``thidua results what-if`` and ``against``."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.small import compute, fill_all
from tests.thidua.cli.conftest import Shell

from thidua.store.campaigns import Campaign
from thidua.store.provinces import Province
from thidua.store.tenancy import enter_province

BA = "1"
"""The row of Sở Ba."""


@pytest.fixture
def computed(opened: Shell, sessions: sessionmaker[Session]) -> Shell:
    """Version 1 of the campaign, wholly entered."""
    with sessions.begin() as session:
        enter_province(session, session.scalars(select(Province.id)).one())
        campaign = session.scalars(select(Campaign)).one()
        fill_all(session, campaign)
        compute(session, campaign)
    return opened


def test_other_figures_move_the_unit_and_others(computed: Shell) -> None:
    assert computed.says("results", "what-if", "nho", BA, "1.2.points=40") == [
        "Tính thử, chưa ghi gì: 55 điểm.",
        "Sở Ba: chỉ số 75,00 → 91,67; hạng 3 → 1; loại Khá → Tốt.",
        "Sở Hai: hạng 1 → 2.",
        "Sở Một: hạng 1 → 2.",
    ]
    found = computed.json("results", "what-if", "nho", BA, "1.2.points=40")
    assert (found["points"], len(found["moves"])) == ("55", 3)
    assert found["moves"][0] == {
        "unit": "Sở Ba",
        "before": {"index": "75.00", "rank": 3, "band": "Khá"},
        "after": {"index": "91.67", "rank": 1, "band": "Tốt"},
    }


def test_what_cannot_be_tried_is_a_sentence(computed: Shell) -> None:
    ask = ("results", "what-if", "nho", BA)
    assert computed.refuses(*ask, "1.2") == "1.2: hãy ghi dạng 1.2.numerator=45."
    assert computed.refuses(*ask, "1.2.points=50") == (
        "1.2.points: “Điểm” phải từ 0 đến 40; hãy nhập lại"
    )


def test_a_set_that_is_not_mapped_is_named(computed: Shell, tmp_path: Path) -> None:
    file = tmp_path / "bo.csv"
    file.write_text("Mã;Điểm;Điểm tối đa\n1;8,5;10\n", "utf-8")
    assert computed.refuses("results", "against", "nho", "1", "bo-noi-vu", str(file)) == (
        "Bộ tiêu chí của bản kết quả này chưa có bảng đối chiếu với “bo-noi-vu”. "
        "Hãy ghi mappings trong bộ tiêu chí."
    )
    file.write_text("Mã;Điểm\n1;8,5\n", "utf-8")
    assert computed.refuses("results", "against", "nho", "1", "bo-noi-vu", str(file)) == (
        "bo.csv: không có hàng tiêu đề Mã, Điểm, Điểm tối đa; hãy thêm vào."
    )
