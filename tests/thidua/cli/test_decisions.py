"""``thidua awards``: from the council to the register, by command."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests import deciding, voting
from tests.awarding import award_spec, collective, open_2025, publish_small, scheme_document
from tests.factories import COMMAND
from tests.thidua.cli.conftest import Shell

from thidua.work.awards import propose_awards

PAPER = ("--paper", "1/QĐ", "--dated", "2026-03-01")


@pytest.fixture
def proposed(shell: Shell, sessions: sessionmaker[Session]) -> Shell:
    """Sở Hai and Xã Một proposed, each for a place of its own."""
    given = scheme_document(voting=voting.VOTING, rewards=deciding.REWARDS)
    with sessions.begin() as session:
        publish_small(session, award_spec(award_schemes=[given]))
        round_ = open_2025(session)
        collective(session, round_, "so-hai")
        collective(session, round_, "xa-mot")
        propose_awards(session, round_id=round_.id, by=COMMAND)
    return shell


def test_from_the_council_to_the_certificate(proposed: Shell) -> None:
    says = proposed.says
    members = ("--member", "Bà Mẫu=Chủ tịch", "--member", "Ông Mẫu=Ủy viên=so-hai")
    assert says("awards", "council", "nho", "Hội đồng", *members, *PAPER) == [
        "Đã ghi Hội đồng 1: Hội đồng, 2 thành viên.",
        "   1  Bà Mẫu, Chủ tịch",
        "   2  Ông Mẫu, Ủy viên",
    ]
    assert says("awards", "meet", "nho", "1", "1", "--on", "01/03/2026") == [
        "Đã mở phiên họp 1: có mặt 2 trên 2."
    ]
    votes = ("--votes", "1=1/0/0", "--votes", "2=2/0/0")
    assert says("awards", "count", "nho", "1", *votes, *PAPER) == ["Đã khóa phiên họp 1."]
    assert says("awards", "concluded", "nho", "1") == [
        "   1  Sở Hai: không chọn. 1 phiếu đồng ý trên 2 (tổng số thành viên), cần ít nhất 2: "
        "không đủ phiếu. 1 thành viên không bỏ phiếu cho đơn vị mình.",
        "   2  Xã Một: chọn, suất tt-xa. 2 phiếu đồng ý trên 2 (tổng số thành viên), "
        "cần ít nhất 2: được.",
    ]
    granted = "   1  Xã Một: Bằng khen 2025, QĐ 1/QĐ"
    mark = "  SỐ LIỆU MINH HỌA"
    assert says("awards", "decide", "nho", "1", *PAPER) == ["Đã ghi quyết định 1.", granted + mark]
    assert says("awards", "refusals", "nho", "1")[-3:] == [
        "1. Sở Hai: 1 phiếu đồng ý trên 2 (tổng số thành viên), cần ít nhất 2: không đủ phiếu. "
        "1 thành viên không bỏ phiếu cho đơn vị mình.",
        "",
        "Sở Nội vụ tỉnh Nhỏ trân trọng thông báo để Sở Hai biết./.",
    ]
    assert says("awards", "register", "nho", "1", "--number", "1=7") == [f"{granted}, sổ 7{mark}"]
    assert says("awards", "hand-out", "nho", "1", "Bà Xã", "--on", "02/03/2026") == [
        "Đã ghi Bà Xã nhận ngày 02/03/2026."
    ]
    revoked = ("--reason", "Khai sai", "--paper", "9/QĐ", "--dated", "2026-04-01")
    assert says("awards", "revoke", "nho", "1", *revoked) == [
        "Đã ghi hủy bỏ khen thưởng của Xã Một."
    ]
    assert says("awards", "history", "nho", "xa-mot") == [
        f"{granted}, sổ 7, Bà Xã đã nhận 02/03/2026, hủy bỏ theo 9/QĐ ngày 01/04/2026{mark}"
    ]
    assert says("awards", "statistics", "nho", "2025", "2026") == [
        f"2025  Phong trào  Bằng khen: 0 tập thể, 0 cá nhân, 1 đã hủy bỏ{mark}"
    ]
    assert says("awards", "person", "nho", "Bà An") == ["Chưa có khen thưởng nào trong sổ."]
