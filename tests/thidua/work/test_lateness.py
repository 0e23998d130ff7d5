"""Who is late in what, and the text to send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import OPENED_AT, person, unit_id

from thidua.errors import Conflict, NotAllowed
from thidua.store.campaigns import Campaign
from thidua.store.people import Role
from thidua.store.sheets import EntryStage
from thidua.work.entries import save_entries
from thidua.work.explanations import answer_explanation, request_explanation
from thidua.work.lateness import NOBODY, late_units, reminder_text
from thidua.work.planning import plan_campaign
from thidua.work.schedule import extend, set_windows
from thidua.work.signoff import sign_off
from thidua.work.windows import Window

DAY = timedelta(days=1)
OPENS, CLOSES = datetime(2026, 2, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, 10, tzinfo=UTC)
WINDOWS = [
    Window("self", OPENS, CLOSES),
    Window("appraisal_1", CLOSES, CLOSES + 10 * DAY),
    Window("explanation", CLOSES + 10 * DAY, CLOSES + 20 * DAY),
    Window("appraisal_2", CLOSES + 20 * DAY, CLOSES + 30 * DAY),
]
Inputs = Mapping[str, Mapping[str, int]]
TASKS, PAGE = {"numerator": 30, "denominator": 40}, {"points": 1}
LIMIT = "hạn 17 giờ 00 ngày 01/03/2026"


@pytest.fixture
def planned(inside: Session, campaign: Campaign) -> Campaign:
    """The small campaign with windows for its first three steps."""
    set_windows(inside, campaign_id=campaign.id, windows=WINDOWS, by=COMMAND, at=OPENED_AT)
    return campaign


def late(session: Session, campaign: Campaign, at: datetime) -> list[tuple[str, str]]:
    found = late_units(session, campaign_id=campaign.id, by=COMMAND, at=at)
    return [(item.name, item.words) for item in found]


def put(
    session: Session, campaign: Campaign, key: str, inputs: Inputs, stage: EntryStage, at: datetime
) -> None:
    save_entries(
        session, campaign_id=campaign.id, unit_id=unit_id(session, key), stage=stage,
        inputs=inputs, by=COMMAND, at=at,
    )  # fmt: skip


def sign(session: Session, campaign: Campaign, key: str) -> None:
    sign_off(
        session, campaign_id=campaign.id, unit_id=unit_id(session, key), by=COMMAND, at=OPENS,
        reason="Đủ căn cứ",
    )  # fmt: skip


def test_nobody_is_late_before_a_step_begins(inside: Session, planned: Campaign) -> None:
    assert late(inside, planned, OPENS - DAY) == []


def test_units_owe_lines_and_a_signature(inside: Session, planned: Campaign) -> None:
    put(inside, planned, "so-mot", {"1.1": TASKS, "1.2": PAGE}, "self", OPENS)
    put(inside, planned, "so-hai", {"1.1": {"numerator": 1}, "1.2": PAGE}, "self", OPENS)
    put(inside, planned, "so-ba", {"1.2": PAGE}, "self", OPENS)
    sign(inside, planned, "so-ba")
    unit = unit_id(inside, "xa-mot")
    extend(
        inside, campaign_id=planned.id, step="self", until=CLOSES + DAY, reason="Bão", by=COMMAND,
        at=OPENS, unit_id=unit,
    )  # fmt: skip
    assert late(inside, planned, OPENS) == [
        ("Sở Hai", f"tự đánh giá còn 1 dòng, chưa ký xác nhận; {LIMIT}"),
        ("Sở Một", f"tự đánh giá chưa ký xác nhận; {LIMIT}"),
        (
            "Xã Một",
            "tự đánh giá chưa bắt đầu, còn 2 dòng, chưa ký xác nhận; hạn 17 giờ 00 ngày 02/03/2026",
        ),
    ]


def test_an_end_that_is_past_is_overdue_and_agencies_owe_their_lines(
    inside: Session, planned: Campaign
) -> None:
    own = {"1.1": TASKS, "1.2": PAGE, "2.2": {"count": 1}}
    for key in ("so-mot", "so-hai"):
        put(inside, planned, key, own, "self", OPENS)
        sign(inside, planned, key)
    put(inside, planned, "so-mot", {"1.1": TASKS}, "appraised", CLOSES)
    limit = "hạn 17 giờ 00 ngày 11/03/2026"
    assert late(inside, planned, CLOSES) == [
        ("Sở Ba", f"tự đánh giá chưa bắt đầu, còn 1 dòng, chưa ký xác nhận; {LIMIT} (đã quá hạn)"),
        (
            "Xã Một",
            f"tự đánh giá chưa bắt đầu, còn 2 dòng, chưa ký xác nhận; {LIMIT} (đã quá hạn)",
        ),
        ("Sở Ba", f"thẩm định lần 1 chưa bắt đầu, còn 2 dòng; {limit}"),
        ("Sở Hai", f"thẩm định lần 1 còn 1 dòng; {limit}"),
        (NOBODY, f"thẩm định lần 1 chưa bắt đầu, còn 2 dòng; {limit}"),
    ]


def test_an_explanation_asked_for_is_owed_and_then_the_second_look(
    inside: Session, planned: Campaign
) -> None:
    own = {"1.1": TASKS, "1.2": PAGE}
    put(inside, planned, "so-mot", own, "self", OPENS)
    put(inside, planned, "so-mot", own, "appraised", CLOSES)
    asked = request_explanation(
        inside, campaign_id=planned.id, unit_id=unit_id(inside, "so-mot"), leaf_code="1.1",
        question="Vì sao?", by=COMMAND, at=CLOSES,
    )  # fmt: skip

    def owed(days: int) -> list[tuple[str, str, int, bool, bool]]:
        found = late_units(inside, campaign_id=planned.id, by=COMMAND, at=CLOSES + days * DAY)
        later = [item for item in found if item.step in ("explanation", "appraisal_2")]
        return [(item.step, item.name, item.lines, item.begun, item.overdue) for item in later]

    assert owed(10) == [("explanation", "Sở Một", 1, False, False)]
    answer_explanation(
        inside, request_id=asked.id, answer="Chưa đến hạn", by=COMMAND, at=CLOSES + 11 * DAY
    )
    assert (owed(11), owed(20)) == ([], [("appraisal_2", "Sở Hai", 1, False, False)])
    put(inside, planned, "so-mot", {"1.1": TASKS}, "reappraised", CLOSES + 20 * DAY)
    assert owed(20) == []


def test_the_reminder_is_written_to_one_or_to_many(inside: Session, planned: Campaign) -> None:
    own = {"1.1": TASKS, "1.2": PAGE, "2.2": {"count": 1}}
    put(inside, planned, "so-mot", own, "self", OPENS)
    found = late_units(inside, campaign_id=planned.id, by=COMMAND, at=CLOSES)
    one = [item for item in found if item.name == "Sở Một"]
    about = {"title": planned.title, "authority": "Sở Nội vụ tỉnh Nhỏ", "at": CLOSES}
    assert reminder_text(one, **about).splitlines() == [  # type: ignore[arg-type]
        "Kính gửi: Sở Một.",
        "",
        "Thực hiện kế hoạch xác định Chỉ số cải cách hành chính năm 2025, tính đến 17 giờ 00 ngày "
        "01/03/2026, Sở Nội vụ tỉnh Nhỏ ghi nhận các nội dung chưa hoàn thành như sau:",
        "",
        f"1. Sở Một: tự đánh giá chưa ký xác nhận; {LIMIT} (đã quá hạn).",
        "",
        "Đề nghị hoàn thành đúng hạn nêu trên; nội dung đã quá hạn thì gửi văn bản đề nghị gia "
        "hạn, nêu rõ lý do, về Sở Nội vụ tỉnh Nhỏ.",
        "",
        "Sở Nội vụ tỉnh Nhỏ trân trọng đề nghị các cơ quan, đơn vị quan tâm thực hiện./.",
    ]
    many = reminder_text(found, **about)  # type: ignore[arg-type]
    assert many.startswith("Kính gửi: Các cơ quan, đơn vị có tên dưới đây.")
    assert [line.partition(":")[0] for line in many.splitlines() if line[:1].isdigit()] == [
        "1. Sở Ba", "2. Sở Hai", "3. Sở Một", "4. Xã Một",
    ]  # fmt: skip


def test_lateness_is_for_those_who_follow_it_and_not_of_a_draft(
    inside: Session, planned: Campaign
) -> None:
    outsiders: tuple[Role, ...] = ("officer", "appraiser", "council")
    for who in [person(inside, role, "so-mot") for role in outsiders]:
        with pytest.raises(NotAllowed, match="xem đơn vị chậm"):
            late_units(inside, campaign_id=planned.id, by=who, at=OPENS)
    draft = plan_campaign(inside, year=2030, by=COMMAND, at=OPENS)
    with pytest.raises(Conflict, match="đang chuẩn bị, chưa mở"):
        late_units(inside, campaign_id=draft.id, by=COMMAND, at=OPENS)
