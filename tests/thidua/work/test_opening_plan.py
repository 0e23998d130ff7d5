"""A year is opened as it was seen, or not at all: what changes on the way is waited for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import OPENED_AT, TIMEZONE, YEAR, small_spec
from tests.waiting import wait_for_somebody_waiting

from thidua.errors import Conflict
from thidua.store.campaigns import Campaign
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.tenancy import enter_province, province_of
from thidua.work.criteria import write_guidance
from thidua.work.opening_plan import open_as_seen, opening_plan
from thidua.work.planning import plan_campaign
from thidua.work.provinces import apply_province
from thidua.work.schedule import set_windows
from thidua.work.sets import parsed
from thidua.work.windows import Window


def put_term(session: Session) -> None:
    draft = session.scalars(select(Campaign.id)).one()
    term = Window("self", OPENED_AT, OPENED_AT + timedelta(days=1))
    set_windows(session, campaign_id=draft, windows=[term], by=COMMAND, at=OPENED_AT)


def write(session: Session) -> None:
    row = session.scalars(select(StoredCriteriaSet)).first()
    assert row is not None
    leaf = parsed(row).leaves[0].code
    write_guidance(session, set_id=row.id, leaf_code=leaf, text="Hướng dẫn mới", by=COMMAND)


@pytest.mark.parametrize("change", [put_term, write])
def test_what_changes_on_the_way_is_told(
    sessions: sessionmaker[Session], change: Callable[[Session], None]
) -> None:
    spec = small_spec()
    asked: dict[str, Any] = {"year": YEAR, "by": COMMAND, "at": OPENED_AT, "timezone": TIMEZONE}
    with sessions.begin() as session:
        apply_province(session, spec=spec, by=COMMAND)
        plan_campaign(session, year=YEAR, by=COMMAND, at=OPENED_AT)
        province, seen = province_of(session), opening_plan(session, **asked).mark

    def open_() -> None:
        with sessions.begin() as session:
            enter_province(session, province)
            open_as_seen(session, spec=spec, seen=seen, **asked)

    with ThreadPoolExecutor(1) as pool, sessions() as session:
        enter_province(session, province)
        change(session)
        opened = pool.submit(open_)
        wait_for_somebody_waiting(session)
        session.commit()
        with pytest.raises(Conflict, match="đã thay đổi từ lúc bạn xem"):
            opened.result(timeout=30)
