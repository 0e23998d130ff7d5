"""What a scheme declares: each condition answers yes, no or “cần xác minh”, with its fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.thidua.awards.nominees import (
    CAPTION,
    collective,
    found,
    judged,
    one,
    person,
    said,
    scheme,
    standing,
)

from thidua.awards.nominee import Attested, Filed, Initiative, Nominee


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
