"""Tiền Giang's awards of 2023: Cờ thi đua, then Bằng khen, by the appraised index with DDCI.

Figures, blocks and numbers of places are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import outcomes
from tests.factories import COMMAND
from tests.years.awarded import agreed, decide, followed_back, hand_in, put, why_not
from tests.years.scored import score

from thidua.registry import load_province
from thidua.store.awards import AwardRound
from thidua.work.award_page import round_page
from thidua.work.awards import open_round, propose_awards
from thidua.work.provinces import apply_province
from thidua_tiengiang.plugin import province

SPEC = load_province("tiengiang", province).spec
MEDALS, FLAGS = SPEC.award_schemes
DECIDES_ON = date(2024, 3, 15)
WEAK = {
    "so-tai-chinh": 0, "so-noi-vu": 1, "so-tu-phap": 1, "so-y-te": 2, "so-ngoai-vu": 14,
    "cuc-thue": 0, "kho-bac-nha-nuoc": 14, "huyen-cho-gao": 0, "huyen-cai-lay": 1,
    "huyen-go-cong-tay": 2, "huyen-tan-phuoc": 3,
}  # fmt: skip


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Tiền Giang with a published result of 2023."""
    with sessions() as session:
        apply_province(session, spec=SPEC, by=COMMAND)
        score(session, SPEC, 2023, WEAK, others=5)
        yield session


def opened(session: Session, code: str) -> AwardRound:
    return open_round(session, scheme=code, year=2023, decides_on=DECIDES_ON, by=COMMAND)


def flags(session: Session) -> None:
    """The first of each block gets the flag; the others are told their rank."""
    round_ = opened(session, FLAGS.code)
    for key in ("so-tai-chinh", "so-noi-vu", "cuc-thue", "huyen-cho-gao"):
        put(session, round_, key)
    hand_in(session, round_, date(2024, 2, 1))
    made = propose_awards(session, round_id=round_.id, by=COMMAND)
    assert outcomes(made.document) == [
        ("Sở Tài chính", "chosen", ["co-so"]),
        ("Cục Thuế tỉnh", "chosen", ["co-nganh-doc"]),
        ("Huyện Chợ Gạo", "chosen", ["co-huyen"]),
        ("Sở Nội vụ", "refused", []),
    ]
    assert made.document["lines"][3]["words"] == (
        "Sở Nội vụ chỉ số 97,00%, hạng 2 trong các sở, ban, ngành tỉnh, xếp loại Xuất sắc, theo "
        "kết quả chính thức năm 2023, bản số 1: chưa đạt hạng 1 trở lên."
    )
    assert followed_back(session, made.document) == 12
    page = round_page(session, round_id=round_.id, by=COMMAND)
    assert (page.form, page.illustrative) == ("Cờ thi đua", True)
    agreed(session, round_, date(2024, 3, 20))
    granted = decide(session, round_, "21/QĐ-UBND", date(2024, 3, 25))
    assert [(item.name, item.form_name, item.artefact, item.money) for item in granted] == [
        (name, "Cờ thi đua", "Cờ thêu", 6_000_000)
        for name in ("Sở Tài chính", "Cục Thuế tỉnh", "Huyện Chợ Gạo")
    ]


def medals(session: Session) -> None:
    """The rest by index; a block without enough gives its place on; ties go to the council."""
    round_ = opened(session, MEDALS.code)
    made = {
        key: put(session, round_, key)
        for key in (
            "so-noi-vu", "so-tu-phap", "so-y-te", "so-cong-thuong", "so-xay-dung", "so-ngoai-vu",
            "kho-bac-nha-nuoc", "bao-hiem-xa-hoi", "huyen-cai-lay", "huyen-go-cong-tay",
            "huyen-cho-gao",
        )
    }  # fmt: skip
    assert why_not(session, round_, made["so-noi-vu"], "bk-so") == [
        "Hồ sơ chưa đủ: thiếu Tờ trình, thiếu Báo cáo thành tích có xác nhận của cấp trình khen "
        "thưởng, thiếu Biên bản xét khen thưởng của Hội đồng thi đua, khen thưởng cấp trình.",
        "Chưa ghi ngày nhận hồ sơ nên chưa biết văn bản nào áp dụng.",
    ]
    hand_in(session, round_, date(2023, 12, 29))
    assert why_not(session, round_, made["huyen-cho-gao"], "bk-huyen") == [
        "Huyện Chợ Gạo đã được tặng Cờ thi đua năm 2023 của “Chuyên đề thi đua “Đẩy mạnh cải cách "
        "hành chính” năm 2023” theo Quyết định số 21/QĐ-UBND ngày 25/03/2024; một thành tích chỉ "
        "khen một lần."
    ]
    proposed = propose_awards(session, round_id=round_.id, by=COMMAND).document
    assert outcomes(proposed) == [
        ("Sở Nội vụ", "chosen", ["bk-so"]),
        ("Sở Tư pháp", "chosen", ["bk-so"]),
        ("Sở Y tế", "chosen", ["bk-so"]),
        ("Sở Công thương", "chosen", ["bk-so"]),
        ("Sở Xây dựng", "chosen", ["bk-so"]),
        ("Bảo hiểm Xã hội tỉnh", "chosen", ["bk-nganh-doc"]),
        ("Huyện Cai Lậy", "chosen", ["bk-huyen"]),
        ("Huyện Gò Công Tây", "chosen", ["bk-huyen"]),
        ("Huyện Chợ Gạo", "refused", []),
        ("Kho bạc Nhà nước tỉnh", "refused", []),
        ("Sở Ngoại vụ", "refused", []),
    ]
    assert [item["words"] for item in proposed["moved"]] == [
        "01 suất khối ngành dọc chưa có đề nghị nào đủ điều kiện, chuyển cho suất khối sở, ban, "
        "ngành tỉnh."
    ]
    assert [item["words"] for item in proposed["gaps"]] == [
        "Còn trống 01 suất cấp huyện: không còn đề nghị nào đủ điều kiện."
    ]
    law = [
        item["words"]
        for item in proposed["lines"][0]["findings"]["bk-so"]
        if item["condition"] == "law"
    ]
    assert law == [
        "Áp dụng văn bản có hiệu lực vào ngày nhận hồ sơ 29/12/2023: Luật Thi đua, Khen thưởng số "
        "15/2003/QH11."
    ]
    assert followed_back(session, proposed) == 33


def test_flags_first_then_medals_by_the_appraised_index(session: Session) -> None:
    [indicator] = [item.code for item in SPEC.indicators if item.code == "ddci"]
    [by] = [item for item in SPEC.criteria_sets if "huyen" in item.kinds]
    named = {leaf.rule.indicator for leaf in by.leaves if leaf.rule.kind == "indicator"}
    assert named == {indicator}
    flags(session)
    medals(session)
