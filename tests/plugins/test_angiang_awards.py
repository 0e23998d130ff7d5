"""The yearly awards of An Giang's movement of 2023-2030, as the source gives them."""

from __future__ import annotations

from thidua.registry import load_province
from thidua.spec.award_conditions import BandCondition, CategoryCondition, InitiativeCondition
from thidua.spec.awards import Slot
from thidua.spec.base import Provenance
from thidua.testing import referred_facts
from thidua_angiang.plugin import province

SPEC = load_province("angiang", province).spec
SCHEME, PROCEDURES, CLOSING = SPEC.award_schemes
HELD = (
    "Kế hoạch dành 02 suất tập thể cho cấp huyện và cấp xã, mà cấp huyện đã kết thúc ngày "
    "30/06/2025; chưa có văn bản điều chỉnh kế hoạch."
)


def kinds(slot: Slot) -> list[str]:
    return [item.kind for item in slot.conditions]


def test_it_honours_its_movement_with_bang_khen() -> None:
    assert (SCHEME.movement, SCHEME.form) == ("day-manh-cchc-2023-2030", "bang-khen-chu-tich")
    [plan] = SCHEME.legal_basis
    [movement] = [item for item in SPEC.movements if item.code == SCHEME.movement]
    assert (plan.number, plan.issued_on) == (movement.plan.number, movement.plan.issued_on)


def test_rounds_of_2023_and_2024_are_open_and_later_ones_held() -> None:
    assert [(item.year, item.index_year, item.held) for item in SCHEME.rounds] == [
        (2023, 2023, ""),
        (2024, 2024, ""),
        *((year, year, HELD) for year in (2025, 2026, 2027, 2028)),
        (2029, 2028, HELD),
    ]
    assert {item.provenance for item in SCHEME.rounds} == {Provenance.INFERRED}
    assert all("suy luận" in item.note for item in SCHEME.rounds)


def test_four_collectives_and_six_persons_a_year() -> None:
    said = [
        (quota.recipient, quota.count, quota.per_body,
         [(slot.code, slot.count, slot.levels, slot.reserved) for slot in quota.slots])
        for quota in SCHEME.quotas
    ]  # fmt: skip
    assert said == [
        ("collective", 4, 1, [
            ("tap-the-cap-tinh", 2, ("province",), False),
            ("tap-the-huyen-xa", 2, ("district", "commune"), False),
        ]),
        ("person", 6, 1, [
            ("ca-nhan-ban-chi-dao", 2, (), True),
            ("ca-nhan-khac", 4, (), False),
        ]),
    ]  # fmt: skip


def test_two_of_the_six_are_chosen_by_the_steering_committee() -> None:
    reserved, others = SCHEME.quotas[1].slots
    [category] = [item for item in reserved.conditions if isinstance(item, CategoryCondition)]
    assert category.categories == ("can_bo", "cong_chuc")
    [initiative] = [i for i in reserved.conditions if isinstance(i, InitiativeCondition)]
    assert (initiative.recogniser, initiative.count) == ("Bộ Nội vụ", 1)
    assert kinds(reserved) == ["category", "tasks", "initiative", "attested", "attested"]
    assert others.conditions == ()


def test_what_the_source_does_not_say_is_marked_as_inferred() -> None:
    [band] = SCHEME.conditions
    assert isinstance(band, BandCondition)
    assert (band.at_least, band.provenance, SCHEME.comparison.provenance) == (
        "Khá", Provenance.INFERRED, Provenance.INFERRED,
    )  # fmt: skip
    assert band.note
    assert SCHEME.comparison.note
    assert not SCHEME.illustrative


def test_it_rests_on_every_fact_about_the_yearly_awards() -> None:
    assert {f"000-{number}" for number in range(31, 46)} <= referred_facts(SCHEME)
    assert {"000-51", "000-53"} <= referred_facts(SCHEME)


def test_who_nominates_is_not_who_takes_part() -> None:
    assert SCHEME.participants
    assert SCHEME.nominators
    assert (SCHEME.participants.levels, SCHEME.participants.subordinates) == (
        ("province", "vertical", "district", "commune"), True,
    )  # fmt: skip
    assert SCHEME.nominators.levels == ("province", "district")


def test_the_closing_award_waits_for_the_law_of_its_day() -> None:
    [closing] = CLOSING.rounds
    assert (closing.closing, CLOSING.law_date, CLOSING.form, CLOSING.quotas) == (
        True, "considered", None, (),
    )  # fmt: skip
    assert "pháp luật có hiệu lực lúc xét" in closing.held


def test_the_office_collects_and_submits_with_the_standing_office_in_2021() -> None:
    assert PROCEDURES.received_by
    assert PROCEDURES.received_by.unit == "van-phong"
    assert [item.unit for item in PROCEDURES.submitted_by] == ["van-phong", "so-noi-vu"]
    [round_] = PROCEDURES.rounds
    assert (round_.index_year, PROCEDURES.comparison.order_by, PROCEDURES.illustrative) == (
        None, "none", True,
    )  # fmt: skip
    [slot] = PROCEDURES.quotas[1].slots
    assert kinds(slot) == ["category", "any_of"]
