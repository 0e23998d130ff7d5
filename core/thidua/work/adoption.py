"""Thông qua: the appraisal board adopts a result version, by its minutes, before publication."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound, Problem
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.base import Json
from thidua.store.people import ROLES
from thidua.store.publication import Adoption
from thidua.store.results import ResultVersion
from thidua.work.access import READ_ALL, STAFF, require
from thidua.work.campaigns import campaign_by_id
from thidua.work.corrections import official_version
from thidua.work.given import find, needed, words
from thidua.work.schedule import refuse_closed
from thidua.work.versions import wait_turn
from thidua.work.windows import local_day


def adopt_results(
    session: Session,
    *,
    version_id: int,
    number: str,
    held_on: date,
    members: Sequence[str],
    by: Actor,
    at: datetime,
    note: str = "",
) -> Adoption:
    """Record that the appraisal board adopted a version, by minutes of this number and day.

    ``Invalid`` without a number or members, or for a day to come; ``Conflict`` outside the window
    of the adoption (a correction of an official result has none), when the version is published
    or adopted already.
    """
    require(session, by, STAFF, "ghi việc Hội đồng thông qua kết quả")
    wait_turn(session)
    version = _unpublished(session, version_id)
    if official_version(session, version.year) is None:
        campaign = campaign_by_id(session, campaign_id=version.campaign_id or 0)
        refuse_closed(session, campaign=campaign, unit_id=None, kind=None, step="adoption", at=at)
    if _adoption(session, version_id):
        raise Conflict(f"Bản kết quả số {version.number} đã được thông qua rồi.")
    adoption = Adoption(
        version_id=version.id, number=words("Số biên bản", number), held_on=held_on,
        members=[name for member in members if (name := words("Thành viên", member))],
        note=words("Ghi chú", note), adopted_at=at,
    )  # fmt: skip
    _refuse_unfit(adoption)
    session.add(adoption)
    session.flush()
    record(
        session, actor=by, action="results.adopt", subject=("result_version", version.id),
        after=_said(adoption),
    )  # fmt: skip
    session.flush()
    return adoption


def withdraw_adoption(session: Session, *, version_id: int, by: Actor) -> None:
    """Take an adoption back, as recorded by mistake. Needs a reason; not after publication."""
    require(session, by, STAFF, "rút việc Hội đồng thông qua kết quả")
    wait_turn(session)
    version = _unpublished(session, version_id)
    adoption = _adoption(session, version_id)
    if adoption is None:
        raise Conflict(f"Bản kết quả số {version.number} chưa được thông qua.")
    reason = needed("Lý do", by.reason, "Hãy ghi lý do rút việc thông qua.")
    record(
        session, actor=by.because(reason), action="results.adoption_withdraw",
        subject=("result_version", version.id), before=_said(adoption),
    )  # fmt: skip
    session.delete(adoption)
    session.flush()


def adoption_of(session: Session, *, version_id: int, by: Actor) -> Adoption | None:
    """The adoption of a version, None if there is none; after publication any role may read."""
    rights = require(session, by, ROLES, "xem việc thông qua kết quả")
    version = find(session, ResultVersion, version_id)
    if version is None or not (version.published_at or rights.any_of(READ_ALL)):
        raise NotFound("Không có bản kết quả này, hoặc kết quả chưa công bố.")
    return _adoption(session, version_id)


def _unpublished(session: Session, version_id: int) -> ResultVersion:
    version = find(session, ResultVersion, version_id)
    if version is None:
        raise NotFound("Không có bản kết quả này trong tỉnh đang làm việc.")
    session.refresh(version, with_for_update=True)
    if version.kind == "historical" or version.published_at:
        raise Conflict("Kết quả đã công bố nên không đổi được việc thông qua.")
    return version


def _adoption(session: Session, version_id: int) -> Adoption | None:
    return session.scalar(select(Adoption).where(Adoption.version_id == version_id))


def _refuse_unfit(adoption: Adoption) -> None:
    problems = []
    if not adoption.number:
        problems.append(Problem("Số biên bản", "Hãy ghi số biên bản họp Hội đồng thẩm định."))
    if not adoption.members:
        problems.append(Problem("Thành viên", "Hãy ghi các thành viên Hội đồng dự họp."))
    if adoption.held_on > local_day(adoption.adopted_at):
        problems.append(Problem("Ngày họp", "Không được sau hôm nay."))
    if problems:
        raise Invalid(problems)


def _said(adoption: Adoption) -> Json:
    return {
        "number": adoption.number,
        "held_on": adoption.held_on.isoformat(),
        "members": adoption.members,
        "note": adoption.note,
    }
