"""What is always asked: existence, nominator, limit, dossier, one award, the law of the day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.thidua.awards.nominees import (
    collective,
    found,
    judged,
    one,
    person,
    said,
    scheme,
)

from thidua.awards.nominee import Attested, AwardOnRecord, Filed
from thidua.spec.base import Provenance
from thidua.spec.legal import LegalRegime

ENDED = "Sở Một đã kết thúc hoạt động ngày 28/02/2026, trước ngày xét 15/03/2026"


def test_who_meets_everything_may_take_the_slot() -> None:
    outcome = judged(collective())
    assert {slot: outcome.answer(slot) for slot in outcome.findings} == {
        "tt-so": "yes", "tt-xa": "no",
    }  # fmt: skip
    assert (outcome.slots("yes"), outcome.slots("no"), outcome.slots("verify")) == (
        ("tt-so",), ("tt-xa",), (),
    )  # fmt: skip


def test_one_no_outweighs_what_is_still_to_be_verified() -> None:
    nominee = collective(level="commune", standing=None)
    outcome = judged(nominee)
    assert (outcome.answer("tt-so"), outcome.answer("tt-xa")) == ("no", "verify")


@pytest.mark.parametrize(
    ("changed", "answer", "words"),
    [
        ({}, "yes", "Sở Một đang hoạt động vào ngày xét 15/03/2026."),
        (
            {"exists": False, "ended_on": date(2026, 2, 28)}, "no",
            f"{ENDED}; không khen đơn vị đã giải thể.",
        ),
        ({"exists": False}, "no", "Sở Một chưa được thành lập vào ngày xét 15/03/2026."),
    ],
)  # fmt: skip
def test_a_unit_must_exist_on_the_day(changed: dict[str, Any], answer: str, words: str) -> None:
    assert said(collective(**changed), "tt-so", "exists") == (answer, words)


def test_a_person_of_a_dissolved_unit_is_to_be_verified() -> None:
    nominee = person(exists=False, ended_on=date(2026, 2, 28))
    assert said(nominee, "cn-khac", "exists") == (
        "verify", f"{ENDED}; cần xác minh nơi công tác hiện nay.",
    )  # fmt: skip


def test_nominations_beyond_the_limit_are_refused_together() -> None:
    assert said(person(beside=1), "cn-khac", "limit") == (
        "yes", "Sở Một đề nghị 01 cá nhân, không quá 01.",
    )  # fmt: skip
    assert said(person(beside=3), "cn-khac", "limit") == (
        "no", "Sở Một đề nghị 03 cá nhân, vượt quá 01; phải rút bớt 02 rồi mới xét.",
    )  # fmt: skip


def test_without_a_limit_none_is_asked() -> None:
    quotas = [{**quota, "per_body": None} for quota in scheme().model_dump()["quotas"]]
    outcome = judged(person(beside=9), scheme(quotas=quotas))
    assert "limit" not in {finding.condition for finding in outcome.findings["cn-khac"]}


def test_a_slot_may_be_for_some_levels_alone() -> None:
    assert said(collective(level="commune"), "tt-so", "level") == (
        "no", "Sở Một thuộc cấp xã; suất này dành cho cấp tỉnh.",
    )  # fmt: skip
    assert said(collective(level=None), "tt-so", "level") == (
        "verify", "Chưa rõ Sở Một thuộc cấp nào.",
    )  # fmt: skip


def test_a_scheme_without_places_for_the_recipient_finds_nothing() -> None:
    quotas = [scheme().model_dump()["quotas"][1]]
    outcome = judged(collective(), scheme(quotas=quotas))
    assert (outcome.findings, outcome.slots("yes")) == ({}, ())


DEPARTMENTS = {"label": "sở, ban, ngành tỉnh", "levels": ["province"]}
COMMUNES = {"label": "UBND cấp xã", "levels": ["commune"]}


def test_only_the_bodies_that_the_scheme_names_nominate() -> None:
    assert one(person(), "nominator", nominators=DEPARTMENTS) == (
        "yes", "Sở Một thuộc diện được đề nghị.",
    )  # fmt: skip
    assert one(person(), "nominator", nominators=COMMUNES) == (
        "no", "Sở Một không thuộc diện đề nghị: UBND cấp xã.",
    )  # fmt: skip


def test_who_may_be_honoured_is_said_apart_from_who_takes_part() -> None:
    assert one(collective(), "honoured", participants=DEPARTMENTS) == (
        "yes", "Sở Một thuộc đối tượng được khen.",
    )  # fmt: skip
    assert one(collective(), "honoured", participants=DEPARTMENTS, honoured=COMMUNES) == (
        "no", "Sở Một không thuộc đối tượng được khen: UBND cấp xã.",
    )  # fmt: skip


ITEM = {"code": "to-trinh", "label": "Tờ trình"}


@pytest.mark.parametrize(
    ("filed", "answer", "words"),
    [
        (Filed(), "verify", "Hồ sơ chưa được tiếp nhận."),
        (
            Filed(date(2026, 2, 1), ("thiếu Tờ trình", "thiếu ngày sinh")), "verify",
            "Hồ sơ chưa đủ: thiếu Tờ trình, thiếu ngày sinh.",
        ),
        (Filed(date(2026, 2, 1)), "yes", "Hồ sơ nhận ngày 01/02/2026, đủ thành phần."),
        (
            Filed(date(2026, 2, 1), ("thiếu Tờ trình",), date(2026, 2, 5), date(2026, 2, 10)),
            "verify",
            "Hồ sơ đã trả lại ngày 05/02/2026 để bổ sung, hạn 10/02/2026, chưa nhận lại. Hồ sơ "
            "chưa đủ: thiếu Tờ trình.",
        ),
    ],
)  # fmt: skip
def test_a_dossier_is_asked_where_the_scheme_lists_what_it_needs(
    filed: Filed, answer: str, words: str
) -> None:
    assert one(person(filed=filed), "dossier", dossier=[ITEM]) == (answer, words)
    conditions = {item.condition for item in judged(person(filed=filed)).findings["cn-khac"]}
    assert ("dossier" in conditions) == (filed.returned_on is not None)


def record(**changed: Any) -> AwardOnRecord:
    """Bằng khen for 2025 of the movement, by decision 12."""
    given = {
        "form": "Bằng khen", "movement": "cchc", "movement_title": "Phong trào", "year": 2025,
        "closing": False, "decision": "12/QĐ-UBND", "decided_on": date(2026, 1, 5), **changed,
    }  # fmt: skip
    return AwardOnRecord(**given)


HAD = "đã được tặng Bằng khen năm 2025 của “{}” theo Quyết định số 12/QĐ-UBND ngày 05/01/2026"
NOTHING = "Bà Ánh chưa có khen thưởng nào cho thành tích này trong sổ khen thưởng."
UNSAID = "Hồ sơ chưa trả lời điều kiện “thành tích này chưa được khen ở lần khác”."


@pytest.mark.parametrize(
    ("records", "answer", "words"),
    [
        ((), "yes", NOTHING),
        ((record(year=2024),), "yes", NOTHING),
        ((record(revoked_by="15/QĐ-UBND"),), "yes", NOTHING),
        (
            (record(),), "no",
            f"Bà Ánh {HAD.format('Phong trào')}; một thành tích chỉ khen một lần.",
        ),
        (
            (record(movement="khac", movement_title="Khác"),), "verify",
            f"Bà Ánh {HAD.format('Khác')}. {UNSAID}",
        ),
    ],
)  # fmt: skip
def test_one_achievement_is_honoured_once(
    records: tuple[AwardOnRecord, ...], answer: str, words: str
) -> None:
    assert said(person(records=records), "cn-khac", "once") == (answer, words)


def test_an_award_on_record_can_be_followed_back_to_its_decision() -> None:
    finding = found(person(records=(record(),)), "cn-khac", "once")
    assert finding.facts == {"decision": "12/QĐ-UBND", "decided_on": "2026-01-05"}


def test_the_standing_office_settles_whether_it_is_another_achievement() -> None:
    other = {"thanh-tich-khac": Attested(True, True, "Tờ trình 9")}
    nominee = person(records=(record(movement="khac", movement_title="Khác"),), attested=other)
    assert said(nominee, "cn-khac", "once")[0] == "yes"


def test_a_closing_award_looks_back_on_the_yearly_ones() -> None:
    closing = [{"year": 2025, "index_year": 2025, "closing": True}]
    assert one(person(records=(record(year=2024),)), "once", rounds=closing)[0] == "verify"
    whole = record(year=2025, closing=True)
    assert one(person(records=(whole,)), "once", rounds=closing)[0] == "no"


LAW_2022 = LegalRegime(
    code="luat-2022", title="Luật Thi đua, khen thưởng", number="06/2022/QH15",
    in_force_from=date(2024, 1, 1),
)  # fmt: skip
LAW_2026 = LegalRegime(
    code="luat-2026", title="Luật sửa đổi", number="06/2026/QH16",
    in_force_from=date(2026, 3, 1), provenance=Provenance.UNVERIFIED, amends=("luat-2022",),
)  # fmt: skip
CITED = "Luật Thi đua, khen thưởng số 06/2022/QH15"


@pytest.mark.parametrize(
    ("law_date", "received", "regimes", "answer", "words"),
    [
        (
            "considered", None, [LAW_2022], "yes",
            f"Áp dụng văn bản có hiệu lực vào ngày xét 15/03/2026: {CITED}.",
        ),
        (
            "received", date(2026, 2, 28), [LAW_2022, LAW_2026], "yes",
            f"Áp dụng văn bản có hiệu lực vào ngày nhận hồ sơ 28/02/2026: {CITED}.",
        ),
        (
            "considered", date(2026, 2, 28), [LAW_2022, LAW_2026], "verify",
            f"Văn bản có hiệu lực vào ngày xét 15/03/2026: {CITED}; Luật sửa đổi số 06/2026/QH16. "
            "Chưa kiểm chứng: Luật sửa đổi số 06/2026/QH16. Hãy đối chiếu với văn bản gốc rồi nhập "
            "lại văn bản áp dụng.",
        ),
        (
            "received", None, [LAW_2022], "verify",
            "Chưa ghi ngày nhận hồ sơ nên chưa biết văn bản nào áp dụng.",
        ),
        (
            "received", date(2023, 1, 1), [LAW_2022], "verify",
            "Chưa khai luật có hiệu lực vào ngày nhận hồ sơ 01/01/2023.",
        ),
    ],
)  # fmt: skip
def test_the_law_is_that_of_the_day_which_the_scheme_declares(
    law_date: str, received: date | None, regimes: list[LegalRegime], answer: str, words: str
) -> None:
    outcome = judged(person(filed=Filed(received)), scheme(law_date=law_date), regimes=regimes)
    [law] = [item for item in outcome.findings["cn-khac"] if item.condition == "law"]
    assert (law.answer, law.words) == (answer, words)
