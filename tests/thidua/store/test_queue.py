"""A job exists exactly if the business transaction that queued it committed."""

from __future__ import annotations

import pytest
from procrastinate.exceptions import ConnectorException
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND, make_unit
from tests.small import compute, fill_all, open_small

from thidua.store.campaigns import Campaign
from thidua.store.queue import defer
from thidua.store.tenancy import enter_province, province_of
from thidua.store.units import Unit
from thidua.work.results import publish_results


def queued(sessions: sessionmaker[Session]) -> list[tuple[str, dict[str, int], str]]:
    with sessions() as session:
        rows = session.execute(
            text("SELECT task_name, args, status FROM procrastinate_jobs ORDER BY id")
        )
        return [(row.task_name, row.args, row.status) for row in rows]


def test_a_job_is_queued_by_the_commit_and_not_before(
    sessions: sessionmaker[Session], session: Session
) -> None:
    defer(session, "thu", province_id=1, version_id=7)
    assert queued(sessions) == []
    session.commit()
    assert queued(sessions) == [("thu", {"province_id": 1, "version_id": 7}, "todo")]


def test_a_rollback_leaves_no_job(sessions: sessionmaker[Session], session: Session) -> None:
    defer(session, "thu", province_id=1)
    session.rollback()
    defer(session, "khac", province_id=1)
    session.commit()
    assert queued(sessions) == [("khac", {"province_id": 1}, "todo")]


def test_work_whose_job_cannot_be_queued_is_not_done(
    sessions: sessionmaker[Session], session: Session, owner: Engine
) -> None:
    with owner.begin() as connection:
        connection.execute(text("REVOKE INSERT ON procrastinate_jobs FROM thidua_app"))
    make_unit(session, "Sở Mẫu")
    with pytest.raises(ConnectorException):
        defer(session, "thu", province_id=1)
    with pytest.raises(DBAPIError, match="current transaction is aborted"):
        session.execute(text("SELECT 1"))
    session.rollback()
    assert session.scalars(select(Unit)).all() == []


def test_publishing_queues_the_telling_with_the_publication(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        campaign = open_small(session)
        fill_all(session, campaign)
        province, campaign_id = province_of(session), campaign.id
    with sessions() as session:
        enter_province(session, province)
        version = compute(session, session.get_one(Campaign, campaign_id))
        publish_results(session, version_id=version.id, by=COMMAND)
        session.rollback()
    assert queued(sessions) == []
    with sessions.begin() as session:
        enter_province(session, province)
        version = compute(session, session.get_one(Campaign, campaign_id))
        publish_results(session, version_id=version.id, by=COMMAND)
        told = {"province_id": province, "version_id": version.id}
    assert queued(sessions) == [("tell_results_published", told, "todo")]
