"""Each condition in turn: yes, no or “cần xác minh”, with its sentence and its fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.thidua.awards.nominees import CAPTION, collective, person, scheme, standing

from thidua.awards.eligibility import Attested, Finding, Nominee, judge
from thidua.spec.awards import AwardScheme

DAY = date(2026, 3, 15)
ENDED = "Sở Một đã kết thúc hoạt động ngày 28/02/2026, trước ngày xét 15/03/2026"


def found(nominee: Nominee, slot: str, condition: str, by: AwardScheme | None = None) -> Finding:
    """The finding of one condition for one slot."""
    judged = judge(nominee, by or scheme(), index_year=2025, day=DAY)
    [finding] = [item for item in judged.findings[slot] if item.condition == condition]
    return finding


def said(nominee: Nominee, slot: str, condition: str) -> tuple[str, str]:
    finding = found(nominee, slot, condition)
    return finding.answer, finding.words


def test_who_meets_everything_may_take_the_slot() -> None:
    judged = judge(collective(), scheme(), index_year=2025, day=DAY)
    assert {slot: judged.answer(slot) for slot in judged.findings} == {
        "tt-so": "yes", "tt-xa": "no",
    }  # fmt: skip
    assert (judged.slots("yes"), judged.slots("no"), judged.slots("verify")) == (
        ("tt-so",), ("tt-xa",), (),
    )  # fmt: skip


def test_one_no_outweighs_what_is_still_to_be_verified() -> None:
    nominee = collective(level="commune", standing=None)
    judged = judge(nominee, scheme(), index_year=2025, day=DAY)
    assert (judged.answer("tt-so"), judged.answer("tt-xa")) == ("no", "verify")


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
    judged = judge(person(beside=9), scheme(quotas=quotas), index_year=2025, day=DAY)
    assert "limit" not in {finding.condition for finding in judged.findings["cn-khac"]}


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
            f"Sở Một chỉ số 80,00%, xếp loại Tốt, theo {CAPTION}: đạt mức từ Khá trở lên.",
        ),
        (
            collective(standing=standing("65.5", band="Khá")), "yes",
            f"Sở Một chỉ số 65,5%, xếp loại Khá, theo {CAPTION}: đạt mức từ Khá trở lên.",
        ),
        (
            collective(standing=standing("1", band="Trung bình")), "no",
            f"Sở Một chỉ số 1%, xếp loại Trung bình, theo {CAPTION}: chưa đạt mức từ Khá trở lên.",
        ),
        (
            collective(unit="Phòng Ba", standing=standing(None)), "yes",
            f"Tính theo Sở Một: xếp loại Tốt, theo {CAPTION}: đạt mức từ Khá trở lên.",
        ),
        (
            collective(standing=standing(band=None)), "verify",
            f"Sở Một chỉ số 80,00%, chưa xếp loại, theo {CAPTION}; bảng xếp loại không cho biết có "
            "từ Khá không.",
        ),
        (
            collective(standing=standing(band="A", bands=("A", "B"))), "verify",
            f"Sở Một chỉ số 80,00%, xếp loại A, theo {CAPTION}; bảng xếp loại không cho biết có từ "
            "Khá không.",
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
        judged = judge(nominee, common, index_year=2025, day=DAY)
        assert ("category" in {item.condition for item in judged.findings[slot]}) is asked


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
    judged = judge(collective(), scheme(quotas=quotas), index_year=2025, day=DAY)
    assert (judged.findings, judged.slots("yes")) == ({}, ())
