"""Publishing: final, corrected, provisional; once; at the same time; and who sees what."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND, make_unit
from tests.small import (
    compute,
    enter,
    fill,
    fill_all,
    open_again,
    person,
    small_spec,
)
from tests.thidua.work.conftest import Opened
from tests.thidua.work.test_reissue import replace, stored
from tests.waiting import wait_for_somebody_waiting

from thidua.errors import Conflict, Invalid, NotFound
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.people import ROLES
from thidua.store.results import ResultRow, ResultVersion
from thidua.store.sheets import EntryStage
from thidua.store.tenancy import enter_province
from thidua.store.units import UnitPeriod
from thidua.work.campaigns import close_campaign
from thidua.work.results import (
    notice_of,
    publish_results,
    visible_version,
    visible_versions,
)


def found(version: ResultVersion) -> list[tuple[str, str, str]]:
    return [(item["kind"], item["unit"], item["message"]) for item in version.findings]


def publish(session: Session, version: ResultVersion, reason: str = "") -> ResultVersion:
    return publish_results(session, version_id=version.id, by=COMMAND.because(reason))


def test_publishing_makes_the_final_result_that_nothing_changes(
    inside: Session, campaign: Campaign
) -> None:
    fill_all(inside, campaign)
    version = publish(inside, compute(inside, campaign))
    assert (version.kind, version.reason, version.published_at is None) == ("final", "", False)
    said = inside.scalars(select(AuditEvent).where(AuditEvent.action.startswith("results.")))
    assert [(e.action, e.subject_id, e.after) for e in said] == [
        ("results.compute", version.id, {"campaign": campaign.id, "number": 1, "rows": 4}),
        ("results.publish", version.id, {"kind": "final"}),
    ]
    inside.commit()

    def change() -> None:
        inside.get_one(ResultVersion, version.id).title = "Khác"

    def change_row() -> None:
        inside.scalars(select(ResultRow)).all()[0].points = 1

    def remove() -> None:
        inside.delete(inside.scalars(select(ResultRow)).all()[0])

    for attempt in (change, change_row, remove):
        attempt()
        with pytest.raises(DBAPIError, match="Kết quả đã công bố không sửa, không xóa được"):
            inside.flush()
        inside.rollback()
    fill(inside, campaign, "so-mot", tasks=40, points=400_000, percent=1_000_000)
    assert compute(inside, campaign).number == 2
    kept = {row.name: row.points for row in inside.get_one(ResultVersion, version.id).rows}
    assert kept["Sở Một"] == 800_000


def test_a_second_publication_corrects_with_a_reason(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    publish(inside, compute(inside, campaign))
    fill(inside, campaign, "so-mot", tasks=29, points=350_000, percent=750_000)
    second = compute(inside, campaign)
    for nothing in ("", "  \n"):
        with pytest.raises(Invalid) as refusal:
            publish(inside, second, nothing)
        assert str(refusal.value) == (
            "Lý do: Năm này đã có kết quả chính thức; hãy ghi lý do điều chỉnh."
        )
        assert (second.kind, second.published_at) == ("provisional", None)
    with pytest.raises(Invalid, match="Có ký tự không in được"):
        publish(inside, second, "Theo\0 kết luận")
    publish(inside, second, "Theo kết luận thanh tra 05/KL-TTr")
    assert (second.kind, second.reason, second.number) == (
        "corrected", "Theo kết luận thanh tra 05/KL-TTr", 2,
    )  # fmt: skip
    assert found(second) == [
        (
            "changed", "Sở Một",
            "So với bản số 1: điểm 80 → 79; chỉ số 80,00 → 79,00; hạng 1 → 2; xếp loại Tốt → Khá.",
        ),
    ]  # fmt: skip
    third = publish(inside, compute(inside, campaign), "Sửa lần nữa")
    assert (third.kind, third.findings) == ("corrected", [])
    event = inside.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.reason, event.after) == (
        "results.publish", "Sửa lần nữa", {"kind": "corrected"},
    )  # fmt: skip


def test_a_correction_names_units_that_came_and_went(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    publish(inside, compute(inside, campaign))
    close_campaign(inside, campaign_id=campaign.id, by=COMMAND)
    periods = {period.name: period for period in inside.scalars(select(UnitPeriod))}
    periods["Sở Ba"].during = Range(date(2025, 7, 1), date(2026, 1, 1))
    fourth = make_unit(inside, "Sở Bốn").key
    again = open_again(inside, small_spec())
    for key in ("so-mot", "so-hai", "xa-mot", fourth):
        fill(inside, again, key, tasks=30, points=350_000, percent=750_000)
    second = publish(inside, compute(inside, again), "Mở lại")
    assert found(second) == [
        ("changed", "Sở Ba", "So với bản số 1: bỏ đơn vị này."),
        ("changed", "Sở Hai", "So với bản số 1: điểm 80,0001 → 80."),
        (
            "changed", "Xã Một",
            "So với bản số 1: điểm 65,5 → 80; chỉ số 65,50 → 80,00; xếp loại Khá → Tốt.",
        ),
        ("changed", "Sở Bốn", "So với bản số 1: thêm đơn vị này."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("leaf", "stages", "finding"),
    [
        ("2.1", ["survey"], "pending"),
        ("1.2", ["appraised"], "unappraised"),
        ("1.2", ["self", "appraised"], "missing"),
    ],
)
def test_an_unsettled_version_is_published_as_provisional(
    inside: Session, campaign: Campaign, leaf: str, stages: list[EntryStage], finding: str
) -> None:
    fill_all(inside, campaign)
    for stage in stages:
        enter(inside, campaign, "so-mot", {leaf: {}}, stage)
    first = publish(inside, compute(inside, campaign))
    assert (first.kind, [f[0] for f in found(first)]) == ("provisional", [finding])
    fill_all(inside, campaign)
    assert publish(inside, compute(inside, campaign)).kind == "final"


def test_a_version_is_published_once(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    version = publish(inside, compute(inside, campaign))
    with pytest.raises(Conflict, match=r"^Bản kết quả số 1 năm 2025 đã công bố rồi\.$"):
        publish(inside, version)
    for unknown in (0, 10**9, 2**63, 10**30):
        with pytest.raises(NotFound, match=r"^Không có bản kết quả này"):
            publish_results(inside, version_id=unknown, by=COMMAND)


def test_a_closed_campaign_is_still_computed_and_published(
    inside: Session, campaign: Campaign
) -> None:
    fill_all(inside, campaign)
    close_campaign(inside, campaign_id=campaign.id, by=COMMAND)
    assert publish(inside, compute(inside, campaign)).kind == "final"


def at_once(sessions: sessionmaker[Session], opened: Opened, acts: list[Any]) -> list[str]:
    """What each act, in a transaction of its own and all at the same time, gives or says."""

    def run(act: Any) -> str:
        with sessions.begin() as session:
            enter_province(session, opened.province)
            return str(act(session))

    with ThreadPoolExecutor(len(acts)) as pool:
        done = [pool.submit(run, act) for act in acts]
    return sorted(str(each.exception() or each.result()) for each in done)


def test_computing_at_once_numbers_one_after_the_other(
    sessions: sessionmaker[Session], opened: Opened
) -> None:
    def act(session: Session) -> int:
        return compute(session, session.get_one(Campaign, opened.campaign)).number

    assert at_once(sessions, opened, [act] * 3) == ["1", "2", "3"]


def test_publishing_at_once_gives_one_final_result(
    sessions: sessionmaker[Session], opened: Opened
) -> None:
    with sessions.begin() as session:
        enter_province(session, opened.province)
        campaign = session.get_one(Campaign, opened.campaign)
        fill_all(session, campaign)
        ids = [compute(session, campaign).id for _ in range(3)]
    acts = [
        lambda session, id_=id_: publish_results(session, version_id=id_, by=COMMAND).kind
        for id_ in ids
    ]
    refused = "Lý do: Năm này đã có kết quả chính thức; hãy ghi lý do điều chỉnh."
    assert at_once(sessions, opened, acts) == [refused, refused, "final"]


def test_a_set_replaced_meanwhile_keeps_its_result_from_publication(
    sessions: sessionmaker[Session], inside: Session, campaign: Campaign, opened: Opened
) -> None:
    fill_all(inside, campaign)
    version, new = compute(inside, campaign).id, stored(inside)
    inside.commit()

    def publish() -> str:
        with sessions.begin() as session:
            enter_province(session, opened.province)
            return publish_results(session, version_id=version, by=COMMAND).kind

    replace(inside, campaign, new)
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(publish)
        wait_for_somebody_waiting(inside)
        inside.commit()
        with pytest.raises(Conflict, match="tính theo bộ tiêu chí đã được thay"):
            done.result(timeout=20)


def test_unpublished_versions_are_for_those_who_prepare_and_oversee(
    inside: Session, campaign: Campaign
) -> None:
    fill_all(inside, campaign)
    published = publish(inside, compute(inside, campaign))
    draft = compute(inside, campaign)
    seen = {}
    for role in ROLES:
        by = person(inside, role, "so-mot" if role in ("officer", "appraiser") else "")
        seen[role] = [v.id for v in visible_versions(inside, by=by)]
        if draft.id in seen[role]:
            assert visible_version(inside, version_id=draft.id, by=by) is draft
        else:
            with pytest.raises(NotFound, match="hoặc kết quả chưa công bố"):
                visible_version(inside, version_id=draft.id, by=by)
    both, one = [draft.id, published.id], [published.id]
    assert seen == {
        "secretariat": both, "appraiser": one, "officer": one, "leader": both, "council": one,
        "auditor": both, "admin": both,
    }  # fmt: skip


def test_a_notice_names_the_version_without_figures(inside: Session, campaign: Campaign) -> None:
    version = compute(inside, campaign)
    notice = notice_of(inside, version_id=version.id, province="nho")
    assert notice.model_dump() == {
        "province": "nho", "year": 2025, "version": 1,
        "title": "Chỉ số cải cách hành chính năm 2025",
    }  # fmt: skip
