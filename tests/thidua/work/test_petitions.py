"""Petitions after a publication: filed in time, answered once, named by the correction."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import OPENED_AT, compute, fill, fill_all, person, unit_id
from tests.waiting import wait_for_somebody_waiting

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.publication import Petition
from thidua.store.results import ResultVersion
from thidua.store.tenancy import enter_province
from thidua.work.campaigns import close_campaign
from thidua.work.petitions import answer_petition, file_petition, list_petitions
from thidua.work.results import publish_results
from thidua.work.schedule import set_windows
from thidua.work.windows import Window

TERM = Window(
    "petitions", datetime(2026, 12, 25, tzinfo=UTC), datetime(2026, 12, 31, 10, tzinfo=UTC)
)
DURING = TERM.opens_at + timedelta(days=1)
ASKED = "Đề nghị chấm lại số nhiệm vụ hoàn thành."


@pytest.fixture
def published(inside: Session, campaign: Campaign) -> ResultVersion:
    """The final result of the small campaign, which has a term for petitions."""
    set_windows(inside, campaign_id=campaign.id, windows=[TERM], by=COMMAND, at=OPENED_AT)
    fill_all(inside, campaign)
    return publish(inside, campaign)


def publish(session: Session, campaign: Campaign, reason: str = "") -> ResultVersion:
    version = compute(session, campaign)
    return publish_results(session, version_id=version.id, by=COMMAND.because(reason))


def file(session: Session, campaign: Campaign, key: str = "so-mot", **changed: Any) -> Petition:
    given = {"text": ASKED, "leaf_code": "1.1", "by": COMMAND, "at": DURING, **changed}
    return file_petition(session, campaign_id=campaign.id, unit_id=unit_id(session, key), **given)


def answer(session: Session, petition: Petition, accepted: bool, why: str = "Có căn cứ.") -> None:
    answer_petition(
        session, petition_id=petition.id, accepted=accepted, answer=why, by=COMMAND, at=DURING
    )


@pytest.mark.usefixtures("published")
def test_an_officer_petitions_for_the_own_unit(inside: Session, campaign: Campaign) -> None:
    officer = person(inside, "officer", "so-mot")
    made = file(inside, campaign, by=officer)
    assert (made.unit_id, made.leaf, made.text, made.filed_at, made.filed_by, made.accepted) == (
        unit_id(inside, "so-mot"), "1.1", ASKED, DURING, officer.id, None,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match=r"^Bạn chỉ gửi kiến nghị được cho đơn vị mình\.$"):
        file(inside, campaign, "so-hai", by=officer)
    with pytest.raises(NotAllowed, match="gửi kiến nghị"):
        file(inside, campaign, by=person(inside, "leader"))
    (event,) = inside.scalars(select(AuditEvent).where(AuditEvent.action == "petition.file"))
    assert (event.subject_id, event.after) == (
        made.id,
        {"version": made.version_id, "unit": made.unit_id, "leaf": "1.1", "text": ASKED},
    )


def test_a_petition_comes_in_time_and_about_something(
    inside: Session, campaign: Campaign, published: ResultVersion
) -> None:
    with pytest.raises(Conflict, match=r"^Chưa đến hạn kiến nghị: bắt đầu từ 7 giờ 00"):
        file(inside, campaign, at=OPENED_AT)
    with pytest.raises(Conflict, match=r"^Đã hết hạn kiến nghị từ 17 giờ 00 ngày 31/12/2026\."):
        file(inside, campaign, at=TERM.closes_at)
    with pytest.raises(Invalid, match=r"^Nội dung kiến nghị: Hãy ghi nội dung kiến nghị\.$"):
        file(inside, campaign, text=" ")
    with pytest.raises(NotFound, match=r"^Bộ tiêu chí không có mã 9\.9\.$"):
        file(inside, campaign, leaf_code="9.9")
    with pytest.raises(NotFound, match=r"^Đơn vị này không tham gia kỳ đánh giá\.$"):
        file_petition(
            inside, campaign_id=campaign.id, unit_id=10**30, text=ASKED, by=COMMAND, at=DURING
        )
    file(inside, campaign)
    with pytest.raises(Conflict, match=r"đang chờ trả lời\.$"):
        file(inside, campaign)
    whole = file(inside, campaign, leaf_code="")
    assert (whole.version_id, len(inside.scalars(select(Petition)).all())) == (published.id, 2)


def test_nothing_is_petitioned_before_a_publication(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    compute(inside, campaign)
    with pytest.raises(Conflict, match=r"^Kỳ này chưa công bố kết quả nên chưa có gì"):
        file(inside, campaign)


@pytest.mark.usefixtures("published")
def test_a_petition_is_answered_once_with_a_reason(inside: Session, campaign: Campaign) -> None:
    made = file(inside, campaign)
    with pytest.raises(Invalid, match=r"^Trả lời: Hãy ghi lý do tiếp thu hoặc không tiếp thu\.$"):
        answer(inside, made, accepted=False, why=" ")
    answer(inside, made, accepted=False, why=" Số liệu đã đúng. ")
    assert (made.accepted, made.answer, made.answered_at) == (False, "Số liệu đã đúng.", DURING)
    with pytest.raises(Conflict, match=r"^Kiến nghị này đã được trả lời\.$"):
        answer(inside, made, accepted=True)
    with pytest.raises(NotFound):
        answer_petition(
            inside, petition_id=10**30, accepted=True, answer="Có", by=COMMAND, at=DURING
        )
    again = file(inside, campaign)
    assert again.id != made.id


@pytest.mark.usefixtures("published")
def test_a_correction_names_the_petitions_it_answers(inside: Session, campaign: Campaign) -> None:
    accepted, refused = file(inside, campaign), file(inside, campaign, "so-hai")
    waiting = file(inside, campaign, "xa-mot", leaf_code="")
    answer(inside, accepted, accepted=True, why="Bổ sung 01 nhiệm vụ.")
    answer(inside, refused, accepted=False)
    fill(inside, campaign, "so-mot", tasks=31, points=350_000, percent=750_000)
    corrected = publish(inside, campaign, "Theo kiến nghị")
    assert [(item["kind"], item["unit"], item["message"]) for item in corrected.findings] == [
        (
            "petition",
            "Sở Một",
            "Theo kiến nghị về tiêu chí 1.1, được tiếp thu: Bổ sung 01 nhiệm vụ.",
        ),
        ("changed", "Sở Hai", "So với bản số 1: hạng 1 → 2."),
        ("changed", "Sở Một", "So với bản số 1: điểm 80 → 81; chỉ số 80,00 → 81,00."),
    ]
    assert [item.correction_id for item in (accepted, refused, waiting)] == [
        corrected.id, None, None,
    ]  # fmt: skip
    answer(inside, waiting, accepted=True, why="Sửa tên.")
    assert [item["message"] for item in publish(inside, campaign, "Sửa").findings] == [
        "Theo kiến nghị về kết quả chung, được tiếp thu: Sửa tên."
    ]


@pytest.mark.usefixtures("published")
def test_a_campaign_does_not_close_over_a_petition_without_a_reason(
    inside: Session, campaign: Campaign
) -> None:
    file(inside, campaign)
    with pytest.raises(Conflict) as told:
        close_campaign(inside, campaign_id=campaign.id, by=COMMAND)
    assert str(told.value) == (
        "Còn 1 kiến nghị chưa trả lời. Hãy trả lời rồi đóng kỳ, hoặc ghi lý do đóng ngay."
    )
    closed = close_campaign(inside, campaign_id=campaign.id, by=COMMAND.because("Hết năm"))
    assert closed.stage == "closed"
    with pytest.raises(Conflict, match="đã đóng, không nhập được nữa"):
        file(inside, campaign, "so-hai")


@pytest.mark.usefixtures("published")
def test_units_read_their_own_petitions_and_the_board_all(
    inside: Session, campaign: Campaign
) -> None:
    one, two = file(inside, campaign), file(inside, campaign, "so-hai")
    readers = {
        "officer": person(inside, "officer", "so-hai"),
        "council": person(inside, "council"),
        "appraiser": person(inside, "appraiser", "so-ba"),
    }
    seen = {
        role: [item.id for item in list_petitions(inside, campaign_id=campaign.id, by=who)]
        for role, who in readers.items()
    }
    assert seen == {
        "officer": [two.id], "council": [one.id, two.id], "appraiser": [one.id, two.id],
    }  # fmt: skip


@pytest.mark.usefixtures("published")
def test_a_petition_sent_twice_at_once_is_told(
    sessions: sessionmaker[Session], inside: Session, campaign: Campaign
) -> None:
    province, id_ = campaign.province_id, campaign.id
    inside.commit()

    def again() -> None:
        with sessions.begin() as session:
            enter_province(session, province)
            file(session, session.get_one(Campaign, id_))

    file(inside, campaign)
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(again)
        wait_for_somebody_waiting(inside)
        inside.commit()
        with pytest.raises(Conflict, match="đang chờ trả lời"):
            done.result(timeout=20)
