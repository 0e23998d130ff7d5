"""Entering figures: who for whom, what is refused, what the audit keeps."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.factories import COMMAND, make_membership
from tests.small import OPENED_AT, open_again, person, small_spec, unit_id
from tests.thidua.work.saved_entries import CHANGED, TASKS, said, save, save_all, stored

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.people import User
from thidua.store.sheets import EntryStage, ScoreEntry
from thidua.store.units import Unit
from thidua.work.entries import EntryChanged, save_entry


def test_the_three_stages_stand_beside_each_other(inside: Session, campaign: Campaign) -> None:
    officer, appraiser = person(inside, "officer", "so-mot"), person(inside, "appraiser", "so-hai")
    staff = person(inside, "secretariat")
    save(inside, campaign, by=officer, explanation="Theo báo cáo số 12")
    save(inside, campaign, stage="appraised", inputs={"numerator": 29, "denominator": 40},
         by=appraiser, explanation="Một nhiệm vụ chậm")  # fmt: skip
    save(inside, campaign, "2.1", "survey", {"percent": 873_500}, by=staff)
    assert stored(inside) == [
        ("so-mot", "1.1", "self", TASKS, "Theo báo cáo số 12", 1),
        (
            "so-mot", "1.1", "appraised", {"numerator": 29, "denominator": 40},
            "Một nhiệm vụ chậm", 1,
        ),
        ("so-mot", "2.1", "survey", {"percent": 873_500}, "", 1),
    ]  # fmt: skip
    wrote = inside.scalars(select(ScoreEntry.updated_by).order_by(ScoreEntry.id)).all()
    assert wrote == [officer.id, appraiser.id, staff.id]


def test_saving_again_changes_the_entry_and_the_audit_keeps_both(
    inside: Session, campaign: Campaign
) -> None:
    officer = person(inside, "officer", "so-mot")
    save(inside, campaign, by=officer, explanation="Lần một")
    save(inside, campaign, inputs={"numerator": 31, "denominator": 40}, by=officer,
         explanation="Lần hai", expected_version=1)  # fmt: skip
    first = {"leaf": "1.1", "stage": "self", "inputs": TASKS, "explanation": "Lần một"}
    second = {
        "leaf": "1.1", "stage": "self", "inputs": {"numerator": 31, "denominator": 40},
        "explanation": "Lần hai",
    }  # fmt: skip
    assert said(inside) == [("entry.save", None, first), ("entry.save", first, second)]
    assert stored(inside) == [("so-mot", "1.1", "self", second["inputs"], "Lần hai", 2)]
    events = inside.scalars(select(AuditEvent).where(AuditEvent.action == "entry.save")).all()
    assert {(e.actor_kind, e.actor_id, e.actor_name) for e in events} == {
        ("person", officer.id, officer.name)
    }


def test_an_officer_enters_for_the_own_unit_alone(inside: Session, campaign: Campaign) -> None:
    officer = person(inside, "officer", "so-mot")
    save(inside, campaign, by=officer)
    for other in ("so-hai", "xa-mot"):
        with pytest.raises(NotAllowed) as refusal:
            save(inside, campaign, unit=other, by=officer)
        assert str(refusal.value) == "Bạn chỉ tự chấm được phiếu của đơn vị mình."
    assert [row[0] for row in stored(inside)] == ["so-mot"]


def test_an_officer_who_also_appraises_enters_for_the_officers_unit_alone(
    inside: Session, campaign: Campaign
) -> None:
    both = person(inside, "officer", "so-mot")
    hai = inside.get_one(Unit, unit_id(inside, "so-hai"))
    make_membership(inside, "appraiser", user=inside.get_one(User, both.id), unit=hai)
    save(inside, campaign, by=both)
    with pytest.raises(NotAllowed, match="phiếu của đơn vị mình"):
        save(inside, campaign, unit="so-hai", by=both)
    for own in ("so-mot", "so-hai"):
        with pytest.raises(NotAllowed, match="Không ai thẩm định đơn vị của chính mình"):
            save(inside, campaign, stage="appraised", unit=own, by=both)
    save(inside, campaign, stage="appraised", unit="so-ba", by=both)
    assert [row[:3] for row in stored(inside)] == [
        ("so-mot", "1.1", "self"), ("so-ba", "1.1", "appraised"),
    ]  # fmt: skip


def test_nobody_appraises_the_own_unit(inside: Session, campaign: Campaign) -> None:
    appraiser = person(inside, "appraiser", "so-hai")
    with pytest.raises(NotAllowed) as refusal:
        save(inside, campaign, stage="appraised", unit="so-hai", by=appraiser)
    assert str(refusal.value) == (
        "Không ai thẩm định đơn vị của chính mình. Hãy chuyển phiếu này cho cơ quan thẩm định thay."
    )
    save(inside, campaign, stage="appraised", by=appraiser)
    assert [row[:3] for row in stored(inside)] == [("so-mot", "1.1", "appraised")]


def test_an_agency_appraises_what_the_set_gives_to_it_or_to_nobody(
    inside: Session, campaign: Campaign
) -> None:
    other = person(inside, "appraiser", "so-ba")
    save(inside, campaign, "2.2", "appraised", {"count": 1}, by=other)
    with pytest.raises(NotAllowed) as refusal:
        save(inside, campaign, stage="appraised", by=other)
    assert str(refusal.value) == "Tiêu chí 1.1 do cơ quan khác thẩm định."
    with pytest.raises(NotAllowed, match=r"^Tiêu chí 1\.1, 1\.2 do cơ quan khác thẩm định\.$"):
        save_all(inside, campaign, {"1.1": {}, "1.2": {}, "2.2": {}}, by=other, stage="appraised")
    assert [row[:3] for row in stored(inside)] == [("so-mot", "2.2", "appraised")]


def test_what_the_set_gives_to_the_unit_itself_another_agency_appraises(
    inside: Session, campaign: Campaign
) -> None:
    own, other = person(inside, "appraiser", "so-hai"), person(inside, "appraiser", "so-ba")
    with pytest.raises(NotAllowed, match="Không ai thẩm định đơn vị của chính mình"):
        save(inside, campaign, stage="appraised", unit="so-hai", by=own)
    save(inside, campaign, stage="appraised", unit="so-hai", by=other)
    assert [row[:3] for row in stored(inside)] == [("so-hai", "1.1", "appraised")]


@pytest.mark.parametrize("stage", ["self", "appraised"])
def test_a_survey_is_neither_self_assessed_nor_appraised(
    inside: Session, campaign: Campaign, stage: EntryStage
) -> None:
    with pytest.raises(NotAllowed) as refusal:
        save(inside, campaign, "2.1", stage, {"percent": 1_000_000})
    assert str(refusal.value) == (
        "Tiêu chí 2.1 lấy từ điều tra, chỉ số hoặc đánh giá của lãnh đạo, "
        "không tự chấm hay thẩm định."
    )
    assert stored(inside) == []


def test_what_is_no_survey_is_not_entered_as_one(inside: Session, campaign: Campaign) -> None:
    with pytest.raises(
        NotAllowed,
        match=r"^Tiêu chí 1\.1 không lấy từ điều tra, chỉ số hay đánh giá của lãnh đạo\.$",
    ):
        save(inside, campaign, "1.1", "survey")
    assert stored(inside) == []


INVALID: list[tuple[str, Any, list[tuple[str, str]]]] = [
    (
        "1.1",
        {"numerator": -1, "denominator": 10**9 + 1},
        [
            (
                "1.1.numerator",
                "“Số nhiệm vụ đã hoàn thành” phải từ 0 đến 1.000.000.000; hãy nhập lại",
            ),
            (
                "1.1.denominator",
                "“Số nhiệm vụ được giao” phải từ 0 đến 1.000.000.000; hãy nhập lại",
            ),
        ],
    ),
    ("1.2", {"points": 400_001}, [("1.2.points", "“Điểm” phải từ 0 đến 40; hãy nhập lại")]),
    ("1.2", {"points": "4"}, [("1.2.points", "“Điểm” phải là số; hãy nhập lại")]),
    ("1.2", {"points": True}, [("1.2.points", "“Điểm” phải là số; hãy nhập lại")]),
    ("1.2", {"points": 1.5}, [("1.2.points", "“Điểm” phải là số; hãy nhập lại")]),
    ("1.2", {"diem": 4}, [("1.2.diem", "tiêu chí này không có số liệu như vậy; hãy bỏ đi")]),
]


@pytest.mark.parametrize(("leaf", "inputs", "problems"), INVALID)
def test_unusable_inputs_are_named_and_nothing_is_kept(
    inside: Session, campaign: Campaign, leaf: str, inputs: Any, problems: list[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as refusal:
        save(inside, campaign, leaf, inputs=inputs)
    assert [(p.place, p.reason) for p in refusal.value.problems] == problems
    with pytest.raises(Invalid) as refusal:
        save_all(inside, campaign, {"1.1": {"numerator": 1}, leaf: inputs})
    assert [(p.place, p.reason) for p in refusal.value.problems] == problems
    assert (stored(inside), said(inside)) == ([], [])


def test_an_explanation_that_cannot_be_kept_is_refused(inside: Session, campaign: Campaign) -> None:
    with pytest.raises(Invalid, match=r"^Giải trình: Có ký tự không in được"):
        save(inside, campaign, explanation="Báo cáo\0 số 12")
    assert stored(inside) == []


def test_what_is_not_there_is_not_found(inside: Session, campaign: Campaign) -> None:
    with pytest.raises(NotFound, match=r"^Bộ tiêu chí không có mã 9\.9\.$"):
        save(inside, campaign, "9.9")
    for unit in (0, 10**9, 2**63, 10**30):
        with pytest.raises(NotFound, match=r"^Đơn vị này không tham gia kỳ đánh giá\.$"):
            save_entry(
                inside, campaign_id=campaign.id, unit_id=unit, leaf_code="1.1", stage="self",
                inputs={}, by=COMMAND, at=OPENED_AT,
            )  # fmt: skip


def test_a_stale_form_is_told_and_changes_nothing(inside: Session, campaign: Campaign) -> None:
    save(inside, campaign, inputs={"numerator": 1, "denominator": 40}, expected_version=0)
    save(inside, campaign, inputs={"numerator": 2, "denominator": 40}, expected_version=1)
    for seen in (0, 1, 3):
        with pytest.raises(EntryChanged) as refusal:
            save(inside, campaign, inputs={"numerator": 3, "denominator": 40},
                 explanation="Đè", expected_version=seen)  # fmt: skip
        assert CHANGED.fullmatch(str(refusal.value))
        assert refusal.value.stored == inside.scalars(select(ScoreEntry)).one()
        assert (refusal.value.inputs, refusal.value.explanation) == (
            {"numerator": 3, "denominator": 40}, "Đè",
        )  # fmt: skip
    with pytest.raises(Conflict):
        save(inside, campaign, "1.2", inputs={"points": 1}, expected_version=1)
    assert stored(inside) == [("so-mot", "1.1", "self", {"numerator": 2, "denominator": 40}, "", 2)]
    assert len(said(inside)) == 2


def test_entries_of_two_campaigns_stand_apart(inside: Session, campaign: Campaign) -> None:
    other = open_again(inside, small_spec(), year=2026)
    save(inside, campaign, "1.2", inputs={"points": 1})
    save(inside, other, "1.2", inputs={"points": 2}, expected_version=0)
    assert [row[3] for row in stored(inside)] == [{"points": 1}, {"points": 2}]
