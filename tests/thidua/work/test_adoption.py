"""The board's adoption: without it no result is final where the campaign plans for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from tests.factories import COMMAND, refusal
from tests.small import OPENED_AT, compute, fill, fill_all, person

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.publication import Adoption
from thidua.store.results import ResultVersion
from thidua.work.adoption import adopt_results, adoption_of, withdraw_adoption
from thidua.work.campaigns import close_campaign
from thidua.work.results import publish_results
from thidua.work.schedule import set_windows
from thidua.work.windows import Window

DAY = timedelta(days=1)
MEETING = Window(
    "adoption", datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 20, 10, tzinfo=UTC)
)
DURING = MEETING.opens_at + DAY
BOARD = ("Bà Lê Thị Mẫu, Chủ tịch", "Ông Trần Văn Mẫu, Thư ký")


@pytest.fixture
def filled(inside: Session, campaign: Campaign) -> Campaign:
    """The small campaign with everything entered and a window for the board's meeting."""
    set_windows(inside, campaign_id=campaign.id, windows=[MEETING], by=COMMAND, at=OPENED_AT)
    fill_all(inside, campaign)
    return campaign


def adopt(session: Session, version: ResultVersion, **changed: Any) -> Adoption:
    given = {
        "number": " 12/BB-HĐTĐ ", "held_on": date(2026, 12, 1), "members": [*BOARD, " "],
        "by": COMMAND, "at": DURING, **changed,
    }  # fmt: skip
    return adopt_results(session, version_id=version.id, **given)


def publish(session: Session, version: ResultVersion, reason: str = "") -> str:
    return publish_results(session, version_id=version.id, by=COMMAND.because(reason)).kind


def test_an_adopted_version_becomes_final(inside: Session, filled: Campaign) -> None:
    version = compute(inside, filled)
    made = adopt(inside, version, note="Nhất trí 100%")
    assert (made.number, made.held_on, made.members, made.note, made.adopted_at) == (
        "12/BB-HĐTĐ", date(2026, 12, 1), [*BOARD], "Nhất trí 100%", DURING,
    )  # fmt: skip
    assert publish(inside, version) == "final"
    assert version.findings == []
    event = inside.scalars(select(AuditEvent).where(AuditEvent.action == "results.adopt")).one()
    assert (event.subject_id, event.after) == (
        version.id,
        {
            "number": "12/BB-HĐTĐ", "held_on": "2026-12-01", "members": [*BOARD],
            "note": "Nhất trí 100%",
        },
    )  # fmt: skip


def test_what_the_board_has_not_adopted_stays_provisional(
    inside: Session, filled: Campaign
) -> None:
    version = compute(inside, filled)
    assert publish(inside, version) == "provisional"
    assert version.findings == [
        {
            "kind": "unadopted", "unit_id": None, "unit": "Hội đồng thẩm định",
            "message": "Chưa thông qua kết quả này.",
        }
    ]  # fmt: skip


def test_a_campaign_without_that_window_needs_no_board(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    assert publish(inside, compute(inside, campaign)) == "final"


def test_a_correction_is_adopted_too_at_any_time(inside: Session, filled: Campaign) -> None:
    first = compute(inside, filled)
    adopt(inside, first)
    publish(inside, first)
    fill(inside, filled, "so-mot", tasks=10, points=350_000, percent=750_000)
    unadopted, second = compute(inside, filled), compute(inside, filled)
    assert publish(inside, unadopted, "Sửa") == "provisional"
    close_campaign(inside, campaign_id=filled.id, by=COMMAND)
    adopt(inside, second, at=MEETING.closes_at + 90 * DAY)
    assert publish(inside, second, "Sửa") == "corrected"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"number": " "}, "Số biên bản: Hãy ghi số biên bản họp Hội đồng thẩm định."),
        ({"members": [" "]}, "Thành viên: Hãy ghi các thành viên Hội đồng dự họp."),
        ({"held_on": date(2026, 12, 3)}, "Ngày họp: Không được sau hôm nay."),
        ({"note": "a\0"}, "Ghi chú: Có ký tự không in được. Hãy gõ lại."),
    ],
)
def test_minutes_that_cannot_be_are_refused(
    inside: Session, filled: Campaign, changed: dict[str, Any], told: str
) -> None:
    version = compute(inside, filled)
    with pytest.raises(Invalid) as refused:
        adopt(inside, version, **changed)
    assert str(refused.value) == told
    assert inside.scalars(select(Adoption)).all() == []


def test_the_board_adopts_within_its_window_and_once(inside: Session, filled: Campaign) -> None:
    version = compute(inside, filled)
    with pytest.raises(Conflict, match=r"^Chưa đến hạn Hội đồng thẩm định thông qua: "):
        adopt(inside, version, at=MEETING.opens_at - DAY)
    with pytest.raises(Conflict, match=r"^Đã hết hạn Hội đồng thẩm định thông qua từ 17 giờ 00"):
        adopt(inside, version, at=MEETING.closes_at)
    adopt(inside, version)
    with pytest.raises(Conflict, match=r"^Bản kết quả số 1 đã được thông qua rồi\.$"):
        adopt(inside, version)
    with pytest.raises(NotFound):
        adopt_results(
            inside, version_id=10**30, number="1", held_on=date(2026, 12, 1), members=BOARD,
            by=COMMAND, at=DURING,
        )  # fmt: skip


def test_an_adoption_is_taken_back_with_a_reason_before_publication(
    inside: Session, filled: Campaign
) -> None:
    version = compute(inside, filled)
    with pytest.raises(Conflict, match=r"^Bản kết quả số 1 chưa được thông qua\.$"):
        withdraw_adoption(inside, version_id=version.id, by=COMMAND)
    adopt(inside, version)
    with pytest.raises(Invalid, match=r"^Lý do: Hãy ghi lý do rút việc thông qua\.$"):
        withdraw_adoption(inside, version_id=version.id, by=COMMAND)
    withdraw_adoption(inside, version_id=version.id, by=COMMAND.because("Nhầm biên bản"))
    assert adoption_of(inside, version_id=version.id, by=COMMAND) is None
    adopt(inside, version)
    publish(inside, version)
    published = r"^Kết quả đã công bố nên không đổi được việc thông qua\.$"
    with pytest.raises(Conflict, match=published):
        withdraw_adoption(inside, version_id=version.id, by=COMMAND.because("Nhầm"))
    with pytest.raises(Conflict, match=published):
        adopt(inside, version)
    assert refusal(inside, text("DELETE FROM adoption")) == (
        "Kết quả đã công bố nên không đổi được việc thông qua. Hãy lập một bản đính chính."
    )


def test_the_board_reads_before_publication_and_all_afterwards(
    inside: Session, filled: Campaign
) -> None:
    version = compute(inside, filled)
    made = adopt(inside, version)
    council, officer = person(inside, "council"), person(inside, "officer", "so-mot")
    assert adoption_of(inside, version_id=version.id, by=council) is made
    with pytest.raises(NotFound):
        adoption_of(inside, version_id=version.id, by=officer)
    for who in (council, officer, person(inside, "leader")):
        with pytest.raises(NotAllowed, match="thông qua kết quả"):
            adopt(inside, version, by=who)
    publish(inside, version)
    assert adoption_of(inside, version_id=version.id, by=officer) is made
