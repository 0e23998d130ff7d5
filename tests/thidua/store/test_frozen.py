"""What the database itself refuses to change: frozen sets, opened campaigns, published results."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Executable, func, insert, select, text
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError
from tests.factories import make_campaign, make_result, make_set, make_unit, refusal

from thidua.store.campaigns import CampaignSet, CampaignUnit, Exemption
from thidua.store.criteria import Leaf
from thidua.store.results import ResultRow
from thidua.store.sheets import ScoreEntry, ScoreSheet
from thidua.store.tenancy import enter_province

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
SET = (
    "Bộ tiêu chí này đã được một kỳ đánh giá sử dụng nên không sửa, không xóa được. "
    "Hãy lập phiên bản mới."
)
RESULT = "Kết quả đã công bố không sửa, không xóa được. Hãy lập một bản đính chính."


def test_a_frozen_set_and_its_leaves_refuse_every_change(session: Session) -> None:
    criteria = make_set(session, "1.1", "1.2")
    criteria.title = "Sửa được khi chưa dùng"
    session.flush()
    criteria.frozen = True
    session.flush()
    attempts: list[Executable] = [
        text("UPDATE criteria_set SET document = '{\"a\": 1}'"),
        text("UPDATE criteria_set SET frozen = false"),
        text("DELETE FROM criteria_set"),
        text("UPDATE leaf SET code = code || '.9'"),
        text("DELETE FROM leaf"),
        insert(Leaf).values(set_id=criteria.id, position=2, code="1.3"),
    ]
    assert [refusal(session, attempt) for attempt in attempts] == [SET] * len(attempts)


def test_a_published_result_and_its_rows_refuse_every_change(session: Session) -> None:
    unit, other = make_unit(session, "Sở Một"), make_unit(session, "Sở Hai")
    version, draft = make_result(session, unit), make_result(session, other, number=2)
    version.rows[0].points = 1
    session.flush()
    version.published_at = WHEN
    session.flush()
    row = {"unit_id": other.id, "name": "Sở Hai", "kind": "so"}
    attempts: list[Executable] = [
        text("UPDATE result_version SET title = 'Khác' WHERE number = 1"),
        text("UPDATE result_version SET published_at = NULL WHERE number = 1"),
        text("DELETE FROM result_version WHERE number = 1"),
        text(f"UPDATE result_row SET points = 2 WHERE version_id = {version.id}"),
        text(f"UPDATE result_row SET version_id = {version.id} WHERE version_id = {draft.id}"),
        text(f"UPDATE result_row SET version_id = {draft.id} WHERE version_id = {version.id}"),
        text(f"DELETE FROM result_row WHERE version_id = {version.id}"),
        insert(ResultRow).values(version_id=version.id, **row),
    ]
    assert [refusal(session, attempt) for attempt in attempts] == [RESULT] * len(attempts)
    free: list[Executable] = [
        text(f"DELETE FROM result_row WHERE version_id = {draft.id}"),
        insert(ResultRow).values(version_id=draft.id, **row),
        text("UPDATE result_version SET title = 'Khác' WHERE number = 2"),
    ]
    assert [refusal(session, attempt) for attempt in free] == ["allowed"] * len(free)


def test_a_row_added_while_the_result_is_published_waits_and_is_refused(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int]
) -> None:
    with sessions.begin() as session:
        enter_province(session, two_provinces[0])
        unit = make_unit(session, "Sở Một").id
        version = make_result(session).id

    def add_row() -> None:
        with sessions.begin() as late:
            enter_province(late, two_provinces[0])
            late.add(ResultRow(version_id=version, unit_id=unit, name="Sở Một", kind="so"))

    with ThreadPoolExecutor(1) as pool, sessions() as session:
        enter_province(session, two_provinces[0])
        publish = text("UPDATE result_version SET published_at = now() WHERE id = :v")
        session.execute(publish, {"v": version})
        late = pool.submit(add_row)
        waiting = select(func.count()).select_from(text("pg_locks WHERE NOT granted"))
        while not late.done() and not session.scalar(waiting):
            pass
        session.commit()
        assert "Kết quả đã công bố" in str(late.exception())
        assert session.scalars(select(ResultRow)).all() == []


def test_an_opened_campaign_keeps_what_it_froze(session: Session) -> None:
    unit, other = make_unit(session, "Sở Một"), make_unit(session, "Sở Hai")
    campaign = make_campaign(session, unit)
    ours = {"campaign_id": campaign.id}
    session.execute(insert(Exemption).values(unit_id=unit.id, node="1", reason="Mẫu", **ours))
    campaign.opened_at = WHEN
    session.flush()
    criteria_set = {"kind": "xa", "criteria_set_id": campaign.sets[0].criteria_set_id}
    attempts: dict[str, list[Executable]] = {
        "đổi được bộ tiêu chí": [
            text("UPDATE campaign_set SET grading = '{\"a\": 1}'"),
            text("DELETE FROM campaign_set"),
            insert(CampaignSet).values(grading={}, **criteria_set, **ours),
        ],
        "đổi được danh sách đơn vị": [
            text("UPDATE campaign_unit SET name = 'Khác'"),
            text("DELETE FROM campaign_unit"),
            insert(CampaignUnit).values(unit_id=other.id, name="Sở Hai", kind="so", **ours),
        ],
        "đổi được tiêu chí không đánh giá": [
            text("UPDATE exemption SET reason = 'Khác'"),
            text("DELETE FROM exemption"),
            insert(Exemption).values(unit_id=unit.id, node="2", reason="Khác", **ours),
        ],
        "đổi được năm và ngày mở": [
            text("UPDATE campaign SET year = 2027"),
            text("UPDATE campaign SET opens_on = '2026-02-01'"),
            text("UPDATE campaign SET opened_at = NULL"),
        ],
    }
    refused = {what: {refusal(session, a) for a in each} for what, each in attempts.items()}
    assert refused == {
        what: {f"Kỳ đánh giá đã mở nên không {what}. Hãy mở kỳ đánh giá khác."} for what in attempts
    }
    assert refusal(session, text("DELETE FROM campaign")) == (
        "Kỳ đánh giá đã mở nên không xóa được. Hãy đóng kỳ đánh giá."
    )
    assert refusal(session, text("UPDATE campaign SET stage = 'closed'")) == "allowed"


def test_a_sheet_is_for_a_unit_of_its_campaign(session: Session) -> None:
    unit, other = make_unit(session, "Sở Một"), make_unit(session, "Sở Hai")
    campaign = make_campaign(session, unit)
    refused = [
        refusal(session, insert(ScoreSheet).values(campaign_id=campaign.id, unit_id=who.id))
        for who in (unit, other)
    ]
    assert refused == [
        "allowed",
        'insert or update on table "score_sheet" violates foreign key constraint '
        '"fk_score_sheet_province_id_campaign_id_unit_id"',
    ]


def test_of_two_edits_of_one_entry_the_second_is_refused(
    sessions: sessionmaker[Session], two_provinces: tuple[int, int]
) -> None:
    with sessions() as first, sessions() as second:
        for session in (first, second):
            enter_province(session, two_provinces[0])
        unit = make_unit(first, "Sở Một")
        campaign = make_campaign(first, unit)
        sheet = ScoreSheet(campaign_id=campaign.id, unit_id=unit.id)
        leaf = first.scalars(select(Leaf)).one()
        sheet.entries = [ScoreEntry(leaf_id=leaf.id, stage="self", inputs={"a": 1})]
        first.add(sheet)
        first.commit()
        mine, theirs = (s.scalars(select(ScoreEntry)).one() for s in (first, second))
        mine.inputs, theirs.inputs = {"a": 2}, {"a": 3}
        first.commit()
        with pytest.raises(StaleDataError):
            second.flush()
        assert (mine.inputs, mine.row_version) == ({"a": 2}, 2)


def test_a_historical_result_has_no_campaign_and_others_have_one(session: Session) -> None:
    make_result(session)
    campaign = make_campaign(session).id
    attempts = {
        f"kind = 'historical', campaign_id = {campaign}": False,
        "kind = 'final', campaign_id = NULL": False,
        f"kind = 'final', campaign_id = {campaign}": True,
    }
    allowed = {
        change: refusal(session, text(f"UPDATE result_version SET {change}")) == "allowed"
        for change in attempts
    }
    assert allowed == attempts
