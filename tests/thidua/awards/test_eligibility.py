"""Each condition in turn: yes, no or “cần xác minh”, with its sentence and its fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.thidua.awards.nominees import CAPTION, collective, judged, person, scheme, standing

from thidua.awards.nominee import Attested, AwardOnRecord, Filed, Finding, Initiative, Nominee
from thidua.spec.awards import AwardScheme
from thidua.spec.base import Provenance
from thidua.spec.legal import LegalRegime

ENDED = "Sở Một đã kết thúc hoạt động ngày 28/02/2026, trước ngày xét 15/03/2026"


def found(nominee: Nominee, slot: str, condition: str, by: AwardScheme | None = None) -> Finding:
    """The finding of one condition for one slot."""
    [finding] = [item for item in judged(nominee, by).findings[slot] if item.condition == condition]
    return finding


def said(nominee: Nominee, slot: str, condition: str) -> tuple[str, str]:
    finding = found(nominee, slot, condition)
    return finding.answer, finding.words


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


@pytest.mark.parametrize(
    ("nominee", "answer", "words"),
    [
        (
            collective(), "yes",
            f"Sở Một chỉ số 80,00%, xếp loại Tốt, theo {CAPTION}: đạt xếp loại từ Khá trở lên.",
        ),
        (
            collective(standing=standing("65.5", band="Khá")), "yes",
            f"Sở Một chỉ số 65,5%, xếp loại Khá, theo {CAPTION}: đạt xếp loại từ Khá trở lên.",
        ),
        (
            collective(standing=standing("1", band="Trung bình")), "no",
            f"Sở Một chỉ số 1%, xếp loại Trung bình, theo {CAPTION}: chưa đạt xếp loại từ Khá trở "
                "lên.",
        ),
        (
            collective(unit="Phòng Ba", standing=standing(None)), "yes",
            f"Tính theo Sở Một: xếp loại Tốt, theo {CAPTION}: đạt xếp loại từ Khá trở lên.",
        ),
        (
            collective(standing=standing(band=None)), "verify",
            f"Sở Một chỉ số 80,00%, chưa xếp loại, theo {CAPTION}; kết quả này "
                "không cho biết có đạt xếp loại từ Khá trở lên không.",
        ),
        (
            collective(standing=standing(band="A", bands=("A", "B"))), "verify",
            f"Sở Một chỉ số 80,00%, xếp loại A, theo {CAPTION}; kết quả này "
                "không cho biết có đạt xếp loại từ Khá trở lên không.",
        ),
        (
            collective(standing=None), "verify",
            "Sở Một không có chỉ số năm 2025 trong kết quả chính thức đã công bố; cần xác minh xếp "
            "loại từ Khá trở lên.",
        ),
    ],
)  # fmt: skip
def test_the_band_of_the_body_whose_index_counts(nominee: Nominee, answer: str, words: str) -> None:
    assert said(nominee, "tt-so", "band") == (answer, words)


def test_a_band_can_be_followed_back_to_its_result() -> None:
    facts = {"version": 7, "row": 9, "index": "80.00", "rank": 1, "band": "Tốt"}
    assert found(person(), "cn-khac", "band").facts == facts
    bare = person(standing=standing(None, rank=None, band=None))
    assert found(bare, "cn-khac", "band").facts == {"version": 7, "row": 9}
    assert found(person(standing=None), "cn-khac", "band").facts == {}


@pytest.mark.parametrize(
    ("category", "answer", "words"),
    [
        ("cong_chuc", "yes", "Bà Ánh là công chức, đúng đối tượng của suất."),
        ("vien_chuc", "no", "Bà Ánh là viên chức; suất này dành cho cán bộ, công chức."),
        (None, "verify", "Hồ sơ chưa ghi Bà Ánh thuộc diện nào (cán bộ, công chức…)."),
    ],
)
def test_a_slot_may_be_for_some_categories_alone(
    category: str | None, answer: str, words: str
) -> None:
    assert said(person(category=category), "cn-chon", "category") == (answer, words)


def test_the_category_of_a_person_is_not_asked_of_a_collective() -> None:
    common = scheme(conditions=[{"kind": "category", "categories": ["can_bo"]}])
    for nominee, slot, asked in ((collective(), "tt-so", False), (person(), "cn-khac", True)):
        outcome = judged(nominee, common)
        assert ("category" in {item.condition for item in outcome.findings[slot]}) is asked


LABEL = "“có sáng kiến được công nhận”"


@pytest.mark.parametrize(
    ("attested", "answer", "words"),
    [
        (None, "verify", f"Hồ sơ chưa trả lời điều kiện {LABEL}."),
        (
            Attested(True, False, "Tờ trình 3"), "verify",
            f"Nơi đề nghị khai có cho điều kiện {LABEL} (Tờ trình 3), chưa được xác nhận.",
        ),
        (
            Attested(False, False, "Không có"), "verify",
            f"Nơi đề nghị khai không cho điều kiện {LABEL} (Không có), chưa được xác nhận.",
        ),
        (
            Attested(True, True, "QĐ 5/QĐ-BNV"), "yes",
            f"Đã xác nhận có cho điều kiện {LABEL} (QĐ 5/QĐ-BNV).",
        ),
        (
            Attested(False, True, "Không có quyết định"), "no",
            f"Đã xác nhận không cho điều kiện {LABEL} (Không có quyết định).",
        ),
    ],
)  # fmt: skip
def test_what_a_dossier_proves_counts_once_confirmed(
    attested: Attested | None, answer: str, words: str
) -> None:
    nominee = replace(person(), attested={"sang-kien": attested} if attested else {})
    assert said(nominee, "cn-chon", "sang-kien") == (answer, words)


def test_a_scheme_without_places_for_the_recipient_finds_nothing() -> None:
    quotas = [scheme().model_dump()["quotas"][1]]
    outcome = judged(collective(), scheme(quotas=quotas))
    assert (outcome.findings, outcome.slots("yes")) == ({}, ())


def one(nominee: Nominee, condition: str, **changed: Any) -> tuple[str, str]:
    """What one finding says where the scheme is changed so."""
    slot = "cn-khac" if nominee.recipient == "person" else "tt-so"
    finding = found(nominee, slot, condition, scheme(**changed))
    return finding.answer, finding.words


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
    ],
)  # fmt: skip
def test_a_dossier_is_asked_where_the_scheme_lists_what_it_needs(
    filed: Filed, answer: str, words: str
) -> None:
    assert one(person(filed=filed), "dossier", dossier=[ITEM]) == (answer, words)
    conditions = {item.condition for item in judged(person(filed=filed)).findings["cn-khac"]}
    assert "dossier" not in conditions


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


@pytest.mark.parametrize(
    ("condition", "nominee", "answer", "words"),
    [
        (
            {"kind": "index", "at_least": 80}, collective(), "yes",
            f"Sở Một chỉ số 80,00%, xếp loại Tốt, theo {CAPTION}: đạt chỉ số từ 80% trở lên.",
        ),
        (
            {"kind": "index", "at_least": "80.01"}, collective(), "no",
            f"Sở Một chỉ số 80,00%, xếp loại Tốt, theo {CAPTION}: chưa đạt chỉ số từ "
            "80,01% trở lên.",
        ),
        (
            {"kind": "rank", "at_most": 1}, collective(standing=standing(group="Khối sở")), "yes",
            f"Sở Một chỉ số 80,00%, hạng 1 trong Khối sở, xếp loại Tốt, theo {CAPTION}: đạt hạng 1 "
            "trở lên.",
        ),
        (
            {"kind": "rank", "at_most": 1}, collective(standing=standing(rank=None)), "verify",
            f"Sở Một chỉ số 80,00%, xếp loại Tốt, theo {CAPTION}; kết quả này không cho biết "
            "có đạt hạng 1 trở lên không.",
        ),
        (
            {"kind": "discipline"}, person(), "verify",
            "Hồ sơ chưa trả lời điều kiện “không bị kỷ luật, không đang bị xem xét kỷ luật”.",
        ),
        (
            {"kind": "tasks"},
            person(attested={"hoan-thanh-nhiem-vu": Attested(False, True, "QĐ 3")}), "no",
            "Đã xác nhận không cho điều kiện “hoàn thành tốt nhiệm vụ trở lên” (QĐ 3).",
        ),
    ],
)  # fmt: skip
def test_further_conditions_answer_with_their_fact(
    condition: dict[str, Any], nominee: Nominee, answer: str, words: str
) -> None:
    codes = {"discipline": "khong-ky-luat", "tasks": "hoan-thanh-nhiem-vu"}
    kind = condition["kind"]
    assert one(nominee, codes.get(kind, kind), conditions=[condition]) == (answer, words)


MINISTRY = {"kind": "initiative", "levels": ["ministry"], "recogniser": "Bộ Nội vụ"}
RECOGNISED = Initiative("Một cửa", "ministry", "Bộ Nội vụ", "5/QĐ", date(2025, 5, 6), True)
TOLD = "“Một cửa” (Bộ Nội vụ công nhận, số 5/QĐ ngày 06/05/2025)"
WANTED = "sáng kiến cấp bộ do Bộ Nội vụ công nhận"
TAKEN_IN = Filed(date(2026, 2, 1))


@pytest.mark.parametrize(
    ("initiatives", "filed", "answer", "words"),
    [
        ((RECOGNISED,), Filed(), "yes", f"Có {WANTED}: {TOLD}."),
        (
            (replace(RECOGNISED, confirmed=False),), Filed(), "verify",
            f"Nơi đề nghị khai có {WANTED}, chưa được xác nhận hoặc chưa đủ số, ngày công nhận: "
            f"{TOLD}.",
        ),
        ((), Filed(), "verify", f"Hồ sơ chưa khai {WANTED}."),
        ((), TAKEN_IN, "no", f"Hồ sơ không có {WANTED}: không khai sáng kiến nào."),
        (
            (replace(RECOGNISED, level="province", recogniser="UBND tỉnh"),), TAKEN_IN, "no",
            f"Hồ sơ không có {WANTED}: chỉ có “Một cửa” (UBND tỉnh công nhận, số 5/QĐ ngày "
            "06/05/2025).",
        ),
    ],
)  # fmt: skip
def test_an_initiative_needs_its_level_recogniser_number_and_date(
    initiatives: tuple[Initiative, ...], filed: Filed, answer: str, words: str
) -> None:
    nominee = person(initiatives=initiatives, filed=filed)
    assert one(nominee, "initiative", conditions=[MINISTRY]) == (answer, words)


RESULTS = {"kind": "attested", "code": "thanh-tich", "label": "có thành tích"}
EITHER = [{"kind": "any_of", "label": "có thành tích hoặc sáng kiến",
           "conditions": [RESULTS, MINISTRY]}]  # fmt: skip


@pytest.mark.parametrize(
    ("results", "initiatives", "answer", "words"),
    [
        (
            True, (), "yes",
            "Đạt điều kiện “có thành tích hoặc sáng kiến”. Đã xác nhận có cho điều kiện “có thành "
            "tích” (BC 1).",
        ),
        (
            False, (RECOGNISED,), "yes",
            f"Đạt điều kiện “có thành tích hoặc sáng kiến”. Có {WANTED}: {TOLD}.",
        ),
        (
            None, (), "verify",
            "Chưa đủ căn cứ cho điều kiện “có thành tích hoặc sáng kiến”. Hồ sơ chưa trả lời điều "
            "kiện “có thành tích”.",
        ),
        (
            False, (), "no",
            "Không đạt điều kiện “có thành tích hoặc sáng kiến” theo cách nào. Đã xác nhận không "
            f"cho điều kiện “có thành tích” (BC 1). Hồ sơ không có {WANTED}: không khai sáng kiến "
            "nào.",
        ),
    ],
)  # fmt: skip
def test_one_of_the_alternatives_is_enough(
    results: bool | None, initiatives: tuple[Initiative, ...], answer: str, words: str
) -> None:
    attested = {} if results is None else {"thanh-tich": Attested(results, True, "BC 1")}
    nominee = person(attested=attested, initiatives=initiatives, filed=TAKEN_IN)
    assert one(nominee, "any_of", conditions=EITHER) == (answer, words)
