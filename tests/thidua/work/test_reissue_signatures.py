"""A set replaced while sheets stand signed: whose signature is set aside, and who waits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from obstore.store import MemoryStore
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import criteria, fill_all, person, unit_id
from tests.thidua.work.evidence_desk import Desk
from tests.thidua.work.test_reissue import AT, BASIS, replace, stored
from tests.waiting import wait_for_somebody_waiting

from thidua.errors import Conflict
from thidua.evidence.files import EvidenceFiles
from thidua.spec.criteria import CriteriaSet
from thidua.spec.loading import parse
from thidua.store.appraisal import ExplanationRequest
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.sheets import SignOff
from thidua.store.tenancy import enter_province
from thidua.work.criteria import import_set
from thidua.work.entries import save_entry
from thidua.work.explanations import answer_explanation, request_explanation
from thidua.work.reissue import losses_of
from thidua.work.signoff import sign_off, withdraw_sign_off

SAME = {code: code for code in ("1.1", "1.2", "2.1", "2.2")}
AGAIN = (
    f"Bộ tiêu chí được ban hành lại theo {BASIS} làm phiếu thay đổi (Ban hành lại). Hãy kiểm tra "
    "và ký xác nhận lại; đã hết hạn tự đánh giá thì đề nghị Thường trực (Sở Nội vụ) gia hạn."
)
TOLD = "vừa được thay bằng bộ ban hành lại"


def sign(session: Session, campaign: Campaign, *keys: str) -> list[SignOff]:
    return [
        sign_off(
            session, campaign_id=campaign.id, unit_id=unit_id(session, key), by=COMMAND, at=AT,
            reason="Đủ căn cứ",
        )
        for key in keys
    ]  # fmt: skip


def guided(**changed: Any) -> CriteriaSet:
    """The same set with other guidance, which nobody signs for."""
    whole = criteria(version="2", **changed)
    whole["domains"][0]["criteria"][0]["guidance"] = "Đếm theo kế hoạch năm."
    return parse(CriteriaSet, whole)


def test_a_changed_sheet_is_to_be_signed_again_and_the_unit_is_told(
    inside: Session, campaign: Campaign
) -> None:
    fill_all(inside, campaign)
    one, commune = sign(inside, campaign, "so-mot", "xa-mot")
    done = replace(inside, campaign, stored(inside))
    assert (one.withdrawn_at, one.withdrawal) == (AT, AGAIN)
    assert commune.withdrawn_at is None  # another set scores it
    unit = unit_id(inside, "so-mot")
    [told] = [loss for loss in done.losses if loss.unit_id == unit and not loss.leaf]
    assert (told.unit, told.leaf_name, told.said, told.why) == (
        "Sở Một", "Ký xác nhận phiếu tự chấm", f"mã kiểm tra {one.check_code}", AGAIN,
    )  # fmt: skip
    officer = person(inside, "officer", "so-mot")
    assert told in losses_of(inside, campaign_id=campaign.id, unit_id=unit, by=officer)
    acts = select(AuditEvent).where(AuditEvent.action == "sheet.withdraw_sign_off")
    assert [(act.subject_id, act.before, act.reason) for act in inside.scalars(acts)] == [
        (one.sheet_id, {"check_code": one.check_code}, AGAIN)
    ]
    [again] = sign(inside, campaign, "so-mot")
    assert again.check_code != one.check_code
    assert told in losses_of(inside, campaign_id=campaign.id, unit_id=unit, by=officer)


def test_a_sheet_of_which_only_the_guidance_changed_stays_signed(
    inside: Session, campaign: Campaign
) -> None:
    fill_all(inside, campaign)
    [one] = sign(inside, campaign, "so-mot")
    new = import_set(inside, criteria=guided(), by=COMMAND).row
    done = replace(inside, campaign, new, mapping=SAME)
    assert (one.withdrawn_at, done.losses) == (None, ())


def test_a_line_that_is_asked_otherwise_or_is_new_changes_a_sheet(
    inside: Session, campaign: Campaign
) -> None:
    """Sở Ba is exempt from the leaf whose name changes; its sheet is the same."""
    fill_all(inside, campaign)
    one, three = sign(inside, campaign, "so-mot", "so-ba")
    whole = criteria(version="2")
    whole["domains"][0]["criteria"][0]["name"] = "Hoàn thành nhiệm vụ đúng hạn"
    new = import_set(inside, criteria=parse(CriteriaSet, whole), by=COMMAND).row
    replace(inside, campaign, new, mapping=SAME)
    assert (one.withdrawn_at, three.withdrawn_at) == (AT, None)


# -- Meanwhile ---------------------------------------------------------------------------------

Act = Callable[[Session, Campaign], object]


def evidence(session: Session, campaign: Campaign) -> object:
    return Desk(session, campaign.id, COMMAND, EvidenceFiles(MemoryStore())).add(at=AT)


def request(session: Session, campaign: Campaign, leaf: str = "1.1") -> object:
    return request_explanation(
        session, campaign_id=campaign.id, unit_id=unit_id(session, "so-mot"), leaf_code=leaf,
        question="Vì sao?", by=COMMAND, at=AT,
    )  # fmt: skip


def sign_one(session: Session, campaign: Campaign) -> object:
    return sign(session, campaign, "so-mot")


def withdraw(session: Session, campaign: Campaign) -> object:
    return withdraw_sign_off(
        session, campaign_id=campaign.id, unit_id=unit_id(session, "so-mot"), reason="Sót",
        by=COMMAND, at=AT,
    )  # fmt: skip


def save(session: Session, campaign: Campaign) -> object:
    return save_entry(
        session, campaign_id=campaign.id, unit_id=unit_id(session, "so-mot"), leaf_code="1.2",
        stage="self", inputs={"points": 1}, by=COMMAND, at=AT,
    )  # fmt: skip


def answer(session: Session, campaign: Campaign) -> object:
    asked = session.scalars(select(ExplanationRequest.id)).one()
    return answer_explanation(session, request_id=asked, answer="Có", by=COMMAND, at=AT)


@pytest.mark.parametrize("act", [evidence, request, answer, sign_one, withdraw, save])
def test_who_writes_meanwhile_waits_and_is_told(
    sessions: sessionmaker[Session], inside: Session, campaign: Campaign, act: Act
) -> None:
    fill_all(inside, campaign)
    request(inside, campaign, leaf="1.2")
    new, province, id_ = stored(inside), campaign.province_id, campaign.id
    inside.commit()

    def other() -> object:
        with sessions.begin() as session:
            enter_province(session, province)
            return act(session, session.get_one(Campaign, id_))

    replace(inside, campaign, new)
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(other)
        wait_for_somebody_waiting(inside)
        inside.commit()
        with pytest.raises(Conflict, match=TOLD):
            done.result(timeout=20)
