"""What was looked at changes while a form is on its way: it waits for that, and is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from tests.thidua_admin.conftest import COMMAND, MAU, Web, post, said
from tests.thidua_admin.console.test_campaigns import LIST as CAMPAIGNS
from tests.thidua_admin.console.test_successions import fill
from tests.thidua_admin.console.test_units import LIST as UNITS
from tests.thidua_admin.console.test_units import hidden, period, upload
from tests.waiting import wait_for_somebody_waiting
from werkzeug.test import TestResponse

from thidua.store.campaigns import Campaign
from thidua.store.criteria import Leaf, StoredCriteriaSet
from thidua.store.people import User
from thidua.store.sheets import ScoreEntry, ScoreSheet
from thidua.store.units import Unit, UnitPeriod
from thidua.work.assignments import name_substitute
from thidua.work.provinces import store_set
from thidua.work.schedule import locked_campaign
from thidua.work.sets import parsed
from thidua.work.units import end_unit
from thidua_admin.console.verbs import through
from thidua_admin.security import db_session

STALE = ["Dòng này đã được người khác sửa sau khi bạn mở. Hãy tải lại trang rồi sửa lại."]


def told(
    web: Web,
    client: FlaskClient,
    send: Callable[[], TestResponse],
    change: Callable[[Session], object],
) -> list[str]:
    """What is said to who sends a form while the change is not yet committed."""
    with ThreadPoolExecutor(1) as pool:
        with web.inside() as session:
            change(session)
            sent = pool.submit(send)
            wait_for_somebody_waiting(session)
        answer = sent.result(timeout=30)
    if answer.status_code == 302:
        answer = client.get(answer.headers["Location"])
    return said(answer.text)


def test_units_that_change_meanwhile(web: Web) -> None:
    client = web.client("admin")
    one, two = period(web, "Xã Một"), period(web, "Phường Hai")

    def end(row: UnitPeriod) -> Callable[[Session], object]:
        return lambda session: end_unit(
            session, unit_id=row.unit_id, on=date(2040, 1, 1), by=COMMAND, reason="Thử"
        )

    file = client.get(f"{UNITS}danh-sach.csv").data.decode("utf-8-sig")
    lines = hidden(upload(client, file.replace(",Xã Một,", ",Xã Một Mới,")))
    assert told(web, client, lambda: post(client, f"{UNITS}nhap/ghi/", **lines), end(one)) == [
        "Danh sách đơn vị đã được sửa sau khi bạn xem trước. Hãy chọn lại tệp để xem lại."
    ]
    asked = fill(client, "function", ("Phường Hai", "Xã Một", "", "Việc một"))
    seen = hidden(asked.text)["seen"][0]

    def record() -> TestResponse:
        line = ("Phường Hai", "Xã Một", "", "Việc một")
        return fill(client, "function", line, seen=seen, confirmed="1")

    assert told(web, client, record, end(two)) == STALE
    three = period(web, "Đặc khu Ba")
    last = {"on": "01/01/2041", "reason": "Thử", "row_version": "1", "confirmed": "1"}
    path = f"{UNITS}ket-thuc/?id={three.id}"
    assert told(web, client, lambda: post(client, path, **last), end(three)) == STALE


def test_duties_that_change_meanwhile(web: Web) -> None:
    client = web.client("secretariat")
    with web.inside() as session:
        campaign = session.scalars(select(Campaign.id).where(Campaign.title == f"Kỳ {MAU}")).one()
        one, two = session.scalars(select(Unit.id).where(Unit.key.startswith("so-"))).all()[:2]
    page = client.get(f"{CAMPAIGNS}phan-cong/?id={campaign}").text
    form = {"id": campaign, "seen": hidden(page)["seen"][0], "agency": one, "by": two}

    def other(session: Session) -> None:
        name_substitute(session, campaign_id=campaign, agency_id=two, by_id=one, by=COMMAND)

    sent = told(web, client, lambda: post(client, f"{CAMPAIGNS}phan-cong/thay/", **form), other)
    assert sent == ["Phân công vừa được người khác sửa. Hãy xem lại rồi giao lại."]


def test_line_typed_after_the_preview_of_a_new_set_is_not_lost_unseen(web: Web) -> None:
    client = web.client("secretariat")
    with web.inside() as session:
        campaign = session.scalars(select(Campaign.id).where(Campaign.title == f"Kỳ {MAU}")).one()
        used = session.scalars(
            select(StoredCriteriaSet).where(StoredCriteriaSet.code == "kin")
        ).one()
        new = store_set(session, criteria=parsed(used).model_copy(update={"version": "2"})).id
        leaf = session.scalars(select(Leaf).where(Leaf.set_id == used.id).order_by(Leaf.id)).first()
        assert leaf is not None
        inputs = {item.name: 1 for item in parsed(used).leaves[0].inputs}
        sheet = session.scalars(
            select(ScoreSheet.id)
            .join(UnitPeriod, UnitPeriod.unit_id == ScoreSheet.unit_id)
            .where(ScoreSheet.campaign_id == campaign, UnitPeriod.kind == "so")
            .limit(1)
        ).one()
        leaf_id = leaf.id
    address = f"{CAMPAIGNS}thay-bo/?id={campaign}"
    form = {"id": campaign, "kind": "so", "set": new, "legal_basis": "QĐ 9", "reason": "Sửa"}
    shown = post(client, address, **form).text
    assert "không dòng nào" in shown

    def typed(session: Session) -> None:
        locked_campaign(session, campaign)
        session.add(ScoreEntry(sheet_id=sheet, leaf_id=leaf_id, stage="self", inputs=inputs))
        session.flush()

    pages = [shown]

    def replace() -> TestResponse:
        (marks,) = re.findall(r'name="marks" value="([^"]+)"', pages[-1])
        answer = post(client, f"{CAMPAIGNS}thay-bo/ghi/", **form, marks=marks)
        pages.append(answer.text)
        return answer

    assert told(web, client, replace, typed) == [
        "Bộ tiêu chí hoặc số liệu sẽ mất đã thay đổi từ lúc bạn xem. Hãy xem lại bên dưới."
    ]
    assert "1 dòng số liệu, được giữ lại để tra cứu và báo cho đơn vị" in pages[-1]
    assert said(client.get(replace().headers["Location"]).text) == [
        "Đã thay bộ tiêu chí: 0 dòng chuyển sang bộ mới."
    ]


@pytest.mark.parametrize("lost", ["deadlock_detected", "unique_violation", "stale"])
def test_whoever_loses_a_race_is_told_and_nothing_is_kept(web: Web, lost: str) -> None:
    client, answer = race(web, lost)
    assert (answer.text, said(client.get("/").text)) == ("None", STALE)
    with web.inside() as session:
        assert session.scalar(select(func.count()).where(User.name == "Đổi rồi")) == 0


def test_what_is_no_race_is_an_error(web: Web) -> None:
    _, answer = race(web, "check_violation")
    assert answer.status_code == 500


def race(web: Web, lost: str) -> tuple[FlaskClient, TestResponse]:
    """Who asks for a verb that the database refuses so, and is answered what ``through`` made."""

    def verb() -> None:
        db_session().execute(update(User).values(name="Đổi rồi"))
        if lost == "stale":
            raise StaleDataError
        db_session().execute(text(f"DO $$ BEGIN RAISE {lost}; END $$"))

    web.app.add_url_rule("/thu", "thu", lambda: str(through(verb)))
    client = web.client("leader")
    return client, client.get("/thu")
